//! Shares that were brought together: what is missing, what does not fit, and
//! the secret when there are enough.

use zeroize::Zeroizing;

use super::field::Point;
use super::share::{Share, ShareError};
use super::sharing::{self, Unfit};
use super::{SharePassphrase, SharesError, cipher};

/// What a share of the same set and number says differently than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// How often the passphrase is hashed, or whether the set is extendable.
    Hashing,
    /// How many groups are needed.
    GroupsNeeded,
    /// How many groups there are.
    GroupCount,
    /// How many shares of the group are needed.
    MembersNeeded,
    /// The length of the secret.
    Length,
}

impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Hashing => "how it was sealed",
            Self::GroupsNeeded => "how many groups are needed",
            Self::GroupCount => "how many groups there are",
            Self::MembersNeeded => "how many shares of its group are needed",
            Self::Length => "the length of the secret",
        })
    }
}

/// What is wrong with shares as a set. Shares are numbered from 1 in the order
/// in which they were given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// A share is wrong by itself.
    #[error("share {share}: {error}")]
    Share {
        /// Which.
        share: usize,
        /// What is wrong.
        error: ShareError,
    },
    /// A share is of another set than the first.
    #[error("share {share} belongs to another set than share 1")]
    OtherSet {
        /// Which.
        share: usize,
    },
    /// A share has the number of the set, but contradicts another share.
    #[error("share {share} says something else than share {other} about {setting}")]
    OtherSetting {
        /// Which.
        share: usize,
        /// The one that it contradicts.
        other: usize,
        /// What about.
        setting: Setting,
    },
    /// A share was given twice.
    #[error("share {share} is the same as share {other}")]
    Duplicate {
        /// Which.
        share: usize,
        /// The one that it repeats.
        other: usize,
    },
    /// Two different shares claim to be the same one of their group.
    #[error("share {share} and share {other} are both number {member} of group {group}")]
    SameMember {
        /// Which.
        share: usize,
        /// The other.
        other: usize,
        /// The group, from 1.
        group: u8,
        /// The number in the group, from 1.
        member: u8,
    },
    /// No share was given.
    #[error("no share was given")]
    Empty,
    /// Groups are missing.
    #[error("shares of {have} of {need} groups were given")]
    TooFewGroups {
        /// Groups of which there are enough shares.
        have: usize,
        /// Groups that are needed.
        need: u8,
    },
    /// Shares of a group are missing.
    #[error("{have} of {need} shares of group {group} were given")]
    TooFewShares {
        /// The group, from 1.
        group: u8,
        /// How many were given.
        have: usize,
        /// How many are needed.
        need: u8,
    },
    /// The shares of a group do not belong together: one of them is of another
    /// splitting, or was forged.
    #[error("the shares of group {group} do not belong together")]
    Group {
        /// The group, from 1.
        group: u8,
    },
    /// The groups do not belong together.
    #[error("the groups do not belong together")]
    Groups,
    /// There are more shares than needed, and this one is not of the others' splitting.
    #[error("share {share} does not belong to the others")]
    Stranger {
        /// Which.
        share: usize,
    },
}

/// How many shares of a group there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupStanding {
    /// The group, from 1.
    pub group: u8,
    /// How many shares were given.
    pub have: usize,
    /// How many are needed.
    pub need: u8,
}

impl GroupStanding {
    /// Whether the group is complete.
    pub fn is_complete(&self) -> bool {
        self.have >= usize::from(self.need)
    }
}

/// How far a set has come; no secret is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The groups of which a share was given, by number.
    pub groups: Vec<GroupStanding>,
    /// How many groups are needed.
    pub groups_needed: u8,
    /// How many groups there are.
    pub group_count: u8,
}

impl Standing {
    /// How many groups are complete.
    pub fn complete_groups(&self) -> usize {
        self.groups.iter().filter(|g| g.is_complete()).count()
    }

    /// Whether the shares are enough.
    pub fn is_enough(&self) -> bool {
        self.complete_groups() >= usize::from(self.groups_needed)
    }

    /// What is missing, if anything is.
    fn require_enough(&self) -> Result<(), SetError> {
        if self.is_enough() {
            return Ok(());
        }
        let begun = self.groups.iter().find(|group| !group.is_complete());
        match begun {
            // As many groups as are needed, but one of them is not complete.
            Some(group) if self.groups.len() >= usize::from(self.groups_needed) => {
                Err(SetError::TooFewShares {
                    group: group.group,
                    have: group.have,
                    need: group.need,
                })
            }
            _ => Err(SetError::TooFewGroups {
                have: self.complete_groups(),
                need: self.groups_needed,
            }),
        }
    }
}

/// Shares that fit together so far.
#[derive(Default)]
pub struct ShareSet {
    pub(super) shares: Vec<Share>,
}

impl ShareSet {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads shares, one a text.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, SetError> {
        let mut set = Self::new();
        for text in texts {
            let share = Share::parse(text).map_err(|error| SetError::Share {
                share: set.next_number(),
                error,
            })?;
            set.add(share)?;
        }
        Ok(set)
    }

    /// Takes a share that fits to those before; the set stays as it was when
    /// it does not.
    pub fn add(&mut self, share: Share) -> Result<&Share, SetError> {
        let number = self.next_number();
        for (other, known) in (1..).zip(&self.shares) {
            compare(number, &share, other, known)?;
        }
        self.shares.push(share);
        self.shares.last().ok_or(SetError::Empty)
    }

    /// The shares in the order in which they were given.
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    fn next_number(&self) -> usize {
        self.shares.len().saturating_add(1)
    }

    /// How far the set has come; none as long as it is empty.
    pub fn standing(&self) -> Option<Standing> {
        let first = self.shares.first()?;
        let groups = (0..first.group_count)
            .filter_map(|group| {
                let mut members = self.shares.iter().filter(|share| share.group == group);
                let one = members.next()?;
                Some(GroupStanding {
                    group: one.group(),
                    have: members.count().saturating_add(1),
                    need: one.members_needed,
                })
            })
            .collect();
        Some(Standing {
            groups,
            groups_needed: first.groups_needed,
            group_count: first.group_count,
        })
    }

    /// The secret. More shares than needed are welcome; they are held against
    /// the others.
    pub(super) fn secret(
        &self,
        passphrase: &SharePassphrase,
    ) -> Result<Zeroizing<Vec<u8>>, SharesError> {
        let first = self.shares.first().ok_or(SetError::Empty)?;
        let standing = self.standing().ok_or(SetError::Empty)?;
        standing.require_enough()?;
        let complete = standing.groups.iter().filter(|group| group.is_complete());
        let mut parts = Vec::new();
        for group in complete {
            parts.push((group.group, self.part(group)?));
        }
        let points: Vec<Point<'_>> = parts
            .iter()
            .map(|(group, value)| Point {
                at: group.saturating_sub(1),
                value,
            })
            .collect();
        let sealed =
            sharing::recover(first.groups_needed, &points)?.map_err(|unfit| match unfit {
                Unfit::Digest => SetError::Groups,
                Unfit::Extra(at) => {
                    parts
                        .get(at)
                        .map_or(SetError::Groups, |(group, _)| SetError::Group {
                            group: *group,
                        })
                }
            })?;
        cipher::decrypt(&sealed, passphrase, first.cipher())
    }

    /// The part of a complete group.
    fn part(&self, group: &GroupStanding) -> Result<Zeroizing<Vec<u8>>, SharesError> {
        let members: Vec<(usize, &Share)> = (1..)
            .zip(&self.shares)
            .filter(|(_, share)| share.group() == group.group)
            .collect();
        let points: Vec<Point<'_>> = members
            .iter()
            .map(|(_, share)| Point {
                at: share.member,
                value: &share.value,
            })
            .collect();
        let part = sharing::recover(group.need, &points)?;
        Ok(part.map_err(|unfit| match unfit {
            Unfit::Digest => SetError::Group { group: group.group },
            Unfit::Extra(at) => {
                members
                    .get(at)
                    .map_or(SetError::Groups, |(share, _)| SetError::Stranger {
                        share: *share,
                    })
            }
        })?)
    }
}

impl std::fmt::Debug for ShareSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.shares).finish()
    }
}

/// Whether two shares can be of one set.
fn compare(share: usize, new: &Share, other: usize, known: &Share) -> Result<(), SetError> {
    if new.identifier != known.identifier {
        return Err(SetError::OtherSet { share });
    }
    let same_group = new.group == known.group;
    let settings = [
        (
            Setting::Hashing,
            (new.extendable, new.exponent) == (known.extendable, known.exponent),
        ),
        (
            Setting::GroupsNeeded,
            new.groups_needed == known.groups_needed,
        ),
        (Setting::GroupCount, new.group_count == known.group_count),
        (Setting::Length, new.value.len() == known.value.len()),
        (
            Setting::MembersNeeded,
            !same_group || new.members_needed == known.members_needed,
        ),
    ];
    if let Some((setting, _)) = settings.into_iter().find(|(_, same)| !same) {
        return Err(SetError::OtherSetting {
            share,
            other,
            setting,
        });
    }
    if same_group && new.member == known.member {
        return Err(if new.value == known.value {
            SetError::Duplicate { share, other }
        } else {
            SetError::SameMember {
                share,
                other,
                group: new.group(),
                member: new.member(),
            }
        });
    }
    Ok(())
}
