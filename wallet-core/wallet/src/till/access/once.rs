//! Idempotency keys: what was asked for under one, and what came of it.

use jiaozi_store::{KeyRange, Order, SealedBatch};
use sha2::{Digest, Sha256};

use super::Access;
use super::records::{OnceOutcome, OnceRecord, OnceTimeRecord};
use crate::error::WalletError;

/// Seconds for which a key is kept: two days.
const KEPT: u64 = 2 * 86_400;
/// Keys that one call forgets at most.
const FORGOTTEN: usize = 500;

/// An idempotency key of one token, bound to what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceKey {
    key: [u8; 32],
    fingerprint: String,
}

impl OnceKey {
    /// The key `key` of the token `token`, for a request of these parts.
    pub fn new(token: &str, key: &str, request: &[&[u8]]) -> Self {
        let hash = |parts: &[&[u8]]| {
            let mut hasher = Sha256::new();
            for part in parts {
                let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
                hasher.update(length.to_be_bytes());
                hasher.update(part);
            }
            <[u8; 32]>::from(hasher.finalize())
        };
        Self {
            key: hash(&[token.as_bytes(), key.as_bytes()]),
            fingerprint: hex::encode(hash(request)),
        }
    }

    /// Where it is kept.
    pub(crate) fn place(&self) -> &[u8] {
        &self.key
    }

    /// 16 bytes that follow from it, for ids: the same key makes the same thing.
    pub fn id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.iter_mut()
            .zip(self.key)
            .for_each(|(to, from)| *to = from);
        id
    }

    /// Whether it was used for the same.
    pub(crate) fn fits(&self, record: &OnceRecord) -> bool {
        record.fingerprint == self.fingerprint
    }

    /// Adds to a batch that a charge was made under it.
    pub(crate) fn keep_charge(
        &self,
        batch: &mut SealedBatch<'_>,
        number: u32,
        at: u64,
    ) -> Result<(), WalletError> {
        self.keep(batch, OnceOutcome::Charge(number), at)
    }

    fn keep(
        &self,
        batch: &mut SealedBatch<'_>,
        outcome: OnceOutcome,
        at: u64,
    ) -> Result<(), WalletError> {
        let record = OnceRecord {
            fingerprint: self.fingerprint.clone(),
            at,
            outcome,
        };
        batch.put(&self.key, &record)?;
        Ok(batch.put(&time_key(at, &self.key), &OnceTimeRecord {})?)
    }
}

/// A reply that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once {
    /// Nothing.
    New,
    /// It was begun (at this Unix second), and the process ended before it was done.
    Begun(u64),
    /// A charge was made, of this number.
    Charge(u32),
    /// This was the reply.
    Done(KeptReply),
    /// It was used for something else.
    Differs,
}

impl Access {
    /// What is known of a key.
    pub fn once(&self, key: &OnceKey) -> Result<Once, WalletError> {
        let Some(record) = self.book.store().get::<OnceRecord>(key.place())? else {
            return Ok(Once::New);
        };
        if !key.fits(&record) {
            return Ok(Once::Differs);
        }
        Ok(match record.outcome {
            OnceOutcome::Begun => Once::Begun(record.at),
            OnceOutcome::Charge(number) => Once::Charge(number),
            OnceOutcome::Reply { status, body } => Once::Done(KeptReply { status, body }),
        })
    }

    /// Keeps that something is begun under a key.
    pub fn begin_once(&self, key: &OnceKey, now: u64) -> Result<(), WalletError> {
        let mut batch = self.book.store().batch();
        key.keep(&mut batch, OnceOutcome::Begun, now)?;
        Ok(batch.commit()?)
    }

    /// Keeps the reply.
    pub fn end_once(&self, key: &OnceKey, reply: KeptReply) -> Result<(), WalletError> {
        let store = self.book.store();
        if let Some(mut record) = store.get::<OnceRecord>(key.place())? {
            record.outcome = OnceOutcome::Reply {
                status: reply.status,
                body: reply.body,
            };
            store.put(key.place(), &record)?;
        }
        Ok(())
    }

    /// Forgets a key under which nothing happened, so that it can be tried anew.
    pub fn drop_once(&self, key: &OnceKey) -> Result<(), WalletError> {
        Ok(self.book.store().delete::<OnceRecord>(key.place())?)
    }

    /// Forgets old keys, some at a time. Whether there may be more.
    pub fn forget_old_keys(&self, now: u64) -> Result<bool, WalletError> {
        let end = now.saturating_sub(KEPT).to_be_bytes();
        let range = KeyRange {
            start: std::ops::Bound::Unbounded,
            end: std::ops::Bound::Excluded(end.to_vec()),
        };
        let store = self.book.store();
        let old = store.scan::<OnceTimeRecord>(&range, Order::Ascending, FORGOTTEN)?;
        if old.is_empty() {
            return Ok(false);
        }
        let mut batch = store.batch();
        for (time, _) in &old {
            let place = time.get(8..).unwrap_or_default();
            // A key that was used again meanwhile has a younger mark, too.
            let at = store.get::<OnceRecord>(place)?.map(|record| record.at);
            if at.is_some_and(|at| time_key(at, place) == *time) {
                batch.delete::<OnceRecord>(place)?;
            }
            batch.delete::<OnceTimeRecord>(time)?;
        }
        batch.commit()?;
        Ok(old.len() >= FORGOTTEN)
    }
}

fn time_key(at: u64, key: &[u8]) -> Vec<u8> {
    [&at.to_be_bytes(), key].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till::access::tests::Desk;

    #[test]
    fn a_key_is_bound_to_its_token_and_request_for_two_days() {
        let desk = Desk::new();
        let access = &desk.access;
        let key = OnceKey::new("a", "k", &[b"POST", b"/v1/x", b"{}"]);
        assert_eq!(access.once(&key).unwrap(), Once::New);
        access.begin_once(&key, 1_000).unwrap();
        assert_eq!(access.once(&key).unwrap(), Once::Begun(1_000));
        let reply = KeptReply {
            status: 201,
            body: "{}".to_owned(),
        };
        access.end_once(&key, reply.clone()).unwrap();
        assert_eq!(access.once(&key).unwrap(), Once::Done(reply.clone()));
        let other = OnceKey::new("a", "k", &[b"POST", b"/v1/x", b"[]"]);
        assert_eq!(access.once(&other).unwrap(), Once::Differs);
        let stranger = OnceKey::new("b", "k", &[b"POST", b"/v1/x", b"{}"]);
        assert_eq!(access.once(&stranger).unwrap(), Once::New);
        // Parts cannot be shifted into one another.
        assert_ne!(
            OnceKey::new("a", "k", &[b"POST/v1/x", b"{}"]),
            OnceKey::new("a", "k", &[b"POST", b"/v1/x{}"])
        );
        assert!(!access.forget_old_keys(1_000 + 86_400).unwrap());
        assert_eq!(access.once(&key).unwrap(), Once::Done(reply));
        access.forget_old_keys(1_001 + KEPT).unwrap();
        assert_eq!(access.once(&key).unwrap(), Once::New);
    }

    #[test]
    fn a_key_that_is_used_again_stays() {
        let desk = Desk::new();
        let key = OnceKey::new("a", "k", &[b"x"]);
        desk.access.begin_once(&key, 1_000).unwrap();
        desk.access.drop_once(&key).unwrap();
        desk.access.begin_once(&key, 1_000 + KEPT).unwrap();
        desk.access.forget_old_keys(1_001 + KEPT).unwrap();
        let known = desk.access.once(&key).unwrap();
        assert_eq!(known, Once::Begun(1_000 + KEPT));
    }
}
