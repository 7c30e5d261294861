//! `jiaozi-vault combine`: shares become recovery words again.

use clap::{Args, ValueEnum};
use jiaozi_types::agent::{Appearance, WordLanguage};
use zeroize::Zeroizing;

use super::output::print;
use super::shares::{Brought, ShareOptions, ToolError, is_wallet};
use crate::prompt::Session;
use crate::prompt::terminal::TerminalPrompt;

/// What `combine` takes.
#[derive(Debug, Args)]
pub struct CombineOptions {
    #[command(flatten)]
    shares: ShareOptions,
    /// The list of the recovery words; with --fingerprint it is found
    #[arg(long, value_enum, conflicts_with = "fingerprint")]
    words: Option<WordsOption>,
    /// Print the words on standard output instead of showing them on the terminal
    #[arg(long)]
    print: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WordsOption {
    #[value(name = "en")]
    English,
    #[value(name = "zh-CN")]
    SimplifiedChinese,
}

/// Runs `combine`.
pub fn run(options: &CombineOptions, look: Appearance) -> Result<(), ToolError> {
    let Brought {
        set,
        passphrase,
        session,
    } = options.shares.bring(look)?;
    let mut session = match (session, options.print) {
        (Some(session), _) => Some(session),
        (None, true) => None,
        (None, false) => Some(TerminalPrompt::controlling().tool(look.language)?),
    };
    let words = match (&options.shares.fingerprint, options.words) {
        (Some(fingerprint), _) => set
            .words_of(&passphrase, |words| is_wallet(words, fingerprint))?
            .ok_or_else(|| ToolError::OtherWallet(fingerprint.clone()))?,
        (None, list) => {
            let language = match (list, session.as_mut()) {
                (Some(WordsOption::SimplifiedChinese), _) => WordLanguage::SimplifiedChinese,
                (None, Some(session)) => session.word_language()?,
                (Some(WordsOption::English) | None, _) => WordLanguage::English,
            };
            set.words(&passphrase, language)?
        }
    };
    match session.filter(|_| !options.print) {
        Some(mut session) => Ok(session.show_words(&words)?),
        None => {
            let mut line = Zeroizing::new(String::with_capacity(512));
            for word in words.iter() {
                line.push_str(word);
                line.push(' ');
            }
            // In place: a copy of the words would not be overwritten.
            let end = line.trim_end().len();
            line.truncate(end);
            line.push('\n');
            Ok(print(&line)?)
        }
    }
}
