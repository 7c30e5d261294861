//! What is wrong with words, throws and sealed files, in words.

use jiaozi_custody::WordsError;
use jiaozi_custody::sealed_words::SealedWordsError;
use jiaozi_custody::words::RollsError;

use crate::prompt::messages::Messages;

/// Why words are not a wallet's. It never says which word was typed, only
/// where; the list's words near it would tell, so they are left out.
pub fn words_error(error: &WordsError, swaps: &[usize], say: Messages) -> String {
    match error {
        WordsError::Count { given } => say.backup_words_count(given),
        WordsError::Unknown { position, .. } => say.backup_words_unknown(position),
        WordsError::OtherLanguage { position } => say.backup_words_other_language(position),
        WordsError::Mismatch { position } => say.backup_words_mismatch(position),
        WordsError::Checksum => match swaps {
            [] => say.backup_words_checksum().to_owned(),
            [place] => say.backup_words_swapped(place, place.saturating_add(1)),
            places => {
                let pairs: Vec<String> = places
                    .iter()
                    .map(|place| format!("{place}/{}", place.saturating_add(1)))
                    .collect();
                say.backup_words_swapped_among(pairs.join(", "))
            }
        },
    }
}

/// Why throws cannot be read.
pub fn rolls_error(error: RollsError, say: Messages) -> String {
    match error {
        RollsError::NotARoll { position } => say.backup_dice_wrong(position),
        RollsError::TooMany => say.backup_dice_many(jiaozi_custody::words::Rolls::MOST),
    }
}

/// Why a sealed file does not open. A rule for passphrases has its own sentence.
pub fn sealed_error(error: &SealedWordsError, say: Messages) -> String {
    match error {
        SealedWordsError::NotAge => say.backup_sealed_no_age().to_owned(),
        SealedWordsError::Cut => say.backup_sealed_cut().to_owned(),
        SealedWordsError::Damaged => say.backup_sealed_damaged().to_owned(),
        SealedWordsError::NoPassphrase => say.backup_sealed_key().to_owned(),
        SealedWordsError::WrongPassphrase => say.backup_sealed_wrong().to_owned(),
        SealedWordsError::TooMuchWork => say.backup_sealed_work().to_owned(),
        SealedWordsError::Words(error) => say.backup_sealed_words(words_error(error, &[], say)),
        SealedWordsError::Rule(broken) => super::rule(*broken, say),
        SealedWordsError::NotSealed => say.backup_not_sealed().to_owned(),
    }
}
