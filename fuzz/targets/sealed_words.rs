//! Sealed files of words (age), armored and not, as they come from a stick. Those
//! of the corpus are made with little work, or each run would take a second.
#![no_main]

use jiaozi_custody::{Secret, sealed_words};
use libfuzzer_sys::fuzz_target;

/// The work factor is two digits in the first lines: what asks for much work is
/// refused or done, and neither says anything about reading.
fn asks_for_work(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let first = text.lines().find(|line| line.starts_with("-> scrypt "));
    let work = first.and_then(|line| line.rsplit(' ').next());
    work.and_then(|work| work.parse::<u8>().ok())
        .is_some_and(|work| (10..=20).contains(&work))
}

fuzz_target!(|bytes: &[u8]| {
    if asks_for_work(bytes) {
        return;
    }
    let secret = Secret::new("mulberry paper and ink".to_owned());
    match sealed_words::open(bytes, &secret) {
        Ok(words) => assert!(words.count() >= 12),
        // No text of the file is in what is said about it.
        Err(error) => assert!(error.to_string().len() < 120),
    }
});
