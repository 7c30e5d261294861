//! What a person pastes, types, clicks or scans.
#![no_main]

use jiaozi_types::Timestamp;
use jiaozi_wallet::request::{PaymentRequest, write_link};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let now = Timestamp::from_unix(0);
    let Ok(request) = PaymentRequest::read(text, now) else {
        return;
    };
    let Some(Ok(payee)) = request
        .chain
        .map(|chain| request.payee.require_chain(chain))
    else {
        return;
    };
    // Our own link of it asks for the same.
    let again = PaymentRequest::read(&write_link(payee, &request), now);
    let again = again.expect("our own link can be read");
    assert_eq!(again.atoms, request.atoms);
    assert_eq!(again.asset, request.asset);
    assert_eq!(again.reference, request.reference);
    assert_eq!(again.payee.require_chain(payee.chain()), Ok(payee));
});
