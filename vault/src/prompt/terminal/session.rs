//! One dialogue on a terminal.

use jiaozi_custody::{PersonalPhrase, Reading, Secret, SecretKind, TextError, Words};
use jiff::tz::TimeZone;

use super::page;
use super::tty::{Echo, Tty};
use crate::prompt::messages::Messages;
use crate::prompt::word_entry::{Refused, Standing, WordEntry, is_separator, stands_alone};
use crate::prompt::wording::{
    Sheet, approval, asking, confirmation, field, knows_the_loss, notice, rule, setting, trouble,
};
use crate::prompt::{
    Confirmation, Notice, PromptError, SecretNeed, SecretPurpose, SecretTrouble, Session, Wanted,
};

/// One dialogue on a terminal.
pub struct TerminalSession {
    pub(super) tty: Tty,
    pub(super) say: Messages,
    /// The sheet that was consented to last: after a wrong PIN only the PIN is
    /// asked for again.
    consented: Option<Sheet>,
}

impl TerminalSession {
    /// A dialogue on an open terminal.
    pub(super) fn new(tty: Tty, say: Messages) -> Self {
        Self {
            tty,
            say,
            consented: None,
        }
    }

    /// Says who is asking.
    pub fn greet(&mut self, phrase: Option<&PersonalPhrase>) -> Result<(), PromptError> {
        let text = page::greeting(phrase.map(PersonalPhrase::as_str), self.say);
        self.tty.line(&text)
    }

    pub(super) fn heading(&mut self, title: &str, lead: &str) -> Result<(), PromptError> {
        self.tty.line(&format!("\n{}\n{lead}", page::bold(title)))
    }

    fn hidden(&mut self, label: &str) -> Result<Secret, PromptError> {
        loop {
            let typed = self.tty.ask(&format!("{label}: "), Echo::Hidden)?;
            if !typed.is_empty() {
                return Ok(Secret::new(typed.to_string()));
            }
        }
    }

    /// Says what was wrong with the last answer and counts the wait down.
    fn wait_out(&mut self, what: Option<SecretTrouble>) -> Result<(), PromptError> {
        let Some(what) = what else { return Ok(()) };
        let (SecretTrouble::Wrong { wait_seconds } | SecretTrouble::Throttled { wait_seconds }) =
            what;
        for left in (1..=wait_seconds).rev() {
            let text = trouble(what, left, self.say);
            self.tty.print(&format!("\r\x1b[K{text}"))?;
            self.tty.wait_a_second()?;
        }
        let text = if wait_seconds == 0 {
            trouble(what, 0, self.say)
        } else {
            self.say.secret_try_again().to_owned()
        };
        self.tty.line(&format!("\r\x1b[K{text}"))
    }

    /// Shows a sheet, asks for consent and then for the PIN.
    fn decide(
        &mut self,
        sheet: Sheet,
        secret: SecretNeed,
        what: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        if self.consented.as_ref() != Some(&sheet) {
            self.tty.line(&page::sheet(&sheet))?;
            let question = format!("{} {} ", sheet.question, self.say.terminal_yes_no());
            let answer = self.tty.ask(&question, Echo::Visible)?;
            let answer = answer.trim().to_lowercase();
            if answer != "y" && answer != "yes" && answer != self.say.terminal_yes() {
                self.tty.line(self.say.terminal_declined())?;
                return Err(PromptError::Declined);
            }
            self.consented = Some(sheet);
        }
        self.wait_out(what)?;
        match secret {
            SecretNeed::None => Ok(None),
            SecretNeed::Secret(kind) => self.hidden(field(kind, self.say)).map(Some),
        }
    }

    /// Takes words until they are complete.
    fn type_words(&mut self, mut entry: WordEntry, forms: Forms) -> Result<Words, PromptError> {
        loop {
            let standing = entry.standing();
            if let (Standing::Complete(words), Some(count)) = (&standing, entry.wanted()) {
                self.tty.leave_alternate_screen()?;
                self.tty.line(&self.say.check_done(count))?;
                return Ok(words.clone());
            }
            let number = entry.next_number();
            let prompt = self.say.terminal_word_prompt(number.min(WordEntry::MOST));
            let line = self.tty.ask(&prompt, Echo::Visible)?;
            match (line.trim(), standing) {
                ("", Standing::Complete(words)) => {
                    self.tty.leave_alternate_screen()?;
                    self.tty.line(&self.say.entry_fits(words.count()))?;
                    return Ok(words);
                }
                ("", _) => self.tty.line(&self.standing(&entry))?,
                ("?" | "？", _) => self.tell_last_words(&entry, forms)?,
                ("-", _) => {
                    let text = entry.take_back().map_or_else(
                        || self.say.terminal_nothing_to_take_back().to_owned(),
                        |number| self.say.terminal_took_back(number),
                    );
                    self.tty.line(&text)?;
                }
                (text, _) if forms != Forms::Words && self.asks_for_shares(text) => {
                    return self.words_of_shares();
                }
                (text, _) if forms == Forms::All && self.asks_for_file(text) => {
                    return self.words_of_file();
                }
                (text, _) => self.take_line(&mut entry, text)?,
            }
        }
    }

    /// Which words can stand last, where only that one is missing. A backup that is
    /// to be proved must have all of its words.
    fn tell_last_words(&mut self, entry: &WordEntry, forms: Forms) -> Result<(), PromptError> {
        let fits = entry.last_words();
        if fits.is_empty() || forms == Forms::All {
            return self.tty.line(self.say.terminal_last_not_yet());
        }
        let lead = self.say.last_lead(entry.taken().len(), fits.len());
        self.tty.line(&lead)?;
        for row in fits.chunks(8) {
            self.tty.line(&format!("  {}", row.join(" ")))?;
        }
        Ok(())
    }

    /// Takes the words of a line, up to the first that is refused. A number
    /// before a word mends the word at that place.
    fn take_line(&mut self, entry: &mut WordEntry, line: &str) -> Result<(), PromptError> {
        let mut place = None;
        for word in split(line).iter() {
            if let Ok(number) = word.parse::<usize>() {
                place = Some(number);
                continue;
            }
            let number = place.unwrap_or_else(|| entry.next_number());
            let taken = match place.take() {
                Some(number) => entry.replace(number, word),
                None => entry.take(word),
            };
            if let Err(refused) = taken {
                let text = self.refusal(&refused, word, number);
                return self.tty.line(&text);
            }
        }
        if entry.wanted().is_none() && entry.taken().len() >= Words::COUNTS[0] {
            self.tty.line(&self.standing(entry))?;
        }
        Ok(())
    }

    fn refusal(&self, refused: &Refused, word: &str, number: usize) -> String {
        match refused {
            Refused::Unknown(near) if near.is_empty() => self.say.entry_unknown(word),
            Refused::Unknown(near) => format!(
                "{} {}",
                self.say.entry_unknown(word),
                self.say.terminal_choices(near.join(", "))
            ),
            Refused::OtherLanguage => self.say.entry_other_language(word),
            Refused::Wrong => self.say.check_wrong(number, word),
            Refused::Full => self.say.entry_full(WordEntry::MOST),
        }
    }

    fn standing(&self, entry: &WordEntry) -> String {
        let count = entry.taken().len();
        match entry.standing() {
            Standing::Complete(_) => format!(
                "{} {}",
                self.say.entry_fits(count),
                self.say.terminal_enter_ends()
            ),
            Standing::DoNotFit if entry.is_full() => self.say.entry_checksum_last(count),
            Standing::DoNotFit => self.say.entry_checksum(count),
            Standing::Incomplete => self.say.entry_count(count),
        }
    }
}

/// The forms of a backup that are taken where its words are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forms {
    /// The words alone: they were shown a moment ago.
    Words,
    /// Words or shares.
    Shares,
    /// Words, shares or a sealed file.
    All,
}

/// The words of a line; Chinese words need no blanks between them.
pub(super) fn split(line: &str) -> zeroize::Zeroizing<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in line.chars() {
        if !is_separator(c) {
            word.push(c);
        }
        if (is_separator(c) && !word.is_empty()) || stands_alone(&word) {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    zeroize::Zeroizing::new(words)
}

impl Session for TerminalSession {
    fn choose_personal_phrase(&mut self) -> Result<PersonalPhrase, PromptError> {
        self.heading(self.say.phrase_title(), self.say.phrase_lead())?;
        self.tty.line(self.say.phrase_why())?;
        let prompt = format!("{}: ", self.say.phrase_label());
        loop {
            let typed = self.tty.ask(&prompt, Echo::Visible)?;
            match PersonalPhrase::new(&typed) {
                Ok(phrase) => return Ok(phrase),
                Err(wrong) => {
                    let text = match wrong {
                        TextError::TooShort(least) => self.say.phrase_too_short(least),
                        TextError::TooLong(most) => self.say.phrase_too_long(most),
                        TextError::Invisible => self.say.phrase_bad_character().to_owned(),
                    };
                    self.tty.line(&text)?;
                }
            }
        }
    }

    fn set_secret(&mut self, kind: SecretKind) -> Result<Secret, PromptError> {
        let words = setting(kind, self.say);
        self.heading(words.title, words.lead)?;
        self.tty.line(self.say.secret_set_note())?;
        loop {
            let first = self.hidden(words.field)?;
            if let Err(broken) = first.check(kind) {
                self.tty.line(&rule(broken, self.say))?;
                continue;
            }
            let again = self.hidden(words.again)?;
            if first.same_as(&again) {
                return Ok(first);
            }
            self.tty.line(self.say.secret_differ())?;
        }
    }

    fn ask_secret(
        &mut self,
        why: SecretPurpose,
        trouble: Option<SecretTrouble>,
    ) -> Result<Secret, PromptError> {
        let words = asking(why, self.say);
        if trouble.is_none() {
            self.heading(words.title, words.lead)?;
        }
        self.wait_out(trouble)?;
        self.hidden(words.field)
    }

    fn show_words(&mut self, words: &Words) -> Result<(), PromptError> {
        let lead = self.say.words_show_lead(words.count());
        self.heading(self.say.words_show_title(), &lead)?;
        self.tty.line(self.say.words_cover())?;
        self.tty
            .ask(self.say.terminal_enter_shows(), Echo::Hidden)?;
        self.tty.enter_alternate_screen()?;
        let title = page::bold(self.say.words_show_title());
        let grid = zeroize::Zeroizing::new(page::words(words.iter()));
        self.tty.line(&format!("{title}\n"))?;
        self.tty.line(&grid)?;
        self.tty.line(self.say.words_never())?;
        let written = self.tty.ask(self.say.terminal_enter_clears(), Echo::Hidden);
        self.tty.leave_alternate_screen()?;
        written.map(drop)
    }

    fn check_words(&mut self, words: &Words) -> Result<(), PromptError> {
        self.tty.enter_alternate_screen()?;
        self.heading(self.say.check_title(), self.say.check_lead())?;
        self.tty.line(self.say.terminal_check_keys())?;
        let outcome = self.type_words(WordEntry::check(words), Forms::Words);
        self.tty.leave_alternate_screen()?;
        outcome.map(drop)
    }

    fn prove_backup(&mut self, wanted: &Wanted<'_>) -> Result<(), PromptError> {
        self.tty.enter_alternate_screen()?;
        self.heading(self.say.prove_title(), self.say.prove_lead())?;
        let (shares, file) = (self.say.shares_restore_word(), self.say.prove_file_word());
        let forms = self.say.prove_terminal_forms(file, shares);
        self.tty.line(&forms)?;
        let outcome = loop {
            let entry = match wanted {
                Wanted::Words(words) => WordEntry::check(words),
                Wanted::Any(_) => WordEntry::restore(),
            };
            self.tty.line(match wanted {
                Wanted::Words(_) => self.say.terminal_check_keys(),
                Wanted::Any(_) => self.say.terminal_entry_keys(),
            })?;
            match self.type_words(entry, Forms::All) {
                Ok(words) if wanted.is_met_by(&words) => break Ok(()),
                Ok(_) => self.tty.line(self.say.prove_other())?,
                Err(error) => break Err(error),
            }
        };
        self.tty.leave_alternate_screen()?;
        outcome
    }

    fn confirm_loss(&mut self, fingerprint: &str) -> Result<(), PromptError> {
        self.heading(self.say.remove_loss_title(), self.say.remove_loss_lead())?;
        self.tty.line(self.say.remove_lead())?;
        self.tty.line(self.say.remove_goes())?;
        let wallet = format!("{}: {fingerprint}", self.say.remove_wallet());
        self.tty.line(&wallet)?;
        let field = self.say.remove_loss_field(self.say.remove_loss_sentence());
        let typed = self.tty.ask(&format!("{field}: "), Echo::Visible)?;
        if knows_the_loss(&typed, self.say) {
            return Ok(());
        }
        self.tty.line(self.say.terminal_declined())?;
        Err(PromptError::Declined)
    }

    fn enter_words(&mut self) -> Result<Words, PromptError> {
        self.tty.enter_alternate_screen()?;
        self.heading(self.say.restore_title(), self.say.restore_lead())?;
        self.tty.line(self.say.terminal_entry_keys())?;
        let hint = self.say.shares_restore_hint(self.say.shares_restore_word());
        self.tty.line(&hint)?;
        let outcome = self.type_words(WordEntry::restore(), Forms::Shares);
        self.tty.leave_alternate_screen()?;
        outcome
    }

    fn approve(
        &mut self,
        reading: &Reading,
        secret: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        let sheet = approval(reading, self.say, &TimeZone::system());
        self.decide(sheet, secret, trouble)
    }

    fn confirm(
        &mut self,
        what: &Confirmation,
        secret: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        let sheet = confirmation(what, self.say, &TimeZone::system());
        self.decide(sheet, secret, trouble)
    }

    fn done(&mut self, what: Notice) -> Result<(), PromptError> {
        let (title, text) = notice(what, self.say);
        self.heading(title, text)
    }
}
