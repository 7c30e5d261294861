//! Signatures: ECDSA over secp256k1 with the deterministic nonce of RFC 6979,
//! s in the lower half (EIP-2), and the recovery bit.

use alloy_primitives::{B256, Signature, U256};
use k256::ecdsa::SigningKey;

/// Signs a 32-byte digest.
pub fn sign(key: &SigningKey, digest: B256) -> Signature {
    let (signature, recovery) = key.sign_prehash_recoverable(digest.as_slice());
    let (r, s) = signature.split_bytes();
    Signature::new(
        U256::from_be_slice(&r),
        U256::from_be_slice(&s),
        recovery.is_y_odd(),
    )
}
