//! A person with a wallet: a profile, a vault sealed by a passphrase.

use std::path::PathBuf;

use jiaozi_types::agent::{Backup, Sealing, WordLanguage};
use jiaozi_wallet::vault::{PromptKind, ScriptedSecret, VaultLaunch};
use jiaozi_wallet::{OpenOptions, Wallet};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::Node;

/// A person of a scenario.
pub struct Person {
    /// Their wallet.
    pub wallet: Wallet,
    _profile: TempDir,
}

/// A program of this workspace, built beside the tests (or named by
/// `JIAOZI_VAULT` for the vault).
pub fn program(name: &str) -> PathBuf {
    if let Some(program) = std::env::var_os("JIAOZI_VAULT").filter(|_| name == "jiaozi-vault") {
        return program.into();
    }
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join(name);
    assert!(
        program.exists(),
        "{} is missing: cargo build -p {name}",
        program.display()
    );
    program
}

impl Person {
    /// Someone who has just made a wallet.
    pub async fn new(node: &Node) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let wallet = Self::open(node, profile.path().to_path_buf()).await;
        wallet
            .create_wallet(
                12,
                WordLanguage::English,
                Sealing::PassphraseOnly,
                Backup::Later,
            )
            .await
            .unwrap();
        Self {
            wallet,
            _profile: profile,
        }
    }

    async fn open(node: &Node, profile: PathBuf) -> Wallet {
        let vault = VaultLaunch::Socket {
            program: program("jiaozi-vault"),
            profile: profile.clone(),
            resident: profile.join("no-agent.sock"),
            prompt: PromptKind::None,
            secret: ScriptedSecret::Given(Zeroizing::new("a passphrase for scenarios".to_owned())),
        };
        Wallet::open(OpenOptions::new(profile, vault, node.sandbox_host()))
            .await
            .unwrap()
    }

    /// The address of the first account.
    pub async fn address(&self) -> String {
        self.wallet.accounts().await.unwrap()[0].address.clone()
    }

    /// What the first account holds of the main asset, as the ledger says now.
    pub async fn balance(&self) -> String {
        self.wallet.refresh(0).await.unwrap().balances[0]
            .total
            .plain
            .clone()
    }
}
