//! The saga against a ledger that does what the test says: it stalls, refuses,
//! forgets, takes blocks back. The real nodes are in `tests/scenarios/`.

mod attempts;
mod awaiting;
mod ledger;
pub(crate) mod memory;
mod model;
mod old_records;
mod outcomes;
mod renewal;
mod restart;

use std::sync::Arc;

use alloy_primitives::{Address as EvmAddress, B256, Bytes, U256};
use jiaozi_store::StoreKey;
use jiaozi_types::agent::{Appearance, CarrierFee, Language, Theme};
use jiaozi_types::{Amount, Clock, PurchaseId, Timestamp, sandbox};

use super::{Act, Desk, Envelope, Gas, Method, PaymentRecord, Phase, Terms, authorization_nonce};
use crate::book::Book;
use crate::vault::{PromptKind, VaultLaunch, VaultLink};
use ledger::ScriptedLedger;

/// A clock that the test sets.
#[derive(Default)]
struct TestClock(std::sync::atomic::AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

struct Scene {
    desk: Desk,
    ledger: Arc<ScriptedLedger>,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

const START: u64 = 1_800_000_000;
const VALID_BEFORE: u64 = START + 3600;

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path(), &StoreKey::new([7; 32])).unwrap();
        let ledger = Arc::new(ScriptedLedger::new(book.clone()));
        let clock = Arc::new(TestClock::default());
        clock.0.store(START, std::sync::atomic::Ordering::SeqCst);
        let desk = Desk {
            vault: no_vault(folder.path()),
            ledger: Arc::clone(&ledger) as _,
            book,
            clock: Arc::clone(&clock) as _,
        };
        Self {
            desk,
            ledger,
            clock,
            _folder: folder,
        }
    }

    fn set_time(&self, now: u64) {
        self.clock.0.store(now, std::sync::atomic::Ordering::SeqCst);
    }

    fn terms(&self) -> Terms {
        let id = PurchaseId::from_bytes([3; 16]);
        Terms {
            id,
            account: 0,
            from: EvmAddress::repeat_byte(0xaa),
            payee: EvmAddress::repeat_byte(0xbb),
            amount: Amount::from_atoms(U256::from(1250), sandbox::yuan_asset()),
            method: Method::Authorization {
                domain: sandbox::yuan_domain(),
                nonce: authorization_nonce(id),
                valid_before: VALID_BEFORE,
            },
            gas: gas(),
            created_at: START,
            reference: None,
            note: None,
            claimed_name: None,
            memo: None,
            shop: None,
        }
    }

    /// A payment whose bytes are on the disk.
    fn signed(&self) -> PaymentRecord {
        let record = PaymentRecord {
            envelopes: vec![envelope(Act::Pays, b"signed", 0xcc)],
            ..self.record(Phase::Signed)
        };
        self.desk.book.save_payment(&record).unwrap();
        record
    }

    fn record(&self, phase: Phase) -> PaymentRecord {
        PaymentRecord {
            terms: self.terms(),
            envelopes: Vec::new(),
            phase,
            sight: None,
            ended_at: None,
        }
    }

    /// The payment on the disk.
    fn kept(&self) -> PaymentRecord {
        let id = PurchaseId::from_bytes([3; 16]);
        self.desk.book.payment(id).unwrap().unwrap()
    }

    /// Where the payment stands on the disk.
    fn phase(&self) -> Phase {
        self.kept().phase
    }
}

/// No state after the signature asks the vault.
fn no_vault(folder: &std::path::Path) -> Arc<VaultLink> {
    let nowhere = VaultLaunch::Pipe {
        program: folder.join("no-vault"),
        profile: folder.to_path_buf(),
        prompt: PromptKind::None,
    };
    let look = Appearance {
        language: Language::English,
        theme: Theme::Light,
    };
    Arc::new(VaultLink::new(nowhere, look))
}

fn envelope(act: Act, bytes: &'static [u8], hash: u8) -> Envelope {
    Envelope {
        act,
        bytes: Bytes::from_static(bytes),
        transaction: B256::repeat_byte(hash),
        nonce: 5,
        gas: gas(),
    }
}

fn gas() -> Gas {
    Gas {
        limit: 100_000,
        fee: CarrierFee::Legacy { gas_price: 0 },
        core: None,
    }
}
