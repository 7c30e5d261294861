//! Figures of the signing path, printed by `bench/signing/run.sh`. Ignored in
//! ordinary test runs: what they measure depends on the computer.

use std::time::Instant;

use alloy_primitives::{B256, U256};
use jiaozi_types::agent::{
    Authorization, AuthorizationForm, KeyRef, SignRequest, ToSign, WordLanguage,
};
use jiaozi_types::{PurchaseId, Timestamp, sandbox};

use crate::keys::{CoinType, Keys};
use crate::reading;
use crate::signing::sign;
use crate::vault::{EmptyBook, carry_out};
use crate::words::Words;

const RUNS: usize = 7;
const EACH: u64 = 4_000;

fn per_second(mut once: impl FnMut(u64)) -> Vec<u128> {
    (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            (0..EACH).for_each(&mut once);
            u128::from(EACH) * 1_000_000_000 / start.elapsed().as_nanos().max(1)
        })
        .collect()
}

/// Reading, digest and signature of an EIP-3009 authorization, beside the bare
/// signature of a ready digest, on one thread.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn authorizations_per_second() {
    let words = Words::from_entropy(&[7; 16], WordLanguage::English).unwrap();
    let keys = Keys::of(&words).unwrap();
    let me = KeyRef::Account(0);
    let from = keys.public().address(CoinType::Ether, me).unwrap();
    let now = Timestamp::from_unix(1_800_000_000);
    let request = |n: u64| SignRequest {
        purchase: PurchaseId::from_bytes([1; 16]),
        signer: me,
        shop: None,
        what: ToSign::Authorization {
            domain: sandbox::yuan_domain(),
            authorization: Authorization {
                from,
                to: sandbox::YUAN,
                value: U256::from(n),
                valid_after: 0,
                valid_before: 2_000_000_000,
                nonce: B256::from(U256::from(n)),
            },
            form: AuthorizationForm::Transfer,
        },
    };
    let custody = per_second(|n| {
        let plan = reading::read(&request(n), from, &EmptyBook::default(), now).unwrap();
        let signed = carry_out(plan, |key, digest| keys.sign(CoinType::Ether, key, digest));
        std::hint::black_box(signed.unwrap());
    });
    let bare = keys
        .with_signing_key(CoinType::Ether, me, |key| {
            per_second(|n| {
                std::hint::black_box(sign(key, B256::from(U256::from(n))));
            })
        })
        .unwrap();
    println!("custody {custody:?}");
    println!("k256 {bare:?}");
}
