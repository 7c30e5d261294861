//! The parts of a metadata backup, as they pass between shell and vault.

use alloy_primitives::FixedBytes;
use serde::{Deserialize, Serialize};

/// The most bytes that are sealed or opened at once.
pub const BACKUP_PART_MAX: usize = 512 * 1024;

/// Where a part of a metadata backup stands in its file. It is sealed with the
/// part, so that parts of two files, or of one file in another order, do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupPlace {
    /// The file's random id.
    pub file: FixedBytes<16>,
    /// The part's number, from 0.
    pub index: u32,
    /// How many parts the file has.
    pub count: u32,
}
