//! Reading, judging and signing requests: the one way to a signature.

use alloy_primitives::{Address as EvmAddress, B256, Signature};
use jiaozi_cold::{Answer, Request};
use jiaozi_types::TillCertificate;
use jiaozi_types::agent::{AgentError, KeyRef, SignRequest, Signed, SpendVerdict, ToSign};
use jiaozi_types::shop::SHOP_NAME_MAX;

use super::state_file::State;
use super::{Vault, Verified};
use crate::cold::{self, ColdRefusal};
use crate::keys::{CoinType, coin_of_request};
use crate::policy;
use crate::reading::{self, Book, Plan, Reading, Signers, Work};
use crate::text;

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// The policy asks for the PIN: show the reading and call again with proof.
    #[error("the PIN is needed ({0:?})")]
    NeedsPin(SpendVerdict),
    /// Anything else.
    #[error(transparent)]
    Agent(#[from] AgentError),
}

/// What a request asks for, as it is shown for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To move money, or to keep it from moving.
    Payment(Box<Reading>),
    /// To vouch for a till. It moves none.
    Certificate(CertificateReading),
}

/// A certificate of a till, as it is shown for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateReading {
    /// What is certified.
    pub certificate: TillCertificate,
    /// The account that vouches, by its index.
    pub account: u32,
    /// Its address: by it payers' wallets know the shop.
    pub identity: EvmAddress,
}

impl Vault {
    /// What the request would do. While locked, payees have no names and taught
    /// assets no decimals.
    pub fn read(&self, request: &SignRequest) -> Result<Asked, AgentError> {
        if let ToSign::TillCertificate(certificate) = &request.what {
            return self
                .read_certificate(request, certificate)
                .map(Asked::Certificate);
        }
        let signers = self.signers(request)?;
        let now = self.clock.now();
        let read = |book: &dyn Book| reading::read(request, signers, book, now);
        let plan = match self.read_state(|_, state| read(state)) {
            Err(AgentError::Locked) => read(&State::default()),
            result => result?,
        };
        plan.map(|plan| Asked::Payment(Box::new(plan.reading)))
    }

    /// The addresses of the keys that the request is about.
    fn signers(&self, request: &SignRequest) -> Result<Signers, AgentError> {
        let coin = coin_of_request(&request.what);
        let address = |key| self.address(coin, key);
        let gathers = match request.what {
            ToSign::Sweep { account, .. } => Some(address(KeyRef::of_account(account))?),
            _ => None,
        };
        Ok(Signers {
            from: address(request.signer)?,
            gathers,
        })
    }

    fn read_certificate(
        &self,
        request: &SignRequest,
        certificate: &TillCertificate,
    ) -> Result<CertificateReading, AgentError> {
        let refused = |why: &str| AgentError::Refused {
            why: why.to_owned(),
        };
        let KeyRef::Account(account) = request.signer else {
            return Err(refused("the key of a charge signs sweeps only"));
        };
        let name = text::plain(&certificate.shop, 1, SHOP_NAME_MAX);
        if certificate.check().is_err() || name.as_ref() != Ok(&certificate.shop) {
            return Err(AgentError::BadRequest {
                what: "the certificate's name or till".to_owned(),
            });
        }
        if certificate.valid_before <= self.clock.now().as_unix() {
            return Err(refused("the certificate has run out"));
        }
        let public = self.seed()?.public();
        Ok(CertificateReading {
            certificate: certificate.clone(),
            account,
            identity: public.address(CoinType::Ether, request.signer)?,
        })
    }

    /// What the policy says of the request. Signs nothing, counts nothing.
    pub fn judge(&self, request: &SignRequest) -> Result<SpendVerdict, AgentError> {
        if let Asked::Certificate(_) = self.read(request)? {
            return Ok(match self.is_unlocked() {
                true => SpendVerdict::PinCertificate,
                false => SpendVerdict::PinLocked,
            });
        }
        let signers = self.signers(request)?;
        let now = self.clock.now();
        let judged = self.read_state(|head, state| {
            let plan = reading::read(request, signers, state, now)?;
            policy::judge(&head.policy, &state.spending, &plan.draw, now)
        });
        match judged {
            // What cannot be read was refused above, before anybody is asked.
            Err(AgentError::Locked) => Ok(SpendVerdict::PinLocked),
            judged => Ok(judged??.verdict),
        }
    }

    /// Signs. Without proof of the PIN only what the policy lets through. What
    /// is counted is on the disk before the signature leaves this function.
    pub fn sign(
        &self,
        request: &SignRequest,
        verified: Option<&Verified>,
    ) -> Result<Signed, NotSigned> {
        if let ToSign::TillCertificate(certificate) = &request.what {
            self.read_certificate(request, certificate)?;
            return self.certify(request, certificate, verified);
        }
        let signers = self.signers(request)?;
        let now = self.clock.now();
        let plan = self.change_state(|head, state| {
            let plan = reading::read(request, signers, state, now)?;
            let judgement = policy::judge(&head.policy, &state.spending, &plan.draw, now)?;
            let free = judgement.is_free();
            if !free && verified.is_none() {
                return Ok(Err(judgement.verdict));
            }
            state.spending.record(&plan.draw, &judgement, free, now);
            Ok(Ok(plan))
        })?;
        let plan = plan.map_err(NotSigned::NeedsPin)?;
        let memory = self.memory();
        let open = memory.open.as_ref().ok_or(AgentError::Locked)?;
        let coin = coin_of_request(&request.what);
        Ok(carry_out(plan, |key, digest| {
            open.keys.sign(coin, key, digest)
        })?)
    }

    /// What a request of another computer would do.
    pub fn read_cold(&self, request: &Request) -> Result<Reading, ColdRefusal> {
        let public = self.seed()?.public();
        let asked = cold::understand(request, &public)?;
        let now = self.clock.now();
        let plan = self.read_state(|_, state| cold::plan(request, &asked, &public, state, now))?;
        Ok(plan?.reading)
    }

    /// Signs a request of another computer: never without the PIN, whatever the
    /// policy says. It is counted like any other before the signature leaves.
    pub fn sign_cold(&self, request: &Request, _: &Verified) -> Result<Answer, ColdRefusal> {
        let public = self.seed()?.public();
        let asked = cold::understand(request, &public)?;
        let now = self.clock.now();
        let plan = self.change_state(|head, state| {
            let plan = match cold::plan(request, &asked, &public, state, now) {
                Ok(plan) => plan,
                refused => return Ok(refused),
            };
            let judgement = policy::judge(&head.policy, &state.spending, &plan.draw, now)?;
            state.spending.record(&plan.draw, &judgement, false, now);
            Ok(Ok(plan))
        })??;
        let memory = self.memory();
        let open = memory.open.as_ref().ok_or(AgentError::Locked)?;
        let coin = coin_of_request(&asked.what);
        Ok(cold::answer(request, &plan.work, |digest| {
            open.keys.sign(coin, asked.signer, digest)
        })?)
    }

    /// Signs a certificate: never without the PIN, whatever the policy says.
    fn certify(
        &self,
        request: &SignRequest,
        certificate: &TillCertificate,
        verified: Option<&Verified>,
    ) -> Result<Signed, NotSigned> {
        let memory = self.memory();
        let open = memory.open.as_ref().ok_or(AgentError::Locked)?;
        if verified.is_none() {
            return Err(NotSigned::NeedsPin(SpendVerdict::PinCertificate));
        }
        let digest = certificate.digest();
        let signature = open.keys.sign(CoinType::Ether, request.signer, digest)?;
        Ok(Signed {
            transaction: None,
            transaction_hash: None,
            authorization_signature: Some(signature.as_bytes().into()),
        })
    }
}

/// Makes the signatures of a plan that was judged and recorded.
pub(crate) fn carry_out(
    plan: Plan,
    sign: impl Fn(KeyRef, B256) -> Result<Signature, AgentError>,
) -> Result<Signed, AgentError> {
    let (from, signer) = (plan.reading.from, plan.reading.signer);
    let transaction = |key: KeyRef, unsigned: reading::Unsigned, signature: Option<Signature>| {
        let digest = alloy_primitives::keccak256(unsigned.encode());
        let (raw, hash) = unsigned.into_signed(sign(key, digest)?);
        Ok(Signed {
            transaction: Some(raw),
            transaction_hash: Some(hash),
            authorization_signature: signature.map(|signature| signature.as_bytes().into()),
        })
    };
    match plan.work {
        Work::Transaction(unsigned) => transaction(signer, unsigned, None),
        Work::Authorization { digest } => Ok(Signed {
            transaction: None,
            transaction_hash: None,
            authorization_signature: Some(sign(signer, digest)?.as_bytes().into()),
        }),
        Work::Carried {
            digest,
            domain,
            carrier,
            authorization,
        } => {
            let signature = sign(signer, digest)?;
            let call = reading::transfer_call(&authorization, &signature);
            let carried = reading::carry(&domain, &carrier, call)?;
            transaction(signer, carried, Some(signature))
        }
        Work::Swept {
            digest,
            domain,
            carrier,
            authorization,
            account,
        } => {
            let signature = sign(signer, digest)?;
            let call = reading::receive_call(&authorization, &signature);
            let carried = reading::carry(&domain, &carrier, call)?;
            transaction(KeyRef::of_account(account), carried, Some(signature))
        }
        Work::Cancelled {
            digest,
            domain,
            carrier,
            nonce,
        } => {
            let signature = sign(signer, digest)?;
            let call = reading::cancel_call(from, nonce, &signature);
            let carried = reading::carry(&domain, &carrier, call)?;
            transaction(signer, carried, Some(signature))
        }
    }
}
