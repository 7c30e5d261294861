//! The history.

use jiaozi_types::ChainId;
use jiaozi_types::agent::Language;

use super::Wallet;
use super::home::is_fresh;
use crate::api::{
    ActivityPage, ActivityQuery, ErrorCode, FinalityRule, HistoryView, PaymentView, WalletEvent,
};
use crate::error::WalletError;
use crate::history;
use crate::network::Network;
use crate::payment_view::Viewer;
use crate::receipt::{self, ReceiptError};
use crate::records::CursorRecord;

/// More new entries than this are told as one change of the list.
const MANY: usize = 20;

impl Wallet {
    /// A page of the history of the network in use.
    pub async fn activity(&self, query: ActivityQuery) -> Result<ActivityPage, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let page = tokio::task::spawn_blocking(move || history::page(&book, chain, &query)).await;
        page.map_err(|_| ErrorCode::Internal)?
    }

    /// Makes the first search as quick as the later ones. For shells that stay open.
    pub fn prepare_search(&self) {
        if let Ok(book) = self.book() {
            tokio::task::spawn_blocking(move || {
                if let Err(error) = book.search().fill(&book) {
                    tracing::warn!(%error, "the search is not ready");
                }
            });
        }
    }

    /// How far each account's history on the network in use was read.
    pub async fn history(&self) -> Result<Vec<HistoryView>, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let mut views = Vec::new();
        for (account, _) in book.accounts()? {
            views.push(history_view(chain, account, &book.cursor(chain, account)?));
        }
        Ok(views)
    }

    /// Reads all of an account's history that is not read yet. Events tell how
    /// far it is; what is read stays read when this is stopped.
    pub async fn read_history(&self, account: u32) -> Result<HistoryView, WalletError> {
        let network = self.network()?;
        while !self
            .sync_account(&network, account, history::STEADY)
            .await?
        {}
        let cursor = self.book()?.cursor(network.chain, account)?;
        Ok(history_view(network.chain, account, &cursor))
    }

    /// Looks at the ledger and reads up to `budget` blocks; tells what is new.
    /// Whether everything is read.
    pub(super) async fn sync_account(
        &self,
        network: &Network,
        account: u32,
        budget: u64,
    ) -> Result<bool, WalletError> {
        let book = self.book()?;
        let address = self
            .account(account)?
            .on(network.chain)
            // Told by the vault at the next unlock.
            .ok_or(ErrorCode::Locked)?;
        let _turn = self.inner.reading.lock().await;
        let before = book.cursor(network.chain, account)?;
        let outcome = async {
            let ledger = self.ledger(network).await?;
            let reader = history::Reader {
                book: &book,
                ledger: ledger.as_ref(),
                network,
                account,
                address,
            };
            let mut told = before.unread();
            let tell = |cursor: &CursorRecord| {
                // The newest blocks, looked at again and again, are no progress worth telling.
                if cursor.unread() > 0 || told > 0 {
                    told = cursor.unread();
                    self.tell(WalletEvent::History {
                        history: history_view(network.chain, account, cursor),
                    });
                }
            };
            reader.look(self.inner.clock.now(), budget, tell).await
        };
        let outcome = outcome.await;
        if let Err(error) = &outcome {
            self.note_failure(network, error).await;
        }
        let synced = outcome?;
        // Many at once are one change of the list.
        let many = synced.entries.len() > MANY;
        if !many {
            let viewer = Viewer::new(&book)?;
            for entry in &synced.entries {
                self.tell(WalletEvent::Payment {
                    payment: Box::new(viewer.entry(entry)?),
                });
            }
        }
        // Entries become final, or cease to be in the list, without any news.
        let settled = book.cursor(network.chain, account)?.final_block != before.final_block
            && network.finality != FinalityRule::Immediate;
        if many || synced.rows_changed || settled {
            self.tell(WalletEvent::Activity);
        }
        let was_offline = !is_fresh(self.inner.clock.now(), Some(before.seen_at));
        let news = synced.balances_changed || synced.rows_changed || !synced.entries.is_empty();
        if news || was_offline {
            self.tell(WalletEvent::Overview);
        }
        Ok(synced.complete)
    }

    /// The whole history of the network in use as CSV (UTF-8).
    pub async fn export_csv(&self) -> Result<Vec<u8>, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let bytes = tokio::task::spawn_blocking(move || history::csv(&book, chain)).await;
        bytes.map_err(|_| ErrorCode::Internal)?
    }

    /// The receipt of a payment as PDF, in the wallet's language.
    pub async fn receipt_pdf(&self, id: String) -> Result<Vec<u8>, WalletError> {
        self.receipt(id, receipt::pdf).await
    }

    /// The receipt of a payment as PNG, in the wallet's language.
    pub async fn receipt_png(&self, id: String) -> Result<Vec<u8>, WalletError> {
        self.receipt(id, receipt::png).await
    }

    async fn receipt(
        &self,
        id: String,
        draw: fn(&PaymentView, Language) -> Result<Vec<u8>, ReceiptError>,
    ) -> Result<Vec<u8>, WalletError> {
        let (payment, language) = (self.payment(id).await?, self.preferences().language);
        let drawn = tokio::task::spawn_blocking(move || draw(&payment, language)).await;
        let drawn = drawn.map_err(|_| ErrorCode::Internal)?;
        drawn.map_err(|error| {
            tracing::error!(%error, "the receipt was not drawn");
            ErrorCode::Internal.into()
        })
    }
}

pub(super) fn history_view(chain: ChainId, account: u32, cursor: &CursorRecord) -> HistoryView {
    let total = if cursor.start.is_some() {
        cursor.counted()
    } else {
        0
    };
    HistoryView {
        account,
        network_id: chain.to_string(),
        done: total.saturating_sub(cursor.unread()),
        total,
        complete: cursor.start.is_some() && cursor.gaps.is_empty(),
        first_block: cursor.start,
        head: cursor.head,
        final_block: cursor.final_block,
        seen_at: Some(cursor.seen_at).filter(|seen_at| *seen_at != 0),
        coin_unseen: cursor.coin_unseen,
    }
}
