//! One run of the program: the wallet it opens, and whom it may ask.

use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::sync::Arc;

use jiaozi_types::agent::Language;
use jiaozi_wallet::api::{AppState, AssetView, ErrorCode, Stage};
use jiaozi_wallet::vault::{PromptKind, ScriptedSecret, VaultLaunch, VaultLink};
use jiaozi_wallet::{OpenOptions, Preferences, Wallet};

use crate::failure::{Failure, OwnCode};
use crate::options::Global;
use crate::output::Output;
use crate::place::Place;
use crate::progress;
use crate::sandbox::Sandbox;

/// One run.
pub struct Session {
    /// Where the answer goes.
    pub out: Output,
    /// Where things are.
    pub place: Place,
    /// The options of every command.
    pub global: Global,
    sandbox: Arc<Sandbox>,
}

impl Session {
    /// A run by its options.
    pub fn new(global: Global, place: Place, out: Output) -> Self {
        Self {
            sandbox: Arc::new(Sandbox::new(place.sandbox.clone())),
            out,
            place,
            global,
        }
    }

    /// Refuses options that would show a secret.
    pub fn check(&self) -> Result<(), Failure> {
        if self.global.passphrase_stdin && std::io::stdin().is_terminal() {
            return Err(OwnCode::SecretOnTerminal.into());
        }
        Ok(())
    }

    /// The language of this run's prompts, where it is not the profile's.
    pub fn language(&self) -> Option<Language> {
        self.global.language.map(Language::from)
    }

    /// How the vault is reached.
    pub fn vault_launch(&self) -> VaultLaunch {
        let resident = if self.place.agent_socket_is_private() {
            self.place.agent_socket()
        } else {
            std::path::PathBuf::new()
        };
        VaultLaunch::Socket {
            program: self.place.vault.clone(),
            profile: self.place.profile.clone(),
            resident,
            prompt: self.prompt(),
            secret: self.secret(),
        }
    }

    /// A way to the vault that does not open the profile.
    pub fn vault_link(&self) -> VaultLink {
        let mut appearance = Preferences::load(&self.place.profile).appearance();
        appearance.language = self.language().unwrap_or(appearance.language);
        VaultLink::new(self.vault_launch(), appearance)
    }

    /// Where the vault may ask.
    pub fn prompt(&self) -> PromptKind {
        if !self.global.no_input && terminal().is_some() {
            PromptKind::Terminal
        } else {
            PromptKind::None
        }
    }

    fn secret(&self) -> ScriptedSecret {
        if self.global.passphrase_stdin {
            ScriptedSecret::Stdin
        } else {
            ScriptedSecret::Nobody
        }
    }

    /// Opens the profile, with or without a wallet in it.
    pub async fn open(&self) -> Result<Wallet, Failure> {
        let mut options = OpenOptions::new(
            self.place.profile.clone(),
            self.vault_launch(),
            Arc::clone(&self.sandbox) as Arc<_>,
        );
        options.language = self.language();
        Ok(progress::during(&self.out, "opening", Wallet::open(options)).await?)
    }

    /// Opens the profile's wallet with its records, asking for the passphrase
    /// where they are sealed with one.
    pub async fn ready(&self) -> Result<Wallet, Failure> {
        let wallet = self.open().await?;
        match wallet.state().await?.stage {
            Stage::Onboarding => Err(ErrorCode::NoWallet.into()),
            Stage::Ready => Ok(wallet),
            Stage::Locked => {
                wallet.unlock().await?;
                Ok(wallet)
            }
        }
    }

    /// Ends the vault of this run; the answer can be written meanwhile.
    pub async fn end(&self, wallet: &Wallet) {
        // What the answer says has happened, whether or not a backup of it is written;
        // `jiaozi backup status` tells why one was not.
        if let Err(error) = wallet.write_due_backup().await {
            tracing::warn!(%error, "no backup was written");
        }
        wallet.close().await;
    }

    /// Ends the sandbox ledger, if this run hosts it.
    pub async fn stop(&self) {
        self.sandbox.stop().await;
    }

    /// Whether a yes or no can be asked.
    pub fn can_ask(&self) -> bool {
        !self.global.no_input && terminal().is_some()
    }

    /// Asks on the terminal; only a clear yes is one.
    pub fn ask(&self, question: &str) -> Result<bool, Failure> {
        let mut terminal = terminal().ok_or(OwnCode::YesNeeded)?;
        write!(terminal, "{question} ")?;
        terminal.flush()?;
        let mut line = String::new();
        // A line that never ends is no answer.
        let mut reader = std::io::Read::take(BufReader::new(terminal), 64);
        reader.read_line(&mut line)?;
        let answer = line.trim().to_lowercase();
        Ok(["y", "yes", "是", "好"].contains(&answer.as_str()))
    }

    /// The CAIP-19 id of an asset that is named by id or by code.
    pub fn asset_id(
        &self,
        state: &AppState,
        named: Option<&str>,
    ) -> Result<Option<String>, Failure> {
        let Some(named) = named else { return Ok(None) };
        let network = &state.network;
        let is = |asset: &&AssetView| {
            asset.id.eq_ignore_ascii_case(named) || asset.symbol.eq_ignore_ascii_case(named)
        };
        let found = network.tokens.iter().chain([&network.coin]).find(is);
        found
            .map(|asset| Some(asset.id.clone()))
            .ok_or_else(|| ErrorCode::UnknownToken.into())
    }
}

/// The terminal of this process, if it has one.
fn terminal() -> Option<std::fs::File> {
    std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/tty")
        .ok()
}
