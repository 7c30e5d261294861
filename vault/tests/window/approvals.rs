//! What is signed, and what changes: shown whole, and consented to on purpose.

use super::*;

#[test]
fn a_payment_shows_all_that_is_signed() {
    let mut window =
        english(|session| session.approve(&payment(Some("Wang's Noodles")), PIN, None));
    for shown in [
        "¥1,234.50",
        "SBY, Sandbox, not real money",
        "Wang's Noodles",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "Fee, at most",
        "none",
        "Valid until",
        "November 2026",
        "Account 1, 0xfB69…d359",
        "0xC870…cC03",
        "blue teapot",
    ] {
        window.sees(shown);
    }
    assert!(!window.is_ready("Pay ¥1,234.50"));
    window.types("283917");
    assert!(!window.all_text().contains("283917"));
    window.presses(Key::Enter);
    let secret = window.answer().unwrap().unwrap();
    assert!(same(&secret, "283917"));
}

#[test]
fn a_charge_goes_by_the_name_of_its_shop() {
    let known = to_a_shop(Some("Wang at the corner"), Some("Wang's Noodles"));
    let mut window = english(move |session| session.approve(&known, PIN, None));
    for text in ["Wang at the corner", "Calls itself", "Wang's Noodles"] {
        window.sees(text);
    }
    assert!(!window.all_text().contains("Not in the vault"));
    window.presses(Key::Escape);
    assert!(window.answer().is_err());

    let new = to_a_shop(None, Some("Wang's Noodles"));
    let mut window = english(move |session| session.approve(&new, PIN, None));
    window.sees("New shop");
    window.sees("anyone can take any name");
    let identity: EvmAddress = address!("0x8e23EE67d1332aD560396262C48ffbB01f93D052");
    window.sees(&identity.to_string());
    window.presses(Key::Escape);
    assert!(window.answer().is_err());

    let over = to_a_shop(None, None);
    let mut window = english(move |session| session.approve(&over, PIN, None));
    window.sees("signature has run out");
    window.sees("New payee");
    window.presses(Key::Escape);
    assert!(window.answer().is_err());
}

#[test]
fn a_sweep_says_that_the_money_stays() {
    let sweep = Reading {
        kind: ReadingKind::Sweep { account: 0 },
        signer: KeyRef::Charge {
            till: 3,
            number: 17,
        },
        ..payment(None)
    };
    let mut window = english(move |session| session.approve(&sweep, PIN, None));
    for text in [
        "Collect from the till",
        "Your account 1",
        "Till 3, charge 17",
        "Nothing leaves your wallet but the fee",
    ] {
        window.sees(text);
    }
    window.presses(Key::Escape);
    assert!(window.answer().is_err());
}

#[test]
fn a_stranger_is_called_one() {
    let mut window = english(|session| session.approve(&payment(None), PIN, None));
    window.sees("New payee");
    window.sees("Not in the vault's address book");
    window.tabs_to(Role::Button, "Refuse");
    window.presses(Key::Enter);
    assert_eq!(window.answer().unwrap_err(), PromptError::Declined);
}

#[test]
fn raw_units_and_high_fees_are_warned_of() {
    let chain = ChainId::Eip155(1030);
    let unknown = Reading {
        kind: ReadingKind::TokenTransfer,
        amount: Some(Money {
            asset: AssetId::Token {
                chain,
                contract: SHOP,
            },
            known: None,
            atoms: U256::from(1_250_000),
        }),
        chain,
        expires: None,
        ..payment(None)
    };
    let mut window = english(move |session| session.approve(&unknown, PIN, None));
    window.sees("1,250,000 units");
    window.sees("Unknown token, Conflux eSpace");
    window.sees("decimals are unknown");
    window.presses(Key::Escape);
    assert!(window.answer().is_err());

    let cfx = Asset::new(AssetId::Coin { chain, slip44: 503 }, 18, "CFX").unwrap();
    let money = |atoms: u64| Money {
        asset: cfx.id(),
        known: Some(cfx.clone()),
        atoms: U256::from(atoms),
    };
    let coin = Reading {
        kind: ReadingKind::CoinTransfer,
        amount: Some(money(100_000)),
        fee_cap: Some(money(1_001)),
        chain,
        expires: None,
        ..payment(None)
    };
    let fair = Reading {
        fee_cap: Some(money(1_000)),
        ..coin.clone()
    };
    let mut window = english(move |session| session.approve(&coin, PIN, None));
    window.sees("more than 1 %");
    window.presses(Key::Escape);
    assert!(window.answer().is_err());
    let mut window = english(move |session| session.approve(&fair, PIN, None));
    window.sees("Fee, at most");
    assert!(
        window
            .window
            .query_by_label_contains("more than 1 %")
            .is_none()
    );
}

#[test]
fn typing_elsewhere_does_not_consent() {
    let collect = Reading {
        kind: ReadingKind::Authorization(AuthorizationForm::Receive),
        ..payment(Some("Wang's Noodles"))
    };
    let mut window = english(move |session| session.approve(&collect, SecretNeed::None, None));
    window.sees("Let the payee collect");
    assert!(
        window.button("Refuse").is_focused(),
        "Enter typed for another window must not sign"
    );
    window.until("the button", |window| {
        !window
            .get_by_label("Allow ¥1,234.50")
            .accesskit_node()
            .is_disabled()
    });
    window.tabs_to(Role::Button, "Allow ¥1,234.50");
    window.presses(Key::Enter);
    assert!(window.answer().unwrap().is_none());
}

#[test]
fn changes_show_what_they_change() {
    for (what, shown) in confirmations() {
        let mut window = english(move |session| session.confirm(&what, PIN, None));
        for text in shown {
            window.sees(text);
        }
        window.types("283917");
        window.presses(Key::Enter);
        assert!(window.answer().unwrap().is_some());
    }
}
