//! A vault's life on the disk, with a keyring in memory that can fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use alloy_primitives::{B256, U256, address};
use jiaozi_custody::keyring::fingerprint;
use jiaozi_custody::memory::Key;
use jiaozi_custody::{Keyring, NewWallet, NotSigned, PersonalPhrase, Secret, Vault, Words};
use jiaozi_types::agent::*;
use jiaozi_types::{Address, Asset, Clock, PurchaseId, Timestamp, sandbox};

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

#[test]
fn a_wallet_survives_restarts_and_answers_while_locked() {
    for (sealing, text) in [
        (Sealing::Keyring, PIN),
        (Sealing::PassphraseOnly, PASSPHRASE),
    ] {
        let bench = Bench::new();
        let vault = made(&bench, sealing);
        let key = *vault.store_key().unwrap().get();
        let accounts = vault.accounts(0, 3).unwrap();
        drop(vault);
        let vault = bench.vault();
        let status = vault.status().unwrap();
        assert_eq!(status.state, VaultState::Locked);
        assert_eq!(status.sealing, Some(sealing));
        assert_eq!(status.backup, BackupState::Pending);
        assert_eq!(vault.accounts(0, 3).unwrap(), accounts);
        assert_eq!(vault.phrase().unwrap().as_str(), "窗外有一只灰喜鹊");
        match sealing {
            Sealing::Keyring => {
                assert_eq!(status.keyring_backend.as_deref(), Some("drawer"));
                assert_eq!(*vault.store_key().unwrap().get(), key);
            }
            Sealing::PassphraseOnly => {
                assert_eq!(vault.store_key().err(), Some(AgentError::Locked));
            }
        }
        let verified = vault.verify(&secret(text)).unwrap();
        assert_eq!(verified.words(), &words());
        vault.unlock(&verified).unwrap();
        assert_eq!(*vault.store_key().unwrap().get(), key);
        vault.backup_checked().unwrap();
        vault.lock();
        assert_eq!(vault.status().unwrap().backup, BackupState::Checked);
        assert_eq!(vault.payees(), Err(AgentError::Locked));
    }
}

#[test]
fn a_wallet_is_never_overwritten() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::PassphraseOnly);
    let again = vault.create(new_wallet(Sealing::PassphraseOnly));
    assert_eq!(again, Err(AgentError::AlreadyExists));
    std::fs::write(bench.file("seed.sealed"), b"damaged").unwrap();
    assert_eq!(
        bench.vault().require_empty(),
        Err(AgentError::AlreadyExists)
    );
    let again = bench.vault().create(new_wallet(Sealing::PassphraseOnly));
    assert!(again.is_err());
    assert_eq!(
        std::fs::read(bench.file("seed.sealed")).unwrap(),
        b"damaged"
    );
}

#[test]
fn weak_secrets_make_no_wallet() {
    let bench = Bench::new();
    for (sealing, text) in [
        (Sealing::Keyring, "123456"),
        (Sealing::PassphraseOnly, "short"),
    ] {
        let mut new = new_wallet(sealing);
        new.secret = secret(text);
        let result = bench.vault().create(new);
        assert!(
            matches!(result, Err(AgentError::BadRequest { .. })),
            "{result:?}"
        );
    }
    assert_eq!(bench.vault().status().unwrap().state, VaultState::Empty);
}

#[test]
fn wrong_pins_wait_and_a_restart_gives_none_back() {
    let bench = Bench::new();
    drop(made(&bench, Sealing::Keyring));
    for wait_seconds in [0, 0, 5] {
        let result = bench.vault().verify(&secret("111222")).err();
        assert_eq!(result, Some(AgentError::WrongPin { wait_seconds }));
    }
    // Even the right one is not heard now.
    let throttled = Some(AgentError::Throttled { wait_seconds: 5 });
    assert_eq!(bench.vault().verify(&secret(PIN)).err(), throttled);
    assert_eq!(bench.vault().status().unwrap().wait_seconds, 5);
    bench.watch.set(NOON - 86_400);
    assert_eq!(bench.vault().verify(&secret(PIN)).err(), throttled);
    bench.watch.set(NOON - 86_400 + 5);
    bench.vault().verify(&secret(PIN)).unwrap();
    assert_eq!(bench.vault().status().unwrap().wait_seconds, 0);
}

#[test]
fn another_pin_opens_the_same_wallet() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::Keyring);
    let verified = vault.verify(&secret(PIN)).unwrap();
    assert!(matches!(
        vault.change_secret(&verified, &secret("1234")),
        Err(AgentError::BadRequest { .. })
    ));
    vault.change_secret(&verified, &secret("907856")).unwrap();
    let vault = bench.vault();
    assert!(matches!(
        vault.verify(&secret(PIN)),
        Err(AgentError::WrongPin { .. })
    ));
    assert_eq!(vault.verify(&secret("907856")).unwrap().words(), &words());
}

#[test]
fn a_keyring_that_forgets_makes_no_wallet() {
    let bench = Bench::with(Drawer {
        forgetful: true,
        ..Drawer::default()
    });
    let result = bench.vault().create(new_wallet(Sealing::Keyring));
    let fault = KeyringFault::NotPersistent;
    assert_eq!(result, Err(AgentError::Keyring { fault }));
    assert_eq!(bench.vault().status().unwrap().state, VaultState::Empty);
}

#[test]
fn each_fault_of_the_keyring_is_said_and_costs_no_try() {
    let bench = Bench::new();
    drop(made(&bench, Sealing::Keyring));
    for fault in [
        KeyringFault::Absent,
        KeyringFault::Locked,
        KeyringFault::Unresponsive,
    ] {
        *bench.drawer.fault.lock().unwrap() = Some(fault);
        let vault = bench.vault();
        let error = Some(AgentError::Keyring { fault });
        assert_eq!(vault.verify(&secret(PIN)).err(), error);
        assert_eq!(vault.store_key().err(), error);
        assert!(vault.phrase().is_none());
        assert_eq!(vault.status().unwrap().wait_seconds, 0);
        assert_eq!(vault.accounts(0, 1).unwrap().len(), 1);
    }
    *bench.drawer.fault.lock().unwrap() = None;
    let missing = Some(AgentError::Keyring {
        fault: KeyringFault::ItemMissing,
    });
    let kept = bench.drawer.items.lock().unwrap().clone();
    bench
        .drawer
        .items
        .lock()
        .unwrap()
        .values_mut()
        .for_each(|secret| secret[0] ^= 1);
    assert_eq!(bench.vault().verify(&secret(PIN)).err(), missing);
    bench.drawer.items.lock().unwrap().clear();
    assert_eq!(bench.vault().verify(&secret(PIN)).err(), missing);
    *bench.drawer.items.lock().unwrap() = kept;
    bench.vault().verify(&secret(PIN)).unwrap();
}

#[test]
fn damaged_files_are_said_and_lose_nothing() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::Keyring);
    let payee = Payee {
        name: "老王面馆".to_owned(),
        address: Address::on_evm(sandbox::CHAIN_ID, sandbox::YUAN),
    };
    vault.save_payee(&payee).unwrap();
    let store_key = *vault.store_key().unwrap().get();
    drop(vault);
    // The open file is made anew from the seed.
    std::fs::write(bench.file("open.sealed"), b"x").unwrap();
    let vault = bench.vault();
    assert_eq!(vault.store_key().err(), Some(AgentError::Locked));
    unlock(&vault, PIN);
    assert_eq!(*bench.vault().store_key().unwrap().get(), store_key);
    assert_eq!(vault.payees().unwrap(), vec![payee]);
    // A lost state turns quick pay off and is put aside.
    let state = std::fs::read(bench.file("state.sealed")).unwrap();
    let mut bent = state.clone();
    *bent.last_mut().unwrap() ^= 1;
    std::fs::write(bench.file("state.sealed"), &bent).unwrap();
    let vault = bench.vault();
    unlock(&vault, PIN);
    assert!(vault.status().unwrap().policy.quick_pay.is_empty());
    assert_eq!(
        std::fs::read(bench.file("state.sealed.damaged-1")).unwrap(),
        bent
    );
    let request = pay(&vault, 1, 1);
    assert_eq!(vault.judge(&request), Ok(SpendVerdict::PinNoLimit));
    // A damaged seed says so; a newer one too, and is left as it is.
    let seed = std::fs::read(bench.file("seed.sealed")).unwrap();
    std::fs::write(bench.file("seed.sealed"), &seed[..seed.len() - 1]).unwrap();
    assert_eq!(bench.vault().status(), Err(AgentError::Damaged));
    let newer = String::from_utf8_lossy(&seed).replace("\"format\":1", "\"format\":2");
    std::fs::write(bench.file("seed.sealed"), newer.as_bytes()).unwrap();
    assert_eq!(bench.vault().status(), Err(AgentError::NewerVersion));
    assert_eq!(
        bench.vault().verify(&secret(PIN)).err(),
        Some(AgentError::NewerVersion)
    );
    assert_eq!(
        std::fs::read(bench.file("seed.sealed")).unwrap(),
        newer.as_bytes()
    );
}

#[test]
fn nothing_on_the_disk_tells_the_seed() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::PassphraseOnly);
    vault.sign(&pay(&vault, 1, 5), None).unwrap();
    let secrets = [
        words().iter().collect::<Vec<_>>().join(" ").into_bytes(),
        vec![0x5a; 16],
        "5a".repeat(16).into_bytes(),
        PASSPHRASE.as_bytes().to_vec(),
        vault.store_key().unwrap().get().to_vec(),
    ];
    let mut files = 0;
    for entry in std::fs::read_dir(bench.profile.path().join("vault")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        files += 1;
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        }
    }
    assert!(files >= 3);
}

#[test]
fn quick_pay_has_limits_that_processes_share() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::PassphraseOnly);
    let other = bench.vault();
    unlock(&other, PASSPHRASE);
    let needs = |verdict| Err(NotSigned::NeedsPin(verdict));
    assert_eq!(
        vault.sign(&pay(&vault, 1, 20_001), None),
        needs(SpendVerdict::PinAbovePayment)
    );
    for purchase in 2..=6 {
        let who = if purchase % 2 == 0 { &vault } else { &other };
        who.sign(&pay(who, purchase, 20_000), None).unwrap();
    }
    for who in [&vault, &other] {
        assert_eq!(
            who.sign(&pay(who, 7, 1), None),
            needs(SpendVerdict::PinAboveDay)
        );
        assert_eq!(
            who.status().unwrap().spent_today[0].atoms,
            U256::from(100_000)
        );
    }
    // The same again is not counted again; with the PIN more may leave.
    let once = vault.sign(&pay(&vault, 2, 20_000), None).unwrap();
    assert_eq!(other.sign(&pay(&vault, 2, 20_000), None).unwrap(), once);
    let verified = vault.verify(&secret(PASSPHRASE)).unwrap();
    vault
        .sign(&pay(&vault, 8, 500_000), Some(&verified))
        .unwrap();
    let changed = vault.sign(&pay(&vault, 8, 500_001), Some(&verified));
    assert!(matches!(
        changed,
        Err(NotSigned::Agent(AgentError::Refused { .. }))
    ));
    // A restart and a clock set back free nothing; the next day does.
    let restarted = bench.vault();
    unlock(&restarted, PASSPHRASE);
    bench.watch.set(NOON - 5 * 86_400);
    assert_eq!(
        restarted.sign(&pay(&vault, 9, 1), None),
        needs(SpendVerdict::PinAboveDay)
    );
    bench.watch.set(NOON + 86_400);
    restarted
        .sign(&pay_at(&vault, 10, 20_000, NOON + 86_400), None)
        .unwrap();
}

#[test]
fn an_older_state_put_back_gives_nothing_back() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::PassphraseOnly);
    let before = std::fs::read(bench.file("state.sealed")).unwrap();
    vault.sign(&pay(&vault, 1, 20_000), None).unwrap();
    std::fs::write(bench.file("state.sealed"), before).unwrap();
    let result = vault.sign(&pay(&vault, 2, 20_000), None);
    assert_eq!(result, Err(NotSigned::Agent(AgentError::Damaged)));
}

#[test]
fn loosening_needs_the_pin_and_tightening_does_not() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::PassphraseOnly);
    let mut policy = vault.status().unwrap().policy;
    policy.quick_pay[0].per_day += U256::from(1);
    assert_eq!(
        vault.set_policy(policy.clone(), None),
        Err(AgentError::Declined)
    );
    let verified = vault.verify(&secret(PASSPHRASE)).unwrap();
    vault.set_policy(policy.clone(), Some(&verified)).unwrap();
    assert_eq!(bench.vault().status().unwrap().policy, policy);
    policy.quick_pay.clear();
    vault.set_policy(policy.clone(), None).unwrap();
    assert_eq!(
        vault.judge(&pay(&vault, 1, 1)),
        Ok(SpendVerdict::PinNoLimit)
    );
}

#[test]
fn a_policy_edited_on_the_disk_is_not_believed() {
    let bench = Bench::new();
    drop(made(&bench, Sealing::PassphraseOnly));
    let state = std::fs::read(bench.file("state.sealed")).unwrap();
    let end = state.iter().position(|byte| *byte == b'\n').unwrap();
    let line = String::from_utf8(state[..end].to_vec()).unwrap();
    let mut edited = line
        .replace("\"per_day\":\"100000\"", "\"per_day\":\"900000\"")
        .into_bytes();
    edited.extend_from_slice(&state[end..state.len() - 32]);
    let sum = <sha2::Sha256 as sha2::Digest>::digest(&edited);
    edited.extend_from_slice(&sum);
    std::fs::write(bench.file("state.sealed"), edited).unwrap();
    let vault = bench.vault();
    unlock(&vault, PASSPHRASE);
    assert!(vault.status().unwrap().policy.quick_pay.is_empty());
}

#[test]
fn the_books_are_kept() {
    let bench = Bench::new();
    let vault = made(&bench, Sealing::PassphraseOnly);
    let shop = Address::on_evm(1030, address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
    let payee = |name: &str| Payee {
        name: name.to_owned(),
        address: shop,
    };
    vault.save_payee(&payee("老王面馆")).unwrap();
    assert_eq!(
        vault.check_payee(&payee("Wang")).unwrap().1.as_deref(),
        Some("老王面馆")
    );
    assert!(vault.save_payee(&payee("\u{202e}gnaW")).is_err());
    vault.save_payee(&payee("Wang")).unwrap();
    assert_eq!(vault.payees().unwrap(), vec![payee("Wang")]);
    vault.remove_payee(&shop).unwrap();
    assert_eq!(vault.payees().unwrap(), vec![]);

    let id = "eip155:1030/erc20:0x70BFD7F7eADF9b9827541272589A6B2Bb760aE2E"
        .parse()
        .unwrap();
    let asset = Asset::new(id, 6, "AxCNH").unwrap().in_yuan();
    assert_eq!(vault.check_asset(&asset, None), Ok(None));
    vault.save_asset(asset.clone(), None).unwrap();
    assert!(vault.knows_asset(&asset, None).unwrap());
    // What is built in cannot be taught otherwise, nor a domain of another token.
    let fake = Asset::new(sandbox::yuan_asset().id(), 0, "SBY").unwrap();
    assert!(vault.save_asset(fake, None).is_err());
    assert!(
        vault
            .save_asset(asset, Some(sandbox::yuan_domain()))
            .is_err()
    );
}

/// A disk with no room left: what was there stays, and the error says so.
/// Needs a file system of its own, so it runs as root on Linux only; elsewhere
/// the folder is made read-only, which must be `Storage`.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let bench = Bench::new();
    let small = bench.profile.path().to_owned();
    let mount = |args: &[&str]| {
        std::process::Command::new(args[0])
            .args(&args[1..])
            .arg(&small)
            .status()
            .is_ok_and(|status| status.success())
    };
    let is_full = mount(&["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs"]);
    let vault = made(&bench, Sealing::PassphraseOnly);
    let before = std::fs::read(bench.file("state.sealed")).unwrap();
    fill(&small, is_full);
    let result = vault.sign(&pay(&vault, 1, 5), None);
    let expected = if is_full {
        AgentError::DiskFull
    } else {
        AgentError::Storage
    };
    assert_eq!(result, Err(NotSigned::Agent(expected)));
    assert_eq!(std::fs::read(bench.file("state.sealed")).unwrap(), before);
    make_room(&small, is_full);
    vault.sign(&pay(&vault, 1, 5), None).unwrap();
    drop(vault);
    if is_full {
        assert!(mount(&["umount"]));
    }
}

#[cfg(target_os = "linux")]
fn fill(folder: &Path, by_size: bool) {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    if by_size {
        let mut file = std::fs::File::create(folder.join("filler")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
    } else {
        let mode = std::fs::Permissions::from_mode(0o500);
        std::fs::set_permissions(folder.join("vault"), mode).unwrap();
    }
}

#[cfg(target_os = "linux")]
fn make_room(folder: &Path, by_size: bool) {
    use std::os::unix::fs::PermissionsExt;
    if by_size {
        std::fs::remove_file(folder.join("filler")).unwrap();
    } else {
        let mode = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.join("vault"), mode).unwrap();
    }
}
