//! The home screen: accounts, balances, the last payments, top-up.

use jiaozi_ledger::TransactionStatus;
use jiaozi_types::account_number::{ACCOUNTS_OF_SCHEME, PathScheme, account_of_number};
use jiaozi_types::agent::{AgentError, BackupState, Request, Response};
use jiaozi_types::{Address, Amount, ChainId, CoinType, Timestamp};

use super::Wallet;
use super::activity::history_view;
use crate::api::{
    AccountView, ActivityQuery, BalanceView, ErrorCode, Overview, PaymentState, WalletEvent,
};
use crate::error::WalletError;
use crate::history;
use crate::payment_view::Viewer;
use crate::records::AccountRecord;
use crate::text;
use crate::views;

/// Rows of the home screen.
const RECENT: u32 = 8;
/// A look at the ledger that is older than this many seconds counts as offline.
const FRESH: u64 = 30;

impl Wallet {
    /// The accounts.
    pub async fn accounts(&self) -> Result<Vec<AccountView>, WalletError> {
        let accounts = self.book()?.accounts()?;
        let chain = self.network()?.chain;
        Ok(accounts
            .into_iter()
            .map(|(index, account)| account_view(chain, index, &account))
            .collect())
    }

    /// Takes the next account into use.
    pub async fn add_account(&self, label: String) -> Result<AccountView, WalletError> {
        let book = self.book()?;
        let index = book
            .accounts()?
            .iter()
            .map(|(index, _)| *index)
            // Beyond stand accounts of other wallets' paths, and watched ones.
            .filter(|index| *index < ACCOUNTS_OF_SCHEME)
            .max()
            .unwrap_or(0);
        let index = index
            .checked_add(1)
            .filter(|index| *index < ACCOUNTS_OF_SCHEME)
            .ok_or(ErrorCode::BadInput)?;
        let request = Request::Accounts {
            first: index,
            count: 1,
        };
        let Response::Accounts { accounts } = self.inner.vault.call(request).await? else {
            return Err(AgentError::Internal.into());
        };
        let told = accounts.first().ok_or(ErrorCode::UnknownAccount)?;
        let account = AccountRecord {
            label: text::clean(&label, 40),
            address: Some(told.address),
            core: told.core,
            cold: None,
        };
        book.store().put(&index.to_be_bytes(), &account)?;
        book.search().forget();
        self.tell(WalletEvent::Settings);
        Ok(account_view(self.network()?.chain, index, &account))
    }

    /// The home screen from the local records: instant.
    pub async fn overview(&self, account: u32) -> Result<Overview, WalletError> {
        let book = self.book()?;
        let network = self.network()?;
        let record = self.account(account)?;
        let cursor = book.cursor(network.chain, account)?;
        let mut balances = Vec::new();
        for asset in network.assets() {
            let known = cursor.balances.iter().find(|(id, _)| *id == asset.id());
            // A coin that was never held and pays no fees only puzzles people.
            if asset == &network.coin
                && !network.tokens.is_empty()
                && known.is_none_or(|(_, atoms)| atoms.is_zero())
            {
                continue;
            }
            let atoms = known.map(|(_, atoms)| *atoms).unwrap_or_default();
            let total = Amount::from_atoms(atoms, asset.clone());
            let spendable = match record.on(network.chain) {
                Some(address) => book.less_pending(&total, address)?,
                None => total.clone(),
            };
            balances.push(BalanceView {
                total: views::amount(&total),
                spendable: views::amount(&spendable),
            });
        }
        let query = ActivityQuery {
            limit: RECENT,
            ..ActivityQuery::default()
        };
        let recent = history::page(&book, network.chain, &query)?.rows;
        let viewer = Viewer::new(&book)?;
        let mut waiting = 0_u64;
        for payment in book.live_payments()? {
            let approved = viewer.payment(&payment)?.state == PaymentState::Approved;
            if payment.terms.chain() == network.chain && !approved {
                waiting = waiting.saturating_add(1);
            }
        }
        let has_money = cursor.balances.iter().any(|(_, atoms)| !atoms.is_zero());
        let backup_pending = self.vault_status().await?.backup == BackupState::Pending;
        let seen_at = Some(cursor.seen_at).filter(|seen_at| *seen_at != 0);
        Ok(Overview {
            account: account_view(network.chain, account, &record),
            balances,
            recent,
            waiting,
            online: is_fresh(self.inner.clock.now(), seen_at),
            seen_at,
            history: history_view(network.chain, account, &cursor),
            remind_backup: has_money && backup_pending,
            test_backup: self.is_backup_test_due(&book)?,
            can_top_up: network.is_sandbox(),
        })
    }

    /// Asks the ledger, brings the history up to date, and gives the home screen.
    pub async fn refresh(&self, account: u32) -> Result<Overview, WalletError> {
        self.sync_account(&self.network()?, account, history::PROMPT)
            .await?;
        self.overview(account).await
    }

    /// Has the sandbox's embedded bank put money into an account, and waits
    /// until it is there.
    pub async fn top_up(&self, account: u32, amount: String) -> Result<Overview, WalletError> {
        let network = self.network()?;
        if !network.is_sandbox() {
            return Err(ErrorCode::TopUpUnavailable.into());
        }
        let amount = Amount::parse(&amount, network.main_asset())?;
        if amount.is_zero() {
            return Err(ErrorCode::AmountZero.into());
        }
        let address = self
            .account(account)?
            .on(network.chain)
            .ok_or(ErrorCode::UnknownAccount)?;
        let outcome = async {
            let ledger = self.ledger(&network).await?;
            let transaction = ledger.sandbox_top_up(address, amount.atoms()).await?;
            for _ in 0..100 {
                if let TransactionStatus::Included(_) = ledger.status(transaction).await? {
                    return Ok(());
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            Err(WalletError::from(jiaozi_ledger::LedgerError::Timeout))
        };
        let outcome = outcome.await;
        if let Err(error) = &outcome {
            self.note_failure(&network, error).await;
        }
        outcome?;
        self.refresh(account).await
    }

    pub(crate) fn account(&self, index: u32) -> Result<AccountRecord, WalletError> {
        let accounts = self.book()?.accounts()?;
        let found = accounts.into_iter().find(|(known, _)| *known == index);
        found
            .map(|(_, account)| account)
            .ok_or_else(|| ErrorCode::UnknownAccount.into())
    }
}

pub(super) fn is_fresh(now: Timestamp, seen_at: Option<u64>) -> bool {
    seen_at.is_some_and(|seen_at| now.since(Timestamp::from_unix(seen_at)) <= FRESH)
}

/// An account as it is on `chain`.
pub(super) fn account_view(chain: ChainId, index: u32, account: &AccountRecord) -> AccountView {
    let coin = if chain.is_core() {
        CoinType::Conflux
    } else {
        CoinType::Ether
    };
    // A watched account's number says nothing of its place in its own wallet.
    let (scheme, at) = account
        .cold
        .as_ref()
        .map_or(account_of_number(index), |cold| {
            (PathScheme::Own, cold.index)
        });
    AccountView {
        index,
        label: account.label.clone(),
        address: account
            .on(chain)
            .map(|address| Address::on(chain, address).plain())
            .unwrap_or_default(),
        path: scheme.path(coin, at),
        wallet: account
            .cold
            .as_ref()
            .map(|cold| format!("{:08x}", cold.fingerprint)),
    }
}
