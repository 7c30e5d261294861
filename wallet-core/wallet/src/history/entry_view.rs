//! Ledger entries as shells see them.

use jiaozi_types::ChainId;

use crate::api::{Direction, MoneyState, PaymentState, PaymentView};
use crate::error::WalletError;
use crate::payment_view::Viewer;
use crate::records::EntryRecord;
use crate::views;

impl Viewer<'_> {
    /// A ledger entry.
    pub(crate) fn entry(&self, entry: &EntryRecord) -> Result<PaymentView, WalletError> {
        let network = self
            .networks
            .iter()
            .find(|network| network.chain == entry.chain);
        let own = |address| {
            self.accounts
                .iter()
                .any(|(_, account)| account.on(entry.chain) == Some(address))
        };
        let outgoing = self
            .accounts
            .iter()
            .any(|(index, a)| *index == entry.account && a.on(entry.chain) == Some(entry.from));
        let other = if outgoing { entry.to } else { entry.from };
        let direction = match (outgoing, own(other)) {
            (_, true) => Direction::Own,
            (true, false) => Direction::Out,
            (false, false) => Direction::In,
        };
        let newest_final = self.final_block(entry.chain, entry.account)?;
        let is_final = entry.block <= newest_final && !entry.unconfirmed;
        Ok(PaymentView {
            id: hex::encode(entry.key()),
            direction,
            state: if is_final {
                PaymentState::Settled
            } else {
                PaymentState::Included
            },
            money: MoneyState::Moved,
            counterparty: self.payee(entry.chain, other, None, None)?,
            amount: views::amount(&entry.amount),
            fee: None,
            account: entry.account,
            network_id: entry.chain.to_string(),
            network: network
                .map(|network| network.name.clone())
                .unwrap_or_else(|| entry.chain.to_string()),
            created_at: entry.time,
            included_at: Some(entry.time),
            block: Some(entry.block),
            transaction: Some(entry.transaction.to_string()),
            reference: entry.reference.clone(),
            note: entry.note.clone(),
            memo: None,
            void_after: None,
            error: None,
            sight: None,
            checked: None,
            cancelling: false,
            can_cancel: false,
            can_speed_up: false,
        })
    }

    fn final_block(&self, chain: ChainId, account: u32) -> Result<u64, WalletError> {
        let known = self.finals.borrow().get(&(chain, account)).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let block = self.book.cursor(chain, account)?.final_block;
        self.finals.borrow_mut().insert((chain, account), block);
        Ok(block)
    }
}
