//! The history against a ledger that grows, is reorganised and fails.

mod chain;
mod pages;
mod reading;

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_store::StoreKey;
use jiaozi_types::{Timestamp, sandbox};

use super::{Reader, Synced};
use crate::api::FinalityRule;
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use crate::records::{AccountRecord, CursorRecord, EntryRecord};
use chain::{ChainLedger, Moved};

const ME: EvmAddress = EvmAddress::repeat_byte(0xaa);
const OTHER: EvmAddress = EvmAddress::repeat_byte(0xbb);

struct Scene {
    book: Book,
    network: Network,
    ledger: ChainLedger,
    folder: tempfile::TempDir,
}

impl Scene {
    /// A chain whose blocks are final under `depth` others.
    fn new(depth: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = open(folder.path());
        let account = AccountRecord {
            label: String::new(),
            address: Some(ME),
            core: None,
            cold: None,
        };
        book.store().put(&0_u32.to_be_bytes(), &account).unwrap();
        let blocks = u32::try_from(depth).unwrap();
        let mut network = Network::sandbox();
        network.finality = match blocks {
            0 => FinalityRule::Immediate,
            blocks => FinalityRule::Depth { blocks },
        };
        Self {
            book,
            network,
            ledger: ChainLedger::new(depth),
            folder,
        }
    }

    async fn look(&self, budget: u64) -> Result<Synced, WalletError> {
        let reader = Reader {
            book: &self.book,
            ledger: &self.ledger,
            network: &self.network,
            account: 0,
            address: ME,
        };
        reader
            .look(Timestamp::from_unix(chain::GENESIS), budget, |_| {})
            .await
    }

    /// What the history has: transaction, block, value.
    fn entries(&self) -> Vec<(B256, u64, u64)> {
        let entries = self.book.all::<EntryRecord>().unwrap();
        let mut entries: Vec<_> = entries
            .into_iter()
            .map(|(_, entry)| {
                (
                    entry.transaction,
                    entry.block,
                    entry.amount.atoms().to::<u64>(),
                )
            })
            .collect();
        entries.sort();
        entries
    }

    fn cursor(&self) -> CursorRecord {
        self.book.cursor(self.network.chain, 0).unwrap()
    }

    fn rows(&self) -> u64 {
        self.book.row_count(self.network.chain).unwrap()
    }

    /// The process dies and starts again.
    fn restart(self) -> Self {
        let Self {
            book,
            network,
            ledger,
            folder,
        } = self;
        drop(book);
        Self {
            book: open(folder.path()),
            network,
            ledger,
            folder,
        }
    }
}

fn open(folder: &std::path::Path) -> Book {
    Book::open(folder, &StoreKey::new([7; 32])).unwrap()
}

fn hash(id: u64) -> B256 {
    B256::from(U256::from(id))
}

/// Yuan that came in.
fn came(id: u64) -> Moved {
    Moved {
        transaction: hash(id),
        from: OTHER,
        to: ME,
        value: 100 + id,
        coin: false,
    }
}

/// Blocks with one payment each, of ids `ids`.
fn one_each(ids: std::ops::Range<u64>) -> impl Iterator<Item = Vec<Moved>> {
    ids.map(|id| vec![came(id)])
}

/// The chain of the sandbox is what all of this happens on.
#[test]
fn the_scene_is_on_the_sandbox() {
    assert_eq!(
        Network::sandbox().chain,
        jiaozi_types::ChainId::Eip155(sandbox::CHAIN_ID)
    );
}
