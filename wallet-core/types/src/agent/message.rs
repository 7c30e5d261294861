//! Calls, replies and what they carry.

use alloy_primitives::{Address as EvmAddress, Bytes};
use serde::{Deserialize, Serialize};

use super::{
    AgentError, BackupPlace, SignRequest, Signed, SpendPolicy, SpendVerdict, SpentToday,
    TokenDomain,
};
use crate::account_number::PathScheme;
use crate::address::Address;
use crate::asset::Asset;

/// A request with an id of the caller's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Echoed in the reply.
    pub id: u32,
    /// The request.
    pub request: Request,
}

/// The answer to the call with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The call's id.
    pub id: u32,
    /// What came of it.
    pub result: Result<Response, AgentError>,
}

/// What a shell can ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Request {
    /// Must come first on every connection.
    Hello(Hello),
    /// How the vault stands. Answered while locked. -> `Status`
    Status,
    /// Changes language and theme of the vault's prompts. -> `Done`
    SetAppearance(Appearance),
    /// Closes the prompt of the call `id`, which then ends `Declined`. -> `Done`
    Cancel {
        /// The call to end.
        id: u32,
    },
    /// Makes a new wallet: personal phrase, PIN, words shown, all words asked
    /// back. -> `Status`
    Create {
        /// 12, 15, 18, 21 or 24 (BIP-39).
        words: u8,
        /// The word list.
        word_language: WordLanguage,
        /// How the seed is sealed.
        sealing: Sealing,
        /// Whether the words are shown and checked now or later. Later is
        /// reported as [`BackupState::Pending`] until it is done.
        backup: Backup,
    },
    /// Makes the wallet of words that the person types. -> `Status`
    Restore {
        /// How the seed is sealed.
        sealing: Sealing,
    },
    /// Shows the words again, after the PIN. -> `Done`
    ShowWords,
    /// Asks for the backup, after the PIN: all words, or the shares or the sealed
    /// file that they are in. When they restore this wallet the backup is
    /// `Checked`; nothing else changes. -> `Status`
    CheckWords,
    /// Sets another PIN, after the old one. -> `Done`
    ChangePin,
    /// Asks for the PIN and unlocks. -> `Status`
    Unlock,
    /// Forgets the keys until the next unlock. -> `Status`
    Lock,
    /// Public addresses of accounts `first` to `first + count - 1` (count at
    /// most 100). Answered while locked. -> `Accounts`
    Accounts {
        /// First index.
        first: u32,
        /// How many.
        count: u32,
    },
    /// Public addresses on the paths of another wallet, `count` of them at most
    /// 100. Unlocks where the public keys at hand do not lead there. -> `Accounts`
    PathAccounts {
        /// Which paths.
        scheme: PathScheme,
        /// First index.
        first: u32,
        /// How many.
        count: u32,
    },
    /// The public keys of the shop's account, from which a till derives every
    /// receiving address ([`crate::ShopKey`]). Answered while locked; `Locked`
    /// before the first unlock of a wallet that was made before the vault knew
    /// shops. -> `ShopKeys`
    ShopKeys,
    /// The key that seals the shell's own records (history, contacts); it opens
    /// no money. Answered while locked, except with passphrase-only sealing.
    /// -> `StoreKey`
    StoreKey,
    /// Tries the OS keyring: writes, reads back in a fresh process, deletes.
    /// -> `KeyringReady`
    TestKeyring,
    /// Replaces the spend policy. Anything looser than before asks for the PIN.
    /// -> `Status`
    SetPolicy(SpendPolicy),
    /// Puts a payee into the vault's own address book, after the person
    /// confirms it in the vault: only such names are shown at approval. -> `Done`
    SavePayee(Payee),
    /// Takes a payee out of the vault's address book. -> `Done`
    RemovePayee {
        /// The payee's address.
        address: Address,
    },
    /// The vault's address book; needs an unlocked vault. -> `Payees`
    Payees,
    /// Teaches the vault an asset's code and decimals (and, for EIP-3009, its
    /// domain), after the person confirms them. The sandbox yuan is known. -> `Done`
    SaveAsset {
        /// The asset.
        asset: Asset,
        /// Its EIP-712 domain, if it takes authorizations.
        domain: Option<TokenDomain>,
    },
    /// Seals a part of the shell's metadata backup under a key that the words
    /// alone lead to. Answered while locked, except with passphrase-only sealing
    /// and before the first unlock by this release. -> `BackupPart`
    SealBackup {
        /// The part's place.
        place: BackupPlace,
        /// The part, at most [`super::BACKUP_PART_MAX`] bytes.
        plain: Bytes,
    },
    /// Opens a part of a metadata backup; `BackupForeign` when these words did
    /// not seal it. Answered as `SealBackup` is. -> `BackupPart`
    OpenBackup {
        /// The part's place.
        place: BackupPlace,
        /// The part as it was sealed.
        sealed: Bytes,
    },
    /// The vault's own address book, assets and policy, sealed so that a shell
    /// can keep but not make them; needs an unlocked vault. -> `BackupPart`
    SealBook,
    /// Takes back what `SealBook` gave, after the person confirms it, and the PIN
    /// where the policy becomes looser. What the vault has of its own stays. -> `Done`
    OpenBook {
        /// What `SealBook` gave.
        sealed: Bytes,
    },
    /// What the policy would say of this request. Signs nothing. -> `Verdict`
    Judge(SignRequest),
    /// Signs, after whatever prompt the policy needs. -> `Signed`
    Sign(SignRequest),
    /// Erases the wallet from this computer, after the person has proved in the
    /// same dialogue what `proof` says. Needs no PIN: a forgotten one is a reason
    /// to do this. Before it is done nothing has changed; `Declined` is one way
    /// of that. -> `Status`
    Remove {
        /// What has to be proved.
        proof: RemovalProof,
    },
    /// Ends the agent after the reply. -> `Done`
    Quit,
}

/// What the vault answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Response {
    /// The vault speaks this protocol version.
    Hello {
        /// Its [`super::PROTOCOL_VERSION`].
        protocol: u16,
        /// How it stands.
        status: VaultStatus,
    },
    /// How the vault stands.
    Status(VaultStatus),
    /// Public addresses.
    Accounts {
        /// In order of index.
        accounts: Vec<AccountInfo>,
    },
    /// The public keys of the shop's account.
    ShopKeys {
        /// The extended public key of m/44'/60'/1' (`xpub…`).
        evm: String,
        /// That of m/44'/503'/1'; none when the vault does not know Core Space.
        core: Option<String>,
    },
    /// The key of the shell's records: 64 hexadecimal digits.
    StoreKey {
        /// The key.
        key: String,
    },
    /// The keyring keeps what it is given.
    KeyringReady {
        /// Its id, as in `secret-service`.
        backend: String,
    },
    /// The vault's address book.
    Payees {
        /// By name.
        payees: Vec<Payee>,
    },
    /// A part of a metadata backup: sealed, or opened.
    BackupPart {
        /// The bytes.
        bytes: Bytes,
    },
    /// What the policy says.
    Verdict {
        /// The verdict.
        verdict: SpendVerdict,
    },
    /// What was signed.
    Signed(Signed),
    /// Done.
    Done,
}

impl std::fmt::Debug for Response {
    /// The store key is left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hello { protocol, status } => f
                .debug_struct("Hello")
                .field("protocol", protocol)
                .field("status", status)
                .finish(),
            Self::Status(status) => f.debug_tuple("Status").field(status).finish(),
            Self::Accounts { accounts } => f.debug_tuple("Accounts").field(accounts).finish(),
            // Not secret, but it tells every receiving address.
            Self::ShopKeys { .. } => f.write_str("ShopKeys(..)"),
            Self::StoreKey { .. } => f.write_str("StoreKey(..)"),
            Self::KeyringReady { backend } => f.debug_tuple("KeyringReady").field(backend).finish(),
            Self::Payees { payees } => f.debug_tuple("Payees").field(&payees.len()).finish(),
            Self::BackupPart { bytes } => f.debug_tuple("BackupPart").field(&bytes.len()).finish(),
            Self::Verdict { verdict } => f.debug_tuple("Verdict").field(verdict).finish(),
            Self::Signed(signed) => f
                .debug_tuple("Signed")
                .field(&signed.transaction_hash)
                .finish(),
            Self::Done => f.write_str("Done"),
        }
    }
}

/// The first call of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The shell's [`super::PROTOCOL_VERSION`].
    pub protocol: u16,
    /// The shell's name, for the vault's log.
    pub shell: String,
    /// Language and theme of prompts.
    pub appearance: Appearance,
}

/// Language and theme of prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appearance {
    /// Language.
    pub language: Language,
    /// Theme.
    pub theme: Theme,
}

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// 简体中文.
    #[serde(rename = "zh-CN")]
    SimplifiedChinese,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop says; light where it says nothing.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A BIP-39 word list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum WordLanguage {
    /// English.
    English,
    /// 简体中文.
    SimplifiedChinese,
}

/// How the seed is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Sealing {
    /// Under the PIN and a random secret in the OS keyring.
    Keyring,
    /// Under a passphrase of at least 10 characters, with no keyring.
    PassphraseOnly,
}

/// Whether the words are shown and checked at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Backup {
    /// Now.
    Now,
    /// Later; the wallet says so until it is done.
    Later,
}

/// How the vault stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultStatus {
    /// Whether there is a wallet, and whether it is open.
    pub state: VaultState,
    /// How it is sealed; none without a wallet.
    pub sealing: Option<Sealing>,
    /// The keyring's id, as in `secret-service`; none without one.
    pub keyring_backend: Option<String>,
    /// Whether the words were written down and checked.
    pub backup: BackupState,
    /// The wallet's BIP-32 fingerprint (8 hexadecimal digits); none without a wallet.
    pub fingerprint: Option<String>,
    /// The spend policy.
    pub policy: SpendPolicy,
    /// What left today without the PIN.
    pub spent_today: Vec<SpentToday>,
    /// Seconds until a PIN is heard again, after wrong ones; else zero.
    pub wait_seconds: u64,
}

/// What a person proves before a wallet is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum RemovalProof {
    /// That words, shares or a sealed file restore it.
    Backup,
    /// That they know what is lost without one: they type it.
    Loss,
}

/// Whether there is a wallet, and whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// No wallet in this profile.
    Empty,
    /// A wallet whose keys are sealed.
    Locked,
    /// A wallet whose keys are in the agent's memory.
    Unlocked,
}

/// Whether the words were written down and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum BackupState {
    /// Not yet: losing this computer would lose the money.
    Pending,
    /// All words were typed back correctly.
    Checked,
}

/// A public account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountInfo {
    /// The index.
    pub index: u32,
    /// The derivation path (BIP-44), as in m/44'/60'/0'/0/0.
    pub path: String,
    /// The address on every EVM chain.
    pub address: EvmAddress,
    /// The 20 bytes of the address on Conflux Core Space, whose key has the
    /// path m/44'/503'/0'/0/index; none before the first unlock of a wallet
    /// that was made before the vault knew that space.
    pub core: Option<EvmAddress>,
}

/// A payee that the person has confirmed in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    /// The name, 1 to 64 characters, without control or bidirectional-override characters.
    pub name: String,
    /// The address.
    pub address: Address,
}
