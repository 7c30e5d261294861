//! The vault's sentences in its languages. The methods are made at build time
//! from `vault/messages/*.json`; a key or placeholder that one language lacks
//! does not build.

use jiaozi_types::agent::Language;

/// The sentences of one language: one method a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Messages(Language);

impl Messages {
    /// The sentences of `language`.
    pub const fn of(language: Language) -> Self {
        Self(language)
    }

    /// The language.
    pub const fn language(self) -> Language {
        self.0
    }
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Every Rust file of the prompts, as one text.
    fn sources(folder: &Path) -> String {
        let mut text = String::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                text.push_str(&sources(&path));
            } else if path.extension().is_some_and(|e| e == "rs") {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
        text
    }

    #[test]
    fn every_message_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let code = sources(&root.join("src"));
        let file = fs::read_to_string(root.join("messages/en.json")).unwrap();
        let messages: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&file).unwrap();
        let unused: Vec<_> = messages
            .keys()
            .filter(|key| !code.contains(&format!("{key}(")))
            .collect();
        assert!(unused.is_empty(), "unused: {unused:?}");
    }

    #[test]
    fn both_languages_fill_their_placeholders() {
        for language in [Language::English, Language::SimplifiedChinese] {
            let text = Messages::of(language).entry_field_of(3, 12);
            assert!(text.contains('3') && text.contains("12"), "{text}");
        }
    }
}
