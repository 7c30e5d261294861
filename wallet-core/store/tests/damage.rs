//! What a kill, a power cut or a full disk leaves behind, and that the store opens after it.
#![allow(clippy::print_stdout, reason = "children tell their parents")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use jiaozi_store::{Batch, Durable, Error, KeyRange, KeyValue, Order};

/// Set for the child processes of these tests: which folder they work on.
const FOLDER: &str = "JIAOZI_STORE_TEST_FOLDER";

fn filled(folder: &Path) {
    for round in 0..3_u32 {
        let store = Durable::open(folder).unwrap();
        for n in 0..200_u32 {
            store
                .put("t", &(round * 200 + n).to_be_bytes(), &[7; 100])
                .unwrap();
        }
    }
}

fn count(folder: &Path) -> usize {
    let store = Durable::open(folder).unwrap();
    store
        .scan("t", &KeyRange::all(), Order::Ascending, 10_000)
        .unwrap()
        .len()
}

fn snapshots(folder: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    names
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("snap.")
        })
        .collect()
}

#[test]
fn a_partial_snapshot_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    filled(&folder);
    for bytes in [&b""[..], b"short", &[0xff; 4096]] {
        fs::write(folder.join("snap.FFFFFFFFFFFFFF00.generating"), bytes).unwrap();
        assert_eq!(count(&folder), 600);
    }
    assert!(!folder.join("snap.FFFFFFFFFFFFFF00.generating").exists());
}

#[test]
fn a_truncated_or_garbage_snapshot_costs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    filled(&folder);
    for damage in [
        |full: Vec<u8>| full[..full.len() / 2].to_vec(),
        |_| vec![0xa5; 3000],
        |_| Vec::new(),
    ] {
        let found = snapshots(&folder);
        assert!(!found.is_empty(), "there is a snapshot to damage");
        for path in &found {
            fs::write(path, damage(fs::read(path).unwrap())).unwrap();
        }
        assert_eq!(count(&folder), 600);
    }
}

#[test]
fn garbage_in_place_of_the_log_is_an_error() {
    for keep_snapshots in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("store");
        filled(&folder);
        let length = fs::metadata(folder.join("db")).unwrap().len();
        let garbage: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        fs::write(folder.join("db"), &garbage).unwrap();
        if !keep_snapshots {
            snapshots(&folder)
                .iter()
                .for_each(|path| fs::remove_file(path).unwrap());
        }
        // Twice, for the first attempt must not leave an empty store behind.
        for _ in 0..2 {
            let error = Durable::open(&folder).unwrap_err();
            assert!(matches!(error, Error::Corrupt { .. }), "{error}");
            assert!(!error.retryable());
        }
    }
}

#[test]
fn a_whole_snapshot_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    filled(&folder);
    let before = snapshots(&folder);
    assert_eq!(count(&folder), 600);
    let inode_kept = before.iter().any(|path| path.exists());
    let grown = snapshots(&folder).iter().max() > before.iter().max();
    assert!(
        inode_kept || grown,
        "the snapshot was neither kept nor replaced by a later one"
    );
}

/// Commits numbered batches over two trees until it is killed, saying each number once it is durable.
#[test]
#[ignore = "the child of the kill test"]
fn child_commits_until_killed() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let store = Durable::open(folder).unwrap();
    let from = store
        .scan("a", &KeyRange::all(), Order::Descending, 1)
        .unwrap();
    let from = from.first().map_or(0, |(key, _)| {
        u64::from_be_bytes(key[..].try_into().unwrap()) + 1
    });
    println!(); // the harness may have begun a line: the first number would not be read
    for n in from.. {
        let mut batch = Batch::new();
        batch.put(
            "a",
            n.to_be_bytes(),
            vec![1; usize::try_from(n % 900).unwrap()],
        );
        batch.put("b", n.to_be_bytes(), vec![2; 50]);
        batch.put("last", *b"n", n.to_be_bytes());
        // Now and then a value that sled keeps in a file of its own.
        if n % 50 == 0 {
            batch.put("large", n.to_be_bytes(), vec![3; 700_000]);
            batch.delete("large", n.saturating_sub(100).to_be_bytes());
        }
        store.commit(batch).unwrap();
        println!("acknowledged {n}");
    }
}

#[test]
fn nothing_acknowledged_is_lost_to_sigkill() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    // What the round before found counts as acknowledged: its last commit may have been durable before
    // the child could say so.
    let mut acknowledged: Option<u64> = None;
    let mut heard = false;
    for round in 0..40_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "child_commits_until_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(FOLDER, &folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let reader = thread::spawn(move || {
            let numbers = output.lines().map_while(Result::ok);
            let numbers =
                numbers.filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok());
            numbers.last()
        });
        // Odd rounds die while opening, even ones amid commits.
        let life = if round % 2 == 1 {
            round / 2
        } else {
            40 + round * 5
        };
        thread::sleep(Duration::from_millis(life));
        child.kill().unwrap();
        child.wait().unwrap();
        let said = reader.join().unwrap();
        heard |= said.is_some();
        acknowledged = said.or(acknowledged);

        let store = Durable::open(&folder).unwrap();
        let number = |bytes: Vec<u8>| u64::from_be_bytes(bytes.try_into().unwrap());
        let found = store.get("last", b"n").unwrap().map(number);
        let next = acknowledged.map_or(0, |last| last + 1);
        assert!(
            found == acknowledged || found == Some(next),
            "acknowledged {acknowledged:?}, found {found:?}"
        );
        acknowledged = found;
        let Some(found) = found else { continue };
        for tree in ["a", "b"] {
            let keys = store
                .scan(tree, &KeyRange::all(), Order::Ascending, usize::MAX)
                .unwrap();
            let expected = (0..=found).map(u64::to_be_bytes);
            assert!(
                keys.iter()
                    .map(|(key, _)| &key[..])
                    .eq(expected.map(|n| n.to_vec()).collect::<Vec<_>>())
            );
        }
    }
    assert!(heard, "no child lived long enough to commit");
}

/// Fills its disk (a file-size limit) and goes on once there is room, all with one handle.
#[cfg(unix)]
#[test]
#[ignore = "the child of the full-disk test"]
fn child_fills_the_disk() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let store = Durable::open(folder).unwrap();
    let mut written = 0_u32;
    let error = loop {
        match store.put("t", &written.to_be_bytes(), &[5; 20_000]) {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "store.disk_full", "{error}");
    assert!(error.retryable() && written > 0);
    // Still full: a typed error again, and what was acknowledged is readable.
    for _ in 0..3 {
        let found = store.scan("t", &KeyRange::all(), Order::Ascending, usize::MAX);
        assert!(found.map_or(true, |found| found.len() >= written as usize));
        if let Err(error) = store.put("u", b"k", &[5; 300_000]) {
            assert!(error.retryable(), "{error}");
        }
    }
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Fsize);
    limit.current = limit.maximum;
    setrlimit(Resource::Fsize, limit).unwrap();
    store
        .put("t", &written.to_be_bytes(), b"there is room again")
        .unwrap();
    let found = store
        .scan("t", &KeyRange::all(), Order::Ascending, usize::MAX)
        .unwrap();
    assert_eq!(found.len(), written as usize + 1);
    println!("recovered");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_typed_error_and_the_store_recovers() {
    let dir = tempfile::tempdir().unwrap();
    // The limit counts blocks of 512 or 1024 bytes, depending on the shell.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -S -f 4000; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "child_fills_the_disk",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, dir.path().join("store"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("recovered"),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
