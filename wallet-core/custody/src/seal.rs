//! Sealing: XChaCha20-Poly1305 with a random 24-byte nonce in front, and keys
//! from Argon2id (RFC 9106), bound to the keyring's secret where there is one.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use jiaozi_types::agent::{AgentError, Sealing};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::memory::Key;
use crate::secret::Secret;

const NONCE_LEN: usize = 24;

/// How hard a guess is made. Stored beside what it protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KdfCost {
    /// Memory in KiB.
    memory_kib: u32,
    /// Passes over the memory.
    passes: u32,
    /// Lanes.
    lanes: u32,
}

impl KdfCost {
    /// For new wallets: 64 MiB when a keyring secret is needed as well, 256 MiB
    /// when the passphrase stands alone.
    pub const fn of(sealing: Sealing) -> Self {
        let memory_kib = match sealing {
            Sealing::Keyring => 64 * 1024,
            Sealing::PassphraseOnly => 256 * 1024,
        };
        Self {
            memory_kib,
            passes: 3,
            lanes: 1,
        }
    }

    /// Whether a cost read from a file is one that this program would ever have
    /// written: less would weaken the seal, more would stall the computer.
    fn is_sane(self) -> bool {
        (64 * 1024..=1024 * 1024).contains(&self.memory_kib)
            && (3..=16).contains(&self.passes)
            && (1..=4).contains(&self.lanes)
    }
}

/// The key that seals the seed: Argon2id of the secret, then HMAC-SHA256 with
/// the keyring's secret, so that each alone is useless.
pub fn seed_key(
    secret: &Secret,
    salt: &[u8; 16],
    cost: KdfCost,
    keyring: Option<&Key>,
) -> Result<Key, AgentError> {
    if !cost.is_sane() {
        return Err(AgentError::Damaged);
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .map_err(|_| AgentError::Damaged)?;
    let mut stretched = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret.bytes(), salt, stretched.as_mut())
        .map_err(|_| AgentError::Internal)?;
    match keyring {
        Some(keyring) => derive(keyring, b"jiaozi seed v1 keyring", stretched.as_ref()),
        None => derive(
            &Key::from_slice(&stretched),
            b"jiaozi seed v1 passphrase",
            &[],
        ),
    }
}

/// HMAC-SHA256(key, label || 0 || input): one key for one use.
pub fn derive(key: &Key, label: &[u8], input: &[u8]) -> Result<Key, AgentError> {
    use hmac::KeyInit as _;
    let mut bytes: [u8; 32] = Hmac::<Sha256>::new_from_slice(key.get())
        .map_err(|_| AgentError::Internal)?
        .chain_update(label)
        .chain_update([0])
        .chain_update(input)
        .finalize()
        .into_bytes()
        .into();
    let derived = Key::from_slice(&bytes);
    bytes.zeroize();
    Ok(derived)
}

/// Seals `plain`; `context` is authenticated with it and must be the same when
/// it is opened.
pub fn seal(key: &Key, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, AgentError> {
    let mut nonce = [0u8; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(|_| AgentError::Internal)?;
    let sealed = XChaCha20Poly1305::new(key.get().into())
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain,
                aad: context,
            },
        )
        .map_err(|_| AgentError::Internal)?;
    let mut bytes = nonce.to_vec();
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

/// Opens what [`seal`] sealed; none when the key, the context or the bytes are
/// not the ones that were sealed.
pub fn open(key: &Key, context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
    XChaCha20Poly1305::new(key.get().into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: body,
                aad: context,
            },
        )
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_what_was_sealed() {
        let key = Key::from_slice(&[1; 32]);
        let sealed = seal(&key, b"context", b"plain").unwrap();
        assert_eq!(
            open(&key, b"context", &sealed).unwrap().as_slice(),
            b"plain"
        );
        assert!(open(&key, b"other", &sealed).is_none());
        assert!(open(&Key::from_slice(&[2; 32]), b"context", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert!(open(&key, b"context", &bent).is_none(), "byte {at}");
        }
        assert!(open(&key, b"context", &sealed[..23]).is_none());
    }

    #[test]
    fn the_seed_key_needs_secret_and_keyring() {
        let cost = KdfCost::of(Sealing::Keyring);
        let key = |secret: &str, salt: u8, keyring: Option<u8>| {
            let keyring = keyring.map(|byte| Key::from_slice(&[byte; 32]));
            let secret = Secret::new(secret.to_owned());
            *seed_key(&secret, &[salt; 16], cost, keyring.as_ref())
                .unwrap()
                .get()
        };
        let one = key("283917", 1, Some(1));
        assert_eq!(one, key("283917", 1, Some(1)));
        for other in [
            key("283918", 1, Some(1)),
            key("283917", 2, Some(1)),
            key("283917", 1, Some(2)),
            key("283917", 1, None),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn costs_from_a_file_are_capped() {
        let secret = Secret::new("283917".to_owned());
        for cost in [
            KdfCost {
                memory_kib: 8,
                passes: 3,
                lanes: 1,
            },
            KdfCost {
                memory_kib: u32::MAX,
                passes: 3,
                lanes: 1,
            },
            KdfCost {
                memory_kib: 65536,
                passes: 1000,
                lanes: 1,
            },
            KdfCost {
                memory_kib: 65536,
                passes: 3,
                lanes: 0,
            },
        ] {
            assert_eq!(
                seed_key(&secret, &[0; 16], cost, None).err(),
                Some(AgentError::Damaged)
            );
        }
    }
}
