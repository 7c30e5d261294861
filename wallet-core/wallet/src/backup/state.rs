//! What is known of this profile's backups. It stays on this computer.

use serde::{Deserialize, Serialize};

use crate::api::ErrorCode;
use crate::book::Book;
use crate::error::WalletError;

/// What is known of the backups. Key: none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct BackupRecord {
    /// When a file was last written (Unix seconds).
    pub(crate) written_at: Option<u64>,
    /// Where.
    pub(crate) written_to: Option<String>,
    /// What was in it, as a hash.
    pub(crate) written_hash: Option<String>,
    /// Why the last try failed.
    pub(crate) failure: Option<ErrorCode>,
    /// The vault's own part, as it was last sealed (hexadecimal).
    pub(crate) book: Option<String>,
    /// When the person last proved that the backup works (Unix seconds).
    pub(crate) checked_at: Option<u64>,
    /// When the person last put the reminder off (Unix seconds).
    pub(crate) reminded_at: Option<u64>,
    /// Whether real money was ever seen in an account of this profile.
    #[serde(default)]
    pub(crate) had_real_money: bool,
}

crate::records::first_version!(BackupRecord, "backup_state");

impl Book {
    /// What is known of the backups.
    pub(crate) fn backup(&self) -> Result<BackupRecord, WalletError> {
        Ok(self.store().get(&[])?.unwrap_or_default())
    }

    /// Keeps a change of it.
    pub(crate) fn change_backup(
        &self,
        change: impl FnOnce(&mut BackupRecord),
    ) -> Result<(), WalletError> {
        let mut record = self.backup()?;
        change(&mut record);
        Ok(self.store().put(&[], &record)?)
    }

    /// Whether real money was ever seen in an account of these words.
    pub(crate) fn had_real_money(&self) -> Result<bool, WalletError> {
        if self.backup()?.had_real_money {
            return Ok(true);
        }
        // What is watched has other words.
        let own: Vec<u32> = self
            .accounts()?
            .into_iter()
            .filter(|(_, account)| account.cold.is_none())
            .map(|(number, _)| number)
            .collect();
        for network in self.networks()?.iter().filter(|one| one.real_money) {
            for account in &own {
                let cursor = self.cursor(network.chain, *account)?;
                if cursor.balances.iter().any(|(_, atoms)| !atoms.is_zero()) {
                    // Spending it all does not end the need of a backup.
                    self.change_backup(|record| record.had_real_money = true)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Days for which "later" puts the reminder off.
const LATER: u64 = 14;

/// Whether it is time to test the backup: once after the first real money came,
/// and then `days` after the last test. Zero days: never again once it was
/// tested. A reminder that was put off comes back after two weeks.
pub(crate) fn is_test_due(record: &BackupRecord, had_money: bool, days: u32, now: u64) -> bool {
    const DAY: u64 = 86_400;
    let is_over = |since: u64, days: u64| now >= since.saturating_add(days.saturating_mul(DAY));
    let put_off = record.reminded_at.is_some_and(|at| !is_over(at, LATER));
    if !had_money || put_off {
        return false;
    }
    match record.checked_at {
        None => true,
        Some(_) if days == 0 => false,
        Some(last) => is_over(last, days.into()),
    }
}
