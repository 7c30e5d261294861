//! From recovery words to shares and back.

use jiaozi_types::agent::WordLanguage;
use zeroize::Zeroizing;

use super::share::Share;
use super::{Plan, SharePassphrase, ShareSet, SharesError, cipher, sharing};
use crate::words::Words;

/// How often the passphrase is hashed, as the reference does: 20,000 times in all.
const EXPONENT: u8 = 1;
/// As the reference does: the wallet can be split again later so that both
/// splittings give the same secret under each passphrase.
const EXTENDABLE: bool = true;
/// The bits of the set's number.
const IDENTIFIER: u16 = (1 << 15) - 1;

/// The shares of a wallet, group by group. Before they are given away they are
/// put together again, every one of them.
pub fn split(
    words: &Words,
    plan: &Plan,
    passphrase: &SharePassphrase,
) -> Result<Vec<Vec<Share>>, SharesError> {
    let secret = words.entropy();
    let parameters = cipher::Parameters {
        identifier: identifier()?,
        extendable: EXTENDABLE,
        exponent: EXPONENT,
    };
    let sealed = cipher::encrypt(&secret, passphrase, parameters)?;
    let count = u8::try_from(plan.groups().len()).map_err(|_| SharesError::Internal)?;
    let parts = sharing::split(plan.needed(), count, &sealed)?;
    let mut shares = Vec::with_capacity(parts.len());
    for ((number, group), part) in (0..).zip(plan.groups()).zip(&parts) {
        let values = sharing::split(group.threshold, group.count, part)?;
        let members = (0..).zip(values).map(|(member, value)| Share {
            identifier: parameters.identifier,
            extendable: parameters.extendable,
            exponent: parameters.exponent,
            group: number,
            groups_needed: plan.needed(),
            group_count: count,
            member,
            members_needed: group.threshold,
            value,
        });
        shares.push(members.collect());
    }
    check(&shares, &secret, passphrase)?;
    Ok(shares)
}

fn identifier() -> Result<u16, SharesError> {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_err(|_| SharesError::Randomness)?;
    Ok(u16::from_be_bytes(bytes) & IDENTIFIER)
}

/// Reads all shares back from their words and recovers the secret of them.
fn check(
    shares: &[Vec<Share>],
    secret: &[u8],
    passphrase: &SharePassphrase,
) -> Result<(), SharesError> {
    let lines: Vec<Zeroizing<String>> = shares
        .iter()
        .flatten()
        .map(|share| share.words().line())
        .collect();
    let set = ShareSet::parse(lines.iter().map(|line| line.as_str()));
    let again = set
        .map_err(|_| SharesError::SelfCheck)?
        .secret(passphrase)?;
    if again.as_slice() == secret {
        Ok(())
    } else {
        Err(SharesError::SelfCheck)
    }
}

impl ShareSet {
    /// The recovery words, read in this language. The shares do not say which
    /// it was: ask the fingerprint ([`Self::words_of`]) where it is known.
    pub fn words(
        &self,
        passphrase: &SharePassphrase,
        language: WordLanguage,
    ) -> Result<Words, SharesError> {
        Words::from_entropy(&self.secret(passphrase)?, language).map_err(|_| SharesError::NotWords)
    }

    /// The recovery words of the wallet that `is_the_wallet` recognises, in
    /// whichever language; none when the shares are those of another wallet,
    /// or the passphrase is another.
    pub fn words_of(
        &self,
        passphrase: &SharePassphrase,
        is_the_wallet: impl Fn(&Words) -> bool,
    ) -> Result<Option<Words>, SharesError> {
        let secret = self.secret(passphrase)?;
        for language in [WordLanguage::English, WordLanguage::SimplifiedChinese] {
            let words =
                Words::from_entropy(&secret, language).map_err(|_| SharesError::NotWords)?;
            if is_the_wallet(&words) {
                return Ok(Some(words));
            }
        }
        Ok(None)
    }
}
