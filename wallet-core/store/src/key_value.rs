//! The ordered byte store that everything durable stands on.

use std::ops::Bound;

use crate::{Batch, Error};

/// Longest tree name, in bytes.
pub const MAX_TREE: usize = 64;
/// Longest key, in bytes.
pub const MAX_KEY: usize = 1024;
/// Longest value, in bytes.
pub const MAX_VALUE: usize = 8 * 1024 * 1024;

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// Which end a scan starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest key first.
    Ascending,
    /// Largest key first.
    Descending,
}

/// A range of keys within one tree, compared byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// Where it begins.
    pub start: Bound<Vec<u8>>,
    /// Where it ends.
    pub end: Bound<Vec<u8>>,
}

impl KeyRange {
    /// Every key.
    #[must_use]
    pub fn all() -> Self {
        Self {
            start: Bound::Unbounded,
            end: Bound::Unbounded,
        }
    }

    /// Every key that begins with `prefix`.
    #[must_use]
    pub fn prefix(prefix: &[u8]) -> Self {
        let start = Bound::Included(prefix.to_vec());
        Self {
            start,
            end: successor(prefix).map_or(Bound::Unbounded, Bound::Excluded),
        }
    }

    /// The same range without `key` and all before it: the next page of an ascending scan.
    #[must_use]
    pub fn after(self, key: &[u8]) -> Self {
        Self {
            start: Bound::Excluded(key.to_vec()),
            end: self.end,
        }
    }

    /// The same range without `key` and all behind it: the next page of a descending scan.
    #[must_use]
    pub fn before(self, key: &[u8]) -> Self {
        Self {
            start: self.start,
            end: Bound::Excluded(key.to_vec()),
        }
    }

    /// Whether no key can lie in it. Such a range scans to nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        use Bound::{Excluded, Included, Unbounded};
        match (&self.start, &self.end) {
            (Unbounded, _) | (_, Unbounded) => false,
            (Included(a), Included(b)) => a > b,
            (Included(a) | Excluded(a), Excluded(b)) | (Excluded(a), Included(b)) => a >= b,
        }
    }
}

/// The smallest byte string above everything that begins with `prefix`; none when it is all 0xff.
pub(crate) fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// Ordered bytes in named trees. A tree needs no creation and is empty until written to.
///
/// Trees have 1 to [`MAX_TREE`] bytes of name, keys up to [`MAX_KEY`], values up to [`MAX_VALUE`];
/// beyond that is [`Error::OutOfBounds`] and nothing is written. Readers never see a batch in part,
/// nor one that is not yet durable.
pub trait KeyValue: Send + Sync {
    /// The value of `key`, if there is one.
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Error>;

    /// At most `limit` entries of `range`, as they were at one moment. For the next page, narrow the
    /// range with [`KeyRange::after`] or [`KeyRange::before`] the last key.
    fn scan(
        &self,
        tree: &str,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, Error>;

    /// Applies all of `batch`, in its order, or nothing. When it returns, the batch survives SIGKILL
    /// and a power cut. After an error the batch may or may not have been applied: read before
    /// writing again.
    fn commit(&self, batch: Batch) -> Result<(), Error>;

    /// Commits one value.
    fn put(&self, tree: &str, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let mut batch = Batch::new();
        batch.put(tree, key, value);
        self.commit(batch)
    }

    /// Commits one removal; a key that is not there is no error.
    fn delete(&self, tree: &str, key: &[u8]) -> Result<(), Error> {
        let mut batch = Batch::new();
        batch.delete(tree, key);
        self.commit(batch)
    }
}
