//! The heart of the tests: wallets against a model ledger that may execute
//! whatever it was ever sent, in any legal order, takes blocks back, and is seen
//! through nodes that lie, lag, swallow and fall silent; crashes and second
//! attempts fall anywhere between.
//!
//! After every act: no purchase can be executed twice, now or ever. At the end,
//! when all is honest and final: what a wallet says is what the ledger did.

mod ledger;
mod wallet;

use std::sync::Arc;

use proptest::prelude::*;

use ledger::{Mischief, ModelLedger};
use wallet::{ModelWallet, Plan};

/// What happens next. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Deed {
    /// A wallet approves a purchase, or tries it again; the process dies after
    /// so many questions to the ledger.
    Pay {
        wallet: usize,
        purchase: u8,
        dies_after: u8,
    },
    /// A wallet looks at all that is under way.
    Look { wallet: usize, dies_after: u8 },
    /// A wallet looks back at all that is over.
    LookBack { wallet: usize, dies_after: u8 },
    /// A wallet signs a cancellation or a higher fee.
    Replace {
        wallet: usize,
        purchase: u8,
        cancels: bool,
        dies_after: u8,
    },
    /// The ledger makes a block of some of what it was sent.
    Mine { chosen: u64, seconds: u16 },
    /// The ledger takes blocks back, within the rule of finality.
    Reorg { depth: u8 },
    /// Somebody carries an authorization that was seen.
    Carry { which: u8 },
    /// Another program with the same words sends something else.
    Elsewhere { ahead: u8 },
    /// The node is another one from now on.
    Node(Mischief),
    /// This computer's clock jumps.
    Clock { seconds: i32 },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let dies = prop_oneof![3 => Just(u8::MAX), 1 => 0..8_u8];
    let mischief = prop_oneof![
        4 => Just(Mischief::Honest),
        1 => Just(Mischief::Silent),
        1 => Just(Mischief::TakesAndTimesOut),
        1 => Just(Mischief::TakesAndRefuses),
        1 => Just(Mischief::SwallowsWhatIsSent),
        1 => Just(Mischief::Stale),
        1 => Just(Mischief::FalseReceipt),
        1 => Just(Mischief::FalseRefusal),
        1 => Just(Mischief::Disagrees),
    ];
    let deed = prop_oneof![
        5 => (0..2_usize, 0..3_u8, dies.clone()).prop_map(|(wallet, purchase, dies_after)| {
            Deed::Pay { wallet, purchase, dies_after }
        }),
        8 => (0..2_usize, dies.clone()).prop_map(|(wallet, dies_after)| Deed::Look { wallet, dies_after }),
        2 => (0..2_usize, dies.clone()).prop_map(|(wallet, dies_after)| Deed::LookBack { wallet, dies_after }),
        2 => (0..2_usize, 0..3_u8, any::<bool>(), dies).prop_map(|(wallet, purchase, cancels, dies_after)| {
            Deed::Replace { wallet, purchase, cancels, dies_after }
        }),
        6 => (any::<u64>(), 1..900_u16).prop_map(|(chosen, seconds)| Deed::Mine { chosen, seconds }),
        2 => (1..=4_u8).prop_map(|depth| Deed::Reorg { depth }),
        1 => any::<u8>().prop_map(|which| Deed::Carry { which }),
        1 => (0..2_u8).prop_map(|ahead| Deed::Elsewhere { ahead }),
        4 => mischief.prop_map(Deed::Node),
        1 => (-9_000..9_000_i32).prop_map(|seconds| Deed::Clock { seconds }),
    ];
    prop::collection::vec(deed, 1..70)
}

async fn run(plan: Plan, depth: u64, deeds: Vec<Deed>) {
    let ledger = Arc::new(ModelLedger::new(depth));
    let wallets = [
        ModelWallet::new(0, Arc::clone(&ledger), plan),
        ModelWallet::new(1, Arc::clone(&ledger), plan),
    ];
    // Plain transfers know no ledger-side rule against a second computer: there,
    // each wallet has purchases of its own.
    let id = |wallet: usize, purchase: u8| match plan {
        Plan::Authorizations => purchase,
        Plan::PlainTransfers => purchase * 2 + u8::try_from(wallet).unwrap_or_default(),
    };
    for deed in deeds {
        match deed {
            Deed::Pay {
                wallet,
                purchase,
                dies_after,
            } => {
                wallets[wallet].pay(id(wallet, purchase), dies_after).await;
            }
            Deed::Look { wallet, dies_after } => wallets[wallet].look(dies_after).await,
            Deed::LookBack { wallet, dies_after } => wallets[wallet].look_back(dies_after).await,
            Deed::Replace {
                wallet,
                purchase,
                cancels,
                dies_after,
            } => {
                wallets[wallet]
                    .replace(id(wallet, purchase), cancels, dies_after)
                    .await;
            }
            Deed::Mine { chosen, seconds } => ledger.mine(chosen, u64::from(seconds)),
            Deed::Reorg { depth } => ledger.reorg(u64::from(depth)),
            Deed::Carry { which } => ledger.carry(usize::from(which)),
            Deed::Elsewhere { ahead } => ledger.elsewhere(u64::from(ahead)),
            Deed::Node(mischief) => ledger.become_a(mischief),
            Deed::Clock { seconds } => wallets.iter().for_each(|wallet| wallet.jump(seconds)),
        }
        ledger.nothing_can_be_paid_twice();
    }
    // All is honest from here on, and everything that can come in comes in.
    ledger.become_a(Mischief::Honest);
    for _ in 0..16 {
        for wallet in &wallets {
            wallet.look(u8::MAX).await;
            wallet.look_back(u8::MAX).await;
        }
        ledger.mine(u64::MAX, 700);
        ledger.nothing_can_be_paid_twice();
    }
    for wallet in &wallets {
        wallet.says_what_the_ledger_did();
    }
}

fn play(plan: Plan, depth: u64, deeds: Vec<Deed>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(run(plan, depth, deeds));
}

/// A few of the many stories; more with `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").is_ok();
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: if asked { default.cases } else { 64 },
        failure_persistence: None,
        ..default
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_purchase_paid_by_authorization_is_paid_at_most_once_and_told_as_it_is(
        deeds in deeds(), depth in 0..4_u64,
    ) {
        play(Plan::Authorizations, depth, deeds);
    }

    #[test]
    fn a_purchase_paid_by_plain_transfer_is_paid_at_most_once_and_told_as_it_is(
        deeds in deeds(), depth in 0..4_u64,
    ) {
        play(Plan::PlainTransfers, depth, deeds);
    }
}

/// The story behind rule 3, which chance seldom tells: the nonce was used by
/// another transaction, whose block the ledger takes back.
#[test]
fn a_nonce_that_was_used_in_a_block_that_went_away_proves_nothing() {
    let pay = Deed::Pay {
        wallet: 0,
        purchase: 0,
        dies_after: u8::MAX,
    };
    let look = Deed::Look {
        wallet: 0,
        dies_after: u8::MAX,
    };
    let deeds = vec![
        pay.clone(),
        Deed::Elsewhere { ahead: 0 },
        // The other program's transaction, and nothing else.
        Deed::Mine {
            chosen: 1,
            seconds: 5,
        },
        look.clone(),
        look.clone(),
        look,
        Deed::Reorg { depth: 4 },
        pay,
    ];
    play(Plan::PlainTransfers, 3, deeds);
}
