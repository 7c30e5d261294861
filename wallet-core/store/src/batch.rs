//! Writes that belong together.

use crate::{Error, MAX_KEY, MAX_TREE, MAX_VALUE};

/// One write of a [`Batch`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The tree it touches.
    pub tree: String,
    /// The key it touches.
    pub key: Vec<u8>,
    /// The new value, or none to remove the key.
    pub value: Option<Vec<u8>>,
}

/// Writes to any number of trees that become durable together. Of two writes to one key, the later
/// one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    operations: Vec<Operation>,
}

impl Batch {
    /// A batch with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a write of `value` at `key`.
    pub fn put(&mut self, tree: &str, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.operations.push(Operation {
            tree: tree.to_owned(),
            key: key.into(),
            value: Some(value.into()),
        });
    }

    /// Adds a removal of `key`.
    pub fn delete(&mut self, tree: &str, key: impl Into<Vec<u8>>) {
        self.operations.push(Operation {
            tree: tree.to_owned(),
            key: key.into(),
            value: None,
        });
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// What it does, in order; for backends.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Checks every part against the bounds of [`KeyValue`](crate::KeyValue); for backends.
    pub fn check(&self) -> Result<(), Error> {
        for Operation { tree, key, value } in &self.operations {
            check_tree(tree)?;
            check_length("key", key.len(), MAX_KEY)?;
            check_length("value", value.as_ref().map_or(0, Vec::len), MAX_VALUE)?;
        }
        Ok(())
    }
}

/// Checks a tree's name.
pub(crate) fn check_tree(tree: &str) -> Result<(), Error> {
    if tree.is_empty() {
        return Err(Error::OutOfBounds {
            what: "tree name",
            length: 0,
        });
    }
    check_length("tree name", tree.len(), MAX_TREE)
}

fn check_length(what: &'static str, length: usize, most: usize) -> Result<(), Error> {
    if length > most {
        Err(Error::OutOfBounds { what, length })
    } else {
        Ok(())
    }
}
