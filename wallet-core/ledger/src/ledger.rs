//! What the wallet asks of a ledger, whatever its kind.

use alloy_primitives::{Address, B256, Bytes, U256};
use async_trait::async_trait;
use jiaozi_types::ChainId;
use jiaozi_types::agent::{CarrierFee, TokenDomain};

use crate::error::LedgerError;
use crate::pool::EndpointReport;

/// JSON-RPC's code for a method that a node does not have.
const METHOD_NOT_FOUND: i64 = -32_601;

/// A ledger, seen through its nodes.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The chain that every answer is about.
    fn chain(&self) -> ChainId;

    /// Looks at the node: its chain, its newest block, its name.
    async fn node(&self) -> Result<NodeFacts, LedgerError>;

    /// The newest block's number: the highest that is credible, which is that of
    /// one endpoint alone only while it is not far ahead of the others.
    async fn head(&self) -> Result<u64, LedgerError>;

    /// Atoms of the chain's coin in `account`: what two endpoints say alike, else
    /// the lowest that one says, so that none makes an account look richer.
    async fn coin_balance(&self, account: Address) -> Result<U256, LedgerError>;

    /// Atoms of `token` in `account`, by the rule of [`Self::coin_balance`].
    async fn token_balance(&self, token: Address, account: Address) -> Result<U256, LedgerError>;

    /// Name, code and decimals, as the token tells them.
    async fn token(&self, token: Address) -> Result<TokenFacts, LedgerError>;

    /// The token's EIP-712 domain if it takes EIP-3009 authorizations: the
    /// domain separator on the ledger equals the computed one and
    /// `authorizationState` answers.
    async fn authorization_domain(
        &self,
        token: Address,
    ) -> Result<Option<TokenDomain>, LedgerError>;

    /// Whether the authorization `nonce` of `payer` was used or cancelled. Like
    /// [`Self::nonces`] an answer that payments are declared dead by: where two
    /// endpoints are configured two have said it, else the error is
    /// [`LedgerError::Unconfirmed`].
    async fn authorization_used(
        &self,
        token: Address,
        payer: Address,
        nonce: B256,
    ) -> Result<bool, LedgerError>;

    /// The account's next nonces: `latest` is the lowest that two endpoints
    /// vouch for, where two are configured, so that no payment is declared dead
    /// on one endpoint's word; else the error is [`LedgerError::Unconfirmed`].
    /// `pending` is the highest that any endpoint has told.
    async fn nonces(&self, account: Address) -> Result<Nonces, LedgerError>;

    /// The account as of the newest block that the network's rule calls final:
    /// an answer that payments are declared dead by, as beyond it nothing is
    /// taken back. Where two endpoints are configured it is the earlier of two
    /// that fit together, else the error is [`LedgerError::Unconfirmed`]. A
    /// ledger that cannot tell answers so, and no payment is ever declared dead
    /// by its nonce or its time.
    async fn final_state(&self, account: Address) -> Result<FinalState, LedgerError> {
        let _ = account;
        Err(LedgerError::Unconfirmed)
    }

    /// Asks the sandbox's embedded bank for `atoms` of its yuan; gives the
    /// transaction that brings them. Other ledgers refuse.
    async fn sandbox_top_up(&self, _account: Address, _atoms: U256) -> Result<B256, LedgerError> {
        Err(LedgerError::Node(METHOD_NOT_FOUND))
    }

    /// What `call` would cost.
    async fn quote(&self, call: &Call) -> Result<FeeQuote, LedgerError>;

    /// Hands signed bytes to all endpoints and returns once one holds them (one
    /// that holds them already counts); the others are still told. An error that
    /// is not retryable means that no endpoint was unreachable and all refused.
    async fn submit(&self, signed: &Bytes) -> Result<(), LedgerError>;

    /// Where the transaction stands. Any endpoint's inclusion counts, with its
    /// [`Agreement`]; `Unknown` is said only when no endpoint that answers
    /// knows it.
    async fn status(&self, transaction: B256) -> Result<TransactionStatus, LedgerError>;

    /// Transfers of `tokens` from or to `account` in blocks `from..=to`, in
    /// the ledger's order, each with its [`Agreement`]: what any endpoint tells
    /// is listed. The error is retryable when none has reached block `to`.
    async fn transfers(
        &self,
        tokens: &[Address],
        account: Address,
        from: u64,
        to: u64,
    ) -> Result<Vec<Transfer>, LedgerError>;

    /// Every transfer of `tokens` in blocks `from..=to`, whoever paid and
    /// received, as [`Self::transfers`] tells those of one account: for a till
    /// with many receiving addresses, whose number does not change the cost.
    async fn all_transfers(
        &self,
        _tokens: &[Address],
        _from: u64,
        _to: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        Err(LedgerError::Node(METHOD_NOT_FOUND))
    }

    /// Which of `nonces` were used by authorizations (EIP-3009) of `tokens` in
    /// blocks `from..=to`, each with the transaction that carried it. What any
    /// endpoint tells: it explains transfers, which have their own [`Agreement`].
    async fn authorizations(
        &self,
        tokens: &[Address],
        nonces: &[B256],
        from: u64,
        to: u64,
    ) -> Result<Vec<(B256, B256)>, LedgerError>;

    /// The Unix second of a block: what two endpoints say alike, else the
    /// earliest that one says, so that none ends an authorization's time early.
    async fn block_time(&self, block: u64) -> Result<u64, LedgerError>;

    /// A block's hash, as one endpoint has it; none where it does not know it.
    async fn block_hash(&self, _block: u64) -> Result<Option<B256>, LedgerError> {
        Ok(None)
    }

    /// What a token calls itself and can do besides being moved.
    async fn token_traits(&self, _token: Address) -> Result<TokenTraits, LedgerError> {
        Ok(TokenTraits::default())
    }

    /// The credible head as it grows, told by WebSocket where an endpoint has
    /// one and by polling elsewhere; `None` while no endpoint has told. Runs
    /// while receivers live. Ledgers that cannot be followed have none.
    fn heads(&self) -> Option<tokio::sync::watch::Receiver<Option<u64>>> {
        None
    }

    /// A look at each endpoint, in the order of configuration, whatever the
    /// pool thinks of it: for "test this network" and the settings page. Takes
    /// as long as one call may.
    async fn endpoints(&self) -> Vec<EndpointReport> {
        Vec::new()
    }

    /// The newest block that the network's rule calls final, by two endpoints
    /// where two are configured. Zero where none is known to be.
    async fn final_block(&self) -> Result<u64, LedgerError> {
        Ok(0)
    }

    /// Whether `account` had sent anything, or held coin or one of `tokens`, at
    /// the end of `block`. None where the nodes keep no state of that age.
    async fn active_by(
        &self,
        _account: Address,
        _tokens: &[Address],
        _block: u64,
    ) -> Result<Option<bool>, LedgerError> {
        Ok(None)
    }

    /// Coin that plain transactions moved from or to `account` in blocks
    /// `from..=to`, in the ledger's order. What contracts send along the way
    /// leaves no trace here. One call a block: for short stretches only.
    async fn coin_transfers(
        &self,
        _account: Address,
        _from: u64,
        _to: u64,
    ) -> Result<Vec<CoinTransfer>, LedgerError> {
        Ok(Vec::new())
    }
}

/// When an included transaction is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finality {
    /// With its block.
    Immediate,
    /// With this many blocks on top of its own.
    Depth(u32),
    /// When the node's `finalized` block has reached it; on Conflux Core Space
    /// the epoch that proof-of-stake votes have made final.
    Finalized,
    /// When the node puts the risk that its block is undone at 10^-n at most;
    /// Conflux Core Space only, whose nodes tell no less than 10^-8.
    Risk(u8),
}

/// What a node says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFacts {
    /// Its chain.
    pub chain: ChainId,
    /// Its newest block.
    pub head: u64,
    /// Its name: printable ASCII, at most 64 characters.
    pub client: String,
}

/// What a token says of itself: cut and cleaned, but not vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    /// Its code, ASCII letters and digits, at most 16.
    pub symbol: String,
    /// Decimal places of one unit.
    pub decimals: u8,
}

/// What a token can do besides being moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenTraits {
    /// The name that it gives itself: cut and cleaned, but not vouched for.
    pub name: Option<String>,
    /// Whether it answers as one that takes permits (EIP-2612) does.
    pub permits: bool,
}

/// An account's next nonces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonces {
    /// After every executed transaction.
    pub latest: u64,
    /// After every transaction that the node knows to be waiting, too.
    pub pending: u64,
}

/// An account as of the newest final block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinalState {
    /// The block's number.
    pub block: u64,
    /// Its Unix second: every block that may still come is at least as late.
    pub time: u64,
    /// The account's next nonce after it.
    pub nonce: u64,
}

/// A call to be priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who sends it.
    pub from: Address,
    /// To which account or contract.
    pub to: Address,
    /// Atoms of the coin that go with it.
    pub value: U256,
    /// Its data.
    pub data: Bytes,
}

/// What a call would cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeQuote {
    /// Gas that the node estimates, without any margin.
    pub gas: u64,
    /// The price to offer.
    pub fee: CarrierFee,
    /// The price to expect, in atoms of the coin for one unit of gas.
    pub expected_price: u128,
    /// What a transaction of Conflux Core Space needs besides; none elsewhere.
    pub core: Option<CoreQuote>,
}

/// What a transaction of Conflux Core Space needs besides gas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreQuote {
    /// Bytes of storage that it may take, each backed by collateral of 1/1024 CFX.
    pub storage_limit: u64,
    /// The epoch that its validity is counted from (100,000 before and after).
    pub epoch_height: u64,
    /// Whether a sponsor of the contract pays the gas.
    pub gas_sponsored: bool,
    /// Whether a sponsor of the contract puts up the storage collateral.
    pub storage_sponsored: bool,
}

/// Where a transaction stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransactionStatus {
    /// The node has never heard of it (or has forgotten it).
    Unknown,
    /// The node holds it; it is in no block.
    Pending,
    /// It is in a block.
    Included(Inclusion),
}

/// A transaction's place on the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The block's number.
    pub block: u64,
    /// The block's hash.
    pub block_hash: B256,
    /// Whether it did what it should; if not, only the fee was taken.
    pub success: bool,
    /// The fee that was taken, in atoms of the coin.
    pub fee: U256,
    /// Whether the network's rule calls it final. Never so while endpoints
    /// that should agree do not.
    pub is_final: bool,
    /// Who says so.
    pub agreement: Agreement,
}

/// How many endpoints stand behind an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// The network has one endpoint: nobody can check it.
    Single,
    /// Two endpoints say the same.
    Agreed,
    /// Others are configured, and none of them says the same (yet).
    Unconfirmed,
}

/// A token transfer on the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The token.
    pub token: Address,
    /// Who paid.
    pub from: Address,
    /// Who received.
    pub to: Address,
    /// Atoms.
    pub value: U256,
    /// The block.
    pub block: u64,
    /// The block's hash, where the node says it with the log: another one for
    /// the same block means that the ledger was reorganised.
    pub block_hash: Option<B256>,
    /// The transaction.
    pub transaction: B256,
    /// The log's index in its block.
    pub log_index: u64,
    /// The block's Unix second, where the node says it with the log.
    pub time: Option<u64>,
    /// Who says so: one that no second endpoint has told is not to be counted
    /// as paid yet.
    pub agreement: Agreement,
}

/// Coin that a plain transaction moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoinTransfer {
    /// Who paid.
    pub from: Address,
    /// Who received.
    pub to: Address,
    /// Atoms.
    pub value: U256,
    /// The block.
    pub block: u64,
    /// The block's hash.
    pub block_hash: B256,
    /// The block's Unix second.
    pub time: u64,
    /// The transaction.
    pub transaction: B256,
    /// Who says so.
    pub agreement: Agreement,
}
