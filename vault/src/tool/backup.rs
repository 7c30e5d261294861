//! What the commands about backups have in common: where the words come from,
//! what may be known of their wallet, and what is said when something is wrong.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use jiaozi_custody::keys::{CoinType, Keys};
use jiaozi_custody::sealed_words::{self, SealedWordsError};
use jiaozi_custody::words::{self, GenerateError, RollsError, WordsPassphrase};
use jiaozi_custody::{Secret, Words, WordsError};
use jiaozi_types::agent::{AgentError, Appearance};
use jiaozi_types::{Address, ChainId};

use super::network::{self, Network};
use super::output::{FileError, print};
use super::wallet::{WalletOptions, read_line, refused};
use crate::prompt::messages::Messages;
use crate::prompt::terminal::{TerminalPrompt, TerminalSession};
use crate::prompt::wording::{agent_error, rolls_error, rule, sealed_error, words_error};
use crate::prompt::{PromptError, Session};
use crate::sheet::SheetError;

/// A sealed file is smaller, in bytes.
const FILE_MOST: u64 = 64 * 1024 + 1;
/// Conflux Core Space's main network, in whose form its addresses are written.
const CORE_MAIN: ChainId = ChainId::Conflux(1029);

/// Why a command about backups ends without success.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The words. With them the places of neighbours that may be swapped.
    #[error("{error}")]
    Words {
        /// What is wrong.
        error: WordsError,
        /// The first place of each pair, from 1.
        swaps: Vec<usize>,
    },
    /// The dice or coins.
    #[error(transparent)]
    Rolls(#[from] RollsError),
    /// The sealed file.
    #[error(transparent)]
    Sealed(#[from] SealedWordsError),
    /// No new words.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// The vault, or the person.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The backup is sound, and another wallet's.
    #[error("the words are those of the wallet {found}")]
    OtherWallet {
        /// Its fingerprint.
        found: String,
    },
    /// None of the wallet's first addresses.
    #[error("the address is not among the first of the wallet {found}")]
    OtherAddress {
        /// The wallet's fingerprint.
        found: String,
    },
    /// The sheet.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<PromptError> for BackupError {
    fn from(error: PromptError) -> Self {
        Self::Agent(refused(error))
    }
}

impl BackupError {
    /// As a sentence for people. It never holds a word or a passphrase.
    pub fn sentence(&self, say: Messages) -> String {
        match self {
            Self::Words { error, swaps } => words_error(error, swaps, say),
            Self::Rolls(error) => rolls_error(*error, say),
            Self::Sealed(SealedWordsError::Rule(broken)) => rule(*broken, say),
            Self::Sealed(error) => sealed_error(error, say),
            Self::Generate(_) => say.backup_no_randomness().to_owned(),
            Self::Agent(error) => agent_error(error, say),
            Self::OtherWallet { found } => say.backup_other_wallet(found),
            Self::OtherAddress { found } => say.backup_other_address(found),
            Self::Sheet(_) => say.backup_sheet_failed().to_owned(),
            Self::File(error) => error.sentence(say),
        }
    }

    /// 13, or that of the vault's error or the disk's.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Agent(error) => crate::command::Failure::Agent(error.clone()).exit_code(),
            Self::File(error) => error.exit_code(13),
            Self::Generate(_) | Self::Sheet(_) => 1,
            _ => 13,
        }
    }
}

/// Where the words come from.
#[derive(Debug, Args)]
pub struct SourceOptions {
    #[command(flatten)]
    wallet: WalletOptions,
    /// The words are in this sealed file (age); its passphrase is asked for, or the first line of standard input
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    sealed: Option<PathBuf>,
    /// The wallet has a BIP-39 passphrase: ask for it; from standard input it is the next line
    #[arg(long)]
    passphrase: bool,
}

/// Words that were brought, and what belongs to them.
pub struct Brought {
    /// The words.
    pub words: Words,
    /// Their passphrase.
    pub passphrase: WordsPassphrase,
    /// The terminal, where somebody is asked.
    pub session: Option<TerminalSession>,
}

impl SourceOptions {
    /// A sealed file and nothing else.
    pub fn of_sealed(file: &Path, secret_stdin: bool) -> Self {
        Self {
            wallet: WalletOptions::typed(secret_stdin),
            sealed: Some(file.to_owned()),
            passphrase: false,
        }
    }

    /// Whether secrets come from standard input.
    pub fn is_scripted(&self) -> bool {
        self.wallet.is_scripted()
    }

    /// Reads or asks for the words. `meant` tells the wanted wallet's words from
    /// others: among several ways to mend swapped words it finds the right one.
    pub fn bring(
        &self,
        look: Appearance,
        meant: Option<&dyn Fn(&Words) -> bool>,
    ) -> Result<Brought, BackupError> {
        let say = Messages::of(look.language);
        if self.is_scripted() {
            let words = match &self.sealed {
                Some(file) => open(file, &Secret::new(read_line()?.to_string()))?,
                None if self.wallet.has_profile() => self.wallet.words(None)?,
                None => parse(&read_line()?, meant)?,
            };
            let passphrase = match self.passphrase {
                true => words_passphrase(&Secret::new(read_line()?.to_string()))?,
                false => WordsPassphrase::none(),
            };
            return Ok(Brought {
                words,
                passphrase,
                session: None,
            });
        }
        let mut session = None;
        let words = if let Some(file) = &self.sealed {
            let bytes = read(file)?;
            let asked = TerminalPrompt::controlling().tool(look.language)?;
            let asked = session.insert(asked);
            warn_of_network(asked, say)?;
            let secret = asked.file_passphrase(false)?;
            sealed_words::open(&bytes, &secret)?
        } else if self.wallet.has_profile() {
            let mut dialogue = self.wallet.session(look)?;
            self.wallet.words(dialogue.as_mut())?
        } else {
            let asked = TerminalPrompt::controlling().tool(look.language)?;
            let asked = session.insert(asked);
            warn_of_network(asked, say)?;
            asked.enter_words()?
        };
        let mut session = match session {
            Some(session) => session,
            None => TerminalPrompt::controlling().tool(look.language)?,
        };
        let passphrase = match self.passphrase {
            true => session.words_passphrase(false)?,
            false => WordsPassphrase::none(),
        };
        Ok(Brought {
            words,
            passphrase,
            session: Some(session),
        })
    }
}

/// Says when a network is up.
pub fn warn_of_network(session: &mut TerminalSession, say: Messages) -> Result<(), PromptError> {
    match network::look() {
        Network::Up(names) => session.tell(&say.backup_network_up(names.join(", "))),
        Network::Down => session.tell(say.backup_network_down()),
        Network::Unknown => Ok(()),
    }
}

fn parse(line: &str, meant: Option<&dyn Fn(&Words) -> bool>) -> Result<Words, BackupError> {
    Words::parse(line).map_err(|error| {
        let swaps = match error {
            WordsError::Checksum => words::swapped(line)
                .into_iter()
                .filter(|(_, words)| meant.is_none_or(|meant| meant(words)))
                .map(|(place, _)| place)
                .collect(),
            _ => Vec::new(),
        };
        BackupError::Words { error, swaps }
    })
}

fn words_passphrase(typed: &Secret) -> Result<WordsPassphrase, BackupError> {
    WordsPassphrase::new(typed).map_err(|broken| SealedWordsError::Rule(broken).into())
}

fn open(file: &Path, secret: &Secret) -> Result<Words, BackupError> {
    Ok(sealed_words::open(&read(file)?, secret)?)
}

fn read(file: &Path) -> Result<Vec<u8>, BackupError> {
    let fault = |fault| FileError::new(file, fault);
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(fault)?;
    opened
        .take(FILE_MOST)
        .read_to_end(&mut bytes)
        .map_err(fault)?;
    Ok(bytes)
}

/// What of a wallet may be seen by anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// BIP-32 fingerprint of the master key: 8 hexadecimal digits.
    pub fingerprint: String,
    /// Paths and addresses for EVM networks.
    pub evm: Vec<(String, String)>,
    /// Those for Conflux Core Space.
    pub core: Vec<(String, String)>,
}

impl Facts {
    /// Those of the wallet of these words, with its first `count` addresses.
    pub fn of(
        words: &Words,
        passphrase: &WordsPassphrase,
        count: u32,
    ) -> Result<Self, BackupError> {
        let keys = Keys::under(words, passphrase)?;
        let accounts = keys.public().accounts(0, count)?;
        let core = |index: u32| format!("{}/0/{index}", CoinType::Conflux.account_path(0));
        Ok(Self {
            fingerprint: keys.public().fingerprint.clone(),
            core: accounts
                .iter()
                .filter_map(|account| {
                    let address = Address::on(CORE_MAIN, account.core?).plain();
                    Some((core(account.index), address))
                })
                .collect(),
            evm: accounts
                .into_iter()
                .map(|account| (account.path, account.address.to_string()))
                .collect(),
        })
    }

    /// Whether an address in any usual spelling is one of these.
    pub fn has(&self, address: &str) -> bool {
        let address = address.trim();
        let mut all = self.evm.iter().chain(&self.core);
        all.any(|(_, known)| known.eq_ignore_ascii_case(address))
    }

    /// Prints them on standard output.
    pub fn print(&self, say: Messages) -> Result<(), BackupError> {
        let mut text = format!("{}\n", say.backup_fingerprint(&self.fingerprint));
        for (title, lines) in [
            (say.backup_evm(), &self.evm),
            (say.backup_core(), &self.core),
        ] {
            text.push_str(&format!("{title}\n"));
            for (path, address) in lines {
                text.push_str(&format!("  {path}  {address}\n"));
            }
        }
        Ok(print(&text)?)
    }
}
