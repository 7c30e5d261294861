//! What is sold by a button.

use jiaozi_types::Amount;

use super::Till;
use super::records::{ItemsRecord, SavedItem};
use crate::api::till::{ItemInput, ItemView};
use crate::api::{ErrorCode, WalletEvent};
use crate::error::WalletError;
use crate::{text, views};

/// How many buttons there may be.
const MOST: usize = 300;

impl Till {
    /// Adds something that is sold by a button, or changes it.
    pub async fn save_item(&self, input: ItemInput) -> Result<ItemView, WalletError> {
        let settings = self.settings()?;
        let name = text::clean(&input.name, 40);
        if name.is_empty() || name != input.name.trim() {
            return Err(ErrorCode::NameMalformed.into());
        }
        let price = Amount::parse(&input.price, &settings.asset)?;
        let barcode = input.barcode.map(|barcode| barcode.trim().to_owned());
        let barcode = barcode.filter(|barcode| !barcode.is_empty());
        let printable = |barcode: &String| {
            barcode.len() <= 48 && barcode.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        };
        if barcode.as_ref().is_some_and(|barcode| !printable(barcode)) {
            return Err(ErrorCode::BadInput.into());
        }
        let is_new = input.id.is_none();
        let id = match input.id {
            Some(id) => id,
            None => new_id()?,
        };
        let item = SavedItem {
            id,
            name,
            price: price.atoms(),
            barcode,
        };
        let book = self.book()?;
        let _turn = self.shared().turn.take();
        let mut record: ItemsRecord = book.store().get(&[])?.unwrap_or_default();
        let full = record.items.len() >= MOST;
        match record.items.iter_mut().find(|known| known.id == item.id) {
            Some(known) => known.clone_from(&item),
            None if !is_new => return Err(ErrorCode::TillItemUnknown.into()),
            None if full => return Err(ErrorCode::BadInput.into()),
            None => record.items.push(item.clone()),
        }
        book.store().put(&[], &record)?;
        self.wallet.tell(WalletEvent::Till);
        Ok(ItemView {
            id: item.id,
            name: item.name,
            price: views::amount(&price),
            barcode: item.barcode,
        })
    }

    /// Removes a button.
    pub async fn remove_item(&self, id: &str) -> Result<(), WalletError> {
        let book = self.book()?;
        let _turn = self.shared().turn.take();
        let mut record: ItemsRecord = book.store().get(&[])?.unwrap_or_default();
        let before = record.items.len();
        record.items.retain(|item| item.id != id);
        if record.items.len() == before {
            return Err(ErrorCode::TillItemUnknown.into());
        }
        book.store().put(&[], &record)?;
        self.wallet.tell(WalletEvent::Till);
        Ok(())
    }
}

fn new_id() -> Result<String, WalletError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::Internal)?;
    Ok(hex::encode(bytes))
}
