//! The profile's files: a full disk, a newer release, two programs at a time.

use std::path::{Path, PathBuf};
use std::process::Command;

use jiaozi_store::{Batch, Durable, KeyValue};

use crate::support::World;

/// A file system of a few megabytes; unmounted at the end.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this user may not mount one.
    pub fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs"])
            .arg(at)
            .status();
        match mounted {
            Ok(status) if status.success() => Some(Self(at.to_owned())),
            _ => None,
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let world = World::new();
    let at = world.path("small");
    let Some(disk) = SmallDisk::mount(&at) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI must be able to mount a small disk"
        );
        eprintln!("NOT TESTED: a full disk; mounting one needs root");
        return;
    };
    let person = world.person("small/person");
    person.json(&["topup", "20"]);
    let address = person.address();
    let filler = disk.0.join("filler");
    fill(&filler);
    // The vault counts what leaves before it signs: without room it does not sign.
    let pay = ["pay", &address, "--amount", "1", "--yes", "--json"];
    assert_eq!(person.run(&pay).fails_with(8, "disk_full")["money"], "safe");
    // The records may have a little room left in their own file.
    let charge = person.run(&["receive", "1", "--once", "--json"]);
    if charge.code != Some(0) {
        charge.fails_with(8, "disk_full");
    }
    std::fs::remove_file(filler).unwrap();
    assert_eq!(person.balance(), "20.00");
    let paid = person.json(&["pay", &address, "--amount", "1", "--yes"]);
    assert_eq!(paid["state"], "settled");
    drop(person);
    drop(disk);
}

/// Writes until nothing fits any more.
pub fn fill(file: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(file).unwrap();
    for size in [65_536, 4096, 1] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
}

#[test]
fn a_newer_release_wrote_the_records() {
    let world = World::new();
    let person = world.person("person");
    person.json(&["topup", "20"]);
    let store = Durable::open(person.profile_path().join("store")).unwrap();
    let mut newer = Batch::new();
    newer.put("meta", b"schema-version", 999_u32.to_be_bytes());
    store.commit(newer).unwrap();
    drop(store);
    for command in ["balance", "status"] {
        person
            .run(&[command, "--json"])
            .fails_with(8, "newer_version");
    }
}

#[test]
fn a_newer_release_sealed_the_wallet() {
    let world = World::new();
    let person = world.profile("person");
    person
        .with_passphrase(&["init", "--passphrase-only", "--later"])
        .succeeds();
    let file = person.profile_path().join("vault/seed.sealed");
    let before = std::fs::read(&file).unwrap();
    let text = String::from_utf8_lossy(&before).into_owned();
    let newer = text.replacen("\"format\":1", "\"format\":99", 1);
    assert_ne!(newer, text);
    std::fs::write(&file, &newer).unwrap();
    person
        .with_passphrase(&["balance", "--json"])
        .fails_with(8, "newer_version");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        newer,
        "it was left as it is"
    );
    std::fs::write(&file, before).unwrap();
    person.with_passphrase(&["balance"]).succeeds();
}
