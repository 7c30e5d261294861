//! Reading what is to be signed, from its bytes: who gets how much of what, on
//! which network, at what fee, until when. What cannot be read is refused;
//! there is no blind signing.

mod authorization;
#[cfg(test)]
mod core_tests;
#[cfg(test)]
mod shop_tests;
#[cfg(test)]
mod tests;
mod transaction;
pub(crate) mod typed_data;

use alloy_primitives::{Address as EvmAddress, B256, Bytes, U256, keccak256};
use jiaozi_types::agent::{
    AgentError, Authorization, AuthorizationForm, Carrier, CoreCarrier, KeyRef, SignRequest,
    ToSign, TokenDomain,
};
use jiaozi_types::shop::SHOP_NAME_MAX;
use jiaozi_types::{Address, Asset, AssetId, ChainId, CoreAddressType, Timestamp};

use crate::policy::{Draw, Instrument, Spend};
use crate::text;
pub(crate) use authorization::{cancel_call, carry, check_domain, receive_call, transfer_call};
pub(crate) use transaction::Unsigned;
use transaction::{Effect, Parts};

/// What a signature would do, as the vault shows it for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is signed.
    pub kind: ReadingKind,
    /// The key that signs, whose money moves.
    pub signer: KeyRef,
    /// Its address.
    pub from: EvmAddress,
    /// Who gets the money; none when none moves (a cancellation).
    pub payee: Option<Party>,
    /// The shop whose charge the payee is; none when no proof came with it.
    pub shop: Option<ShopReading>,
    /// What leaves the account besides the fee; none when none moves.
    pub amount: Option<Money>,
    /// The network.
    pub chain: ChainId,
    /// The most that the fee can be, collateral included; none when the signer
    /// pays no fee (an authorization that the payee submits).
    pub fee_cap: Option<Money>,
    /// The part of it that would be locked for storage and given back when the
    /// storage is freed; none outside Conflux Core Space.
    pub collateral: Option<Money>,
    /// The last epoch at which Conflux Core Space takes the transaction; none
    /// elsewhere.
    pub last_epoch: Option<u64>,
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
    /// Moves a charge's money to an account of the same wallet.
    Sweep {
        /// That account's index.
        account: u32,
    },
}

/// A shop, as a true proof names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopReading {
    /// Who it is: the address of the account that vouches for its tills.
    pub identity: EvmAddress,
    /// The name under which the person saved it in the vault.
    pub name: Option<String>,
    /// What it calls itself; none when its time is over.
    pub claims: Option<String>,
}

/// The addresses of the keys that a request is about.
#[derive(Debug, Clone, Copy)]
pub struct Signers {
    /// That of the request's signer.
    pub from: EvmAddress,
    /// That of the account to which a sweep goes; none in other requests.
    pub gathers: Option<EvmAddress>,
}

impl From<EvmAddress> for Signers {
    fn from(from: EvmAddress) -> Self {
        Self {
            from,
            gathers: None,
        }
    }
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
    /// The name under which the person saved the shop with this identity.
    fn name_of_shop(&self, identity: EvmAddress) -> Option<String>;
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
    /// A sweep: an authorization of a charge, and the transaction of the account
    /// that gets the money.
    Swept {
        /// The authorization's digest.
        digest: B256,
        /// The token.
        domain: TokenDomain,
        /// The transaction.
        carrier: Carrier,
        /// The authorization.
        authorization: Authorization,
        /// The account that carries it.
        account: u32,
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

/// Reads a request of the keys whose addresses are `signers`. A certificate is
/// no payment and is not read here.
pub fn read(
    request: &SignRequest,
    signers: impl Into<Signers>,
    book: &dyn Book,
    now: Timestamp,
) -> Result<Plan, AgentError> {
    let Signers { from, gathers } = signers.into();
    let reader = Reader {
        request,
        from,
        book,
        now,
    };
    match (&request.what, request.signer) {
        (ToSign::Sweep { .. }, KeyRef::Charge { .. }) | (_, KeyRef::Account(_)) => {}
        (what, KeyRef::Path { .. }) if !what.is_core() => {}
        (_, KeyRef::Path { .. }) => {
            return Err(refused("another wallet's path has no keys of Core Space"));
        }
        (_, KeyRef::Charge { .. }) => {
            return Err(refused("the key of a charge signs sweeps only"));
        }
    }
    match &request.what {
        ToSign::Sweep {
            domain,
            authorization,
            account,
            carrier,
        } => reader.sweep(domain, authorization, (*account, gathers), carrier),
        ToSign::TillCertificate(_) => Err(undecodable("a certificate is no payment")),
        ToSign::Transaction { unsigned } => reader.transaction(Unsigned::decode(unsigned)?),
        ToSign::CoreTransaction { unsigned } => {
            reader.transaction(Unsigned::decode_core(unsigned)?)
        }
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
    fn transaction(&self, unsigned: Unsigned) -> Result<Plan, AgentError> {
        let parts = unsigned.parts()?;
        let chain = parts.chain;
        let fee = Fee::of(&parts);
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
            Effect::Coin { to, atoms } => (
                ReadingKind::CoinTransfer,
                to,
                AssetId::coin_of(chain),
                atoms,
            ),
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
        let asset = self.authorized(domain, what)?;
        let chain = asset.chain();
        let fee = carrier
            .map(|carrier| Fee::of_carrier(domain, carrier))
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

    /// The token of an authorization of the signer's money that can be used.
    fn authorized(
        &self,
        domain: &TokenDomain,
        what: &Authorization,
    ) -> Result<AssetId, AgentError> {
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
        Ok(asset)
    }

    /// Money that stays in the wallet: refused unless it goes to the account
    /// that carries it, whatever else the request says.
    fn sweep(
        &self,
        domain: &TokenDomain,
        what: &Authorization,
        (account, gathers): (u32, Option<EvmAddress>),
        carrier: &Carrier,
    ) -> Result<Plan, AgentError> {
        if !matches!(self.request.signer, KeyRef::Charge { .. }) {
            return Err(refused("only a charge's money is swept"));
        }
        if gathers != Some(what.to) {
            return Err(refused("a sweep goes to an account of this wallet only"));
        }
        let asset = self.authorized(domain, what)?;
        let fee = Fee::of_carrier(domain, carrier)?;
        let plan = self.plan(
            ReadingKind::Sweep { account },
            asset.chain(),
            Some((what.to, asset, what.value)),
            Some(fee),
            Some(Instrument::Authorization {
                token: asset,
                from: self.from,
                nonce: what.nonce,
            }),
            Some(Timestamp::from_unix(what.valid_before)),
        )?;
        let mut plan = plan(Work::Swept {
            digest: authorization::digest(domain, what, AuthorizationForm::Receive),
            domain: domain.clone(),
            carrier: carrier.clone(),
            authorization: what.clone(),
            account,
        });
        // It stays in the wallet: the fee alone counts.
        plan.draw.spend = None;
        Ok(plan)
    }

    /// The shop whose charge this payment is. A proof that is not true for
    /// exactly this payee, asset and amount is refused: an honest shell has
    /// looked at it before. One whose time is over is not: a payment is made
    /// faster, or approved, after that as well.
    fn shop(
        &self,
        payee: Option<Address>,
        amount: Option<(AssetId, U256)>,
    ) -> Result<Option<ShopReading>, AgentError> {
        let (Some(proof), Some(payee), Some((asset, atoms))) = (&self.request.shop, payee, amount)
        else {
            return Ok(None);
        };
        let charge = &proof.charge;
        let asked = charge.atoms.is_zero() || charge.atoms == atoms;
        if (charge.payee, charge.asset) != (payee, asset) || !asked {
            return Err(refused("the shop's proof is of another payment"));
        }
        let shop = proof
            .check()
            .map_err(|_| refused("the shop's proof is false"))?;
        if text::plain(&shop.name, 1, SHOP_NAME_MAX).as_ref() != Ok(&shop.name) {
            return Err(refused("the shop's name cannot be shown"));
        }
        let current = proof.verify(self.now).is_ok();
        Ok(Some(ShopReading {
            identity: shop.identity,
            name: self.book.name_of_shop(shop.identity).filter(|_| current),
            claims: current.then_some(shop.name),
        }))
    }

    fn cancellation(
        &self,
        domain: &TokenDomain,
        nonce: B256,
        carrier: &Carrier,
    ) -> Result<Plan, AgentError> {
        let chain = self.token(domain)?.chain();
        let fee = Fee::of_carrier(domain, carrier)?;
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
            chain: domain.chain,
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
        fee: Option<Fee>,
        instrument: Option<Instrument>,
        expires: Option<Timestamp>,
    ) -> Result<impl FnOnce(Work) -> Plan + use<>, AgentError> {
        if spend.is_some_and(|(to, ..)| to.is_zero()) {
            return Err(refused("nobody holds the zero address"));
        }
        if chain.is_core() {
            check_core_types(spend)?;
        }
        let money = |(asset, atoms): (AssetId, U256)| Money {
            asset,
            known: self.book.asset(asset),
            atoms,
        };
        let payee = spend.map(|(to, ..)| Address::on(chain, to));
        let amount = spend.map(|(_, asset, atoms)| (asset, atoms));
        let reading = Reading {
            kind,
            signer: self.request.signer,
            from: self.from,
            shop: self.shop(payee, amount)?,
            payee: payee.map(|address| Party {
                name: self.book.name_of(&address),
                address,
            }),
            amount: amount.map(money),
            chain,
            fee_cap: fee.map(|fee| money((fee.coin, fee.cap))),
            collateral: fee
                .and_then(|fee| Some((fee.coin, fee.core?.collateral())))
                .map(money),
            last_epoch: fee.and_then(|fee| Some(fee.core?.last_epoch())),
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
            fee: fee
                .map(|fee| (fee.coin, fee.cap))
                .filter(|(_, cap)| !cap.is_zero()),
            carrier: fee.map(|fee| Instrument::Transaction {
                chain,
                from: self.from,
                nonce: fee.nonce,
            }),
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

/// What a transaction may cost.
#[derive(Debug, Clone, Copy)]
struct Fee {
    coin: AssetId,
    /// At most, collateral included.
    cap: U256,
    /// The account's transaction nonce over which it is paid.
    nonce: u64,
    core: Option<CoreCarrier>,
}

impl Fee {
    fn of(parts: &Parts<'_>) -> Self {
        Self {
            coin: AssetId::coin_of(parts.chain),
            cap: parts.fee_cap(),
            nonce: parts.nonce,
            core: parts.core,
        }
    }

    fn of_carrier(domain: &TokenDomain, carrier: &Carrier) -> Result<Self, AgentError> {
        let unsigned = authorization::carry(domain, carrier, Bytes::new())?;
        Ok(Self::of(&unsigned.parts()?))
    }
}

/// On Core Space money goes to accounts and contracts, and tokens are contracts;
/// other addresses there are nobody's.
fn check_core_types(spend: Option<(EvmAddress, AssetId, U256)>) -> Result<(), AgentError> {
    use CoreAddressType::{Contract, User};
    let Some((to, asset, _)) = spend else {
        return Ok(());
    };
    let token = asset.contract();
    if token.is_some_and(|token| CoreAddressType::of(token) != Some(Contract)) {
        Err(refused("the token is no contract of Core Space"))
    } else if matches!(CoreAddressType::of(to), Some(User | Contract)) {
        Ok(())
    } else {
        Err(refused("the payee has no address of Core Space"))
    }
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
