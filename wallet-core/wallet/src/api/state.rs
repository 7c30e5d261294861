//! How the wallet stands, for the first screen and the home screen.

use jiaozi_types::agent::{BackupState, Language, Sealing, Theme, VaultState};
use serde::Serialize;
use ts_rs::TS;

use super::{AmountView, HistoryView, NetworkView, PaymentView, PolicyView, Region};

/// Which screen a shell opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// No wallet in this profile: make one or restore one.
    Onboarding,
    /// The shell's own records are sealed until the vault is unlocked
    /// (passphrase-only sealing).
    Locked,
    /// Records can be read; paying may still ask the vault to unlock.
    Ready,
}

/// How the wallet stands. Never waits for the network.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AppState {
    /// Which screen to open with.
    pub stage: Stage,
    /// The product's version.
    pub version: String,
    /// Language of the interface.
    pub language: Language,
    /// Theme of the interface.
    pub theme: Theme,
    /// Where the person says they are.
    pub region: Region,
    /// The vault.
    pub vault: VaultView,
    /// The chosen network.
    pub network: NetworkView,
    /// The profile's folder.
    pub profile_dir: String,
}

/// The vault, as far as a shell may know.
#[derive(Debug, Clone, Serialize, TS)]
pub struct VaultView {
    /// Whether there is a wallet, and whether it is open.
    pub state: VaultState,
    /// How it is sealed.
    pub sealing: Option<Sealing>,
    /// The keyring's id, as in `secret-service`.
    pub keyring_backend: Option<String>,
    /// Whether the words were checked.
    pub backup: BackupState,
    /// The wallet's BIP-32 fingerprint.
    pub fingerprint: Option<String>,
    /// The spend policy.
    pub policy: PolicyView,
    /// Seconds until a PIN is heard again; zero when it is heard now.
    #[ts(type = "number")]
    pub wait_seconds: u64,
}

/// What the keyring self-test saw.
#[derive(Debug, Clone, Serialize, TS)]
pub struct KeyringView {
    /// The keyring's id.
    pub backend: String,
}

/// The home screen. First filled from the local store, then from the ledger.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Overview {
    /// The account that is shown.
    pub account: AccountView,
    /// The money, the network's main asset first.
    pub balances: Vec<BalanceView>,
    /// The last payments, newest first, at most 8.
    pub recent: Vec<PaymentView>,
    /// Payments that are not final yet.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Whether the last look at the ledger succeeded.
    pub online: bool,
    /// When the ledger was last seen (Unix seconds); none before the first time.
    #[ts(type = "number | null")]
    pub seen_at: Option<u64>,
    /// How far the account's history was read.
    pub history: HistoryView,
    /// Whether to remind of the backup: money has come and the words were
    /// never checked.
    pub remind_backup: bool,
    /// Whether it is time to test the backup: real money has come and the last
    /// test, if there was one, is as long ago as the person set.
    pub test_backup: bool,
    /// Whether the embedded bank can top this account up.
    pub can_top_up: bool,
}

/// An account.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AccountView {
    /// The index in the derivation path.
    pub index: u32,
    /// The person's own label; empty when none was given.
    pub label: String,
    /// The address (EIP-55).
    pub address: String,
    /// The derivation path (BIP-44).
    pub path: String,
    /// The fingerprint of the wallet that has its keys, when that is another one
    /// and the account is only watched here; none for this wallet's own.
    pub wallet: Option<String>,
}

/// Money of one asset in one account.
#[derive(Debug, Clone, Serialize, TS)]
pub struct BalanceView {
    /// What the ledger says the account holds.
    pub total: AmountView,
    /// What is left when payments under way are taken off.
    pub spendable: AmountView,
}
