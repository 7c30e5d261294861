//! Reading what is to be signed, from its bytes: who gets how much of what, on
//! which network, at what fee, until when. What cannot be read is refused;
//! there is no blind signing.

mod authorization;
#[cfg(test)]
mod tests;
mod transaction;

use alloy_primitives::{Address as EvmAddress, B256, Bytes, U256, keccak256};
use jiaozi_types::agent::{
    AgentError, Authorization, AuthorizationForm, Carrier, SignRequest, ToSign, TokenDomain,
};
use jiaozi_types::{Address, Asset, AssetId, ChainId, Timestamp};

use crate::policy::{Draw, Instrument, Spend};
pub(crate) use authorization::{cancel_call, carry, check_domain, transfer_call};
use transaction::Effect;
pub(crate) use transaction::Unsigned;

/// What a signature would do, as the vault shows it for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is signed.
    pub kind: ReadingKind,
    /// The account that pays: index i of m/44'/60'/0'/0/i.
    pub account: u32,
    /// Its address.
    pub from: EvmAddress,
    /// Who gets the money; none when none moves (a cancellation).
    pub payee: Option<Party>,
    /// What leaves the account besides the fee; none when none moves.
    pub amount: Option<Money>,
    /// The network.
    pub chain: ChainId,
    /// The most that the fee can be; none when the signer pays no fee (an
    /// authorization that the payee submits).
    pub fee_cap: Option<Money>,
    /// The authorization is void from this moment on; none for a transaction,
    /// which stays valid until its nonce is used.
    pub expires: Option<Timestamp>,
}

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingKind {
    /// A transfer of the chain's coin.
    CoinTransfer,
    /// An ERC-20 `transfer`.
    TokenTransfer,
    /// An EIP-3009 authorization, carried by the account's own transaction.
    CarriedAuthorization,
    /// An EIP-3009 authorization for somebody else to submit.
    Authorization(AuthorizationForm),
    /// Makes an EIP-3009 authorization unusable.
    CancelAuthorization,
    /// Replaces a waiting transaction by one that moves nothing.
    CancelTransaction,
}

/// An address and, when the person has saved it in the vault, its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The address.
    pub address: Address,
    /// The saved name.
    pub name: Option<String>,
}

/// A quantity of an asset that the vault may or may not know how to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The asset's id.
    pub asset: AssetId,
    /// The asset, when the vault knows its code and decimals. When it does
    /// not, only the raw atoms can be shown, with a warning.
    pub known: Option<Asset>,
    /// How much, in atoms.
    pub atoms: U256,
}

/// What the vault knows of names and assets when it reads a request.
pub trait Book {
    /// The name under which the person saved this address.
    fn name_of(&self, address: &Address) -> Option<String>;
    /// The asset, if its code and decimals are known.
    fn asset(&self, id: AssetId) -> Option<Asset>;
    /// The token's EIP-712 domain, if it is known.
    fn domain(&self, id: AssetId) -> Option<TokenDomain>;
}

/// A request that was read: what to show, what the policy counts, what to sign.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What to show.
    pub reading: Reading,
    /// What the policy counts.
    pub draw: Draw,
    /// What to sign.
    pub work: Work,
}

/// What to sign once it is approved.
#[derive(Debug, Clone)]
pub enum Work {
    /// A transaction as it is.
    Transaction(Unsigned),
    /// An authorization alone.
    Authorization {
        /// Its digest.
        digest: B256,
    },
    /// An authorization and the transaction around it.
    Carried {
        /// The authorization's digest.
        digest: B256,
        /// The token.
        domain: TokenDomain,
        /// The transaction.
        carrier: Carrier,
        /// The authorization.
        authorization: Authorization,
    },
    /// A cancellation and the transaction around it.
    Cancelled {
        /// The cancellation's digest.
        digest: B256,
        /// The token.
        domain: TokenDomain,
        /// The transaction.
        carrier: Carrier,
        /// The nonce of the authorization that is cancelled.
        nonce: B256,
    },
}

/// Reads a request of the account whose address is `from`.
pub fn read(
    request: &SignRequest,
    from: EvmAddress,
    book: &dyn Book,
    now: Timestamp,
) -> Result<Plan, AgentError> {
    let reader = Reader {
        request,
        from,
        book,
        now,
    };
    match &request.what {
        ToSign::Transaction { unsigned } => reader.transaction(unsigned),
        ToSign::CarriedAuthorization {
            domain,
            authorization,
            carrier,
        } => reader.authorization(
            domain,
            authorization,
            AuthorizationForm::Transfer,
            Some(carrier),
        ),
        ToSign::Authorization {
            domain,
            authorization,
            form,
        } => reader.authorization(domain, authorization, *form, None),
        ToSign::CancelAuthorization {
            domain,
            nonce,
            carrier,
        } => reader.cancellation(domain, *nonce, carrier),
    }
}

struct Reader<'a> {
    request: &'a SignRequest,
    from: EvmAddress,
    book: &'a dyn Book,
    now: Timestamp,
}

impl Reader<'_> {
    fn transaction(&self, bytes: &[u8]) -> Result<Plan, AgentError> {
        let unsigned = Unsigned::decode(bytes)?;
        let parts = unsigned.parts()?;
        let chain = ChainId::Eip155(parts.chain_id);
        let fee = (coin_of(chain), parts.fee_cap());
        let instrument = Instrument::Transaction {
            chain,
            from: self.from,
            nonce: parts.nonce,
        };
        let (kind, to, asset, atoms) = match parts.effect()? {
            // Nothing to oneself: the way to use up a waiting payment's nonce.
            Effect::Coin { to, atoms } if to == self.from && atoms.is_zero() => {
                let kind = ReadingKind::CancelTransaction;
                let plan = self.plan(kind, chain, None, Some(fee), None, None)?;
                return Ok(plan(Work::Transaction(unsigned)));
            }
            Effect::Coin { to, atoms } => (ReadingKind::CoinTransfer, to, coin_of(chain), atoms),
            Effect::Token { token, to, atoms } => {
                let asset = AssetId::Token {
                    chain,
                    contract: token,
                };
                (ReadingKind::TokenTransfer, to, asset, atoms)
            }
        };
        let spend = Some((to, asset, atoms));
        let plan = self.plan(kind, chain, spend, Some(fee), Some(instrument), None)?;
        Ok(plan(Work::Transaction(unsigned)))
    }

    fn authorization(
        &self,
        domain: &TokenDomain,
        what: &Authorization,
        form: AuthorizationForm,
        carrier: Option<&Carrier>,
    ) -> Result<Plan, AgentError> {
        let asset = self.token(domain)?;
        if what.from != self.from {
            return Err(refused("the authorization moves another account's money"));
        }
        if what.valid_before <= self.now.as_unix() {
            return Err(refused("the authorization has expired"));
        }
        if what.valid_after >= what.valid_before {
            return Err(refused("the authorization is never valid"));
        }
        let chain = asset.chain();
        let fee = carrier
            .map(|carrier| carrier_fee(domain, carrier))
            .transpose()?;
        let instrument = Instrument::Authorization {
            token: asset,
            from: self.from,
            nonce: what.nonce,
        };
        let kind = match carrier {
            Some(_) => ReadingKind::CarriedAuthorization,
            None => ReadingKind::Authorization(form),
        };
        let plan = self.plan(
            kind,
            chain,
            Some((what.to, asset, what.value)),
            fee,
            Some(instrument),
            Some(Timestamp::from_unix(what.valid_before)),
        )?;
        let digest = authorization::digest(domain, what, form);
        Ok(plan(match carrier {
            None => Work::Authorization { digest },
            Some(carrier) => Work::Carried {
                digest,
                domain: domain.clone(),
                carrier: carrier.clone(),
                authorization: what.clone(),
            },
        }))
    }

    fn cancellation(
        &self,
        domain: &TokenDomain,
        nonce: B256,
        carrier: &Carrier,
    ) -> Result<Plan, AgentError> {
        let chain = self.token(domain)?.chain();
        let fee = carrier_fee(domain, carrier)?;
        let kind = ReadingKind::CancelAuthorization;
        let plan = self.plan(kind, chain, None, Some(fee), None, None)?;
        Ok(plan(Work::Cancelled {
            digest: authorization::cancel_digest(domain, self.from, nonce),
            domain: domain.clone(),
            carrier: carrier.clone(),
            nonce,
        }))
    }

    /// The token of a domain, whose texts must be the known ones.
    fn token(&self, domain: &TokenDomain) -> Result<AssetId, AgentError> {
        authorization::check_domain(domain)?;
        let asset = AssetId::Token {
            chain: ChainId::Eip155(domain.chain_id),
            contract: domain.contract,
        };
        match self.book.domain(asset) {
            Some(known) if known != *domain => Err(refused("the token's domain is another one")),
            _ => Ok(asset),
        }
    }

    /// Everything but the work, which the caller adds.
    fn plan(
        &self,
        kind: ReadingKind,
        chain: ChainId,
        spend: Option<(EvmAddress, AssetId, U256)>,
        fee: Option<(AssetId, U256)>,
        instrument: Option<Instrument>,
        expires: Option<Timestamp>,
    ) -> Result<impl FnOnce(Work) -> Plan + use<>, AgentError> {
        let number = chain.eip155().ok_or_else(|| undecodable("chain"))?;
        if spend.is_some_and(|(to, ..)| to.is_zero()) {
            return Err(refused("nobody holds the zero address"));
        }
        let money = |(asset, atoms): (AssetId, U256)| Money {
            asset,
            known: self.book.asset(asset),
            atoms,
        };
        let payee = spend.map(|(to, ..)| Address::on_evm(number, to));
        let amount = spend.map(|(_, asset, atoms)| (asset, atoms));
        let reading = Reading {
            kind,
            account: self.request.account,
            from: self.from,
            payee: payee.map(|address| Party {
                name: self.book.name_of(&address),
                address,
            }),
            amount: amount.map(money),
            chain,
            fee_cap: fee.map(money),
            expires,
        };
        let envelope = serde_json::to_vec(&self.request.what).map_err(|_| AgentError::Internal)?;
        let draw = Draw {
            purchase: self.request.purchase,
            spend: payee.zip(amount).map(|(payee, (asset, atoms))| Spend {
                payee,
                asset,
                atoms,
            }),
            fee: fee.filter(|(_, atoms)| !atoms.is_zero()),
            instrument,
            envelope: keccak256(envelope),
        };
        Ok(move |work| Plan {
            reading,
            draw,
            work,
        })
    }
}

/// The most that a carrier's fee can be.
fn carrier_fee(domain: &TokenDomain, carrier: &Carrier) -> Result<(AssetId, U256), AgentError> {
    let unsigned = authorization::carry(domain, carrier, Bytes::new());
    let coin = coin_of(ChainId::Eip155(domain.chain_id));
    Ok((coin, unsigned.parts()?.fee_cap()))
}

/// The coin in which a chain's fees are paid: CFX (SLIP-44 503) on Conflux
/// eSpace (1030) and its test network (71), else Ether-like (60).
pub fn coin_of(chain: ChainId) -> AssetId {
    let slip44 = match chain {
        ChainId::Eip155(1030 | 71) | ChainId::Conflux(_) => 503,
        ChainId::Eip155(_) => 60,
    };
    AssetId::Coin { chain, slip44 }
}

fn undecodable(what: &str) -> AgentError {
    AgentError::Undecodable {
        what: what.to_owned(),
    }
}

fn refused(why: &str) -> AgentError {
    AgentError::Refused {
        why: why.to_owned(),
    }
}
