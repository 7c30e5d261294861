//! The links of checkout pages: nobody can guess one, and nothing is kept for it.
//!
//! A link's token is a keyed hash of the charge's number, and behind it the number,
//! hidden by another (a synthetic IV): it tells neither the number nor how many
//! charges there are.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::records::PageKeyRecord;
use super::{Access, random};
use crate::error::WalletError;

/// Bytes of the hash, and of the number behind it.
const HASH: usize = 16;
const NUMBER: usize = 4;

impl Access {
    /// The token of a charge's page, by the charge's number.
    pub fn page_token(&self, number: u32) -> Result<String, WalletError> {
        let key = self.page_key()?.key;
        let hash = hash(&key, number);
        let hidden = number ^ mask(&key, &hash);
        Ok(hex::encode([&hash[..], &hidden.to_be_bytes()].concat()))
    }

    /// The number of the charge that a page's token belongs to.
    pub fn page_charge(&self, token: &str) -> Result<Option<u32>, WalletError> {
        if token.len() != 2 * (HASH + NUMBER) || token.bytes().any(|b| b.is_ascii_uppercase()) {
            return Ok(None);
        }
        let Ok(bytes) = hex::decode(token) else {
            return Ok(None);
        };
        let (Some(given), Some(hidden)) =
            (bytes.first_chunk::<HASH>(), bytes.last_chunk::<NUMBER>())
        else {
            return Ok(None);
        };
        let key = self.page_key()?.key;
        let number = u32::from_be_bytes(*hidden) ^ mask(&key, given);
        let same: bool = hash(&key, number).ct_eq(given).into();
        Ok(same.then_some(number))
    }

    pub(super) fn page_key(&self) -> Result<PageKeyRecord, WalletError> {
        if let Some(known) = self.book.store().get::<PageKeyRecord>(&[])? {
            return Ok(known);
        }
        let _turn = self.turn_of_page_key();
        if let Some(known) = self.book.store().get::<PageKeyRecord>(&[])? {
            return Ok(known);
        }
        let made = PageKeyRecord {
            key: hex::encode(random::<32>()?),
            instance: hex::encode(random::<6>()?),
        };
        self.book.store().put(&[], &made)?;
        Ok(made)
    }

    /// Another lock than the one of changes, which may be held by the caller.
    fn turn_of_page_key(&self) -> std::sync::MutexGuard<'static, ()> {
        static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
        TURN.lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn keyed(key: &str, label: &[u8], data: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length: the error cannot be.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        return [0; 32];
    };
    mac.update(label);
    mac.update(data);
    mac.finalize().into_bytes().into()
}

fn hash(key: &str, number: u32) -> [u8; HASH] {
    let whole = keyed(key, b"page", &number.to_be_bytes());
    let mut hash = [0; HASH];
    hash.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    hash
}

fn mask(key: &str, hash: &[u8; HASH]) -> u32 {
    let whole = keyed(key, b"mask", hash);
    whole
        .first_chunk::<NUMBER>()
        .map_or(0, |mask| u32::from_be_bytes(*mask))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::till::access::tests::Desk;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_link_opens_its_charge_and_no_other(number: u32, at in 0_usize..20, flip in 1_u8..) {
            thread_local!(static DESK: Desk = Desk::new());
            DESK.with(|desk| {
                let token = desk.access.page_token(number).unwrap();
                assert_eq!(desk.access.page_charge(&token).unwrap(), Some(number));
                let mut bytes = hex::decode(&token).unwrap();
                bytes[at] ^= flip;
                assert_eq!(desk.access.page_charge(&hex::encode(bytes)).unwrap(), None);
            });
        }
    }

    #[test]
    fn garbage_opens_nothing() {
        let desk = Desk::new();
        for garbage in [
            "",
            "0",
            "../../etc/passwd",
            &"0".repeat(40),
            &"é".repeat(20),
            &"f".repeat(4_000),
        ] {
            assert_eq!(desk.access.page_charge(garbage).unwrap(), None);
        }
        let other = Desk::new();
        let token = other.access.page_token(1).unwrap();
        assert_eq!(desk.access.page_charge(&token).unwrap(), None);
    }
}
