//! What is said about shares. No sentence holds what was typed.

use jiaozi_custody::shares::{PlanError, SetError, ShareError, SharesError, Standing, Suspect};

use crate::prompt::messages::Messages;

/// What is wrong with a share by itself; shares are numbered from 1.
pub fn share_error(error: &ShareError, share: usize, say: Messages) -> String {
    match error {
        ShareError::Unknown { position, .. } => say.shares_bad_word(position, share),
        ShareError::Count { given } => say.shares_bad_count(given, share),
        ShareError::Checksum {
            suspect: Some(Suspect::Word(position)),
        } => say.shares_bad_place(position, share),
        ShareError::Checksum {
            suspect: Some(Suspect::Swapped(first)),
        } => say.shares_bad_swap(first, first.saturating_add(1), share),
        ShareError::Checksum { suspect: None } => say.shares_bad_checksum(share),
        ShareError::Malformed => say.shares_bad_form(share),
    }
}

/// What is wrong with shares as a set.
pub fn set_error(error: &SetError, say: Messages) -> String {
    match error {
        SetError::Share { share, error } => share_error(error, *share, say),
        SetError::OtherSet { share } => say.shares_other_set(share),
        SetError::OtherSetting { share, other, .. } => say.shares_other_setting(other, share),
        SetError::Duplicate { share, other } => say.shares_duplicate(other, share),
        SetError::SameMember {
            share,
            other,
            group,
            member,
        } => say.shares_same_member(group, member, other, share),
        SetError::Empty => say.shares_none().to_owned(),
        SetError::TooFewGroups { have, need } => say.shares_too_few_groups(have, need),
        SetError::TooFewShares { group, have, need } => {
            say.shares_too_few_members(group, have, need)
        }
        SetError::Group { group } => say.shares_group_differs(group),
        SetError::Groups => say.shares_groups_differ().to_owned(),
        SetError::Stranger { share } => say.shares_stranger(share),
    }
}

/// Why shares are not made or put together.
pub fn shares_error(error: &SharesError, say: Messages) -> String {
    match error {
        SharesError::Set(error) => set_error(error, say),
        SharesError::Passphrase => say.shares_passphrase().to_owned(),
        SharesError::NotWords => say.shares_not_words().to_owned(),
        other => say.tool_failed(other),
    }
}

/// Why a wallet cannot be split like that.
pub fn plan_error(error: PlanError, say: Messages) -> String {
    match error {
        PlanError::Groups => say.shares_plan_groups().to_owned(),
        PlanError::Needed => say.shares_plan_needed().to_owned(),
        PlanError::Count { group } => say.shares_plan_count(group),
        PlanError::Threshold { group } => say.shares_plan_threshold(group),
        PlanError::Copies { group } => say.shares_plan_copies(group),
        PlanError::Form => say.shares_plan_form().to_owned(),
    }
}

/// What a set still lacks, as a list.
pub fn missing(standing: &Standing, say: Messages) -> String {
    let mut parts: Vec<String> = standing
        .groups
        .iter()
        .filter(|group| !group.is_complete())
        .map(|group| {
            let count = usize::from(group.need).saturating_sub(group.have);
            say.shares_missing_members(count, group.group)
        })
        .collect();
    let begun = standing.groups.len();
    let unseen = usize::from(standing.groups_needed).saturating_sub(begun);
    if unseen > 0 {
        parts.push(say.shares_missing_groups(unseen));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiaozi_types::agent::Language;

    #[test]
    fn numbers_stand_where_they_belong() {
        let say = Messages::of(Language::English);
        let alone = |error: ShareError| share_error(&error, 2, say);
        let word = alone(ShareError::Unknown {
            position: 7,
            near: vec!["acid"],
        });
        assert!(word.starts_with("Share 2: word 7 ") && !word.contains("acid"));
        assert!(alone(ShareError::Count { given: 19 }).starts_with("Share 2 has 19 words."));
        let place = |suspect| {
            alone(ShareError::Checksum {
                suspect: Some(suspect),
            })
        };
        assert!(place(Suspect::Word(7)).starts_with("Share 2: word 7 "));
        assert!(place(Suspect::Swapped(7)).starts_with("Share 2: words 7 and 8 "));
        let set = |error: SetError| set_error(&error, say);
        let twice = SetError::Duplicate { share: 3, other: 1 };
        assert_eq!(set(twice), "Share 3 is the same as share 1.");
        let both = SetError::SameMember {
            share: 3,
            other: 1,
            group: 4,
            member: 9,
        };
        assert!(set(both).starts_with("Share 3 and share 1 are both number 9 of group 4,"));
        let few = SetError::TooFewShares {
            group: 4,
            have: 1,
            need: 2,
        };
        assert_eq!(set(few), "Group 4 needs 2 shares; 1 were given.");
    }
}
