//! Metadata backups: the file, whose checksum is made right here, or nothing
//! behind it would ever be reached; and what the vault's seals are opened to.
#![no_main]

use jiaozi_wallet::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(parts) = fuzzing::backup_file(bytes) {
        assert!(parts.iter().sum::<usize>() <= bytes.len());
    }
    fuzzing::backup_document(bytes);
});
