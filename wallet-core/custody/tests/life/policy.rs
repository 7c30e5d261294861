//! What may be paid without the PIN, and the books behind it.

use super::*;

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
