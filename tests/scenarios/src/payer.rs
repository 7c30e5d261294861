//! A payer who dies and comes back: a profile and an unlocked vault that
//! outlive the wallets that are opened on them.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiaozi_types::agent::{Backup, Sealing, WordLanguage};
use jiaozi_types::{Address, Clock, SystemClock, Timestamp, sandbox};
use jiaozi_wallet::api::{PolicyInput, QuickPayInput};
use jiaozi_wallet::request::{PaymentRequest, write_link};
use jiaozi_wallet::vault::{PromptKind, ScriptedSecret, VaultLaunch};
use jiaozi_wallet::{OpenOptions, SandboxHost, Wallet};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use zeroize::Zeroizing;

use crate::Ground;
use crate::person::program;

const PASSPHRASE: &str = "a passphrase for scenarios";

/// A sandbox that answers at one URL, whoever hosts it.
pub struct Fixed(pub String);

#[async_trait]
impl SandboxHost for Fixed {
    async fn attach(&self) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

/// A profile with a wallet in it, and its vault unlocked.
pub struct Payer {
    folder: TempDir,
    agent: tokio::sync::Mutex<Option<Child>>,
    address: String,
}

impl Payer {
    /// Somebody who has made a wallet and lets it pay without asking. `join`
    /// is done with the open wallet before the vault's agent starts.
    pub async fn new<F: Future<Output = ()>>(
        sandbox: &str,
        join: impl FnOnce(Wallet) -> F + Send,
    ) -> Self {
        let mut payer = Self {
            folder: tempfile::tempdir().unwrap(),
            agent: tokio::sync::Mutex::new(None),
            address: String::new(),
        };
        let wallet = payer.open(sandbox).await;
        let backup = Backup::Later;
        wallet
            .create_wallet(12, WordLanguage::English, Sealing::PassphraseOnly, backup)
            .await
            .unwrap();
        join(wallet.clone()).await;
        // In Conflux Core Space the account has another address.
        payer.address = wallet.accounts().await.unwrap()[0].address.clone();
        let quick_pay = assets(&wallet)
            .await
            .into_iter()
            .map(|asset| QuickPayInput {
                asset,
                per_payment: "1000".to_owned(),
                per_day: "1000000".to_owned(),
            });
        let policy = PolicyInput {
            quick_pay: quick_pay.collect(),
            lock_after_seconds: 86_400,
        };
        wallet.set_policy(policy).await.unwrap();
        wallet.close().await;
        drop(wallet);
        payer.unlock().await;
        payer
    }

    /// Somebody with a wallet on `ground`, reached through `urls`.
    pub async fn on(ground: &Ground, urls: &[String]) -> Self {
        let join = async |wallet: Wallet| ground.join(&wallet, urls).await;
        Self::new(&urls[0], join).await
    }

    /// The same words on another computer: the profile as it is now, in a
    /// folder of its own with an agent of its own.
    pub async fn twin(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let copied = std::process::Command::new("cp")
            .arg("-a")
            .arg(self.profile())
            .arg(folder.path())
            .status();
        assert!(copied.unwrap().success());
        let twin = Self {
            folder,
            agent: tokio::sync::Mutex::new(None),
            address: self.address.clone(),
        };
        twin.unlock().await;
        twin
    }

    /// The first account.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The profile's folder.
    pub fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    /// Where the unlocked vault listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("agent").join("vault.sock")
    }

    /// Starts the vault's agent, unlocked. One that runs is left alone.
    pub async fn unlock(&self) {
        let mut agent = self.agent.lock().await;
        if let Some(child) = agent.as_mut()
            && child.try_wait().unwrap().is_none()
        {
            return;
        }
        let mut child = Command::new(program("jiaozi-vault"))
            .arg("agent")
            .arg("--profile")
            .arg(self.profile())
            .arg("--socket")
            .arg(self.socket())
            .args(["--prompt", "none", "--secret-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let line = format!("{PASSPHRASE}\n");
        stdin.write_all(line.as_bytes()).await.unwrap();
        let stdout = child.stdout.take().unwrap();
        let ready = BufReader::new(stdout).lines().next_line().await.unwrap();
        assert_eq!(ready.as_deref(), Some("ready"), "the vault's agent starts");
        *agent = Some(child);
    }

    /// Waits for the death of the vault's agent, then starts another.
    pub async fn bury_agent(&self) {
        if let Some(mut child) = self.agent.lock().await.take() {
            child.wait().await.unwrap();
        }
        self.unlock().await;
    }

    /// The process of the vault's agent.
    pub async fn agent(&self) -> Option<u32> {
        self.agent.lock().await.as_ref().and_then(Child::id)
    }

    /// Opens the wallet, with the sandbox at `url`.
    pub async fn open(&self, url: &str) -> Wallet {
        Self::open_at(&self.profile(), &self.socket(), url, Arc::new(SystemClock)).await
    }

    /// Opens the wallet of a profile whose vault listens on `socket`.
    pub async fn open_at(
        profile: &Path,
        socket: &Path,
        url: &str,
        clock: Arc<dyn Clock>,
    ) -> Wallet {
        let vault = VaultLaunch::Socket {
            program: program("jiaozi-vault"),
            profile: profile.to_owned(),
            resident: socket.to_owned(),
            prompt: PromptKind::None,
            secret: ScriptedSecret::Given(Zeroizing::new(PASSPHRASE.to_owned())),
        };
        let options = OpenOptions {
            clock,
            ..OpenOptions::new(profile.to_owned(), vault, Arc::new(Fixed(url.to_owned())))
        };
        Wallet::open(options).await.unwrap()
    }
}

/// A request on the sandbox to pay `fen` to `shop`; with a reference the wallet
/// pays it once.
pub fn link(shop: &str, fen: u128, reference: Option<String>) -> String {
    let payee = Address::on_evm(sandbox::CHAIN_ID, shop.parse().unwrap());
    let mut request = PaymentRequest::read(shop, Timestamp::from_unix(0)).unwrap();
    request.atoms = Some(fen.try_into().unwrap());
    request.reference = reference;
    write_link(payee, &request)
}

async fn assets(wallet: &Wallet) -> Vec<String> {
    let networks = wallet.networks().await.unwrap();
    let of_network = networks.iter().flat_map(|network| {
        let tokens = network.tokens.iter().map(|token| token.id.clone());
        tokens.chain([network.coin.id.clone()])
    });
    of_network.collect()
}

/// Runs `life` on a runtime of its own and ends all that it started, as the
/// end of the app's process would.
pub async fn in_a_life<T, F>(life: impl FnOnce() -> F + Send + 'static) -> T
where
    F: Future<Output = T>,
    T: Send + 'static,
{
    let life = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let outcome = runtime.block_on(life());
        runtime.shutdown_timeout(Duration::from_secs(60));
        outcome
    };
    tokio::task::spawn_blocking(life).await.unwrap()
}
