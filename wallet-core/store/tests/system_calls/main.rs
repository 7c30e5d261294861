//! What is left of the store when its process dies before any one of its system calls, and when the
//! power is cut between any two of them.
//!
//! A child opens a store, writes, closes it and opens it again, under ptrace. For the kills it is
//! stopped for good before its n-th system call, for every n. For the power cuts it runs once while
//! its writes and syncs are recorded; then disks are made of the record as a cut would leave them:
//! what was synced is there, of the rest anything may be, whole, torn or not at all.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "the child tells its parent")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[cfg(target_arch = "x86_64")]
mod disk;
#[cfg(target_arch = "x86_64")]
mod record;
mod tracer;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use jiaozi_store::{Batch, Durable, KeyRange, KeyValue, Order};

use tracer::Traced;

/// Set for the child: which folder it works on.
const FOLDER: &str = "JIAOZI_STORE_TEST_FOLDER";
/// Lives of the child, each an opening and a closing, and commits in each.
const LIVES: u64 = 2;
const COMMITS: u64 = 5;

/// The commit of this number.
fn batch(number: u64) -> Batch {
    let mut batch = Batch::new();
    let size = usize::try_from(number % 5).unwrap() * 300;
    batch.put(
        "a",
        number.to_be_bytes(),
        vec![u8::try_from(number).unwrap(); size],
    );
    batch.put("last", *b"n", number.to_be_bytes());
    // Now and then a value that sled keeps in a file of its own, and one that goes.
    if number.is_multiple_of(3) {
        batch.put("large", number.to_be_bytes(), vec![3; 600_000]);
        batch.delete("large", number.saturating_sub(3).to_be_bytes());
    }
    batch
}

/// What the store holds after the commits `0..=last`.
fn expected(last: u64) -> BTreeMap<(&'static str, Vec<u8>), Vec<u8>> {
    let mut all = BTreeMap::new();
    for number in 0..=last {
        for operation in batch(number).operations() {
            let tree = ["a", "last", "large"]
                .into_iter()
                .find(|tree| *tree == operation.tree)
                .unwrap();
            match &operation.value {
                Some(value) => all.insert((tree, operation.key.clone()), value.clone()),
                None => all.remove(&(tree, operation.key.clone())),
            };
        }
    }
    all
}

/// Opens the store in `folder`, which must hold exactly the commits up to the last one that was
/// acknowledged, or one more.
fn judge(folder: &Path, acknowledged: Option<u64>, cut: &str) {
    let store = Durable::open(folder).unwrap_or_else(|error| panic!("{cut}: {error}"));
    let last = store.get("last", b"n").unwrap();
    let last = last.map(|bytes| u64::from_be_bytes(bytes.try_into().unwrap()));
    let next = acknowledged.map_or(0, |number| number + 1);
    assert!(
        last == acknowledged || last == Some(next),
        "{cut}: acknowledged {acknowledged:?}, found {last:?}"
    );
    let mut found = BTreeMap::new();
    for tree in ["a", "last", "large"] {
        let all = KeyRange::all();
        for (key, value) in store
            .scan(tree, &all, Order::Ascending, usize::MAX)
            .unwrap()
        {
            found.insert((tree, key), value);
        }
    }
    let whole = last.map_or_else(BTreeMap::new, expected);
    let keys = |all: &BTreeMap<(&'static str, Vec<u8>), Vec<u8>>| -> Vec<String> {
        let name = |((tree, key), value): (&(&str, Vec<u8>), &Vec<u8>)| {
            format!("{tree} {key:?} of {} bytes", value.len())
        };
        all.iter().map(name).collect()
    };
    assert_eq!(keys(&found), keys(&whole), "{cut}: after commit {last:?}");
    assert!(
        found == whole,
        "{cut}: values differ from those of commit {last:?}"
    );
    // It is not only readable.
    store.put("after", b"k", b"works").unwrap();
    assert_eq!(
        store.get("after", b"k").unwrap().as_deref(),
        Some(&b"works"[..])
    );
}

/// The child: waits for a byte, then opens, commits and closes.
#[test]
#[ignore = "the child of the other tests"]
fn child_opens_commits_and_closes() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    std::io::stdin().read_exact(&mut [0]).unwrap();
    for life in 0..LIVES {
        let store = Durable::open(&folder).unwrap();
        for number in life * COMMITS..(life + 1) * COMMITS {
            store.commit(batch(number)).unwrap();
            println!("acknowledged {number}");
        }
    }
    // Whatever the test runner does on the way out is none of the store's.
    std::process::exit(0);
}

/// The last commit that a child's output acknowledges.
fn acknowledged(output: &str) -> Option<u64> {
    let mut numbers = output
        .lines()
        .filter_map(|line| line.split_once("acknowledged ")?.1.parse().ok());
    numbers.next_back()
}

#[test]
fn killed_before_every_system_call() {
    let dir = tempfile::tempdir().unwrap();
    // Worlds apart, so that the first opening is one of them every time.
    let mut kills = 0;
    for call in 0.. {
        let folder = dir.path().join(call.to_string());
        let mut child = Traced::start("child_opens_commits_and_closes", FOLDER, &folder);
        let died = child.run_until(call);
        let output = child.output();
        if !died {
            assert_eq!(acknowledged(&output), Some(LIVES * COMMITS - 1), "{output}");
            break;
        }
        kills += 1;
        judge(
            &folder,
            acknowledged(&output),
            &format!("killed before system call {call}"),
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }
    println!("{kills} kills, one before each system call");
    assert!(kills > 100, "{kills} system calls are too few to be true");
}

/// Cuts after each event: `JIAOZI_STORE_CUTS` of them, each with other losses.
#[cfg(target_arch = "x86_64")]
fn seeds() -> u64 {
    let set = std::env::var("JIAOZI_STORE_CUTS").ok();
    set.map_or(4, |count| count.parse().unwrap())
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_power_is_cut_between_any_two_writes() {
    use disk::Disk;
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("recorded");
    let mut child = Traced::start("child_opens_commits_and_closes", FOLDER, &folder);
    let events = record::record(&mut child, dir.path());
    let output = child.output();
    assert_eq!(acknowledged(&output), Some(LIVES * COMMITS - 1), "{output}");
    let mut cuts = 0;
    for until in 0..=events.len() {
        for seed in 0..seeds() {
            let mut disk = Disk::default();
            let mut acknowledged = None;
            for event in &events[..until] {
                match event {
                    record::Event::Said(text) => {
                        acknowledged = self::acknowledged(text).or(acknowledged);
                    }
                    event => disk.apply(event),
                }
            }
            let after = tempfile::tempdir().unwrap();
            disk.cut(fastrand::Rng::with_seed(seed), dir.path(), after.path());
            let cut = format!(
                "cut after event {until} of {}, seed {seed}; the last were\n{}",
                events.len(),
                record::tail(&events[..until], 16)
            );
            judge(&after.path().join("recorded"), acknowledged, &cut);
            cuts += 1;
        }
    }
    println!("{cuts} cuts over {} events", events.len());
    assert!(
        events.len() > 40,
        "{} events are too few to be true",
        events.len()
    );
}
