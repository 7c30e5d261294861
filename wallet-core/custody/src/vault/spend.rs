//! Reading, judging and signing requests: the one way to a signature.

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::agent::{AgentError, SignRequest, Signed, SpendVerdict};
use k256::ecdsa::SigningKey;

use super::state_file::State;
use super::{Vault, Verified};
use crate::keys::CoinType;
use crate::policy;
use crate::reading::{self, Book, Plan, Reading, Work};
use crate::signing::sign;

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

impl Vault {
    /// What the request would do, as it is shown for approval. While locked,
    /// payees have no names and taught assets no decimals.
    pub fn read(&self, request: &SignRequest) -> Result<Reading, AgentError> {
        let from = self.sender(request)?;
        let now = self.clock.now();
        let read = |book: &dyn Book| reading::read(request, from, book, now);
        let plan = match self.read_state(|_, state| read(state)) {
            Err(AgentError::Locked) => read(&State::default()),
            result => result?,
        };
        plan.map(|plan| plan.reading)
    }

    /// The account that the request is about.
    fn sender(&self, request: &SignRequest) -> Result<EvmAddress, AgentError> {
        let coin = CoinType::of(&request.what);
        self.seed()?.public().address(coin, request.account)
    }

    /// What the policy says of the request. Signs nothing, counts nothing.
    pub fn judge(&self, request: &SignRequest) -> Result<SpendVerdict, AgentError> {
        let from = self.sender(request)?;
        let now = self.clock.now();
        let judged = self.read_state(|head, state| {
            let plan = reading::read(request, from, state, now)?;
            policy::judge(&head.policy, &state.spending, &plan.draw, now)
        });
        match judged {
            Err(AgentError::Locked) => {
                // What cannot be read is refused before anybody is asked.
                self.read(request)?;
                Ok(SpendVerdict::PinLocked)
            }
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
        let from = self.sender(request)?;
        let now = self.clock.now();
        let plan = self.change_state(|head, state| {
            let plan = reading::read(request, from, state, now)?;
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
        Ok(open
            .keys
            .with_signing_key(CoinType::of(&request.what), request.account, |key| {
                carry_out(plan, key)
            })??)
    }
}

/// Makes the signatures of a plan that was judged and recorded.
pub(crate) fn carry_out(plan: Plan, key: &SigningKey) -> Result<Signed, AgentError> {
    let from = plan.reading.from;
    let transaction = |unsigned: reading::Unsigned| {
        let digest = alloy_primitives::keccak256(unsigned.encode());
        let (raw, hash) = unsigned.into_signed(sign(key, digest));
        (Some(raw), Some(hash))
    };
    Ok(match plan.work {
        Work::Transaction(unsigned) => {
            let (raw, hash) = transaction(unsigned);
            Signed {
                transaction: raw,
                transaction_hash: hash,
                authorization_signature: None,
            }
        }
        Work::Authorization { digest } => Signed {
            transaction: None,
            transaction_hash: None,
            authorization_signature: Some(sign(key, digest).as_bytes().into()),
        },
        Work::Carried {
            digest,
            domain,
            carrier,
            authorization,
        } => {
            let signature = sign(key, digest);
            let call = reading::transfer_call(&authorization, &signature);
            let (raw, hash) = transaction(reading::carry(&domain, &carrier, call)?);
            Signed {
                transaction: raw,
                transaction_hash: hash,
                authorization_signature: Some(signature.as_bytes().into()),
            }
        }
        Work::Cancelled {
            digest,
            domain,
            carrier,
            nonce,
        } => {
            let signature = sign(key, digest);
            let call = reading::cancel_call(from, nonce, &signature);
            let (raw, hash) = transaction(reading::carry(&domain, &carrier, call)?);
            Signed {
                transaction: raw,
                transaction_hash: hash,
                authorization_signature: Some(signature.as_bytes().into()),
            }
        }
    })
}
