//! Second opinions on what one endpoint alone has told.

use jiaozi_ledger::{Agreement, TransactionStatus};

use super::Reader;
use super::write::row_of;
use crate::error::WalletError;
use crate::records::{CursorRecord, EntryRecord};

/// Entries whose second opinion is asked for at one look.
const OPINIONS: usize = 20;

impl Reader<'_> {
    /// Asks after entries that one endpoint alone has told of, where there are
    /// several: only what two say is final. Whether one changed.
    pub(super) async fn second_opinions(
        &self,
        cursor: &mut CursorRecord,
    ) -> Result<bool, WalletError> {
        let asked = OPINIONS.min(cursor.doubted.len());
        if asked == 0 {
            return Ok(false);
        }
        let mut changed = false;
        for _ in 0..asked {
            let Some(text) = cursor.doubted.pop_front() else {
                break;
            };
            let key = hex::decode(&text).unwrap_or_default();
            let Some(entry) = self.book.store().get::<EntryRecord>(&key)? else {
                continue;
            };
            let answer = self.ledger.status(entry.transaction).await;
            let confirmed = matches!(answer, Ok(TransactionStatus::Included(place))
                if place.success && place.block == entry.block && place.agreement != Agreement::Unconfirmed);
            if !confirmed {
                cursor.doubted.push_back(text);
                continue;
            }
            let entry = EntryRecord {
                unconfirmed: false,
                ..entry
            };
            let mut batch = self.book.row_batch();
            batch.put(&key, &entry)?;
            batch.put_row(entry.time, &row_of(&entry))?;
            batch.commit()?;
            changed = true;
        }
        self.save(cursor)?;
        Ok(changed)
    }
}
