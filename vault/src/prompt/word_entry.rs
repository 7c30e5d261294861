//! Recovery words being typed, one after another: what the window and the
//! terminal have in common when they restore a wallet or check a backup.

use jiaozi_custody::words::{self, Words, WordsError};
use jiaozi_types::agent::WordLanguage;
use zeroize::Zeroizing;

/// The words taken so far.
pub struct WordEntry {
    taken: Vec<Zeroizing<String>>,
    /// The wallet's words, when they are asked back; none when a wallet is restored.
    expected: Option<Words>,
}

/// Why a typed word was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// In no list; the words it may have been meant to be, best first.
    Unknown(Vec<&'static str>),
    /// Of another list than the words before it.
    OtherLanguage,
    /// Not the word that the wallet has at this place.
    Wrong,
    /// There are as many words as there can be.
    Full,
}

/// What the words taken so far are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Too few, or a count between those that a wallet can have.
    Incomplete,
    /// A possible count, but the checksum fails.
    DoNotFit,
    /// A wallet's words; when words were asked back, all of them.
    Complete(Words),
}

impl WordEntry {
    /// The most words that a wallet has.
    pub const MOST: usize = 24;

    /// For the words of any wallet.
    pub fn restore() -> Self {
        Self {
            taken: Vec::with_capacity(Self::MOST),
            expected: None,
        }
    }

    /// For exactly these words.
    pub fn check(expected: &Words) -> Self {
        Self {
            expected: Some(expected.clone()),
            ..Self::restore()
        }
    }

    /// How many words are asked for; none when any count will do.
    pub fn wanted(&self) -> Option<usize> {
        self.expected.as_ref().map(Words::count)
    }

    /// The words taken, in order.
    pub fn taken(&self) -> impl ExactSizeIterator<Item = &str> {
        self.taken.iter().map(|word| word.as_str())
    }

    /// The number of the next word, from 1.
    pub fn next_number(&self) -> usize {
        self.taken.len().saturating_add(1)
    }

    /// Whether no further word can be taken.
    pub fn is_full(&self) -> bool {
        self.taken.len() >= self.wanted().unwrap_or(Self::MOST)
    }

    /// The list that the words are of, once it is known.
    pub fn language(&self) -> Option<WordLanguage> {
        match (&self.expected, self.taken.first()) {
            (Some(words), _) => Some(words.language()),
            (None, first) => first.and_then(|word| language_of(word)),
        }
    }

    /// Takes the next word.
    pub fn take(&mut self, typed: &str) -> Result<(), Refused> {
        if self.is_full() {
            return Err(Refused::Full);
        }
        let word = self.read(typed, self.next_number(), self.language())?;
        self.taken.push(word);
        Ok(())
    }

    /// Puts another word in the place of word `number` (from 1); the words
    /// after it stay. A number that was not taken yet takes the next word.
    pub fn replace(&mut self, number: usize, typed: &str) -> Result<(), Refused> {
        let alone = self.taken.len() == 1 && self.expected.is_none();
        let language = if alone { None } else { self.language() };
        let word = self.read(typed, number, language)?;
        match self.taken.get_mut(number.saturating_sub(1)) {
            Some(place) => {
                *place = word;
                Ok(())
            }
            None => self.take(&word),
        }
    }

    /// A typed word in the list's spelling, when it may stand at `number`.
    fn read(
        &self,
        typed: &str,
        number: usize,
        language: Option<WordLanguage>,
    ) -> Result<Zeroizing<String>, Refused> {
        let word = Zeroizing::new(typed.trim().to_lowercase());
        let found = language_of(&word).ok_or_else(|| Refused::Unknown(self.near(&word)))?;
        if language.is_some_and(|known| known != found) {
            return Err(Refused::OtherLanguage);
        }
        match &self.expected {
            Some(words) if !words.is_at(number, &word) => Err(Refused::Wrong),
            _ => Ok(word),
        }
    }

    /// Takes the last word back; gives its number, or none when there is none.
    pub fn take_back(&mut self) -> Option<usize> {
        let number = self.taken.len();
        self.taken.pop().map(|_| number)
    }

    /// What the words taken so far are.
    pub fn standing(&self) -> Standing {
        let possible = match self.wanted() {
            Some(count) => count == self.taken.len(),
            None => Words::COUNTS.contains(&self.taken.len()),
        };
        if !possible {
            return Standing::Incomplete;
        }
        let mut text = Zeroizing::new(String::with_capacity(Self::MOST.saturating_mul(16)));
        for word in self.taken() {
            text.push_str(word);
            text.push(' ');
        }
        match Words::parse(&text) {
            Ok(words) => Standing::Complete(words),
            Err(WordsError::Checksum) => Standing::DoNotFit,
            Err(_) => Standing::Incomplete,
        }
    }

    /// The words of the list that begin with what was typed so far.
    pub fn completions(&self, typed: &str) -> Vec<&'static str> {
        let of = |language| words::complete(language, typed);
        match self.language() {
            Some(language) => of(language),
            None => {
                let mut found = of(WordLanguage::English);
                found.extend(of(WordLanguage::SimplifiedChinese));
                found
            }
        }
    }

    /// The words that can stand last, in the list's order, where only the last is
    /// missing: for who chose the others by dice. None when words are asked back,
    /// which must come from the paper.
    pub fn last_words(&self) -> Vec<&'static str> {
        if self.expected.is_some() || !Words::COUNTS.contains(&self.next_number()) {
            return Vec::new();
        }
        let text = Zeroizing::new(self.taken().collect::<Vec<_>>().join(" "));
        words::last_words(&text).unwrap_or_default()
    }

    /// Words that a wrong one may have been meant to be.
    fn near(&self, typed: &str) -> Vec<&'static str> {
        let language = self.language().unwrap_or(if typed.is_ascii() {
            WordLanguage::English
        } else {
            WordLanguage::SimplifiedChinese
        });
        words::near(language, typed)
    }
}

/// Whether this is a whole word that needs no blank after it: each Chinese
/// word is one character.
pub fn stands_alone(typed: &str) -> bool {
    words::is_word(WordLanguage::SimplifiedChinese, typed)
}

/// Whether `c` parts two words.
pub fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '、')
}

fn language_of(word: &str) -> Option<WordLanguage> {
    [WordLanguage::English, WordLanguage::SimplifiedChinese]
        .into_iter()
        .find(|language| words::is_word(*language, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BIP-39's own example: 16 bytes of 0x7f.
    const TWELVE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    fn taken(text: &str) -> WordEntry {
        let mut entry = WordEntry::restore();
        for word in text.split(' ') {
            entry.take(word).unwrap();
        }
        entry
    }

    #[test]
    fn restores_word_by_word() {
        assert_eq!(taken("legal winner").standing(), Standing::Incomplete);
        let complete = taken(TWELVE);
        assert_eq!(
            complete.standing(),
            Standing::Complete(Words::parse(TWELVE).unwrap())
        );
        assert!(!complete.is_full(), "there may be more to come");
        assert_eq!(
            taken(&TWELVE.replace("yellow", "year")).standing(),
            Standing::DoNotFit
        );
        let full = [TWELVE, TWELVE].join(" ");
        assert_eq!(taken(&full).take("legal"), Err(Refused::Full));
    }

    #[test]
    fn each_wrong_word_has_its_reason() {
        let mut entry = taken("legal");
        assert!(matches!(
            entry.take("winer"),
            Err(Refused::Unknown(near)) if near.contains(&"winner")
        ));
        assert_eq!(entry.take("的"), Err(Refused::OtherLanguage));
        let mut check = WordEntry::check(&Words::parse(TWELVE).unwrap());
        check.take(" Legal ").unwrap();
        assert_eq!(check.take("thank"), Err(Refused::Wrong));
        check.take("winner").unwrap();
        assert_eq!(check.take_back(), Some(2));
        assert_eq!(check.next_number(), 2);
        for word in TWELVE.split(' ').skip(1) {
            check.take(word).unwrap();
        }
        assert!(check.is_full());
        assert!(matches!(check.standing(), Standing::Complete(_)));
    }

    #[test]
    fn a_word_can_be_mended_in_its_place() {
        let mut entry = taken(&TWELVE.replace("wave", "year"));
        assert_eq!(entry.standing(), Standing::DoNotFit);
        assert!(matches!(
            entry.replace(5, "wavee"),
            Err(Refused::Unknown(_))
        ));
        entry.replace(5, "wave").unwrap();
        assert!(matches!(entry.standing(), Standing::Complete(_)));
        entry.replace(13, "zoo").unwrap();
        assert_eq!(entry.taken().len(), 13);
    }

    #[test]
    fn the_last_word_is_known_once_the_others_are() {
        let begun = TWELVE.strip_suffix(" yellow").unwrap();
        let mut entry = taken(begun);
        let fits = entry.last_words();
        assert_eq!(fits.len(), 128);
        assert!(fits.contains(&"yellow"));
        entry.take(fits[0]).unwrap();
        assert!(matches!(entry.standing(), Standing::Complete(_)));
        assert!(entry.last_words().is_empty(), "nothing is missing");
        assert!(taken("legal winner").last_words().is_empty());
        let mut check = WordEntry::check(&Words::parse(TWELVE).unwrap());
        for word in begun.split(' ') {
            check.take(word).unwrap();
        }
        assert!(check.last_words().is_empty(), "the paper has it");
    }

    #[test]
    fn completes_in_the_language_of_the_words() {
        assert_eq!(WordEntry::restore().completions("legal"), vec!["legal"]);
        assert_eq!(WordEntry::restore().completions("的"), vec!["的"]);
        assert!(taken("的").completions("legal").is_empty());
        assert!(stands_alone("的") && !stands_alone("legal"));
    }
}
