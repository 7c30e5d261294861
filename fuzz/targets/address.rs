//! Addresses as people paste them: hexadecimal, CAIP-10 and CIP-37.
#![no_main]

use jiaozi_types::{Address, Unchecked};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(address) = text.trim().parse::<Address<Unchecked>>() else {
        return;
    };
    if let Some(chain) = address.named_chain()
        && let Ok(checked) = address.require_chain(chain)
    {
        // What is written out is the same address again.
        let again: Address<Unchecked> = checked.to_string().parse().expect("it was just written");
        assert_eq!(again.require_chain(chain), Ok(checked));
    }
});
