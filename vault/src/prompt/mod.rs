//! Where the vault asks a person. The agent's flows know only this module: one
//! implementation opens windows, one talks on the terminal, one answers from a
//! script's secret.

mod cancel;
pub(crate) mod messages;
pub mod scripted;
mod sealed;
#[cfg(unix)]
pub mod terminal;
pub mod window;
mod word_entry;
pub(crate) mod wording;

use jiaozi_custody::{CertificateReading, PersonalPhrase, Reading, Secret, SecretKind, Words};
use jiaozi_types::Asset;
use jiaozi_types::agent::{Appearance, Payee, SpendPolicy, TokenDomain};

pub use cancel::CancelToken;

/// Where the vault asks a person.
pub trait Prompt: Send + Sync {
    /// Opens a dialogue; dropping the session closes it. `phrase` is shown on
    /// every step; it is none before one was chosen (while a wallet is made).
    /// Once `cancel` is set, every call on the session ends `Declined`.
    fn open(
        &self,
        look: Appearance,
        phrase: Option<PersonalPhrase>,
        cancel: CancelToken,
    ) -> Result<Box<dyn Session>, PromptError>;
}

/// One dialogue, asked step after step in the same window. Every call blocks
/// its thread until it is answered; between calls the session shows that the
/// vault is working.
pub trait Session: Send {
    /// Asks for the personal phrase; the following steps show it.
    fn choose_personal_phrase(&mut self) -> Result<PersonalPhrase, PromptError>;

    /// Asks twice for a new PIN or passphrase; its rules
    /// ([`Secret::check`]) are enforced and explained here.
    fn set_secret(&mut self, kind: SecretKind) -> Result<Secret, PromptError>;

    /// Asks for the present PIN or passphrase.
    fn ask_secret(
        &mut self,
        why: SecretPurpose,
        trouble: Option<SecretTrouble>,
    ) -> Result<Secret, PromptError>;

    /// Shows new or existing words until the person has written them down.
    fn show_words(&mut self, words: &Words) -> Result<(), PromptError>;

    /// Asks for all words back; says which one is wrong and lets the person
    /// try again. Ends well only when all are right.
    fn check_words(&mut self, words: &Words) -> Result<(), PromptError>;

    /// Asks for a backup in the form in which it was kept: words, shares or a
    /// sealed file. Ends well only when it is the one that `wanted` means. Where
    /// there is no other form, the words are asked for.
    fn prove_backup(&mut self, wanted: &Wanted<'_>) -> Result<(), PromptError> {
        match wanted {
            Wanted::Words(words) => self.check_words(words),
            Wanted::Any(_) => Err(PromptError::Unavailable),
        }
    }

    /// Says what is lost with the wallet of this fingerprint, and has the person
    /// type that they know it.
    fn confirm_loss(&mut self, fingerprint: &str) -> Result<(), PromptError> {
        let _ = fingerprint;
        Err(PromptError::Unavailable)
    }

    /// Asks for the words of an existing wallet, with completion, near words
    /// and the reason when they do not fit ([`Words::parse`]).
    fn enter_words(&mut self) -> Result<Words, PromptError>;

    /// Shows what is to be signed. Gives the PIN when `secret` asks for it.
    fn approve(
        &mut self,
        reading: &Reading,
        secret: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError>;

    /// Shows a change and asks for consent, and for the PIN when `secret` asks for it.
    fn confirm(
        &mut self,
        what: &Confirmation,
        secret: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError>;

    /// The last screen: says what was achieved, until the person closes it or
    /// a few seconds have passed.
    fn done(&mut self, notice: Notice) -> Result<(), PromptError>;
}

/// The backup that is asked for.
pub enum Wanted<'a> {
    /// That of these words: a wrong one is told at once.
    Words(&'a Words),
    /// That of the words which this says are the right ones.
    Any(&'a dyn Fn(&Words) -> bool),
}

impl Wanted<'_> {
    /// Whether these are the words.
    pub fn is_met_by(&self, words: &Words) -> bool {
        match self {
            Self::Words(wanted) => *wanted == words,
            Self::Any(is_meant) => is_meant(words),
        }
    }
}

/// Why a question was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// The person said no or closed the window, or the call was cancelled.
    #[error("declined")]
    Declined,
    /// There is no window or terminal to ask in.
    #[error("there is nowhere to ask")]
    Unavailable,
}

/// What the present PIN or passphrase is asked for. `kind` says which of the
/// two the wallet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretPurpose {
    /// What it is for.
    pub task: SecretTask,
    /// PIN or passphrase.
    pub kind: SecretKind,
}

/// What the present PIN or passphrase is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretTask {
    /// To unlock the wallet.
    Unlock,
    /// To show the words.
    ShowWords,
    /// To check the words.
    CheckWords,
    /// To set another PIN or passphrase.
    ChangeSecret,
}

/// Whether an approval or confirmation includes the PIN or passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretNeed {
    /// Consent is enough: it was typed a moment ago, or the change is harmless.
    None,
    /// It must be typed.
    Secret(SecretKind),
}

/// Why the PIN is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretTrouble {
    /// It was wrong; the next try is heard after the wait (0 = at once). The
    /// session counts the wait down before it takes another try.
    Wrong {
        /// Seconds.
        wait_seconds: u64,
    },
    /// It was not looked at: the wait after earlier wrong tries is not over.
    Throttled {
        /// Seconds.
        wait_seconds: u64,
    },
}

/// A change to the vault that the person consents to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// A payee's name, shown at approvals from now on; `replaces` is the name
    /// the address had.
    SavePayee {
        /// The payee.
        payee: Payee,
        /// The name that the address has now.
        replaces: Option<String>,
    },
    /// An asset's code and decimals, used to write amounts from now on.
    SaveAsset {
        /// The asset.
        asset: Asset,
        /// Its EIP-712 domain, if it takes authorizations.
        domain: Option<TokenDomain>,
        /// What the vault knew of the same asset.
        replaces: Option<Asset>,
    },
    /// A spend policy that lets more leave without the PIN.
    LoosenPolicy {
        /// The policy now; `assets` names what the limits are of.
        from: SpendPolicy,
        /// The policy to be.
        to: SpendPolicy,
        /// The known assets that either policy names, to write its amounts.
        assets: Vec<Asset>,
    },
    /// Names, assets and limits that come back from a backup of this wallet.
    TakeBook {
        /// How many payees are added.
        payees: usize,
        /// How many assets are added.
        assets: usize,
        /// The policy now.
        from: SpendPolicy,
        /// The policy to be.
        to: SpendPolicy,
        /// The known assets that either policy names, to write its amounts.
        named: Vec<Asset>,
    },
    /// The wallet is erased from this computer, after its backup is proved.
    RemoveWallet {
        /// The wallet's fingerprint.
        fingerprint: String,
    },
    /// A till that may ask for money in the shop's name. It moves none, and is
    /// always asked about, so that it is never mistaken for a payment.
    Certify(CertificateReading),
}

/// What was achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A wallet was made and its words were checked.
    WalletMade,
    /// A wallet was made; its words are not written down yet.
    WalletMadeWithoutBackup,
    /// A wallet was restored from its words.
    WalletRestored,
    /// The words were checked: the backup is good.
    BackupChecked,
    /// The PIN or passphrase was changed.
    SecretChanged,
    /// The wallet is no longer on this computer.
    WalletRemoved,
}
