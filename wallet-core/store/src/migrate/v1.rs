//! Version 1, the first layout: sealed records in the trees of their kinds, `sealed` with the record
//! that tries the key, `meta` with the version. There is nothing before it to change.

use super::Migration;

pub(super) const MIGRATION: Migration = Migration {
    to: 1,
    run: |_| Ok(()),
};
