//! Every screen in both languages and themes: drawn without a missing glyph or
//! an unnamed control (the harness fails on either), with its buttons inside the
//! window, the screen's name as a heading, and what a screen reader hears
//! (`screens.*.txt`) and an eye sees (`pictures/`) as they were committed. After
//! a change that is meant, write them, and look at them, with
//! `UPDATE_SNAPSHOTS=1 cargo test -p jiaozi-vault --test window every_screen`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use egui_kittest::{Node, SnapshotResults};
use jiaozi_vault::prompt::window::{Dialogue, detached_tool};
use jiaozi_vault::tool::window::{check, combine, sign, split, talk, watch};

use super::pictures::{self, is_of_this_computer, says, varies};
use super::*;

type Ask = Box<dyn FnOnce(&mut WindowSession) + Send>;

/// A screen: its name, what asks for it, and the rows that lead to it.
struct Shown {
    name: String,
    ask: Ask,
    rows: &'static [usize],
    /// The offline tool's.
    tool: bool,
}

fn question(name: &str, ask: impl FnOnce(&mut WindowSession) + Send + 'static) -> Shown {
    Shown {
        name: name.to_owned(),
        ask: Box::new(ask),
        rows: &[],
        tool: false,
    }
}

fn page(name: &str, rows: &'static [usize]) -> Shown {
    Shown {
        name: name.to_owned(),
        ask: Box::new(talk),
        rows,
        tool: true,
    }
}

fn flow(name: &str, flow: fn(&mut WindowSession) -> Result<(), PromptError>) -> Shown {
    Shown {
        tool: true,
        ..question(name, move |session| assert!(flow(session).is_err()))
    }
}

fn words(count: usize, language: WordLanguage) -> Words {
    Words::from_entropy(&[0x7f; 32][..count], language).unwrap()
}

fn screens() -> Vec<Shown> {
    let mut screens = vec![
        question("choose a phrase", |s| drop(s.choose_personal_phrase())),
        question("set a PIN", |s| drop(s.set_secret(SecretKind::Pin))),
        question("set a passphrase", |s| {
            drop(s.set_secret(SecretKind::Passphrase))
        }),
        question("restore", |s| drop(s.enter_words())),
        question("confirm a loss", |s| {
            assert!(s.confirm_loss("73c5da0a").is_err())
        }),
        question("prove the words", |s| {
            let words = Words::parse(TWELVE).unwrap();
            assert!(s.prove_backup(&Wanted::Words(&words)).is_err());
        }),
        question("prove any backup", |s| {
            assert!(s.prove_backup(&Wanted::Any(&|_| false)).is_err())
        }),
        question("approve, throttled", |s| {
            let trouble = SecretTrouble::Throttled { wait_seconds: 3600 };
            drop(s.approve(&payment(Some("老王面馆")), PIN, Some(trouble)))
        }),
        question("approve a stranger", |s| {
            drop(s.approve(&payment(None), SecretNeed::None, None))
        }),
        question("approve a shop by its name", |s| {
            drop(s.approve(&to_a_shop(Some("王"), Some("老王面馆")), PIN, None))
        }),
        question("approve a new shop", |s| {
            drop(s.approve(&to_a_shop(None, Some("老王面馆")), PIN, None))
        }),
        question("approve a shop that ran out", |s| {
            drop(s.approve(&to_a_shop(None, None), PIN, None))
        }),
    ];
    for count in [16, 32] {
        screens.push(question(
            &format!("show words of {count} bytes"),
            move |s| {
                assert!(s.show_words(&words(count, WordLanguage::English)).is_err());
            },
        ));
        let chinese = WordLanguage::SimplifiedChinese;
        screens.push(question(
            &format!("check words of {count} bytes"),
            move |s| {
                assert!(s.check_words(&words(count, chinese)).is_err());
            },
        ));
    }
    for task in [
        SecretTask::Unlock,
        SecretTask::ShowWords,
        SecretTask::CheckWords,
        SecretTask::ChangeSecret,
    ] {
        for kind in [SecretKind::Pin, SecretKind::Passphrase] {
            screens.push(question(&format!("{kind:?} to {task:?}"), move |s| {
                drop(s.ask_secret(SecretPurpose { task, kind }, None))
            }));
        }
    }
    for kind in [
        ReadingKind::CancelAuthorization,
        ReadingKind::CancelTransaction,
        ReadingKind::Sweep { account: 0 },
        ReadingKind::Authorization(AuthorizationForm::Transfer),
    ] {
        let reading = Reading {
            kind,
            ..payment(None)
        };
        screens.push(question(&format!("approve {:?}", reading.kind), move |s| {
            drop(s.approve(&reading, PIN, None))
        }));
    }
    for ((what, _), name) in confirmations()
        .into_iter()
        .zip(["payee", "asset", "policy", "till"])
    {
        screens.push(question(&format!("confirm a {name}"), move |s| {
            drop(s.confirm(&what, SecretNeed::None, None))
        }));
    }
    for notice in [
        Notice::WalletMade,
        Notice::WalletMadeWithoutBackup,
        Notice::WalletRestored,
        Notice::BackupChecked,
        Notice::SecretChanged,
        Notice::WalletRemoved,
    ] {
        screens.push(question(&format!("{notice:?}"), move |s| {
            assert!(s.done(notice).is_err())
        }));
    }
    screens.extend([
        page("tool: first page", &[]),
        page("tool: how many words", &[0]),
        page("tool: which words", &[0, 0]),
        page("tool: dice", &[0, 0, 0]),
        page("tool: throws", &[0, 0, 0, 1]),
        page("tool: look at a wallet", &[1]),
        page("tool: test a backup", &[2]),
        page("tool: test by fingerprint", &[2, 0]),
        page("tool: test by address", &[2, 1]),
        page("tool: sheet", &[3]),
        page("tool: blank sheet", &[3, 1]),
        page("tool: sealed file", &[4]),
        page("tool: open a sealed file", &[4, 1]),
        page("tool: shares", &[5]),
        page("tool: cold", &[6]),
        flow("tool: split", split),
        flow("tool: check shares", check),
        flow("tool: combine", combine),
        flow("tool: sign", sign),
        flow("tool: watch", watch),
    ]);
    screens
}

fn open(shown: Shown, look: Appearance) -> (Asked<()>, &'static [usize]) {
    if !shown.tool {
        return (asked(look, shown.ask), shown.rows);
    }
    let (dialogue, session) = detached_tool(look);
    (over(look, dialogue, session, shown.ask), shown.rows)
}

/// Waits for a screen with another heading than these.
fn arrives(window: &mut Asked<()>, others: &[String]) -> String {
    let title = |window: &Harness<'static, Dialogue>| {
        let heading = window.query_by_role(Role::Heading)?;
        let node = heading.accesskit_node();
        node.value().or_else(|| node.label())
    };
    window.until("a screen", |window| {
        let buttons = window.query_all_by_role(Role::Button).next().is_some();
        buttons && title(window).is_some_and(|title| !others.contains(&title))
    });
    window.window.step();
    title(&window.window).unwrap_or_default()
}

/// What a screen reader hears, a line a node, but for what differs by computer.
fn heard(window: &Asked<()>) -> String {
    fn walk(node: &Node<'_>, text: &mut String) {
        let own = node.accesskit_node();
        let said = says(node);
        if !said.trim().is_empty() && !is_of_this_computer(node) {
            let state = if own.is_disabled() { " (off)" } else { "" };
            let said = if varies(&said) { "…" } else { said.as_str() };
            writeln!(text, "{:?}: {said}{state}", own.role()).unwrap();
        }
        for child in node.children() {
            walk(&child, text);
        }
    }
    let mut text = String::new();
    walk(&window.window.root(), &mut text);
    // A label and the text inside it are one.
    let mut lines: Vec<&str> = text.lines().collect();
    lines.dedup();
    lines.join("\n")
}

fn file(language: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window");
    folder.join(format!("screens.{language}.txt"))
}

#[test]
fn every_screen_is_whole_and_says_and_shows_what_it_did() {
    let mut seen_before = SnapshotResults::new();
    for (language, name, working) in [
        (Language::English, "en", "One moment"),
        (Language::SimplifiedChinese, "zh-CN", "请稍候"),
    ] {
        let mut told = Vec::new();
        for (theme, folder) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let folder = format!("{name}-{folder}");
            let mut all = String::new();
            for shown in screens() {
                writeln!(all, "== {}", shown.name).unwrap();
                let picture = pictures::file(&folder, &shown.name);
                let (mut window, rows) = open(shown, look(language, theme));
                let mut seen = vec![working.to_owned()];
                for row in rows {
                    seen.push(arrives(&mut window, &seen));
                    for _ in 0..*row {
                        window.presses(Key::Tab);
                    }
                    window.presses(Key::Enter);
                    // Pages of one flow may share their name.
                    seen.truncate(1);
                    window.until("the next page", |window| {
                        window.query_all_by_role(Role::Button).next().is_some()
                    });
                }
                arrives(&mut window, &seen);
                window.is_whole();
                writeln!(all, "{}\n", heard(&window)).unwrap();
                seen_before.add(pictures::compare(&mut window.window, &picture));
                window.window.state_mut().end();
                let Asked { window, answer } = window;
                // eframe drops a closed window; so does this.
                drop(window);
                answer.join().unwrap();
            }
            told.push(all);
        }
        assert!(told[0] == told[1], "the themes say different things");
        let file = file(name);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&file, &told[0]).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        for (line, (was, is)) in committed.lines().zip(told[0].lines()).enumerate() {
            assert_eq!(was, is, "{} line {}", file.display(), line + 1);
        }
        assert_eq!(committed.lines().count(), told[0].lines().count());
    }
}
