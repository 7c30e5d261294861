//! HD keys (BIP-32) on the path of BIP-44 for Ether-like chains:
//! m/44'/60'/0'/0/i.

use std::sync::{Mutex, PoisonError};

use alloy_primitives::{Address as EvmAddress, keccak256};
use bip32::{ChildNumber, DerivationPath, ExtendedKeyAttrs, Prefix, XPrv, XPub};
use jiaozi_types::agent::{AccountInfo, AgentError};
use k256::ecdsa::{SigningKey, VerifyingKey};
use zeroize::{Zeroize, Zeroizing};

use crate::memory::Locked;
use crate::words::Words;

/// The account's path; its public key tells every receiving address.
const ACCOUNT_PATH: &str = "m/44'/60'/0'";
/// Child indexes from here on are hardened.
const HARDENED: u32 = 0x8000_0000;
/// Signing keys that are kept ready.
const READY: usize = 8;

/// The path of account `index`.
pub fn path(index: u32) -> String {
    format!("{ACCOUNT_PATH}/0/{index}")
}

/// What may be known while the wallet is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeys {
    /// BIP-32 fingerprint of the master key: 8 hexadecimal digits.
    pub fingerprint: String,
    /// The extended public key of m/44'/60'/0' (`xpub...`).
    pub account_key: String,
}

impl PublicKeys {
    /// Accounts `first` to `first + count - 1`.
    pub fn accounts(&self, first: u32, count: u32) -> Result<Vec<AccountInfo>, AgentError> {
        let chain: XPub = self.account_key.parse().map_err(|_| AgentError::Damaged)?;
        let chain = chain
            .derive_child(0.into())
            .map_err(|_| AgentError::Damaged)?;
        let end = first
            .checked_add(count)
            .filter(|end| *end <= HARDENED)
            .ok_or(AgentError::UnknownAccount)?;
        (first..end)
            .map(|index| {
                let key = chain
                    .derive_child(index.into())
                    .map_err(|_| AgentError::UnknownAccount)?;
                Ok(AccountInfo {
                    index,
                    path: path(index),
                    address: address(key.public_key()),
                })
            })
            .collect()
    }

    /// The address of one account.
    pub fn address(&self, index: u32) -> Result<EvmAddress, AgentError> {
        self.accounts(index, 1)?
            .first()
            .map(|account| account.address)
            .ok_or(AgentError::UnknownAccount)
    }
}

/// The address of a public key: the last 20 bytes of the Keccak-256 of its
/// uncompressed form.
fn address(key: &VerifyingKey) -> EvmAddress {
    let point = key.to_sec1_point(false);
    let hash = keccak256(point.as_bytes().get(1..).unwrap_or_default());
    EvmAddress::from_slice(hash.get(12..).unwrap_or_default())
}

/// A signing key that is overwritten when its page is.
#[derive(Default)]
struct Slot(Option<SigningKey>);

impl Zeroize for Slot {
    fn zeroize(&mut self) {
        // `SigningKey` overwrites itself on drop.
        self.0 = None;
    }
}

/// The keys of an unlocked wallet.
pub struct Keys {
    /// Private key and chain code of m/44'/60'/0'/0.
    chain: Locked<ChainBytes>,
    ready: Mutex<Vec<(u32, Locked<Slot>)>>,
    public: PublicKeys,
}

#[derive(Default, Zeroize)]
struct ChainBytes {
    key: [u8; 32],
    code: [u8; 32],
}

impl Keys {
    /// The keys of these words, without a BIP-39 passphrase.
    pub fn of(words: &Words) -> Result<Self, AgentError> {
        // A path or key that does not derive has a probability below 2^-127.
        let fault = |_| AgentError::Internal;
        let seed = words.seed();
        let path: DerivationPath = ACCOUNT_PATH.parse().map_err(fault)?;
        let master = XPrv::new(seed.as_ref()).map_err(fault)?;
        let account = XPrv::derive_from_path(seed.as_ref(), &path).map_err(fault)?;
        let external = account.derive_child(ChildNumber::from(0)).map_err(fault)?;
        let mut key = external.to_bytes();
        let chain = Locked::fill(|into: &mut ChainBytes| {
            into.key = key;
            into.code = external.attrs().chain_code;
        });
        key.zeroize();
        Ok(Self {
            chain,
            ready: Mutex::new(Vec::new()),
            public: PublicKeys {
                fingerprint: hex::encode(master.public_key().fingerprint()),
                account_key: account.public_key().to_string(Prefix::XPUB),
            },
        })
    }

    /// What may be known while the wallet is locked.
    pub fn public(&self) -> &PublicKeys {
        &self.public
    }

    /// Calls `with` with the signing key of account `index`.
    pub(crate) fn with_signing_key<T>(
        &self,
        index: u32,
        with: impl FnOnce(&SigningKey) -> T,
    ) -> Result<T, AgentError> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if !ready.iter().any(|(at, _)| *at == index) {
            let slot = self.derive(index)?;
            if ready.len() >= READY {
                ready.remove(0);
            }
            ready.push((index, slot));
        }
        ready
            .iter()
            .find(|(at, _)| *at == index)
            .and_then(|(_, slot)| slot.get().0.as_ref())
            .map(with)
            .ok_or(AgentError::Internal)
    }

    fn derive(&self, index: u32) -> Result<Locked<Slot>, AgentError> {
        if index >= HARDENED {
            return Err(AgentError::UnknownAccount);
        }
        let bytes = self.chain.get();
        let attrs = ExtendedKeyAttrs {
            depth: 4,
            parent_fingerprint: [0; 4],
            child_number: ChildNumber::from(0),
            chain_code: bytes.code,
        };
        let mut key_bytes = Zeroizing::new([0u8; 33]);
        for (into, from) in key_bytes.iter_mut().skip(1).zip(bytes.key.iter()) {
            *into = *from;
        }
        let external = XPrv::try_from(bip32::ExtendedKey {
            prefix: Prefix::XPRV,
            attrs,
            key_bytes: *key_bytes,
        })
        .map_err(|_| AgentError::Internal)?;
        let child = external
            .derive_child(ChildNumber::from(index))
            .map_err(|_| AgentError::UnknownAccount)?;
        Ok(Locked::fill(|slot: &mut Slot| {
            slot.0 = Some(child.private_key().clone());
        }))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.public.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use jiaozi_types::agent::WordLanguage;

    use super::*;

    #[test]
    fn private_and_public_derivation_agree() {
        let words = Words::from_entropy(&[0; 16], WordLanguage::English).unwrap();
        let keys = Keys::of(&words).unwrap();
        let accounts = keys.public().accounts(0, 12).unwrap();
        // The first account of these well-known words in every wallet.
        assert_eq!(
            accounts[0].address.to_string(),
            "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
        );
        assert_eq!(accounts[7].path, "m/44'/60'/0'/0/7");
        assert_eq!(keys.public().fingerprint, "73c5da0a");
        for account in accounts {
            let signs_as = keys
                .with_signing_key(account.index, |key| address(key.verifying_key()))
                .unwrap();
            assert_eq!(signs_as, account.address);
        }
    }

    #[test]
    fn indexes_end_where_hardening_begins() {
        let words = Words::from_entropy(&[0; 16], WordLanguage::English).unwrap();
        let keys = Keys::of(&words).unwrap();
        assert!(keys.public().accounts(HARDENED - 1, 1).is_ok());
        for (first, count) in [(HARDENED, 1), (HARDENED - 1, 2), (u32::MAX, 2)] {
            assert_eq!(
                keys.public().accounts(first, count),
                Err(AgentError::UnknownAccount)
            );
        }
        assert_eq!(
            keys.with_signing_key(HARDENED, |_| ()),
            Err(AgentError::UnknownAccount)
        );
    }
}
