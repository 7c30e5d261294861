//! HD keys (BIP-32) on the paths of BIP-44: m/44'/60'/0'/0/i for EVM chains,
//! m/44'/503'/0'/0/i for Conflux Core Space; and those of a shop's charges, under
//! account 1 of both ([`jiaozi_types::shop_key`]).

use std::sync::{Mutex, PoisonError};

use alloy_primitives::{Address as EvmAddress, B256, Signature};
use bip32::{ChildNumber, DerivationPath, ExtendedKeyAttrs, Prefix, XPrv};
use hkdf::Hkdf;
use jiaozi_types::agent::{AccountInfo, AgentError, KeyRef, ToSign};
use jiaozi_types::hd::{AccountKey, Branch, HARDENED};
use jiaozi_types::shop_key::{SHOP_ACCOUNT, TILL_MAX};
use jiaozi_types::{HdError, PathScheme, ShopKey};
use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

pub use jiaozi_types::CoinType;

use crate::memory::{Key, Locked, on_a_wiped_stack};
use crate::signing::sign;
use crate::words::{Words, WordsPassphrase};

/// Signing keys that are kept ready.
const READY: usize = 8;

/// The person's own account among the accounts of BIP-44; the shop's is
/// [`SHOP_ACCOUNT`].
const OWN_ACCOUNT: u32 = 0;

/// The coin type whose keys sign this.
pub fn coin_of_request(what: &ToSign) -> CoinType {
    if what.is_core() {
        CoinType::Conflux
    } else {
        CoinType::Ether
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
    /// Those of the shop's account; none in a file that was written before the
    /// vault knew shops.
    pub shop: Option<ShopAccount>,
}

/// The extended public keys of the shop's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopAccount {
    /// That of m/44'/60'/1' (`xpub...`).
    pub evm: String,
    /// That of m/44'/503'/1'.
    pub core: String,
}

impl PublicKeys {
    /// Accounts `first` to `first + count - 1`.
    pub fn accounts(&self, first: u32, count: u32) -> Result<Vec<AccountInfo>, AgentError> {
        let evm = external(&self.account_key, CoinType::Ether)?;
        let core = self.core_external()?;
        let end = first
            .checked_add(count)
            .filter(|end| *end <= HARDENED)
            .ok_or(AgentError::UnknownAccount)?;
        (first..end)
            .map(|index| {
                let core = core.as_ref().map(|core| core.address(index));
                Ok(AccountInfo {
                    index,
                    path: format!("{}/0/{index}", CoinType::Ether.account_path(OWN_ACCOUNT)),
                    address: evm.address(index).map_err(no_such_key)?,
                    core: core.transpose().map_err(no_such_key)?,
                })
            })
            .collect()
    }

    /// The address of one key. `Locked` for one whose account the file does not
    /// have yet: the next unlock puts it there.
    pub fn address(&self, coin: CoinType, key: KeyRef) -> Result<EvmAddress, AgentError> {
        match (key, coin) {
            (KeyRef::Account(index), CoinType::Ether) => {
                external(&self.account_key, coin)?.address(index)
            }
            (KeyRef::Account(index), CoinType::Conflux) => {
                let core = self.core_external()?.ok_or(AgentError::Locked)?;
                core.address(index)
            }
            (
                KeyRef::Path {
                    scheme: PathScheme::LedgerLegacy,
                    index,
                },
                CoinType::Ether,
            ) => {
                let account = AccountKey::parse(&self.account_key, coin, OWN_ACCOUNT)
                    .map_err(|_| AgentError::Damaged)?;
                account.branch(index).and_then(|child| child.own_address())
            }
            (KeyRef::Path { .. }, _) => return Err(AgentError::UnknownAccount),
            (KeyRef::Charge { till, number }, coin) => {
                let shop = self.shop.as_ref().ok_or(AgentError::Locked)?;
                let text = match coin {
                    CoinType::Ether => &shop.evm,
                    CoinType::Conflux => &shop.core,
                };
                let key = ShopKey::parse(text, coin).map_err(|_| AgentError::Damaged)?;
                key.address(till, number)
            }
        }
        .map_err(no_such_key)
    }

    fn core_external(&self) -> Result<Option<Branch>, AgentError> {
        let key = self.core_account_key.as_ref();
        key.map(|key| external(key, CoinType::Conflux)).transpose()
    }
}

/// The public key from which the person's receiving addresses derive.
fn external(account_key: &str, coin: CoinType) -> Result<Branch, AgentError> {
    AccountKey::parse(account_key, coin, OWN_ACCOUNT)
        .and_then(|account| account.branch(0))
        .map_err(|_| AgentError::Damaged)
}

fn no_such_key(_: HdError) -> AgentError {
    AgentError::UnknownAccount
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

/// A signing key that is kept ready, by coin type and place.
type Ready = (CoinType, KeyRef, Locked<Slot>);

/// The keys of an unlocked wallet.
pub struct Keys {
    evm: CoinKeys,
    core: CoinKeys,
    ready: Mutex<Vec<Ready>>,
    public: PublicKeys,
    /// Seals the shell's part of a metadata backup.
    backup: Key,
    /// Seals the vault's own part.
    book: Key,
}

/// Private keys and chain codes of one coin type.
struct CoinKeys {
    /// Those of m/44'/coin': accounts that other wallets keep are under it.
    coin: Locked<ChainBytes>,
    /// Those of m/44'/coin'/0'/0: the person's accounts are its children.
    external: Locked<ChainBytes>,
    /// Those of m/44'/coin'/1': the tills are its children, the charges theirs.
    shop: Locked<ChainBytes>,
}

#[derive(Default, Zeroize)]
struct ChainBytes {
    key: [u8; 32],
    code: [u8; 32],
}

impl ChainBytes {
    fn locked(of: &XPrv) -> Locked<Self> {
        let mut key = of.to_bytes();
        let chain = Locked::fill(|into: &mut Self| {
            into.key = key;
            into.code = of.attrs().chain_code;
        });
        key.zeroize();
        chain
    }

    fn extended(&self, depth: u8) -> Result<XPrv, AgentError> {
        let attrs = ExtendedKeyAttrs {
            depth,
            parent_fingerprint: [0; 4],
            child_number: ChildNumber::from(0),
            chain_code: self.code,
        };
        let mut key_bytes = Zeroizing::new([0u8; 33]);
        for (into, from) in key_bytes.iter_mut().skip(1).zip(self.key.iter()) {
            *into = *from;
        }
        XPrv::try_from(bip32::ExtendedKey {
            prefix: Prefix::XPRV,
            attrs,
            key_bytes: *key_bytes,
        })
        .map_err(|_| AgentError::Internal)
    }
}

impl Keys {
    /// The keys of these words, without a BIP-39 passphrase.
    pub fn of(words: &Words) -> Result<Self, AgentError> {
        Self::under(words, &WordsPassphrase::none())
    }

    /// The keys of these words with a BIP-39 passphrase.
    pub fn under(words: &Words, passphrase: &WordsPassphrase) -> Result<Self, AgentError> {
        on_a_wiped_stack(|| Self::derive_all(words, passphrase))
    }

    fn derive_all(words: &Words, passphrase: &WordsPassphrase) -> Result<Self, AgentError> {
        // A path or key that does not derive has a probability below 2^-127.
        let fault = |_| AgentError::Internal;
        let seed = words.seed_under(passphrase);
        let master = XPrv::new(seed.as_slice()).map_err(fault)?;
        let account = |coin: CoinType, account: u32| {
            let path: DerivationPath = coin.account_path(account).parse()?;
            XPrv::derive_from_path(seed.as_slice(), &path)
        };
        let public = |account: &XPrv| account.public_key().to_string(Prefix::XPUB);
        let coin_keys = |coin: CoinType| {
            let own = account(coin, OWN_ACCOUNT)?;
            let path: DerivationPath = format!("m/44'/{}'", coin.number()).parse()?;
            let purse = XPrv::derive_from_path(seed.as_slice(), &path)?;
            let shop = account(coin, SHOP_ACCOUNT)?;
            let keys = CoinKeys {
                coin: ChainBytes::locked(&purse),
                external: ChainBytes::locked(&own.derive_child(ChildNumber::from(0))?),
                shop: ChainBytes::locked(&shop),
            };
            Ok::<_, bip32::Error>((keys, public(&own), public(&shop)))
        };
        let (evm, account_key, evm_shop) = coin_keys(CoinType::Ether).map_err(fault)?;
        let (core, core_account_key, core_shop) = coin_keys(CoinType::Conflux).map_err(fault)?;
        Ok(Self {
            evm,
            core,
            ready: Mutex::new(Vec::new()),
            public: PublicKeys {
                fingerprint: hex::encode(master.public_key().fingerprint()),
                account_key,
                core_account_key: Some(core_account_key),
                shop: Some(ShopAccount {
                    evm: evm_shop,
                    core: core_shop,
                }),
            },
            backup: expand(seed.as_slice(), b"jiaozi metadata backup v1")?,
            book: expand(seed.as_slice(), b"jiaozi metadata backup v1 vault")?,
        })
    }

    /// What may be known while the wallet is locked.
    pub fn public(&self) -> &PublicKeys {
        &self.public
    }

    /// The key of the shell's part of a metadata backup.
    pub(crate) const fn backup_key(&self) -> &Key {
        &self.backup
    }

    /// The key of the vault's own part of one.
    pub(crate) const fn book_key(&self) -> &Key {
        &self.book
    }

    /// The address of one key.
    pub(crate) fn address(&self, coin: CoinType, key: KeyRef) -> Result<EvmAddress, AgentError> {
        let slot = on_a_wiped_stack(|| self.derive(coin, key))?;
        let key = slot.get().0.as_ref().ok_or(AgentError::Internal)?;
        Ok(coin.address(key.verifying_key()))
    }

    /// Signs a digest with one key.
    pub(crate) fn sign(
        &self,
        coin: CoinType,
        key: KeyRef,
        digest: B256,
    ) -> Result<Signature, AgentError> {
        on_a_wiped_stack(|| self.with_signing_key(coin, key, |key| sign(key, digest)))
    }

    /// Calls `with` with a signing key.
    pub(crate) fn with_signing_key<T>(
        &self,
        coin: CoinType,
        key: KeyRef,
        with: impl FnOnce(&SigningKey) -> T,
    ) -> Result<T, AgentError> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |(of, at, _): &Ready| (*of, *at) == (coin, key);
        if !ready.iter().any(is_it) {
            let slot = on_a_wiped_stack(|| self.derive(coin, key))?;
            if ready.len() >= READY {
                ready.remove(0);
            }
            ready.push((coin, key, slot));
        }
        ready
            .iter()
            .find(|kept| is_it(kept))
            .and_then(|(.., slot)| slot.get().0.as_ref())
            .map(with)
            .ok_or(AgentError::Internal)
    }

    fn derive(&self, coin: CoinType, key: KeyRef) -> Result<Locked<Slot>, AgentError> {
        let keys = match coin {
            CoinType::Ether => &self.evm,
            CoinType::Conflux => &self.core,
        };
        let child = |parent: &XPrv, index: u32| {
            if index >= HARDENED {
                return Err(AgentError::UnknownAccount);
            }
            parent
                .derive_child(ChildNumber::from(index))
                .map_err(|_| AgentError::UnknownAccount)
        };
        let hardened = |parent: &XPrv, index: u32| {
            ChildNumber::new(index, true)
                .and_then(|number| parent.derive_child(number))
                .map_err(|_| AgentError::UnknownAccount)
        };
        let child = match key {
            KeyRef::Path {
                scheme: PathScheme::LedgerLive,
                index,
            } if coin == CoinType::Ether => {
                let account = hardened(&keys.coin.get().extended(2)?, index)?;
                child(&child(&account, 0)?, 0)?
            }
            KeyRef::Path {
                scheme: PathScheme::LedgerLegacy,
                index,
            } if coin == CoinType::Ether => {
                let account = hardened(&keys.coin.get().extended(2)?, OWN_ACCOUNT)?;
                child(&account, index)?
            }
            KeyRef::Path { .. } => return Err(AgentError::UnknownAccount),
            KeyRef::Account(index) => child(&keys.external.get().extended(4)?, index)?,
            KeyRef::Charge { till, .. } if till > TILL_MAX => {
                return Err(AgentError::UnknownAccount);
            }
            KeyRef::Charge { till, number } => {
                let till = child(&keys.shop.get().extended(3)?, till.into())?;
                child(&till, number)?
            }
        };
        Ok(Locked::fill(|slot: &mut Slot| {
            slot.0 = Some(child.private_key().clone());
        }))
    }
}

/// A key for one use, which the words alone lead to.
fn expand(seed: &[u8], info: &[u8]) -> Result<Key, AgentError> {
    let mut outcome = Ok(());
    let key = Key::fill(|bytes: &mut [u8; 32]| {
        outcome = Hkdf::<Sha256>::new(None, seed).expand(info, bytes);
    });
    outcome.map(|()| key).map_err(|_| AgentError::Internal)
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
                let key = KeyRef::Account(account.index);
                keys.with_signing_key(coin, key, |key| coin.address(key.verifying_key()))
                    .unwrap()
            };
            assert_eq!(signs_as(CoinType::Ether), account.address);
            assert_eq!(Some(signs_as(CoinType::Conflux)), account.core);
        }
    }

    /// Computed with ethers 6.17.0 from these words.
    #[test]
    fn paths_of_other_wallets_lead_to_their_addresses() {
        let words = Words::from_entropy(&[0; 16], WordLanguage::English).unwrap();
        let keys = Keys::of(&words).unwrap();
        let at = |scheme, index| {
            let key = KeyRef::Path { scheme, index };
            keys.address(CoinType::Ether, key).unwrap()
        };
        let own = keys.public().accounts(0, 1).unwrap()[0].address;
        assert_eq!(at(PathScheme::LedgerLive, 0), own);
        assert_eq!(
            at(PathScheme::LedgerLive, 1),
            address!("0x78839f6054d7ed13918bae0473ba31b1ca9d7265")
        );
        assert_eq!(
            at(PathScheme::LedgerLegacy, 0),
            address!("0xb8fd42000d00202dcbcf5e18d6640d656345fd6a")
        );
        assert_eq!(
            at(PathScheme::LedgerLegacy, 3),
            address!("0xf77a7adf5d0e780bf5fd1bb843114ba8a00078d2")
        );
        // The older paths are known while locked.
        for index in [0, 3] {
            let key = KeyRef::Path {
                scheme: PathScheme::LedgerLegacy,
                index,
            };
            assert_eq!(
                keys.public().address(CoinType::Ether, key),
                keys.address(CoinType::Ether, key)
            );
            assert!(keys.public().address(CoinType::Conflux, key).is_err());
            assert!(keys.address(CoinType::Conflux, key).is_err());
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
            keys.with_signing_key(CoinType::Ether, KeyRef::Account(HARDENED), |_| ()),
            Err(AgentError::UnknownAccount)
        );
    }

    #[test]
    fn the_vault_signs_with_the_keys_whose_addresses_a_till_derives() {
        let words = Words::from_entropy(&[0; 16], WordLanguage::English).unwrap();
        let keys = Keys::of(&words).unwrap();
        let shop = keys.public().shop.clone().unwrap();
        for (coin, text) in [
            (CoinType::Ether, &shop.evm),
            (CoinType::Conflux, &shop.core),
        ] {
            let till_side = ShopKey::parse(text, coin).unwrap();
            for (till, number) in [(0, 0), (7, 41), (TILL_MAX, HARDENED - 1)] {
                let key = KeyRef::Charge { till, number };
                let signs_as = keys
                    .with_signing_key(coin, key, |key| coin.address(key.verifying_key()))
                    .unwrap();
                assert_eq!(signs_as, till_side.address(till, number).unwrap());
                assert_eq!(keys.public().address(coin, key), Ok(signs_as));
            }
            for (till, number) in [(TILL_MAX + 1, 0), (0, HARDENED)] {
                let key = KeyRef::Charge { till, number };
                let unknown = Err(AgentError::UnknownAccount);
                assert_eq!(keys.with_signing_key(coin, key, |_| ()), unknown);
                assert_eq!(
                    keys.public().address(coin, key),
                    Err(AgentError::UnknownAccount)
                );
                assert!(till_side.address(till, number).is_err());
            }
        }
        // A till cannot be given the person's own account.
        let own = &keys.public().account_key;
        assert!(ShopKey::parse(own, CoinType::Ether).is_err());
    }
}
