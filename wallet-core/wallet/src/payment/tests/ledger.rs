//! A ledger that does what the test says, and notes what it was asked.

use std::sync::Mutex;

use alloy_primitives::{Address, B256, Bytes, U256};
use async_trait::async_trait;
use jiaozi_ledger::{
    Agreement, Call, FeeQuote, FinalState, Inclusion, Ledger, LedgerError, NodeFacts, Nonces,
    TokenFacts, TransactionStatus, Transfer,
};
use jiaozi_types::ChainId;
use jiaozi_types::agent::TokenDomain;

use super::super::Phase;
use crate::book::Book;

pub(super) struct ScriptedLedger {
    book: Book,
    pub(super) script: Mutex<Script>,
}

pub(super) struct Script {
    pub(super) submit: Result<(), LedgerError>,
    pub(super) status: Result<TransactionStatus, LedgerError>,
    pub(super) latest_nonce: u64,
    pub(super) authorization_used: bool,
    pub(super) time: u64,
    /// The account's next nonce and the block that are final; none when the
    /// nodes do not agree.
    pub(super) final_state: Option<(u64, u64)>,
    /// The transaction that carried the authorization.
    pub(super) carrier: Option<B256>,
    /// What the carrier's status is.
    pub(super) carrier_status: TransactionStatus,
    pub(super) agreement: Agreement,
    /// The newest block.
    pub(super) head: u64,
    /// The account's coin.
    pub(super) coin: u64,
    /// What was asked, in order.
    pub(super) asked: Vec<String>,
}

impl ScriptedLedger {
    pub(super) fn new(book: Book) -> Self {
        let script = Script {
            submit: Ok(()),
            status: Ok(TransactionStatus::Unknown),
            latest_nonce: 5,
            authorization_used: false,
            time: super::START,
            final_state: Some((5, 100)),
            carrier: None,
            carrier_status: TransactionStatus::Unknown,
            agreement: Agreement::Single,
            head: 100,
            coin: 0,
            asked: Vec::new(),
        };
        Self {
            book,
            script: Mutex::new(script),
        }
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    pub(super) fn include(&self, block: u64, success: bool, is_final: bool) {
        let inclusion = self.inclusion(block, success, is_final);
        self.set(|script| script.status = Ok(TransactionStatus::Included(inclusion)));
    }

    pub(super) fn inclusion(&self, block: u64, success: bool, is_final: bool) -> Inclusion {
        let block_hash = B256::from(U256::from(block));
        Inclusion {
            block,
            block_hash,
            success,
            fee: U256::ZERO,
            is_final,
            agreement: self.script.lock().unwrap().agreement,
        }
    }

    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.script.lock().unwrap().asked)
    }
}

#[async_trait]
impl Ledger for ScriptedLedger {
    fn chain(&self) -> ChainId {
        ChainId::Eip155(jiaozi_types::sandbox::CHAIN_ID)
    }

    async fn node(&self) -> Result<NodeFacts, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn head(&self) -> Result<u64, LedgerError> {
        Ok(self.script.lock().unwrap().head)
    }

    async fn coin_balance(&self, _: Address) -> Result<U256, LedgerError> {
        Ok(U256::from(self.script.lock().unwrap().coin))
    }

    async fn token_balance(&self, _: Address, _: Address) -> Result<U256, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn token(&self, _: Address) -> Result<TokenFacts, LedgerError> {
        Err(LedgerError::NotAToken)
    }

    async fn authorization_domain(&self, _: Address) -> Result<Option<TokenDomain>, LedgerError> {
        Ok(None)
    }

    async fn authorization_used(
        &self,
        _: Address,
        _: Address,
        _: B256,
    ) -> Result<bool, LedgerError> {
        Ok(self.script.lock().unwrap().authorization_used)
    }

    async fn nonces(&self, _: Address) -> Result<Nonces, LedgerError> {
        let latest = self.script.lock().unwrap().latest_nonce;
        Ok(Nonces {
            latest,
            pending: latest,
        })
    }

    async fn final_state(&self, _: Address) -> Result<FinalState, LedgerError> {
        let script = self.script.lock().unwrap();
        let (nonce, block) = script.final_state.ok_or(LedgerError::Unconfirmed)?;
        Ok(FinalState {
            block,
            time: script.time,
            nonce,
        })
    }

    async fn quote(&self, _: &Call) -> Result<FeeQuote, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    /// Every byte that arrives here must be on the disk already.
    async fn submit(&self, signed: &Bytes) -> Result<(), LedgerError> {
        let durable = self.book.live_payments().unwrap();
        let envelope = durable
            .iter()
            .find_map(|record| record.envelope())
            .expect("a durable envelope");
        assert_eq!(&envelope.bytes, signed);
        assert!(matches!(
            durable[0].phase,
            Phase::Signed | Phase::Submitted | Phase::Included { .. }
        ));
        let mut script = self.script.lock().unwrap();
        script
            .asked
            .push(format!("submit {}", String::from_utf8_lossy(signed)));
        script.submit.clone()
    }

    async fn status(&self, transaction: B256) -> Result<TransactionStatus, LedgerError> {
        let mut script = self.script.lock().unwrap();
        if script.carrier == Some(transaction) {
            return Ok(script.carrier_status.clone());
        }
        script.asked.push("status".to_owned());
        script.status.clone()
    }

    async fn transfers(
        &self,
        _: &[Address],
        _: Address,
        _: u64,
        _: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        Ok(Vec::new())
    }

    async fn authorizations(
        &self,
        _: &[Address],
        nonces: &[B256],
        _: u64,
        _: u64,
    ) -> Result<Vec<(B256, B256)>, LedgerError> {
        let carrier = self.script.lock().unwrap().carrier;
        Ok(nonces.iter().copied().zip(carrier).collect())
    }

    async fn block_time(&self, _: u64) -> Result<u64, LedgerError> {
        Ok(self.script.lock().unwrap().time)
    }
}
