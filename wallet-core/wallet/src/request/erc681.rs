//! ERC-681: `ethereum:<target>[@chain][/transfer]?...`, read and written.

use std::collections::BTreeMap;

use alloy_primitives::U256;
use jiaozi_types::{Address, AddressError, ChainId, Unchecked};
use percent_encoding::percent_decode_str;

use super::{PaymentRequest, RequestError, RequestedAsset};

pub(super) fn read(text: &str) -> Result<PaymentRequest, RequestError> {
    let (_, rest) = text.split_once(':').ok_or(RequestError::NotARequest)?;
    let rest = rest.strip_prefix("pay-").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (target, function) = match path.split_once('/') {
        None => (path, None),
        Some((target, function)) => (target, Some(function)),
    };
    let (target, chain) = match target.split_once('@') {
        None => (target, None),
        Some((target, number)) => {
            let chain = format!("eip155:{number}")
                .parse()
                .map_err(|_| RequestError::Unsupported)?;
            (target, Some(chain))
        }
    };
    // Names (ENS) are not resolved: who answers for them cannot be shown.
    let target = evm_address(target)?;
    let parameters = parameters(query)?;
    let number = |key| parameters.get(key).map(|text| atoms(text)).transpose();
    let mut request = match function {
        None | Some("") => {
            let atoms = number("value")?;
            let asset = if atoms.is_some() {
                RequestedAsset::Coin
            } else {
                RequestedAsset::Main
            };
            PaymentRequest {
                asset,
                atoms,
                ..PaymentRequest::to(target)
            }
        }
        Some("transfer") => {
            let payee = parameters.get("address").ok_or(RequestError::Unsupported)?;
            let payee = evm_address(payee)?;
            // A token transfer that also sends coin is no payment as people know it.
            if number("value")?.is_some_and(|value| !value.is_zero()) {
                return Err(RequestError::Unsupported);
            }
            let token = target
                .require_chain(chain.unwrap_or(ChainId::Eip155(1)))?
                .evm();
            let atoms = number("uint256")?;
            PaymentRequest {
                asset: RequestedAsset::Token(token),
                atoms,
                ..PaymentRequest::to(payee)
            }
        }
        Some(_) => return Err(RequestError::Unsupported),
    };
    request.chain = chain;
    Ok(request)
}

/// An address of an EVM chain: these links know no other.
fn evm_address(text: &str) -> Result<Address<Unchecked>, RequestError> {
    let address: Address<Unchecked> = text.parse()?;
    match address.named_chain() {
        Some(ChainId::Conflux(_)) => Err(AddressError::CoreSpace.into()),
        _ => Ok(address),
    }
}

fn parameters(query: &str) -> Result<BTreeMap<String, String>, RequestError> {
    let mut found = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(RequestError::Unsupported)?;
        let value = percent_decode_str(value)
            .decode_utf8()
            .map_err(|_| RequestError::Unsupported)?;
        if found.insert(key.to_owned(), value.into_owned()).is_some() {
            return Err(RequestError::Unsupported); // two values for one thing
        }
    }
    Ok(found)
}

/// ERC-681's `number`: digits, decimals and a decimal exponent, which must come
/// out as a whole number of atoms: `1e6`, `2.014e18`, `1250`.
fn atoms(text: &str) -> Result<U256, RequestError> {
    let bad = || RequestError::Unsupported;
    let text = text.strip_prefix('+').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        None => (text, 0usize),
        Some((mantissa, "")) => (mantissa, 0),
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<u8>().map_err(|_| bad())?.into()),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let zeros = exponent.checked_sub(fraction.len()).ok_or_else(bad)?;
    if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) {
        return Err(bad());
    }
    let digits = format!("{whole}{fraction}{}", "0".repeat(zeros));
    U256::from_str_radix(&digits, 10).map_err(|_| bad())
}

/// What other wallets read: the link, or on Conflux Core Space, which has no such
/// links, the address.
pub fn write(payee: Address, asset: RequestedAsset, atoms: Option<U256>) -> String {
    let ChainId::Eip155(chain) = payee.chain() else {
        return payee.plain();
    };
    match (asset, atoms) {
        (RequestedAsset::Token(token), Some(atoms)) => {
            format!(
                "ethereum:{token}@{chain}/transfer?address={}&uint256={atoms}",
                payee.plain()
            )
        }
        (RequestedAsset::Token(token), None) => {
            format!(
                "ethereum:{token}@{chain}/transfer?address={}",
                payee.plain()
            )
        }
        (_, Some(atoms)) => format!("ethereum:{}@{chain}?value={atoms}", payee.plain()),
        (_, None) => format!("ethereum:{}@{chain}", payee.plain()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHOP: &str = "0x8e23ee67d1332ad560396262c48ffbb01f93d052";

    /// Examples of ERC-681's text.
    #[test]
    fn published_examples() {
        let token = "ethereum:0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7/transfer?address=0x8e23ee67d1332ad560396262c48ffbb01f93d052&uint256=1";
        let request = read(token).unwrap();
        assert_eq!(request.atoms, Some(U256::from(1)));
        assert!(matches!(request.asset, RequestedAsset::Token(_)));
        let coin = "ethereum:0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359?value=2.014e18";
        let request = read(coin).unwrap();
        assert_eq!(
            request.atoms,
            Some(U256::from(2_014_000_000_000_000_000_u64))
        );
        assert_eq!(request.asset, RequestedAsset::Coin);
    }

    #[test]
    fn chain_and_prefix() {
        let request = read(&format!("ethereum:pay-{SHOP}@1030?value=1e6")).unwrap();
        assert_eq!(request.chain, Some(ChainId::Eip155(1030)));
        assert_eq!(request.atoms, Some(U256::from(1_000_000)));
    }

    #[test]
    fn refuses_what_is_no_plain_payment() {
        for bad in [
            format!("ethereum:{SHOP}/approve?address={SHOP}&uint256=1"),
            format!("ethereum:{SHOP}/transfer?uint256=1"),
            format!("ethereum:{SHOP}/transfer?address={SHOP}&uint256=1&uint256=2"),
            format!("ethereum:{SHOP}/transfer?address={SHOP}&value=5"),
            format!("ethereum:{SHOP}?value=1.5"),
            format!("ethereum:{SHOP}?value=-1"),
            format!("ethereum:{SHOP}?value=1e99"),
            format!("ethereum:{SHOP}@0x1"),
            "ethereum:shop.eth?value=1".to_owned(),
            "ethereum:cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg".to_owned(),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(value: [u64; 4], chain in 1u64.., token: [u8; 20]) {
            let payee = Address::on_evm(chain, SHOP.parse().unwrap());
            let token = alloy_primitives::Address::from(token);
            prop_assume!(!token.is_zero());
            for asset in [RequestedAsset::Coin, RequestedAsset::Token(token)] {
                let text = write(payee, asset, Some(U256::from_limbs(value)));
                let request = read(&text).unwrap();
                prop_assert_eq!(request.asset, asset);
                prop_assert_eq!(request.atoms, Some(U256::from_limbs(value)));
                prop_assert_eq!(request.chain, Some(ChainId::Eip155(chain)));
            }
        }

        #[test]
        fn garbage_never_panics(text in "\\PC*") {
            let _ = read(&format!("ethereum:{text}"));
            let _ = read(&format!("ethereum:{SHOP}?{text}"));
        }
    }
}
