//! `jiaozi-node`: the sandbox ledger as a program of its own.

use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use jiaozi_node::{Config, NodeHandle, start};
use tracing_subscriber::EnvFilter;

/// Runs the sandbox ledger: Ethereum JSON-RPC over HTTP and WebSocket, with play money.
///
/// Prints "listening on http://..." when it is ready; ends on SIGTERM or Ctrl-C. Log levels are set
/// with RUST_LOG, and go to the standard error.
#[derive(Debug, Parser)]
#[command(name = "jiaozi-node", version)]
struct Arguments {
    /// The folder that holds the ledger; made if it is not there.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8545")]
    listen: SocketAddr,

    /// Allow an address that other computers can reach. Dangerous: the sandbox has no passwords, so
    /// whoever reaches it sees every payment and can top up any account without limit.
    #[arg(long)]
    dangerously_listen_beyond_loopback: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let config = Config {
        listen: arguments.listen,
        dangerously_beyond_loopback: arguments.dangerously_listen_beyond_loopback,
        ..Config::new(arguments.data)
    };
    match start(config).await {
        Ok(node) => run(node).await,
        Err(error) => {
            eprintln!("jiaozi-node: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(node: NodeHandle) -> ExitCode {
    let mut out = std::io::stdout();
    // Whoever started it may not listen; it serves all the same.
    let _ = writeln!(out, "listening on {}", node.url()).and_then(|()| out.flush());
    let outcome = ended().await;
    node.stop().await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jiaozi-node: cannot wait for signals: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Waits for SIGTERM or Ctrl-C.
async fn ended() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
