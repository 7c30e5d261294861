//! Passphrases: wrong ones, the wait after them, and where they never show.

use crate::support::World;

/// The wait after wrong tries is kept in the profile: every command here is a
/// process of its own, with a vault of its own.
#[test]
fn wrong_passphrases_make_one_wait_across_restarts() {
    let world = World::new();
    let person = world.profile("person");
    person
        .with_passphrase(&["init", "--passphrase-only", "--later"])
        .succeeds();
    let mut heard = 0;
    let wait = loop {
        let ran = person.with_secret(&["balance", "--json"], "not the passphrase at all");
        assert_eq!(ran.code, Some(5), "{ran:#?}");
        let line = ran.err.lines().last().unwrap();
        let report: serde_json::Value = serde_json::from_str(line).unwrap();
        let error = &report["error"];
        let wait = error["values"]["wait_seconds"].as_str().unwrap();
        let wait: u64 = wait.parse().unwrap();
        match error["code"].as_str() {
            Some("wrong_pin") => heard += 1,
            Some("throttled") => {}
            code => panic!("{code:?}: {ran:#?}"),
        }
        // Long enough that the tries below fall into it.
        if wait > 20 {
            break wait;
        }
        if error["code"] == "throttled" {
            std::thread::sleep(std::time::Duration::from_secs(wait));
        }
    };
    assert!(heard > 3, "the first tries are free, and no more: {heard}");
    assert!(wait <= 30, "{wait}");
    // The right one is not heard either.
    let ran = person.with_passphrase(&["balance", "--json"]);
    ran.fails_with(5, "throttled");
    let ran = person.with_passphrase(&["unlock", "--json"]);
    ran.fails_with(5, "throttled");
    let status = person.json(&["status"]);
    assert!(status["vault"]["wait_seconds"].as_u64().unwrap() > 0);
}

#[test]
fn a_wallet_is_made_once_and_with_a_strong_passphrase() {
    let world = World::new();
    let person = world.profile("person");
    let init = ["init", "--passphrase-only", "--later", "--json"];
    let weak = person.with_secret(&init, "password12");
    weak.fails_with(3, "weak_secret");
    // The words would have to be shown.
    person
        .with_passphrase(&["init", "--passphrase-only", "--json"])
        .fails_with(5, "words_need_terminal");
    assert_eq!(person.json(&["status"])["stage"], "onboarding");
    let made = person.with_passphrase(&init).succeeds().json();
    assert_eq!(made["stage"], "ready");
    assert_eq!(made["vault"]["backup"], "pending");
    assert_eq!(made["vault"]["sealing"], "passphrase_only");
    person.with_passphrase(&init).fails_with(6, "wallet_exists");
    // Words are shown to eyes only.
    person
        .with_passphrase(&["words", "show", "--json"])
        .fails_with(5, "words_need_terminal");
    person
        .run(&["restore", "--json"])
        .fails_with(5, "words_need_terminal");
}

#[test]
fn unlock_and_lock() {
    let world = World::new();
    let person = world.person("person");
    let again = person.with_passphrase(&["unlock", "--json"]).succeeds();
    assert_eq!(again.json()["lock_after_seconds"], 900);
    assert_eq!(person.json(&["status"])["vault"]["state"], "unlocked");
    person.json(&["balance", "--offline"]);
    assert_eq!(person.json(&["lock"])["unlocked"], false);
    assert_eq!(person.json(&["status"])["stage"], "locked");
    person
        .run(&["balance", "--json"])
        .fails_with(5, "no_prompt");
    person.run(&["unlock", "--json"]).fails_with(5, "no_prompt");
    world
        .profile("nobody")
        .with_passphrase(&["unlock", "--json"])
        .fails_with(6, "no_wallet");
}

/// In Chinese the wallet speaks Chinese from then on.
#[test]
fn the_language_of_init_is_the_wallets() {
    let world = World::new();
    let person = world.profile("person");
    let init = [
        "init",
        "--passphrase-only",
        "--later",
        "--language",
        "zh-CN",
    ];
    let made = person.with_passphrase(&init).succeeds();
    assert!(made.out.starts_with("钱包已建好。\n地址"), "{made:#?}");
    let status = person.run(&["status"]).succeeds();
    assert!(status.out.contains("已锁定"), "{status:#?}");
    let english = person.run(&["status", "--language", "en"]).succeeds();
    assert!(english.out.contains("passphrase only"), "{english:#?}");
}
