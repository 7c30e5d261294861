//! What is read of Conflux Core Space, and what is refused.

use alloy_primitives::{TxKind, address};
use jiaozi_types::PurchaseId;
use jiaozi_types::agent::{CarrierFee, CoreCarrier};
use jiaozi_types::core_transaction::{CorePrice, CoreTransaction};
use proptest::prelude::*;

use super::*;
use crate::vault::EmptyBook;

const ME: EvmAddress = address!("0x18416599fddf76126effa8db4880c3a24fe2152b");
const SHOP: EvmAddress = address!("0x1a2f80341409639ea6a35bbcab8299066109aa55");
const TOKEN: EvmAddress = address!("0x85d80245dc02f5a89589e1f19c5c718e405b56cd");
const CHAIN: ChainId = ChainId::Conflux(1029);
const CORE: CoreCarrier = CoreCarrier {
    storage_limit: 64,
    epoch_height: 1_000_000,
};

fn read_what(what: ToSign) -> Result<Plan, AgentError> {
    let request = SignRequest {
        purchase: PurchaseId::from_bytes([1; 16]),
        signer: KeyRef::Account(0),
        shop: None,
        what,
    };
    let now = Timestamp::from_unix(1_800_000_000);
    read(&request, ME, &EmptyBook::default(), now)
}

fn read_bytes(unsigned: Vec<u8>) -> Result<Plan, AgentError> {
    read_what(ToSign::CoreTransaction {
        unsigned: unsigned.into(),
    })
}

fn coin() -> CoreTransaction {
    CoreTransaction {
        price: CorePrice::Legacy(1_000_000_000),
        nonce: 7,
        gas: 21_000,
        to: TxKind::Call(SHOP),
        value: U256::from(5),
        core: CORE,
        network: 1029,
        input: Bytes::new(),
    }
}

fn token() -> CoreTransaction {
    let mut input = vec![0xa9, 0x05, 0x9c, 0xbb];
    input.extend_from_slice(SHOP.into_word().as_slice());
    input.extend_from_slice(&U256::from(1250).to_be_bytes::<32>());
    CoreTransaction {
        to: TxKind::Call(TOKEN),
        value: U256::ZERO,
        input: input.into(),
        ..coin()
    }
}

fn domain() -> TokenDomain {
    TokenDomain {
        name: "Sandbox Yuan".to_owned(),
        version: "1".to_owned(),
        chain: CHAIN,
        contract: TOKEN,
    }
}

fn carried(
    change: impl FnOnce(&mut TokenDomain, &mut Authorization, &mut Carrier),
) -> Result<Plan, AgentError> {
    let mut domain = domain();
    let mut authorization = Authorization {
        from: ME,
        to: SHOP,
        value: U256::from(1250),
        valid_after: 0,
        valid_before: 1_800_000_600,
        nonce: B256::with_last_byte(9),
    };
    let mut carrier = Carrier {
        nonce: 3,
        gas_limit: 100_000,
        fee: CarrierFee::Legacy {
            gas_price: 1_000_000_000,
        },
        core: Some(CORE),
    };
    change(&mut domain, &mut authorization, &mut carrier);
    read_what(ToSign::CarriedAuthorization {
        domain,
        authorization,
        carrier,
    })
}

#[test]
fn a_coin_transfer_is_read_in_each_kind() {
    let cip1559 = CorePrice::Cip1559 {
        max_fee_per_gas: 1_000_000_000,
        max_priority_fee_per_gas: 1,
    };
    for price in [
        CorePrice::Legacy(1_000_000_000),
        CorePrice::Cip2930(1_000_000_000),
        cip1559,
    ] {
        let plan = read_bytes(CoreTransaction { price, ..coin() }.encode()).unwrap();
        let reading = plan.reading;
        assert_eq!(reading.kind, ReadingKind::CoinTransfer);
        assert_eq!(reading.chain, CHAIN);
        let payee = reading.payee.unwrap().address;
        assert_eq!(
            payee.plain(),
            "cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg"
        );
        let amount = reading.amount.unwrap();
        assert_eq!(
            (amount.atoms, amount.known.unwrap().symbol()),
            (U256::from(5), "CFX")
        );
        // 21,000 units of gas and 64 bytes at 1/1024 CFX.
        let collateral = U256::from(62_500_000_000_000_000_u64);
        assert_eq!(reading.collateral.unwrap().atoms, collateral);
        let cap = collateral + U256::from(21_000_000_000_000_u64);
        assert_eq!(reading.fee_cap.unwrap().atoms, cap);
        assert_eq!(reading.last_epoch, Some(1_100_000));
        // The policy counts what is shown.
        let draw = plan.draw;
        let spend = draw.spend.unwrap();
        assert_eq!(
            (spend.payee, spend.asset, spend.atoms),
            (payee, AssetId::coin_of(CHAIN), amount.atoms)
        );
        assert_eq!(draw.fee, Some((AssetId::coin_of(CHAIN), cap)));
        assert_eq!(
            draw.instrument,
            Some(Instrument::Transaction {
                chain: CHAIN,
                from: ME,
                nonce: 7
            })
        );
    }
}

#[test]
fn a_token_transfer_is_read() {
    let plan = read_bytes(token().encode()).unwrap();
    assert_eq!(plan.reading.kind, ReadingKind::TokenTransfer);
    let spend = plan.draw.spend.unwrap();
    assert_eq!(spend.payee, Address::on(CHAIN, SHOP));
    assert_eq!(spend.atoms, U256::from(1250));
    assert_eq!(
        spend.asset,
        AssetId::Token {
            chain: CHAIN,
            contract: TOKEN
        }
    );
}

#[test]
fn a_carried_authorization_is_read() {
    let plan = carried(|_, _, _| {}).unwrap();
    assert_eq!(plan.reading.kind, ReadingKind::CarriedAuthorization);
    assert_eq!(plan.reading.last_epoch, Some(1_100_000));
    assert_eq!(plan.draw.spend.unwrap().payee, Address::on(CHAIN, SHOP));
    let (_, cap) = plan.draw.fee.unwrap();
    assert_eq!(cap, CORE.collateral() + U256::from(100_000_000_000_000_u64));
}

#[test]
fn nothing_to_oneself_is_a_cancellation() {
    let nothing = CoreTransaction {
        to: TxKind::Call(ME),
        value: U256::ZERO,
        ..coin()
    };
    let plan = read_bytes(nothing.encode()).unwrap();
    assert_eq!(plan.reading.kind, ReadingKind::CancelTransaction);
    assert_eq!(plan.draw.spend, None);
}

#[test]
fn what_has_no_place_in_core_space_is_refused() {
    let zero = EvmAddress::ZERO;
    let espace = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    let builtin = address!("0x0888000000000000000000000000000000000001");
    for to in [zero, espace, builtin] {
        let result = read_bytes(
            CoreTransaction {
                to: TxKind::Call(to),
                ..coin()
            }
            .encode(),
        );
        assert!(matches!(result, Err(AgentError::Refused { .. })), "{to}");
    }
    // A token that is an account, and one of eSpace.
    for contract in [SHOP, espace] {
        let result = read_bytes(
            CoreTransaction {
                to: TxKind::Call(contract),
                ..token()
            }
            .encode(),
        );
        assert!(
            matches!(result, Err(AgentError::Refused { .. })),
            "{contract}"
        );
        assert!(carried(|d, _, _| d.contract = contract).is_err());
    }
    assert!(carried(|_, a, _| a.to = espace).is_err());
    assert!(carried(|_, a, _| a.from = SHOP).is_err());
    // A carrier of the other space, both ways.
    assert!(carried(|_, _, c| c.core = None).is_err());
    assert!(carried(|d, _, _| d.chain = ChainId::Eip155(1029)).is_err());
}

#[test]
fn only_whole_canonical_bytes_are_read() {
    let tip_above = CorePrice::Cip1559 {
        max_fee_per_gas: 1,
        max_priority_fee_per_gas: 2,
    };
    let typed = CoreTransaction {
        price: CorePrice::Cip2930(5),
        ..coin()
    }
    .encode();
    let mut with_access_list = typed.clone();
    *with_access_list.last_mut().unwrap() = 0xc1;
    let mut longer = coin().encode();
    longer.push(0);
    let mut other_type = typed.clone();
    other_type[3] = 3;
    for (what, bytes) in [
        (
            "tip",
            CoreTransaction {
                price: tip_above,
                ..coin()
            }
            .encode(),
        ),
        ("access list", with_access_list),
        ("longer", longer),
        ("other type", other_type),
        (
            "no chain",
            CoreTransaction {
                network: 0,
                ..coin()
            }
            .encode(),
        ),
        (
            "creation",
            CoreTransaction {
                to: TxKind::Create,
                ..coin()
            }
            .encode(),
        ),
        (
            "coin and token",
            CoreTransaction {
                value: U256::from(1),
                ..token()
            }
            .encode(),
        ),
        (
            "a call",
            CoreTransaction {
                input: vec![1, 2, 3, 4].into(),
                ..coin()
            }
            .encode(),
        ),
        ("empty", Vec::new()),
        ("prefix", b"cfx\x02".to_vec()),
    ] {
        assert!(read_bytes(bytes).is_err(), "{what}");
    }
    // Bytes of one space are not read as the other's.
    let as_evm = read_what(ToSign::Transaction {
        unsigned: coin().encode().into(),
    });
    assert!(as_evm.is_err());
    let evm = alloy_consensus::TxLegacy {
        chain_id: Some(1030),
        to: TxKind::Call(SHOP),
        ..Default::default()
    };
    assert!(
        read_bytes(alloy_consensus::SignableTransaction::encoded_for_signing(
            &evm
        ))
        .is_err()
    );
}

proptest! {
    #[test]
    fn reads_back_what_it_encodes(
        nonce: u64, gas: u64, value: [u64; 4], storage_limit: u64, epoch_height: u64,
        network in 1u32.., price: u128, tip: u128, kind in 0..3, input: Vec<u8>,
    ) {
        let price = match kind {
            0 => CorePrice::Legacy(price),
            1 => CorePrice::Cip2930(price),
            _ => CorePrice::Cip1559 { max_fee_per_gas: price, max_priority_fee_per_gas: tip },
        };
        let transaction = CoreTransaction {
            price, nonce, gas, network,
            to: TxKind::Call(SHOP),
            value: U256::from_limbs(value),
            core: CoreCarrier { storage_limit, epoch_height },
            input: input.into(),
        };
        let bytes = transaction.encode();
        prop_assert_eq!(CoreTransaction::decode(&bytes).unwrap(), transaction);
    }

    #[test]
    fn changed_bytes_are_refused_or_read_as_themselves(at: prop::sample::Index, to: u8, typed: bool) {
        let price = if typed { CorePrice::Cip2930(9) } else { CorePrice::Legacy(9) };
        let mut bytes = CoreTransaction { price, ..token() }.encode();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(transaction) = Unsigned::decode_core(&bytes) {
            prop_assert_eq!(transaction.encode(), bytes);
        }
    }

    #[test]
    fn garbage_never_panics(bytes: Vec<u8>) {
        let _ = read_bytes(bytes.clone());
        let _ = read_bytes([b"cfx\x02", bytes.as_slice()].concat());
    }
}
