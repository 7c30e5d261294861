//! The command line of `jiaozi-vault`.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiaozi_custody::{Secret, Vault};
use jiaozi_types::SystemClock;
use jiaozi_types::agent::{AgentError, Appearance, Language, Theme};

use crate::agent::Agent;
use crate::harden::HardenError;
use crate::probe;
use crate::prompt::scripted::{NoPrompt, ScriptedPrompt};
#[cfg(unix)]
use crate::prompt::terminal::TerminalPrompt;
use crate::prompt::window;
use crate::prompt::{Prompt, PromptError};
use crate::serve;
#[cfg(unix)]
use crate::tool;

/// Why the program ends without success. The exit code is stable.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// 1: the process could not be hardened, or the system failed.
    #[error(transparent)]
    Harden(#[from] HardenError),
    /// 1: the system failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// 3 to 9, by what the vault says.
    #[error("{0}")]
    Agent(#[from] AgentError),
    /// 10: the socket cannot be made.
    #[cfg(unix)]
    #[error("{0}")]
    Socket(#[from] serve::SocketError),
    /// 12: shares are wrong, too few or another wallet's; those of the vault
    /// keep their own codes.
    #[error("{sentence}")]
    Shares {
        /// For people.
        sentence: String,
        /// The exit code.
        code: u8,
    },
    /// 2: there is no screen for the window, and no command was given.
    #[error(
        "there is no screen to open a window on; these are the commands for the terminal\n\n{help}"
    )]
    NoScreen {
        /// The commands.
        help: String,
    },
    /// 13: a backup is wrong, or another wallet's; those of the vault and the disk
    /// keep their own codes.
    #[error("{sentence}")]
    Backup {
        /// For people.
        sentence: String,
        /// The exit code.
        code: u8,
    },
    /// 11: a request of another computer is not signed, or the signature is not
    /// written; those of the vault keep their own codes.
    #[error("{sentence}")]
    Cold {
        /// For people.
        sentence: String,
        /// The exit code.
        code: u8,
    },
}

impl Failure {
    #[cfg(unix)]
    fn cold(error: tool::sign::SignError, language: Language) -> Self {
        let sentence = error.sentence(crate::prompt::messages::Messages::of(language));
        let code = match error {
            tool::sign::SignError::Agent(error) => Self::Agent(error).exit_code(),
            _ => 11,
        };
        Self::Cold { sentence, code }
    }

    #[cfg(unix)]
    fn backup(error: &tool::backup::BackupError, language: Language) -> Self {
        Self::Backup {
            sentence: error.sentence(crate::prompt::messages::Messages::of(language)),
            code: error.exit_code(),
        }
    }

    #[cfg(unix)]
    fn shares(error: &tool::shares::ToolError, language: Language) -> Self {
        Self::Shares {
            sentence: error.sentence(crate::prompt::messages::Messages::of(language)),
            code: error.exit_code(),
        }
    }

    /// 1 a fault of the system, 3 no wallet, 4 wrong PIN or too many tries,
    /// 5 declined or nowhere to ask, 6 keyring, 7 files damaged, unreadable or
    /// from a newer release, 8 disk full, 9 anything else the vault says,
    /// 10 socket. (2 is a wrong command line.)
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Harden(_) | Self::Io(_) => 1,
            Self::NoScreen { .. } => 2,
            Self::Agent(error) => match error {
                AgentError::NoVault => 3,
                AgentError::WrongPin { .. } | AgentError::Throttled { .. } => 4,
                AgentError::Declined | AgentError::NoPrompt => 5,
                AgentError::Keyring { .. } => 6,
                AgentError::Damaged | AgentError::NewerVersion | AgentError::Storage => 7,
                AgentError::DiskFull => 8,
                _ => 9,
            },
            #[cfg(unix)]
            Self::Socket(_) => 10,
            Self::Cold { code, .. } | Self::Shares { code, .. } | Self::Backup { code, .. } => {
                *code
            }
        }
    }
}

/// Holds the keys of a Jiaozi wallet and asks its person. By itself, without a
/// command, it opens the window of the offline tool.
#[derive(Debug, Parser)]
#[command(name = "jiaozi-vault", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    /// The window's language; that of the system when left out
    #[arg(long, value_enum)]
    language: Option<LanguageOption>,
    /// The window's theme
    #[arg(long, value_enum, default_value = "system")]
    theme: ThemeOption,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answers shells until they are gone.
    Agent(AgentOptions),
    /// Makes new recovery words, kept nowhere on this computer.
    #[cfg(unix)]
    New {
        #[command(flatten)]
        options: tool::new::NewOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Shows a wallet's fingerprint and first addresses.
    #[cfg(unix)]
    Show {
        #[command(flatten)]
        options: tool::show::ShowOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Tells whether a backup restores a wallet. Nothing changes.
    #[cfg(unix)]
    Check {
        #[command(flatten)]
        options: tool::check::CheckOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Writes a recovery sheet as PDF, filled in or blank.
    #[cfg(unix)]
    Print {
        #[command(flatten)]
        options: tool::print::PrintOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Seals recovery words in a file that the age program opens, too.
    #[cfg(unix)]
    Seal {
        #[command(flatten)]
        options: tool::seal::SealOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Opens a sealed file and shows its words.
    #[cfg(unix)]
    Open {
        #[command(flatten)]
        options: tool::seal::OpenOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Signs what a computer with a network asks for, after it was shown.
    #[cfg(unix)]
    Sign {
        #[command(flatten)]
        options: tool::sign::SignOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Gives the public keys by which a computer with a network watches this wallet.
    #[cfg(unix)]
    Watch {
        #[command(flatten)]
        options: tool::watch::WatchOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Splits a wallet into shares (SLIP-39), some of which give it back.
    #[cfg(unix)]
    Split {
        #[command(flatten)]
        options: tool::split::SplitOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Puts shares together and shows the recovery words.
    #[cfg(unix)]
    Combine {
        #[command(flatten)]
        options: tool::combine::CombineOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Checks shares, alone or together, without showing what they restore.
    #[cfg(unix)]
    CheckShare {
        #[command(flatten)]
        options: tool::check_share::CheckShareOptions,
        #[command(flatten)]
        look: LookOptions,
    },
    /// Reads an item of the keyring and prints the hash of its secret.
    #[command(name = probe::COMMAND, hide = true)]
    KeyringProbe { item: String },
    /// Tries to open sockets and prints what came of it.
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    SelfTestSockets,
}

#[derive(Debug, Args)]
struct AgentOptions {
    /// The profile's folder
    #[arg(long, value_name = "DIR")]
    profile: PathBuf,
    /// Talk to one shell on standard input and output
    #[arg(long, required_unless_present = "socket")]
    stdio: bool,
    /// Talk to this user's programs on a Unix socket; prints `ready` when it is there
    #[cfg(unix)]
    #[arg(long, value_name = "PATH", conflicts_with = "stdio")]
    socket: Option<PathBuf>,
    /// End with the first program that hangs up
    #[cfg(unix)]
    #[arg(long, conflicts_with = "stdio")]
    once: bool,
    /// Where the person is asked
    #[arg(long, value_enum)]
    prompt: PromptKind,
    /// Read the PIN or passphrase as one line from standard input
    #[cfg(unix)]
    #[arg(long, conflicts_with = "stdio")]
    secret_stdin: bool,
    /// The language of prompts
    #[arg(long, value_enum, default_value = "en")]
    language: LanguageOption,
    /// The theme of windows
    #[arg(long, value_enum, default_value = "system")]
    theme: ThemeOption,
}

/// How a command of the tool speaks.
#[cfg(unix)]
#[derive(Debug, Args)]
struct LookOptions {
    /// The language
    #[arg(long, value_enum, default_value = "en")]
    language: LanguageOption,
}

#[cfg(unix)]
impl LookOptions {
    fn look(&self) -> Appearance {
        Appearance {
            language: self.language.language(),
            theme: Theme::System,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PromptKind {
    /// In windows
    Window,
    /// On the terminal
    #[cfg(unix)]
    Terminal,
    /// Nowhere
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LanguageOption {
    #[value(name = "en")]
    English,
    #[value(name = "zh-CN")]
    SimplifiedChinese,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ThemeOption {
    System,
    Light,
    Dark,
}

impl LanguageOption {
    const fn language(self) -> Language {
        match self {
            Self::English => Language::English,
            Self::SimplifiedChinese => Language::SimplifiedChinese,
        }
    }
}

impl ThemeOption {
    const fn theme(self) -> Theme {
        match self {
            Self::System => Theme::System,
            Self::Light => Theme::Light,
            Self::Dark => Theme::Dark,
        }
    }
}

impl AgentOptions {
    fn look(&self) -> Appearance {
        Appearance {
            language: self.language.language(),
            theme: self.theme.theme(),
        }
    }
}

/// The language that the system is set to.
#[cfg(unix)]
fn system_language() -> Language {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let set = names
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    match set {
        Some(value) if value.starts_with("zh") => Language::SimplifiedChinese,
        _ => Language::English,
    }
}

/// The offline tool in its window; where there is no screen, what else there is.
#[cfg(unix)]
fn run_window(language: Option<LanguageOption>, theme: ThemeOption) -> Result<(), Failure> {
    let look = Appearance {
        language: language.map_or_else(system_language, LanguageOption::language),
        theme: theme.theme(),
    };
    let opened = match tool::window::has_screen() {
        true => tool::window::run(look),
        false => Err(PromptError::Unavailable),
    };
    opened.map_err(|_| Failure::NoScreen {
        help: CommandLine::command().render_help().to_string(),
    })
}

#[cfg(not(unix))]
fn run_window(_: Option<LanguageOption>, _: ThemeOption) -> Result<(), Failure> {
    Err(AgentError::NoPrompt.into())
}

/// Runs the command line of this process.
pub fn run() -> Result<(), Failure> {
    let line = CommandLine::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("JIAOZI_VAULT_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("jiaozi=warn")),
        )
        .init();
    let Some(command) = line.command else {
        return run_window(line.language, line.theme);
    };
    match command {
        Command::Agent(options) => run_agent(options),
        #[cfg(unix)]
        Command::New { options, look } => {
            let look = look.look();
            tool::new::run(&options, look).map_err(|error| Failure::backup(&error, look.language))
        }
        #[cfg(unix)]
        Command::Show { options, look } => {
            let look = look.look();
            tool::show::run(&options, look).map_err(|error| Failure::backup(&error, look.language))
        }
        #[cfg(unix)]
        Command::Check { options, look } => {
            let look = look.look();
            tool::check::run(&options, look).map_err(|error| Failure::backup(&error, look.language))
        }
        #[cfg(unix)]
        Command::Print { options, look } => {
            let look = look.look();
            tool::print::run(&options, look).map_err(|error| Failure::backup(&error, look.language))
        }
        #[cfg(unix)]
        Command::Seal { options, look } => {
            let look = look.look();
            tool::seal::run(&options, look).map_err(|error| Failure::backup(&error, look.language))
        }
        #[cfg(unix)]
        Command::Open { options, look } => {
            let look = look.look();
            tool::seal::open(&options, look).map_err(|error| Failure::backup(&error, look.language))
        }
        #[cfg(unix)]
        Command::Sign { options, look } => {
            let look = look.look();
            tool::sign::run(&options, look).map_err(|error| Failure::cold(error, look.language))
        }
        #[cfg(unix)]
        Command::Watch { options, look } => {
            let look = look.look();
            tool::watch::run(&options, look).map_err(|error| Failure::cold(error, look.language))
        }
        #[cfg(unix)]
        Command::Split { options, look } => {
            let look = look.look();
            tool::split::run(&options, look).map_err(|error| Failure::shares(&error, look.language))
        }
        #[cfg(unix)]
        Command::Combine { options, look } => {
            let look = look.look();
            tool::combine::run(&options, look)
                .map_err(|error| Failure::shares(&error, look.language))
        }
        #[cfg(unix)]
        Command::CheckShare { options, look } => {
            let look = look.look();
            tool::check_share::run(&options, look)
                .map_err(|error| Failure::shares(&error, look.language))
        }
        Command::KeyringProbe { item } => print_line(&probe::answer(&item)),
        #[cfg(target_os = "linux")]
        Command::SelfTestSockets => print_line(crate::harden::try_sockets().trim_end()),
    }
}

fn run_agent(options: AgentOptions) -> Result<(), Failure> {
    let vault = Vault::new(
        &options.profile,
        Arc::new(probe::os_keyring()),
        Arc::new(SystemClock),
    );
    if options.prompt == PromptKind::Window {
        let (prompt, windows) = window::windows();
        // The main thread belongs to the windows; the agent's end ends the
        // process, because a window may be open.
        thread::Builder::new()
            .name("agent".to_owned())
            .spawn(move || {
                let code = match serve_agent(&options, vault, Arc::new(prompt)) {
                    Ok(()) => 0,
                    Err(failure) => {
                        // There is nothing left to do if standard error is gone.
                        let _ = writeln!(std::io::stderr(), "jiaozi-vault: {failure}");
                        failure.exit_code().into()
                    }
                };
                std::process::exit(code);
            })?;
        windows.run();
        return Ok(());
    }
    let prompt: Arc<dyn Prompt> = match options.prompt {
        #[cfg(unix)]
        PromptKind::Terminal => Arc::new(TerminalPrompt::controlling()),
        PromptKind::Window | PromptKind::None => Arc::new(NoPrompt),
    };
    serve_agent(&options, vault, prompt)
}

#[cfg(unix)]
fn serve_agent(
    options: &AgentOptions,
    vault: Vault,
    prompt: Arc<dyn Prompt>,
) -> Result<(), Failure> {
    let Some(path) = &options.socket else {
        return serve_stdio(vault, prompt);
    };
    let secret = options.secret_stdin.then(read_secret).transpose()?;
    let scripted = secret.is_some();
    let prompt = match secret {
        Some(secret) => Arc::new(ScriptedPrompt(secret)),
        None => prompt,
    };
    // An agent in the background has nobody to ask after its start.
    let asks_once = !options.once && (scripted || options.prompt == PromptKind::Terminal);
    let agent = Arc::new(Agent::new(vault, prompt, asks_once));
    let listener = serve::Listener::bind(path)?;
    if asks_once {
        agent.unlock_at_start(options.look())?;
        agent.set_prompt(Arc::new(NoPrompt));
    }
    listener.serve(&agent, options.once)?;
    if asks_once {
        // Leaves the terminal's session before it says that it is ready, so that
        // closing the terminal from then on does not end the agent. A process
        // that leads its group cannot, and need not.
        let _ = rustix::process::setsid();
    }
    print_line("ready")?;
    agent.wait_for_end();
    Ok(())
}

#[cfg(not(unix))]
fn serve_agent(
    _options: &AgentOptions,
    vault: Vault,
    prompt: Arc<dyn Prompt>,
) -> Result<(), Failure> {
    serve_stdio(vault, prompt)
}

fn serve_stdio(vault: Vault, prompt: Arc<dyn Prompt>) -> Result<(), Failure> {
    let agent = Arc::new(Agent::new(vault, prompt, false));
    serve::serve_stdio(&agent)?;
    agent.wait_for_end();
    Ok(())
}

/// One line of standard input, without its line break.
#[cfg(unix)]
fn read_secret() -> Result<Secret, Failure> {
    // A little more than the longest secret, so that too long is noticed.
    let most = Secret::MAX_LEN.saturating_mul(2);
    let mut line = crate::input::secret_line(&mut crate::input::unbuffered()?, most)?;
    // What it hands over, it overwrites.
    Ok(Secret::new(std::mem::take(&mut *line)))
}

fn print_line(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
