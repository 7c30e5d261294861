//! What a token can do besides being moved, probed and never assumed.

use alloy_primitives::{Address, Bytes};
use alloy_sol_types::{SolCall, sol};
use serde_json::json;

use super::EvmLedger;
use crate::error::LedgerError;
use crate::ledger::TokenTraits;

/// Characters of a token's name that are kept.
const NAME: usize = 40;

sol! {
    /// ERC-20's name and EIP-2612's part of what a permit needs.
    interface Probe {
        function name() external view returns (string);
        function DOMAIN_SEPARATOR() external view returns (bytes32);
        function nonces(address owner) external view returns (uint256);
    }
}

/// The answer; none where the token lacks the function.
async fn probe<C: SolCall>(
    ledger: &EvmLedger,
    token: Address,
    call: &C,
) -> Result<Option<C::Return>, LedgerError> {
    let call = json!([{ "to": token, "data": Bytes::from(call.abi_encode()) }, "latest"]);
    match ledger.pool.require::<Bytes>("eth_call", call).await {
        Ok(bytes) => Ok(C::abi_decode_returns(&bytes).ok()),
        Err(LedgerError::Reverted | LedgerError::Node(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn token_traits(
    ledger: &EvmLedger,
    token: Address,
) -> Result<TokenTraits, LedgerError> {
    let name = probe(ledger, token, &Probe::nameCall {}).await?;
    let name = name.map(|name| {
        let shown = |c: &char| c.is_alphanumeric() || " .-_()".contains(*c);
        name.chars().filter(shown).take(NAME).collect::<String>()
    });
    let separator = probe(ledger, token, &Probe::DOMAIN_SEPARATORCall {}).await?;
    let nonces = probe(ledger, token, &Probe::noncesCall { owner: token }).await?;
    Ok(TokenTraits {
        name: name.filter(|name| !name.trim().is_empty()),
        permits: separator.is_some() && nonces.is_some(),
    })
}
