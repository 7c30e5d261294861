//! Shares on the terminal: shown one at a time, and typed one after another.

use jiaozi_custody::keys::Keys;
use jiaozi_custody::shares::{self, Share, SharePassphrase, ShareSet, ShareWords};
use jiaozi_custody::{Secret, Words};
use jiaozi_types::agent::WordLanguage;
use zeroize::Zeroizing;

use super::page;
use super::session::{TerminalSession, split};
use super::tty::Echo;
use crate::prompt::PromptError;
use crate::prompt::wording::{missing, set_error, share_error, shares_error};

/// The most words that a share of a wallet has.
const MOST: usize = 33;

impl TerminalSession {
    /// Says something.
    pub fn tell(&mut self, text: &str) -> Result<(), PromptError> {
        self.tty.line(text)
    }

    /// Shows a share until it is written down, then wipes it.
    pub fn show_share(
        &mut self,
        title: &str,
        notes: &[String],
        words: &ShareWords,
    ) -> Result<(), PromptError> {
        self.heading(title, self.say.shares_cover())?;
        self.tty
            .ask(self.say.terminal_enter_shows(), Echo::Hidden)?;
        self.tty.enter_alternate_screen()?;
        let grid = Zeroizing::new(page::words(words.iter()));
        self.tty.line(&format!("{}\n", page::bold(title)))?;
        self.tty.line(&grid)?;
        for note in notes {
            self.tty.line(note)?;
        }
        let written = self.tty.ask(self.say.terminal_enter_clears(), Echo::Hidden);
        self.tty.leave_alternate_screen()?;
        written.map(drop)
    }

    /// Asks for shares until they are enough.
    pub fn enter_shares(&mut self) -> Result<ShareSet, PromptError> {
        self.tty.enter_alternate_screen()?;
        self.heading(self.say.shares_ask_title(), self.say.shares_ask_lead())?;
        self.tty.line(self.say.shares_ask_keys())?;
        let outcome = self.type_shares(ShareSet::new());
        self.tty.leave_alternate_screen()?;
        outcome
    }

    /// Whether this line says that the wallet was split. Neither word is in a
    /// list of recovery words.
    pub(super) fn asks_for_shares(&self, line: &str) -> bool {
        let line = line.trim().to_lowercase();
        line == "shares" || line == self.say.shares_restore_word()
    }

    /// Restores recovery words from shares, until they are the wallet that the
    /// person knows by its fingerprint.
    pub(super) fn words_of_shares(&mut self) -> Result<Words, PromptError> {
        loop {
            let set = self.enter_shares()?;
            let passphrase = self.share_passphrase(false)?;
            let language = self.word_language()?;
            match set.words(&passphrase, language) {
                Ok(words) => {
                    let keys = Keys::of(&words).map_err(|_| PromptError::Unavailable)?;
                    let fingerprint = &keys.public().fingerprint;
                    let question = self.say.shares_restored(fingerprint);
                    self.tty.ask(&question, Echo::Hidden)?;
                    return Ok(words);
                }
                Err(error) => {
                    let text = shares_error(&error, self.say);
                    self.tty.line(&text)?;
                }
            }
        }
    }

    /// Asks for the other shares of a set.
    fn type_shares(&mut self, mut set: ShareSet) -> Result<ShareSet, PromptError> {
        loop {
            if let Some(standing) = set.standing() {
                if standing.is_enough() {
                    return Ok(set);
                }
                let text = missing(&standing, self.say);
                let text = self.say.shares_ask_fits(text, set.shares().len());
                self.tty.line(&text)?;
            }
            let share = self.type_share(set.shares().len().saturating_add(1))?;
            if let Err(error) = set.add(share) {
                let text = set_error(&error, self.say);
                self.tty.line(&text)?;
            }
        }
    }

    /// Asks for the words of a share until they fit.
    fn type_share(&mut self, share: usize) -> Result<Share, PromptError> {
        let mut words: Zeroizing<Vec<String>> = Zeroizing::new(Vec::with_capacity(MOST));
        loop {
            let next = words.len().saturating_add(1);
            let prompt = self.say.shares_ask_prompt(next, share);
            let line = self.tty.ask(&prompt, Echo::Visible)?;
            match line.trim() {
                "-" => drop(words.pop().map(Zeroizing::new)),
                text => self.take_share_words(&mut words, text, share)?,
            }
            let text = Zeroizing::new(words.join(" "));
            match Share::parse(&text) {
                Ok(share) => return Ok(share),
                Err(error) if line.trim().is_empty() || words.len() >= MOST => {
                    let text = share_error(&error, share, self.say);
                    self.tty.line(&text)?;
                }
                // More words are to come.
                Err(_) => {}
            }
        }
    }

    /// Takes the words of a line up to the first that is in no share. A number
    /// before a word mends the word at that place.
    fn take_share_words(
        &mut self,
        words: &mut Vec<String>,
        line: &str,
        share: usize,
    ) -> Result<(), PromptError> {
        let mut place = None;
        for word in split(line).iter() {
            if let Ok(number) = word.parse::<usize>() {
                place = Some(number);
                continue;
            }
            let at = place
                .take()
                .unwrap_or_else(|| words.len().saturating_add(1));
            if !shares::is_word(word) {
                let near = shares::near(word);
                let mut text = self.say.shares_bad_word(at, share);
                if !near.is_empty() {
                    text = format!("{text} {}", self.say.terminal_choices(near.join(", ")));
                }
                return self.tty.line(&text);
            }
            let full = words.len() >= MOST;
            match words.get_mut(at.saturating_sub(1)) {
                Some(old) => drop(Zeroizing::new(std::mem::replace(old, word.clone()))),
                None if full => {}
                None => words.push(word.clone()),
            }
        }
        Ok(())
    }

    /// Asks for the passphrase of shares, twice when it is a new one.
    pub fn share_passphrase(&mut self, new: bool) -> Result<SharePassphrase, PromptError> {
        loop {
            let typed = self.secret(self.say.shares_passphrase_ask())?;
            if new {
                let again = self.secret(self.say.shares_passphrase_again())?;
                if !typed.same_as(&again) {
                    self.tty.line(self.say.shares_passphrase_differ())?;
                    continue;
                }
            }
            match SharePassphrase::new(typed) {
                Ok(passphrase) => return Ok(passphrase),
                Err(error) => {
                    let text = shares_error(&error, self.say);
                    self.tty.line(&text)?;
                }
            }
        }
    }

    fn secret(&mut self, prompt: &str) -> Result<Secret, PromptError> {
        let typed = self.tty.ask(prompt, Echo::Hidden)?;
        Ok(Secret::new(typed.to_string()))
    }

    /// Asks which list the recovery words were of.
    pub fn word_language(&mut self) -> Result<WordLanguage, PromptError> {
        loop {
            let line = self
                .tty
                .ask(self.say.shares_language_ask(), Echo::Visible)?;
            match line.trim() {
                "1" | "１" => return Ok(WordLanguage::English),
                "2" | "２" => return Ok(WordLanguage::SimplifiedChinese),
                _ => {}
            }
        }
    }
}
