//! What is read, and what is refused.

use alloy_consensus::{SignableTransaction, TxEip1559, TxLegacy};
use alloy_primitives::{TxKind, address};
use jiaozi_types::agent::CarrierFee;
use jiaozi_types::{PurchaseId, sandbox};
use proptest::prelude::*;

use super::*;

const ME: EvmAddress = address!("0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
const SHOP: EvmAddress = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
const NOW: u64 = 1_800_000_000;

struct Friends;

impl Book for Friends {
    fn name_of(&self, address: &Address) -> Option<String> {
        (address.evm() == SHOP).then(|| "老王面馆".to_owned())
    }
    fn name_of_shop(&self, identity: EvmAddress) -> Option<String> {
        (identity == ME).then(|| "老王面馆".to_owned())
    }
    fn asset(&self, id: AssetId) -> Option<Asset> {
        let yuan = sandbox::yuan_asset();
        (id == yuan.id()).then_some(yuan)
    }
    fn domain(&self, id: AssetId) -> Option<TokenDomain> {
        (id == sandbox::yuan_asset().id()).then(sandbox::yuan_domain)
    }
}

fn read_what(what: ToSign) -> Result<Plan, AgentError> {
    let request = SignRequest {
        purchase: PurchaseId::from_bytes([1; 16]),
        signer: KeyRef::Account(0),
        shop: None,
        what,
    };
    read(&request, ME, &Friends, Timestamp::from_unix(NOW))
}

fn read_bytes(bytes: Vec<u8>) -> Result<Plan, AgentError> {
    read_what(ToSign::Transaction {
        unsigned: bytes.into(),
    })
}

fn legacy() -> TxLegacy {
    TxLegacy {
        chain_id: Some(1030),
        nonce: 7,
        gas_price: 20,
        gas_limit: 21_000,
        to: TxKind::Call(SHOP),
        value: U256::from(5),
        input: Bytes::new(),
    }
}

fn eip1559() -> TxEip1559 {
    TxEip1559 {
        chain_id: sandbox::CHAIN_ID,
        nonce: 7,
        gas_limit: 60_000,
        max_fee_per_gas: 30,
        max_priority_fee_per_gas: 2,
        to: TxKind::Call(sandbox::YUAN),
        value: U256::ZERO,
        access_list: Default::default(),
        input: transfer(SHOP, 1250),
    }
}

fn transfer(to: EvmAddress, atoms: u64) -> Bytes {
    let mut input = vec![0xa9, 0x05, 0x9c, 0xbb];
    input.extend_from_slice(to.into_word().as_slice());
    input.extend_from_slice(&U256::from(atoms).to_be_bytes::<32>());
    input.into()
}

fn undecodable(result: Result<Plan, AgentError>) -> String {
    match result {
        Err(AgentError::Undecodable { what }) => what,
        other => panic!("{other:?}"),
    }
}

fn authorization() -> Authorization {
    Authorization {
        from: ME,
        to: SHOP,
        value: U256::from(1250),
        valid_after: 0,
        valid_before: NOW + 600,
        nonce: B256::with_last_byte(9),
    }
}

fn carrier() -> Carrier {
    Carrier {
        nonce: 3,
        gas_limit: 100_000,
        fee: CarrierFee::Legacy { gas_price: 0 },
        core: None,
    }
}

fn carried(change: impl FnOnce(&mut TokenDomain, &mut Authorization)) -> Result<Plan, AgentError> {
    let (mut domain, mut authorization) = (sandbox::yuan_domain(), authorization());
    change(&mut domain, &mut authorization);
    read_what(ToSign::CarriedAuthorization {
        domain,
        authorization,
        carrier: carrier(),
    })
}

#[test]
fn a_coin_transfer_is_read() {
    let plan = read_bytes(legacy().encoded_for_signing()).unwrap();
    let reading = plan.reading;
    assert_eq!(reading.kind, ReadingKind::CoinTransfer);
    let payee = reading.payee.unwrap();
    assert_eq!(payee.address, Address::on_evm(1030, SHOP));
    assert_eq!(payee.name.as_deref(), Some("老王面馆"));
    assert_eq!(reading.amount.unwrap().atoms, U256::from(5));
    let fee = reading.fee_cap.unwrap();
    assert_eq!(fee.asset.to_string(), "eip155:1030/slip44:503");
    assert_eq!(fee.atoms, U256::from(420_000));
    assert_eq!(reading.expires, None);
}

#[test]
fn a_token_transfer_is_read() {
    let reading = read_bytes(eip1559().encoded_for_signing()).unwrap().reading;
    assert_eq!(reading.kind, ReadingKind::TokenTransfer);
    let amount = reading.amount.unwrap();
    assert_eq!(amount.known.unwrap().symbol(), "SBY");
    assert_eq!(amount.atoms, U256::from(1250));
    assert_eq!(reading.fee_cap.unwrap().atoms, U256::from(1_800_000));
}

#[test]
fn nothing_to_oneself_is_a_cancellation() {
    let mut transaction = legacy();
    transaction.to = TxKind::Call(ME);
    transaction.value = U256::ZERO;
    let plan = read_bytes(transaction.encoded_for_signing()).unwrap();
    assert_eq!(plan.reading.kind, ReadingKind::CancelTransaction);
    assert_eq!((plan.reading.payee, plan.reading.amount), (None, None));
    assert_eq!(plan.draw.spend, None);
}

#[test]
fn what_a_transaction_hides_is_refused() {
    let change = |change: &dyn Fn(&mut TxEip1559)| {
        let mut transaction = eip1559();
        change(&mut transaction);
        read_bytes(transaction.encoded_for_signing())
    };
    assert_eq!(
        undecodable(change(&|t| t.to = TxKind::Create)),
        "contract creation"
    );
    let calls: [&dyn Fn(&mut TxEip1559); 4] = [
        // approve(address,uint256)
        &|t| t.input = [&[0x09, 0x5e, 0xa7, 0xb3], &t.input[4..]].concat().into(),
        &|t| t.input = [t.input.as_ref(), &[0]].concat().into(),
        &|t| t.input = t.input[..67].to_vec().into(),
        // Dirty bytes above the address.
        &|t| t.input = [&t.input[..4], &[1], &t.input[5..]].concat().into(),
    ];
    for call in calls {
        assert_eq!(undecodable(change(call)), "contract call");
    }
    assert_eq!(
        undecodable(change(&|t| t.value = U256::from(1))),
        "coin sent along with a token transfer"
    );
    assert_eq!(
        undecodable(change(&|t| t.access_list = vec![Default::default()].into())),
        "access list"
    );
    assert!(matches!(
        change(&|t| t.max_priority_fee_per_gas = 31),
        Err(AgentError::Refused { .. })
    ));
    assert!(matches!(
        change(&|t| t.input = transfer(EvmAddress::ZERO, 1)),
        Err(AgentError::Refused { .. })
    ));
    // Before EIP-155, and other types.
    let mut unbound = legacy();
    unbound.chain_id = None;
    read_bytes(unbound.encoded_for_signing()).unwrap_err();
    for bytes in [
        &[][..],
        &[0x01, 0xc0],
        &[0x03, 0xc0],
        &[0x04, 0xc0],
        &[0x80],
    ] {
        assert_eq!(undecodable(read_bytes(bytes.to_vec())), "transaction type");
    }
}

#[test]
fn only_the_canonical_bytes_are_signed() {
    for bytes in [
        legacy().encoded_for_signing(),
        eip1559().encoded_for_signing(),
    ] {
        read_bytes(bytes.clone()).unwrap();
        let mut longer = bytes.clone();
        longer.push(0);
        read_bytes(longer).unwrap_err();
        read_bytes(bytes[..bytes.len() - 1].to_vec()).unwrap_err();
    }
    // nonce 7 written in two bytes
    let mut long_form = legacy().encoded_for_signing();
    assert_eq!(long_form[1], 7);
    long_form.splice(1..2, [0x82, 0x00, 0x07]);
    long_form[0] += 2;
    read_bytes(long_form).unwrap_err();
}

#[test]
fn an_authorization_must_be_ours_known_and_valid() {
    let reading = carried(|_, _| {}).unwrap().reading;
    assert_eq!(reading.kind, ReadingKind::CarriedAuthorization);
    assert_eq!(reading.expires, Some(Timestamp::from_unix(NOW + 600)));
    assert_eq!(reading.fee_cap.unwrap().atoms, U256::ZERO);
    let why = |result: Result<Plan, AgentError>| match result {
        Err(AgentError::Refused { why }) => why,
        other => panic!("{other:?}"),
    };
    assert!(why(carried(|_, a| a.from = SHOP)).contains("another account"));
    assert!(why(carried(|_, a| a.valid_before = NOW)).contains("expired"));
    assert!(why(carried(|_, a| a.valid_after = NOW + 600)).contains("never valid"));
    assert!(why(carried(|_, a| a.to = EvmAddress::ZERO)).contains("zero address"));
    assert!(why(carried(|d, _| d.name = "Sandbox Yuan 2".into())).contains("domain"));
    for change in [
        &|d: &mut TokenDomain| d.name = "x".repeat(65),
        &|d: &mut TokenDomain| d.version = String::new(),
        &|d: &mut TokenDomain| d.chain = ChainId::Eip155(0),
    ] as [&dyn Fn(&mut TokenDomain); 3]
    {
        let result = carried(|d, _| change(d));
        assert!(
            matches!(result, Err(AgentError::BadRequest { .. })),
            "{result:?}"
        );
    }
    // An unknown token is read, but without decimals.
    let unknown = carried(|d, _| d.contract = SHOP).unwrap().reading;
    assert_eq!(unknown.amount.unwrap().known, None);
}

#[test]
fn a_cancellation_moves_nothing() {
    let plan = read_what(ToSign::CancelAuthorization {
        domain: sandbox::yuan_domain(),
        nonce: B256::with_last_byte(9),
        carrier: carrier(),
    })
    .unwrap();
    assert_eq!(plan.reading.kind, ReadingKind::CancelAuthorization);
    assert_eq!((plan.draw.spend, plan.draw.fee), (None, None));
}

proptest! {
    #[test]
    fn foreign_bytes_are_read_exactly_or_not_at_all(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(unsigned) = Unsigned::decode(&bytes) {
            prop_assert_eq!(unsigned.encode(), bytes);
        }
    }

    #[test]
    fn bent_transactions_are_read_exactly_or_not_at_all(at in 0usize..150, with: u8) {
        for mut bytes in [legacy().encoded_for_signing(), eip1559().encoded_for_signing()] {
            let at = at % bytes.len();
            bytes[at] = with;
            if let Ok(unsigned) = Unsigned::decode(&bytes) {
                prop_assert_eq!(unsigned.encode(), bytes);
            }
        }
    }
}
