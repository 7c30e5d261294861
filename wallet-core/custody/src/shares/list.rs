//! The word list of SLIP-39: 1024 words, sorted, each known by its first four
//! letters. (`words.txt` is the list of the standard.)

use std::sync::LazyLock;

static LIST: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// How many letters tell a word from all others.
const PREFIX: usize = 4;

/// The number of a normalised word. Its first four letters are enough: that is
/// what fits on a metal plate.
pub fn number_of(word: &str) -> Option<u16> {
    let at = LIST.partition_point(|listed| *listed < word);
    let found = *LIST.get(at)?;
    let whole = found == word || (word.len() == PREFIX && found.starts_with(word));
    whole.then(|| u16::try_from(at).ok()).flatten()
}

/// Whether a typed word, or its first four letters, can be in a share.
pub fn is_word(typed: &str) -> bool {
    number_of(&crate::words::normal(typed)).is_some()
}

/// The word of a number below 1024.
pub fn word_of(number: u16) -> Option<&'static str> {
    LIST.get(usize::from(number)).copied()
}

/// The words that begin with what was typed so far; none for an empty beginning.
pub fn complete(typed: &str) -> Vec<&'static str> {
    let typed = crate::words::normal(typed);
    let from = LIST.partition_point(|listed| *listed < typed.as_str());
    let begins = |word: &&&'static str| !typed.is_empty() && word.starts_with(&typed);
    LIST.iter().skip(from).take_while(begins).copied().collect()
}

/// The words that a wrong word may have been meant to be, best first, at most five.
pub fn near(typed: &str) -> Vec<&'static str> {
    crate::words::nearest(&LIST, &crate::words::normal(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_list_of_the_standard() {
        assert_eq!(LIST.len(), 1024);
        assert!(LIST.is_sorted());
        assert_eq!(word_of(0), Some("academic"));
        assert_eq!(word_of(1023), Some("zero"));
        assert_eq!(word_of(1024), None);
        for (number, word) in (0..).zip(LIST.iter()) {
            assert_eq!(number_of(word), Some(number));
            assert_eq!(number_of(&word[..PREFIX]), Some(number));
        }
        for no_word in ["", "aca", "acade", "zzzz", "zeroo", "的"] {
            assert_eq!(number_of(no_word), None, "{no_word}");
        }
    }

    #[test]
    fn helps_while_typing() {
        assert_eq!(complete("Acad"), ["academic"]);
        assert!(complete("").is_empty());
        assert_eq!(near("academc").first(), Some(&"academic"));
    }
}
