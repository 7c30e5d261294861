//! Answers the oracle tests with test seeds: one line of JSON in, one out.
//! `{"words", "index"}` gives the addresses of an account, `{"words", "till", "number"}` those of
//! a charge, `{"words"}` alone makes a vault in a
//! temporary folder, `{"sign"}` signs in it. Never part of the product.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test tool that may stop at the first fault"
)]

use std::io::BufRead;
use std::sync::Arc;

use jiaozi_custody::keys::Keys;
use jiaozi_custody::memory::Key;
use jiaozi_custody::{Keyring, NewWallet, Secret, Vault, Verified, Words};
use jiaozi_types::agent::{BackupState, KeyringFault, Sealing, SignRequest};
use jiaozi_types::{CoinType, ShopKey, SystemClock};
use serde::Deserialize;

const SECRET: &str = "a secret for oracles only";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    words: Option<String>,
    index: Option<u32>,
    till: Option<u16>,
    number: Option<u32>,
    sign: Option<SignRequest>,
}

/// No test needs a keyring.
struct NoKeyring;

impl Keyring for NoKeyring {
    fn backend(&self) -> Result<String, KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn set(&self, _: &str, _: &Key) -> Result<(), KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn get(&self, _: &str) -> Result<Option<Key>, KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn delete(&self, _: &str) -> Result<(), KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn probe(&self, _: &str) -> Result<[u8; 32], KeyringFault> {
        Err(KeyringFault::Absent)
    }
}

fn main() {
    let profile = tempfile::tempdir().unwrap();
    let vault = Vault::new(profile.path(), Arc::new(NoKeyring), Arc::new(SystemClock));
    let mut verified: Option<Verified> = None;
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line.unwrap()).unwrap();
        let answer = match question {
            Question {
                words: Some(words),
                index: Some(index),
                ..
            } => {
                let keys = Keys::of(&Words::parse(&words).unwrap()).unwrap();
                let account = keys.public().accounts(index, 1).unwrap().remove(0);
                let core = account.core.unwrap();
                format!(
                    "{{\"address\":\"{:#x}\",\"core\":\"{core:#x}\"}}",
                    account.address
                )
            }
            Question {
                words: Some(words),
                till: Some(till),
                number: Some(number),
                ..
            } => {
                // As a till does: from the public keys alone.
                let keys = Keys::of(&Words::parse(&words).unwrap()).unwrap();
                let shop = keys.public().shop.as_ref().unwrap();
                let address = |text: &str, coin| {
                    let key = ShopKey::parse(text, coin).unwrap();
                    key.address(till, number).unwrap()
                };
                let evm = address(&shop.evm, CoinType::Ether);
                let core = address(&shop.core, CoinType::Conflux);
                format!("{{\"address\":\"{evm:#x}\",\"core\":\"{core:#x}\"}}")
            }
            Question {
                words: Some(words), ..
            } => {
                vault
                    .create(NewWallet {
                        words: Words::parse(&words).unwrap(),
                        secret: Secret::new(SECRET.to_owned()),
                        sealing: Sealing::PassphraseOnly,
                        phrase: None,
                        backup: BackupState::Checked,
                    })
                    .unwrap();
                verified = Some(vault.verify(&Secret::new(SECRET.to_owned())).unwrap());
                "{}".to_owned()
            }
            Question {
                sign: Some(request),
                ..
            } => {
                let signed = vault.sign(&request, verified.as_ref()).unwrap();
                serde_json::to_string(&signed).unwrap()
            }
            _ => "{}".to_owned(),
        };
        println!("{answer}");
    }
}
