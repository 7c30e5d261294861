//! Every question on a terminal, driven through a pseudo-terminal as a person
//! would: what is shown, what is typed, what stays hidden.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use alloy_primitives::{U256, address};
use jiaozi_custody::shares::{self, SharePassphrase};
use jiaozi_custody::{
    Money, Party, PersonalPhrase, Reading, ReadingKind, Secret, SecretKind, Words,
};
use jiaozi_types::agent::{Appearance, KeyRef, Language, Theme};
use jiaozi_types::{Address, Asset, AssetId, ChainId, Timestamp, sandbox};
use jiaozi_vault::prompt::terminal::TerminalPrompt;
use jiaozi_vault::prompt::{
    CancelToken, Notice, Prompt, PromptError, SecretNeed, SecretPurpose, SecretTask, SecretTrouble,
    Session,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// BIP-39's published words of 16 bytes of 0x7f.
const TWELVE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const MAIN_SCREEN: &str = "\x1b[?1049l";

/// The person's side of a terminal.
struct Person {
    master: File,
    terminal: PathBuf,
    /// Everything that was ever shown.
    seen: String,
    /// What is before this was waited for already.
    read: usize,
    bytes: Vec<u8>,
}

impl Person {
    fn new() -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        Self {
            master: File::from(master),
            terminal: PathBuf::from(OsStr::from_bytes(name.as_bytes())),
            seen: String::new(),
            read: 0,
            bytes: Vec::new(),
        }
    }

    /// Opens the prompt on this terminal and runs `ask` on a thread of its own.
    fn asked<T: Send + 'static>(
        &self,
        language: Language,
        cancel: CancelToken,
        ask: impl FnOnce(&mut dyn Session) -> T + Send + 'static,
    ) -> thread::JoinHandle<T> {
        let prompt = TerminalPrompt::on(&self.terminal);
        let look = Appearance {
            language,
            theme: Theme::System,
        };
        let phrase = PersonalPhrase::new("blue teapot").unwrap();
        thread::spawn(move || {
            let mut session = prompt.open(look, Some(phrase), cancel).unwrap();
            ask(session.as_mut())
        })
    }

    /// Reads until `text` is shown after what was waited for before.
    fn sees(&mut self, text: &str) {
        let begun = Instant::now();
        loop {
            if let Some(at) = self.seen[self.read..].find(text) {
                self.read += at + text.len();
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{text:?} never came: {:?}",
                &self.seen[self.read..]
            );
            self.take_in();
        }
    }

    fn take_in(&mut self) {
        let mut wanted = [PollFd::new(&self.master, PollFlags::IN)];
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: 50_000_000,
        };
        poll(&mut wanted, Some(&moment)).unwrap();
        if wanted[0].revents().contains(PollFlags::IN) {
            let mut bytes = [0; 4096];
            let count = self.master.read(&mut bytes).unwrap_or(0);
            self.bytes.extend_from_slice(&bytes[..count]);
            let whole = match std::str::from_utf8(&self.bytes) {
                Ok(text) => text.len(),
                Err(error) => error.valid_up_to(),
            };
            let text: Vec<u8> = self.bytes.drain(..whole).collect();
            self.seen.push_str(std::str::from_utf8(&text).unwrap());
        }
    }

    fn types(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).unwrap();
    }

    /// Waits for `text`, then types a line.
    fn answers(&mut self, text: &str, line: &str) {
        self.sees(text);
        self.types(&format!("{line}\r"));
    }
}

fn same(secret: &Secret, text: &str) -> bool {
    secret.same_as(&Secret::new(text.to_owned()))
}

#[test]
fn a_wallet_is_made() {
    let mut person = Person::new();
    let words = Words::parse(TWELVE).unwrap();
    let asked = person.asked(Language::English, CancelToken::new(), move |session| {
        let phrase = session.choose_personal_phrase().unwrap();
        let pin = session.set_secret(SecretKind::Pin).unwrap();
        session.show_words(&words).unwrap();
        session.check_words(&words).unwrap();
        session.done(Notice::WalletMade).unwrap();
        (phrase, pin)
    });
    person.sees("Jiaozi Vault");
    person.sees("blue teapot");
    person.answers("Your phrase: ", "x");
    person.sees("at least 2");
    person.answers("Your phrase: ", "桑皮xx\x7f\x7f纸");
    person.answers("PIN: ", "123");
    person.sees("at least 6");
    person.answers("PIN: ", "123456");
    person.sees("first that a thief tries");
    person.answers("PIN: ", "283917");
    person.answers("again: ", "283918");
    person.sees("not the same");
    person.answers("PIN: ", "283917");
    person.answers("again: ", "283917");
    person.answers("Enter shows the words", "");
    person.sees("12  yellow");
    person.answers("when you have written them down", "");
    person.sees(MAIN_SCREEN);
    person.answers("Word 1: ", "legal winer");
    person.sees("Did you mean: wine, winner");
    person.answers("Word 2: ", "thank");
    person.sees("not word 2");
    person.answers("Word 2: ", &TWELVE["legal ".len()..]);
    person.sees(MAIN_SCREEN);
    person.sees("All 12 words are right");
    person.sees("Your wallet is ready");
    let (phrase, pin) = asked.join().unwrap();
    assert_eq!(phrase.as_str(), "桑皮纸");
    assert!(same(&pin, "283917"));
    for hidden in ["123456", "283917", "283918"] {
        assert!(!person.seen.contains(hidden), "{hidden} was echoed");
    }
    assert!(
        !person
            .seen
            .rsplit(MAIN_SCREEN)
            .next()
            .unwrap()
            .contains("legal"),
        "words stay on the screen"
    );
}

#[test]
fn a_wallet_is_restored_in_chinese() {
    let mut person = Person::new();
    let words = Words::from_entropy(
        &[0x7f; 16],
        jiaozi_types::agent::WordLanguage::SimplifiedChinese,
    )
    .unwrap();
    let right: Vec<&str> = words.iter().collect();
    let asked = person.asked(Language::SimplifiedChinese, CancelToken::new(), |session| {
        session.enter_words()
    });
    // Unspaced, with the last word wrong; then mended in its place.
    let run = right[..11].concat();
    person.answers("第 1 个词：", &format!("{run}的"));
    person.sees("这 12 个词对不上");
    person.answers("第 13 个词：", "12 legal");
    person.sees("不在同一个词表里");
    person.answers("第 13 个词：", "-");
    person.sees("已退回第 12 个词");
    person.answers("第 12 个词：", right[11]);
    person.sees("这 12 个词校验通过");
    person.answers("第 13 个词：", "");
    assert_eq!(asked.join().unwrap().unwrap(), words);
}

#[test]
fn a_wallet_is_restored_from_shares() {
    let mut person = Person::new();
    let words = Words::parse(TWELVE).unwrap();
    let none = SharePassphrase::none();
    let made = shares::split(&words, &shares::Plan::simple(2, 3).unwrap(), &none).unwrap();
    let line = |at: usize| made[0][at].words().line().to_string();
    let asked = person.asked(Language::English, CancelToken::new(), |session| {
        session.enter_words()
    });
    person.sees("split into shares");
    person.answers("Word 1: ", "shares");
    // Word 3 is forgotten and mended; a word of no share is refused.
    let first = line(0);
    let typed: Vec<&str> = first.split(' ').collect();
    let other = if typed[2] == "academic" {
        "acid"
    } else {
        "academic"
    };
    let wrong = first.replacen(typed[2], other, 1);
    let is_once = first.matches(typed[2]).count() == 1;
    person.answers("Share 1, word 1: ", "xylophonics");
    person.sees("word 1 is not in the list");
    if is_once {
        person.answers("Share 1, word 1: ", &wrong);
        person.answers("Share 1, word 21: ", "");
        person.sees("Share 1: word 3 seems to be wrong");
        person.answers("Share 1, word 21: ", &format!("3 {}", typed[2]));
    } else {
        person.answers("Share 1, word 1: ", &first);
    }
    person.sees("Still missing: 1 of group 1");
    person.answers("Share 2, word 1: ", &first);
    person.sees("Share 2 is the same as share 1");
    person.answers("Share 2, word 1: ", &line(2));
    person.sees(MAIN_SCREEN);
    person.answers("Passphrase of the shares", "");
    person.answers("English (1) or Chinese (2)", "1");
    person.answers("Enter goes on", "");
    assert_eq!(asked.join().unwrap().unwrap(), words);
    let last = person.seen.rsplit(MAIN_SCREEN).next().unwrap();
    assert!(!last.contains(typed[4]), "shares stay on the screen");
}

#[test]
fn shares_are_shown_one_at_a_time() {
    let mut person = Person::new();
    let words = Words::parse(TWELVE).unwrap();
    let none = SharePassphrase::none();
    let made = shares::split(&words, &shares::Plan::simple(2, 2).unwrap(), &none).unwrap();
    let share = made[0][1].words();
    let last = share.iter().last().unwrap();
    let prompt = TerminalPrompt::on(&person.terminal);
    let asked = thread::spawn(move || {
        let mut session = prompt.tool(Language::English).unwrap();
        session.show_share("The second share", &["A note".to_owned()], &share)
    });
    person.sees("The second share");
    person.answers("Enter shows the words", "");
    person.sees(&format!("20  {last}"));
    person.sees("A note");
    person.answers("when you have written them down", "");
    person.sees(MAIN_SCREEN);
    asked.join().unwrap().unwrap();
}

#[test]
fn the_last_word_of_words_made_with_dice_is_found() {
    let mut person = Person::new();
    let asked = person.asked(Language::English, CancelToken::new(), |session| {
        session.enter_words()
    });
    let begun = TWELVE.strip_suffix(" yellow").unwrap();
    person.answers("Word 1: ", "?");
    person.sees("after 11, 14, 17, 20 or 23 words");
    person.answers("Word 1: ", begun);
    person.answers("Word 12: ", "?");
    person.sees("128 words can stand there");
    person.sees(" yellow");
    person.answers("Word 12: ", "yellow");
    person.answers("Word 13: ", "");
    let words = asked.join().unwrap().unwrap();
    assert_eq!(words, Words::parse(TWELVE).unwrap());
}

#[test]
fn a_word_is_mended_in_its_place() {
    let mut person = Person::new();
    let asked = person.asked(Language::English, CancelToken::new(), |session| {
        session.enter_words()
    });
    person.answers("Word 1: ", &TWELVE.replace("wave", "year"));
    person.sees("do not fit together");
    person.answers("Word 13: ", "5 wave");
    person.sees("fit together. Press Enter");
    person.answers("Word 13: ", "");
    assert_eq!(
        asked.join().unwrap().unwrap(),
        Words::parse(TWELVE).unwrap()
    );
}

fn payment() -> Reading {
    let chain = ChainId::Eip155(sandbox::CHAIN_ID);
    let shop = address!("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    let yuan = sandbox::yuan_asset();
    Reading {
        kind: ReadingKind::CarriedAuthorization,
        signer: KeyRef::Account(0),
        shop: None,
        from: address!("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
        payee: Some(Party {
            address: Address::on_evm(sandbox::CHAIN_ID, shop),
            name: Some("Wang's Noodles".to_owned()),
        }),
        amount: Some(Money {
            asset: yuan.id(),
            known: Some(yuan),
            atoms: U256::from(123_450),
        }),
        chain,
        fee_cap: Some(Money {
            asset: AssetId::Coin { chain, slip44: 60 },
            known: None,
            atoms: U256::ZERO,
        }),
        expires: Some(Timestamp::from_unix(1_795_381_500)),
        collateral: None,
        last_epoch: None,
    }
}

/// Core Space: 64 bytes of storage and 21,000 units of gas at 1 GDrip.
fn core_payment() -> Reading {
    let chain = ChainId::Conflux(1029);
    let cfx = Asset::new(AssetId::Coin { chain, slip44: 503 }, 18, "CFX").unwrap();
    let money = |atoms: u64| Money {
        asset: cfx.id(),
        known: Some(cfx.clone()),
        atoms: U256::from(atoms),
    };
    let token = AssetId::Token {
        chain,
        contract: address!("0x85d80245dc02f5a89589e1f19c5c718e405b56cd"),
    };
    Reading {
        from: address!("0x19c742cec42b9e4eff3b84cdedcde2f58a36f44f"),
        payee: Some(Party {
            address: Address::on(
                chain,
                address!("0x1a2f80341409639ea6a35bbcab8299066109aa55"),
            ),
            name: None,
        }),
        amount: Some(Money {
            asset: token,
            known: Some(Asset::new(token, 2, "SBY").unwrap().in_yuan()),
            atoms: U256::from(1_250),
        }),
        chain,
        fee_cap: Some(money(62_521_000_000_000_000)),
        collateral: Some(money(62_500_000_000_000_000)),
        last_epoch: Some(1_100_000),
        ..payment()
    }
}

#[test]
fn a_payment_on_core_space_shows_address_deposit_and_epoch() {
    let mut person = Person::new();
    let asked = person.asked(Language::English, CancelToken::new(), |session| {
        session.approve(&core_payment(), SecretNeed::None, None)
    });
    person.sees("SBY, Conflux Core");
    person.sees("cfx: aarc 9aby cue0 hhzg yrr5 3m6c xedg ccrm myyb jgh4 xg");
    person.sees("0.062521 CFX");
    person.sees("Of it a deposit, given back later   0.0625 CFX");
    person.sees("If the shop pays the fee");
    person.sees("1,100,000");
    person.sees("cfx:aap6…2eh7");
    person.answers("Pay ¥12.50? [y/N] ", "n");
    assert_eq!(asked.join().unwrap().unwrap_err(), PromptError::Declined);
}

#[test]
fn a_payment_is_approved_after_a_wrong_pin() {
    let mut person = Person::new();
    let pin = SecretNeed::Secret(SecretKind::Pin);
    let asked = person.asked(Language::English, CancelToken::new(), move |session| {
        let reading = payment();
        let first = session.approve(&reading, pin, None).unwrap().unwrap();
        let wrong = Some(SecretTrouble::Wrong { wait_seconds: 1 });
        let second = session.approve(&reading, pin, wrong).unwrap().unwrap();
        (first, second)
    });
    person.sees("¥1,234.50");
    person.sees("SBY, Sandbox, not real money");
    person.sees("Wang's Noodles");
    person.sees("0x5aAe b605 3F3E 94C9 b9A0 9f33 6694 35E7 Ef1B eAed");
    person.sees("Fee, at most");
    person.sees("Valid until");
    person.sees("November 2026");
    person.answers("Pay ¥1,234.50? [y/N] ", "y");
    person.answers("PIN: ", "000000");
    person.sees("Next try in 0:01");
    person.answers("PIN: ", "283917");
    let (first, second) = asked.join().unwrap();
    assert!(same(&first, "000000") && same(&second, "283917"));
    assert_eq!(person.seen.matches("[y/N]").count(), 1, "asked once");
}

#[test]
fn anything_but_yes_declines() {
    for answer in ["\r", "n\r", "no\r", "Y E S\r", "\x1b", "\x03", "\x04"] {
        let mut person = Person::new();
        let asked = person.asked(Language::English, CancelToken::new(), |session| {
            session.approve(&payment(), SecretNeed::None, None)
        });
        person.sees("[y/N] ");
        person.types(answer);
        assert_eq!(
            asked.join().unwrap().unwrap_err(),
            PromptError::Declined,
            "{answer:?}"
        );
    }
}

#[test]
fn ctrl_c_declines_and_gives_the_terminal_back() {
    let mut person = Person::new();
    let slave = File::options()
        .read(true)
        .write(true)
        .open(&person.terminal)
        .unwrap();
    let before = tcgetattr(&slave).unwrap();
    assert!(before.local_modes.contains(LocalModes::ECHO));
    let unlock = SecretPurpose {
        task: SecretTask::Unlock,
        kind: SecretKind::Passphrase,
    };
    let asked = person.asked(Language::English, CancelToken::new(), move |session| {
        session.ask_secret(unlock, None)
    });
    person.sees("Passphrase: ");
    assert!(
        !tcgetattr(&slave)
            .unwrap()
            .local_modes
            .contains(LocalModes::ECHO)
    );
    person.types("half a secret\x03");
    assert_eq!(asked.join().unwrap().unwrap_err(), PromptError::Declined);
    assert_eq!(tcgetattr(&slave).unwrap().local_modes, before.local_modes);
}

#[test]
fn a_cancelled_call_declines() {
    let mut person = Person::new();
    let cancel = CancelToken::new();
    let words = Words::parse(TWELVE).unwrap();
    let asked = person.asked(Language::English, cancel.clone(), move |session| {
        session.show_words(&words)
    });
    person.answers("Enter shows the words", "");
    person.sees("12  yellow");
    cancel.cancel();
    assert_eq!(asked.join().unwrap(), Err(PromptError::Declined));
    person.sees(MAIN_SCREEN);
}

#[test]
fn no_terminal_is_unavailable() {
    let look = Appearance {
        language: Language::English,
        theme: Theme::System,
    };
    for nothing in ["/dev/null", "/nonexistent/tty"] {
        let outcome = TerminalPrompt::on(nothing).open(look, None, CancelToken::new());
        assert_eq!(outcome.err(), Some(PromptError::Unavailable), "{nothing}");
    }
}
