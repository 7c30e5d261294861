//! The commands about shares, run as a script would.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// BIP-39's published words of 16 bytes of 0x7f.
const TWELVE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

fn run(arguments: &[&str], files: &[PathBuf], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jiaozi-vault"))
        .args(arguments)
        .args(files)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", err(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn split(folder: &Path, arguments: &[&str], input: &str) -> Vec<PathBuf> {
    let folder_text = folder.to_str().unwrap();
    let mut all = vec!["split", "--secret-stdin", "--out", folder_text];
    all.extend(arguments);
    let said = out(&run(&all, &[], input));
    assert!(!said.contains("legal"), "words are never said");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn a_wallet_is_split_checked_and_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let plan = [
        "--group",
        "1/1",
        "--group",
        "2/3",
        "--groups-needed",
        "2",
        "--passphrase",
    ];
    let files = split(folder.path(), &plan, &format!("{TWELVE}\nopen sesame\n"));
    assert_eq!(files.len(), 4);
    let sheet = std::fs::read_to_string(&files[0]).unwrap();
    let fingerprint = sheet
        .split("fingerprint ")
        .nth(1)
        .and_then(|rest| rest.get(..8))
        .unwrap()
        .to_owned();
    assert!(sheet.contains("A passphrase was set"));

    // One alone: right, and what is missing.
    let said = out(&run(&["check-share"], &files[1..2], ""));
    assert!(said.contains("Share 1 of group 2"), "{said}");
    assert!(
        said.contains("Still missing: 1 of group 2, 1 more groups"),
        "{said}"
    );
    // Enough: which wallet, with the passphrase and without.
    let enough = [files[3].clone(), files[0].clone(), files[1].clone()];
    let check = [
        "check-share",
        "--secret-stdin",
        "--passphrase",
        "--fingerprint",
        &fingerprint,
    ];
    let said = out(&run(&check, &enough, "open sesame\n"));
    assert!(
        said.contains(&format!("restore the wallet {fingerprint}")),
        "{said}"
    );
    let refused = run(&check, &enough, "wrong\n");
    assert_eq!(refused.status.code(), Some(12));
    assert!(
        err(&refused).contains("do not restore the wallet"),
        "{}",
        err(&refused)
    );
    let none = run(&["check-share", "--fingerprint", &fingerprint], &enough, "");
    assert_eq!(none.status.code(), Some(12));

    let combine = ["combine", "--secret-stdin", "--passphrase", "--print"];
    let words = out(&run(&combine, &enough, "open sesame\n"));
    assert_eq!(words.trim(), TWELVE);
    let few = run(&combine, &enough[..2], "open sesame\n");
    assert_eq!(few.status.code(), Some(12));
    assert!(
        err(&few).contains("Group 2 needs 2 shares; 1 were given."),
        "{}",
        err(&few)
    );
}

#[test]
fn shares_that_do_not_fit_are_named_and_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let files = split(folder.path(), &["--group", "2/2"], &format!("{TWELVE}\n"));
    let other = tempfile::tempdir().unwrap();
    let others = split(other.path(), &["--group", "2/2"], &format!("{TWELVE}\n"));
    let line = |file: &Path| {
        let text = std::fs::read_to_string(file).unwrap();
        text.lines().last().unwrap().to_owned()
    };
    let (first, second) = (line(&files[0]), line(&files[1]));
    let refused = |input: &str| {
        let output = run(&["check-share", "--secret-stdin"], &[], input);
        assert_eq!(output.status.code(), Some(12));
        let said = err(&output);
        assert!(output.stdout.is_empty());
        // The set's first words may be ordinary words; the secret's may not appear.
        let tail: Vec<&str> = first.split(' ').skip(4).collect();
        assert!(!said.contains(&tail.join(" ")), "{said}");
        said
    };
    assert!(refused(&format!("{first}\n{first}\n")).contains("Share 2 is the same as share 1"));
    assert!(refused("").contains("No share was given"));
    let shorter = first.rsplit_once(' ').unwrap().0;
    assert!(refused(&format!("{second}\n{shorter}\n")).contains("Share 2 has 19 words"));
    let unknown = first.rsplit_once(' ').unwrap().0.to_owned() + " xylophonics";
    assert!(refused(&format!("{second}\n{unknown}\n")).contains("Share 2: word 20 is not"));
    // Two splittings have the same number once in 32768 times: then they differ otherwise.
    let mixed = refused(&format!("{first}\n{}\n", line(&others[1])));
    assert!(
        mixed.contains("another set") || mixed.contains("another splitting"),
        "{mixed}"
    );
}

#[test]
fn what_cannot_be_split_is_said_before_words_are_read() {
    let refused = |arguments: &[&str]| {
        let output = run(arguments, &[], "");
        assert!(!output.status.success());
        err(&output)
    };
    let few = refused(&[
        "split",
        "--secret-stdin",
        "--out",
        "/nonexistent",
        "--group",
        "4/3",
    ]);
    assert!(few.contains("Group 1 must need at least 1 share"), "{few}");
    let nowhere = refused(&["split", "--secret-stdin", "--group", "2/3"]);
    assert!(nowhere.contains("--out FOLDER"), "{nowhere}");
    assert!(refused(&["split", "--secret-stdin"]).contains("--group"));
}
