//! What is split is the secret under the passphrase of the shares: a Feistel
//! network of four rounds over PBKDF2-HMAC-SHA256. Every passphrase opens
//! every set of shares, each to another wallet; nothing tells which is right.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::SharesError;
use crate::secret::Secret;

const ROUNDS: [u8; 4] = [0, 1, 2, 3];
/// Iterations of a round with the exponent zero.
const ITERATIONS: u32 = 2_500;

/// The passphrase of the shares: printable ASCII, as the standard wants it, so
/// that every device can type it. Empty for none.
pub struct SharePassphrase(Secret);

impl SharePassphrase {
    /// Takes what was typed.
    pub fn new(typed: Secret) -> Result<Self, SharesError> {
        let bytes = typed.bytes();
        let fits = bytes.iter().all(|byte| (32..=126).contains(byte));
        if typed.is_too_long() || !fits {
            return Err(SharesError::Passphrase);
        }
        Ok(Self(typed))
    }

    /// No passphrase.
    pub fn none() -> Self {
        Self(Secret::new(String::new()))
    }
}

/// What the cipher is told besides the passphrase.
#[derive(Clone, Copy)]
pub struct Parameters {
    pub identifier: u16,
    pub extendable: bool,
    pub exponent: u8,
}

/// The secret under the passphrase.
pub fn encrypt(
    secret: &[u8],
    passphrase: &SharePassphrase,
    parameters: Parameters,
) -> Result<Zeroizing<Vec<u8>>, SharesError> {
    feistel(secret, passphrase, parameters, ROUNDS.into_iter())
}

/// The secret of what was split.
pub fn decrypt(
    sealed: &[u8],
    passphrase: &SharePassphrase,
    parameters: Parameters,
) -> Result<Zeroizing<Vec<u8>>, SharesError> {
    feistel(sealed, passphrase, parameters, ROUNDS.into_iter().rev())
}

fn feistel(
    input: &[u8],
    passphrase: &SharePassphrase,
    parameters: Parameters,
    rounds: impl Iterator<Item = u8>,
) -> Result<Zeroizing<Vec<u8>>, SharesError> {
    let (left, right) = input
        .split_at_checked(input.len() / 2)
        .ok_or(SharesError::Internal)?;
    let mut left = Zeroizing::new(left.to_vec());
    let mut right = Zeroizing::new(right.to_vec());
    for round in rounds {
        let mixed = mix(round, passphrase, parameters, &right)?;
        for (into, from) in left.iter_mut().zip(mixed.iter()) {
            *into ^= from;
        }
        std::mem::swap(&mut left, &mut right);
    }
    let mut output = Zeroizing::new(Vec::with_capacity(input.len()));
    output.extend_from_slice(&right);
    output.extend_from_slice(&left);
    Ok(output)
}

/// PBKDF2 of a round. A half has at most 32 bytes, so one block is enough.
fn mix(
    round: u8,
    passphrase: &SharePassphrase,
    parameters: Parameters,
    half: &[u8],
) -> Result<Zeroizing<[u8; 32]>, SharesError> {
    let mut password = Zeroizing::new(Vec::with_capacity(1 + Secret::MAX_LEN));
    password.push(round);
    password.extend_from_slice(passphrase.0.bytes());
    let keyed = Hmac::<Sha256>::new_from_slice(&password).map_err(|_| SharesError::Internal)?;
    let mut first = keyed.clone();
    // With the flag, one secret may be split again later with the same result;
    // without it the set's number salts it.
    if !parameters.extendable {
        first.update(b"shamir");
        first.update(&parameters.identifier.to_be_bytes());
    }
    first.update(half);
    first.update(&1u32.to_be_bytes());
    let mut last = first.finalize().into_bytes();
    let mut output = Zeroizing::new([0u8; 32]);
    output.copy_from_slice(&last);
    let iterations = ITERATIONS
        .checked_shl(parameters.exponent.into())
        .ok_or(SharesError::Internal)?;
    for _ in 1..iterations {
        last = keyed.clone().chain_update(last).finalize().into_bytes();
        for (into, from) in output.iter_mut().zip(last.iter()) {
            *into ^= from;
        }
    }
    last.as_mut_slice().zeroize();
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_printable_ascii_alone() {
        let takes = |text: &str| SharePassphrase::new(Secret::new(text.to_owned())).is_ok();
        assert!(takes("") && takes("TREZOR ~!"));
        assert!(!takes("密码") && !takes("a\tb") && !takes(&"x".repeat(257)));
    }

    #[test]
    fn opens_what_it_sealed() {
        for extendable in [false, true] {
            let parameters = Parameters {
                identifier: 77,
                extendable,
                exponent: 0,
            };
            let secret = [3u8; 20];
            let none = SharePassphrase::none();
            let sealed = encrypt(&secret, &none, parameters).unwrap();
            assert_ne!(sealed.as_slice(), secret);
            assert_eq!(
                decrypt(&sealed, &none, parameters).unwrap().as_slice(),
                secret
            );
        }
    }
}
