//! Profiles of earlier releases (`tests/upgrade/`), opened by this build: it
//! shows the accounts, payees, limits, payments and charges that were there.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::World;

const PASSPHRASE: &str = "upgrade fixture, no money in it";
/// What is shown, by the command that shows it.
const SHOWN: [(&str, &[&str]); 5] = [
    ("accounts", &["accounts", "list"]),
    ("contacts", &["contacts", "list"]),
    ("limits", &["limits", "show"]),
    ("history", &["history", "--all", "--offline"]),
    ("charges", &["till", "charges", "--offline"]),
];

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/upgrade");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().is_some_and(|path| path.ends_with(".tar.gz")))
        .collect();
    found.sort();
    found
}

/// Whether `now` shows all that `then` did. Releases may show more.
fn holds(then: &Value, now: &Value, at: &str) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (name, value) in then {
                let at = format!("{at}.{name}");
                let found = now.get(name).unwrap_or_else(|| panic!("{at} is gone"));
                holds(value, found, &at);
            }
        }
        (Value::Array(then), Value::Array(now)) => {
            assert_eq!(then.len(), now.len(), "{at}");
            for (index, (then, now)) in then.iter().zip(now).enumerate() {
                holds(then, now, &format!("{at}[{index}]"));
            }
        }
        _ => assert_eq!(then, now, "{at}"),
    }
}

/// What time or a look at the ledger changes is not compared.
fn settled(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for name in ["spent_today", "seen_at", "online", "now", "seconds_left"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

#[test]
fn profiles_of_earlier_releases_open_and_show_the_same() {
    let fixtures = fixtures();
    assert!(!fixtures.is_empty());
    for archive in fixtures {
        let world = World::new();
        let unpacked = Command::new("tar")
            .arg("xzf")
            .arg(&archive)
            .arg("-C")
            .arg(world.path(""))
            .status()
            .unwrap();
        assert!(unpacked.success(), "{}", archive.display());
        let text = archive.to_str().unwrap().replace(".tar.gz", ".json");
        let then: Value = serde_json::from_str(&std::fs::read_to_string(text).unwrap()).unwrap();
        let person = world.profile("profile");
        for (name, arguments) in SHOWN {
            let mut all = arguments.to_vec();
            all.push("--json");
            let now = person.with_secret(&all, PASSPHRASE).succeeds().json();
            holds(&settled(then[name].clone()), &settled(now), name);
        }
        // It is written to as well: the keys of the vault and of the records are there.
        person
            .with_secret(&["accounts", "add", "after", "--json"], PASSPHRASE)
            .succeeds();
    }
}
