//! Transactions as the vault reads them before it shows them for approval.
#![no_main]

use alloy_primitives::{Address as EvmAddress, Bytes};
use jiaozi_custody::reading::{Book, read};
use jiaozi_types::agent::{KeyRef, SignRequest, ToSign, TokenDomain};
use jiaozi_types::{Address, Asset, AssetId, PurchaseId, Timestamp};
use libfuzzer_sys::fuzz_target;

/// A book without names or assets.
struct Empty;

impl Book for Empty {
    fn name_of(&self, _: &Address) -> Option<String> {
        None
    }
    fn name_of_shop(&self, _: EvmAddress) -> Option<String> {
        None
    }
    fn asset(&self, _: AssetId) -> Option<Asset> {
        None
    }
    fn domain(&self, _: AssetId) -> Option<TokenDomain> {
        None
    }
}

fuzz_target!(|bytes: &[u8]| {
    let from = EvmAddress::repeat_byte(1);
    let now = Timestamp::from_unix(1_800_000_000);
    let request = SignRequest {
        purchase: PurchaseId::from_bytes([3; 16]),
        signer: KeyRef::Account(0),
        shop: None,
        what: ToSign::Transaction {
            unsigned: Bytes::copy_from_slice(bytes),
        },
    };
    let _ = read(&request, from, &Empty, now);
    // The structured requests as well: they come from the shell as JSON.
    if let Ok(request) = serde_json::from_slice::<SignRequest>(bytes) {
        let _ = read(&request, from, &Empty, now);
    }
});
