//! Frames between a shell and the vault's agent, read from either side.
#![no_main]

use jiaozi_types::agent::frame::{HEADER_LEN, MAX_PAYLOAD, decode, encode, payload_len};
use jiaozi_types::agent::{Call, Reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER_LEN>() else {
        return;
    };
    if let Ok(length) = payload_len(*header) {
        assert!(length <= MAX_PAYLOAD);
    }
    if let Ok(call) = decode::<Call>(rest) {
        let frame = encode(&call).expect("what was read can be written");
        decode::<Call>(&frame[HEADER_LEN..]).expect("what was written can be read");
    }
    if let Ok(reply) = decode::<Reply>(rest) {
        let frame = encode(&reply).expect("what was read can be written");
        decode::<Reply>(&frame[HEADER_LEN..]).expect("what was written can be read");
    }
});
