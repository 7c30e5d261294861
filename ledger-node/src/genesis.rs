//! Block zero: the sandbox yuan, put there by running its constructor.
//!
//! The contract is made by a fixed address that nobody has a key of, in its first transaction, so
//! that the token has the same address on every machine. Who may mint differs: each sandbox has a
//! bank of its own, whose key is made when the sandbox is.

use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, address};
use alloy_sol_types::SolValue;
use revm::context::result::ExecutionResult;
use serde::Deserialize;

use crate::{
    error::Error,
    evm::{BlockContext, Executor},
    state::{Changes, State},
};

/// The chain id (EIP-155): Jiaozi were first issued by the state in 1023.
pub const SANDBOX_CHAIN_ID: u64 = 10_231_023;

/// Makes the genesis contracts: the last 20 bytes of keccak256("Jiaozi sandbox genesis").
pub const GENESIS_DEPLOYER: Address = address!("0x7E32D15FB031Fa8E0700fAd79e24B72F32f1E68a");

/// The sandbox yuan: the contract that [`GENESIS_DEPLOYER`] makes with nonce 0 (EIP-55 form
/// `0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03`).
pub const SANDBOX_YUAN: Address = address!("0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03");

/// Compiled from `contracts/src/SandboxYuan.sol`.
const ARTIFACT: &str = include_str!("../../contracts/artifacts/SandboxYuan.json");

#[derive(Deserialize)]
struct Artifact {
    bytecode: Bytes,
}

/// The state of block zero, with `bank` as the minter of the yuan.
///
/// # Errors
/// [`Error::Genesis`] when the compiled contract is not what it should be.
pub fn changes(bank: Address, timestamp: u64) -> Result<Changes, Error> {
    let artifact: Artifact =
        serde_json::from_str(ARTIFACT).map_err(|error| Error::Genesis(error.to_string()))?;
    let code: Bytes = [artifact.bytecode.as_ref(), &bank.abi_encode()]
        .concat()
        .into();
    let empty = State::default();
    let mut executor = Executor::new(
        &empty,
        BlockContext {
            number: 0,
            timestamp,
            parent: B256::ZERO,
        },
    );
    let made = match executor
        .deploy(GENESIS_DEPLOYER, code)
        .map_err(Error::Genesis)?
    {
        ExecutionResult::Success { output, .. } => output.address().copied(),
        other => return Err(Error::Genesis(format!("{other:?}"))),
    };
    let changes = Changes::of(executor.changed());
    let holds_code = changes
        .accounts
        .iter()
        .any(|(address, account)| *address == SANDBOX_YUAN && account.code_hash != KECCAK256_EMPTY);
    if made != Some(SANDBOX_YUAN) || !holds_code {
        return Err(Error::Genesis("the yuan is not at its address".into()));
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use alloy_primitives::keccak256;

    use super::*;

    #[test]
    fn the_addresses_follow_from_their_rules() {
        assert_eq!(
            GENESIS_DEPLOYER,
            Address::from_word(keccak256("Jiaozi sandbox genesis"))
        );
        assert_eq!(SANDBOX_YUAN, GENESIS_DEPLOYER.create(0));
        assert_eq!(
            SANDBOX_YUAN.to_checksum(None),
            "0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03"
        );
    }

    #[test]
    fn the_yuan_is_where_it_should_be_whoever_the_bank_is() {
        for bank in [Address::repeat_byte(1), Address::repeat_byte(2)] {
            let changes = changes(bank, 0).unwrap();
            assert!(
                changes
                    .accounts
                    .iter()
                    .any(|(address, _)| *address == SANDBOX_YUAN)
            );
        }
    }
}
