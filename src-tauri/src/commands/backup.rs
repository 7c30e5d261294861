//! Backups and the search for accounts. The web UI names no path: files and
//! folders are chosen in the desktop's own dialogues.

use std::path::PathBuf;

use jiaozi_wallet::api::{AccountSearch, BackupReport, BackupView};
use tauri::{AppHandle, State, command};
use tokio::sync::oneshot;

use super::files::dialogue;
use super::{Answer, view};
use crate::shell::{Shell, internal};

/// The ending of a backup's name.
const ENDING: &str = "jiaozi-backup";

#[command]
pub async fn backup(shell: State<'_, Shell>) -> Answer<BackupView> {
    shell.wallet().await?.backup().await.map_err(view)
}

/// Asks for the folder that a new file is written to after changes. None when
/// the person changed their mind.
#[command]
pub async fn choose_backup_folder(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Answer<Option<BackupView>> {
    let wallet = shell.wallet().await?;
    let (answer, chosen) = oneshot::channel();
    dialogue(&app).pick_folder(move |path| drop(answer.send(path)));
    let Some(folder) = chosen.await.map_err(|_| internal())? else {
        return Ok(None);
    };
    let folder = folder.into_path().map_err(|_| internal())?;
    let set = wallet.set_backup_folder(Some(folder)).await;
    set.map(Some).map_err(view)
}

#[command]
pub async fn forget_backup_folder(shell: State<'_, Shell>) -> Answer<BackupView> {
    let wallet = shell.wallet().await?;
    wallet.set_backup_folder(None).await.map_err(view)
}

#[command]
pub async fn set_backup_check_days(shell: State<'_, Shell>, days: u32) -> Answer<BackupView> {
    let wallet = shell.wallet().await?;
    wallet.set_backup_check_days(days).await.map_err(view)
}

#[command]
pub async fn put_off_backup_check(shell: State<'_, Shell>) -> Answer<BackupView> {
    let wallet = shell.wallet().await?;
    wallet.put_off_backup_check().await.map_err(view)
}

/// Asks where to, and writes a backup there.
#[command]
pub async fn write_backup(app: AppHandle, shell: State<'_, Shell>) -> Answer<Option<BackupReport>> {
    let wallet = shell.wallet().await?;
    let (answer, chosen) = oneshot::channel();
    dialogue(&app)
        .set_file_name(format!("wallet.{ENDING}"))
        .save_file(move |path| drop(answer.send(path)));
    let Some(file) = chosen.await.map_err(|_| internal())? else {
        return Ok(None);
    };
    let file = file.into_path().map_err(|_| internal())?;
    let written = wallet.write_backup(Some(file)).await;
    written.map(Some).map_err(view)
}

/// Asks for a backup and tells what it holds.
#[command]
pub async fn check_backup(app: AppHandle, shell: State<'_, Shell>) -> Answer<Option<BackupReport>> {
    let wallet = shell.wallet().await?;
    let Some(file) = choose(&app).await? else {
        return Ok(None);
    };
    let checked = wallet.check_backup(Some(file)).await;
    checked.map(Some).map_err(view)
}

/// Asks for a backup and takes it back.
#[command]
pub async fn take_back_backup(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Answer<Option<BackupReport>> {
    let wallet = shell.wallet().await?;
    let Some(file) = choose(&app).await? else {
        return Ok(None);
    };
    let taken = wallet.take_back_backup(file).await;
    taken.map(Some).map_err(view)
}

#[command]
pub async fn search_accounts(shell: State<'_, Shell>, deeper: bool) -> Answer<AccountSearch> {
    let wallet = shell.wallet().await?;
    wallet.search_accounts(deeper).await.map_err(view)
}

async fn choose(app: &AppHandle) -> Answer<Option<PathBuf>> {
    let (answer, chosen) = oneshot::channel();
    dialogue(app)
        .add_filter("Jiaozi", &[ENDING])
        .pick_file(move |path| drop(answer.send(path)));
    let Some(file) = chosen.await.map_err(|_| internal())? else {
        return Ok(None);
    };
    file.into_path().map(Some).map_err(|_| internal())
}
