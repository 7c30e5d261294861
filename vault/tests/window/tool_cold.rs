//! Cold signing in the offline tool's window, by keyboard alone.

use std::path::Path;

use alloy_primitives::{address, hex, keccak256};
use egui::Key;
use jiaozi_cold::export::{self, Form};
use jiaozi_cold::{Answer, DataType, KeyPath, Request, WatchKey, frames, read_text, single};
use jiaozi_custody::keys::Keys;
use jiaozi_custody::{Words, cold};
use jiaozi_types::CoinType;
use jiaozi_vault::prompt::PromptError;
use jiaozi_vault::tool::window::{sign, watch};

use super::harness::{Driven, flow};
use super::samples::{ABOUT, FINGERPRINT, TWELVE};

/// 1 ether to 0x1111… on chain 1, after EIP-1559: number 7, 21,000 units of at
/// most 30 with 2 above.
const TRANSFER: [u8; 41] =
    hex!("02e70107021e825208941111111111111111111111111111111111111111880de0b6b3a764000080c0");

fn request() -> Request {
    Request {
        id: [9; 16],
        data: TRANSFER.to_vec(),
        kind: DataType::TypedTransaction,
        chain: 1,
        path: KeyPath::address(60, 0, 0x73c5_da0a),
        address: Some(address!("0x9858EfFD232B4033E47d90003D41EC34EcaEda94")),
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Types a place and goes on with Enter.
fn brings(window: &mut Driven, place: &Path) {
    window.replaces(path(place));
    window.presses(Key::Enter);
}

fn types_words(window: &mut Driven, words: &str) {
    window.sees("Type the words of the wallet");
    window.types(&format!("{words} "));
    window.pushes("Continue");
    window.pushes("No passphrase: So it is with most wallets.");
}

fn saves(window: &mut Driven, file: &Path) {
    window.pushes("Save it to a file instead");
    window.sees("Where to?");
    brings(window, file);
    window.sees("Written");
    window.pushes("Done");
}

#[test]
fn another_computer_gets_the_keys_to_watch_with() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("watch.txt");
    let mut window = flow(watch);
    types_words(&mut window, ABOUT);
    window.chooses("Ethereum and networks like it", "Continue");
    window.sees("QR code");
    window.pushes("Save it to a file instead");
    // A place that is not there, then one that is.
    brings(&mut window, &folder.path().join("no/such/folder/watch.txt"));
    window.sees("put the stick in again");
    brings(&mut window, &file);
    window.sees("eject the stick");
    window.pushes("Done");
    saves(&mut window, &folder.path().join("watch.svg"));
    window.pushes("Done");
    window.answer().unwrap();
    let words = Words::parse(ABOUT).unwrap();
    let wanted = cold::watch_keys(Keys::of(&words).unwrap().public()).unwrap();
    let read: Vec<WatchKey> = read_text(&std::fs::read_to_string(&file).unwrap())
        .unwrap()
        .iter()
        .flat_map(|message| WatchKey::read(message).unwrap())
        .collect();
    assert_eq!(read.len(), wanted.len());
    assert!(wanted.iter().all(|key| read.contains(key)));
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.txt");
    std::fs::write(&file, "mine").unwrap();
    let mut window = flow(watch);
    types_words(&mut window, ABOUT);
    window.chooses("Conflux Core Space", "Continue");
    window.pushes("Save it to a file instead");
    brings(&mut window, &file);
    window.sees("was not overwritten");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    window.presses(Key::Escape);
    assert_eq!(window.answer(), Err(PromptError::Declined));
}

#[test]
fn a_request_in_pictures_of_which_two_of_five_are_lost_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = export::files(&request().message(), Form::Pictures).unwrap();
    for (at, picture) in pictures.iter().enumerate() {
        if at % 5 >= 2 {
            let name = format!("request-{at:02}.png");
            std::fs::write(folder.path().join(name), picture).unwrap();
        }
    }
    std::fs::write(folder.path().join("readme.txt"), "bring this home").unwrap();
    let file = folder.path().join("answer.ur");
    let mut window = flow(sign);
    window.sees("Where is the request");
    brings(&mut window, folder.path());
    types_words(&mut window, ABOUT);
    // What is signed, as the vault reads it.
    window.sees("0x1111111111111111111111111111111111111111");
    let text = window.text();
    assert!(text.contains("Fee") || text.contains("fee"), "{text}");
    let accept = accept(&window);
    window.pushes(&accept);
    window.sees("Hold this in front of the camera");
    saves(&mut window, &file);
    window.pushes("Done");
    window.answer().unwrap();
    let messages = read_text(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let answer = Answer::read(&messages[0]).unwrap();
    let from = address!("0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
    let signature = answer.signature([9; 16], CoinType::Ether, from, keccak256(TRANSFER));
    assert!(signature.is_ok());
}

/// The last button: the one that does what the screen is for.
fn accept(window: &Driven) -> String {
    use egui::accesskit::Role;
    use egui_kittest::kittest::{NodeT, Queryable};
    let last = window.window.query_all_by_role(Role::Button).last();
    last.unwrap().accesskit_node().label().unwrap()
}

#[test]
fn refusing_signs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.txt");
    std::fs::write(&file, single(&request().message()).unwrap()).unwrap();
    let mut window = flow(sign);
    window.sees("Where is the request");
    brings(&mut window, &file);
    types_words(&mut window, ABOUT);
    window.sees("0x1111111111111111111111111111111111111111");
    window.presses(Key::Escape);
    assert_eq!(window.answer(), Err(PromptError::Declined));
}

#[test]
fn each_fault_of_a_request_is_a_sentence_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let whole = single(&request().message()).unwrap();
    let parts = frames(&request().message(), 40, 3).unwrap();
    let mut other = request();
    other.id = [8; 16];
    let mixed = format!(
        "{}\n{}",
        parts[0],
        frames(&other.message(), 40, 3).unwrap()[1]
    );
    let damaged = format!("{}zz", &whole[..whole.len() - 2]);
    let watched =
        cold::watch_keys(Keys::of(&Words::parse(ABOUT).unwrap()).unwrap().public()).unwrap();
    let key = single(&watched[0].message().unwrap()).unwrap();
    let faults = [
        (
            folder.path().join("nothing.txt"),
            ["cannot be read", "put the stick in"],
        ),
        (
            write("frames.txt", &parts[..2].join("\n")),
            ["parts of the request are there", "Choose the folder"],
        ),
        (
            write("mixed.txt", &mixed),
            ["different requests are mixed", "Use those of one"],
        ),
        (
            write("damaged.txt", &damaged),
            ["code of the request is damaged", "shown again"],
        ),
        (
            write("key.txt", &key),
            ["no request to sign", "open the payment that waits"],
        ),
        (
            write("letter.txt", "dear friend"),
            ["no signing request", "open the payment that waits"],
        ),
    ];
    let mut window = flow(sign);
    window.sees("Where is the request");
    for (file, sentences) in faults {
        brings(&mut window, &file);
        for sentence in sentences {
            window.sees(sentence);
        }
    }
    window.presses(Key::Escape);
    assert_eq!(window.answer(), Err(PromptError::Declined));
}

#[test]
fn what_is_not_this_wallets_or_cannot_be_decoded_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.txt");
    let refused = |request: &Request, words: &str, sentences: &[&str]| {
        std::fs::write(&file, single(&request.message()).unwrap()).unwrap();
        let mut window = flow(sign);
        window.sees("Where is the request");
        brings(&mut window, &file);
        types_words(&mut window, words);
        for sentence in sentences {
            window.sees(sentence);
        }
        let text = window.text();
        assert!(!words.split(' ').any(|word| text.contains(word)), "{text}");
        window.pushes("Done");
        window.answer().unwrap();
    };
    refused(
        &request(),
        TWELVE,
        &[FINGERPRINT, "Nothing was signed", "words of that wallet"],
    );
    let mut blind = request();
    blind.data.push(0);
    refused(
        &blind,
        ABOUT,
        &["no blind signing", "make the request anew"],
    );
}
