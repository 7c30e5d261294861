//! What people read. The sentences of the wallet's errors are the wallet's; the
//! server's own are in `till-api/messages/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

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

#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(default)]
    texts: BTreeMap<String, String>,
    errors: BTreeMap<String, Sentence>,
}

/// The texts of one language.
#[derive(Debug)]
pub struct Messages {
    own: File,
    wallet: File,
}

static ENGLISH: LazyLock<Messages> = LazyLock::new(|| {
    Messages::read(
        include_str!("../messages/en.json"),
        include_str!("../../wallet-core/wallet/messages/errors.en.json"),
    )
});
static CHINESE: LazyLock<Messages> = LazyLock::new(|| {
    Messages::read(
        include_str!("../messages/zh-CN.json"),
        include_str!("../../wallet-core/wallet/messages/errors.zh-CN.json"),
    )
});

impl Messages {
    /// The texts of `language`.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::SimplifiedChinese => &CHINESE,
        }
    }

    fn read(own: &str, wallet: &str) -> Self {
        // A test reads them: the files are part of the program.
        Self {
            own: serde_json::from_str(own).unwrap_or_default(),
            wallet: serde_json::from_str(wallet).unwrap_or_default(),
        }
    }

    /// The sentences of an error.
    pub fn sentence(&self, code: &str, values: &BTreeMap<String, String>) -> Sentence {
        let known = self.own.errors.get(code);
        let known = known.or_else(|| self.wallet.errors.get(code));
        match known {
            Some(sentence) => Sentence {
                what: fill(&sentence.what, values),
                next: fill(&sentence.next, values),
            },
            None => Sentence {
                what: code.to_owned(),
                next: String::new(),
            },
        }
    }

    /// A text of the checkout page.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.own.texts.get(key).map_or(key, String::as_str)
    }

    /// A text with values in it.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let values = values.iter();
        let values = values.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        fill(self.text(key), &values.collect())
    }
}

/// Puts values into a text in one pass: a value that looks like a place for one stays.
fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) => {
                out.push_str(values.get(name).map_or("", String::as_str));
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::problem::OwnCode;

    #[test]
    fn both_languages_have_the_same_texts_and_values() {
        let places = |text: &str| -> BTreeSet<String> {
            let parts = text.split('{').skip(1);
            parts
                .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
                .collect()
        };
        let (en, zh) = (
            Messages::of(Language::English),
            Messages::of(Language::SimplifiedChinese),
        );
        assert!(!en.own.texts.is_empty() && !en.wallet.errors.is_empty());
        assert!(en.own.texts.keys().eq(zh.own.texts.keys()));
        assert!(en.own.errors.keys().eq(zh.own.errors.keys()));
        for (key, text) in &en.own.texts {
            assert_eq!(places(text), places(zh.text(key)), "{key}");
            assert!(!text.is_empty() && !zh.text(key).is_empty(), "{key}");
        }
        for code in OwnCode::ALL {
            for messages in [en, zh] {
                let sentence = messages.own.errors.get(code.as_str());
                let sentence = sentence.unwrap_or_else(|| panic!("{code:?}"));
                assert!(!sentence.what.is_empty() && !sentence.next.is_empty());
            }
        }
    }

    #[test]
    fn values_are_put_in_once() {
        let values = BTreeMap::from([("a".to_owned(), "{b}".to_owned())]);
        assert_eq!(fill("x {a} {b} {", &values), "x {b}  {");
    }
}
