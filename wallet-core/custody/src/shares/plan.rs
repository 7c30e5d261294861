//! How a wallet is split: groups of people, how many of each group must come
//! together, and how many groups.

use std::str::FromStr;

/// The most groups, and the most shares of a group.
pub const MOST: u8 = 16;

/// A group: `threshold` of its `count` shares give the group's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// How many are needed.
    pub threshold: u8,
    /// How many there are.
    pub count: u8,
}

/// Groups, and how many of them are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    needed: u8,
    groups: Vec<Group>,
}

/// Why a wallet cannot be split like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No group, or more than [`MOST`].
    #[error("a wallet is split into 1 to 16 groups")]
    Groups,
    /// More groups are needed than there are, or none.
    #[error("the groups needed must be 1 to the number of groups")]
    Needed,
    /// A group has no share, or more than [`MOST`].
    #[error("group {group} must have 1 to 16 shares")]
    Count {
        /// Which, from 1.
        group: u8,
    },
    /// A group needs more shares than it has, or none.
    #[error("group {group} must need 1 to as many shares as it has")]
    Threshold {
        /// Which, from 1.
        group: u8,
    },
    /// Several shares of which one is enough would be the same share copied.
    #[error("group {group} has several shares of which one is enough: use 1 of 1, and copy it")]
    Copies {
        /// Which, from 1.
        group: u8,
    },
    /// Not of the form `2/3`.
    #[error("a group is written as 2/3: two of three shares are needed")]
    Form,
}

impl Plan {
    /// A plan that the standard allows.
    pub fn new(needed: u8, groups: Vec<Group>) -> Result<Self, PlanError> {
        let count = u8::try_from(groups.len()).map_err(|_| PlanError::Groups)?;
        if !(1..=MOST).contains(&count) {
            return Err(PlanError::Groups);
        }
        if !(1..=count).contains(&needed) {
            return Err(PlanError::Needed);
        }
        for (number, group) in (1..).zip(&groups) {
            group.check(number)?;
        }
        Ok(Self { needed, groups })
    }

    /// One group.
    pub fn simple(threshold: u8, count: u8) -> Result<Self, PlanError> {
        Self::new(1, vec![Group { threshold, count }])
    }

    /// How many groups are needed.
    pub fn needed(&self) -> u8 {
        self.needed
    }

    /// The groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}

impl Group {
    fn check(self, group: u8) -> Result<(), PlanError> {
        if !(1..=MOST).contains(&self.count) {
            return Err(PlanError::Count { group });
        }
        if !(1..=self.count).contains(&self.threshold) {
            return Err(PlanError::Threshold { group });
        }
        if self.threshold == 1 && self.count > 1 {
            return Err(PlanError::Copies { group });
        }
        Ok(())
    }
}

impl FromStr for Group {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let (threshold, count) = text.split_once('/').ok_or(PlanError::Form)?;
        let number = |text: &str| text.trim().parse().map_err(|_| PlanError::Form);
        Ok(Self {
            threshold: number(threshold)?,
            count: number(count)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_what_the_standard_allows() {
        let group = |text: &str| text.parse::<Group>().unwrap();
        assert!(Plan::new(1, vec![group("1/1")]).is_ok());
        assert!(Plan::new(2, vec![group("2/3"), group("16/16"), group("1/1")]).is_ok());
        let refused = |needed, groups: &[&str]| {
            Plan::new(needed, groups.iter().map(|text| group(text)).collect()).unwrap_err()
        };
        assert_eq!(refused(1, &[]), PlanError::Groups);
        assert_eq!(refused(1, &["1/1"; 17]), PlanError::Groups);
        assert_eq!(refused(0, &["1/1"]), PlanError::Needed);
        assert_eq!(refused(2, &["1/1"]), PlanError::Needed);
        assert_eq!(
            refused(1, &["1/1", "0/3"]),
            PlanError::Threshold { group: 2 }
        );
        assert_eq!(refused(1, &["4/3"]), PlanError::Threshold { group: 1 });
        assert_eq!(refused(1, &["2/17"]), PlanError::Count { group: 1 });
        assert_eq!(refused(1, &["1/2"]), PlanError::Copies { group: 1 });
        for text in ["", "2", "2/", "a/b", "2/3/4", "300/2", "-1/2"] {
            assert_eq!(text.parse::<Group>(), Err(PlanError::Form), "{text}");
        }
    }
}
