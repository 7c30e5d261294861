//! The official vectors, and properties of random splittings.

use bip32::{Prefix, XPrv};
use jiaozi_types::agent::WordLanguage;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde::Deserialize;

use super::*;
use crate::secret::Secret;
use crate::words::Words;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<(String, Vec<String>, String, String)>,
}

fn passphrase(text: &str) -> SharePassphrase {
    SharePassphrase::new(Secret::new(text.to_owned())).unwrap()
}

fn recover(shares: &[String]) -> Result<String, SharesError> {
    let set = ShareSet::parse(shares.iter().map(String::as_str))?;
    set.secret(&passphrase("TREZOR")).map(hex::encode)
}

/// What the official vectors' names say is wrong.
fn is_named(name: &str, error: &SharesError) -> bool {
    let SharesError::Set(error) = error else {
        return false;
    };
    let names: [(&str, &dyn Fn() -> bool); 15] = [
        ("invalid checksum", &|| {
            matches!(
                error,
                SetError::Share {
                    share: 1,
                    error: ShareError::Checksum { .. }
                }
            )
        }),
        ("invalid padding", &|| {
            matches!(
                error,
                SetError::Share {
                    error: ShareError::Malformed,
                    ..
                }
            )
        }),
        ("Basic sharing 2-of-3", &|| {
            *error
                == SetError::TooFewShares {
                    group: 1,
                    have: 1,
                    need: 2,
                }
        }),
        ("different identifiers", &|| {
            *error == SetError::OtherSet { share: 2 }
        }),
        ("different iteration exponents", &|| {
            is_setting(error, Setting::Hashing)
        }),
        ("mismatching group thresholds", &|| {
            is_setting(error, Setting::GroupsNeeded)
        }),
        ("mismatching group counts", &|| {
            is_setting(error, Setting::GroupCount)
        }),
        ("greater group threshold", &|| {
            matches!(
                error,
                SetError::Share {
                    error: ShareError::Malformed,
                    ..
                }
            )
        }),
        ("duplicate member indices", &|| {
            matches!(
                error,
                SetError::SameMember {
                    share: 2,
                    other: 1,
                    ..
                }
            )
        }),
        ("mismatching member thresholds", &|| {
            is_setting(error, Setting::MembersNeeded)
        }),
        ("invalid digest", &|| *error == SetError::Group { group: 1 }),
        ("Insufficient number of groups", &|| {
            *error == SetError::TooFewGroups { have: 1, need: 2 }
        }),
        ("insufficient number of members", &|| {
            matches!(
                error,
                SetError::TooFewShares {
                    have: 1,
                    need: 2..,
                    ..
                }
            )
        }),
        ("insufficient length", &|| {
            matches!(
                error,
                SetError::Share {
                    error: ShareError::Count { given: 19 },
                    ..
                }
            )
        }),
        ("invalid master secret length", &|| {
            matches!(
                error,
                SetError::Share {
                    error: ShareError::Count { given: 21 },
                    ..
                }
            )
        }),
    ];
    let named = names.iter().find(|(part, _)| name.contains(part));
    named.is_some_and(|(_, holds)| holds())
}

fn is_setting(error: &SetError, wanted: Setting) -> bool {
    matches!(error, SetError::OtherSetting { setting, .. } if *setting == wanted)
}

#[test]
fn official_vectors() {
    let file = include_str!("../../tests/vectors/slip39.json");
    let vectors: Vectors = serde_json::from_str(file).unwrap();
    assert_eq!(vectors.vectors.len(), 45);
    let mut good = 0;
    for (name, shares, secret, root) in vectors.vectors {
        match recover(&shares) {
            Ok(recovered) => {
                assert_eq!(recovered, secret, "{name}");
                // What a wallet of SLIP-39 makes of it: no recovery words between.
                let key = XPrv::new(&hex::decode(secret).unwrap()).unwrap();
                assert_eq!(key.to_string(Prefix::XPRV).as_str(), root, "{name}");
                for share in &shares {
                    let again = Share::parse(share).unwrap().words().line();
                    assert_eq!(again.as_str(), share, "{name}");
                }
                good += 1;
            }
            Err(error) => {
                assert_eq!(secret, "", "{name}: {error}");
                assert!(is_named(&name, &error), "{name}: {error}");
            }
        }
    }
    assert_eq!(good, 15);
}

/// A plan, and for each group how many shares are brought.
#[derive(Debug, Clone)]
struct Case {
    entropy: Vec<u8>,
    plan: Plan,
    /// Groups that are complete, exactly as many as needed or more.
    groups: Vec<usize>,
    seed: u64,
}

fn group() -> impl Strategy<Value = Group> {
    prop_oneof![
        1 => Just(Group { threshold: 1, count: 1 }),
        4 => (2u8..=16).prop_flat_map(|count| (2..=count)
            .prop_map(move |threshold| Group { threshold, count })),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let lengths = select(vec![16usize, 20, 24, 28, 32]);
    let entropy = lengths.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length));
    let plan = prop::collection::vec(group(), 1..=5)
        .prop_flat_map(|groups| (1..=groups.len(), Just(groups)));
    (entropy, plan, any::<u64>()).prop_flat_map(|(entropy, (needed, groups), seed)| {
        let all: Vec<usize> = (0..groups.len()).collect();
        let plan = Plan::new(u8::try_from(needed).unwrap(), groups).unwrap();
        let count = all.len();
        (
            Just(entropy),
            Just(plan),
            subsequence(all, needed..=count),
            Just(seed),
        )
            .prop_map(|(entropy, plan, groups, seed)| Case {
                entropy,
                plan,
                groups,
                seed,
            })
    })
}

/// The lines of the members of a group, in an order that the seed decides.
fn some(shares: &[Share], count: usize, seed: u64) -> Vec<String> {
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|at| {
        let at = u64::try_from(*at).unwrap() + 1;
        seed.wrapping_mul(at.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .rotate_left(17)
    });
    order
        .into_iter()
        .take(count)
        .map(|at| shares[at].words().line().to_string())
        .collect()
}

impl Case {
    fn words(&self) -> Words {
        Words::from_entropy(&self.entropy, WordLanguage::English).unwrap()
    }

    fn split(&self) -> Vec<Vec<Share>> {
        split(&self.words(), &self.plan, &SharePassphrase::none()).unwrap()
    }

    /// Enough shares, no more than needed of each group.
    fn enough(&self, shares: &[Vec<Share>]) -> Vec<Vec<String>> {
        let threshold = |at: usize| usize::from(self.plan.groups()[at].threshold);
        self.groups
            .iter()
            .map(|at| some(&shares[*at], threshold(*at), self.seed))
            .collect()
    }
}

fn set(lines: &[Vec<String>]) -> Result<ShareSet, SetError> {
    ShareSet::parse(lines.iter().flatten().map(String::as_str))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_threshold_recovers_and_fewer_do_not(case in case()) {
        let shares = case.split();
        let enough = case.enough(&shares);
        let words = set(&enough).unwrap().words(&SharePassphrase::none(), WordLanguage::English);
        prop_assert_eq!(words.unwrap(), case.words());

        // With just as many groups as needed, one share less is too few.
        let needed = usize::from(case.plan.needed());
        let mut fewer = enough[..needed].to_vec();
        let group = usize::try_from(case.seed).unwrap() % needed;
        fewer[group].pop();
        let threshold = case.plan.groups()[case.groups[group]].threshold;
        let number = u8::try_from(case.groups[group]).unwrap() + 1;
        let expected = if fewer.concat().is_empty() {
            SetError::Empty
        } else if fewer[group].is_empty() {
            SetError::TooFewGroups { have: needed - 1, need: case.plan.needed() }
        } else {
            SetError::TooFewShares { group: number, have: fewer[group].len(), need: threshold }
        };
        let refused = set(&fewer).unwrap().secret(&SharePassphrase::none()).unwrap_err();
        prop_assert_eq!(refused, SharesError::Set(expected));
    }

    #[test]
    fn all_shares_fit_and_a_stranger_is_found(case in case()) {
        let shares = case.split();
        let mut all = ShareSet::new();
        for share in shares.iter().flatten() {
            all.add(share.clone()).unwrap();
        }
        let words = all.words(&SharePassphrase::none(), WordLanguage::English).unwrap();
        prop_assert_eq!(words, case.words());

        // The last share of a group that has more than it needs, forged.
        let spare = case.plan.groups().iter().position(|group| group.threshold < group.count);
        if let Some(at) = spare {
            let last = shares[..=at].iter().flatten().count();
            all.shares[last - 1].value[0] ^= 1;
            prop_assert_eq!(
                all.secret(&SharePassphrase::none()).unwrap_err(),
                SharesError::Set(SetError::Stranger { share: last })
            );
        }
    }

    #[test]
    fn mixed_sets_are_refused(case in case()) {
        let shares = case.split();
        let enough = case.enough(&shares).concat();
        let mut twice = enough.clone();
        twice.push(enough[0].clone());
        prop_assert_eq!(
            ShareSet::parse(twice.iter().map(String::as_str)).unwrap_err(),
            SetError::Duplicate { share: twice.len(), other: 1 }
        );
        let mut other = case.split();
        // Two sets have the same number once in 32768 times.
        while other[0][0].identifier == shares[0][0].identifier {
            other = case.split();
        }
        let mut mixed = enough.clone();
        mixed.push(other[0][0].words().line().to_string());
        prop_assert_eq!(
            ShareSet::parse(mixed.iter().map(String::as_str)).unwrap_err(),
            SetError::OtherSet { share: mixed.len() }
        );
        // Even with the number of this set it does not pass.
        let mut forged = other[0][0].clone();
        forged.identifier = shares[0][0].identifier;
        let mut set = ShareSet::new();
        set.add(forged).unwrap();
        for share in shares.iter().flatten() {
            if share.group != 0 || share.member != 0 {
                set.add(share.clone()).unwrap();
            }
        }
        // Alone in a group that is not needed twice it can pass as its own set.
        if shares.iter().flatten().count() > 1 && case.plan.needed() > 1
            || case.plan.groups()[0].threshold > 1
        {
            prop_assert!(set.secret(&SharePassphrase::none()).is_err());
        }
    }
}

#[test]
fn words_and_letters_as_people_write_them() {
    let plan = Plan::simple(2, 3).unwrap();
    let words = Words::from_entropy(&[9; 32], WordLanguage::SimplifiedChinese).unwrap();
    let shares = split(&words, &plan, &passphrase("open sesame")).unwrap();
    let lines: Vec<_> = shares[0].iter().map(|share| share.words().line()).collect();
    assert_eq!(lines[0].split(' ').count(), 33);
    let short: Vec<String> = lines[1]
        .split(' ')
        .map(|word| word[..4].to_uppercase())
        .collect();
    let set = ShareSet::parse([lines[2].as_str(), &short.join(",\n")]).unwrap();
    let standing = set.standing().unwrap();
    assert!(standing.is_enough());
    assert_eq!(set.shares()[1].word_count(), Some(24));
    let is_the_wallet = |found: &Words| *found == words;
    // The wallet's own list is found; another passphrase is another wallet.
    let found = set.words_of(&passphrase("open sesame"), is_the_wallet);
    assert_eq!(found.unwrap(), Some(words.clone()));
    let found = set.words_of(&SharePassphrase::none(), is_the_wallet);
    assert_eq!(found.unwrap(), None);
    // Nothing secret is printed.
    let printed = format!("{set:?} {:?}", shares[0][0].words());
    assert!(lines[0].split(' ').all(|word| !printed.contains(word)));
}

#[test]
fn each_mistake_has_its_error() {
    let words = Words::from_entropy(&[7; 16], WordLanguage::English).unwrap();
    let shares = split(
        &words,
        &Plan::simple(2, 2).unwrap(),
        &SharePassphrase::none(),
    )
    .unwrap();
    let line = shares[0][0].words().line();
    let typed: Vec<&str> = line.split(' ').collect();
    let with = |at: usize, word: &str| {
        let mut typed = typed.clone();
        typed[at] = word;
        Share::parse(&typed.join(" ")).unwrap_err()
    };
    assert!(matches!(
        with(6, "notaword"),
        ShareError::Unknown { position: 7, .. }
    ));
    let other = if typed[6] == "academic" {
        "acid"
    } else {
        "academic"
    };
    assert_eq!(
        with(6, other),
        ShareError::Checksum {
            suspect: Some(Suspect::Word(7))
        }
    );
    assert_eq!(
        Share::parse(&typed[..19].join(" ")).unwrap_err(),
        ShareError::Count { given: 19 }
    );
    assert_eq!(
        Share::parse("").unwrap_err(),
        ShareError::Count { given: 0 }
    );
}
