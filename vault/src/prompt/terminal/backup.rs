//! What only the commands about backups ask for: passphrases, dice and coins.

use jiaozi_custody::words::{Rolls, WordsPassphrase};
use jiaozi_custody::{Secret, SecretKind, Words};

use super::session::TerminalSession;
use super::tty::Echo;
use crate::prompt::PromptError;
use crate::prompt::sealed::open_typed;
use crate::prompt::wording::{rolls_error, rule};

impl TerminalSession {
    /// Asks for the BIP-39 passphrase of words, twice when it is a new one, and
    /// says what it is.
    pub fn words_passphrase(&mut self, new: bool) -> Result<WordsPassphrase, PromptError> {
        self.tty.line(self.say.backup_passphrase_why())?;
        loop {
            let typed = self.hidden_line(self.say.backup_passphrase_ask())?;
            if new && !self.typed_again(&typed)? {
                continue;
            }
            match WordsPassphrase::new(&typed) {
                Ok(passphrase) => return Ok(passphrase),
                Err(broken) => self.tty.line(&rule(broken, self.say))?,
            }
        }
    }

    /// Asks for the passphrase of a sealed file, twice when it is a new one.
    pub fn file_passphrase(&mut self, new: bool) -> Result<Secret, PromptError> {
        if new {
            self.tty.line(self.say.backup_seal_why())?;
        }
        loop {
            let typed = self.hidden_line(self.say.backup_file_passphrase_ask())?;
            if new {
                if let Err(broken) = typed.check(SecretKind::Passphrase) {
                    self.tty.line(&rule(broken, self.say))?;
                    continue;
                }
                if !self.typed_again(&typed)? {
                    continue;
                }
            }
            return Ok(typed);
        }
    }

    /// Whether this line says that the words are in a sealed file.
    pub(super) fn asks_for_file(&self, line: &str) -> bool {
        let line = line.trim().to_lowercase();
        line == "file" || line == self.say.prove_file_word()
    }

    /// The words of a sealed file; asks until one opens.
    pub(super) fn words_of_file(&mut self) -> Result<Words, PromptError> {
        self.tty.line(self.say.prove_file_lead())?;
        loop {
            let prompt = format!("{}: ", self.say.prove_file_title());
            let place = self.tty.ask(&prompt, Echo::Visible)?;
            let passphrase = self.file_passphrase(false)?;
            match open_typed(&place, &passphrase, self.say) {
                Ok(words) => return Ok(words),
                Err(why) => self.tty.line(&why)?,
            }
        }
    }

    /// Asks for one line of throws and says how many bits they have. Fewer than
    /// `bits` do no harm: the system's randomness is in the words anyway.
    pub fn rolls(&mut self, bits: usize) -> Result<Rolls, PromptError> {
        self.tty.line(&self.say.backup_dice_why(bits))?;
        loop {
            let typed = self.tty.ask(self.say.backup_dice_ask(), Echo::Hidden)?;
            match Rolls::parse(&typed) {
                Ok(rolls) if rolls.count() == 0 => {}
                Ok(rolls) => {
                    let text = self.say.backup_dice_have(rolls.bits(), rolls.count());
                    self.tty.line(&text)?;
                    return Ok(rolls);
                }
                Err(error) => self.tty.line(&rolls_error(error, self.say))?,
            }
        }
    }

    fn typed_again(&mut self, first: &Secret) -> Result<bool, PromptError> {
        let again = self.hidden_line(self.say.backup_passphrase_again())?;
        let same = first.same_as(&again);
        if !same {
            self.tty.line(self.say.shares_passphrase_differ())?;
        }
        Ok(same)
    }

    fn hidden_line(&mut self, prompt: &str) -> Result<Secret, PromptError> {
        let typed = self.tty.ask(&format!("{prompt}: "), Echo::Hidden)?;
        Ok(Secret::new(typed.to_string()))
    }
}
