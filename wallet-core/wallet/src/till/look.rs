//! Looking deeper: at every asset and network of one address, and at numbers
//! that were given out before this profile knew of them.

use futures_util::future::try_join_all;
use jiaozi_ledger::{Ledger, LedgerError};
use jiaozi_types::AssetId;

use super::poll::{add_balance, merge, payment, stand};
use super::records::TillRecord;
use super::standing::Look;
use super::{Till, shop_key};
use crate::api::ErrorCode;
use crate::api::till::ChargeView;
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;

/// Numbers in a row of which none was used: behind them, all are free.
const FREE_RUN: u32 = 30;
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

/// The first number behind all that were ever used: a profile that was lost and
/// made again from the words must give no address out twice. Used is what has
/// money, or had it gathered. Runs of unused numbers are looked for at ever
/// larger steps, then between the last two.
pub(crate) async fn first_free(
    ledger: &dyn Ledger,
    settings: &TillRecord,
    book: &Book,
) -> Result<u32, WalletError> {
    let known = book.till_counter()?.number;
    if known > 0 {
        return Ok(known);
    }
    let is_free = async |from: u32| run_is_free(ledger, settings, from).await;
    if is_free(0).await? {
        return Ok(0);
    }
    let (mut used, mut free) = (0, FREE_RUN);
    while !is_free(free).await? {
        used = free;
        free = free.saturating_mul(2);
        if free >= 1 << 30 {
            return Err(ErrorCode::TillFull.into());
        }
    }
    while free.saturating_sub(used) > FREE_RUN {
        let middle = used.midpoint(free);
        if is_free(middle).await? {
            free = middle;
        } else {
            used = middle;
        }
    }
    // What was asked for and not paid leaves no trace: a distance is kept.
    Ok(free.saturating_add(FREE_RUN))
}

async fn run_is_free(
    ledger: &dyn Ledger,
    settings: &TillRecord,
    from: u32,
) -> Result<bool, WalletError> {
    let branch = shop_key(settings)?.till(settings.till);
    let branch = branch.map_err(|_| ErrorCode::TillKeyMalformed)?;
    let token = settings.asset.id().contract().ok_or(ErrorCode::BadInput)?;
    let looks = (from..from.saturating_add(FREE_RUN)).map(|number| {
        let address = branch.address(number);
        async move {
            let address = address.map_err(|_| LedgerError::Node(0))?;
            let nonce = super::sweep_nonce(settings.chain(), address, 0);
            let (balance, gathered) = futures_util::try_join!(
                ledger.token_balance(token, address),
                ledger.authorization_used(token, address, nonce),
            )?;
            Ok::<_, LedgerError>(balance.is_zero() && !gathered)
        }
    });
    let looks: Vec<_> = looks.collect();
    let mut free = true;
    let mut rest = looks.into_iter();
    loop {
        // Few at a time: public nodes count calls.
        let some: Vec<_> = rest.by_ref().take(6).collect();
        if some.is_empty() || !free {
            return Ok(free);
        }
        free = try_join_all(some).await?.into_iter().all(|free| free);
    }
}
