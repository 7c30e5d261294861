//! What is agreed when a payment is approved, and the ids derived from it.

use alloy_primitives::{Address as EvmAddress, B256, U256, keccak256};
use jiaozi_ledger::{Call, conflux, evm};
use jiaozi_types::agent::{
    Authorization, Carrier, CarrierFee, KeyRef, SignRequest, ToSign, TokenDomain,
};
use jiaozi_types::{Amount, AssetId, ChainId, PurchaseId, ShopProof, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Act, CoreGas};

/// The terms of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The purchase.
    pub id: PurchaseId,
    /// The paying account's index.
    pub account: u32,
    /// The paying account's address.
    pub from: EvmAddress,
    /// Who is paid.
    pub payee: EvmAddress,
    /// How much.
    pub amount: Amount,
    /// How the ledger is told.
    pub method: Method,
    /// What the ledger may take for it.
    pub gas: Gas,
    /// When it was approved (Unix seconds).
    pub created_at: u64,
    /// The payee's reference.
    pub reference: Option<String>,
    /// The payee's note.
    pub note: Option<String>,
    /// The name that the request gave itself.
    pub claimed_name: Option<String>,
    /// The payer's own note.
    pub memo: Option<String>,
    /// Shows that the payee is a charge of a shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopProof>,
}

/// How the ledger is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// An EIP-3009 authorization, carried by a transaction of the payer.
    Authorization {
        /// The token's domain.
        domain: TokenDomain,
        /// The authorization's nonce.
        nonce: B256,
        /// The Unix second from which the token refuses it.
        valid_before: u64,
    },
    /// An EIP-3009 authorization of a charge's key, carried by the account that
    /// gets the money: the till gathers what came.
    Sweep {
        /// The token's domain.
        domain: TokenDomain,
        /// The authorization's nonce.
        nonce: B256,
        /// The Unix second from which the token refuses it.
        valid_before: u64,
        /// The charge's address, whose money moves.
        payer: EvmAddress,
        /// The charge's till and number.
        charge: (u16, u32),
    },
    /// An ERC-20 transfer.
    Token,
    /// A transfer of the chain's coin.
    Coin,
}

/// Limit and price of gas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gas {
    /// Gas limit.
    pub limit: u64,
    /// Price.
    pub fee: CarrierFee,
    /// What Conflux Core Space needs besides; none elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<CoreGas>,
}

impl Gas {
    /// What the account itself pays at `price`, in atoms of the coin: gas and
    /// collateral, without a sponsor's part. None beyond any number.
    pub(super) fn own_cost(&self, price: u128) -> Option<U256> {
        let sponsored = self.core.is_some_and(|core| core.gas_sponsored);
        let limit = if sponsored { 0 } else { self.limit };
        let collateral = self.core.map(|core| core.own_collateral());
        U256::from(limit)
            .checked_mul(U256::from(price))?
            .checked_add(collateral.unwrap_or_default())
    }

    /// The most that the account itself can pay, in atoms of the coin.
    pub fn own_cap(&self) -> Option<U256> {
        self.own_cost(self.fee.most())
    }
}

impl Terms {
    /// The network.
    pub fn chain(&self) -> ChainId {
        self.amount.asset().id().chain()
    }

    /// The Unix second from which the token refuses the authorization, if one pays.
    pub fn valid_before(&self) -> Option<u64> {
        match self.method {
            Method::Authorization { valid_before, .. } | Method::Sweep { valid_before, .. } => {
                Some(valid_before)
            }
            Method::Token | Method::Coin => None,
        }
    }

    /// The token and the nonce of the authorization, if one pays: the token takes
    /// it once, whoever carries it there.
    pub fn authorization(&self) -> Option<(EvmAddress, B256)> {
        match &self.method {
            Method::Authorization { domain, nonce, .. } | Method::Sweep { domain, nonce, .. } => {
                Some((domain.contract, *nonce))
            }
            Method::Token | Method::Coin => None,
        }
    }

    /// Whose money moves: the paying account's, or that of the charge that is gathered.
    pub fn payer(&self) -> EvmAddress {
        match self.method {
            Method::Sweep { payer, .. } => payer,
            Method::Authorization { .. } | Method::Token | Method::Coin => self.from,
        }
    }

    /// Makes the authorization valid no shorter than that of an attempt which is
    /// not proven dead, so that the end of this one is the end of both.
    pub(super) fn outlast(&mut self, earlier: &Self) {
        if let (
            Method::Authorization { valid_before, .. } | Method::Sweep { valid_before, .. },
            Some(before),
        ) = (&mut self.method, earlier.valid_before())
        {
            *valid_before = before.max(*valid_before);
        }
    }

    /// Whether the authorization's time is over by the clock of this computer.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.valid_before()
            .is_some_and(|before| now.as_unix() >= before)
    }

    /// What the vault is asked to sign, with the account's transaction nonce.
    pub fn sign_request(&self, nonce: u64) -> SignRequest {
        let carrier = Carrier {
            nonce,
            gas_limit: self.gas.limit,
            fee: self.gas.fee.clone(),
            core: self.gas.core.map(|core| core.carrier),
        };
        let what = match &self.method {
            Method::Authorization {
                domain,
                nonce,
                valid_before,
            } => ToSign::CarriedAuthorization {
                domain: domain.clone(),
                authorization: Authorization {
                    from: self.from,
                    to: self.payee,
                    value: self.amount.atoms(),
                    valid_after: 0,
                    valid_before: *valid_before,
                    nonce: *nonce,
                },
                carrier,
            },
            Method::Sweep {
                domain,
                nonce,
                valid_before,
                payer,
                ..
            } => ToSign::Sweep {
                domain: domain.clone(),
                authorization: Authorization {
                    from: *payer,
                    to: self.payee,
                    value: self.amount.atoms(),
                    valid_after: 0,
                    valid_before: *valid_before,
                    nonce: *nonce,
                },
                account: self.account,
                carrier,
            },
            Method::Token | Method::Coin => {
                let call = transfer_call(
                    self.amount.asset().id(),
                    self.from,
                    self.payee,
                    &self.amount,
                );
                unsigned(self.chain(), &call, &carrier)
            }
        };
        SignRequest {
            purchase: self.id,
            signer: match self.method {
                Method::Sweep {
                    charge: (till, number),
                    ..
                } => KeyRef::Charge { till, number },
                _ => KeyRef::of_account(self.account),
            },
            what,
            shop: self.shop.clone(),
        }
    }

    /// What the vault is asked to sign for one more envelope over `nonce`.
    pub(super) fn request(&self, act: Act, nonce: u64, gas: Gas) -> SignRequest {
        match act {
            Act::Cancels => self.cancel_request(nonce, gas),
            Act::Pays => Self {
                gas,
                ..self.clone()
            }
            .sign_request(nonce),
        }
    }

    /// What the vault is asked to sign to take the payment's place at `nonce`:
    /// the authorization is cancelled on the ledger where there is one; else
    /// nothing is sent to oneself, which uses the nonce up.
    pub fn cancel_request(&self, nonce: u64, gas: Gas) -> SignRequest {
        let carrier = Carrier {
            nonce,
            gas_limit: gas.limit,
            fee: gas.fee,
            core: gas.core.map(|core| core.carrier),
        };
        let what = match &self.method {
            Method::Authorization { domain, nonce, .. } => ToSign::CancelAuthorization {
                domain: domain.clone(),
                nonce: *nonce,
                carrier,
            },
            // A charge's key signs nothing but the sweep: only the nonce is used up.
            Method::Sweep { .. } | Method::Token | Method::Coin => {
                unsigned(self.chain(), &nothing_to_oneself(self.from), &carrier)
            }
        };
        SignRequest {
            purchase: self.id,
            signer: KeyRef::of_account(self.account),
            what,
            shop: None,
        }
    }
}

/// A transaction that moves nothing.
pub(super) fn nothing_to_oneself(account: EvmAddress) -> Call {
    Call {
        from: account,
        to: account,
        value: U256::ZERO,
        data: Default::default(),
    }
}

/// A call as the vault is asked to sign it.
pub(super) fn unsigned(chain: ChainId, call: &Call, carrier: &Carrier) -> ToSign {
    match chain {
        ChainId::Eip155(number) => ToSign::Transaction {
            unsigned: evm::unsigned_transaction(number, call, carrier),
        },
        ChainId::Conflux(network) => ToSign::CoreTransaction {
            // Without storage limit and epoch there is nothing that could be
            // signed; the vault refuses no bytes.
            unsigned: conflux::unsigned_transaction(network, call, carrier).unwrap_or_default(),
        },
    }
}

/// The plain transfer of an asset.
pub(super) fn transfer_call(
    asset: AssetId,
    from: EvmAddress,
    to: EvmAddress,
    amount: &Amount,
) -> Call {
    match asset {
        AssetId::Token { contract, .. } => evm::token_transfer(contract, from, to, amount.atoms()),
        AssetId::Coin { .. } => Call {
            from,
            to,
            value: amount.atoms(),
            data: Default::default(),
        },
    }
}

/// The purchase id of a request that carries a reference: the same for every
/// wallet and every reading of it, so that it is paid at most once.
pub fn purchase_of_reference(chain: ChainId, payee: EvmAddress, reference: &str) -> PurchaseId {
    let digest = keccak256(format!("jiaozi purchase v1\n{chain}\n{payee}\n{reference}"));
    let mut id = [0; 16];
    id.iter_mut()
        .zip(digest.iter())
        .for_each(|(to, from)| *to = *from);
    PurchaseId::from_bytes(id)
}

/// The nonce of the EIP-3009 authorization that pays a purchase. The payee of
/// a reference can compute it too, and so recognise the payment.
pub fn authorization_nonce(purchase: PurchaseId) -> B256 {
    keccak256([b"jiaozi authorization v1\n".as_slice(), purchase.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_one_purchase_of_one_payee_on_one_chain() {
        let (a, b) = (EvmAddress::repeat_byte(1), EvmAddress::repeat_byte(2));
        let (one, two) = (ChainId::Eip155(1), ChainId::Eip155(2));
        let id = purchase_of_reference(one, a, "7");
        assert_eq!(id, purchase_of_reference(one, a, "7"));
        for other in [
            purchase_of_reference(one, a, "8"),
            purchase_of_reference(one, b, "7"),
            purchase_of_reference(two, a, "7"),
        ] {
            assert_ne!(id, other);
            assert_ne!(authorization_nonce(id), authorization_nonce(other));
        }
    }
}
