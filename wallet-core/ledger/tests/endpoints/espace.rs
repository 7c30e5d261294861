//! What Conflux eSpace wants to be asked, and never asked.

use alloy_consensus::{SignableTransaction, TxEnvelope, TxLegacy};
use alloy_primitives::{Address, Bytes, Signature, TxKind, U256};
use jiaozi_ledger::{Call, Finality, Ledger, LedgerError};
use jiaozi_types::agent::CarrierFee;
use serde_json::json;

use crate::node::ScriptedNode;
use crate::{CHAIN, ledger, ledger_of, patient};

const ESPACE: u64 = 1030;

fn call(bytes: usize) -> Call {
    Call {
        from: Address::repeat_byte(0xAA),
        to: Address::repeat_byte(0xBB),
        value: U256::ZERO,
        data: vec![1; bytes].into(),
    }
}

#[tokio::test]
async fn a_conflux_node_is_never_asked_for_a_tip() {
    for client in [json!("conflux-rust/v3.0.2"), json!(null), json!("")] {
        let node = ScriptedNode::with(|script| {
            script.client = client.clone();
            script.base_fee = Some(1_000);
            script.gas_price = 1_200;
        })
        .await;
        let quote = ledger(&[&node], patient()).quote(&call(0)).await.unwrap();
        let fee = CarrierFee::Eip1559 {
            max_fee_per_gas: 2_200,
            max_priority_fee_per_gas: 200,
        };
        assert_eq!(quote.fee, fee, "{client}");
        assert_eq!(node.count("eth_maxPriorityFeePerGas"), 0, "{client}");
        assert_eq!(node.count("eth_feeHistory"), 0, "{client}");
    }
    // Others are.
    let node = ScriptedNode::with(|script| script.base_fee = Some(1_000)).await;
    ledger(&[&node], patient()).quote(&call(0)).await.unwrap();
    assert_eq!(node.count("eth_maxPriorityFeePerGas"), 1);
}

#[tokio::test]
async fn prices_and_limits_have_floors() {
    let node = ScriptedNode::with(|script| {
        script.chain = ESPACE;
        script.gas = 30_000;
        script.gas_price = 1;
    })
    .await;
    let ledger = ledger_of(ESPACE, Finality::Finalized, &[&node], patient());
    let quote = ledger.quote(&call(500)).await.unwrap();
    assert_eq!(quote.gas, 50_000);
    let gas_price = 20_000_000_000;
    assert_eq!(quote.fee, CarrierFee::Legacy { gas_price });
    assert_eq!(quote.expected_price, gas_price);
    node.script().base_fee = Some(1);
    let quote = ledger.quote(&call(0)).await.unwrap();
    assert_eq!(quote.gas, 30_000);
    assert!(quote.expected_price >= gas_price);
    let CarrierFee::Eip1559 {
        max_fee_per_gas, ..
    } = quote.fee
    else {
        panic!("{quote:?}")
    };
    assert!(max_fee_per_gas >= gas_price);
}

/// A transaction that costs 1,000 atoms at most. Whose it is does not matter:
/// any signature is somebody's.
fn signed(chain: u64) -> Bytes {
    let transaction = TxLegacy {
        chain_id: Some(chain),
        nonce: 3,
        gas_price: 1,
        gas_limit: 900,
        to: TxKind::Call(Address::repeat_byte(1)),
        value: U256::from(100),
        input: Bytes::new(),
    };
    // The signature of EIP-155's example.
    let signature = Signature::new(
        "0x28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            .parse()
            .unwrap(),
        "0x67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
            .parse()
            .unwrap(),
        false,
    );
    let envelope: TxEnvelope = transaction.into_signed(signature).into();
    alloy_eips::eip2718::Encodable2718::encoded_2718(&envelope).into()
}

#[tokio::test]
async fn what_cannot_be_afforded_is_not_sent() {
    let espace = || ScriptedNode::with(|script| script.chain = ESPACE);
    let (one, other) = (espace().await, espace().await);
    let both = ledger_of(ESPACE, Finality::Finalized, &[&one, &other], patient());
    let bytes = signed(ESPACE);
    for node in [&one, &other] {
        node.script().balance = U256::from(999);
    }
    let refused = both.submit(&bytes).await;
    assert_eq!(refused, Err(LedgerError::InsufficientFunds));
    assert!(one.script().sent.is_empty() && other.script().sent.is_empty());

    // One that makes the account look poor stops nothing.
    other.script().balance = U256::from(1000);
    both.submit(&bytes).await.unwrap();

    // What was sent before, or is executed, is sent again.
    let hash = alloy_primitives::keccak256(&bytes);
    for node in [&one, &other] {
        let mut script = node.script();
        script.balance = U256::ZERO;
        script.sent.clear();
        script.known = vec![hash];
    }
    both.submit(&bytes).await.unwrap();
    for node in [&one, &other] {
        let mut script = node.script();
        script.known.clear();
        script.nonces = (4, 4);
    }
    both.submit(&bytes).await.unwrap();
}

#[tokio::test]
async fn other_chains_check_that_themselves() {
    let node = ScriptedNode::with(|script| script.balance = U256::ZERO).await;
    ledger(&[&node], patient())
        .submit(&signed(CHAIN))
        .await
        .unwrap();
    assert_eq!(node.script().sent.len(), 1);
}
