//! `jiaozi cold` and `jiaozi accounts watch`: accounts whose keys are on a
//! computer without a network.

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use jiaozi_cold::Message;
use jiaozi_cold::export::{self, Form};
use jiaozi_wallet::api::{ErrorCode, PaymentView};
use jiaozi_wallet::{ColdSource, Wallet};

use super::{history, pay};
use crate::failure::{Failure, OwnCode, own};
use crate::files;
use crate::options::{Cold, ColdAnswer, ColdRequest, Watch};
use crate::session::Session;

/// The largest file that is looked at.
const READ_MAX: u64 = 20_000_001;
/// The most files of one source.
const FILES_MAX: usize = 2_000;

/// `jiaozi cold`
pub async fn run(session: &Session, command: &Cold) -> Result<(), Failure> {
    match command {
        Cold::Request(options) => request(session, options).await,
        Cold::Answer(options) => answer(session, options).await,
        Cold::GiveUp(options) => {
            let wallet = session.ready().await?;
            let found = history::find(&wallet, &options.id).await?;
            let payment = wallet.cold_give_up(found.id).await?;
            session.end(&wallet).await;
            session
                .out
                .answer(&payment, |out| history::show_payment(out, &payment))
        }
    }
}

/// `jiaozi accounts watch`
pub async fn watch(session: &Session, options: &Watch) -> Result<(), Failure> {
    let source = read(session, &options.source)?;
    let wallet = session.ready().await?;
    let account = wallet
        .watch_account(source, options.index, options.label.clone())
        .await?;
    session.end(&wallet).await;
    session.out.answer(&account, |out| {
        let (number, own) = (account.index.to_string(), account.wallet.clone());
        let values = [
            ("number", number.as_str()),
            ("address", account.address.as_str()),
            ("wallet", own.as_deref().unwrap_or_default()),
        ];
        out.line(&out.messages().fill("account_watched", &values))
    })
}

async fn request(session: &Session, options: &ColdRequest) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let found = history::find(&wallet, &options.id).await?;
    let message = wallet.cold_request(found.id.clone()).await?;
    session.end(&wallet).await;
    hand_over(session, &found, &message, options.file.as_deref())
}

/// After a payment of a watched account was approved: what is to be signed goes
/// to a file, or is shown.
pub async fn after_approval(
    session: &Session,
    wallet: &Wallet,
    payment: &PaymentView,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let message = wallet.cold_request(payment.id.clone()).await?;
    session.end(wallet).await;
    hand_over(session, payment, &message, file)
}

/// The request as files, as an animation on the terminal, or as a line of text
/// where nobody looks.
fn hand_over(
    session: &Session,
    payment: &PaymentView,
    message: &Message,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let internal = |_| Failure::from(ErrorCode::Internal);
    let out = &session.out;
    let mut written = Vec::new();
    if let Some(file) = file {
        let name = file.display().to_string();
        let parts = export::files(message, Form::of_name(&name)).map_err(internal)?;
        for (at, bytes) in parts.iter().enumerate() {
            let part = export::file_name(&name, at, parts.len());
            files::write(Path::new(&part), bytes)?;
            written.push(part);
        }
    }
    let text = jiaozi_cold::single(message).map_err(internal)?;
    let view = serde_json::json!({ "payment": payment, "request": text, "files": written });
    out.answer(&view, |out| {
        history::show_payment(out, payment)?;
        out.line("")?;
        match (written.as_slice(), session.can_ask()) {
            ([], false) => out.line(&text)?,
            ([], true) => {
                out.line(out.messages().text("cold_show"))?;
                show(message)?;
            }
            ([one], _) => out.line(&out.messages().fill("saved", &[("file", one)]))?,
            ([first, ..], _) => {
                let count = written.len().to_string();
                let values = [("file", first.as_str()), ("count", count.as_str())];
                out.line(&out.messages().fill("cold_pictures", &values))?;
            }
        }
        out.line(out.messages().text("cold_next"))
    })
}

/// The animation, until somebody presses Enter.
fn show(message: &Message) -> Result<(), Failure> {
    let internal = |_| Failure::from(ErrorCode::Internal);
    let frames = export::animation(message).map_err(internal)?;
    let (pressed, waiting) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = std::io::stdin().lock().read_line(&mut line);
        let _ = pressed.send(());
    });
    let over = |wait: Duration| {
        !matches!(
            waiting.recv_timeout(wait),
            Err(mpsc::RecvTimeoutError::Timeout)
        )
    };
    Ok(export::play(&frames, &mut std::io::stdout().lock(), over)?)
}

async fn answer(session: &Session, options: &ColdAnswer) -> Result<(), Failure> {
    let source = read(session, &options.source)?;
    let wallet = session.ready().await?;
    let payment = wallet.cold_answer(source).await?;
    let payment = pay::follow(session, &wallet, payment, options.wait, options.timeout).await?;
    session.end(&wallet).await;
    pay::report(session, &payment, options.wait)
}

/// Files, `ur:…`, or standard input.
fn read(session: &Session, sources: &[String]) -> Result<ColdSource, Failure> {
    if sources.len() > FILES_MAX {
        return Err(ErrorCode::ColdTooLarge.into());
    }
    let (mut texts, mut pictures) = (String::new(), Vec::new());
    for source in sources {
        if source
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("ur:"))
        {
            texts.push_str(source);
            texts.push('\n');
            continue;
        }
        let mut bytes = Vec::new();
        if source == "-" {
            if session.global.passphrase_stdin {
                return Err(OwnCode::StdinTwice.into());
            }
            std::io::stdin()
                .lock()
                .take(READ_MAX)
                .read_to_end(&mut bytes)?;
        } else {
            let unreadable = |_| own(OwnCode::FileUnreadable, [("file", source.clone())]);
            let opened = std::fs::File::open(source).map_err(unreadable)?;
            opened
                .take(READ_MAX)
                .read_to_end(&mut bytes)
                .map_err(unreadable)?;
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                texts.push_str(&text);
                texts.push('\n');
            }
            Err(picture) => pictures.push(picture.into_bytes()),
        }
    }
    Ok(if pictures.is_empty() {
        ColdSource::Text(texts)
    } else {
        ColdSource::Pictures(pictures)
    })
}
