//! A shop's keys and signatures against ethers and js-conflux-sdk, and what
//! becomes of a proof of which any part is changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

use alloy_primitives::{Address as EvmAddress, U256};
use jiaozi_types::shop::{ShopCharge, ShopError, ShopSignature, TillKey};
use jiaozi_types::{
    Address, CoinType, HdError, ShopKey, ShopProof, TillCertificate, Timestamp, VerifiedShop,
};
use proptest::prelude::*;
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/shop.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn charges_have_the_addresses_of_other_wallets() {
    let vectors = vectors();
    let evm = ShopKey::parse(text(&vectors["evm_key"]), CoinType::Ether).unwrap();
    let core = ShopKey::parse(text(&vectors["core_key"]), CoinType::Conflux).unwrap();
    let charges = vectors["charges"].as_array().unwrap();
    assert_eq!(charges.len(), 3);
    for charge in charges {
        let till = u16::try_from(charge["till"].as_u64().unwrap()).unwrap();
        let number = u32::try_from(charge["number"].as_u64().unwrap()).unwrap();
        let wanted: EvmAddress = text(&charge["evm"]).parse().unwrap();
        assert_eq!(evm.address(till, number), Ok(wanted));
        let wanted: EvmAddress = text(&charge["core"]).parse().unwrap();
        assert_eq!(core.till(till).unwrap().address(number), Ok(wanted));
    }
    for (till, number) in [(1000, 0), (0, 1 << 31), (u16::MAX, u32::MAX)] {
        assert_eq!(evm.address(till, number), Err(HdError::OutOfRange));
    }
}

#[test]
fn only_the_shops_own_key_is_taken() {
    let vectors = vectors();
    let key = text(&vectors["evm_key"]);
    let swapped = key.replacen('D', "E", 1);
    let blank = format!(" {key}");
    // The published private master key of BIP-32's first vector.
    let private = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
    let master = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8";
    for bad in [
        "",
        "xpub",
        &swapped,
        &blank,
        &key[..100],
        private,
        master,
        text(&vectors["own_key"]),
    ] {
        assert_eq!(
            ShopKey::parse(bad, CoinType::Ether),
            Err(HdError::NotTheAccount),
            "{bad}"
        );
    }
}

/// The proof in the vectors, signed by ethers.
fn proof() -> ShopProof {
    let vectors = vectors();
    let (certificate, charge) = (&vectors["certificate"], &vectors["charge"]);
    let signature = |name: &str| text(&vectors[name]).parse::<ShopSignature>().unwrap();
    ShopProof {
        shop: text(&certificate["shop"]).to_owned(),
        identity: text(&vectors["shop"]).parse().unwrap(),
        valid_before: certificate["validBefore"].as_u64().unwrap(),
        certificate: signature("certificate_signature"),
        charge: ShopCharge {
            payee: Address::on_evm(1030, text(&charge["payee"]).parse().unwrap()),
            asset: text(&charge["asset"]).parse().unwrap(),
            atoms: U256::from(charge["atoms"].as_u64().unwrap()),
            reference: text(&charge["ref"]).to_owned(),
            expires: charge["expires"].as_u64().unwrap(),
        },
        signature: signature("charge_signature"),
    }
}

#[test]
fn what_ethers_signed_is_verified_and_signed_alike() {
    let proof = proof();
    let till = TillKey::from_bytes(&[2; 32]).unwrap();
    let now = Timestamp::from_unix(1_900_000_000);
    assert_eq!(
        proof.verify(now),
        Ok(VerifiedShop {
            name: "老王面馆".to_owned(),
            identity: proof.identity,
            till: till.address(),
        })
    );
    assert_eq!(till.sign(&proof.charge), Ok(proof.signature));
    let certificate = TillCertificate {
        shop: proof.shop.clone(),
        till: till.address(),
        valid_before: proof.valid_before,
    };
    assert_eq!(certificate.signer(&proof.certificate), Ok(proof.identity));
    assert_eq!(
        format!("{till:?}"),
        format!("TillKey({})", till.address()),
        "no secret in it"
    );
}

#[test]
fn time_ends_a_proof() {
    let proof = proof();
    let at = |now| proof.verify(Timestamp::from_unix(now));
    assert!(at(1_999_999_999).is_ok());
    assert_eq!(at(2_000_000_000), Err(ShopError::ChargeExpired));
    assert_eq!(at(2_100_000_000), Err(ShopError::CertificateExpired));
    assert!(proof.check().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A proof of which any field is changed is not true.
    #[test]
    fn nothing_in_a_proof_can_be_changed(
        field in 0..9_u8,
        byte in 0..65_usize,
        bit in 0..8_u8,
        number in 1..1_000_u64,
        letter in "[a-z]",
    ) {
        let mut proof = proof();
        let flip = |signature: &mut ShopSignature| signature.0[byte] ^= 1 << bit;
        match field {
            0 => proof.shop.push_str(&letter),
            1 => proof.identity.0[byte % 20] ^= 1 << bit,
            2 => proof.valid_before += number,
            3 => flip(&mut proof.certificate),
            4 => flip(&mut proof.signature),
            5 => {
                let mut raw = proof.charge.payee.evm();
                raw.0[byte % 20] ^= 1 << bit;
                proof.charge.payee = Address::on_evm(1030, raw);
            }
            6 => proof.charge.atoms += U256::from(number),
            7 => proof.charge.reference.push_str(&letter),
            _ => proof.charge.expires -= number,
        }
        prop_assert!(proof.check().is_err());
    }
}

#[test]
fn bounds_hold() {
    let till = TillKey::from_bytes(&[2; 32]).unwrap();
    let charge = proof().charge;
    let mut other_chain = charge.clone();
    other_chain.payee = Address::on_evm(71, charge.payee.evm());
    assert_eq!(till.sign(&other_chain), Err(ShopError::TwoChains));
    for reference in ["", "a b", "订单", &"x".repeat(65)] {
        let mut bad = charge.clone();
        bad.reference = reference.to_owned();
        assert_eq!(till.sign(&bad), Err(ShopError::OutOfBounds));
    }
    for shop in ["", " Wang", "Wang\n", &"长".repeat(65)] {
        let bad = TillCertificate {
            shop: shop.to_owned(),
            till: till.address(),
            valid_before: 1,
        };
        assert_eq!(bad.check(), Err(ShopError::OutOfBounds));
    }
    assert!(TillKey::from_bytes(&[0; 32]).is_none());
    assert!(TillKey::from_bytes(&[0xff; 32]).is_none());
}
