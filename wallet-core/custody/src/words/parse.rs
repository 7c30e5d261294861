//! Reading typed words.

use bip39::Mnemonic;
use jiaozi_types::agent::WordLanguage;
use zeroize::Zeroizing;

use super::{Words, WordsError, list, near};

/// The words in a text, normalised. Every CJK character is a word of its own,
/// so that Chinese words may be typed without spaces.
pub fn split(typed: &str) -> Zeroizing<Vec<String>> {
    let mut words = Vec::new();
    for piece in typed.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、')) {
        let mut latin = String::new();
        for c in list::normal(piece).chars() {
            if is_cjk(c) {
                if !latin.is_empty() {
                    words.push(std::mem::take(&mut latin));
                }
                words.push(c.to_string());
            } else {
                latin.push(c);
            }
        }
        if !latin.is_empty() {
            words.push(latin);
        }
    }
    Zeroizing::new(words)
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The BIP-39 words in a text, or what is wrong with them: first a word that is
/// in no list, then the count, then the checksum.
pub(super) fn words(typed: &str) -> Result<Mnemonic, WordsError> {
    let words = split(typed);
    let language = language(&words);
    for (at, word) in words.iter().enumerate() {
        let position = at.saturating_add(1);
        match list::language_of(word) {
            Some(found) if found == language => {}
            Some(_) => return Err(WordsError::OtherLanguage { position }),
            None => {
                return Err(WordsError::Unknown {
                    position,
                    near: near(language, word),
                });
            }
        }
    }
    if !Words::COUNTS.contains(&words.len()) {
        return Err(WordsError::Count { given: words.len() });
    }
    let text = Zeroizing::new(words.join(" "));
    Mnemonic::parse_in_normalized(list::of(language), &text).map_err(|_| WordsError::Checksum)
}

/// The language that most of the words are of, so that one stray word is
/// reported and not the others.
fn language(words: &[String]) -> WordLanguage {
    let chinese = words.iter().filter(|word| word.chars().all(is_cjk)).count();
    if chinese.saturating_mul(2) > words.len() {
        WordLanguage::SimplifiedChinese
    } else {
        WordLanguage::English
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWELVE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn reads_any_spacing_and_case() {
        let words = Words::parse(TWELVE).unwrap();
        assert_eq!(
            words,
            Words::parse(&format!("\n {} ", TWELVE.to_uppercase())).unwrap()
        );
        assert_eq!(words, Words::parse(&TWELVE.replace(' ', "，")).unwrap());
        assert_eq!(words.entropy().as_slice(), &[0x7f; 16]);
    }

    #[test]
    fn each_mistake_has_its_error() {
        assert_eq!(Words::parse(""), Err(WordsError::Count { given: 0 }));
        assert_eq!(
            Words::parse("legal winner"),
            Err(WordsError::Count { given: 2 })
        );
        assert_eq!(
            Words::parse(&TWELVE.replace("wave", "wavee")),
            Err(WordsError::Unknown {
                position: 5,
                near: near(WordLanguage::English, "wavee")
            })
        );
        assert_eq!(
            Words::parse(&TWELVE.replace("wave", "的")),
            Err(WordsError::OtherLanguage { position: 5 })
        );
        assert_eq!(
            Words::parse(&TWELVE.replace("yellow", "year")),
            Err(WordsError::Checksum)
        );
    }

    #[test]
    fn chinese_without_spaces_is_its_own_wallet() {
        let chinese = Words::from_entropy(&[0x7f; 16], WordLanguage::SimplifiedChinese).unwrap();
        let run: String = chinese.iter().collect();
        let read = Words::parse(&run).unwrap();
        assert_eq!(read, chinese);
        let none = super::super::WordsPassphrase::none();
        let english = Words::parse(TWELVE).unwrap();
        assert_ne!(read.seed_under(&none), english.seed_under(&none));
    }
}
