//! The till against a ledger that grows, is reorganised and disappears.

mod bad_days;
mod busy_day;
mod earlier;
mod finding;
mod ledger;
mod refunds;
mod report_days;
mod reports;
mod standings;
mod walk;

use std::collections::HashMap;

use alloy_primitives::{Address as EvmAddress, U256};
use jiaozi_store::StoreKey;
use jiaozi_types::agent::Language;
use jiaozi_types::{CoinType, ShopKey, hd};

use super::branches::Branches;
use super::charge::{Sought, Wanted, make};
use super::poll::{Found, Poll};
use super::records::{Account, TillChargeRecord, TillCursorRecord, TillRecord};
use super::turn::Turn;
use crate::api::FinalityRule;
use crate::api::till::{ChargeState, VoiceSettings};
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use ledger::Chain;
pub(super) use ledger::GENESIS;

/// m/44'/60'/1' of "test test test test test test test test test test test junk".
pub(super) const XPUB: &str = include_str!("shop-account.xpub");
const TILL: u16 = 7;
const A: EvmAddress = EvmAddress::repeat_byte(0xaa);
const B: EvmAddress = EvmAddress::repeat_byte(0xbb);

pub(super) struct Shop {
    book: Book,
    network: Network,
    pub(super) settings: TillRecord,
    key: ShopKey,
    branches: Branches,
    turn: Turn,
    chain: Chain,
    now: u64,
    folder: tempfile::TempDir,
}

impl Shop {
    /// A shop on a chain whose blocks are final under `depth` others.
    pub(super) fn new(depth: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = open(folder.path());
        let mut network = Network::sandbox();
        network.finality = FinalityRule::Depth { blocks: depth };
        let settings = settings(&network);
        let key = ShopKey::parse(XPUB.trim(), CoinType::Ether).unwrap();
        let branches = Branches::default();
        branches.fill(&key, TILL, &[], &HashMap::new());
        let cursor = TillCursorRecord {
            chain: network.chain,
            start: 1,
            next: 1,
            highest: 0,
            final_block: 0,
            marks: Default::default(),
            seen_at: 0,
        };
        book.store().put(&[], &cursor).unwrap();
        book.store().put(&[], &settings).unwrap();
        Self {
            chain: Chain::new(depth.into(), &network),
            book,
            network,
            settings,
            key,
            branches,
            turn: Turn::default(),
            now: GENESIS,
            folder,
        }
    }

    pub(super) fn charge(&self, fen: u64) -> TillChargeRecord {
        self.ask(fen, None).unwrap().0
    }

    fn ask(&self, fen: u64, order: Option<&str>) -> Result<(TillChargeRecord, bool), WalletError> {
        let wanted = Wanted {
            atoms: U256::from(fen),
            lines: Vec::new(),
            note: None,
            staff: Some("小李".to_owned()),
            order: order.map(str::to_owned),
            seconds: 900,
        };
        let _turn = self.turn.take();
        make(&self.book, &self.settings, &self.key, wanted, self.now)
    }

    fn poll(&self) -> Poll<'_> {
        Poll {
            book: &self.book,
            ledger: &self.chain,
            network: &self.network,
            branches: &self.branches,
            turn: &self.turn,
        }
    }

    async fn look(&self) -> Result<Found, WalletError> {
        self.poll().look(self.now, true).await
    }

    /// Looks until all is read.
    async fn see(&self) {
        while !self.look().await.unwrap().whole {}
    }

    fn of(&self, charge: &TillChargeRecord) -> TillChargeRecord {
        self.book.till_charge(charge.number).unwrap().unwrap()
    }

    fn state(&self, charge: &TillChargeRecord) -> ChargeState {
        self.of(charge).standing.state
    }

    fn flags(&self, charge: &TillChargeRecord) -> crate::api::till::ChargeFlags {
        let charge = self.of(charge);
        super::standing::flags(&charge.standing, &charge.asked(), &charge.came())
    }

    /// What a charge of which a part has come still asks for.
    fn rest(&self, charge: &TillChargeRecord) -> Option<Sought> {
        let charge = self.of(charge);
        Sought::rest(&charge, &charge.came())
    }

    /// The process is killed and comes back.
    fn restart(mut self) -> Self {
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        let spare = open(self.folder.path());
        drop(std::mem::replace(&mut self.book, spare));
        self.book = open(folder.path());
        self.folder = folder;
        self.turn = Turn::default();
        self
    }
}

/// A shop's set-up on a network.
pub(super) fn settings(network: &Network) -> TillRecord {
    TillRecord {
        shop: "老王面馆".to_owned(),
        till: TILL,
        account: Account::Own { account: 0 },
        public_key: XPUB.trim().to_owned(),
        asset: network.main_asset().clone(),
        charge_seconds: 900,
        unclear_seconds: 45,
        instant_up_to: U256::from(100_000),
        display_languages: vec![Language::English],
        voice: VoiceSettings {
            on: true,
            volume: 80,
            language: Language::English,
        },
        printer: None,
        utc_offset: 480,
        other_tills: Vec::new(),
        till_key: "01".repeat(32),
        certificate: None,
    }
}

fn open(folder: &std::path::Path) -> Book {
    Book::open(folder, &StoreKey::new([7; 32])).unwrap()
}

#[test]
fn the_shops_key_is_one_of_account_1() {
    let key = ShopKey::parse(XPUB.trim(), CoinType::Ether).unwrap();
    assert_ne!(key.address(0, 0).unwrap(), key.address(0, 1).unwrap());
    assert!(hd::AccountKey::parse(XPUB.trim(), CoinType::Ether, 0).is_err());
}
