//! What only the offline tool asks in windows: its flows are in `tool::window`.

use std::path::{Path, PathBuf};

use jiaozi_custody::Words;
use jiaozi_custody::shares::{Plan, SharePassphrase, ShareWords};

use super::dialogue::Step;
use super::screens::{
    Ask, Back, CheckBack, Choice, Code, DescribePlan, Entered, Entry, Gathered, Line, Menu, News,
    OpenSealed, Passphrase, Pick, Place, Row, ShareSecret, ShareText, SharesFor, ShowCode,
    ShowShare, Shown, Told, TypeShares, TypeWords, Wanted,
};
use super::session::WindowSession;
use crate::prompt::PromptError;
use crate::prompt::messages::Messages;

impl WindowSession {
    /// Speaks another language from now on.
    pub(crate) fn speak(&mut self, say: Messages) -> Result<(), PromptError> {
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

    /// Says what came of something, with what is known of the wallet.
    pub(crate) fn told(&mut self, news: News) -> Result<(), PromptError> {
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

    /// Asks for a sealed file.
    pub(crate) fn open_sealed(&mut self) -> Result<Words, PromptError> {
        let say = self.say;
        self.ask(|reply| Box::new(OpenSealed::new(say, reply)))
    }

    /// Asks for a place until `take` is content with it.
    pub(crate) fn place_until<T>(
        &mut self,
        text: Wanted,
        mut take: impl FnMut(&Path) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        let mut text = text;
        loop {
            let path = self.find_place(text.clone())?;
            match take(&path) {
                Ok(value) => return Ok(value),
                Err(why) => {
                    text.start = path;
                    text.trouble = Some(why);
                }
            }
        }
    }

    /// Asks for a wallet's words, or its shares or sealed file.
    pub(crate) fn bring_wallet(&mut self) -> Result<Words, PromptError> {
        match self.ask(|reply| Box::new(TypeWords::bring(reply)))? {
            Entered::Words(words) => Ok(words),
            Entered::Shares => self.words_of_shares(SharesFor::Bring),
            Entered::File => self.open_sealed(),
        }
    }

    /// Asks for one of several.
    pub(crate) fn pick<T: Copy + Send + 'static>(
        &mut self,
        title: &'static str,
        lead: &'static str,
        choices: Vec<Choice<T>>,
    ) -> Result<T, PromptError> {
        self.ask(|reply| Box::new(Pick::new(title, lead, choices, reply)))
    }

    /// Asks where a file or folder is, or goes.
    pub(crate) fn find_place(&mut self, text: Wanted) -> Result<PathBuf, PromptError> {
        self.ask(|reply| Box::new(Place::new(text, reply)))
    }

    /// Shows codes to a camera.
    pub(crate) fn show_code(&mut self, code: Code) -> Result<Shown, PromptError> {
        self.ask(|reply| Box::new(ShowCode::new(code, reply)))
    }

    /// Asks how to split a wallet, and whether its shares get a passphrase.
    pub(crate) fn describe_plan(&mut self) -> Result<(Plan, bool), PromptError> {
        self.ask(|reply| Box::new(DescribePlan::new(reply)))
    }

    /// Asks twice for the passphrase of new shares.
    pub(crate) fn new_share_passphrase(&mut self) -> Result<SharePassphrase, PromptError> {
        let say = self.messages();
        self.ask(|reply| Box::new(ShareSecret::new(say, reply)))
    }

    /// Shows a share until it is written down.
    pub(crate) fn show_share(&mut self, share: ShareText) -> Result<(), PromptError> {
        self.ask(|reply| Box::new(ShowShare::new(share, reply)))
    }

    /// Asks for the words of a share back.
    pub(crate) fn check_back(
        &mut self,
        share: ShareWords,
        number: usize,
        title: String,
    ) -> Result<Back, PromptError> {
        self.ask(|reply| Box::new(CheckBack::new(share, number, title, reply)))
    }

    /// Asks for shares, to check them or to put them together.
    pub(crate) fn gather_shares(&mut self, purpose: SharesFor) -> Result<Gathered, PromptError> {
        self.ask(|reply| Box::new(TypeShares::new(purpose, reply)))
    }
}
