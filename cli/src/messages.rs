//! What people read, in their language. The texts are in `cli/messages/`; the
//! sentences of errors are the wallet's, shared with the window, except where
//! a terminal's next step is another one.

use std::collections::BTreeMap;

use jiaozi_types::agent::Language;
use serde::Deserialize;

/// The sentences of one error.
#[derive(Debug, Clone, Deserialize)]
pub struct Sentence {
    /// What happened.
    pub what: String,
    /// What to do next.
    pub next: String,
}

#[derive(Debug, Deserialize)]
struct ErrorTexts {
    money: BTreeMap<String, String>,
    errors: BTreeMap<String, Sentence>,
}

#[derive(Debug, Deserialize)]
struct OwnTexts {
    texts: BTreeMap<String, String>,
    errors: BTreeMap<String, Sentence>,
}

/// The texts of one language.
#[derive(Debug)]
pub struct Messages {
    language: Language,
    own: Option<OwnTexts>,
    wallet: Option<ErrorTexts>,
}

impl Messages {
    /// The texts of `language`.
    pub fn new(language: Language) -> Self {
        let (own, wallet) = match language {
            Language::English => (
                include_str!("../messages/en.json"),
                include_str!("../../wallet-core/wallet/messages/errors.en.json"),
            ),
            Language::SimplifiedChinese => (
                include_str!("../messages/zh-CN.json"),
                include_str!("../../wallet-core/wallet/messages/errors.zh-CN.json"),
            ),
        };
        // Both are compiled in, and a test reads them.
        Self {
            language,
            own: serde_json::from_str(own).ok(),
            wallet: serde_json::from_str(wallet).ok(),
        }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text of `key`.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        let text = self.own.as_ref().and_then(|own| own.texts.get(key));
        text.map_or(key, String::as_str)
    }

    /// The text of `key` with its `{placeholders}` filled in.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let pairs = values.iter().map(|(name, value)| (*name, *value));
        fill(self.text(key), pairs)
    }

    /// The sentences of an error, by its code.
    pub fn sentence(&self, code: &str, values: &BTreeMap<String, String>) -> Sentence {
        let own = self.own.as_ref().and_then(|own| own.errors.get(code));
        let wallet = || {
            self.wallet
                .as_ref()
                .and_then(|wallet| wallet.errors.get(code))
        };
        let sentence = own.or_else(wallet).cloned().unwrap_or(Sentence {
            what: code.to_owned(),
            next: String::new(),
        });
        let pairs = || {
            values
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
        };
        Sentence {
            what: fill(&sentence.what, pairs()),
            next: fill(&sentence.next, pairs()),
        }
    }

    /// What an error means for the money: `safe`, `moving` or `moved`.
    pub fn money(&self, state: &str) -> &str {
        let text = self
            .wallet
            .as_ref()
            .and_then(|texts| texts.money.get(state));
        text.map_or("", String::as_str)
    }
}

/// Fills each placeholder once, so that a value cannot bring in another one.
fn fill<'a>(text: &str, values: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let found = values.clone().find(|(key, _)| *key == name);
            found.map(|(_, value)| (value, tail))
        });
        match value {
            Some((value, tail)) => {
                filled.push_str(value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(language: Language) -> (Vec<String>, Vec<String>) {
        let own = Messages::new(language).own.unwrap();
        (
            own.texts.into_keys().collect(),
            own.errors.into_keys().collect(),
        )
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(keys(Language::English), keys(Language::SimplifiedChinese));
        for language in [Language::English, Language::SimplifiedChinese] {
            assert!(Messages::new(language).wallet.is_some());
        }
    }

    /// Placeholders are the same in both languages.
    #[test]
    fn both_languages_have_the_same_placeholders() {
        let english = Messages::new(Language::English).own.unwrap();
        let chinese = Messages::new(Language::SimplifiedChinese).own.unwrap();
        let names = |text: &str| {
            let mut names: Vec<_> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names
        };
        for (key, text) in &english.texts {
            assert_eq!(names(text), names(&chinese.texts[key]), "{key}");
        }
    }

    /// Every key that the source names exists, and every key is named.
    #[test]
    fn keys_and_source_agree() {
        let mut source = String::new();
        let mut folders = vec![std::path::PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src"
        ))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    source.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let (texts, _) = keys(Language::English);
        for key in &texts {
            assert!(source.contains(&format!("\"{key}\"")), "{key} is not used");
        }
        for call in [".text(\"", ".fill(\""] {
            for part in source.split(call).skip(1) {
                let key = part.split('"').next().unwrap();
                // The calls' own names in this test.
                if !key.contains(',') {
                    assert!(texts.iter().any(|known| known == key), "{key} is missing");
                }
            }
        }
    }

    #[test]
    fn values_do_not_bring_in_placeholders() {
        let values = [("a", "{b}"), ("b", "no")];
        assert_eq!(fill("x {a} y {c}", values.into_iter()), "x {b} y {c}");
    }
}
