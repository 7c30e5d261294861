//! SLIP-39 shares as people type them, one a line, alone and as a set.
#![no_main]

use jiaozi_custody::shares::{Share, ShareSet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut set = ShareSet::new();
    for line in text.lines() {
        let Ok(share) = Share::parse(line) else {
            continue;
        };
        // What is written out is the same share again.
        let written = share.words().line();
        let again = Share::parse(&written).expect("it was just written");
        assert_eq!(*again.words().line(), *written);
        let before = set.shares().len();
        let taken = set.add(share).is_ok();
        assert_eq!(set.shares().len(), before + usize::from(taken));
    }
    if let Some(standing) = set.standing() {
        let have: usize = standing.groups.iter().map(|group| group.have).sum();
        assert_eq!(have, set.shares().len());
        assert!(standing.groups_needed <= standing.group_count);
    }
});
