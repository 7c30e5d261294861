//! The passphrase of BIP-39, sometimes called the 25th word: the same words
//! with another passphrase are another wallet, and none is wrong. Few need it.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::secret::{Secret, SecretRule};

/// A BIP-39 passphrase. Overwritten on drop, never printed.
#[derive(Default)]
pub struct WordsPassphrase(Zeroizing<String>);

impl WordsPassphrase {
    /// Of most wallets: none.
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes what was typed.
    ///
    /// # Errors
    /// [`SecretRule::TooLong`]: what was typed was cut, and a passphrase that is
    /// cut is another one.
    pub fn new(typed: &Secret) -> Result<Self, SecretRule> {
        let text = typed.whole().ok_or(SecretRule::TooLong)?;
        // NFKD of a text in NFKC is the NFKD of the text itself.
        Ok(Self(Zeroizing::new(text.nfkd().collect())))
    }

    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The text in NFKD, as BIP-39 wants it.
    pub(super) fn normalized(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for WordsPassphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WordsPassphrase(..)")
    }
}
