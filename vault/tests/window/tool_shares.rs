//! Splitting a wallet, checking shares and putting them together in the offline
//! tool's window, by keyboard alone.

use egui::Key;
use egui::accesskit::Role;
use jiaozi_custody::Words;
use jiaozi_custody::shares::{Plan, Share, SharePassphrase, split as make};
use jiaozi_vault::prompt::PromptError;
use jiaozi_vault::tool::window::{check, combine, split};

use super::harness::{Driven, flow};
use super::samples::{ABOUT, FINGERPRINT};

fn types_words(window: &mut Driven) {
    window.sees("Type the words of the wallet");
    window.types(&format!("{ABOUT} "));
    window.pushes("Continue");
}

/// Uncovers the share that is shown, notes it, and goes on to its check.
fn writes_down(window: &mut Driven) -> String {
    window.pushes("Show the share");
    window.sees("Word 20: ");
    let share = window.words("Word ").join(" ");
    window.pushes("I have written them down");
    window.sees("Type it from your paper");
    share
}

fn lines(plan: &Plan, passphrase: &str) -> Vec<String> {
    let words = Words::parse(ABOUT).unwrap();
    let secret = jiaozi_custody::Secret::new(passphrase.to_owned());
    let passphrase = SharePassphrase::new(secret).unwrap();
    let made = make(&words, plan, &passphrase).unwrap();
    made.iter()
        .flatten()
        .map(|share: &Share| share.words().line().to_string())
        .collect()
}

#[test]
fn a_wallet_is_split_by_hand_and_every_share_is_checked() {
    let mut window = flow(split);
    types_words(&mut window);
    window.sees("Any 2 of 3 shares restore the wallet. 1 may be lost.");
    window.pushes("More: Shares in all");
    window.sees("Any 2 of 4 shares");
    window.pushes("More: Needed to restore");
    window.sees("Any 3 of 4 shares");
    window.pushes("Continue");
    window.chooses("Write them by hand", "Continue");
    let mut shares: Vec<String> = Vec::new();
    for number in 1..=4 {
        let share = writes_down(&mut window);
        if number == 1 {
            // A wrong word is named by its place; the share can be seen again.
            let mut wrong: Vec<&str> = share.split(' ').collect();
            wrong[4] = if wrong[4] == "academic" {
                "acid"
            } else {
                "academic"
            };
            window.types(&wrong.join(" "));
            window.presses(Key::Enter);
            window.sees("word 5 seems to be wrong");
            window.pushes("Show the share again");
            assert_eq!(writes_down(&mut window), share);
        } else {
            window.types(&shares[0]);
            window.presses(Key::Enter);
            window.sees("This is another share");
            window.replaces("");
            window.presses(Key::Delete);
        }
        window.replaces(&share);
        window.presses(Key::Enter);
        window.sees("All words are right");
        window.pushes("Continue");
        shares.push(share);
    }
    window.sees("All 4 shares of the wallet 73c5da0a were checked");
    window.pushes("Done");
    window.answer().unwrap();

    // Any three of them give the words back.
    let mut window = flow(combine);
    for share in &shares[1..] {
        window.sees("Type all words of a share");
        window.types(share);
        window.presses(Key::Enter);
    }
    window.pushes("English");
    window.sees(FINGERPRINT);
    window.pushes("Show the words");
    window.sees("Write these 12 words on paper");
    window.tabs_to(Role::Button, "Show the words");
    window.presses(Key::Enter);
    window.sees("Word 12: ");
    assert_eq!(window.words("Word ").join(" "), ABOUT);
    window.pushes("I have written them down");
    window.answer().unwrap();
}

#[test]
fn sheets_are_written_for_groups_with_a_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = flow(split);
    types_words(&mut window);
    window.pushes("Groups of people");
    window.pushes("Add a group");
    window.pushes("More: Groups needed");
    window.sees("6 shares in 2 groups. 2 of the groups");
    window.tabs_to(Role::CheckBox, "Add a passphrase");
    window.presses(Key::Enter);
    window.pushes("Continue");
    window.sees("Without it the shares restore another, empty wallet");
    window.types("mulberry");
    window.presses(Key::Enter);
    window.types("mulberrx");
    window.sees("not the same");
    window.presses(Key::Backspace);
    window.types("y");
    window.presses(Key::Enter);
    window.chooses("Sheets to print", "Continue");
    window.sees("Which folder takes the sheets");
    window.replaces(folder.path().join("missing").to_str().unwrap());
    window.presses(Key::Enter);
    window.sees("cannot be written. If it is on a stick");
    window.replaces(folder.path().to_str().unwrap());
    window.presses(Key::Enter);
    window.sees("6 sheets are in");
    window.pushes("Done");
    window.answer().unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        count += 1;
    }
    assert_eq!(count, 6);
}

#[test]
fn a_plan_that_the_standard_forbids_cannot_be_gone_on_with() {
    let mut window = flow(split);
    types_words(&mut window);
    window.pushes("Groups of people");
    window.pushes("Fewer: Needed of group 1");
    window.sees("Use 1/1, and copy it");
    window.presses(Key::Escape);
    assert_eq!(window.answer(), Err(PromptError::Declined));
}

#[test]
fn shares_are_checked_alone_and_together_and_no_word_is_shown() {
    let plan = Plan::simple(2, 3).unwrap();
    let shares = lines(&plan, "");
    let other = lines(&plan, "");
    let mut window = flow(check);
    window.sees("One share can be checked by itself");
    window.types(&shares[0]);
    window.presses(Key::Enter);
    window.sees("Share 1 is right");
    window.pushes("Check");
    window.sees("its words are right");
    window.sees("Still missing: 1 of group 1");
    window.pushes("Done");
    window.answer().unwrap();

    let mut window = flow(check);
    window.sees("Type all words of a share");
    window.types(&shares[2]);
    window.presses(Key::Enter);
    window.sees("Share 1 is right");
    for (typed, sentence) in [
        (&shares[2], "Share 2 is the same as share 1"),
        (&other[0], "Share 2 belongs to another set than share 1"),
    ] {
        window.replaces(typed);
        window.presses(Key::Enter);
        window.sees(sentence);
    }
    window.replaces(&shares[1]);
    window.presses(Key::Enter);
    window.pushes("English");
    window.sees(FINGERPRINT);
    window.pushes("Check");
    window.sees("they restore the wallet 73c5da0a");
    assert!(!window.text().contains("abandon"));
    window.pushes("Done");
    window.answer().unwrap();
}
