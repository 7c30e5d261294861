//! A vault's life on the disk, with a keyring in memory that can fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

mod disk;
mod policy;
mod till;
mod wallet;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use alloy_primitives::{B256, U256, address};
use jiaozi_custody::keyring::fingerprint;
use jiaozi_custody::memory::Key;
use jiaozi_custody::{Keyring, NewWallet, NotSigned, PersonalPhrase, Secret, Vault, Words};
use jiaozi_types::agent::*;
use jiaozi_types::{
    Address, Asset, Clock, CoinType, PurchaseId, ShopKey, TillCertificate, Timestamp, sandbox,
};

const PIN: &str = "283917";
const PASSPHRASE: &str = "mulberry paper and ink";

#[derive(Default)]
struct Drawer {
    items: Mutex<BTreeMap<String, [u8; 32]>>,
    fault: Mutex<Option<KeyringFault>>,
    forgetful: bool,
}

impl Drawer {
    fn working(&self) -> Result<(), KeyringFault> {
        self.fault.lock().unwrap().map_or(Ok(()), Err)
    }
}

impl Keyring for Drawer {
    fn backend(&self) -> Result<String, KeyringFault> {
        Ok("drawer".to_owned())
    }
    fn set(&self, item: &str, secret: &Key) -> Result<(), KeyringFault> {
        self.working()?;
        self.items
            .lock()
            .unwrap()
            .insert(item.to_owned(), *secret.get());
        Ok(())
    }
    fn get(&self, item: &str) -> Result<Option<Key>, KeyringFault> {
        self.working()?;
        Ok(self.items.lock().unwrap().get(item).map(Key::from_slice))
    }
    fn delete(&self, item: &str) -> Result<(), KeyringFault> {
        self.working()?;
        self.items.lock().unwrap().remove(item);
        Ok(())
    }
    fn probe(&self, item: &str) -> Result<[u8; 32], KeyringFault> {
        if self.forgetful {
            return Err(KeyringFault::NotPersistent);
        }
        self.get(item)?
            .map(|key| fingerprint(&key))
            .ok_or(KeyringFault::NotPersistent)
    }
}

struct Watch(Mutex<u64>);

impl Watch {
    fn set(&self, seconds: u64) {
        *self.0.lock().unwrap() = seconds;
    }
}

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(*self.0.lock().unwrap())
    }
}

const NOON: u64 = 1_800_014_400;

struct Bench {
    profile: tempfile::TempDir,
    drawer: Arc<Drawer>,
    watch: Arc<Watch>,
}

impl Bench {
    fn new() -> Self {
        Self::with(Drawer::default())
    }
    fn with(drawer: Drawer) -> Self {
        Self {
            profile: tempfile::tempdir().unwrap(),
            drawer: Arc::new(drawer),
            watch: Arc::new(Watch(Mutex::new(NOON))),
        }
    }
    /// As after a restart of the process.
    fn vault(&self) -> Vault {
        Vault::new(self.profile.path(), self.drawer.clone(), self.watch.clone())
    }
    fn file(&self, name: &str) -> std::path::PathBuf {
        self.profile.path().join("vault").join(name)
    }
}

fn words() -> Words {
    Words::from_entropy(&[0x5a; 16], WordLanguage::English).unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn new_wallet(sealing: Sealing) -> NewWallet {
    NewWallet {
        words: words(),
        secret: secret(match sealing {
            Sealing::Keyring => PIN,
            Sealing::PassphraseOnly => PASSPHRASE,
        }),
        sealing,
        phrase: Some(PersonalPhrase::new("窗外有一只灰喜鹊").unwrap()),
        backup: BackupState::Pending,
    }
}

fn made(bench: &Bench, sealing: Sealing) -> Vault {
    let vault = bench.vault();
    vault.create(new_wallet(sealing)).unwrap();
    vault
}

fn unlock(vault: &Vault, text: &str) {
    let verified = vault.verify(&secret(text)).unwrap();
    vault.unlock(&verified).unwrap();
}

fn pay(vault: &Vault, purchase: u8, atoms: u64) -> SignRequest {
    pay_at(vault, purchase, atoms, NOON)
}

fn pay_at(vault: &Vault, purchase: u8, atoms: u64, now: u64) -> SignRequest {
    SignRequest {
        purchase: PurchaseId::from_bytes([purchase; 16]),
        signer: KeyRef::Account(0),
        shop: None,
        what: ToSign::Authorization {
            domain: sandbox::yuan_domain(),
            authorization: Authorization {
                from: vault.accounts(0, 1).unwrap()[0].address,
                to: address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
                value: U256::from(atoms),
                valid_after: 0,
                valid_before: now + 600,
                nonce: B256::with_last_byte(purchase),
            },
            form: AuthorizationForm::Transfer,
        },
    }
}
