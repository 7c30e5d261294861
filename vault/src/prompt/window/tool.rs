//! What the vault by itself asks and says in its window, beyond the questions
//! of an agent.

use std::path::Path;

use jiaozi_custody::{Secret, Words};

use super::WindowSession;
use super::dialogue::Step;
use super::screens::{
    Ask, Entered, Entry, Line, Menu, News, OpenSealed, Passphrase, Place, Row, Told, TypeShares,
    TypeWords, Wanted,
};
use crate::prompt::PromptError;
use crate::prompt::messages::Messages;

impl WindowSession {
    /// The sentences.
    pub fn say(&self) -> Messages {
        self.say
    }

    /// Speaks another language from now on.
    pub fn speak(&mut self, say: Messages) -> Result<(), PromptError> {
        self.say = say;
        let step = Step::Speak(say);
        self.steps.send(step).map_err(|_| PromptError::Declined)
    }

    /// Asks which of the rows; gives its place, from 0.
    pub(crate) fn menu(
        &mut self,
        title: &'static str,
        lead: impl Into<String>,
        rows: Vec<Row>,
    ) -> Result<usize, PromptError> {
        let (lead, refuse) = (lead.into(), self.say.tool_back());
        self.ask(|reply| Box::new(Menu::new(title, lead, rows, refuse, reply)))
    }

    /// The first menu, which nothing leads back from.
    pub(crate) fn home(&mut self, rows: Vec<Row>) -> Result<usize, PromptError> {
        let (title, close) = (self.say.tool_title(), self.say.tool_close());
        self.ask(|reply| Box::new(Menu::new(title, String::new(), rows, close, reply)))
    }

    /// Says what came of something.
    pub(crate) fn tell(&mut self, news: News) -> Result<(), PromptError> {
        self.ask(|reply| Box::new(Told::new(news, reply)))
    }

    /// Asks for one line.
    pub(crate) fn line<T: Send + 'static>(&mut self, line: Line<T>) -> Result<T, PromptError> {
        self.ask(|reply| Box::new(Entry::new(line, reply)))
    }

    /// Asks for a passphrase of a backup.
    pub(crate) fn passphrase<T: Send + 'static>(&mut self, ask: Ask<T>) -> Result<T, PromptError> {
        self.ask(|reply| Box::new(Passphrase::new(ask, reply)))
    }

    /// Asks where a file is, or is to be, until `take` is content with the place.
    pub(crate) fn place<T>(
        &mut self,
        place: &Wanted,
        mut take: impl FnMut(&Path) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        let mut wanted = place.clone();
        loop {
            let asked = wanted.clone();
            let path = self.ask(|reply| Box::new(Place::new(asked, reply)))?;
            match take(&path) {
                Ok(value) => return Ok(value),
                Err(why) => {
                    wanted.start = path;
                    wanted.trouble = Some(why);
                }
            }
        }
    }

    /// Asks for the words of a wallet in whatever form the person has them:
    /// words, shares, a sealed file. Nothing changes by this.
    pub(crate) fn bring_words(&mut self) -> Result<Words, PromptError> {
        match self.ask(|reply| Box::new(TypeWords::prove(None, None, reply)))? {
            Entered::Words(words) => Ok(words),
            Entered::Shares => self.bring_shares(),
            Entered::File => self.open_sealed(),
        }
    }

    /// Asks for the shares of a wallet.
    pub(crate) fn bring_shares(&mut self) -> Result<Words, PromptError> {
        self.ask(|reply| Box::new(TypeShares::prove(reply)))
    }

    /// Asks for a sealed file.
    pub(crate) fn open_sealed(&mut self) -> Result<Words, PromptError> {
        self.ask(|reply| Box::new(OpenSealed::new(self.say, reply)))
    }
}

/// Asks for a passphrase that only has to be there.
pub(crate) fn any(secret: &Secret) -> Result<Secret, String> {
    Ok(secret.duplicate())
}
