//! The vault by itself, in its window: every flow from the first page and back
//! to it, by keyboard alone.

use std::path::Path;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use jiaozi_custody::{Secret, Words, sealed_words};
use jiaozi_types::agent::{Appearance, Language, Theme};

use super::harness::{Driven, by_itself};
use super::samples::{ABOUT, FINGERPRINT, TWELVE};

const HOME: &str = "What would you like to do?";

fn home() -> Driven {
    let mut window = by_itself(Appearance {
        language: Language::English,
        theme: Theme::Light,
    });
    window.sees(HOME);
    window
}

/// Goes to the row that begins with `name`.
fn takes(window: &mut Driven, name: &str) {
    window.sees(name);
    let rows = window.window.query_all_by_role(Role::Button);
    let labels: Vec<String> = rows
        .filter_map(|row| row.accesskit_node().label())
        .collect();
    let label = labels.iter().find(|label| label.starts_with(name));
    let label = label.unwrap_or_else(|| panic!("no row {name:?} in {labels:?}"));
    window.tabs_to(Role::Button, label);
    window.presses(Key::Enter);
}

fn types_words(window: &mut Driven, words: &str) {
    window.sees("Type the words of the wallet");
    window.types(&format!("{words} "));
    window.pushes("Continue");
}

fn brings(window: &mut Driven, words: &str) {
    types_words(window, words);
    takes(window, "No passphrase");
}

fn writes(window: &mut Driven, place: &Path) {
    window.sees("never over a file that is there");
    window.replaces(place.to_str().unwrap());
    window.presses(Key::Enter);
}

/// Back on the first page, and the window is closed from there.
fn closes(mut window: Driven) {
    window.sees(HOME);
    window.pushes("Close");
    window.answer().unwrap();
}

#[test]
fn a_wallet_is_made_with_dice_checked_back_and_kept_on_a_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let sheet = folder.path().join("sheet.pdf");
    let mut window = home();
    takes(&mut window, "New wallet on paper");
    takes(&mut window, "12 words");
    takes(&mut window, "English words");
    takes(&mut window, "Mix in my throws");
    window.types("123456789");
    window.sees("Throw 7 is none");
    window.replaces("1234561234561234");
    window.sees("16 throws");
    window.presses(Key::Enter);
    window.pushes("Show the words");
    let words = window.words("Word ");
    assert_eq!(words.len(), 12);
    window.pushes("I have written them down");
    window.sees("Type the words back");
    window.types(&format!("{} ", words.join(" ")));
    window.pushes("Finish");
    takes(&mut window, "No passphrase");
    window.sees("The wallet is made");
    window.sees("m/44'/60'/0'/0/0");
    window.pushes("Done");
    takes(&mut window, "A sheet with the words");
    writes(&mut window, &sheet);
    window.sees("print it from this computer, then delete the file");
    window.pushes("Done");
    takes(&mut window, "Done: The words are forgotten here.");
    closes(window);
    assert!(std::fs::read(&sheet).unwrap().starts_with(b"%PDF"));
}

#[test]
fn a_wallet_is_looked_at() {
    let mut window = home();
    takes(&mut window, "Look at a wallet");
    brings(&mut window, ABOUT);
    window.sees(FINGERPRINT);
    window.sees("0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
    window.sees("cfx:");
    window.pushes("Done");
    closes(window);
}

#[test]
fn a_passphrase_opens_another_wallet() {
    let mut window = home();
    takes(&mut window, "Look at a wallet");
    types_words(&mut window, ABOUT);
    takes(&mut window, "With a passphrase");
    window.types("TREZOR");
    window.presses(Key::Enter);
    // The master key of BIP-39's vectors for these words and this passphrase.
    window.sees("b4e3f5ed");
    window.pushes("Done");
    closes(window);
}

#[test]
fn a_backup_is_tested_against_what_is_known() {
    let cases = [
        (
            "Its fingerprint",
            FINGERPRINT,
            ABOUT,
            "This backup restores the wallet",
        ),
        (
            "Its fingerprint",
            FINGERPRINT,
            TWELVE,
            "those of the wallet",
        ),
        (
            "One of its addresses",
            "0x9858effd232b4033e47d90003d41ec34ecaeda94",
            ABOUT,
            "This backup restores the wallet",
        ),
        (
            "One of its addresses",
            "0x9858effd232b4033e47d90003d41ec34ecaeda94",
            TWELVE,
            "not among the first",
        ),
    ];
    for (known, what, words, said) in cases {
        let mut window = home();
        takes(&mut window, "Test a backup");
        takes(&mut window, known);
        window.types("73");
        window.presses(Key::Enter);
        window.types("");
        window.replaces(what);
        window.presses(Key::Enter);
        brings(&mut window, words);
        window.sees(said);
        window.pushes("Done");
        closes(window);
    }
    let mut window = home();
    takes(&mut window, "Test a backup");
    takes(&mut window, "Nothing");
    brings(&mut window, TWELVE);
    window.sees("The words are sound");
    window.pushes("Done");
    closes(window);
}

#[test]
fn a_blank_sheet_needs_no_words_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine.pdf");
    std::fs::write(&mine, "mine").unwrap();
    let mut window = home();
    takes(&mut window, "Recovery sheet");
    takes(&mut window, "A blank sheet");
    takes(&mut window, "24 words");
    writes(&mut window, &mine);
    window.sees("was not overwritten");
    window.replaces(folder.path().join("nowhere/blank.pdf").to_str().unwrap());
    window.presses(Key::Enter);
    window.sees("put the stick in again");
    window.replaces(folder.path().join("blank.pdf").to_str().unwrap());
    window.presses(Key::Enter);
    window.sees("Written:");
    window.pushes("Done");
    closes(window);
    assert_eq!(std::fs::read(&mine).unwrap(), b"mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn words_are_sealed_in_a_file_and_come_out_of_it() {
    const SECRET: &str = "seven lanterns over the river";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("words.age");
    let mut window = home();
    takes(&mut window, "Sealed file");
    takes(&mut window, "Seal words in a file");
    brings(&mut window, ABOUT);
    window.sees("Whoever has the file and its passphrase");
    window.types(SECRET);
    window.presses(Key::Enter);
    window.types(SECRET);
    window.presses(Key::Enter);
    writes(&mut window, &file);
    window.sees("so does the age program");
    window.pushes("Done");
    let sealed = std::fs::read(&file).unwrap();
    let words = sealed_words::open(&sealed, &Secret::new(SECRET.to_owned())).unwrap();
    assert_eq!(words, Words::parse(ABOUT).unwrap());

    takes(&mut window, "Sealed file");
    takes(&mut window, "Open a sealed file");
    window.sees("The sealed file");
    window.types(file.to_str().unwrap());
    window.presses(Key::Enter);
    window.types(SECRET);
    window.presses(Key::Enter);
    window.pushes("Show the words");
    assert_eq!(
        window.words("Word ").join(" "),
        Words::parse(ABOUT)
            .unwrap()
            .iter()
            .collect::<Vec<_>>()
            .join(" ")
    );
    window.pushes("I have written them down");
    closes(window);
}

#[test]
fn refusing_leads_back_and_nothing_typed_stays() {
    let mut window = home();
    takes(&mut window, "Look at a wallet");
    window.sees("Type the words of the wallet");
    window.types("legal winner thank ");
    window.presses(Key::Escape);
    window.sees(HOME);
    takes(&mut window, "Shares");
    takes(&mut window, "Split a wallet");
    window.presses(Key::Escape);
    window.sees(HOME);
    takes(&mut window, "Sign offline");
    window.pushes("Back");
    window.sees(HOME);
    takes(&mut window, "Look at a wallet");
    window.sees("Type the words of the wallet");
    assert!(!window.text().contains("winner"), "{}", window.text());
    window.presses(Key::Escape);
    closes(window);
}

#[test]
fn escape_on_the_first_page_ends_the_program() {
    let mut window = home();
    window.presses(Key::Escape);
    window.answer().unwrap();
}

#[test]
fn the_language_changes_at_once_and_back() {
    let mut window = home();
    takes(&mut window, "中文");
    window.sees("要做什么？");
    window.sees("没有连接网络");
    takes(&mut window, "English");
    closes(window);
}

/// The first page and each page behind it, in every look: no character without
/// a glyph, no control without a name, no button outside the window.
#[test]
fn every_page_is_whole_in_both_languages_and_themes() {
    let rows: [&[&str]; 2] = [
        &[
            "New wallet on paper",
            "Look at a wallet",
            "Test a backup",
            "Recovery sheet",
            "Sealed file",
            "Shares",
            "Sign offline",
        ],
        &[
            "新建纸上钱包",
            "查看钱包",
            "检验备份",
            "恢复单",
            "加密文件",
            "分片",
            "离线签名",
        ],
    ];
    for theme in [Theme::Light, Theme::Dark] {
        for (language, rows) in [Language::English, Language::SimplifiedChinese]
            .into_iter()
            .zip(rows)
        {
            let title = match language {
                Language::English => HOME,
                Language::SimplifiedChinese => "要做什么？",
            };
            let mut window = by_itself(Appearance { language, theme });
            for row in rows {
                window.sees(title);
                takes(&mut window, row);
                window.until("the next page", |window| {
                    let at_home = window.query_all_by_label_contains(title).next().is_some();
                    !at_home && window.query_all_by_role(Role::Button).next().is_some()
                });
                window.is_whole();
                window.presses(Key::Escape);
            }
            window.sees(title);
            window.presses(Key::Escape);
            window.answer().unwrap();
        }
    }
}
