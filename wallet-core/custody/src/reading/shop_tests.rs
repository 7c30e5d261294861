//! Sweeps, charge keys and shops' proofs: what they can do, and what not.

use alloy_primitives::address;
use jiaozi_types::agent::CarrierFee;
use jiaozi_types::shop::{ShopCharge, ShopProof, TillCertificate, TillKey};
use jiaozi_types::{PurchaseId, sandbox};
use proptest::prelude::*;

use super::*;
use crate::policy;

const OWN: EvmAddress = address!("0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
const CHARGE: EvmAddress = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
const NOW: u64 = 1_800_000_000;

/// Knows the yuan, and one shop by its identity.
struct Regulars;

impl Book for Regulars {
    fn name_of(&self, _: &Address) -> Option<String> {
        None
    }
    fn name_of_shop(&self, identity: EvmAddress) -> Option<String> {
        (identity == key(1).address()).then(|| "Wang at the corner".to_owned())
    }
    fn asset(&self, id: AssetId) -> Option<Asset> {
        let yuan = sandbox::yuan_asset();
        (id == yuan.id()).then_some(yuan)
    }
    fn domain(&self, id: AssetId) -> Option<TokenDomain> {
        (id == sandbox::yuan_asset().id()).then(sandbox::yuan_domain)
    }
}

fn key(byte: u8) -> TillKey {
    TillKey::from_bytes(&[byte; 32]).unwrap()
}

fn carrier(gas_price: u128) -> Carrier {
    Carrier {
        nonce: 3,
        gas_limit: 100_000,
        fee: CarrierFee::Legacy { gas_price },
        core: None,
    }
}

fn authorization(from: EvmAddress, to: EvmAddress, value: u64) -> Authorization {
    Authorization {
        from,
        to,
        value: U256::from(value),
        valid_after: 0,
        valid_before: NOW + 600,
        nonce: B256::repeat_byte(7),
    }
}

fn charge_key() -> impl Strategy<Value = KeyRef> {
    (any::<u16>(), any::<u32>()).prop_map(|(till, number)| KeyRef::Charge { till, number })
}

fn sweep(signer: KeyRef, what: Authorization, gas_price: u128) -> SignRequest {
    SignRequest {
        purchase: PurchaseId::from_bytes([1; 16]),
        signer,
        what: ToSign::Sweep {
            domain: sandbox::yuan_domain(),
            authorization: what,
            account: 0,
            carrier: carrier(gas_price),
        },
        shop: None,
    }
}

fn read_by(request: &SignRequest, from: EvmAddress) -> Result<Plan, AgentError> {
    let gathers = match request.what {
        ToSign::Sweep { .. } => Some(OWN),
        _ => None,
    };
    read(
        request,
        Signers { from, gathers },
        &Regulars,
        Timestamp::from_unix(NOW),
    )
}

fn is_refused(result: Result<Plan, AgentError>) -> bool {
    matches!(result, Err(AgentError::Refused { .. }))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever else a sweep says, its money goes to the account that carries it.
    #[test]
    fn a_sweep_goes_to_an_own_account_or_nowhere(
        signer in charge_key(),
        to in prop_oneof![Just(OWN), any::<[u8; 20]>().prop_map(EvmAddress::from)],
        from in prop_oneof![Just(CHARGE), any::<[u8; 20]>().prop_map(EvmAddress::from)],
        value in any::<u64>(),
        gas_price in 0..1_000_u128,
    ) {
        let result = read_by(&sweep(signer, authorization(from, to, value), gas_price), CHARGE);
        if to != OWN || from != CHARGE {
            prop_assert!(is_refused(result));
            return Ok(());
        }
        let plan = result.unwrap();
        let payee = plan.reading.payee.as_ref().map(|payee| payee.address.evm());
        prop_assert_eq!(payee, Some(OWN));
        // No spend; the fee alone counts.
        prop_assert!(plan.draw.spend.is_none());
        prop_assert_eq!(plan.draw.fee.is_some(), gas_price > 0);
        let judged = policy::judge(
            &policy::without_quick_pay(),
            &policy::Spending::default(),
            &plan.draw,
            Timestamp::from_unix(NOW),
        );
        prop_assert_eq!(judged.unwrap().is_free(), gas_price == 0);
        let Work::Swept { domain, authorization, account, carrier, digest } = plan.work else {
            panic!("a sweep is carried out as one");
        };
        prop_assert_eq!((authorization.to, account), (OWN, 0));
        // The form that nobody but the payee can submit.
        let form = AuthorizationForm::Receive;
        prop_assert_eq!(digest, super::authorization::digest(&domain, &authorization, form));
        let _ = carrier;
    }

    /// A charge's key signs nothing but sweeps, and a sweep is signed by nothing else.
    #[test]
    fn a_charge_key_signs_sweeps_only(signer in charge_key(), index in any::<u32>()) {
        let domain = sandbox::yuan_domain();
        let what = authorization(CHARGE, OWN, 5);
        let mut transfer = alloy_consensus::TxLegacy { chain_id: Some(1030), ..Default::default() };
        transfer.to = alloy_primitives::TxKind::Call(OWN);
        let mut bytes = Vec::new();
        alloy_consensus::SignableTransaction::encode_for_signing(&transfer, &mut bytes);
        for what in [
            ToSign::Transaction { unsigned: bytes.into() },
            ToSign::Authorization {
                domain: domain.clone(),
                authorization: what.clone(),
                form: AuthorizationForm::Receive,
            },
            ToSign::CarriedAuthorization {
                domain: domain.clone(),
                authorization: what.clone(),
                carrier: carrier(0),
            },
            ToSign::CancelAuthorization { domain, nonce: what.nonce, carrier: carrier(0) },
        ] {
            let mut request = sweep(signer, authorization(CHARGE, OWN, 5), 0);
            request.what = what;
            prop_assert!(is_refused(read_by(&request, CHARGE)));
            // The same of an account is read.
            request.signer = KeyRef::Account(index);
            prop_assert!(read_by(&request, CHARGE).is_ok());
        }
        let by_account = sweep(KeyRef::Account(index), authorization(CHARGE, OWN, 5), 0);
        prop_assert!(is_refused(read_by(&by_account, CHARGE)));
    }
}

#[test]
fn what_cannot_be_used_is_not_swept() {
    let signer = KeyRef::Charge { till: 1, number: 2 };
    let mut over = authorization(CHARGE, OWN, 5);
    over.valid_before = NOW;
    assert!(is_refused(read_by(&sweep(signer, over, 0), CHARGE)));
    let mut never = authorization(CHARGE, OWN, 5);
    never.valid_after = never.valid_before;
    assert!(is_refused(read_by(&sweep(signer, never, 0), CHARGE)));
}

#[test]
fn a_certificate_is_no_payment() {
    let mut request = sweep(KeyRef::Account(0), authorization(CHARGE, OWN, 5), 0);
    request.what = ToSign::TillCertificate(certificate());
    assert!(matches!(
        read_by(&request, OWN),
        Err(AgentError::Undecodable { .. })
    ));
}

fn certificate() -> TillCertificate {
    TillCertificate {
        shop: "老王面馆".to_owned(),
        till: key(2).address(),
        valid_before: NOW + 86_400,
    }
}

/// A payment of a charge of the shop whose own account is the key `shop`.
fn paid(shop: u8, atoms: u64) -> SignRequest {
    let charge = ShopCharge {
        payee: Address::on_evm(sandbox::CHAIN_ID, CHARGE),
        asset: sandbox::yuan_asset().id(),
        atoms: U256::from(atoms),
        reference: "T1-17".to_owned(),
        expires: NOW + 300,
    };
    let certificate = certificate();
    let mut request = sweep(KeyRef::Account(0), authorization(OWN, CHARGE, 1_250), 0);
    request.what = ToSign::CarriedAuthorization {
        domain: sandbox::yuan_domain(),
        authorization: authorization(OWN, CHARGE, 1_250),
        carrier: carrier(0),
    };
    request.shop = Some(ShopProof {
        shop: certificate.shop.clone(),
        identity: key(shop).address(),
        valid_before: certificate.valid_before,
        certificate: key(shop).sign_certificate(&certificate).unwrap(),
        signature: key(2).sign(&charge).unwrap(),
        charge,
    });
    request
}

fn shop_of(request: &SignRequest, now: u64) -> ShopReading {
    let now = Timestamp::from_unix(now);
    let plan = read(request, OWN, &Regulars, now).unwrap();
    plan.reading.shop.unwrap()
}

#[test]
fn a_charge_goes_by_the_saved_name_of_its_shop() {
    let known = shop_of(&paid(1, 1_250), NOW);
    assert_eq!(known.name.as_deref(), Some("Wang at the corner"));
    assert_eq!(known.claims.as_deref(), Some("老王面馆"));
    // The payer chose the amount.
    assert_eq!(shop_of(&paid(1, 0), NOW), known);
    // Another key with the same name is another shop.
    let other = shop_of(&paid(3, 1_250), NOW);
    assert_eq!((other.name, other.identity), (None, key(3).address()));
}

#[test]
fn a_proof_whose_time_is_over_names_nobody() {
    for end in [NOW + 300, NOW + 86_400] {
        let mut request = paid(1, 1_250);
        if let ToSign::CarriedAuthorization { authorization, .. } = &mut request.what {
            authorization.valid_before = NOW + 100_000;
        }
        let over = shop_of(&request, end);
        assert_eq!((over.name, over.claims), (None, None));
    }
}

/// One field after the other: the payment is refused, not shown without a name.
#[test]
fn a_proof_of_something_else_is_refused() {
    type Tamper = fn(&mut ShopProof);
    let tampers: [Tamper; 11] = [
        |p| p.shop.push('!'),
        |p| p.shop = "老王面馆\u{202e}".to_owned(),
        |p| p.identity = OWN,
        |p| p.valid_before += 1,
        |p| p.certificate.0[3] ^= 1,
        |p| p.signature.0[40] ^= 1,
        |p| p.charge.payee = Address::on_evm(sandbox::CHAIN_ID, OWN),
        |p| p.charge.asset = AssetId::coin_of(ChainId::Eip155(sandbox::CHAIN_ID)),
        |p| p.charge.atoms = U256::from(1_251),
        |p| p.charge.reference.push('8'),
        |p| p.charge.expires += 1,
    ];
    for (number, tamper) in tampers.into_iter().enumerate() {
        let mut request = paid(1, 1_250);
        tamper(request.shop.as_mut().unwrap());
        assert!(is_refused(read_by(&request, OWN)), "tamper {number}");
    }
    // A charge that asks for less than is paid.
    assert!(is_refused(read_by(&paid(1, 1_249), OWN)));
}
