//! Awaiting a signature: the payment is approved and on the disk with the nonce
//! it stands over, and the keys are on a computer without a network. What it is
//! asked to sign is made of the record each time, so that it is the same each
//! time; the signature that comes back must be that of the account over exactly
//! these bytes. From then on it is a payment like any other.
//!
//! Such payments are plain transfers, never EIP-3009 authorizations: those would
//! need two signatures one after the other, and other wallets could not show what
//! they sign. What keeps them from paying twice is the nonce.

use alloy_primitives::{Bytes, keccak256};
use jiaozi_cold::{Answer, ColdError, DataType, KeyPath, Request};
use jiaozi_ledger::{LedgerError, Nonces, conflux, evm};
use jiaozi_types::agent::{Carrier, ToSign};
use jiaozi_types::{ChainId, CoinType};

use super::record::{Act, Envelope, Phase};
use super::terms::transfer_call;
use super::{Approved, Desk, Failed, Payment, PaymentRecord, Signed, State, Terms};
use crate::api::ErrorCode;
use crate::error::WalletError;
use crate::records::ColdRecord;

/// Awaiting a signature.
#[derive(Debug, Clone)]
pub struct Awaiting {
    /// The account's nonce in what is signed.
    pub(super) nonce: u64,
}

impl State for Awaiting {
    fn phase(&self) -> Phase {
        Phase::AwaitsSignature { nonce: self.nonce }
    }
}

impl Payment<Approved> {
    /// Reserves the nonce and waits for the other computer. The caller holds the
    /// account's nonce for the time of this call.
    pub fn await_signature(
        self,
        nonces: Result<Nonces, LedgerError>,
        desk: &Desk,
    ) -> Result<PaymentRecord, WalletError> {
        let nonce = match nonces.map_err(WalletError::from) {
            Ok(nonces) => self.reserve(nonces, desk),
            Err(error) => Err(error),
        };
        match nonce {
            Ok(nonce) => {
                let waiting = desk.enter(self, Awaiting { nonce }, None)?;
                Ok(waiting.record(desk))
            }
            Err(error) => {
                self.forget(desk)?;
                Err(error)
            }
        }
    }
}

impl Payment<Awaiting> {
    /// A payment that awaits its signature; `ColdNotWaiting` for others.
    pub fn take_up(record: PaymentRecord) -> Result<Self, WalletError> {
        let Phase::AwaitsSignature { nonce } = record.phase else {
            return Err(ErrorCode::ColdNotWaiting.into());
        };
        Ok(Self {
            terms: record.terms,
            envelopes: record.envelopes,
            sight: record.sight,
            state: Awaiting { nonce },
        })
    }

    /// What the other computer is asked to sign, and no more than it needs for
    /// that: no name, no note, no reference, no balance.
    pub fn request(&self, cold: &ColdRecord) -> Result<Request, WalletError> {
        request(&self.terms, self.state.nonce, cold)
    }

    /// Takes the signature and makes the signed bytes durable before they are
    /// handed on.
    pub fn answer(
        mut self,
        answer: &Answer,
        cold: &ColdRecord,
        desk: &Desk,
    ) -> Result<Payment<Signed>, WalletError> {
        let nonce = self.state.nonce;
        let bytes = signed(&self.terms, nonce, answer, cold)?;
        let envelope = Envelope {
            act: Act::Pays,
            transaction: keccak256(&bytes),
            bytes,
            nonce,
            gas: self.terms.gas.clone(),
        };
        self.envelopes.retain(|old| old.nonce == nonce);
        self.envelopes.push(envelope);
        desk.enter(self, Signed, None)
    }

    /// Gives it up: a signature that comes after this is refused. Its nonce goes
    /// to the account's next payment.
    pub fn give_up(self, desk: &Desk) -> Result<PaymentRecord, WalletError> {
        let failed = Failed {
            transaction: self.envelopes.last().map(|old| old.transaction),
            place: None,
            code: ErrorCode::Cancelled,
            closed: self.envelopes.is_empty(),
        };
        desk.end(self, failed)
    }
}

fn carrier(terms: &Terms, nonce: u64) -> Carrier {
    Carrier {
        nonce,
        gas_limit: terms.gas.limit,
        fee: terms.gas.fee.clone(),
        core: terms.gas.core.map(|core| core.carrier),
    }
}

fn unsigned(terms: &Terms, nonce: u64) -> Result<Bytes, WalletError> {
    match terms.sign_request(nonce).what {
        ToSign::Transaction { unsigned } | ToSign::CoreTransaction { unsigned }
            if !unsigned.is_empty() =>
        {
            Ok(unsigned)
        }
        _ => Err(ErrorCode::Internal.into()),
    }
}

fn coin(terms: &Terms) -> CoinType {
    match terms.chain() {
        ChainId::Eip155(_) => CoinType::Ether,
        ChainId::Conflux(_) => CoinType::Conflux,
    }
}

fn request(terms: &Terms, nonce: u64, cold: &ColdRecord) -> Result<Request, WalletError> {
    let data = unsigned(terms, nonce)?;
    let is_legacy = data.first().is_some_and(|first| *first >= 0xc0);
    // Of what is signed and for whom, so that no two requests share an id. It
    // tells nothing of the purchase.
    let digest = keccak256(
        [
            b"jiaozi cold request v1\n".as_slice(),
            terms.from.as_slice(),
            &data,
        ]
        .concat(),
    );
    let mut id = [0; 16];
    id.iter_mut()
        .zip(digest.iter())
        .for_each(|(to, from)| *to = *from);
    // The bits that make it a UUID of an application's own kind (RFC 9562).
    if let Some(version) = id.get_mut(6) {
        *version = *version & 0x0f | 0x80;
    }
    if let Some(variant) = id.get_mut(8) {
        *variant = *variant & 0x3f | 0x80;
    }
    Ok(Request {
        id,
        data: data.to_vec(),
        kind: match terms.chain() {
            ChainId::Conflux(_) => DataType::CoreTransaction,
            ChainId::Eip155(_) if is_legacy => DataType::LegacyTransaction,
            ChainId::Eip155(_) => DataType::TypedTransaction,
        },
        chain: terms.chain().number(),
        path: KeyPath::address(coin(terms).number(), cold.index, cold.fingerprint),
        address: Some(terms.from),
    })
}

/// The signed transaction, when the answer is the account's to this request.
fn signed(
    terms: &Terms,
    nonce: u64,
    answer: &Answer,
    cold: &ColdRecord,
) -> Result<Bytes, WalletError> {
    let asked = request(terms, nonce, cold)?;
    let digest = keccak256(&asked.data);
    let signature = answer
        .signature(asked.id, coin(terms), terms.from, digest)
        .map_err(|_: ColdError| ErrorCode::ColdOtherSigner)?;
    let call = transfer_call(
        terms.amount.asset().id(),
        terms.from,
        terms.payee,
        &terms.amount,
    );
    let carrier = carrier(terms, nonce);
    let bytes = match terms.chain() {
        ChainId::Eip155(number) => {
            Some(evm::signed_transaction(number, &call, &carrier, &signature))
        }
        ChainId::Conflux(network) => {
            conflux::signed_transaction(network, &call, &carrier, &signature)
        }
    };
    Ok(bytes.ok_or(ErrorCode::Internal)?)
}
