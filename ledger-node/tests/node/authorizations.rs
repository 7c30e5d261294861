//! EIP-3009 and EIP-2612 as the compiled contract does them, on the ledger that it will live on.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::{Eip712Domain, SolCall, SolStruct, eip712_domain, sol};
use jiaozi_node::{SANDBOX_CHAIN_ID, SANDBOX_YUAN};
use serde_json::json;

use crate::support::{Account, Running, allowanceCall, running};

sol! {
    struct TransferWithAuthorization { address from; address to; uint256 value; uint256 validAfter; uint256 validBefore; bytes32 nonce; }
    struct ReceiveWithAuthorization { address from; address to; uint256 value; uint256 validAfter; uint256 validBefore; bytes32 nonce; }
    struct CancelAuthorization { address authorizer; bytes32 nonce; }
    struct Permit { address owner; address spender; uint256 value; uint256 nonce; uint256 deadline; }

    interface Yuan {
        function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s);
        function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature);
        function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s);
        function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature);
        function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s);
        function cancelAuthorization(address authorizer, bytes32 nonce, bytes signature);
        function authorizationState(address authorizer, bytes32 nonce) returns (bool);
        function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s);
        function nonces(address owner) returns (uint256);
        function DOMAIN_SEPARATOR() returns (bytes32);
        function mint(address to, uint256 value);

        error ERC3009InvalidSignature();
        error ERC3009InvalidAuthorizationTime(uint256 validAfter, uint256 validBefore);
        error ERC3009UsedAuthorization(address authorizer, bytes32 nonce);
        error ERC20InvalidReceiver(address receiver);
        error ERC2612ExpiredSignature(uint256 deadline);
        error NotMinter(address caller);
    }
}

const FAR: u64 = u64::MAX;

fn domain() -> Eip712Domain {
    eip712_domain! {
        name: "Sandbox Yuan",
        version: "1",
        chain_id: SANDBOX_CHAIN_ID,
        verifying_contract: SANDBOX_YUAN,
    }
}

fn split(account: &Account, hash: B256) -> (u8, B256, B256) {
    let signature = account.sign(hash);
    (
        27 + u8::from(signature.v()),
        signature.r().into(),
        signature.s().into(),
    )
}

/// An authorization of 100 fen by `from` and how it is redeemed.
struct Authorization {
    from: Account,
    to: Address,
    valid_after: u64,
    valid_before: u64,
    nonce: B256,
}

impl Authorization {
    fn transfer(
        &self,
    ) -> (
        Yuan::transferWithAuthorization_0Call,
        Yuan::transferWithAuthorization_1Call,
    ) {
        let message = TransferWithAuthorization {
            from: self.from.address,
            to: self.to,
            value: U256::from(100),
            validAfter: U256::from(self.valid_after),
            validBefore: U256::from(self.valid_before),
            nonce: self.nonce,
        };
        let hash = message.eip712_signing_hash(&domain());
        let (v, r, s) = split(&self.from, hash);
        let TransferWithAuthorization {
            from,
            to,
            value,
            validAfter,
            validBefore,
            nonce,
        } = message;
        (
            Yuan::transferWithAuthorization_0Call {
                from,
                to,
                value,
                validAfter,
                validBefore,
                nonce,
                v,
                r,
                s,
            },
            Yuan::transferWithAuthorization_1Call {
                from,
                to,
                value,
                validAfter,
                validBefore,
                nonce,
                signature: self.from.sign(hash).as_bytes().into(),
            },
        )
    }

    fn receive(
        &self,
    ) -> (
        Yuan::receiveWithAuthorization_0Call,
        Yuan::receiveWithAuthorization_1Call,
    ) {
        let message = ReceiveWithAuthorization {
            from: self.from.address,
            to: self.to,
            value: U256::from(100),
            validAfter: U256::from(self.valid_after),
            validBefore: U256::from(self.valid_before),
            nonce: self.nonce,
        };
        let hash = message.eip712_signing_hash(&domain());
        let (v, r, s) = split(&self.from, hash);
        let ReceiveWithAuthorization {
            from,
            to,
            value,
            validAfter,
            validBefore,
            nonce,
        } = message;
        (
            Yuan::receiveWithAuthorization_0Call {
                from,
                to,
                value,
                validAfter,
                validBefore,
                nonce,
                v,
                r,
                s,
            },
            Yuan::receiveWithAuthorization_1Call {
                from,
                to,
                value,
                validAfter,
                validBefore,
                nonce,
                signature: self.from.sign(hash).as_bytes().into(),
            },
        )
    }
}

struct Scene {
    it: Running,
    payer: Account,
    shop: Account,
    relayer: Account,
}

impl Scene {
    async fn new() -> Self {
        let it = running().await;
        let payer = Account::named("payer");
        it.client.top_up(payer.address, 1_000).await;
        Self {
            it,
            payer,
            shop: Account::named("shop"),
            relayer: Account::named("relayer"),
        }
    }

    fn authorization(&self, nonce: &str) -> Authorization {
        Authorization {
            from: self.payer.clone(),
            to: self.shop.address,
            valid_after: 0,
            valid_before: FAR,
            nonce: keccak256(nonce),
        }
    }

    /// Sends a call of the yuan and waits; answers whether it succeeded.
    async fn send(&self, by: &Account, call: impl SolCall) -> bool {
        let nonce = self
            .it
            .client
            .ok("eth_getTransactionCount", json!([by.address, "pending"]))
            .await;
        let nonce = crate::support::number(&nonce);
        self.it
            .client
            .mined(&by.call(nonce, SANDBOX_YUAN, call.abi_encode()))
            .await
    }

    /// The first four bytes that a call would revert with.
    async fn refusal(&self, by: &Account, call: impl SolCall) -> Bytes {
        let data: Bytes = call.abi_encode().into();
        let request = json!([{"from": by.address, "to": SANDBOX_YUAN, "data": data}, "latest"]);
        let answer = self.it.client.answer("eth_call", request).await;
        assert_eq!(answer["error"]["code"], 3, "{answer}");
        let data: Bytes = serde_json::from_value(answer["error"]["data"].clone()).unwrap();
        data.slice(..4)
    }

    async fn shop_has(&self) -> u64 {
        self.it.client.balance(self.shop.address).await
    }

    async fn is_used(&self, nonce: B256) -> bool {
        self.it
            .client
            .view(Yuan::authorizationStateCall {
                authorizer: self.payer.address,
                nonce,
            })
            .await
    }
}

fn selector<E: alloy_sol_types::SolError>() -> Bytes {
    E::SELECTOR.into()
}

#[tokio::test]
async fn the_domain_is_the_standard_one() {
    let scene = Scene::new().await;
    assert_eq!(
        scene.it.client.view(Yuan::DOMAIN_SEPARATORCall {}).await,
        domain().separator()
    );
}

#[tokio::test]
async fn an_authorization_pays_once_in_either_form() {
    let scene = Scene::new().await;
    let (parts, bytes) = scene.authorization("invoice 1").transfer();
    assert!(!scene.is_used(parts.nonce).await);
    assert!(scene.send(&scene.relayer, parts.clone()).await);
    assert!(scene.is_used(parts.nonce).await);
    assert_eq!(scene.shop_has().await, 100);
    // Replayed, in the same form and in the other.
    assert_eq!(
        scene.refusal(&scene.relayer, parts.clone()).await,
        selector::<Yuan::ERC3009UsedAuthorization>()
    );
    assert!(!scene.send(&scene.relayer, parts).await);
    assert!(!scene.send(&scene.relayer, bytes).await);
    assert_eq!(scene.shop_has().await, 100);

    let (_, bytes) = scene.authorization("invoice 2").transfer();
    assert!(scene.send(&scene.relayer, bytes).await);
    assert_eq!(scene.shop_has().await, 200);
}

#[tokio::test]
async fn an_authorization_has_its_time() {
    let scene = Scene::new().await;
    let mut expired = scene.authorization("expired");
    expired.valid_before = 1_700_000_000;
    let mut early = scene.authorization("early");
    early.valid_after = FAR - 1;
    // Bit 47 of both: the base contract would take these for block numbers.
    let mut flagged = scene.authorization("flagged");
    (flagged.valid_after, flagged.valid_before) = (1 << 47, (1 << 47) + 1_000_000);
    for wrong in [expired, early, flagged] {
        let (parts, bytes) = wrong.transfer();
        let refused = selector::<Yuan::ERC3009InvalidAuthorizationTime>();
        assert_eq!(scene.refusal(&scene.relayer, parts.clone()).await, refused);
        assert_eq!(scene.refusal(&scene.relayer, bytes).await, refused);
        assert!(!scene.send(&scene.relayer, parts.clone()).await);
        assert!(!scene.is_used(parts.nonce).await);
    }
    assert_eq!(scene.shop_has().await, 0);
}

#[tokio::test]
async fn only_the_payee_redeems_a_receive_authorization() {
    let scene = Scene::new().await;
    for (name, as_bytes) in [("parts", false), ("bytes", true)] {
        let (parts, bytes) = scene.authorization(name).receive();
        let refused = selector::<Yuan::ERC20InvalidReceiver>();
        assert_eq!(scene.refusal(&scene.relayer, parts.clone()).await, refused);
        assert_eq!(scene.refusal(&scene.relayer, bytes.clone()).await, refused);
        assert!(!scene.send(&scene.relayer, parts.clone()).await);
        // The signature for one form of payment is none for the other.
        let (transfer, _) = scene.authorization(name).transfer();
        let crossed = Yuan::transferWithAuthorization_0Call {
            v: parts.v,
            r: parts.r,
            s: parts.s,
            ..transfer
        };
        assert_eq!(
            scene.refusal(&scene.relayer, crossed).await,
            selector::<Yuan::ERC3009InvalidSignature>()
        );
        let before = scene.shop_has().await;
        let done = if as_bytes {
            scene.send(&scene.shop, bytes).await
        } else {
            scene.send(&scene.shop, parts).await
        };
        assert!(done);
        assert_eq!(scene.shop_has().await, before + 100);
    }
}

#[tokio::test]
async fn a_cancelled_authorization_is_dead() {
    let scene = Scene::new().await;
    for (name, as_bytes) in [("parts", false), ("bytes", true)] {
        let (payment, _) = scene.authorization(name).transfer();
        let message = CancelAuthorization {
            authorizer: scene.payer.address,
            nonce: payment.nonce,
        };
        let hash = message.eip712_signing_hash(&domain());
        let (v, r, s) = split(&scene.payer, hash);
        let CancelAuthorization { authorizer, nonce } = message;
        let by_parts = Yuan::cancelAuthorization_0Call {
            authorizer,
            nonce,
            v,
            r,
            s,
        };
        let by_bytes = Yuan::cancelAuthorization_1Call {
            authorizer,
            nonce,
            signature: scene.payer.sign(hash).as_bytes().into(),
        };
        let done = if as_bytes {
            scene.send(&scene.relayer, by_bytes.clone()).await
        } else {
            scene.send(&scene.relayer, by_parts.clone()).await
        };
        assert!(done);
        assert!(scene.is_used(nonce).await);
        let used = selector::<Yuan::ERC3009UsedAuthorization>();
        assert_eq!(scene.refusal(&scene.relayer, payment).await, used);
        assert_eq!(scene.refusal(&scene.relayer, by_parts).await, used);
        assert_eq!(scene.refusal(&scene.relayer, by_bytes).await, used);
    }
    assert_eq!(scene.shop_has().await, 0);
}

#[tokio::test]
async fn nobody_signs_for_another() {
    let scene = Scene::new().await;
    let (mut parts, mut bytes) = scene.authorization("forged").transfer();
    parts.value = U256::from(101);
    assert_eq!(
        scene.refusal(&scene.relayer, parts).await,
        selector::<Yuan::ERC3009InvalidSignature>()
    );
    bytes.signature = bytes.signature.slice(..64);
    assert_eq!(
        scene.refusal(&scene.relayer, bytes).await,
        selector::<Yuan::ERC3009InvalidSignature>()
    );
    let mint = Yuan::mintCall {
        to: scene.payer.address,
        value: U256::from(1),
    };
    assert_eq!(
        scene.refusal(&scene.payer, mint).await,
        selector::<Yuan::NotMinter>()
    );
}

#[tokio::test]
async fn a_permit_allows_once() {
    let scene = Scene::new().await;
    let owner = scene.payer.address;
    let spender = scene.shop.address;
    let permit = |deadline: u64, nonce: u64| {
        let message = Permit {
            owner,
            spender,
            value: U256::from(70),
            nonce: U256::from(nonce),
            deadline: U256::from(deadline),
        };
        let (v, r, s) = split(&scene.payer, message.eip712_signing_hash(&domain()));
        let Permit {
            value, deadline, ..
        } = message;
        Yuan::permitCall {
            owner,
            spender,
            value,
            deadline,
            v,
            r,
            s,
        }
    };
    assert_eq!(
        scene
            .refusal(&scene.relayer, permit(1_700_000_000, 0))
            .await,
        selector::<Yuan::ERC2612ExpiredSignature>()
    );
    assert!(scene.send(&scene.relayer, permit(FAR, 0)).await);
    assert_eq!(
        scene.it.client.view(allowanceCall { owner, spender }).await,
        U256::from(70)
    );
    assert_eq!(
        scene.it.client.view(Yuan::noncesCall { owner }).await,
        U256::from(1)
    );
    assert!(!scene.send(&scene.relayer, permit(FAR, 0)).await);
}
