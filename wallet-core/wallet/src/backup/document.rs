//! What is in a backup: every record of the profile as it is kept, with its
//! version, so that a later release reads it as it reads an older profile; and
//! the preferences that are not of this computer.

use std::collections::HashMap;

use jiaozi_store::{KeyRange, Order, Record, SealedBatch, SealedStore};
use jiaozi_types::ChainId;
use jiaozi_types::agent::{Language, SpendPolicy, Theme};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::kinds::{OF_THE_LEDGER, Visitor, visit_all};
use crate::api::{ErrorCode, Region};
use crate::book::Book;
use crate::error::WalletError;
use crate::till::records::CounterRecord;

/// The version of the document that this release writes.
pub(crate) const FORMAT: u16 = 1;
/// Records that are read or written at once.
const PAGE: usize = 1_000;
/// Numbers of charges that are left out after a backup was taken back: the lost
/// computer may have given them out since. Other tills of the shop look this far
/// and farther (`till::branches::GAP`).
pub(crate) const SKIPPED_CHARGES: u32 = 50;

/// A document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Document {
    /// [`FORMAT`].
    pub(crate) format: u16,
    /// The product's version.
    pub(crate) app: String,
    /// The wallet's fingerprint.
    pub(crate) fingerprint: String,
    /// When it was made (Unix seconds).
    pub(crate) made_at: u64,
    /// The preferences.
    pub(crate) preferences: KeptPreferences,
    /// The spend policy as it was shown; the vault's own part brings it back.
    pub(crate) policy: SpendPolicy,
    /// The vault's own part (hexadecimal); none before the first unlock.
    pub(crate) book: Option<String>,
    /// The records.
    pub(crate) kinds: Vec<Kind>,
}

/// Preferences that are the person's, not the computer's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptPreferences {
    /// Language of the interface.
    pub(crate) language: Language,
    /// Theme of the interface.
    pub(crate) theme: Theme,
    /// The network in use.
    pub(crate) network: ChainId,
    /// Where the person says they are.
    pub(crate) region: Region,
    /// Days between two tests of the backup.
    pub(crate) check_days: u32,
}

/// Every record of a kind.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kind {
    /// The kind.
    pub(crate) kind: String,
    /// The version of its records.
    pub(crate) version: u16,
    /// Key (hexadecimal) and record.
    pub(crate) records: Vec<(String, Value)>,
}

impl Document {
    /// A document in bytes.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, WalletError> {
        serde_json::to_vec(self).map_err(|_| ErrorCode::Internal.into())
    }

    /// The document of bytes that the vault opened.
    ///
    /// # Errors
    /// `newer_version`, or `backup_damaged`.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, WalletError> {
        #[derive(Deserialize)]
        struct Version {
            format: u16,
        }
        let damaged = |_| WalletError::from(ErrorCode::BackupDamaged);
        let version: Version = serde_json::from_slice(bytes).map_err(damaged)?;
        if version.format > FORMAT {
            return Err(ErrorCode::NewerVersion.into());
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// A hash of what is worth a new backup when it changes.
    pub(crate) fn hash(&self) -> Result<String, WalletError> {
        let mut hasher = Sha256::new();
        let mut add = |value: Vec<u8>| {
            hasher.update(u64::try_from(value.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(value);
        };
        let text = |value: &Value| serde_json::to_vec(value).unwrap_or_default();
        let internal = |_| WalletError::from(ErrorCode::Internal);
        add(serde_json::to_vec(&self.preferences).map_err(internal)?);
        add(serde_json::to_vec(&self.policy).map_err(internal)?);
        for kind in &self.kinds {
            if OF_THE_LEDGER.contains(&kind.kind.as_str()) {
                continue;
            }
            add(kind.kind.clone().into_bytes());
            for (key, record) in &kind.records {
                add(key.clone().into_bytes());
                add(text(record));
            }
        }
        Ok(hex::encode(hasher.finalize()))
    }

    /// The records of one kind.
    pub(crate) fn of<T: Record>(&self) -> &[(String, Value)] {
        self.kinds
            .iter()
            .find(|kind| kind.kind == T::KIND)
            .map_or(&[], |kind| kind.records.as_slice())
    }

    /// The records of one kind, brought to this release's version.
    pub(crate) fn read<T: Record>(&self) -> Result<Vec<(Vec<u8>, T)>, WalletError> {
        let Some(kind) = self.kinds.iter().find(|kind| kind.kind == T::KIND) else {
            return Ok(Vec::new());
        };
        let records = kind.records.iter();
        records
            .map(|(key, record)| {
                let key = hex::decode(key).map_err(|_| ErrorCode::BackupDamaged)?;
                Ok((key, current(kind.version, record.clone())?))
            })
            .collect()
    }
}

/// A record of an older version as one of today's.
fn current<T: Record>(version: u16, record: Value) -> Result<T, WalletError> {
    let record = match version {
        version if version > T::VERSION => return Err(ErrorCode::NewerVersion.into()),
        version if version < T::VERSION => T::upgrade(version, record)?,
        _ => record,
    };
    serde_json::from_value(record).map_err(|_| ErrorCode::BackupDamaged.into())
}

/// Every record of a profile.
pub(crate) fn records(book: &Book) -> Result<Vec<Kind>, WalletError> {
    struct Reads<'a> {
        book: &'a Book,
        kinds: Vec<Kind>,
    }
    impl Visitor for Reads<'_> {
        type Error = WalletError;
        fn visit<T: Record>(&mut self) -> Result<(), WalletError> {
            let mut records = Vec::new();
            let mut range = KeyRange::all();
            loop {
                let page = self
                    .book
                    .store()
                    .scan::<T>(&range, Order::Ascending, PAGE)?;
                let Some((last, _)) = page.last() else { break };
                range = KeyRange::all().after(last);
                for (key, record) in page {
                    let record = serde_json::to_value(&record).map_err(|_| ErrorCode::Internal)?;
                    records.push((hex::encode(key), record));
                }
            }
            if !records.is_empty() {
                self.kinds.push(Kind {
                    kind: T::KIND.to_owned(),
                    version: T::VERSION,
                    records,
                });
            }
            Ok(())
        }
    }
    let mut reads = Reads {
        book,
        kinds: Vec::new(),
    };
    visit_all(&mut reads)?;
    Ok(reads.kinds)
}

/// Puts a document's records in the place of a new profile's, all of them in one
/// write: cut short, nothing has changed. What is not readable is found before.
pub(crate) fn take_back(book: &Book, document: &Document) -> Result<(), WalletError> {
    struct Checks<'a> {
        document: &'a Document,
        known: HashMap<&'static str, ()>,
    }
    impl Visitor for Checks<'_> {
        type Error = WalletError;
        fn visit<T: Record>(&mut self) -> Result<(), WalletError> {
            self.known.insert(T::KIND, ());
            self.document.read::<T>().map(|_| ())
        }
    }
    struct Writes<'a> {
        document: &'a Document,
        store: &'a SealedStore,
        batch: SealedBatch<'a>,
    }
    impl Visitor for Writes<'_> {
        type Error = WalletError;
        fn visit<T: Record>(&mut self) -> Result<(), WalletError> {
            let old = self
                .store
                .scan::<T>(&KeyRange::all(), Order::Ascending, usize::MAX)?;
            for (key, _) in old {
                self.batch.delete::<T>(&key)?;
            }
            for (key, record) in self.document.read::<T>()? {
                self.batch.put(&key, &record)?;
            }
            Ok(())
        }
    }
    let mut checks = Checks {
        document,
        known: HashMap::new(),
    };
    visit_all(&mut checks)?;
    let strange = |kind: &&Kind| !checks.known.contains_key(kind.kind.as_str());
    if document.kinds.iter().find(strange).is_some() {
        return Err(ErrorCode::NewerVersion.into());
    }
    let store = book.store();
    let mut writes = Writes {
        document,
        store,
        batch: store.batch(),
    };
    visit_all(&mut writes)?;
    for (key, mut counter) in document.read::<CounterRecord>()? {
        counter.number = counter.number.saturating_add(SKIPPED_CHARGES);
        writes.batch.put(&key, &counter)?;
    }
    writes.batch.commit()?;
    book.search().forget();
    Ok(())
}
