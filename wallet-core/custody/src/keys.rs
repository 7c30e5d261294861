//! HD keys (BIP-32) on the paths of BIP-44: m/44'/60'/0'/0/i for EVM chains,
//! m/44'/503'/0'/0/i for Conflux Core Space.

use std::sync::{Mutex, PoisonError};

use alloy_primitives::{Address as EvmAddress, keccak256};
use bip32::{ChildNumber, DerivationPath, ExtendedKeyAttrs, Prefix, XPrv, XPub};
use jiaozi_types::agent::{AccountInfo, AgentError, ToSign};
use k256::ecdsa::{SigningKey, VerifyingKey};
use zeroize::{Zeroize, Zeroizing};

use crate::memory::Locked;
use crate::words::Words;

/// Child indexes from here on are hardened.
const HARDENED: u32 = 0x8000_0000;
/// Signing keys that are kept ready.
const READY: usize = 8;

/// The kinds of accounts, by their coin types (SLIP-44). Each signs with keys
/// of its own, so that what one signs means nothing to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoinType {
    /// 60: every EVM chain.
    Ether,
    /// 503: Conflux Core Space.
    Conflux,
}

impl CoinType {
    /// The account's path; its public key tells every receiving address.
    const fn account_path(self) -> &'static str {
        match self {
            Self::Ether => "m/44'/60'/0'",
            Self::Conflux => "m/44'/503'/0'",
        }
    }

    /// The path of account `index`.
    pub fn path(self, index: u32) -> String {
        format!("{}/0/{index}", self.account_path())
    }

    /// The coin type whose key signs this.
    pub fn of(what: &ToSign) -> Self {
        if what.is_core() {
            Self::Conflux
        } else {
            Self::Ether
        }
    }

    /// The address of a public key: the last 20 bytes of the Keccak-256 of its
    /// uncompressed form, on Core Space with the type of an account.
    fn address(self, key: &VerifyingKey) -> EvmAddress {
        let point = key.to_sec1_point(false);
        let hash = keccak256(point.as_bytes().get(1..).unwrap_or_default());
        let mut address = EvmAddress::from_slice(hash.get(12..).unwrap_or_default());
        if let (Self::Conflux, Some(first)) = (self, address.0.first_mut()) {
            *first = *first & 0x0f | 0x10;
        }
        address
    }
}

/// What may be known while the wallet is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeys {
    /// BIP-32 fingerprint of the master key: 8 hexadecimal digits.
    pub fingerprint: String,
    /// The extended public key of m/44'/60'/0' (`xpub...`).
    pub account_key: String,
    /// That of m/44'/503'/0'; none in a file that was written before the vault
    /// knew Core Space.
    pub core_account_key: Option<String>,
}

impl PublicKeys {
    /// Accounts `first` to `first + count - 1`.
    pub fn accounts(&self, first: u32, count: u32) -> Result<Vec<AccountInfo>, AgentError> {
        let evm = External::of(&self.account_key, CoinType::Ether)?;
        let core = self.core_external()?;
        let end = first
            .checked_add(count)
            .filter(|end| *end <= HARDENED)
            .ok_or(AgentError::UnknownAccount)?;
        (first..end)
            .map(|index| {
                Ok(AccountInfo {
                    index,
                    path: CoinType::Ether.path(index),
                    address: evm.address(index)?,
                    core: core.as_ref().map(|core| core.address(index)).transpose()?,
                })
            })
            .collect()
    }

    /// The address of one account. `Locked` for one of Core Space whose key
    /// the file does not have yet: the next unlock puts it there.
    pub fn address(&self, coin: CoinType, index: u32) -> Result<EvmAddress, AgentError> {
        let external = match coin {
            CoinType::Ether => External::of(&self.account_key, coin)?,
            CoinType::Conflux => self.core_external()?.ok_or(AgentError::Locked)?,
        };
        external.address(index)
    }

    fn core_external(&self) -> Result<Option<External>, AgentError> {
        let key = self.core_account_key.as_ref();
        key.map(|key| External::of(key, CoinType::Conflux))
            .transpose()
    }
}

/// The public key from which receiving addresses derive.
struct External {
    coin: CoinType,
    key: XPub,
}

impl External {
    fn of(account_key: &str, coin: CoinType) -> Result<Self, AgentError> {
        let account: XPub = account_key.parse().map_err(|_| AgentError::Damaged)?;
        let key = account
            .derive_child(0.into())
            .map_err(|_| AgentError::Damaged)?;
        Ok(Self { coin, key })
    }

    fn address(&self, index: u32) -> Result<EvmAddress, AgentError> {
        if index >= HARDENED {
            return Err(AgentError::UnknownAccount);
        }
        let key = self.key.derive_child(index.into());
        let key = key.map_err(|_| AgentError::UnknownAccount)?;
        Ok(self.coin.address(key.public_key()))
    }
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

/// A signing key that is kept ready, by coin type and index.
type Ready = (CoinType, u32, Locked<Slot>);

/// The keys of an unlocked wallet.
pub struct Keys {
    /// Private key and chain code of m/44'/60'/0'/0.
    evm: Locked<ChainBytes>,
    /// The same of m/44'/503'/0'/0.
    core: Locked<ChainBytes>,
    ready: Mutex<Vec<Ready>>,
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
        let master = XPrv::new(seed.as_ref()).map_err(fault)?;
        let account = |coin: CoinType| {
            let path: DerivationPath = coin.account_path().parse()?;
            let account = XPrv::derive_from_path(seed.as_ref(), &path)?;
            let external = account.derive_child(ChildNumber::from(0))?;
            let mut key = external.to_bytes();
            let chain = Locked::fill(|into: &mut ChainBytes| {
                into.key = key;
                into.code = external.attrs().chain_code;
            });
            key.zeroize();
            let public = account.public_key().to_string(Prefix::XPUB);
            Ok::<_, bip32::Error>((chain, public))
        };
        let (evm, account_key) = account(CoinType::Ether).map_err(fault)?;
        let (core, core_account_key) = account(CoinType::Conflux).map_err(fault)?;
        Ok(Self {
            evm,
            core,
            ready: Mutex::new(Vec::new()),
            public: PublicKeys {
                fingerprint: hex::encode(master.public_key().fingerprint()),
                account_key,
                core_account_key: Some(core_account_key),
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
        coin: CoinType,
        index: u32,
        with: impl FnOnce(&SigningKey) -> T,
    ) -> Result<T, AgentError> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |(of, at, _): &Ready| (*of, *at) == (coin, index);
        if !ready.iter().any(is_it) {
            let slot = self.derive(coin, index)?;
            if ready.len() >= READY {
                ready.remove(0);
            }
            ready.push((coin, index, slot));
        }
        ready
            .iter()
            .find(|kept| is_it(kept))
            .and_then(|(.., slot)| slot.get().0.as_ref())
            .map(with)
            .ok_or(AgentError::Internal)
    }

    fn derive(&self, coin: CoinType, index: u32) -> Result<Locked<Slot>, AgentError> {
        if index >= HARDENED {
            return Err(AgentError::UnknownAccount);
        }
        let bytes = match coin {
            CoinType::Ether => self.evm.get(),
            CoinType::Conflux => self.core.get(),
        };
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
    use alloy_primitives::address;
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
            let signs_as = |coin: CoinType| {
                keys.with_signing_key(coin, account.index, |key| coin.address(key.verifying_key()))
                    .unwrap()
            };
            assert_eq!(signs_as(CoinType::Ether), account.address);
            assert_eq!(Some(signs_as(CoinType::Conflux)), account.core);
        }
    }

    /// Computed with js-conflux-sdk 2.6.0 and ethers 6.17.0 from these words.
    #[test]
    fn core_accounts_are_those_of_other_wallets() {
        let words = Words::from_entropy(&[0; 16], WordLanguage::English).unwrap();
        let accounts = Keys::of(&words).unwrap().public().accounts(0, 2).unwrap();
        let core: Vec<_> = accounts.iter().map(|account| account.core).collect();
        assert_eq!(
            core,
            [
                Some(address!("0x18416599fddf76126effa8db4880c3a24fe2152b")),
                Some(address!("0x11d364a6392245a79194d3de5c6b3e501f12328c")),
            ]
        );
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
            keys.with_signing_key(CoinType::Ether, HARDENED, |_| ()),
            Err(AgentError::UnknownAccount)
        );
    }
}
