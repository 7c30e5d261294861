//! What is said around the PIN and the passphrase, and at the end.

use jiaozi_custody::{Secret, SecretKind, SecretRule};

use crate::prompt::messages::Messages;
use crate::prompt::{Notice, SecretPurpose, SecretTask, SecretTrouble};

/// The words around a question for the present PIN or passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// What it is for.
    pub title: &'static str,
    /// What happens then.
    pub lead: &'static str,
    /// The field's name.
    pub field: &'static str,
    /// The button.
    pub accept: &'static str,
}

/// The words around a question for a new PIN or passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// What is chosen.
    pub title: &'static str,
    /// The rules.
    pub lead: &'static str,
    /// The first field's name.
    pub field: &'static str,
    /// The second field's name.
    pub again: &'static str,
}

/// How the present secret is asked for.
pub fn asking(why: SecretPurpose, say: Messages) -> Asking {
    let pin = why.kind == SecretKind::Pin;
    let either = |of_pin, of_passphrase| if pin { of_pin } else { of_passphrase };
    let (title, lead, accept) = match why.task {
        SecretTask::Unlock => (
            say.unlock_title(),
            either(say.unlock_lead(), say.unlock_lead_passphrase()),
            say.unlock_button(),
        ),
        SecretTask::ShowWords => (
            say.ask_words_title(),
            either(say.ask_words_lead(), say.ask_words_lead_passphrase()),
            say.next(),
        ),
        SecretTask::CheckWords => (
            say.ask_check_title(),
            either(say.ask_check_lead(), say.ask_check_lead_passphrase()),
            say.next(),
        ),
        SecretTask::ChangeSecret => (
            either(say.ask_change_title(), say.ask_change_title_passphrase()),
            either(say.ask_change_lead(), say.ask_change_lead_passphrase()),
            say.next(),
        ),
    };
    Asking {
        title,
        lead,
        field: field(why.kind, say),
        accept,
    }
}

/// How a new secret is asked for.
pub fn setting(kind: SecretKind, say: Messages) -> Setting {
    match kind {
        SecretKind::Pin => Setting {
            title: say.secret_set_pin_title(),
            lead: say.secret_set_pin_lead(),
            field: say.pin(),
            again: say.secret_set_pin_again(),
        },
        SecretKind::Passphrase => Setting {
            title: say.secret_set_passphrase_title(),
            lead: say.secret_set_passphrase_lead(),
            field: say.passphrase(),
            again: say.secret_set_passphrase_again(),
        },
    }
}

/// What the person types.
pub fn field(kind: SecretKind, say: Messages) -> &'static str {
    match kind {
        SecretKind::Pin => say.pin(),
        SecretKind::Passphrase => say.passphrase(),
    }
}

/// Why a new secret cannot be chosen.
pub fn rule(rule: SecretRule, say: Messages) -> String {
    match rule {
        SecretRule::PinTooShort => say.secret_rule_pin_short(Secret::PIN_MIN),
        SecretRule::PinTooEasy => say.secret_rule_pin_simple().to_owned(),
        SecretRule::PassphraseTooShort => say.secret_rule_passphrase_short(Secret::PASSPHRASE_MIN),
        SecretRule::PassphraseTooEasy => say.secret_rule_passphrase_simple().to_owned(),
        SecretRule::TooLong => say.secret_rule_too_long().to_owned(),
    }
}

/// Why the secret is asked for again, with `wait_seconds` of the wait left.
pub fn trouble(trouble: SecretTrouble, wait_seconds: u64, say: Messages) -> String {
    let wait = super::countdown(wait_seconds);
    match trouble {
        SecretTrouble::Wrong { .. } if wait_seconds == 0 => say.secret_wrong().to_owned(),
        SecretTrouble::Wrong { .. } => say.secret_wrong_wait(wait),
        SecretTrouble::Throttled { .. } if wait_seconds == 0 => say.secret_try_again().to_owned(),
        SecretTrouble::Throttled { .. } => say.secret_throttled(wait),
    }
}

/// Whether the sentence was typed by which a person lets the money go; blanks
/// and capitals do not matter.
pub fn knows_the_loss(typed: &str, say: Messages) -> bool {
    let plain = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    plain(typed) == plain(say.remove_loss_sentence())
}

/// Title and text of the last screen.
pub fn notice(notice: Notice, say: Messages) -> (&'static str, &'static str) {
    match notice {
        Notice::WalletMade => (say.done_created_title(), say.done_created_text()),
        Notice::WalletMadeWithoutBackup => (
            say.done_created_later_title(),
            say.done_created_later_text(),
        ),
        Notice::WalletRestored => (say.done_restored_title(), say.done_restored_text()),
        Notice::BackupChecked => (say.done_checked_title(), say.done_checked_text()),
        Notice::SecretChanged => (say.done_secret_title(), say.done_secret_text()),
        Notice::WalletRemoved => (say.done_removed_title(), say.done_removed_text()),
    }
}
