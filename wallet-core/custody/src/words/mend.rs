//! Help with words that do not fit together: neighbours that may be swapped,
//! and the last word where it was lost or never chosen.

use jiaozi_types::agent::WordLanguage;
use zeroize::Zeroizing;

use super::{Words, WordsError, list, parse};

/// The wallets that come of swapping two neighbours among words that are all in
/// the list and fail the checksum, each with the first one's place (from 1).
/// Other mistakes pass the checksum by chance, so there may be several: the
/// fingerprint or an address tells which is meant.
pub fn swapped(typed: &str) -> Vec<(usize, Words)> {
    let words = parse::split(typed);
    let last = words.len().saturating_sub(1);
    let mut found = Vec::new();
    for at in 0..last {
        let mut tried = Zeroizing::new(words.to_vec());
        tried.swap(at, at.saturating_add(1));
        if *tried == *words {
            continue;
        }
        let text = Zeroizing::new(tried.join(" "));
        if let Ok(fits) = Words::parse(&text) {
            found.push((at.saturating_add(1), fits));
        }
    }
    found
}

/// The words that can stand last after 11, 14, 17, 20 or 23 given ones, in the
/// list's order: 128 after 11 words, 8 after 23.
///
/// # Errors
/// [`WordsError`]: a word is not in the list, or there is another number of them.
pub fn last_words(typed: &str) -> Result<Vec<&'static str>, WordsError> {
    match parse::words(typed) {
        Ok(_)
        | Err(WordsError::Count { .. } | WordsError::Checksum | WordsError::Mismatch { .. }) => {}
        Err(error) => return Err(error),
    }
    let words = parse::split(typed);
    if !Words::COUNTS.contains(&words.len().saturating_add(1)) {
        return Err(WordsError::Count { given: words.len() });
    }
    let language = words
        .first()
        .and_then(|word| list::language_of(word))
        .unwrap_or(WordLanguage::English);
    let begun = Zeroizing::new(words.join(" "));
    let fits = |last: &&'static str| {
        let text = Zeroizing::new([begun.as_str(), last].join(" "));
        Words::parse(&text).is_ok()
    };
    Ok(list::of(language)
        .word_list()
        .iter()
        .copied()
        .filter(fits)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWELVE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn swapped_neighbours_are_found() {
        let words = Words::parse(TWELVE).unwrap();
        let wrong = TWELVE.replace("year wave", "wave year");
        assert_eq!(Words::parse(&wrong), Err(WordsError::Checksum));
        let found = swapped(&wrong);
        assert!(found.contains(&(4, words)), "{found:?}");
        assert!(found.len() < 11, "the checksum rules most out");
        assert!(swapped("legal").is_empty());
    }

    #[test]
    fn last_words_are_those_that_fit() {
        let begun = TWELVE.strip_suffix(" yellow").unwrap();
        let last = last_words(begun).unwrap();
        assert_eq!(last.len(), 128);
        assert!(last.contains(&"yellow") && !last.contains(&"year"));
        let chinese = Words::from_entropy(&[7; 32], WordLanguage::SimplifiedChinese).unwrap();
        let begun: String = chinese.iter().take(23).collect();
        let last = last_words(&begun).unwrap();
        assert_eq!(last.len(), 8);
        assert!(last.contains(&chinese.iter().last().unwrap()));
        assert_eq!(last_words("legal"), Err(WordsError::Count { given: 1 }));
        assert!(matches!(
            last_words("legall winner"),
            Err(WordsError::Unknown { position: 1, .. })
        ));
    }
}
