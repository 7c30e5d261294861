//! Making a wallet, unlocking it, changing its PIN; keyrings and files that fail.

use super::*;

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
