//! Accounts of another computer, and payments that wait for its signature. The
//! web UI names no path; of a file it is told the frames and nothing else.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use jiaozi_wallet::api::{
    AccountView, ColdForm, ColdFrames, ColdRequestView, ErrorCode, ErrorView, PaymentView,
    WatchView,
};
use jiaozi_wallet::{ColdSource, cold_frames};
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, State, command};
use tokio::sync::oneshot;

use super::files::{LARGEST_PICTURE, dialogue, file_error, save};
use super::{Answer, bad_input, view};
use crate::shell::{Shell, internal};
use crate::wording::words;

/// The endings of files with frames; the vault writes them without one, too.
const ENDINGS: &[&str] = &["png", "jpg", "jpeg", "webp", "txt", "ur"];
/// The most files that are read at a time.
const FILES_MAX: usize = 500;
/// The most bytes of text.
const TEXT_MAX: usize = 2_000_000;

/// Asks for files and reads the frames in them. None when the person changed
/// their mind.
#[command]
pub async fn open_codes(app: AppHandle, shell: State<'_, Shell>) -> Answer<Option<ColdFrames>> {
    let language = shell.wallet().await?.state().await.map_err(view)?.language;
    let (answer, chosen) = oneshot::channel();
    dialogue(&app)
        .add_filter(words(language).codes, ENDINGS)
        .add_filter(words(language).all_files, &["*"])
        .pick_files(move |paths| drop(answer.send(paths)));
    let Some(paths) = chosen.await.map_err(|_| internal())? else {
        return Ok(None);
    };
    if paths.len() > FILES_MAX {
        return Err(too_large());
    }
    let paths: Result<Vec<_>, _> = paths.into_iter().map(|path| path.into_path()).collect();
    let paths = paths.map_err(|_| internal())?;
    let files = tauri::async_runtime::spawn_blocking(move || read_all(&paths)).await;
    let files = files
        .map_err(|_| internal())?
        .map_err(|error| file_error(&error))?;
    cold_frames(files).await.map(Some).map_err(view)
}

fn read_all(paths: &[PathBuf]) -> std::io::Result<Vec<Vec<u8>>> {
    paths
        .iter()
        .map(|path| {
            let mut bytes = Vec::new();
            File::open(path)?
                .take(LARGEST_PICTURE)
                .read_to_end(&mut bytes)?;
            Ok(bytes)
        })
        .collect()
}

/// Reads the frames in one file, text or picture, whose bytes are the body of
/// the call.
#[command]
pub async fn read_codes(request: Request<'_>) -> Answer<ColdFrames> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(bad_input());
    };
    cold_frames(vec![bytes.clone()]).await.map_err(view)
}

/// Which account a public key leads to. Nothing is kept of it.
#[command]
pub async fn preview_watched(
    shell: State<'_, Shell>,
    text: String,
    index: u32,
) -> Answer<WatchView> {
    let wallet = shell.wallet().await?;
    let source = source(text)?;
    wallet.preview_watched(source, index).await.map_err(view)
}

#[command]
pub async fn watch_account(
    shell: State<'_, Shell>,
    text: String,
    index: u32,
    label: String,
) -> Answer<AccountView> {
    let wallet = shell.wallet().await?;
    let watched = wallet.watch_account(source(text)?, index, label).await;
    watched.map_err(view)
}

/// What the other computer is asked to sign.
#[command]
pub async fn cold_request(shell: State<'_, Shell>, id: String) -> Answer<ColdRequestView> {
    let wallet = shell.wallet().await?;
    wallet.cold_request_view(id).await.map_err(view)
}

/// Asks where to, and writes there what is to be signed. Gives the path, of
/// several pictures the folder's; none when the person changed their mind.
#[command]
pub async fn save_cold_request(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
    form: ColdForm,
) -> Answer<Option<String>> {
    let wallet = shell.wallet().await?;
    let language = wallet.state().await.map_err(view)?.language;
    let mut files = wallet.cold_request_files(id, form).await.map_err(view)?;
    let (kind, ending) = match form {
        ColdForm::Text => (words(language).codes, "txt"),
        ColdForm::Animation => ("SVG", "svg"),
        ColdForm::Pictures => ("PNG", "png"),
    };
    if let [_] = files.as_slice() {
        let (name, bytes) = files.pop().ok_or_else(internal)?;
        return save(app, name, kind, ending, bytes).await;
    }
    let (answer, chosen) = oneshot::channel();
    dialogue(&app).pick_folder(move |path| drop(answer.send(path)));
    let Some(folder) = chosen.await.map_err(|_| internal())? else {
        return Ok(None);
    };
    let folder = folder.into_path().map_err(|_| internal())?;
    let written = tauri::async_runtime::spawn_blocking(move || {
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes)?;
        }
        Ok(folder.display().to_string())
    });
    let written: std::io::Result<String> = written.await.map_err(|_| internal())?;
    written.map(Some).map_err(|error| file_error(&error))
}

/// Takes a signature, finds the payment that waits for it, and sends it.
#[command]
pub async fn cold_answer(shell: State<'_, Shell>, text: String) -> Answer<PaymentView> {
    let wallet = shell.wallet().await?;
    wallet.cold_answer(source(text)?).await.map_err(view)
}

#[command]
pub async fn cold_give_up(shell: State<'_, Shell>, id: String) -> Answer<PaymentView> {
    shell.wallet().await?.cold_give_up(id).await.map_err(view)
}

fn source(text: String) -> Result<ColdSource, ErrorView> {
    if text.len() > TEXT_MAX {
        return Err(too_large());
    }
    Ok(ColdSource::Text(text))
}

fn too_large() -> ErrorView {
    ErrorView {
        code: ErrorCode::ColdTooLarge,
        retryable: false,
        ..internal()
    }
}
