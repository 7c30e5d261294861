//! A line that moves while something takes longer than a second. It is shown
//! on a terminal only, and never while the vault may be asking there.

use std::future::Future;
use std::io::{self, IsTerminal};
use std::pin::pin;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiaozi_wallet::api::WalletEvent;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::output::Output;

const PATIENCE: Duration = Duration::from_secs(1);

/// Awaits `work`; says `key` meanwhile.
pub async fn during<T>(out: &Output, key: &'static str, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    if !io::stderr().is_terminal() {
        return work.await;
    }
    tokio::select! {
        done = &mut work => return done,
        () = tokio::time::sleep(PATIENCE) => {}
    }
    let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        line.set_style(style);
    }
    line.set_message(out.messages().text(key).to_owned());
    line.enable_steady_tick(Duration::from_millis(120));
    let done = work.await;
    line.finish_and_clear();
    done
}

/// Awaits `work`, which reads the ledger; says how many blocks of how many it
/// has read meanwhile, in a line that moves on a terminal.
pub async fn blocks<T>(
    out: &Output,
    key: &'static str,
    mut events: broadcast::Receiver<WalletEvent>,
    work: impl Future<Output = T>,
) -> T {
    if !io::stderr().is_terminal() {
        return work.await;
    }
    let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {elapsed}") {
        line.set_style(style);
    }
    line.set_message(out.messages().text(key).to_owned());
    let mut work = pin!(work);
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            event = events.recv() => match event {
                Ok(WalletEvent::History { history }) => {
                    line.set_length(history.total);
                    line.set_position(history.done);
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break work.await,
            },
        }
    };
    line.finish_and_clear();
    done
}
