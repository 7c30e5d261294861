//! The messages of cold signing (CBOR) behind the frames' checksums: requests, up
//! to what the vault would show of them; signatures; public keys.
#![no_main]

use std::sync::LazyLock;

use jiaozi_cold::{Answer, Message, Request, WatchKey};
use jiaozi_custody::keys::Keys;
use jiaozi_custody::{ColdReading, Words};
use jiaozi_types::Timestamp;
use libfuzzer_sys::fuzz_target;

const TYPES: [&str; 7] = [
    Request::EVM,
    Request::CORE,
    "eth-signature",
    "jiaozi-cfx-signature",
    WatchKey::TYPE,
    "hdkey",
    "crypto-multi-accounts",
];

/// Published words of BIP-39, for whose wallet the corpus's requests are.
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let words = format!("{}about", "abandon ".repeat(11));
    Keys::of(&Words::parse(&words).expect("published words")).expect("keys")
});

fuzz_target!(|input: &[u8]| {
    let Some((kind, bytes)) = input.split_first() else {
        return;
    };
    let message = Message {
        kind: TYPES[usize::from(*kind) % TYPES.len()].to_owned(),
        bytes: bytes.to_vec(),
    };
    // What is read, written and read again is the same.
    if let Ok(request) = Request::read(&message) {
        assert_eq!(Request::read(&request.message()).as_ref(), Ok(&request));
        let now = Timestamp::from_unix(1_800_000_000);
        if let Ok(cold) = ColdReading::new(request, &KEYS, now) {
            cold.sign(&KEYS).expect("what is shown can be signed");
        }
    }
    if let Ok(answer) = Answer::read(&message) {
        assert_eq!(Answer::read(&answer.message()).as_ref(), Ok(&answer));
    }
    for key in WatchKey::read(&message).unwrap_or_default() {
        let again = key.message().expect("what was read can be written");
        assert_eq!(WatchKey::read(&again), Ok(vec![key]));
    }
});
