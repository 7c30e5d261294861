//! A node, an account that signs, and requests over HTTP.

use std::{path::Path, sync::OnceLock};

use alloy_consensus::{
    EthereumTxEnvelope, SignableTransaction, TxEip1559, TxEip4844, crypto::secp256k1::sign_message,
};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, keccak256};
use alloy_sol_types::{SolCall, sol};
use jiaozi_node::{Config, NodeHandle, SANDBOX_CHAIN_ID, SANDBOX_YUAN, start};
use serde_json::{Value, json};

sol! {
    function transfer(address to, uint256 value) returns (bool);
    function balanceOf(address account) returns (uint256);
    function totalSupply() returns (uint256);
    function allowance(address owner, address spender) returns (uint256);
}

/// An account with its key.
#[derive(Clone)]
pub struct Account {
    key: B256,
    pub address: Address,
}

impl Account {
    /// The account that a name stands for.
    pub fn named(name: &str) -> Self {
        let key = keccak256(name);
        let probe = B256::repeat_byte(1);
        let address = sign_message(key, probe)
            .unwrap()
            .recover_address_from_prehash(&probe)
            .unwrap();
        Self { key, address }
    }

    pub fn sign(&self, hash: B256) -> Signature {
        sign_message(self.key, hash).unwrap()
    }

    /// Signs a transaction of any kind.
    pub fn signed<T>(&self, transaction: T) -> Bytes
    where
        T: SignableTransaction<Signature> + alloy_consensus::transaction::RlpEcdsaEncodableTx,
        EthereumTxEnvelope<TxEip4844>: From<alloy_consensus::Signed<T>>,
    {
        let signature = self.sign(transaction.signature_hash());
        EthereumTxEnvelope::from(transaction.into_signed(signature))
            .encoded_2718()
            .into()
    }

    /// A call of a contract.
    pub fn call(&self, nonce: u64, to: Address, input: impl Into<Bytes>) -> Bytes {
        self.signed(transaction(nonce, to, input))
    }

    /// A payment in yuan.
    pub fn pay(&self, nonce: u64, to: Address, fen: u64) -> Bytes {
        self.call(
            nonce,
            SANDBOX_YUAN,
            transferCall {
                to,
                value: U256::from(fen),
            }
            .abi_encode(),
        )
    }
}

pub fn transaction(nonce: u64, to: Address, input: impl Into<Bytes>) -> TxEip1559 {
    TxEip1559 {
        chain_id: SANDBOX_CHAIN_ID,
        nonce,
        gas_limit: 200_000,
        to: TxKind::Call(to),
        input: input.into(),
        ..TxEip1559::default()
    }
}

/// The hash of a raw transaction.
pub fn hash_of(raw: &Bytes) -> B256 {
    keccak256(raw)
}

/// A node somewhere, reached over HTTP.
#[derive(Clone)]
pub struct Client {
    pub url: String,
    http: reqwest::Client,
}

impl Client {
    pub fn new(url: &str) -> Self {
        static PROVIDER: OnceLock<()> = OnceLock::new();
        PROVIDER.get_or_init(|| {
            rustls::crypto::ring::default_provider()
                .install_default()
                .unwrap()
        });
        Self {
            url: url.to_owned(),
            http: reqwest::Client::new(),
        }
    }

    /// Sends any body; answers status and body.
    pub async fn post(
        &self,
        body: impl Into<reqwest::Body>,
        headers: &[(&str, &str)],
    ) -> (u16, String) {
        let mut request = self.http.post(&self.url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Sends JSON; answers JSON, if the node does.
    pub async fn send(&self, message: &Value) -> reqwest::Result<Value> {
        self.http
            .post(&self.url)
            .json(message)
            .send()
            .await?
            .json()
            .await
    }

    /// The whole answer to one request.
    pub async fn answer(&self, method: &str, params: Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))
            .await
            .unwrap()
    }

    /// The result of a request that has to succeed.
    pub async fn ok(&self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// The code and message of a request that has to fail.
    pub async fn err(&self, method: &str, params: Value) -> (i64, String) {
        let answer = self.answer(method, params).await;
        let error = answer
            .get("error")
            .unwrap_or_else(|| panic!("{method} succeeded: {answer}"));
        (
            error["code"].as_i64().unwrap(),
            error["message"].as_str().unwrap().to_owned(),
        )
    }

    /// Sends a transaction that has to be let in.
    pub async fn raw(&self, raw: &Bytes) -> B256 {
        let hash: B256 =
            serde_json::from_value(self.ok("eth_sendRawTransaction", json!([raw])).await).unwrap();
        assert_eq!(hash, hash_of(raw));
        hash
    }

    /// Waits until a transaction is in a block; answers its receipt.
    pub async fn receipt(&self, hash: B256) -> Value {
        for _ in 0..1_000 {
            let receipt = self.ok("eth_getTransactionReceipt", json!([hash])).await;
            if !receipt.is_null() {
                return receipt;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{hash} is not mined");
    }

    /// Waits until no transaction of an account is pending.
    pub async fn wait_until_mined(&self, account: Address) {
        for _ in 0..1_000 {
            let pending = self
                .ok("eth_getTransactionCount", json!([account, "pending"]))
                .await;
            let mined = self
                .ok("eth_getTransactionCount", json!([account, "latest"]))
                .await;
            if pending == mined {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("transactions of {account} are still pending");
    }

    /// Sends a transaction and waits; answers whether it succeeded.
    pub async fn mined(&self, raw: &Bytes) -> bool {
        let hash = self.raw(raw).await;
        self.receipt(hash).await["status"] == "0x1"
    }

    /// Asks the bank for money and waits for it.
    pub async fn top_up(&self, to: Address, fen: u64) {
        let hash = self.ok("sandbox_topUp", json!([to, fen.to_string()])).await;
        let receipt = self.receipt(serde_json::from_value(hash).unwrap()).await;
        assert_eq!(receipt["status"], "0x1");
    }

    /// Reads a view function of the yuan.
    pub async fn view<C: SolCall>(&self, call: C) -> C::Return {
        let data: Bytes = call.abi_encode().into();
        let answer = self
            .ok(
                "eth_call",
                json!([{"to": SANDBOX_YUAN, "data": data}, "latest"]),
            )
            .await;
        let bytes: Bytes = serde_json::from_value(answer).unwrap();
        C::abi_decode_returns(&bytes).unwrap()
    }

    /// Fen of an account.
    pub async fn balance(&self, account: Address) -> u64 {
        self.view(balanceOfCall { account }).await.to()
    }
}

/// A fresh node in this process.
pub struct Running {
    pub client: Client,
    pub node: NodeHandle,
    _folder: Option<tempfile::TempDir>,
}

pub async fn running() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let mut running = running_in(folder.path()).await;
    running._folder = Some(folder);
    running
}

pub async fn running_in(folder: &Path) -> Running {
    let node = start(Config::new(folder)).await.unwrap();
    Running {
        client: Client::new(&node.url()),
        node,
        _folder: None,
    }
}

/// Parses a quantity.
pub fn number(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().strip_prefix("0x").unwrap(), 16).unwrap()
}
