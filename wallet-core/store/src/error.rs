//! What can go wrong in a store, and what helps.

use std::{io, path::PathBuf};

/// Every failure of this crate. The text of an error names folders and record kinds, never contents.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process, or another handle in this one, has the folder. Close it, or talk to it.
    #[error("{} is already open", .0.display())]
    AlreadyOpen(PathBuf),
    /// The disk or the quota is full. Nothing acknowledged is lost; free space and try again.
    #[error("no space left to write to {}", folder.display())]
    DiskFull {
        /// The store's folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk refused. Whether the batch that failed is on the disk is unknown until it is read
    /// back; what was acknowledged before is safe. Trying again reopens the store.
    #[error("cannot read or write {}: {source}", folder.display())]
    Io {
        /// The store's folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The files are not readable as a store. Keep the folder, restore a backup elsewhere.
    #[error("{} is damaged: {detail}", folder.display())]
    Corrupt {
        /// The store's folder.
        folder: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A tree name, key or value is beyond the bounds of [`KeyValue`](crate::KeyValue).
    #[error("{what} of {length} bytes is outside the bounds of the store")]
    OutOfBounds {
        /// Which part.
        what: &'static str,
        /// Its length in bytes.
        length: usize,
    },
    /// The store is sealed under another key. Nothing was changed.
    #[error("this key does not open the store")]
    WrongKey,
    /// One record does not authenticate under the right key: it was altered or swapped.
    #[error("a record of kind {kind} was altered outside the wallet")]
    Damaged {
        /// The record's [`Record::KIND`](crate::Record::KIND).
        kind: &'static str,
    },
    /// Written by a newer release. It is left as it is; update the program.
    #[error("{what} has version {found}, this release knows up to {supported}")]
    NewerVersion {
        /// Record kind, or "store".
        what: &'static str,
        /// The version found.
        found: u32,
        /// The newest version known.
        supported: u32,
    },
    /// A record could not be turned into JSON, or read back as its type.
    #[error("a record of kind {kind} does not have the shape of its version: {detail}")]
    Shape {
        /// The record's kind.
        kind: &'static str,
        /// Where it differs; field names, not values.
        detail: String,
    },
    /// The operating system gave no random bytes. Try again.
    #[error("the system has no random bytes to give: {0}")]
    Random(String),
    /// A migration failed; the store is as it was before. Report it and keep using the old release.
    #[error("the store could not be brought to version {to}: {source}")]
    Migration {
        /// The version that was being made.
        to: u32,
        /// Why.
        source: Box<Error>,
    },
}

impl Error {
    /// A stable name for programs and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOpen(_) => "store.already_open",
            Self::DiskFull { .. } => "store.disk_full",
            Self::Io { .. } => "store.io",
            Self::Corrupt { .. } => "store.corrupt",
            Self::OutOfBounds { .. } => "store.out_of_bounds",
            Self::WrongKey => "store.wrong_key",
            Self::Damaged { .. } => "store.damaged_record",
            Self::NewerVersion { .. } => "store.newer_version",
            Self::Shape { .. } => "store.record_shape",
            Self::Random(_) => "store.random",
            Self::Migration { .. } => "store.migration",
        }
    }

    /// Whether the same call can succeed later without anyone repairing or updating anything.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::AlreadyOpen(_) | Self::DiskFull { .. } | Self::Io { .. } | Self::Random(_) => {
                true
            }
            Self::Migration { source, .. } => source.retryable(),
            _ => false,
        }
    }

    /// Sorts an I/O error into full and other.
    pub(crate) fn io(folder: impl Into<PathBuf>, source: io::Error) -> Self {
        let folder = folder.into();
        match source.kind() {
            // A file-size limit is a quota as far as the user is concerned.
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::DiskFull { folder, source },
            _ => Self::Io { folder, source },
        }
    }
}
