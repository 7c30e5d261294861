//! Metadata backups under bad conditions: damaged, another wallet's, a full
//! stick, a stick that was pulled out. What was there before stays, and the
//! sentence says what to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::{Person, World};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The files of a folder by name, with what is in them.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn backed_up(world: &World, name: &str) -> (Person, PathBuf) {
    let person = world.person(name);
    let file = world.path(&format!("{name}.jiaozi-backup"));
    person.json(&["backup", "write", text(&file)]);
    (person, file)
}

#[test]
fn damaged_and_foreign_files_are_told_apart_and_change_nothing() {
    let world = World::new();
    let (person, file) = backed_up(&world, "person");
    let (_other, foreign) = backed_up(&world, "other");
    let whole = std::fs::read(&file).unwrap();
    let mut bent = whole.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    let cut = whole[..whole.len() / 2].to_vec();
    let (damaged, missing) = (world.path("damaged"), world.path("missing"));
    for act in ["check", "restore"] {
        for bytes in [&bent, &cut, &Vec::new()] {
            std::fs::write(&damaged, bytes).unwrap();
            let ran = person.run(&["backup", act, text(&damaged), "--json"]);
            ran.fails_with(3, "backup_damaged");
        }
        for (place, code) in [(&foreign, "backup_foreign"), (&missing, "backup_missing")] {
            let ran = person.run(&["backup", act, text(place), "--json"]);
            ran.fails_with(3, code);
        }
    }
    let said = person.run(&["backup", "check", text(&foreign)]);
    assert!(said.err.contains("another wallet"), "{}", said.err);
    assert_eq!(person.json(&["contacts", "list"]), serde_json::json!([]));
    assert_eq!(
        person.json(&["backup", "check", text(&file)])["current"],
        true
    );
}

#[test]
fn a_stick_that_was_pulled_out_is_said_and_written_to_again() {
    let world = World::new();
    let person = world.person("person");
    let stick = world.path("stick");
    std::fs::create_dir(&stick).unwrap();
    person.json(&["backup", "set", "--folder", text(&stick)]);
    let before = content(&stick);
    assert_eq!(before.len(), 1);
    let away = world.path("away");
    std::fs::rename(&stick, &away).unwrap();

    // A change is made all the same; that no copy of it was written is told.
    person.json(&["accounts", "add", "savings"]);
    let ran = person.run(&["backup", "write", "--json"]);
    ran.fails_with(8, "backup_place_gone");
    assert!(!stick.exists(), "nothing is written in the stick's place");
    let status = person.json(&["backup", "status"]);
    assert_eq!(status["error"]["code"], "backup_place_gone");
    assert_eq!(status["current"], false);
    assert!(content(&away) == before, "the copy was changed");

    std::fs::rename(&away, &stick).unwrap();
    person.json(&["backup", "write"]);
    let status = person.json(&["backup", "status"]);
    assert!(status["error"].is_null() && status["current"] == true);
    let after = content(&stick);
    let kept = |(name, bytes): (&String, &Vec<u8>)| after.get(name) == Some(bytes);
    assert!(
        after.len() == 2 && before.iter().all(kept),
        "{:?} {:?}",
        before.keys(),
        after.keys()
    );
}

#[test]
fn a_full_stick_keeps_the_copies_that_are_on_it() {
    let world = World::new();
    let stick = world.path("stick");
    let Some(_stick) = crate::disk::SmallDisk::mount(&stick) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI must be able to mount a small disk"
        );
        eprintln!("NOT TESTED: a full stick; mounting one needs root");
        return;
    };
    let person = world.person("person");
    let file = stick.join("wallet.jiaozi-backup");
    person.json(&["backup", "write", text(&file)]);
    let before = std::fs::read(&file).unwrap();
    let filler = stick.join("filler");
    crate::disk::fill(&filler);

    person.json(&["accounts", "add", "savings"]);
    let ran = person.run(&["backup", "write", text(&file), "--json"]);
    ran.fails_with(8, "backup_no_room");
    let said = person.run(&["backup", "write", text(&file)]);
    assert!(
        said.err.contains("Older backups are as they were"),
        "{}",
        said.err
    );
    let names: Vec<_> = content(&stick).into_keys().collect();
    assert_eq!(
        names,
        ["filler", "wallet.jiaozi-backup"],
        "no draft is left"
    );
    assert!(std::fs::read(&file).unwrap() == before);
    assert_eq!(
        person.json(&["backup", "check", text(&file)])["current"],
        false
    );

    std::fs::remove_file(filler).unwrap();
    person.json(&["backup", "write", text(&file)]);
    assert_eq!(
        person.json(&["backup", "check", text(&file)])["current"],
        true
    );
}

#[test]
fn a_wallet_is_not_removed_where_nobody_can_prove_anything() {
    let world = World::new();
    let person = world.person("person");
    for arguments in [
        &["remove-wallet", "--json"][..],
        &["remove-wallet", "--without-backup", "--json"],
    ] {
        let ran = person.run(arguments);
        assert_ne!(ran.code, Some(0), "{}", ran.out);
    }
    assert_eq!(person.json(&["status"])["stage"], "ready");
}
