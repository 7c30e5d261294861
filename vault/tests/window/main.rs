//! Every question in the window, driven by keyboard through the tree that
//! screen readers see. The harness fails on a control without a name and on a
//! character that no bundled font has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod approvals;
mod every_screen;
mod harness;
mod pictures;
mod samples;
mod tool_cold;
mod tool_shares;
mod tool_window;

use alloy_primitives::{Address as EvmAddress, U256, address};
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use jiaozi_custody::shares::{self, SharePassphrase};
use jiaozi_custody::{Money, Reading, ReadingKind, Secret, SecretKind, Words};
use jiaozi_types::agent::{Appearance, AuthorizationForm, KeyRef, Language, Theme, WordLanguage};
use jiaozi_types::{Asset, AssetId, ChainId};
use jiaozi_vault::prompt::window::WindowSession;
use jiaozi_vault::prompt::{
    Notice, PromptError, SecretNeed, SecretPurpose, SecretTask, SecretTrouble, Session, Wanted,
};

use harness::*;
use samples::*;

#[test]
fn a_phrase_is_chosen_and_shown_from_then_on() {
    let mut window = english(|session| {
        let phrase = session.choose_personal_phrase().unwrap();
        let unlocked = session.ask_secret(unlock(), None);
        (phrase, unlocked)
    });
    window.sees("Choose a phrase");
    window.types("x");
    window.sees("at least 2");
    assert!(!window.is_ready("Continue"));
    window.types(" and ink 桑皮纸");
    assert!(window.is_ready("Continue"));
    window.presses(Key::Enter);
    window.sees("Type your PIN to open the vault");
    window.sees("x and ink 桑皮纸");
    window.presses(Key::Escape);
    let (phrase, unlocked) = window.answer();
    assert_eq!(phrase.as_str(), "x and ink 桑皮纸");
    assert_eq!(unlocked.unwrap_err(), PromptError::Declined);
}

#[test]
fn a_pin_is_chosen_twice_with_its_rules_explained() {
    let mut window = english(|session| session.set_secret(SecretKind::Pin));
    window.sees("Choose a PIN");
    window.types("123");
    window.sees("at least 6");
    window.types("456");
    window.sees("first that a thief tries");
    for _ in 0..6 {
        window.presses(Key::Backspace);
    }
    window.types("283917");
    window.sees("Good.");
    window.presses(Key::Enter);
    window.types("28391");
    window.sees("not the same");
    assert!(!window.is_ready("Set it"));
    assert!(!window.all_text().contains("28391"), "a PIN is readable");
    window.types("7");
    window.sees("The two are the same");
    window.presses(Key::Enter);
    assert!(same(&window.answer().unwrap(), "283917"));
}

#[test]
fn a_secret_is_seen_only_when_asked_for() {
    let mut window = english(|session| session.set_secret(SecretKind::Passphrase));
    window.sees("Choose a passphrase");
    window.types("mulberry paper and ink");
    window.sees("Good.");
    assert!(!window.all_text().contains("mulberry"));
    window.tabs_to(Role::Button, "Show: Passphrase");
    window.presses(Key::Space);
    window.sees("Hide");
    assert!(window.all_text().contains("mulberry"));
    window.tabs_to(Role::Button, "Cancel");
    window.presses(Key::Space);
    assert_eq!(window.answer().unwrap_err(), PromptError::Declined);
}

#[test]
fn a_wrong_pin_has_to_wait() {
    let mut window = english(|session| {
        session.ask_secret(unlock(), Some(SecretTrouble::Wrong { wait_seconds: 5 }))
    });
    window.sees("Next try in 0:0");
    window.types("283917");
    window.presses(Key::Enter);
    assert!(!window.is_ready("Unlock"), "the wait is not over");
    assert!(!window.answer.is_finished());
    window.until("the end of the wait", |window| {
        window
            .query_all_by_label_contains("Next try in")
            .next()
            .is_none()
    });
    assert!(window.is_ready("Unlock"));
    window.tabs_to(Role::Button, "Unlock");
    window.presses(Key::Enter);
    assert!(same(&window.answer().unwrap(), "283917"));
}

#[test]
fn words_are_covered_until_asked_for() {
    let words = Words::parse(TWELVE).unwrap();
    let mut window = english(move |session| session.show_words(&words));
    window.sees("Look around before you show them");
    assert!(!window.all_text().contains("sausage"));
    assert!(!window.is_ready("I have written them down"));
    window.presses(Key::Enter);
    window.sees("Word 6: sausage");
    window.sees("Word 12: yellow");
    window.tabs_to(Role::Button, "I have written them down");
    window.presses(Key::Enter);
    assert_eq!(window.answer(), Ok(()));
}

#[test]
fn all_words_are_asked_back() {
    let words = Words::parse(TWELVE).unwrap();
    let mut window = english(move |session| session.check_words(&words));
    window.sees("Word 1 of 12");
    // A beginning is completed by Enter.
    window.types("lega");
    window.sees("Take legal");
    window.presses(Key::Enter);
    window.sees("Word 2 of 12");
    window.types("thank ");
    window.sees("\"thank\" is not word 2");
    for _ in 0.."thank".len() {
        window.presses(Key::Backspace);
    }
    window.types(&TWELVE["legal ".len()..]);
    window.types(" ");
    window.sees("All 12 words are right");
    window.is_led_to("Finish");
    window.presses(Key::Enter);
    assert_eq!(window.answer(), Ok(()));
}

#[test]
fn a_wallet_is_restored_with_help() {
    let mut window = english(|session| session.enter_words());
    window.sees("Word 1");
    window.types("winer ");
    window.sees("Did you mean one of these?");
    window.sees("Take winner");
    // The second suggestion: wine, winner.
    window.presses(Key::ArrowDown);
    window.presses(Key::Enter);
    window.sees("Change word 1: winner");
    window.presses(Key::Backspace);
    window.sees("Word 1");
    window.types(&TWELVE.replace("wave", "year"));
    window.types(" ");
    window.sees("do not fit together");
    assert!(!window.is_ready("Restore"));
    window.tabs_to(Role::Button, "Change word 5: year");
    window.presses(Key::Enter);
    window.types("wave ");
    window.sees("These 12 words fit together");
    window.presses(Key::Enter);
    assert_eq!(window.answer().unwrap(), Words::parse(TWELVE).unwrap());
}

#[test]
fn the_last_word_of_words_made_with_dice_is_found() {
    let link = "Words made with dice: which last words fit?";
    let mut window = english(|session| session.enter_words());
    let begun = TWELVE.strip_suffix("yellow").unwrap();
    let (ten, eleventh) = begun.trim_end().rsplit_once(' ').unwrap();
    window.sees("Word 1");
    window.types(ten);
    window.types(" ");
    window.sees("Word 11");
    assert!(!window.all_text().contains(link), "a word too early");
    window.types(eleventh);
    window.types(" ");
    window.tabs_to(Role::Button, link);
    window.presses(Key::Enter);
    window.sees("128 words can stand there");
    window.tabs_to(Role::Button, "Back to the words");
    window.presses(Key::Enter);
    window.tabs_to(Role::Button, link);
    window.presses(Key::Enter);
    window.tabs_to(Role::Button, "Take yellow");
    window.presses(Key::Enter);
    window.sees("These 12 words fit together");
    assert!(!window.all_text().contains(link), "nothing is missing");
    window.presses(Key::Enter);
    assert_eq!(window.answer().unwrap(), Words::parse(TWELVE).unwrap());
    // Words that are asked back come from the paper.
    let words = Words::parse(TWELVE).unwrap();
    let mut window = english(move |session| session.check_words(&words));
    window.sees("Word 1 of 12");
    window.types(begun);
    window.sees("Word 12 of 12");
    assert!(!window.all_text().contains(link));
    window.presses(Key::Escape);
    assert!(window.answer().is_err());
}

#[test]
fn a_wallet_is_restored_from_shares() {
    let words = Words::parse(TWELVE).unwrap();
    let plan = shares::Plan::simple(2, 3).unwrap();
    let made = shares::split(&words, &plan, &SharePassphrase::none()).unwrap();
    let line = |at: usize| made[0][at].words().line().to_string();
    let mut window = english(|session| session.enter_words());
    window.sees("Word 1");
    window.tabs_to(Role::Button, "Restore from shares");
    window.presses(Key::Enter);
    window.sees("Share 1");
    window.types("academic acid");
    window.presses(Key::Enter);
    window.sees("Share 1 has 2 words");
    for _ in 0.."academic acid".len() {
        window.presses(Key::Backspace);
    }
    window.types(&line(2));
    window.presses(Key::Enter);
    window.sees("Still missing: 1 of group 1");
    window.types(&line(0));
    window.presses(Key::Enter);
    window.sees("Passphrase of the shares");
    assert!(!window.is_ready("Restore"));
    window.tabs_to(Role::Button, "English");
    window.presses(Key::Enter);
    window.sees("restore the wallet with the fingerprint");
    window.tabs_to(Role::Button, "Restore");
    window.presses(Key::Enter);
    assert_eq!(window.answer().unwrap(), words);
}

/// What is typed word by word is told at once; shares and files of another
/// wallet are told when they are whole.
#[test]
fn a_backup_is_proved_in_the_form_it_was_kept() {
    let words = Words::parse(TWELVE).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("words.age");
    let secret = Secret::new("mulberry paper and ink".to_owned());
    let sealed = jiaozi_custody::sealed_words::seal(&words, "73c5da0a", &secret).unwrap();
    std::fs::write(&file, sealed).unwrap();
    let place = file.to_str().unwrap();
    let other = Words::from_entropy(&[9; 16], WordLanguage::English).unwrap();
    let mut window = english(move |session| session.prove_backup(&Wanted::Words(&other)));
    window.sees("Word 1 of 12");
    window.types("winner ");
    window.sees("is not word 1");
    for _ in 0.."winner".len() {
        window.presses(Key::Backspace);
    }
    let open = |window: &mut Asked<_>, place: &str, passphrase: &str| {
        window.tabs_to(Role::Button, "I have a sealed file");
        window.presses(Key::Enter);
        window.sees("The sealed file (its place");
        window.types(place);
        window.presses(Key::Enter);
        window.types(passphrase);
        window.presses(Key::Enter);
    };
    open(&mut window, place, "mulberry paper and ink");
    window.sees("it restores another wallet");
    open(&mut window, "/nowhere/at/all", "mulberry paper and ink");
    window.sees("no file that can be read");
    window.presses(Key::Escape);
    assert_eq!(window.answer(), Err(PromptError::Declined));

    let mut window = english(move |session| {
        let is_meant = |brought: &Words| *brought == words;
        session.prove_backup(&Wanted::Any(&is_meant))
    });
    window.sees("Word 1");
    open(&mut window, place, "mulberry paper and ink");
    assert_eq!(window.answer(), Ok(()));
}

#[test]
fn losing_the_money_is_typed_out() {
    let mut window = english(|session| session.confirm_loss("73c5da0a"));
    window.sees("73c5da0a");
    window.types("I lose");
    assert!(!window.is_ready("Remove the wallet"));
    window.types(" this  MONEY ");
    assert!(window.is_ready("Remove the wallet"));
    window.presses(Key::Enter);
    assert_eq!(window.answer(), Ok(()));
}

#[test]
fn chinese_words_need_no_spaces() {
    let words = Words::from_entropy(&[0x7f; 32], WordLanguage::SimplifiedChinese).unwrap();
    let run: String = words.iter().collect();
    let mut window = asked(look(Language::SimplifiedChinese, Theme::Dark), |session| {
        session.enter_words()
    });
    window.sees("第 1 个词");
    window.types(&run);
    window.sees("这 24 个词校验通过");
    window.is_led_to("用 24 个词恢复");
    window.presses(Key::Enter);
    assert_eq!(window.answer().unwrap(), words);
}

#[test]
fn the_end_closes_by_itself() {
    let mut window = english(|session| session.done(Notice::WalletMade));
    window.sees("Your wallet is ready");
    window.is_led_to("Done");
    assert_eq!(window.answer(), Ok(()));
}

#[test]
fn between_questions_the_vault_says_that_it_works() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let mut window = english(move |session| {
        let secret = session.ask_secret(unlock(), None);
        wait.recv().unwrap();
        secret.map(drop)
    });
    window.sees("Type your PIN");
    window.types("283917");
    window.presses(Key::Enter);
    window.sees("The vault is at work");
    assert!(!window.window.state().ended());
    go.send(()).unwrap();
    assert_eq!(window.answer(), Ok(()));
}

#[test]
fn a_session_that_is_over_closes_its_window() {
    let mut window = english(|_session| ());
    window.until("the end", |window| window.state().ended());
    window.answer();
}

#[test]
fn a_closed_window_declines_what_follows() {
    let mut window = english(|session| {
        let first = session.ask_secret(unlock(), None).map(drop);
        (first, session.done(Notice::SecretChanged))
    });
    window.sees("Type your PIN");
    window.window.state_mut().end();
    // eframe drops a closed window; so does this.
    let Asked { window, answer } = window;
    drop(window);
    let declined = Err(PromptError::Declined);
    assert_eq!(answer.join().unwrap(), (declined, declined));
}
