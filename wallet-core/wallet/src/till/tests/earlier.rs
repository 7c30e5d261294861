//! What the words alone tell of a till whose profile was lost.

use super::*;
use crate::till::earlier::{Pile, Trail};
use crate::till::sweep_nonce;

fn trail(shop: &Shop, till: u16) -> Trail<'_> {
    let chain = shop.network.chain;
    let yuan = shop.settings.asset.id().contract().unwrap();
    Trail::new(&shop.chain, &shop.key, till, chain, yuan).unwrap()
}

fn address(shop: &Shop, number: u32) -> EvmAddress {
    shop.key.address(TILL, number).unwrap()
}

/// The shop's account gathers an address for the `turn`-th time.
fn gather(shop: &Shop, number: u32, fen: u64, turn: u32) {
    let from = address(shop, number);
    shop.chain.pay(from, A, fen);
    let nonce = sweep_nonce(shop.network.chain, from, turn);
    shop.chain.set(|state| state.used.push((from, nonce)));
}

#[tokio::test]
async fn a_till_that_was_never_used_begins_at_zero() {
    let shop = Shop::new(0);
    assert_eq!(trail(&shop, TILL).first_free().await.unwrap(), 0);
    shop.chain.pay(B, address(&shop, 0), 100);
    assert!(trail(&shop, TILL).is_used().await.unwrap());
    assert!(!trail(&shop, TILL + 1).is_used().await.unwrap());
}

#[tokio::test]
async fn no_address_is_given_out_twice_and_all_money_is_found() {
    let shop = Shop::new(0);
    for number in [3, 29, 41, 139] {
        shop.chain.pay(B, address(&shop, number), 100);
    }
    gather(&shop, 29, 100, 0);
    // Paid again after it was gathered, twice.
    gather(&shop, 41, 100, 0);
    shop.chain.pay(B, address(&shop, 41), 70);
    gather(&shop, 41, 70, 1);
    shop.chain.pay(B, address(&shop, 41), 50);
    let trail = trail(&shop, TILL);
    let end = trail.first_free().await.unwrap();
    assert!((140..=400).contains(&end), "{end}");
    let pile = |number, fen: u64, turn| Pile {
        number,
        address: address(&shop, number),
        atoms: U256::from(fen),
        turn,
    };
    let found = trail.piles(0..end).await.unwrap();
    assert_eq!(found, [pile(3, 100, 0), pile(41, 50, 2), pile(139, 100, 0)]);
    assert_eq!(trail.piles(4..41).await.unwrap(), []);
    shop.chain.set(|state| state.silent = true);
    assert!(trail.piles(0..end).await.is_err());
}
