//! What the person decides about, in words: the same sheet is drawn by the
//! windows and printed by the terminal prompt, so that neither can say less
//! than the other.

mod agent;
mod approval;
mod backup;
mod change;
mod figures;
mod secrets;
mod shares;

#[cfg(unix)]
pub use agent::agent_error;
pub use approval::approval;
pub use backup::sealed_error;
#[cfg(unix)]
pub use backup::{rolls_error, words_error};
pub use change::confirmation;
pub use figures::{countdown, grouped};
pub use secrets::{asking, field, knows_the_loss, notice, rule, setting, trouble};
pub use shares::{missing, plan_error, set_error, share_error, shares_error};

/// A decision: what happens, in what detail, and the names of the two answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it is.
    pub title: &'static str,
    /// What it means, in a sentence.
    pub lead: Option<&'static str>,
    /// The amount that leaves, when money leaves.
    pub amount: Option<Headline>,
    /// Who it concerns.
    pub party: Option<PartyText>,
    /// What to be careful about.
    pub warnings: Vec<&'static str>,
    /// The rest, in order of weight.
    pub rows: Vec<Row>,
    /// The label of the button that consents: the act itself.
    pub accept: String,
    /// The label of the button that declines.
    pub refuse: &'static str,
    /// The question of a prompt without buttons.
    pub question: String,
}

/// An amount, and what it is an amount of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// The figure.
    pub figure: String,
    /// The asset's code and network.
    pub of: String,
    /// Whether the network is a sandbox, where money is not real.
    pub play_money: bool,
}

/// Who gets the money, or is about to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyText {
    /// The role.
    pub label: &'static str,
    /// The saved name; none for a stranger.
    pub name: Option<String>,
    /// What stands in the name's place for a stranger.
    pub stranger: &'static str,
    /// The address in EIP-55 form.
    pub address: String,
    /// What to be careful about with it.
    pub caution: Option<&'static str>,
}

/// One line of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// What it says.
    pub value: Value,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// An address or another long hexadecimal number, to be set in groups.
    Hex(String),
    /// Something that changes.
    Change {
        /// What it is now.
        was: String,
        /// What it will be.
        becomes: String,
    },
}

impl Row {
    fn text(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: Value::Text(value.into()),
        }
    }

    fn hex(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: Value::Hex(value.into()),
        }
    }
}
