//! The vault by itself, in its window: everything a person comes for is done
//! here with the keyboard alone, through the tree that screen readers see. The
//! harness fails on a control without a name and on a character that no bundled
//! font has.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Theme as EguiTheme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use jiaozi_custody::words::WordsPassphrase;
use jiaozi_custody::{Secret, Words, sealed_words};
use jiaozi_types::agent::{Appearance, Language, Theme};
use jiaozi_vault::prompt::window::{Dialogue, WINDOW, detached_tool, prepare};
use jiaozi_vault::tool::backup::Facts;
use jiaozi_vault::tool::window::talk;

/// BIP-39's published words of 16 bytes of 0x7f.
const TWELVE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const HOME: &str = "What would you like to do?";
const NETWORK: &str = "Network is up: wlan0";

/// The window, and the thread that leads through what is done in it.
struct Tool {
    window: Harness<'static, Dialogue>,
    talk: JoinHandle<()>,
}

fn open(language: Language, theme: Theme) -> Tool {
    let look = Appearance { language, theme };
    let (dialogue, mut session) = detached_tool(look, |_| (NETWORK.to_owned(), true));
    let shade = match theme {
        Theme::Dark => EguiTheme::Dark,
        Theme::Light | Theme::System => EguiTheme::Light,
    };
    let window = Harness::builder()
        .with_size(WINDOW)
        .with_theme(shade)
        .with_context_setup(move |context| prepare(context, look))
        .build_ui_state(|ui, dialogue: &mut Dialogue| dialogue.ui(ui), dialogue);
    let talk = thread::spawn(move || talk(&mut session));
    Tool { window, talk }
}

/// At the first page, in English.
fn home() -> Tool {
    let mut tool = open(Language::English, Theme::Light);
    tool.is_home();
    tool
}

impl Tool {
    /// Draws frames until `there` holds; the other thread needs its time.
    fn until(&mut self, what: &str, there: impl Fn(&Harness<'static, Dialogue>) -> bool) {
        let begun = Instant::now();
        while !there(&self.window) {
            let late = begun.elapsed() > Duration::from_secs(120);
            assert!(!late, "{what} never came; there is {:?}", self.names());
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    fn sees(&mut self, label: &str) {
        self.until(label, |window| {
            window.query_all_by_label_contains(label).next().is_some()
        });
    }

    fn is_home(&mut self) {
        self.sees(HOME);
    }

    fn types(&mut self, text: &str) {
        self.window.step();
        for c in text.chars() {
            self.window.event(Event::Text(c.to_string()));
        }
        self.window.step();
    }

    fn presses(&mut self, key: Key) {
        self.window.key_press(key);
        self.window.step();
        self.window.step();
    }

    /// What a screen reader could read out.
    fn names(&self) -> Vec<String> {
        fn collect(node: &egui_kittest::Node<'_>, names: &mut Vec<String>) {
            let here = node.accesskit_node();
            names.extend(here.label());
            names.extend(here.value());
            for child in node.children() {
                collect(&child, names);
            }
        }
        let mut names = Vec::new();
        collect(&self.window.root(), &mut names);
        names
    }

    /// Waits for a button whose name begins so, goes there by Tab, presses it.
    fn chooses(&mut self, name: &str) {
        self.sees(name);
        for _ in 0..80 {
            let there = self
                .window
                .query_all_by_role(Role::Button)
                .any(|button| button.is_focused() && begins(&button, name));
            if there {
                return self.presses(Key::Enter);
            }
            self.presses(Key::Tab);
        }
        panic!("Tab never reaches {name:?}; there is {:?}", self.names());
    }

    /// Presses the button that the keyboard was led to.
    fn presses_where_led(&mut self, name: &'static str) {
        self.until(name, |window| {
            window
                .query_all_by_role(Role::Button)
                .any(|button| button.is_focused() && begins(&button, name))
        });
        self.presses(Key::Enter);
    }

    /// Writes another place into the field that has the keyboard.
    fn names_place(&mut self, place: &Path) {
        self.window.step();
        self.window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.window.step();
        self.types(place.to_str().unwrap());
    }

    /// Types the words of a wallet where they are asked for.
    fn brings(&mut self, words: &str) {
        self.sees("Word 1");
        self.types(words);
        self.types(" ");
        self.sees("words fit together");
        self.presses(Key::Enter);
        self.chooses("No passphrase");
    }

    /// Everything that is on the screen as a word of a wallet.
    fn read_words(&self) -> String {
        let mut words = Vec::new();
        for name in self.names() {
            let word = name
                .strip_prefix("Word ")
                .and_then(|rest| rest.split_once(": "));
            words.extend(word.map(|(_, word)| word.to_owned()));
        }
        words.join(" ")
    }

    fn is_over(self) {
        let Self { mut window, talk } = self;
        window.state_mut().end();
        drop(window);
        talk.join().unwrap();
    }
}

fn begins(node: &egui_kittest::Node<'_>, name: &str) -> bool {
    let label = node.accesskit_node().label();
    label.is_some_and(|label| label.starts_with(name))
}

fn facts(words: &str) -> Facts {
    let words = Words::parse(words).unwrap();
    Facts::of(&words, &WordsPassphrase::none(), 3).unwrap()
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}

#[test]
fn a_wallet_is_made_on_paper_checked_back_and_kept() {
    let (_folder, place) = folder();
    let mut tool = home();
    tool.sees(NETWORK);
    tool.chooses("New wallet on paper");
    tool.sees("How many words?");
    tool.chooses("12 words");
    tool.chooses("English words");
    tool.chooses("Mix in my throws");
    tool.sees("Throw dice");
    tool.types("1234567");
    tool.sees("Throw 7 is none");
    tool.presses(Key::Backspace);
    tool.sees("6 throws, worth about 15 bits");
    tool.presses(Key::Enter);

    tool.presses_where_led("Show the words");
    tool.sees("Word 12: ");
    let words = tool.read_words();
    let known = facts(&words);
    tool.chooses("I have written them down");
    tool.sees("Word 1 of 12");
    assert_eq!(tool.read_words(), "", "the words are gone before they are asked back");
    tool.types(&words);
    tool.types(" ");
    tool.presses_where_led("Finish");
    tool.sees("Most people need none");
    tool.chooses("No passphrase");

    tool.sees("The wallet is made");
    tool.sees(&known.fingerprint);
    tool.presses_where_led("Done");
    tool.chooses("A sheet with the words");
    let sheet = place.join("sheet.pdf");
    tool.sees("The PDF is written here");
    tool.names_place(&sheet);
    tool.presses(Key::Enter);
    tool.sees("print it from this computer");
    assert!(std::fs::read(&sheet).unwrap().starts_with(b"%PDF"));
    tool.presses_where_led("Done");
    tool.chooses("Done");
    tool.is_home();
    tool.is_over();
}

#[test]
fn a_wallet_is_looked_at() {
    let known = facts(TWELVE);
    let mut tool = home();
    tool.chooses("Look at a wallet");
    tool.brings(TWELVE);
    tool.sees(&known.fingerprint);
    let said = tool.names().concat().replace([' ', '\n'], "");
    for (_, address) in known.evm.iter().chain(&known.core) {
        assert!(said.contains(address.as_str()), "{address} is not in {said}");
    }
    tool.presses_where_led("Done");
    tool.is_home();
    tool.is_over();
}

#[test]
fn a_passphrase_opens_another_wallet() {
    let words = Words::parse(TWELVE).unwrap();
    let secret = Secret::new("paper and ink".to_owned());
    let passphrase = WordsPassphrase::new(&secret).unwrap();
    let other = Facts::of(&words, &passphrase, 1).unwrap();
    assert_ne!(other.fingerprint, facts(TWELVE).fingerprint);
    let mut tool = home();
    tool.chooses("Look at a wallet");
    tool.sees("Word 1");
    tool.types(TWELVE);
    tool.types(" ");
    tool.sees("words fit together");
    tool.presses(Key::Enter);
    tool.chooses("With a passphrase");
    tool.until("the field", |window| {
        let fields = window.query_all_by_role(Role::PasswordInput);
        fields.into_iter().any(|field| field.is_focused())
    });
    tool.types("paper and ink");
    assert!(!tool.names().concat().contains("paper and ink"));
    tool.presses(Key::Enter);
    tool.sees(&other.fingerprint);
    tool.is_over();
}

#[test]
fn a_backup_is_held_against_a_fingerprint_or_an_address() {
    let known = facts(TWELVE);
    let mut tool = home();
    tool.chooses("Test a backup");
    tool.chooses("Its fingerprint");
    tool.sees("Eight digits");
    tool.types("12345");
    tool.presses(Key::Enter);
    tool.sees("A fingerprint has 8 digits");
    tool.types("678");
    tool.presses(Key::Enter);
    tool.brings(TWELVE);
    tool.sees("another backup, or a passphrase is missing or wrong");
    tool.presses_where_led("Done");

    tool.chooses("Test a backup");
    tool.chooses("Its fingerprint");
    tool.sees("Eight digits");
    tool.types(&known.fingerprint.to_uppercase());
    tool.presses(Key::Enter);
    tool.brings(TWELVE);
    tool.sees("This backup restores the wallet");
    tool.presses_where_led("Done");

    tool.chooses("Test a backup");
    tool.chooses("One of its addresses");
    tool.sees("One of the first hundred");
    tool.types(&known.evm[2].1);
    tool.presses(Key::Enter);
    tool.brings(TWELVE);
    tool.sees("This backup restores the wallet");
    tool.presses_where_led("Done");

    tool.chooses("Test a backup");
    tool.chooses("Nothing");
    tool.brings(TWELVE);
    tool.sees("The words are sound");
    tool.is_over();
}

#[test]
fn a_blank_sheet_is_written_and_never_over_a_file() {
    let (_folder, place) = folder();
    let there = place.join("there.pdf");
    std::fs::write(&there, b"mine").unwrap();
    let mut tool = home();
    tool.chooses("Recovery sheet");
    tool.chooses("A blank sheet");
    tool.chooses("24 words");
    tool.sees("The PDF is written here");
    tool.names_place(&there);
    tool.presses(Key::Enter);
    tool.sees("exists already and was not overwritten");
    assert_eq!(std::fs::read(&there).unwrap(), b"mine");
    let nowhere = place.join("no such folder/blank.pdf");
    tool.names_place(&nowhere);
    tool.presses(Key::Enter);
    tool.sees("No such file or directory");
    let blank = place.join("blank.pdf");
    tool.names_place(&blank);
    tool.presses(Key::Enter);
    tool.sees("Written: ");
    assert!(std::fs::read(&blank).unwrap().starts_with(b"%PDF"));
    tool.presses_where_led("Done");
    tool.is_home();
    tool.is_over();
}

#[test]
fn words_are_sealed_and_opened_again() {
    const SECRET: &str = "mulberry paper and ink";
    let (_folder, place) = folder();
    let file = place.join("words.age");
    let mut tool = home();
    tool.chooses("Sealed file");
    tool.chooses("Seal words in a file");
    tool.brings(TWELVE);
    tool.sees("Choose a long one");
    tool.types(SECRET);
    tool.presses(Key::Enter);
    tool.types(SECRET);
    tool.presses(Key::Enter);
    tool.sees("The sealed file is written here");
    tool.names_place(&file);
    tool.presses(Key::Enter);
    tool.sees("so does the age program");
    tool.presses_where_led("Done");
    let sealed = std::fs::read(&file).unwrap();
    let opened = sealed_words::open(&sealed, &Secret::new(SECRET.to_owned())).unwrap();
    assert!(opened == Words::parse(TWELVE).unwrap());

    tool.chooses("Sealed file");
    tool.chooses("Open a sealed file");
    tool.sees("The sealed file");
    tool.types(file.to_str().unwrap());
    tool.presses(Key::Enter);
    tool.types("another passphrase");
    tool.presses(Key::Enter);
    tool.sees("The passphrase is wrong");
    for _ in 0.."another passphrase".len() {
        tool.presses(Key::Backspace);
    }
    tool.types(SECRET);
    tool.presses(Key::Enter);
    tool.presses_where_led("Show the words");
    tool.sees("Word 12: yellow");
    assert_eq!(tool.read_words(), TWELVE);
    tool.chooses("I have written them down");
    tool.is_home();
    tool.is_over();
}

/// Where every question of the first page leads, in words that its screen has.
const WAYS: [(&str, &[&str]); 7] = [
    ("New wallet on paper", &[]),
    ("Look at a wallet", &[]),
    ("Test a backup", &["Nothing"]),
    ("Recovery sheet", &["A sheet with the words"]),
    ("Sealed file", &["Open a sealed file"]),
    ("Shares", &["Check shares"]),
    ("Sign offline", &["Sign a request"]),
];

#[test]
fn escape_leads_back_and_ends_nothing() {
    let mut tool = home();
    for (name, further) in WAYS {
        tool.chooses(name);
        for row in further {
            tool.chooses(row);
        }
        tool.until("another page", |window| {
            window.query_all_by_label_contains(HOME).next().is_none()
        });
        tool.presses(Key::Escape);
        tool.is_home();
        assert!(!tool.window.state().ended(), "{name} ended the window");
    }
    tool.is_over();
}

#[test]
fn the_other_language_is_one_press_away() {
    let mut tool = home();
    tool.chooses("中文");
    tool.sees("要做什么？");
    tool.sees("新建纸上钱包");
    tool.chooses("English");
    tool.is_home();
    tool.is_over();
}

#[test]
fn closing_the_first_page_ends_it() {
    let mut tool = home();
    tool.chooses("Close");
    tool.until("the end", |window| window.state().ended());
    tool.talk.join().unwrap();
}

/// The first page and where each of its rows leads, in both languages and
/// themes: nothing without a glyph or a name, nothing beyond the window.
#[test]
fn every_page_is_whole_in_both_languages_and_themes() {
    const CHINESE: [&str; 7] = [
        "新建纸上钱包",
        "查看钱包",
        "检验备份",
        "恢复单",
        "加密文件",
        "分片",
        "离线签名",
    ];
    let chinese = Language::SimplifiedChinese;
    for (language, title, working, rows) in [
        (Language::English, HOME, "One moment", WAYS.map(|way| way.0)),
        (chinese, "要做什么？", "请稍候", CHINESE),
    ] {
        for theme in [Theme::Light, Theme::Dark] {
            let mut tool = open(language, theme);
            for row in rows {
                tool.sees(title);
                is_whole(&mut tool, "the first page");
                is_all_in_sight(&tool, rows[0]);
                tool.chooses(row);
                tool.until("another page", |window| {
                    let mut titles = window.query_all_by_label_contains(title);
                    titles.next().is_none()
                });
                tool.until("its question", |window| {
                    window.query_all_by_label_contains(working).next().is_none()
                });
                is_whole(&mut tool, row);
                tool.presses(Key::Escape);
            }
            tool.is_over();
        }
    }
}

fn is_whole(tool: &mut Tool, page: &str) {
    tool.window.step();
    for button in tool.window.query_all_by_role(Role::Button) {
        let rect = button.rect();
        let inside = rect.min.x >= 0.0 && rect.max.x <= WINDOW[0] && rect.max.y <= WINDOW[1];
        let label = button.accesskit_node().label();
        assert!(inside, "{page}: {label:?} at {rect:?}");
        assert!(label.is_some_and(|label| !label.is_empty()), "{page}");
    }
}

/// No row of the first page is hidden behind the button below.
fn is_all_in_sight(tool: &Tool, first: &str) {
    let buttons: Vec<_> = tool
        .window
        .query_all_by_role(Role::Button)
        .map(|button| (begins(&button, first), button.rect()))
        .collect();
    assert_eq!(buttons.len(), 9, "eight rows, and one to close");
    assert!(buttons.iter().any(|(is_first, _)| *is_first));
    let lowest = buttons.iter().map(|(_, rect)| rect.min.y);
    let close = lowest.fold(0.0, f32::max);
    for (_, rect) in buttons {
        let above = rect.max.y <= close || rect.min.y >= close;
        assert!(above, "{rect:?} reaches into the button at {close}");
    }
}
