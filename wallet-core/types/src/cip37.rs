//! Addresses of Conflux Core Space as people write them (CIP-37): a network
//! prefix, an optional type, 34 characters of base32 and 8 of checksum, as in
//! `cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg` or
//! `CFX:TYPE.USER:AARC9ABYCUE0HHZGYRR53M6CXEDGCCRMMYYBJGH4XG`.

use std::fmt;

use alloy_primitives::Address as RawAddress;

use crate::address::AddressError;
use crate::chain::ChainId;

const ALPHABET: &[u8; 32] = b"abcdefghjkmnprstuvwxyz0123456789";
/// Characters of version byte and address: 168 bits, five a character.
const BODY: usize = 34;
/// Characters of checksum.
const CHECKSUM: usize = 8;
/// The version byte of a 160-bit address.
const VERSION: u8 = 0;

/// What kind of thing has an address of Core Space: its first four bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoreAddressType {
    /// Nobody: all zeros.
    Null,
    /// A contract that the ledger itself brings.
    Builtin,
    /// An account with a key.
    User,
    /// A contract.
    Contract,
}

impl CoreAddressType {
    /// The type of the 20 bytes; none for a first digit that stands for nothing.
    pub fn of(raw: RawAddress) -> Option<Self> {
        match raw.0.first()? >> 4 {
            0 if raw.is_zero() => Some(Self::Null),
            0 => Some(Self::Builtin),
            1 => Some(Self::User),
            8 => Some(Self::Contract),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Builtin => "builtin",
            Self::User => "user",
            Self::Contract => "contract",
        }
    }
}

/// The prefix of a network: `cfx` (1029), `cfxtest` (1) or `net<N>`.
pub(crate) struct Prefix(pub u32);

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1029 => f.write_str("cfx"),
            1 => f.write_str("cfxtest"),
            number => write!(f, "net{number}"),
        }
    }
}

/// Whether the text means to be a CIP-37 address: it begins with the prefix of
/// a network.
pub(crate) fn is_meant(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(prefix, _)| network(&prefix.to_ascii_lowercase()).is_some())
}

fn network(prefix: &str) -> Option<u32> {
    match format!("conflux:{prefix}").parse() {
        Ok(ChainId::Conflux(number)) => Some(number),
        _ => None,
    }
}

/// The address without its network's prefix: body and checksum.
pub(crate) fn payload(network: u32, raw: RawAddress) -> String {
    let body = fives(raw);
    let check = polymod(&Prefix(network).to_string(), &body, &[0; CHECKSUM]);
    let check = (0..CHECKSUM).rev().map(|at| (check >> (5 * at)) as u8 & 31);
    body.iter()
        .copied()
        .chain(check)
        .filter_map(|five| ALPHABET.get(usize::from(five)).copied().map(char::from))
        .collect()
}

/// Reads an address: its network's number and its 20 bytes.
pub(crate) fn decode(text: &str) -> Result<(u32, RawAddress), AddressError> {
    let lower = text.bytes().any(|b| b.is_ascii_lowercase());
    let upper = text.bytes().any(|b| b.is_ascii_uppercase());
    // In mixed case the eye takes letters for others; CIP-37 forbids it.
    if lower && upper {
        return Err(AddressError::MixedCase);
    }
    let text = text.to_ascii_lowercase();
    let mut parts = text.split(':');
    let number = parts.next().and_then(network);
    let number = number.ok_or(AddressError::Malformed)?;
    let payload = parts.next_back().ok_or(AddressError::Malformed)?;
    let digits = payload
        .bytes()
        .map(|b| ALPHABET.iter().position(|known| *known == b))
        .map(|at| at.and_then(|at| u8::try_from(at).ok()))
        .collect::<Option<Vec<u8>>>()
        .ok_or(AddressError::Malformed)?;
    let (body, check) = digits
        .split_at_checked(BODY)
        .filter(|(_, check)| check.len() == CHECKSUM)
        .ok_or(AddressError::Malformed)?;
    if polymod(&Prefix(number).to_string(), body, check) != 0 {
        return Err(AddressError::Checksum);
    }
    let raw = bytes(body).ok_or(AddressError::Malformed)?;
    let kind = CoreAddressType::of(raw).ok_or(AddressError::UnknownType)?;
    // Options other than the type are for others and ignored.
    let stated = parts.filter_map(|option| option.strip_prefix("type."));
    if stated.into_iter().any(|name| name != kind.name()) {
        return Err(AddressError::UnknownType);
    }
    Ok((number, raw))
}

/// Version byte and address in groups of five bits, zeros at the end.
fn fives(raw: RawAddress) -> Vec<u8> {
    let mut fives = Vec::with_capacity(BODY);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in std::iter::once(VERSION).chain(raw.0.0) {
        held = (held << 8 | u32::from(byte)) & 0xfff;
        bits = bits.saturating_add(8);
        while bits >= 5 {
            bits = bits.saturating_sub(5);
            fives.push((held >> bits) as u8 & 31);
        }
    }
    if bits > 0 {
        fives.push((held << 5_u32.saturating_sub(bits)) as u8 & 31);
    }
    fives
}

/// The 20 bytes in groups of five bits; none for another version, or when the
/// bits that fill the last group are not zero.
fn bytes(fives: &[u8]) -> Option<RawAddress> {
    let mut bytes = Vec::with_capacity(21);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for five in fives {
        held = (held << 5 | u32::from(*five)) & 0xfff;
        bits = bits.saturating_add(5);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            bytes.push((held >> bits) as u8);
        }
    }
    let filled = held & ((1 << bits) - 1);
    let (version, raw) = bytes.split_first()?;
    (*version == VERSION && filled == 0)
        .then(|| RawAddress::try_from(raw).ok())
        .flatten()
}

/// The checksum of CIP-37, which is that of Bitcoin Cash addresses: zero for a
/// whole address.
fn polymod(prefix: &str, body: &[u8], check: &[u8]) -> u64 {
    const GENERATOR: [u64; 5] = [
        0x98_f2bc_8e61,
        0x79_b76d_99e2,
        0xf3_3e5f_b3c4,
        0xae_2eab_e2a8,
        0x1e_4f43_e470,
    ];
    let input = prefix
        .bytes()
        .map(|b| b & 31)
        .chain([0])
        .chain(body.iter().copied())
        .chain(check.iter().copied());
    let remainder = input.fold(1_u64, |c, five| {
        let top = c >> 35;
        let c = (c & 0x07_ffff_ffff) << 5 ^ u64::from(five);
        GENERATOR
            .iter()
            .enumerate()
            .filter(|(at, _)| top >> at & 1 == 1)
            .fold(c, |c, (_, generator)| c ^ generator)
    });
    remainder ^ 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The test cases of CIP-37: bytes, on the main network, on the test
    /// network, type.
    const CASES: [(&str, &str, &str, &str); 6] = [
        (
            "0x85d80245dc02f5a89589e1f19c5c718e405b56cd",
            "cfx:acc7uawf5ubtnmezvhu9dhc6sghea0403y2dgpyfjp",
            "cfxtest:acc7uawf5ubtnmezvhu9dhc6sghea0403ywjz6wtpg",
            "contract",
        ),
        (
            "0x1a2f80341409639ea6a35bbcab8299066109aa55",
            "cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg",
            "cfxtest:aarc9abycue0hhzgyrr53m6cxedgccrmmy8m50bu1p",
            "user",
        ),
        (
            "0x19c742cec42b9e4eff3b84cdedcde2f58a36f44f",
            "cfx:aap6su0s2uz36x19hscp55sr6n42yr1yk6r2rx2eh7",
            "cfxtest:aap6su0s2uz36x19hscp55sr6n42yr1yk6hx8d8sd1",
            "user",
        ),
        (
            "0x84980a94d94f54ac335109393c08c866a21b1b0e",
            "cfx:acckucyy5fhzknbxmeexwtaj3bxmeg25b2b50pta6v",
            "cfxtest:acckucyy5fhzknbxmeexwtaj3bxmeg25b2nuf6km25",
            "contract",
        ),
        (
            "0x1cdf3969a428a750b89b33cf93c96560e2bd17d1",
            "cfx:aasr8snkyuymsyf2xp369e8kpzusftj14ec1n0vxj1",
            "cfxtest:aasr8snkyuymsyf2xp369e8kpzusftj14ej62g13p7",
            "user",
        ),
        (
            "0x0888000000000000000000000000000000000002",
            "cfx:aaejuaaaaaaaaaaaaaaaaaaaaaaaaaaaajrwuc9jnb",
            "cfxtest:aaejuaaaaaaaaaaaaaaaaaaaaaaaaaaaajh3dw3ctn",
            "builtin",
        ),
    ];

    #[test]
    fn the_cases_of_cip_37() {
        for (hex, main, test, kind) in CASES {
            let raw: RawAddress = hex.parse().unwrap();
            for (network, text) in [(1029, main), (1, test)] {
                let written = format!("{}:{}", Prefix(network), payload(network, raw));
                assert_eq!(written, text);
                assert_eq!(decode(text), Ok((network, raw)));
                let (prefix, rest) = text.split_once(':').unwrap();
                let verbose = format!("{prefix}:type.{kind}:{rest}");
                assert_eq!(decode(&verbose), Ok((network, raw)));
                assert_eq!(decode(&verbose.to_uppercase()), Ok((network, raw)));
            }
        }
    }

    #[test]
    fn what_cip_37_rejects() {
        let good = "cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg";
        let (prefix, rest) = good.split_once(':').unwrap();
        for (text, error) in [
            (
                format!("{prefix}:{}", rest.to_uppercase()),
                AddressError::MixedCase,
            ),
            (format!("cfxtest:{rest}"), AddressError::Checksum),
            (format!("net1029:{rest}"), AddressError::Malformed),
            (format!("net1:{rest}"), AddressError::Malformed),
            (format!("net4294967296:{rest}"), AddressError::Malformed),
            (format!("bch:{rest}"), AddressError::Malformed),
            (
                format!("cfx:type.contract:{rest}"),
                AddressError::UnknownType,
            ),
            (format!("cfx:{}", &rest[1..]), AddressError::Malformed),
            (format!("cfx:{rest}a"), AddressError::Malformed),
            ("cfx:".to_owned(), AddressError::Malformed),
            ("cfx".to_owned(), AddressError::Malformed),
            (
                format!("cfx:{}", rest.replace('9', "o")),
                AddressError::Malformed,
            ),
        ] {
            assert_eq!(decode(&text), Err(error), "{text}");
        }
        // Options that are not known are ignored.
        assert!(decode(&format!("cfx:colour.red:{rest}")).is_ok());
        // No account or contract has such an address.
        let strange = RawAddress::repeat_byte(0x77);
        let text = format!("cfx:{}", payload(1029, strange));
        assert_eq!(decode(&text), Err(AddressError::UnknownType));
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(network in 2u32.., mut raw: [u8; 20], contract: bool) {
            prop_assume!(network != 1029);
            raw[0] = raw[0] & 0x0f | if contract { 0x80 } else { 0x10 };
            let raw = RawAddress::from(raw);
            let text = format!("{}:{}", Prefix(network), payload(network, raw));
            prop_assert_eq!(decode(&text), Ok((network, raw)));
        }

        #[test]
        fn one_wrong_character_is_noticed(at in 4usize..46, by in 1usize..32) {
            let good = b"cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg";
            let mut text = good.to_vec();
            let was = ALPHABET.iter().position(|known| *known == text[at]).unwrap();
            text[at] = ALPHABET[(was + by) % 32];
            prop_assert_eq!(
                decode(std::str::from_utf8(&text).unwrap()),
                Err(AddressError::Checksum)
            );
        }

        #[test]
        fn garbage_never_panics(text in "\\PC*") {
            let _ = decode(&text);
            let _ = decode(&format!("cfx:{text}"));
        }
    }
}
