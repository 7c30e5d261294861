//! Looking deeper: at every asset and network of one address.

use jiaozi_types::AssetId;

use super::Till;
use super::poll::{add_balance, merge, payment, stand};
use super::standing::Look;
use crate::api::ErrorCode;
use crate::api::till::ChargeView;
use crate::error::WalletError;
use crate::network::Network;

/// Blocks that are searched for transfers of one address, at most.
const BLOCKS: u64 = 20_000;

impl Till {
    /// Looks deeper at one charge: at every asset and network of this profile.
    /// Networks that do not answer are left out.
    pub async fn look(&self, id: &str) -> Result<ChargeView, WalletError> {
        let number = self.find(id)?.number;
        self.catch_up().await?;
        let (book, settings) = (self.book()?, self.settings()?);
        let charge = book.till_charge(number)?.ok_or(ErrorCode::ChargeUnknown)?;
        let own = self.network(&settings)?;
        let mut balances = Vec::new();
        for network in book.networks()? {
            // An address of one space is none of the other.
            if network.chain.is_core() != own.chain.is_core() {
                continue;
            }
            match self.balances(&network, charge.address).await {
                Ok(told) => balances.extend(told),
                Err(error) if network.chain == own.chain => return Err(error),
                Err(error) => tracing::info!(network = %network.chain, %error, "not looked at"),
            }
        }
        let ledger = self.wallet.ledger(&own).await?;
        let began = self.now();
        let head = ledger.head().await?;
        let from = charge.first_block.max(head.saturating_sub(BLOCKS));
        let tokens: Vec<_> = own
            .tokens
            .iter()
            .filter_map(|token| token.asset.id().contract())
            .collect();
        let transfers = ledger
            .transfers(&tokens, charge.address, from, head)
            .await?;
        let mut told = Vec::new();
        for transfer in transfers.iter().filter(|told| told.to == charge.address) {
            let time = match transfer.time {
                Some(time) => time,
                None => ledger.block_time(transfer.block).await?,
            };
            let asset = AssetId::Token {
                chain: own.chain,
                contract: transfer.token,
            };
            told.push(payment(transfer, asset, time));
        }
        let changed = {
            let _turn = self.shared().turn.take();
            let before = book.till_charge(number)?.ok_or(ErrorCode::ChargeUnknown)?;
            let mut after = before.clone();
            merge(&mut after, told, (from, head), None, false);
            let look = Look { began, block: head };
            for (asset, balance) in balances {
                // Tokens of the till's own network leave logs, which were read.
                let has_logs = asset.chain() == own.chain && asset.contract().is_some();
                if !has_logs {
                    add_balance(&mut after, asset, balance, look);
                }
            }
            stand(&mut after, began, None);
            let mut batch = book.till_batch()?;
            batch.change(&before, after, began)?;
            batch.commit()?
        };
        self.tell_charges(&changed)?;
        self.get(id)
    }

    async fn balances(
        &self,
        network: &Network,
        address: alloy_primitives::Address,
    ) -> Result<Vec<(AssetId, alloy_primitives::U256)>, WalletError> {
        let ledger = self.wallet.ledger(network).await?;
        let mut told = vec![(network.coin.id(), ledger.coin_balance(address).await?)];
        for token in &network.tokens {
            if let Some(contract) = token.asset.id().contract() {
                let balance = ledger.token_balance(contract, address).await?;
                told.push((token.asset.id(), balance));
            }
        }
        Ok(told)
    }
}
