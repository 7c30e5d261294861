//! A line that moves while something takes longer than a second. It is shown
//! on a terminal only, and never while the vault may be asking there.

use std::future::Future;
use std::io::{self, IsTerminal};
use std::pin::pin;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
