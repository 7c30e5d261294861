//! Shares that were brought: whether they are right, and what they give.

use crate::prompt::window::{Gathered, Mark, News, SharesFor, WindowSession};
use crate::prompt::wording::missing;
use crate::prompt::{PromptError, Session};
use crate::tool::shares::describe;

/// Tells whether shares are right, belong together, are enough, and which wallet
/// they restore. The words are not shown.
///
/// # Errors
/// [`PromptError`] when the person leaves.
pub fn check(session: &mut WindowSession) -> Result<(), PromptError> {
    let say = session.messages();
    let Gathered { set, restored } = session.gather_shares(SharesFor::Check)?;
    let mut lines: Vec<String> = set
        .shares()
        .iter()
        .map(|share| describe(share, say))
        .collect();
    // The words that they give are overwritten here.
    let fingerprint = restored.map(|(_, fingerprint)| fingerprint);
    let standing = set.standing();
    let (headline, sentence) = match (fingerprint, standing) {
        (Some(fingerprint), _) => (say.shares_check_restores(), say.shares_belong(&fingerprint)),
        (None, Some(standing)) if !standing.is_enough() => (
            say.shares_check_right(),
            say.shares_missing(missing(&standing, say)),
        ),
        (None, _) => (
            say.shares_check_enough(),
            say.shares_check_which().to_owned(),
        ),
    };
    lines.push(sentence);
    session.told(News::ended(
        say.shares_check_title(),
        Mark::Good,
        headline,
        lines,
    ))
}

/// Puts shares together and shows the recovery words.
///
/// # Errors
/// [`PromptError`] when the person leaves.
pub fn combine(session: &mut WindowSession) -> Result<(), PromptError> {
    let gathered = session.gather_shares(SharesFor::Combine)?;
    match gathered.restored {
        Some((words, _)) => session.show_words(&words),
        None => Err(PromptError::Declined),
    }
}
