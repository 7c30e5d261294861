//! The two word lists: completion while typing, and the nearest words to a
//! wrong one.

use bip39::Language;
use jiaozi_types::agent::WordLanguage;
use unicode_normalization::UnicodeNormalization;

/// The list of a language, as the BIP-39 crate names it.
pub(super) fn of(language: WordLanguage) -> Language {
    match language {
        WordLanguage::English => Language::English,
        WordLanguage::SimplifiedChinese => Language::SimplifiedChinese,
    }
}

/// A typed word as the lists spell it: NFKD, lower case, trimmed.
pub fn normal(typed: &str) -> String {
    typed.trim().nfkd().flat_map(char::to_lowercase).collect()
}

/// The language of a normalised word; the two lists share none.
pub(super) fn language_of(word: &str) -> Option<WordLanguage> {
    [WordLanguage::English, WordLanguage::SimplifiedChinese]
        .into_iter()
        .find(|language| of(*language).find_word(word).is_some())
}

/// Whether the list has this word.
pub fn is_word(language: WordLanguage, typed: &str) -> bool {
    of(language).find_word(&normal(typed)).is_some()
}

/// The words that begin with what was typed so far, in the list's order; none
/// for an empty beginning.
pub fn complete(language: WordLanguage, typed: &str) -> Vec<&'static str> {
    let typed = normal(typed);
    if typed.is_empty() {
        return Vec::new();
    }
    of(language).words_by_prefix_iter(&typed).collect()
}

/// The words that a wrong word may have been meant to be, best first, at most
/// five. For English: few edits away (swapped neighbours count as one), or the
/// same first four letters, which are unique in the list. For Chinese, whose
/// words are single characters: the traditional form's simplified one.
pub fn near(language: WordLanguage, typed: &str) -> Vec<&'static str> {
    let typed = normal(typed);
    match language {
        WordLanguage::English => near_english(&typed),
        WordLanguage::SimplifiedChinese => near_chinese(&typed),
    }
}

fn near_english(typed: &str) -> Vec<&'static str> {
    nearest(Language::English.word_list(), typed)
}

/// The words of a list that a normalised word may have been meant to be, best
/// first, at most five: few edits away, or the same first four letters.
pub fn nearest(list: &[&'static str], typed: &str) -> Vec<&'static str> {
    let typed: Vec<char> = typed.chars().take(24).collect();
    if typed.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, &'static str)> = list
        .iter()
        .filter_map(|word| {
            let letters: Vec<char> = word.chars().collect();
            let edits = distance(&typed, &letters);
            let same_start = typed.len() >= 4 && letters.get(..4) == typed.get(..4);
            if same_start {
                Some((edits.min(1), *word))
            } else {
                (edits <= 2 && edits < typed.len()).then_some((edits, *word))
            }
        })
        .collect();
    found.sort_by_key(|(edits, word)| (*edits, word.len().abs_diff(typed.len())));
    found.into_iter().take(5).map(|(_, word)| word).collect()
}

/// The traditional list has, at the same place, the traditional form of the
/// simplified list's character.
fn near_chinese(typed: &str) -> Vec<&'static str> {
    Language::TraditionalChinese
        .find_word(typed)
        .and_then(|at| Language::SimplifiedChinese.word_list().get(usize::from(at)))
        .copied()
        .into_iter()
        .collect()
}

/// Optimal string alignment distance: insert, delete, replace, or swap
/// neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        row.push(i.saturating_add(1));
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX);
            let mut least = at(&last, j).saturating_add(usize::from(x != y));
            least = least.min(at(&last, j.saturating_add(1)).saturating_add(1));
            least = least.min(at(&row, j).saturating_add(1));
            let swapped = i > 0
                && j > 0
                && a.get(i.saturating_sub(1)) == Some(y)
                && b.get(j.saturating_sub(1)) == Some(x);
            if swapped {
                least = least.min(at(&before, j.saturating_sub(1)).saturating_add(1));
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn did_you_mean() {
        let first = |typed| near(WordLanguage::English, typed).first().copied();
        assert_eq!(first("abandn"), Some("abandon"));
        assert_eq!(first("baout"), Some("about"));
        assert_eq!(first("aboutt"), Some("about"));
        assert_eq!(first("bandon"), Some("abandon"));
        assert_eq!(first("xylophonics"), None);
        assert_eq!(near(WordLanguage::SimplifiedChinese, "這"), vec!["这"]);
    }

    #[test]
    fn completes() {
        assert_eq!(complete(WordLanguage::English, "Aban"), vec!["abandon"]);
        assert!(complete(WordLanguage::English, "").is_empty());
        assert!(is_word(WordLanguage::English, " ZOO"));
        assert!(!is_word(WordLanguage::SimplifiedChinese, "zoo"));
    }

    #[test]
    fn the_lists_share_no_word() {
        for word in Language::English.word_list() {
            assert!(Language::SimplifiedChinese.find_word(word).is_none());
        }
    }
}
