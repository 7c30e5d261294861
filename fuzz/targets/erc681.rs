//! ERC-681 links, by which other wallets and shops ask for money.
#![no_main]

use jiaozi_types::Timestamp;
use jiaozi_wallet::request::PaymentRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|rest: &str| {
    let _ = PaymentRequest::read(&format!("ethereum:{rest}"), Timestamp::from_unix(0));
});
