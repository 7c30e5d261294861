//! The screens: one file each, all of the same shape. A screen draws its body
//! and says which buttons it has; the dialogue around it draws the rest.

mod ask_secret;
mod check_back;
mod choose_phrase;
mod confirm_loss;
mod decide;
mod describe_plan;
mod done;
mod entry;
mod menu;
mod open_sealed;
mod passphrase;
mod pick;
mod place;
mod set_secret;
mod share_secret;
mod show_code;
mod show_share;
mod show_words;
mod told;
mod type_shares;
mod type_words;
mod working;

use egui::Ui;

use crate::prompt::messages::Messages;

pub use ask_secret::AskSecret;
pub use check_back::{Back, CheckBack};
pub use choose_phrase::ChoosePhrase;
pub use confirm_loss::ConfirmLoss;
pub use decide::Decide;
pub use describe_plan::DescribePlan;
pub use done::Done;
pub use entry::{Entry, Line};
pub use menu::{Menu, Row};
pub use open_sealed::OpenSealed;
pub use passphrase::{Ask, Passphrase};
pub use pick::{Choice, Pick};
pub use place::{Place, Wanted};
pub use set_secret::SetSecret;
pub use share_secret::ShareSecret;
pub use show_code::{Code, ShowCode, Shown};
pub use show_share::{ShareText, ShowShare};
pub use show_words::ShowWords;
pub use told::{Addresses, Mark, News, Told};
pub use type_shares::{Gathered, SharesFor, TypeShares};
pub use type_words::{Entered, TypeWords};
pub(super) use working::working;

/// One question in the window.
pub trait Screen: Send {
    /// What the header says.
    fn title(&self, say: Messages) -> &'static str;

    /// Draws what is between the phrase and the buttons.
    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish;

    /// How much room [`Self::foot`] needs, in points.
    fn foot_height(&self) -> f32 {
        0.0
    }

    /// Draws what stays above the buttons while the body scrolls.
    fn foot(&mut self, _ui: &mut Ui, _say: Messages) -> Wish {
        Wish::Nothing
    }

    /// The buttons as they are now.
    fn buttons(&self, say: Messages) -> Buttons;

    /// Acts on the right button. True when the question is answered.
    fn accept(&mut self) -> bool;

    /// Where the keyboard is when the screen appears.
    fn first_focus(&self) -> FirstFocus {
        FirstFocus::Body
    }

    /// A phrase being typed, to be seen where it will stand.
    fn phrase_preview(&self) -> Option<&str> {
        None
    }

    /// Whether other programs should be kept from filming the window, where the
    /// system can do that.
    fn is_secret(&self) -> bool {
        false
    }
}

/// What a body asks for besides being drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Nothing,
    /// The same as a press of the right button: Enter in the last field.
    Accept,
    /// The keyboard on the right button: there is nothing left to type.
    FocusAccept,
}

impl Wish {
    fn accept_if(wanted: bool) -> Self {
        if wanted { Self::Accept } else { Self::Nothing }
    }
}

/// The two buttons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buttons {
    /// The left one declines; none where there is nothing to decline.
    pub refuse: Option<&'static str>,
    /// The right one does what the screen is for; empty where the body has what
    /// can be pressed.
    pub accept: String,
    /// Whether the right one can be pressed.
    pub ready: bool,
}

/// Where the keyboard is when a screen appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstFocus {
    /// In the body, which sees to it itself.
    Body,
    /// On the left button.
    Refuse,
    /// On the right button.
    Accept,
}
