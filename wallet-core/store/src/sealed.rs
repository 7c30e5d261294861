//! Typed records, sealed and versioned.
//!
//! One record is `format (1 byte) ‖ record version (2, big-endian) ‖ nonce (24) ‖ ciphertext ‖ tag
//! (16)`: JSON under XChaCha20-Poly1305 with a random nonce, authenticated together with its header,
//! its tree and its key, so that records can neither be altered nor swapped. The tree is the
//! record's kind. **Keys are not sealed**: put nothing private in them.

use std::sync::Arc;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{Batch, Error, KeyRange, KeyValue, Order, StoreKey};

const FORMAT: u8 = 1;
const HEADER: usize = 3;
const NONCE: usize = 24;

/// Where the record lives that tells a wrong key from an altered record.
const CHECK_TREE: &str = "sealed";
const CHECK_KEY: &[u8] = b"check";
const CHECK_TEXT: &[u8] = b"\"jiaozi\"";

/// A type that is kept in a [`SealedStore`].
pub trait Record: Serialize + DeserializeOwned {
    /// Its tree, 1 to 64 bytes. Never changes, never reused.
    const KIND: &'static str;
    /// The version that is written; starts at 1 and grows with every change of shape.
    const VERSION: u16;

    /// Turns a record of an older version into the JSON of [`Self::VERSION`]. Called only when
    /// `from_version` is below it.
    ///
    /// # Errors
    /// [`Error::Shape`] for a version that never was.
    fn upgrade(from_version: u16, record: Value) -> Result<Value, Error>;
}

/// Sealed records over any [`KeyValue`]. Cheap to clone; clones share the store.
#[derive(Clone)]
pub struct SealedStore {
    store: Arc<dyn KeyValue>,
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for SealedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedStore").finish_non_exhaustive()
    }
}

impl SealedStore {
    /// Seals a new store under `key`, or opens one that is.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when it is sealed under another key.
    pub fn open(store: Arc<dyn KeyValue>, key: &StoreKey) -> Result<Self, Error> {
        let sealed = Self {
            store,
            cipher: XChaCha20Poly1305::new(key.bytes().into()),
        };
        match sealed.store.get(CHECK_TREE, CHECK_KEY)? {
            Some(envelope) => {
                let (_, text) = sealed
                    .open_envelope(CHECK_TREE, CHECK_KEY, &envelope)
                    .map_err(|error| {
                        if matches!(error, Error::Damaged { .. }) {
                            Error::WrongKey
                        } else {
                            error
                        }
                    })?;
                if text.as_slice() != CHECK_TEXT {
                    return Err(Error::WrongKey);
                }
            }
            None => {
                let envelope = sealed.seal(CHECK_TREE, CHECK_KEY, 1, CHECK_TEXT)?;
                sealed.store.put(CHECK_TREE, CHECK_KEY, &envelope)?;
            }
        }
        Ok(sealed)
    }

    /// The bytes underneath, for migrations and for what needs no sealing.
    #[must_use]
    pub fn key_value(&self) -> &Arc<dyn KeyValue> {
        &self.store
    }

    /// The record at `key`, brought to the current version in memory if it is older.
    ///
    /// # Errors
    /// [`Error::NewerVersion`], [`Error::Damaged`], [`Error::Shape`], and those of the disk.
    pub fn get<T: Record>(&self, key: &[u8]) -> Result<Option<T>, Error> {
        let envelope = self.store.get(T::KIND, key)?;
        envelope
            .map(|envelope| self.read(key, &envelope))
            .transpose()
    }

    /// At most `limit` records of `range` with their keys; pages as [`KeyValue::scan`] does.
    ///
    /// # Errors
    /// As [`Self::get`]; one bad record fails the scan rather than going missing.
    pub fn scan<T: Record>(
        &self,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, Error> {
        let found = self.store.scan(T::KIND, range, order, limit)?;
        found
            .into_iter()
            .map(|(key, envelope)| {
                let record = self.read(&key, &envelope)?;
                Ok((key, record))
            })
            .collect()
    }

    /// Writes one record, durably.
    ///
    /// # Errors
    /// [`Error::NewerVersion`] instead of overwriting a record from a newer release.
    pub fn put<T: Record>(&self, key: &[u8], record: &T) -> Result<(), Error> {
        let mut batch = self.batch();
        batch.put(key, record)?;
        batch.commit()
    }

    /// Removes one record, durably; one that is not there is no error.
    ///
    /// # Errors
    /// [`Error::NewerVersion`] instead of removing a record from a newer release.
    pub fn delete<T: Record>(&self, key: &[u8]) -> Result<(), Error> {
        let mut batch = self.batch();
        batch.delete::<T>(key)?;
        batch.commit()
    }

    /// Begins writes that become durable together.
    pub fn batch(&self) -> SealedBatch<'_> {
        SealedBatch {
            store: self,
            batch: Batch::new(),
        }
    }

    fn read<T: Record>(&self, key: &[u8], envelope: &[u8]) -> Result<T, Error> {
        let (version, text) = self.open_envelope(T::KIND, key, envelope)?;
        check_version::<T>(version)?;
        let shape = |detail: serde_json::Error| shape::<T>(&detail);
        if version == T::VERSION {
            return serde_json::from_slice(&text).map_err(shape);
        }
        let old = serde_json::from_slice(&text).map_err(shape)?;
        serde_json::from_value(T::upgrade(version, old)?).map_err(shape)
    }

    fn check_not_newer<T: Record>(&self, key: &[u8]) -> Result<(), Error> {
        match self.store.get(T::KIND, key)? {
            Some(envelope) => check_version::<T>(header(T::KIND, &envelope)?.0),
            None => Ok(()),
        }
    }

    fn seal(
        &self,
        tree: &'static str,
        key: &[u8],
        version: u16,
        text: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|e| Error::Random(e.to_string()))?;
        let mut envelope = vec![FORMAT];
        envelope.extend(version.to_be_bytes());
        let aad = associated(&envelope, tree, key);
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: text,
                    aad: &aad,
                },
            )
            .map_err(|_| Error::OutOfBounds {
                what: "record",
                length: text.len(),
            })?;
        envelope.extend(nonce);
        envelope.extend(sealed);
        Ok(envelope)
    }

    fn open_envelope(
        &self,
        tree: &'static str,
        key: &[u8],
        envelope: &[u8],
    ) -> Result<(u16, Zeroizing<Vec<u8>>), Error> {
        let (version, head, rest) = header(tree, envelope)?;
        let damaged = || Error::Damaged { kind: tree };
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        let aad = associated(head, tree, key);
        let text = self
            .cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .map_err(|_| damaged())?;
        Ok((version, Zeroizing::new(text)))
    }
}

/// Sealed writes to any kinds of records that become durable together.
#[must_use = "nothing is written before commit"]
pub struct SealedBatch<'a> {
    store: &'a SealedStore,
    batch: Batch,
}

impl SealedBatch<'_> {
    /// Adds a record.
    ///
    /// # Errors
    /// [`Error::NewerVersion`] when a newer release wrote the one that is there.
    pub fn put<T: Record>(&mut self, key: &[u8], record: &T) -> Result<(), Error> {
        self.store.check_not_newer::<T>(key)?;
        let text = Zeroizing::new(serde_json::to_vec(record).map_err(|e| shape::<T>(&e))?);
        self.batch.put(
            T::KIND,
            key,
            self.store.seal(T::KIND, key, T::VERSION, &text)?,
        );
        Ok(())
    }

    /// Adds a removal.
    ///
    /// # Errors
    /// [`Error::NewerVersion`] when a newer release wrote the one that is there.
    pub fn delete<T: Record>(&mut self, key: &[u8]) -> Result<(), Error> {
        self.store.check_not_newer::<T>(key)?;
        self.batch.delete(T::KIND, key);
        Ok(())
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// Those of [`KeyValue::commit`].
    pub fn commit(self) -> Result<(), Error> {
        self.store.store.commit(self.batch)
    }
}

fn check_version<T: Record>(found: u16) -> Result<(), Error> {
    if found > T::VERSION {
        return Err(Error::NewerVersion {
            what: T::KIND,
            found: u32::from(found),
            supported: u32::from(T::VERSION),
        });
    }
    Ok(())
}

/// Splits version, header and the rest off an envelope of a known format.
fn header<'a>(tree: &'static str, envelope: &'a [u8]) -> Result<(u16, &'a [u8], &'a [u8]), Error> {
    let (head, rest) = envelope
        .split_first_chunk::<HEADER>()
        .ok_or(Error::Damaged { kind: tree })?;
    let [format, high, low] = *head;
    match format {
        FORMAT => Ok((u16::from_be_bytes([high, low]), head, rest)),
        found if found > FORMAT => Err(Error::NewerVersion {
            what: "sealed envelope",
            found: u32::from(found),
            supported: u32::from(FORMAT),
        }),
        _ => Err(Error::Damaged { kind: tree }),
    }
}

fn associated(header: &[u8], tree: &str, key: &[u8]) -> Vec<u8> {
    let length = u8::try_from(tree.len()).unwrap_or(u8::MAX);
    [header, &[length], tree.as_bytes(), key].concat()
}

/// serde_json may quote a value in its message; only where and what category is kept.
fn shape<T: Record>(error: &serde_json::Error) -> Error {
    let detail = format!(
        "{:?} at line {} column {}",
        error.classify(),
        error.line(),
        error.column()
    );
    Error::Shape {
        kind: T::KIND,
        detail,
    }
}
