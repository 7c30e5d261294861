//! Every question in the window, driven by keyboard through the tree that
//! screen readers see. The harness fails on a control without a name and on a
//! character that no bundled font has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use alloy_primitives::{Address as EvmAddress, U256, address};
use egui::accesskit::Role;
use egui::{Event, Key, Theme as EguiTheme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use jiaozi_custody::shares::{self, SharePassphrase};
use jiaozi_custody::{
    CertificateReading, Money, Party, PersonalPhrase, Reading, ReadingKind, Secret, SecretKind,
    ShopReading, Words,
};
use jiaozi_types::agent::{
    Appearance, AuthorizationForm, KeyRef, Language, Payee, QuickPayLimit, SpendPolicy, Theme,
    TokenDomain, WordLanguage,
};
use jiaozi_types::{Address, Asset, AssetId, ChainId, TillCertificate, Timestamp, sandbox};
use jiaozi_vault::prompt::window::{Dialogue, WINDOW, WindowSession, detached, prepare};
use jiaozi_vault::prompt::{
    Confirmation, Notice, PromptError, SecretNeed, SecretPurpose, SecretTask, SecretTrouble,
    Session, Wanted,
};

/// BIP-39's published words of 16 bytes of 0x7f.
const TWELVE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const SHOP: EvmAddress = address!("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
const PIN: SecretNeed = SecretNeed::Secret(SecretKind::Pin);

/// A window and the thread that asks in it.
struct Asked<T> {
    window: Harness<'static, Dialogue>,
    answer: JoinHandle<T>,
}

fn look(language: Language, theme: Theme) -> Appearance {
    Appearance { language, theme }
}

fn asked<T: Send + 'static>(
    look: Appearance,
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
    let phrase = PersonalPhrase::new("blue teapot").unwrap();
    let (dialogue, mut session) = detached(look, Some(phrase));
    let theme = match look.theme {
        Theme::Dark => EguiTheme::Dark,
        Theme::Light | Theme::System => EguiTheme::Light,
    };
    let window = Harness::builder()
        .with_size(WINDOW)
        .with_theme(theme)
        .with_context_setup(move |context| prepare(context, look))
        .build_ui_state(|ui, dialogue: &mut Dialogue| dialogue.ui(ui), dialogue);
    let answer = thread::spawn(move || ask(&mut session));
    Asked { window, answer }
}

fn english<T: Send + 'static>(
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
    asked(look(Language::English, Theme::Light), ask)
}

impl<T> Asked<T> {
    /// Draws frames until `there` holds; the asking thread needs its time.
    fn until(&mut self, what: &str, there: impl Fn(&Harness<'static, Dialogue>) -> bool) {
        let begun = Instant::now();
        while !there(&self.window) {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{what} never came"
            );
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    fn sees(&mut self, label: &str) {
        self.until(label, |window| {
            window.query_all_by_label_contains(label).next().is_some()
        });
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

    /// Presses Tab until the control with this name has the keyboard.
    fn tabs_to(&mut self, label: &str) {
        for _ in 0..200 {
            if self
                .window
                .query_by_role_and_label(Role::Button, label)
                .is_some_and(|node| node.is_focused())
            {
                return;
            }
            self.presses(Key::Tab);
        }
        panic!("Tab never reaches {label:?}");
    }

    fn button<'a>(&'a self, name: &'a str) -> egui_kittest::Node<'a> {
        self.window.get_by_role_and_label(Role::Button, name)
    }

    /// Waits until this button has the keyboard.
    fn is_led_to(&mut self, name: &'static str) {
        self.until(name, |window| {
            window
                .query_by_role_and_label(Role::Button, name)
                .is_some_and(|button| button.is_focused())
        });
    }

    fn is_ready(&self, button: &str) -> bool {
        !self.button(button).accesskit_node().is_disabled()
    }

    /// The session's answer, once it is there.
    fn answer(mut self) -> T {
        self.until_finished();
        self.answer.join().unwrap()
    }

    fn until_finished(&mut self) {
        let begun = Instant::now();
        while !self.answer.is_finished() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no answer");
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    /// Everything that a screen reader could read out.
    fn all_text(&self) -> String {
        fn collect(node: &egui_kittest::Node<'_>, text: &mut String) {
            text.push_str(&format!("{:?}\n", node.accesskit_node().data()));
            for child in node.children() {
                collect(&child, text);
            }
        }
        let mut text = String::new();
        collect(&self.window.root(), &mut text);
        text
    }
}

fn same(secret: &Secret, text: &str) -> bool {
    secret.same_as(&Secret::new(text.to_owned()))
}

fn unlock() -> SecretPurpose {
    SecretPurpose {
        task: SecretTask::Unlock,
        kind: SecretKind::Pin,
    }
}

fn payment(name: Option<&str>) -> Reading {
    let chain = ChainId::Eip155(sandbox::CHAIN_ID);
    let yuan = sandbox::yuan_asset();
    Reading {
        kind: ReadingKind::CarriedAuthorization,
        signer: KeyRef::Account(0),
        shop: None,
        from: address!("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
        payee: Some(Party {
            address: Address::on_evm(sandbox::CHAIN_ID, SHOP),
            name: name.map(str::to_owned),
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
    window.tabs_to("Show: Passphrase");
    window.presses(Key::Space);
    window.sees("Hide");
    assert!(window.all_text().contains("mulberry"));
    window.tabs_to("Cancel");
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
    window.tabs_to("Unlock");
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
    window.tabs_to("I have written them down");
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
    window.tabs_to("Change word 5: year");
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
    window.tabs_to(link);
    window.presses(Key::Enter);
    window.sees("128 words can stand there");
    window.tabs_to("Back to the words");
    window.presses(Key::Enter);
    window.tabs_to(link);
    window.presses(Key::Enter);
    window.tabs_to("Take yellow");
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
    window.tabs_to("Restore from shares");
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
    window.tabs_to("English");
    window.presses(Key::Enter);
    window.sees("restore the wallet with the fingerprint");
    window.tabs_to("Restore");
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
        window.tabs_to("I have a sealed file");
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
fn a_payment_shows_all_that_is_signed() {
    let mut window =
        english(|session| session.approve(&payment(Some("Wang's Noodles")), PIN, None));
    for shown in [
        "¥1,234.50",
        "SBY, Sandbox, not real money",
        "Wang's Noodles",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "Fee, at most",
        "none",
        "Valid until",
        "November 2026",
        "Account 1, 0xfB69…d359",
        "0xC870…cC03",
        "blue teapot",
    ] {
        window.sees(shown);
    }
    assert!(!window.is_ready("Pay ¥1,234.50"));
    window.types("283917");
    assert!(!window.all_text().contains("283917"));
    window.presses(Key::Enter);
    let secret = window.answer().unwrap().unwrap();
    assert!(same(&secret, "283917"));
}

/// The payment, to a charge of a shop.
fn to_a_shop(name: Option<&str>, claims: Option<&str>) -> Reading {
    Reading {
        shop: Some(ShopReading {
            identity: address!("0x8e23EE67d1332aD560396262C48ffbB01f93D052"),
            name: name.map(str::to_owned),
            claims: claims.map(str::to_owned),
        }),
        ..payment(None)
    }
}

#[test]
fn a_charge_goes_by_the_name_of_its_shop() {
    let known = to_a_shop(Some("Wang at the corner"), Some("Wang's Noodles"));
    let mut window = english(move |session| session.approve(&known, PIN, None));
    for text in ["Wang at the corner", "Calls itself", "Wang's Noodles"] {
        window.sees(text);
    }
    assert!(!window.all_text().contains("Not in the vault"));
    window.presses(Key::Escape);
    assert!(window.answer().is_err());

    let new = to_a_shop(None, Some("Wang's Noodles"));
    let mut window = english(move |session| session.approve(&new, PIN, None));
    window.sees("New shop");
    window.sees("anyone can take any name");
    let identity: EvmAddress = address!("0x8e23EE67d1332aD560396262C48ffbB01f93D052");
    window.sees(&identity.to_string());
    window.presses(Key::Escape);
    assert!(window.answer().is_err());

    let over = to_a_shop(None, None);
    let mut window = english(move |session| session.approve(&over, PIN, None));
    window.sees("signature has run out");
    window.sees("New payee");
    window.presses(Key::Escape);
    assert!(window.answer().is_err());
}

#[test]
fn a_sweep_says_that_the_money_stays() {
    let sweep = Reading {
        kind: ReadingKind::Sweep { account: 0 },
        signer: KeyRef::Charge {
            till: 3,
            number: 17,
        },
        ..payment(None)
    };
    let mut window = english(move |session| session.approve(&sweep, PIN, None));
    for text in [
        "Collect from the till",
        "Your account 1",
        "Till 3, charge 17",
        "Nothing leaves your wallet but the fee",
    ] {
        window.sees(text);
    }
    window.presses(Key::Escape);
    assert!(window.answer().is_err());
}

#[test]
fn a_stranger_is_called_one() {
    let mut window = english(|session| session.approve(&payment(None), PIN, None));
    window.sees("New payee");
    window.sees("Not in the vault's address book");
    window.tabs_to("Refuse");
    window.presses(Key::Enter);
    assert_eq!(window.answer().unwrap_err(), PromptError::Declined);
}

#[test]
fn raw_units_and_high_fees_are_warned_of() {
    let chain = ChainId::Eip155(1030);
    let unknown = Reading {
        kind: ReadingKind::TokenTransfer,
        amount: Some(Money {
            asset: AssetId::Token {
                chain,
                contract: SHOP,
            },
            known: None,
            atoms: U256::from(1_250_000),
        }),
        chain,
        expires: None,
        ..payment(None)
    };
    let mut window = english(move |session| session.approve(&unknown, PIN, None));
    window.sees("1,250,000 units");
    window.sees("Unknown token, Conflux eSpace");
    window.sees("decimals are unknown");
    window.presses(Key::Escape);
    assert!(window.answer().is_err());

    let cfx = Asset::new(AssetId::Coin { chain, slip44: 503 }, 18, "CFX").unwrap();
    let money = |atoms: u64| Money {
        asset: cfx.id(),
        known: Some(cfx.clone()),
        atoms: U256::from(atoms),
    };
    let coin = Reading {
        kind: ReadingKind::CoinTransfer,
        amount: Some(money(100_000)),
        fee_cap: Some(money(1_001)),
        chain,
        expires: None,
        ..payment(None)
    };
    let fair = Reading {
        fee_cap: Some(money(1_000)),
        ..coin.clone()
    };
    let mut window = english(move |session| session.approve(&coin, PIN, None));
    window.sees("more than 1 %");
    window.presses(Key::Escape);
    assert!(window.answer().is_err());
    let mut window = english(move |session| session.approve(&fair, PIN, None));
    window.sees("Fee, at most");
    assert!(
        window
            .window
            .query_by_label_contains("more than 1 %")
            .is_none()
    );
}

#[test]
fn typing_elsewhere_does_not_consent() {
    let collect = Reading {
        kind: ReadingKind::Authorization(AuthorizationForm::Receive),
        ..payment(Some("Wang's Noodles"))
    };
    let mut window = english(move |session| session.approve(&collect, SecretNeed::None, None));
    window.sees("Let the payee collect");
    assert!(
        window.button("Refuse").is_focused(),
        "Enter typed for another window must not sign"
    );
    window.until("the button", |window| {
        !window
            .get_by_label("Allow ¥1,234.50")
            .accesskit_node()
            .is_disabled()
    });
    window.tabs_to("Allow ¥1,234.50");
    window.presses(Key::Enter);
    assert!(window.answer().unwrap().is_none());
}

fn confirmations() -> Vec<(Confirmation, Vec<&'static str>)> {
    let limit = |per_payment: u64, per_day: u64, lock_after_seconds: u32| SpendPolicy {
        quick_pay: vec![QuickPayLimit {
            asset: sandbox::yuan_asset().id(),
            per_payment: U256::from(per_payment),
            per_day: U256::from(per_day),
        }],
        lock_after_seconds,
    };
    let token = AssetId::Token {
        chain: ChainId::Eip155(1030),
        contract: SHOP,
    };
    vec![
        (
            Confirmation::RemoveWallet {
                fingerprint: "73c5da0a".to_owned(),
            },
            vec!["Remove the wallet", "73c5da0a", "The money stays", "till"],
        ),
        (
            Confirmation::SavePayee {
                payee: Payee {
                    name: "Wang's Noodles".to_owned(),
                    address: Address::on_evm(1030, SHOP),
                },
                replaces: Some("Old Wang".to_owned()),
            },
            vec![
                "Wang's Noodles",
                "Old Wang",
                "it will be replaced",
                "Conflux eSpace",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            ],
        ),
        (
            Confirmation::SaveAsset {
                asset: Asset::new(token, 6, "AxCNH").unwrap().in_yuan(),
                domain: Some(TokenDomain {
                    name: "AxCNH".to_owned(),
                    version: "1".to_owned(),
                    chain: ChainId::Eip155(1030),
                    contract: SHOP,
                }),
                replaces: None,
            },
            vec![
                "AxCNH",
                "6",
                "¥",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            ],
        ),
        (
            Confirmation::LoosenPolicy {
                from: limit(0, 100_000, 900),
                to: limit(50_000, 100_000, 3600),
                assets: vec![sandbox::yuan_asset()],
            },
            vec!["SBY", "always ask", "¥500.00", "15 min", "1 h"],
        ),
        (
            Confirmation::Certify(CertificateReading {
                certificate: TillCertificate {
                    shop: "Wang's Noodles".to_owned(),
                    till: address!("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
                    valid_before: 1_795_381_500,
                },
                account: 0,
                identity: SHOP,
            }),
            vec![
                "Let a till use your shop's name",
                "Wang's Noodles",
                "No money moves",
                "2026",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            ],
        ),
    ]
}

#[test]
fn changes_show_what_they_change() {
    for (what, shown) in confirmations() {
        let mut window = english(move |session| session.confirm(&what, PIN, None));
        for text in shown {
            window.sees(text);
        }
        window.types("283917");
        window.presses(Key::Enter);
        assert!(window.answer().unwrap().is_some());
    }
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

/// Every screen in both languages and themes: drawn without a missing glyph or
/// an unnamed control (the harness fails on either), with its buttons inside
/// the window and the screen's name as a heading.
#[test]
fn every_screen_is_whole_in_both_languages_and_themes() {
    type Ask = Box<dyn FnOnce(&mut WindowSession) + Send>;
    let screens = || -> Vec<Ask> {
        let purposes = [
            SecretTask::Unlock,
            SecretTask::ShowWords,
            SecretTask::CheckWords,
            SecretTask::ChangeSecret,
        ];
        let mut screens: Vec<Ask> = vec![
            Box::new(|s| drop(s.choose_personal_phrase())),
            Box::new(|s| drop(s.set_secret(SecretKind::Pin))),
            Box::new(|s| drop(s.set_secret(SecretKind::Passphrase))),
            Box::new(|s| drop(s.enter_words())),
            Box::new(|s| assert!(s.confirm_loss("73c5da0a").is_err())),
            Box::new(|s| {
                let words = Words::parse(TWELVE).unwrap();
                assert!(s.prove_backup(&Wanted::Words(&words)).is_err());
            }),
            Box::new(|s| assert!(s.prove_backup(&Wanted::Any(&|_| false)).is_err())),
            Box::new(|s| {
                drop(s.approve(
                    &payment(Some("老王面馆")),
                    PIN,
                    Some(SecretTrouble::Throttled { wait_seconds: 3600 }),
                ))
            }),
            Box::new(|s| drop(s.approve(&payment(None), SecretNeed::None, None))),
            Box::new(|s| drop(s.approve(&to_a_shop(Some("王"), Some("老王面馆")), PIN, None))),
            Box::new(|s| drop(s.approve(&to_a_shop(None, Some("老王面馆")), PIN, None))),
            Box::new(|s| drop(s.approve(&to_a_shop(None, None), PIN, None))),
        ];
        for count in [16, 32] {
            screens.push(Box::new(move |s| {
                let words =
                    Words::from_entropy(&[0x7f; 32][..count], WordLanguage::English).unwrap();
                assert!(s.show_words(&words).is_err());
            }));
            screens.push(Box::new(move |s| {
                let words =
                    Words::from_entropy(&[0x7f; 32][..count], WordLanguage::SimplifiedChinese)
                        .unwrap();
                assert!(s.check_words(&words).is_err());
            }));
        }
        for task in purposes {
            for kind in [SecretKind::Pin, SecretKind::Passphrase] {
                screens.push(Box::new(move |s| {
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
            screens.push(Box::new(move |s| {
                drop(s.approve(
                    &Reading {
                        kind,
                        ..payment(None)
                    },
                    PIN,
                    None,
                ))
            }));
        }
        for (what, _) in confirmations() {
            screens.push(Box::new(move |s| {
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
            screens.push(Box::new(move |s| assert!(s.done(notice).is_err())));
        }
        screens
    };
    for (language, working) in [
        (Language::English, "One moment"),
        (Language::SimplifiedChinese, "请稍候"),
    ] {
        for theme in [Theme::Light, Theme::Dark] {
            for ask in screens() {
                let mut window = asked(look(language, theme), ask);
                window.until("a screen", |window| {
                    window.query_by_role(Role::Heading).is_some_and(|heading| {
                        heading
                            .accesskit_node()
                            .value()
                            .or_else(|| heading.accesskit_node().label())
                            .is_some_and(|title| title != working)
                    })
                });
                window.window.step();
                for button in window.window.query_all_by_role(Role::Button) {
                    let rect = button.rect();
                    let inside =
                        rect.min.x >= 0.0 && rect.max.x <= WINDOW[0] && rect.max.y <= WINDOW[1];
                    assert!(inside, "{:?} at {rect:?}", button.accesskit_node().label());
                }
                window.presses(Key::Escape);
                window.until_finished();
            }
        }
    }
}
