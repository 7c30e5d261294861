//! Runs transactions and calls in revm.
//!
//! Fees: the base fee is zero and whatever a transaction offers above it is not charged, so that an
//! account needs no native coin. Offered fees only decide replacement in the pool.

use std::sync::OnceLock;

use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use alloy_sol_types::{Panic, Revert, SolError};
use revm::{
    Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext,
    context::{
        BlockEnv, CfgEnv, TxEnv,
        result::{EVMError, ExecutionResult, InvalidTransaction},
        transaction::AccessList,
    },
    context_interface::cfg::gas_params::GasParams,
    database::CacheDB,
    primitives::hardfork::SpecId,
};

use crate::{
    SANDBOX_CHAIN_ID,
    limits::{BLOCK_GAS, TRANSACTION_GAS},
    state::State,
    transaction::{Envelope, SignedTransaction},
};

/// Bytes of initialisation code a contract may have (EIP-3860).
pub const INIT_CODE_BYTES: usize = 49_152;

/// The block that something is executed in.
#[derive(Clone, Copy, Debug)]
pub struct BlockContext {
    /// Its number.
    pub number: u64,
    /// Its Unix time.
    pub timestamp: u64,
    /// Its parent's hash, which stands in for randomness.
    pub parent: B256,
}

/// A message that is executed and forgotten: `eth_call`, `eth_estimateGas`.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who calls.
    pub from: Address,
    /// Whom; none makes a contract.
    pub to: Option<Address>,
    /// Native coin sent along, in wei.
    pub value: U256,
    /// Call data, or initialisation code.
    pub data: Bytes,
    /// Gas it may use; the cap of a transaction if none.
    pub gas: Option<u64>,
    /// EIP-2930 access list.
    pub access_list: AccessList,
}

/// Why a message was not run to a good end.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It was not run at all.
    #[error("{0}")]
    Invalid(String),
    /// The contract refused; the bytes are its reason.
    #[error("execution reverted{}", reason(.0))]
    Reverted(Bytes),
    /// It ran out of gas or broke a rule of the EVM.
    #[error("{0}")]
    Halted(String),
}

/// What a revert says in words, for the message: `: <reason>`, or nothing for a custom error.
fn reason(output: &Bytes) -> String {
    if let Ok(revert) = Revert::abi_decode(output) {
        return format!(": {}", revert.reason());
    }
    Panic::abi_decode(output).map_or_else(|_| String::new(), |panic| format!(": {panic}"))
}

fn config() -> CfgEnv {
    let mut config = CfgEnv::new_with_spec(SpecId::CANCUN);
    config.chain_id = SANDBOX_CHAIN_ID;
    config.tx_gas_limit_cap = Some(TRANSACTION_GAS);
    config
}

fn block_env(context: BlockContext) -> BlockEnv {
    BlockEnv {
        number: U256::from(context.number),
        timestamp: U256::from(context.timestamp),
        gas_limit: BLOCK_GAS,
        basefee: 0,
        prevrandao: Some(context.parent),
        ..BlockEnv::default()
    }
}

/// Gas that a transaction costs before its first instruction.
pub fn intrinsic_gas(envelope: &Envelope) -> u64 {
    static PARAMETERS: OnceLock<GasParams> = OnceLock::new();
    let parameters = PARAMETERS.get_or_init(|| GasParams::new_spec(SpecId::CANCUN));
    let (mut accounts, mut slots) = (0, 0);
    for item in envelope.access_list().map_or(&[][..], |list| &list.0) {
        accounts += 1;
        slots += item.storage_keys.len() as u64;
    }
    let create = envelope.kind().is_create();
    parameters
        .initial_tx_gas(envelope.input(), create, accounts, slots, 0, None)
        .initial_total_gas()
}

/// Executes the transactions of one block, one after the other, on top of a state.
pub struct Executor<'a> {
    cache: CacheDB<&'a State>,
    block: BlockContext,
}

impl<'a> Executor<'a> {
    /// Begins a block.
    pub fn new(state: &'a State, block: BlockContext) -> Self {
        Self {
            cache: CacheDB::new(state),
            block,
        }
    }

    /// Executes one transaction and keeps what it did. An error means that it cannot be in this
    /// block, and that nothing was done.
    pub fn execute(&mut self, transaction: &SignedTransaction) -> Result<ExecutionResult, String> {
        let envelope = &transaction.envelope;
        self.run(TxEnv {
            tx_type: envelope.tx_type().into(),
            caller: transaction.sender,
            gas_limit: envelope.gas_limit(),
            gas_price: 0,
            kind: envelope.kind(),
            value: envelope.value(),
            data: envelope.input().clone(),
            nonce: envelope.nonce(),
            chain_id: envelope.chain_id(),
            access_list: envelope.access_list().cloned().unwrap_or_default(),
            gas_priority_fee: None,
            blob_hashes: Vec::new(),
            max_fee_per_blob_gas: 0,
            authorization_list: Vec::new(),
        })
    }

    /// Creates a contract from nobody's transaction: the genesis block.
    pub fn deploy(&mut self, from: Address, code: Bytes) -> Result<ExecutionResult, String> {
        let message = Message {
            from,
            to: None,
            value: U256::ZERO,
            data: code,
            gas: None,
            access_list: AccessList::default(),
        };
        self.run(message_env(&message, 0, TRANSACTION_GAS))
    }

    /// What has changed so far.
    pub fn changed(&self) -> &CacheDB<&'a State> {
        &self.cache
    }

    fn run(&mut self, transaction: TxEnv) -> Result<ExecutionResult, String> {
        let mut evm = Context::mainnet()
            .with_db(&mut self.cache)
            .with_cfg(config())
            .with_block(block_env(self.block))
            .build_mainnet();
        evm.transact_commit(transaction)
            .map_err(|error| error.to_string())
    }
}

/// Runs a message on the latest state and throws its effects away.
///
/// # Errors
/// [`CallError`], with the bytes that the contract reverted with.
pub fn call(state: &State, block: BlockContext, message: &Message) -> Result<Bytes, CallError> {
    let gas = message.gas.unwrap_or(TRANSACTION_GAS).min(TRANSACTION_GAS);
    output(run_message(state, block, message, gas)?)
}

/// The smallest gas limit, to within a sixty-fourth, that lets a message succeed.
///
/// # Errors
/// That of the message when it fails with all the gas it may use.
pub fn estimate(state: &State, block: BlockContext, message: &Message) -> Result<u64, CallError> {
    let most = message.gas.unwrap_or(TRANSACTION_GAS).min(TRANSACTION_GAS);
    let result = run_message(state, block, message, most)?;
    let used = result.tx_gas_used();
    output(result)?;
    let succeeds = |gas| match run_message(state, block, message, gas) {
        Ok(result) => result.is_success(),
        Err(_) => false,
    };
    // Refunds and the 63/64 rule of EIP-150 make the need larger than the use.
    let (mut low, mut high) = (used.saturating_sub(1), most);
    if succeeds(used) {
        return Ok(used);
    }
    let guess = used
        .saturating_add(used / 63)
        .saturating_add(2_300)
        .min(most);
    if succeeds(guess) {
        high = guess
    } else {
        low = guess
    }
    while high - low > high / 64 {
        let middle = low + (high - low) / 2;
        if succeeds(middle) {
            high = middle
        } else {
            low = middle
        }
    }
    Ok(high)
}

fn message_env(message: &Message, nonce: u64, gas: u64) -> TxEnv {
    TxEnv {
        tx_type: 2,
        caller: message.from,
        gas_limit: gas,
        gas_price: 0,
        kind: message.to.map_or(TxKind::Create, TxKind::Call),
        value: message.value,
        data: message.data.clone(),
        nonce,
        chain_id: Some(SANDBOX_CHAIN_ID),
        access_list: message.access_list.clone(),
        gas_priority_fee: Some(0),
        blob_hashes: Vec::new(),
        max_fee_per_blob_gas: 0,
        authorization_list: Vec::new(),
    }
}

fn run_message(
    state: &State,
    block: BlockContext,
    message: &Message,
    gas: u64,
) -> Result<ExecutionResult, CallError> {
    let mut config = config();
    config.disable_nonce_check = true;
    config.disable_eip3607 = true;
    let mut evm = Context::mainnet()
        .with_db(CacheDB::new(state))
        .with_cfg(config)
        .with_block(block_env(block))
        .build_mainnet();
    let environment = message_env(message, state.nonce(message.from), gas);
    evm.transact(environment)
        .map(|done| done.result)
        .map_err(|error| {
            CallError::Invalid(match error {
                EVMError::Transaction(InvalidTransaction::LackOfFundForMaxFee { .. }) => {
                    "insufficient funds for gas * price + value".to_owned()
                }
                EVMError::Transaction(InvalidTransaction::CallGasCostMoreThanGasLimit {
                    ..
                }) => "intrinsic gas too low".to_owned(),
                other => other.to_string(),
            })
        })
}

fn output(result: ExecutionResult) -> Result<Bytes, CallError> {
    match result {
        ExecutionResult::Success { output, .. } => Ok(output.into_data()),
        ExecutionResult::Revert { output, .. } => Err(CallError::Reverted(output)),
        ExecutionResult::Halt { reason, .. } => Err(CallError::Halted(halt_text(&reason))),
    }
}

fn halt_text(reason: &revm::context::result::HaltReason) -> String {
    match reason {
        revm::context::result::HaltReason::OutOfGas(_) => "out of gas".to_owned(),
        other => format!("execution stopped: {other:?}"),
    }
}
