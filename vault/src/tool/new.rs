//! `jiaozi-vault new`: new recovery words, kept nowhere on this computer.

use clap::{Args, ValueEnum};
use jiaozi_custody::Words;
use jiaozi_custody::words::{Rolls, WordsPassphrase};
use jiaozi_types::agent::{Appearance, WordLanguage};
use zeroize::Zeroizing;

use super::backup::{BackupError, Facts, warn_of_network};
use super::output::print;
use super::wallet::read_line;
use crate::prompt::Session;
use crate::prompt::messages::Messages;
use crate::prompt::terminal::TerminalPrompt;

/// What `new` takes.
#[derive(Debug, Args)]
pub struct NewOptions {
    /// How many words: 12, 15, 18, 21 or 24
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = count)]
    words: usize,
    /// The list of the words
    #[arg(long, value_enum, default_value = "en")]
    list: ListOption,
    /// Mix in throws of dice (1 to 6) or coins (h, t); from standard input they are the first line
    #[arg(long)]
    dice: bool,
    /// Ask for a BIP-39 passphrase, too. Most people need none
    #[arg(long, conflicts_with = "print")]
    passphrase: bool,
    /// Print the words on standard output instead of showing them and asking them back
    #[arg(long)]
    print: bool,
}

/// A list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListOption {
    /// English
    #[value(name = "en")]
    English,
    /// 简体中文
    #[value(name = "zh-CN")]
    SimplifiedChinese,
}

impl ListOption {
    /// As the vault's messages name it.
    pub const fn language(self) -> WordLanguage {
        match self {
            Self::English => WordLanguage::English,
            Self::SimplifiedChinese => WordLanguage::SimplifiedChinese,
        }
    }
}

/// How many words there are.
pub fn count(text: &str) -> Result<usize, String> {
    let count = text
        .parse()
        .ok()
        .filter(|count| Words::COUNTS.contains(count));
    count.ok_or_else(|| "12, 15, 18, 21 or 24".to_owned())
}

/// Runs `new`.
pub fn run(options: &NewOptions, look: Appearance) -> Result<(), BackupError> {
    let language = options.list.language();
    if options.print {
        let rolls = match options.dice {
            true => Some(Rolls::parse(&read_line()?)?),
            false => None,
        };
        let words = Words::generate_with(options.words, language, rolls.as_ref())?;
        return Ok(print(&line(&words))?);
    }
    let say = Messages::of(look.language);
    let mut session = TerminalPrompt::controlling().tool(look.language)?;
    warn_of_network(&mut session, say)?;
    let rolls = match options.dice {
        true => Some(session.rolls(options.words / 3 * 32)?),
        false => None,
    };
    let words = Words::generate_with(options.words, language, rolls.as_ref())?;
    drop(rolls);
    session.show_words(&words)?;
    session.check_words(&words)?;
    let passphrase = match options.passphrase {
        true => session.words_passphrase(true)?,
        false => WordsPassphrase::none(),
    };
    drop(session);
    Facts::of(&words, &passphrase, 1)?.print(say)
}

/// The words in one line.
pub fn line(words: &Words) -> Zeroizing<String> {
    let mut line = Zeroizing::new(String::with_capacity(512));
    for (word, at) in words.iter().zip(0_usize..) {
        if at > 0 {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.push('\n');
    line
}
