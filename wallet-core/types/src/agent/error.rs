//! Why the vault did not do what it was asked.

use serde::{Deserialize, Serialize};

/// What is wrong with the operating system's keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyringFault {
    /// No keyring service runs here.
    Absent,
    /// The keyring is locked and was not unlocked.
    Locked,
    /// The keyring did not answer within 10 seconds.
    Unresponsive,
    /// The only store here forgets at reboot or is a mock: it is refused.
    NotPersistent,
    /// The item that seals this wallet is no longer in the keyring.
    ItemMissing,
    /// The keyring in use is another than the one that sealed this wallet.
    OtherBackend,
}

/// Why a call failed. `code` in the JSON form is stable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AgentError {
    /// The vault is locked: call `Unlock`.
    #[error("the vault is locked")]
    Locked,
    /// The PIN or passphrase was wrong.
    #[error("the PIN is wrong; {wait_seconds} s until the next try")]
    WrongPin {
        /// Seconds until another try is heard.
        wait_seconds: u64,
    },
    /// Too many wrong PINs: tries are not heard until the wait is over. The
    /// wait survives a restart.
    #[error("too many wrong PINs; wait {wait_seconds} s")]
    Throttled {
        /// Seconds until another try is heard.
        wait_seconds: u64,
    },
    /// The person said no, or closed the window. Nothing was signed.
    #[error("declined")]
    Declined,
    /// Policy needs a prompt, and this agent has neither window nor terminal.
    #[error("this needs the PIN, and there is no window or terminal to ask in")]
    NoPrompt,
    /// What was to be signed is nothing that the vault can read: there is no
    /// blind signing. `what` is the vault's own word for the part.
    #[error("the vault cannot read what it was to sign ({what})")]
    Undecodable {
        /// The part that could not be read.
        what: String,
    },
    /// The authorization or transaction contradicts itself (another account's
    /// money, a second content under one id, an expiry in the past).
    #[error("the vault refuses to sign this ({why})")]
    Refused {
        /// The vault's own reason.
        why: String,
    },
    /// There is no wallet in this profile: call `Create` or `Restore`.
    #[error("there is no wallet here")]
    NoVault,
    /// There is a wallet in this profile already; it is never overwritten.
    #[error("there is a wallet here already")]
    AlreadyExists,
    /// The account is beyond those that the wallet has.
    #[error("the wallet has no such account")]
    UnknownAccount,
    /// The OS keyring cannot be used. Nothing is lost: a new wallet can be
    /// sealed with a passphrase only, an old one is restored from its words.
    #[error("the keyring cannot be used ({fault:?})")]
    Keyring {
        /// What is wrong with it.
        fault: KeyringFault,
    },
    /// Another call has a prompt open.
    #[error("another question of the vault is open")]
    Busy,
    /// The vault's files were written by a newer release; they are left as they are.
    #[error("the vault was written by a newer release")]
    NewerVersion,
    /// The vault's files are damaged; restore from the words.
    #[error("the vault's files are damaged")]
    Damaged,
    /// The backup was not sealed by these words, or is damaged.
    #[error("the backup is not of this wallet, or damaged")]
    BackupForeign,
    /// The disk is full. Nothing was changed.
    #[error("the disk is full")]
    DiskFull,
    /// The vault's files cannot be read or written.
    #[error("the vault's files cannot be read or written")]
    Storage,
    /// The peer speaks another version of these messages.
    #[error("the vault speaks protocol {vault}, the shell {shell}")]
    Protocol {
        /// The vault's version.
        vault: u16,
        /// The shell's version.
        shell: u16,
    },
    /// A value in the request is out of its bounds.
    #[error("the request is malformed ({what})")]
    BadRequest {
        /// Which value.
        what: String,
    },
    /// A fault of the vault's own.
    #[error("the vault failed")]
    Internal,
}
