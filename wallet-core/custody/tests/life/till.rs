//! What a till is lent, and charges that are swept home.

use super::*;

fn certificate(till: u8, valid_before: u64) -> TillCertificate {
    TillCertificate {
        shop: "老王面馆".to_owned(),
        till: alloy_primitives::Address::with_last_byte(till),
        valid_before,
    }
}

#[test]
fn a_till_is_vouched_for_with_the_pin_every_time() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::Keyring);
    let request = |signer, certificate: &TillCertificate| SignRequest {
        purchase: PurchaseId::from_bytes([9; 16]),
        signer,
        what: ToSign::TillCertificate(certificate.clone()),
        shop: None,
    };
    let certificate = certificate(7, NOON + 600);
    let own = request(KeyRef::Account(0), &certificate);
    let needs_pin = Err(NotSigned::NeedsPin(SpendVerdict::PinCertificate));
    let verified = vault.verify(&secret(PIN)).unwrap();
    for _ in 0..2 {
        assert_eq!(vault.judge(&own), Ok(SpendVerdict::PinCertificate));
        assert_eq!(vault.sign(&own, None), needs_pin);
        let signed = vault.sign(&own, Some(&verified)).unwrap();
        assert_eq!(signed.transaction, None);
        let signature = signed.authorization_signature.unwrap();
        let signature = signature.as_ref().try_into().unwrap();
        let me = vault.accounts(0, 1).unwrap()[0].address;
        assert_eq!(certificate.signer(&signature), Ok(me));
    }
    let charge = KeyRef::Charge { till: 0, number: 0 };
    let mut over = certificate.clone();
    over.valid_before = NOON;
    let mut hidden = certificate.clone();
    hidden.shop.push('\u{202e}');
    let mut blank = certificate.clone();
    blank.shop.clear();
    for bad in [
        request(charge, &certificate),
        request(KeyRef::Account(0), &over),
        request(KeyRef::Account(0), &hidden),
        request(KeyRef::Account(0), &blank),
    ] {
        assert!(vault.judge(&bad).is_err());
        assert!(matches!(
            vault.sign(&bad, Some(&verified)),
            Err(NotSigned::Agent(
                AgentError::Refused { .. } | AgentError::BadRequest { .. }
            ))
        ));
    }
}

#[test]
fn charges_are_swept_home_without_the_pin_and_without_spending() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::Keyring);
    let shop = vault.shop_account().unwrap();
    let key = ShopKey::parse(&shop.evm, CoinType::Ether).unwrap();
    let me = vault.accounts(0, 1).unwrap()[0].address;
    let sweep = |number, to| SignRequest {
        purchase: PurchaseId::from_bytes([u8::try_from(number).unwrap(); 16]),
        signer: KeyRef::Charge { till: 5, number },
        what: ToSign::Sweep {
            domain: sandbox::yuan_domain(),
            authorization: Authorization {
                from: key.address(5, number).unwrap(),
                to,
                // Far above what may leave without the PIN.
                value: U256::from(100_000_000_u64),
                valid_after: 0,
                valid_before: NOON + 600,
                nonce: B256::with_last_byte(3),
            },
            account: 0,
            carrier: Carrier {
                nonce: 0,
                gas_limit: 100_000,
                fee: CarrierFee::Legacy { gas_price: 0 },
                core: None,
            },
        },
        shop: None,
    };
    for number in 1..20 {
        assert_eq!(vault.judge(&sweep(number, me)), Ok(SpendVerdict::QuickPay));
        let signed = vault.sign(&sweep(number, me), None).unwrap();
        assert!(signed.transaction.is_some() && signed.authorization_signature.is_some());
    }
    assert!(vault.status().unwrap().spent_today.is_empty());
    // Not even with the PIN does it go elsewhere.
    let verified = vault.verify(&secret(PIN)).unwrap();
    let second = vault.accounts(1, 1).unwrap()[0].address;
    for elsewhere in [second, key.address(5, 1).unwrap(), sandbox::YUAN] {
        assert!(matches!(
            vault.sign(&sweep(30, elsewhere), Some(&verified)),
            Err(NotSigned::Agent(AgentError::Refused { .. }))
        ));
    }
}
