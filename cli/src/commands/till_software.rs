//! `jiaozi till serve|token`: the till for the shop's own software.

use std::path::Path;
use std::sync::Arc;

use jiaozi_till_api::{ConfigError, ServeOptions, Tls};
use jiaozi_types::{Clock, SystemClock};
use jiaozi_wallet::till::access::{Access, Scope, TokenInput, TokenView, WebhookInput};
use jiaozi_wallet::{Till, Wallet};
use zeroize::Zeroizing;

use crate::failure::{Failure, OwnCode, own};
use crate::options::{ScopeChoice, TillServe, TillTokenAdd, TillTokenCommand};
use crate::output::{Column, Output};
use crate::session::Session;
use crate::wording;

/// The most bytes of a secret's file that are read.
const SECRET_FILE: u64 = 4_096;

/// `jiaozi till serve`: until it is told to end.
pub async fn serve(session: &Session, wallet: &Wallet, options: &TillServe) -> Result<(), Failure> {
    let ended = ended()?;
    let till = wallet.till();
    if let Some(secret) = &options.webhook_secret {
        let secret = read_secret(secret)?;
        for url in &options.webhook {
            keep_webhook(&till, url, &secret)?;
        }
    }
    let mut serve = ServeOptions::new(options.listen);
    serve.tls = options
        .tls_cert
        .clone()
        .zip(options.tls_key.clone())
        .map(|(certificate, key)| Tls { certificate, key });
    serve.public_url = options.public_url.clone();
    serve.hosts = options.host.clone();
    serve.allowed_origins = options.allow_origin.clone();
    serve.requests_a_second = options.requests_per_second;
    let started = jiaozi_till_api::serve(wallet, Arc::new(SystemClock), serve).await;
    let server = started.map_err(|error| why(error, options))?;
    let answer = serde_json::json!({ "ready": true, "url": server.url, "listen": server.address.to_string() });
    if session.out.is_json() {
        // One line: it is read while the server runs.
        session.out.line(&answer.to_string())?;
    } else {
        session
            .out
            .line(&format!("READY {} {}", server.url, server.address))?;
    }
    tell_systemd("READY=1");
    ended.await?;
    tell_systemd("STOPPING=1");
    server.stop().await;
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C; both are listened for from now on.
fn ended() -> Result<impl Future<Output = std::io::Result<()>>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
        }
    })
}

/// Tells whoever started it as a service; nobody there is no error.
fn tell_systemd(state: &str) {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let told = std::os::unix::net::UnixDatagram::unbound().and_then(|socket| {
        match path.to_string_lossy().strip_prefix('@') {
            None => socket.send_to(state.as_bytes(), &path),
            Some(name) => {
                use std::os::linux::net::SocketAddrExt;
                let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
                socket.send_to_addr(state.as_bytes(), &address)
            }
        }
    });
    if let Err(error) = told {
        tracing::warn!(%error, "systemd was not told");
    }
}

fn why(error: ConfigError, options: &TillServe) -> Failure {
    let address = || [("address", options.listen.to_string())];
    match error {
        ConfigError::TlsNeeded => own(OwnCode::ServeTlsNeeded, address()),
        ConfigError::Listen(_) => own(OwnCode::ServeAddress, address()),
        ConfigError::Certificate => OwnCode::ServeCertificate.into(),
        ConfigError::Wallet(error) => error.into(),
        _ => OwnCode::ServeNames.into(),
    }
}

/// A secret that stands in a file, so that no list of processes shows it.
fn read_secret(file: &Path) -> Result<Zeroizing<String>, Failure> {
    use std::io::Read;
    let unreadable = || {
        own(
            OwnCode::FileUnreadable,
            [("file", file.display().to_string())],
        )
    };
    let mut text = Zeroizing::new(String::new());
    let opened = std::fs::File::open(file).map_err(|_| unreadable())?;
    let read = opened.take(SECRET_FILE).read_to_string(&mut text);
    read.map_err(|_| unreadable())?;
    let secret = Zeroizing::new(text.trim().to_owned());
    match secret.len() >= 16 {
        true => Ok(secret),
        false => Err(OwnCode::SecretShort.into()),
    }
}

/// An endpoint of the command line is kept once; its events and secret can be
/// changed by the calls.
fn keep_webhook(till: &Till, url: &str, secret: &Zeroizing<String>) -> Result<(), Failure> {
    let access = till.access()?;
    let known = access.webhooks()?;
    if known.iter().any(|known| known.view.url == url) {
        return Ok(());
    }
    let input = WebhookInput {
        url: url.to_owned(),
        events: Vec::new(),
        enabled: true,
    };
    let now = SystemClock.now().as_unix();
    access.add_webhook(input, Some(secret.clone()), None, now)?;
    Ok(())
}

/// `jiaozi till token`
pub fn token(out: &Output, till: &Till, command: &TillTokenCommand) -> Result<(), Failure> {
    let access = till.access()?;
    match command {
        TillTokenCommand::Add(options) => add(out, &access, options),
        TillTokenCommand::List => list(out, &access),
        TillTokenCommand::Remove { token } => {
            access.remove_token(token)?;
            out.answer(&serde_json::json!({ "removed": token }), |out| {
                out.line(out.messages().text("token_removed"))
            })
        }
    }
}

fn add(out: &Output, access: &Access, options: &TillTokenAdd) -> Result<(), Failure> {
    let input = TokenInput {
        name: options.name.clone(),
        scopes: options
            .scope
            .iter()
            .map(|scope| Scope::from(*scope))
            .collect(),
        refund_cap: options.refund_cap.clone(),
    };
    if input.scopes.contains(&Scope::RefundsWrite) != input.refund_cap.is_some() {
        return Err(OwnCode::RefundCap.into());
    }
    let made = access.add_token(input, SystemClock.now().as_unix())?;
    let answer = serde_json::json!({ "token": made.token.as_str(), "about": made.view });
    out.answer(&answer, |out| {
        out.line(out.messages().text("token_once"))?;
        out.line(&made.token)
    })
}

fn list(out: &Output, access: &Access) -> Result<(), Failure> {
    let tokens = access.tokens()?;
    out.answer(&tokens, |out| {
        if tokens.is_empty() {
            return out.line(out.messages().text("tokens_none"));
        }
        let columns = [
            Column::Left("id"),
            Column::Left("name"),
            Column::Left("token_scopes"),
            Column::Right("token_refund_cap"),
            Column::Left("time"),
        ];
        out.table(&columns, tokens.iter().map(row).collect())
    })
}

fn row(token: &TokenView) -> Vec<String> {
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let cap = token.refund_cap.as_ref().map(|cap| cap.text.clone());
    vec![
        token.id.clone(),
        token.name.clone(),
        scopes.join(" "),
        cap.unwrap_or_default(),
        wording::short_moment(token.created_at),
    ]
}

impl From<ScopeChoice> for Scope {
    fn from(choice: ScopeChoice) -> Self {
        match choice {
            ScopeChoice::ChargesRead => Self::ChargesRead,
            ScopeChoice::ChargesWrite => Self::ChargesWrite,
            ScopeChoice::RefundsWrite => Self::RefundsWrite,
            ScopeChoice::ReportsRead => Self::ReportsRead,
            ScopeChoice::ReportsClose => Self::ReportsClose,
            ScopeChoice::WebhooksWrite => Self::WebhooksWrite,
        }
    }
}
