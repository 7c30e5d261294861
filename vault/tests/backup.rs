//! The commands about backups, run as a script would; sealed files also against
//! the stock `age` program.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// BIP-39's published words of 16 bytes of 0x7f.
const TWELVE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const ABANDON: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                       abandon abandon about";
const SECRET: &str = "mulberry paper and ink";

fn run_program(program: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn run(arguments: &[&str], input: &str) -> Output {
    run_program(env!("CARGO_BIN_EXE_jiaozi-vault"), arguments, input)
}

fn out(arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// What a refusal says; it holds no word that was typed.
fn refused(code: i32, arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert_eq!(text(&output.stdout), "");
    for word in ["winner", "thank", "sausage", "mulberry"] {
        assert!(!said.contains(word), "{said}");
    }
    said
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn shows_what_other_wallets_show() {
    let said = out(&["show", "--secret-stdin", "--addresses", "1"], ABANDON);
    assert!(said.contains("73c5da0a"), "{said}");
    assert!(said.contains("m/44'/60'/0'/0/0  0x9858EfFD232B4033E47d90003D41EC34EcaEda94"));
    assert!(said.contains("m/44'/503'/0'/0/0  cfx:"));
    // BIP-39's vectors have TREZOR as passphrase; another wallet, never an error.
    let other = ["show", "--secret-stdin", "--passphrase"];
    let other = out(&other, &format!("{ABANDON}\nTREZOR\n"));
    assert!(!other.contains("73c5da0a"));
}

#[test]
fn new_words_are_sound_in_every_length_and_list() {
    for list in ["en", "zh-CN"] {
        for count in ["12", "15", "18", "21", "24"] {
            let words = out(&["new", "--print", "--words", count, "--list", list], "");
            assert_eq!(words.split_whitespace().count().to_string(), count);
            // Chinese words are read without spaces, too.
            let typed = if list == "en" {
                words
            } else {
                words.replace(' ', "")
            };
            assert!(out(&["check", "--secret-stdin"], &typed).contains("sound"));
        }
    }
    let dice = ["new", "--print", "--dice"];
    let (one, two) = (out(&dice, "123456"), out(&dice, "123456"));
    assert_ne!(
        one, two,
        "dice never stand instead of the system's randomness"
    );
    assert!(refused(13, &dice, "1237").contains("Throw 4"));
    assert_eq!(
        run(&["new", "--print", "--words", "13"], "").status.code(),
        Some(2)
    );
}

#[test]
fn a_backup_is_checked_and_every_mistake_has_its_sentence() {
    let shown = out(&["show", "--secret-stdin"], TWELVE);
    let fingerprint = shown
        .lines()
        .next()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned();
    let check = [
        "check",
        "--secret-stdin",
        "--fingerprint",
        fingerprint.as_str(),
    ];
    assert!(out(&check, TWELVE).contains("restores the wallet"));
    assert!(refused(13, &check, ABANDON).contains("73c5da0a"));
    let wrong = |from: &str, to: &str| refused(13, &check, &TWELVE.replacen(from, to, 1));
    assert!(wrong("wave", "wavee").contains("Word 5 is not in the list"));
    assert!(wrong("wave", "的").contains("Word 5 is of another language"));
    assert!(wrong(" yellow", "").contains("11 words"));
    assert!(wrong("year wave", "wave year").contains("4 and 5 are probably swapped"));
    assert!(wrong("wave", "zoo").contains("one is wrong"));

    let address = "0x9858effd232b4033e47d90003d41ec34ecaeda94";
    let check = ["check", "--secret-stdin", "--address", address];
    assert!(out(&check, ABANDON).contains("restores"));
    assert!(refused(13, &check, TWELVE).contains("not among the first"));
    let nobody = ["check", "--secret-stdin", "--against", "/nonexistent"];
    assert_eq!(run(&nobody, TWELVE).status.code(), Some(3));
}

#[test]
fn the_sheet_is_written_once_and_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = path(folder.path(), "sheet.pdf");
    let print = ["print", "--secret-stdin", "--out", &file];
    assert!(out(&print, TWELVE).contains("delete the file"));
    let before = std::fs::read(&file).unwrap();
    assert!(before.starts_with(b"%PDF-"));
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(refused(13, &print, ABANDON).contains("exists already"));
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let blank = path(folder.path(), "blank.pdf");
    out(
        &[
            "print",
            "--blank",
            "12",
            "--out",
            &blank,
            "--language",
            "zh-CN",
        ],
        "",
    );
    assert!(std::fs::read(&blank).unwrap().starts_with(b"%PDF-"));
    let nowhere = path(folder.path(), "no/sheet.pdf");
    refused(1, &["print", "--blank", "--out", &nowhere], "");
}

#[test]
fn a_sealed_file_opens_and_every_fault_has_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(folder.path(), "words.age");
    let seal = ["seal", "--secret-stdin", "--out", &file];
    let weak = refused(13, &seal, &format!("{TWELVE}\npassword12\n"));
    assert!(weak.contains("guess"), "{weak}");
    out(&seal, &format!("{TWELVE}\n{SECRET}\n"));
    let open = |file: &str| ["open", "--print", "--secret-stdin", file].map(str::to_owned);
    let opened = |file: &str| {
        let arguments = open(file);
        out(&arguments.each_ref().map(String::as_str), SECRET)
    };
    assert_eq!(opened(&file).trim(), TWELVE);
    let not_opened = |file: &str, secret: &str| {
        let arguments = open(file);
        refused(13, &arguments.each_ref().map(String::as_str), secret)
    };
    assert!(not_opened(&file, "another passphrase").contains("passphrase is wrong"));
    let half = path(folder.path(), "half.age");
    let whole = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    assert!(not_opened(&half, SECRET).contains("ends too early"));
    std::fs::write(&half, "no age").unwrap();
    assert!(not_opened(&half, SECRET).contains("no sealed file"));
    // The backup in the file is checked without showing it.
    let check = ["check", "--secret-stdin", "--sealed", &file];
    assert!(out(&check, SECRET).contains("sound"));
}

/// Runs `age` on a terminal of its own, because it asks nowhere else.
fn age(arguments: &str, typed: &str) -> Output {
    run_program(
        "script",
        &["-qec", &format!("age {arguments}"), "/dev/null"],
        typed,
    )
}

#[test]
fn the_stock_age_program_opens_our_files_and_we_open_its() {
    if Command::new("age").arg("--version").output().is_err() {
        eprintln!("skipped: the age program is not installed (Debian package age)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let ours = path(folder.path(), "ours.age");
    let seal = ["seal", "--secret-stdin", "--out", &ours];
    out(&seal, &format!("{TWELVE}\n{SECRET}\n"));
    let plain = path(folder.path(), "plain.txt");
    let done = age(&format!("-d -o {plain} {ours}"), &format!("{SECRET}\n"));
    assert!(done.status.success(), "{}", text(&done.stdout));
    let opened = std::fs::read_to_string(&plain).unwrap();
    assert_eq!(opened.lines().last().unwrap().trim(), TWELVE);

    for armor in ["-a", ""] {
        let theirs = path(folder.path(), &format!("theirs{armor}.age"));
        let typed = format!("{SECRET}\n{SECRET}\n");
        let done = age(&format!("-p {armor} -o {theirs} {plain}"), &typed);
        assert!(done.status.success(), "{}", text(&done.stdout));
        let open = ["open", "--print", "--secret-stdin", &theirs];
        assert_eq!(out(&open, SECRET).trim(), TWELVE);
    }
}
