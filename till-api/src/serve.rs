//! The server of one till, from start to end.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::middleware;
use jiaozi_types::Clock;
use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{ErrorCode, WalletEvent};
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::app::{App, Turns, stopped};
use crate::guard::{self, Hosts, Origins};
use crate::options::{self, ConfigError, ServeOptions};
use crate::problem::OwnCode;
use crate::rate::Rates;
use crate::webhooks::{Dispatcher, FromTill, HttpSender};
use crate::{dispatch, language, limits, operations, page, server};

/// A server that runs. It ends when this is told to, or with the process.
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    /// The beginning of every link to it.
    pub url: String,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    work: mpsc::Receiver<()>,
}

impl Serving {
    /// Ends the server: nobody new is let in, what is under way has a bounded time.
    pub async fn stop(mut self) {
        // The tasks listen as long as they live.
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = timeout(limits::FAREWELL, task).await;
        }
        // Until nobody works any more.
        let _ = timeout(limits::FAREWELL, self.work.recv()).await;
    }
}

/// Starts the server of a wallet's till: the watcher of the ledger, the calls, the
/// webhooks and the checkout page.
///
/// # Errors
/// Beyond this computer without TLS, a certificate or name that cannot be used, an
/// address that is taken, `till_not_set_up`, `locked`.
pub async fn serve(
    wallet: &Wallet,
    clock: Arc<dyn Clock>,
    options: ServeOptions,
) -> Result<Serving, ConfigError> {
    let tls = options::tls(&options)?;
    let till = wallet.till();
    if till.view()?.is_none() {
        return Err(ConfigError::Wallet(ErrorCode::TillNotSetUp.into()));
    }
    let sender = HttpSender::new().map_err(|_| ConfigError::Certificate)?;
    let bound = TcpListener::bind(options.listen).await;
    let listener = bound.map_err(ConfigError::Listen)?;
    let address = listener.local_addr().map_err(ConfigError::Listen)?;
    let url = options::public_url(&options, address)?;
    let (stop, stopping) = watch::channel(false);
    let (pulse, beats) = watch::channel(0);
    let (webhooks, pokes) = mpsc::unbounded_channel();
    let (working, work) = mpsc::channel(1);
    let access = till.access()?;
    let source = FromTill(till.clone());
    let dispatcher = Dispatcher::new(access, source, sender, Arc::clone(&clock))?;
    let app = Arc::new(App {
        clock,
        hosts: Hosts::new(&options, &url)?,
        origins: Origins::new(&options)?,
        is_encrypted: tls.is_some(),
        peers: Rates::new(options.requests_a_second.saturating_mul(2)),
        tokens: Rates::new(options.requests_a_second),
        pulse: beats.clone(),
        stop: stopping.clone(),
        streams: Arc::new(Semaphore::new(limits::STREAMS)),
        webhooks,
        work: working,
        turns: Turns::default(),
        public_url: url.clone(),
        till: till.clone(),
    });
    let events = wallet.subscribe();
    till.watch();
    let tasks = vec![
        tokio::spawn(feel(events, pulse, stopping.clone())),
        tokio::spawn(dispatcher.run(beats, pokes, stopping.clone())),
        tokio::spawn(server::serve(listener, tls, router(app), stopping)),
    ];
    Ok(Serving {
        address,
        url,
        stop,
        tasks,
        work,
    })
}

/// All that can be asked.
fn router(app: Arc<App>) -> Router {
    dispatch::router(operations::all())
        .merge(page::router())
        .fallback(async |headers: HeaderMap| {
            crate::problem::Problem::from(OwnCode::NotFound).into_response(language::of(&headers))
        })
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            guard::guard,
        ))
        .with_state(app)
}

/// Changes `pulse` when something happens at the till.
async fn feel(
    mut events: tokio::sync::broadcast::Receiver<WalletEvent>,
    pulse: watch::Sender<u64>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let event = tokio::select! {
            () = stopped(&mut stop) => return,
            event = events.recv() => event,
        };
        match event {
            Ok(WalletEvent::Charge { .. } | WalletEvent::Till) | Err(RecvError::Lagged(_)) => {
                pulse.send_modify(|beats| *beats = beats.wrapping_add(1));
            }
            Ok(_) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
