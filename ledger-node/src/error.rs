//! Why a node does not start, or stops.

use std::{io, net::SocketAddr, path::PathBuf};

/// What [`start`](crate::start) and [`attach`](crate::attach) can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger's files; [`jiaozi_store::Error`] says what helps. `AlreadyOpen` means that another
    /// node has the folder: join it with [`attach`](crate::attach).
    #[error(transparent)]
    Store(#[from] jiaozi_store::Error),
    /// The address could not be listened on. Choose another port; 0 takes a free one.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Asked to listen where others can reach it, without the flag that allows it.
    #[error(
        "{0} can be reached from outside this computer. Whoever reaches the sandbox sees every \
         payment and can top up any account without limit: it has no passwords. To do it \
         nevertheless, add --dangerously-listen-beyond-loopback."
    )]
    BeyondLoopback(SocketAddr),
    /// A file of the sandbox folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds another release's ledger.
    #[error("this ledger has format {found}, this release knows {supported}; update the program")]
    NewerFormat {
        /// What was found.
        found: u32,
        /// What is known.
        supported: u32,
    },
    /// A record of the ledger cannot be read. Keep the folder, and start with a new one.
    #[error("the ledger is damaged: {0}")]
    Damaged(&'static str),
    /// The node is stopping, and its files are closed. Start or attach again.
    #[error("the node is stopping")]
    Stopping,
    /// The genesis block cannot be made: this build is broken.
    #[error("the genesis block cannot be made: {0}")]
    Genesis(String),
    /// The operating system gave no random bytes for the bank's key.
    #[error("the system has no random bytes to give: {0}")]
    Random(String),
    /// Another process has the folder, and no node answers at the address it left. Wait and retry.
    #[error("the sandbox in {} is held by another process that does not answer", .0.display())]
    Unreachable(PathBuf),
    /// Threads could not be made.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

impl Error {
    /// A stable name for programs and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Listen { .. } => "node.listen",
            Self::BeyondLoopback(_) => "node.beyond_loopback",
            Self::File { .. } => "node.file",
            Self::NewerFormat { .. } => "node.newer_format",
            Self::Damaged(_) => "node.damaged",
            Self::Stopping => "node.stopping",
            Self::Genesis(_) => "node.genesis",
            Self::Random(_) => "node.random",
            Self::Unreachable(_) => "node.unreachable",
            Self::Thread(_) => "node.thread",
        }
    }

    /// Whether the same call can succeed later without anyone repairing anything.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Listen { .. } | Self::File { .. } | Self::Random(_) | Self::Thread(_) => true,
            Self::Unreachable(_) | Self::Stopping => true,
            _ => false,
        }
    }
}
