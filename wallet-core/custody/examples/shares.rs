//! Answers the oracle test of shares with test wallets: one line of JSON in, one out.
//! `{"split": {"words", "passphrase", "needed", "groups": ["2/3"]}}` gives shares by group,
//! `{"combine": {"shares", "passphrase"}}` the recovery words. Never part of the product.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test tool that may stop at the first fault"
)]

use std::io::BufRead;

use jiaozi_custody::shares::{Plan, SharePassphrase, ShareSet, split};
use jiaozi_custody::{Secret, Words};
use jiaozi_types::agent::WordLanguage;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Question {
    Split {
        words: String,
        passphrase: String,
        needed: u8,
        groups: Vec<String>,
    },
    Combine {
        shares: Vec<String>,
        passphrase: String,
    },
}

fn passphrase(text: String) -> SharePassphrase {
    SharePassphrase::new(Secret::new(text)).unwrap()
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line.unwrap()).unwrap();
        let answer = match question {
            Question::Split {
                words,
                passphrase: typed,
                needed,
                groups,
            } => {
                let groups = groups.iter().map(|group| group.parse().unwrap()).collect();
                let plan = Plan::new(needed, groups).unwrap();
                let words = Words::parse(&words).unwrap();
                let shares = split(&words, &plan, &passphrase(typed)).unwrap();
                let lines: Vec<Vec<String>> = shares
                    .iter()
                    .map(|group| group.iter().map(|s| s.words().line().to_string()).collect())
                    .collect();
                serde_json::to_string(&lines).unwrap()
            }
            Question::Combine {
                shares,
                passphrase: typed,
            } => {
                let set = ShareSet::parse(shares.iter().map(String::as_str)).unwrap();
                let words = set
                    .words(&passphrase(typed), WordLanguage::English)
                    .unwrap();
                let words: Vec<&str> = words.iter().collect();
                serde_json::to_string(&words.join(" ")).unwrap()
            }
        };
        println!("{answer}");
    }
}
