//! Our own link: `jiaozi:pay?to=…&asset=…&atoms=…&ref=…&check=…`.
//!
//! Over ERC-681 it has the payee's name, note and reference, an expiry, and a
//! check value (the first 8 hexadecimal digits of the SHA-256 of everything
//! before it), so that a link that lost or changed a part is noticed. The check
//! value is no signature: who wrote the link is known only where `shop` is in it,
//! the shop's proof ([`super::shop`]); a link whose proof is false is damaged.

use alloy_primitives::U256;
use jiaozi_types::shop::ShopCharge;
use jiaozi_types::{Address, AssetId, Timestamp, Unchecked};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::{
    PaymentRequest, RequestError, RequestedAsset, checked_reference, clean_name, clean_note, shop,
};

const OPENING: &str = "jiaozi:pay?";
const CHECK: &str = "&check=";

/// The link of a request. `to` must be on a chain.
pub fn write(payee: Address, request: &PaymentRequest) -> String {
    let mut link = format!("{OPENING}to={payee}");
    match request.asset {
        RequestedAsset::Main => {}
        RequestedAsset::Coin => link.push_str("&asset=coin"),
        RequestedAsset::Token(token) => {
            let token = Address::on(payee.chain(), token).plain();
            link.push_str(&format!("&asset={token}"));
        }
    }
    if let Some(atoms) = request.atoms {
        link.push_str(&format!("&atoms={atoms}"));
    }
    // The proof says the name already.
    let name = match request.shop {
        Some(_) => &None,
        None => &request.claimed_name,
    };
    let texts = [
        ("ref", &request.reference),
        ("name", name),
        ("note", &request.note),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            link.push_str(&format!(
                "&{key}={}",
                utf8_percent_encode(text, NON_ALPHANUMERIC)
            ));
        }
    }
    if let Some(expires_at) = request.expires_at {
        link.push_str(&format!("&exp={}", expires_at.as_unix()));
    }
    if let Some(proof) = &request.shop {
        link.push_str(&format!("&shop={}", shop::write(proof)));
    }
    let check = check_value(&link);
    format!("{link}{CHECK}{check}")
}

fn check_value(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
        .chars()
        .take(8)
        .collect()
}

pub(super) fn read(text: &str) -> Result<PaymentRequest, RequestError> {
    let query = text
        .strip_prefix(OPENING)
        .ok_or(RequestError::Unsupported)?;
    let (query, check) = query.rsplit_once(CHECK).ok_or(RequestError::Damaged)?;
    if check_value(&format!("{OPENING}{query}")) != check {
        return Err(RequestError::Damaged);
    }
    let mut fields = Fields::default();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').ok_or(RequestError::Damaged)?;
        let value = percent_decode_str(value)
            .decode_utf8()
            .map_err(|_| RequestError::Damaged)?;
        fields.take(key, &value)?;
    }
    fields.finish()
}

#[derive(Default)]
struct Fields {
    to: Option<Address<Unchecked>>,
    asset: Option<LinkedAsset>,
    atoms: Option<U256>,
    reference: Option<String>,
    name: Option<String>,
    note: Option<String>,
    expires_at: Option<Timestamp>,
    shop: Option<shop::Seal>,
}

impl Fields {
    fn take(&mut self, key: &str, value: &str) -> Result<(), RequestError> {
        match key {
            "to" => once(&mut self.to, value.parse()?),
            "asset" => once(&mut self.asset, asset(value)?),
            "atoms" => once(&mut self.atoms, atoms(value)?),
            "ref" => once(
                &mut self.reference,
                checked_reference(value).ok_or(RequestError::Damaged)?,
            ),
            "name" => once(
                &mut self.name,
                clean_name(value).ok_or(RequestError::Damaged)?,
            ),
            "note" => once(
                &mut self.note,
                clean_note(value).ok_or(RequestError::Damaged)?,
            ),
            "exp" => {
                let seconds = value.parse().map_err(|_| RequestError::Damaged)?;
                once(&mut self.expires_at, Timestamp::from_unix(seconds))
            }
            "shop" => once(
                &mut self.shop,
                shop::read(value).ok_or(RequestError::Damaged)?,
            ),
            // A later release may ask for something that matters: not paid by guess.
            _ => Err(RequestError::Unsupported),
        }
    }

    fn finish(self) -> Result<PaymentRequest, RequestError> {
        let payee = self.to.ok_or(RequestError::Damaged)?;
        let chain = payee.named_chain().ok_or(RequestError::Damaged)?;
        let asset = match self.asset {
            None => RequestedAsset::Main,
            Some(LinkedAsset::Coin) => RequestedAsset::Coin,
            Some(LinkedAsset::Token(token)) => {
                RequestedAsset::Token(token.require_chain(chain)?.evm())
            }
        };
        let shop = match self.shop {
            None => None,
            Some(seal) => {
                let asset = match asset {
                    // What is signed is named, not left to the payer's network.
                    RequestedAsset::Main => return Err(RequestError::Damaged),
                    RequestedAsset::Coin => AssetId::coin_of(chain),
                    RequestedAsset::Token(contract) => AssetId::Token { chain, contract },
                };
                let charge = ShopCharge {
                    payee: payee.require_chain(chain)?,
                    asset,
                    atoms: self.atoms.unwrap_or_default(),
                    reference: self.reference.clone().ok_or(RequestError::Damaged)?,
                    expires: self.expires_at.ok_or(RequestError::Damaged)?.as_unix(),
                };
                if self.name.is_some() || self.atoms.is_some_and(|atoms| atoms.is_zero()) {
                    return Err(RequestError::Damaged);
                }
                Some(seal.verified(charge).ok_or(RequestError::Damaged)?)
            }
        };
        let shop_name = shop.as_ref().map(|proof| proof.shop.clone());
        Ok(PaymentRequest {
            payee,
            chain: Some(chain),
            asset,
            atoms: self.atoms,
            note: self.note,
            reference: self.reference,
            claimed_name: self.name.or(shop_name),
            expires_at: self.expires_at,
            shop,
        })
    }
}

/// Fills a field that may be given once.
fn once<T>(field: &mut Option<T>, value: T) -> Result<(), RequestError> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(RequestError::Damaged),
    }
}

/// The asset in a link, before its chain is known.
enum LinkedAsset {
    Coin,
    Token(Address<Unchecked>),
}

fn asset(value: &str) -> Result<LinkedAsset, RequestError> {
    if value == "coin" {
        return Ok(LinkedAsset::Coin);
    }
    Ok(LinkedAsset::Token(value.parse()?))
}

fn atoms(value: &str) -> Result<U256, RequestError> {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return Err(RequestError::Damaged);
    }
    U256::from_str_radix(value, 10).map_err(|_| RequestError::Damaged)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jiaozi_types::shop::TillKey;
    use jiaozi_types::{ChainId, ShopProof, TillCertificate};
    use proptest::prelude::*;

    use super::*;

    fn sample() -> (Address, PaymentRequest) {
        let payee = Address::on_evm(
            1030,
            "0x8e23ee67d1332ad560396262c48ffbb01f93d052"
                .parse()
                .unwrap(),
        );
        let request = PaymentRequest {
            payee: payee.forget_chain_check(),
            chain: Some(payee.chain()),
            asset: RequestedAsset::Token(
                "0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7"
                    .parse()
                    .unwrap(),
            ),
            atoms: Some(U256::from(1250)),
            note: Some("两碗面 & 茶=1".to_owned()),
            reference: Some("A-17".to_owned()),
            claimed_name: Some("老王面馆".to_owned()),
            expires_at: Some(Timestamp::from_unix(2_000_000_000)),
            shop: None,
        };
        (payee, request)
    }

    #[test]
    fn reads_what_it_writes() {
        let (payee, request) = sample();
        assert_eq!(read(&write(payee, &request)).unwrap(), request);
    }

    #[test]
    fn a_request_of_core_space_names_it_in_every_part() {
        let raw = |text: &str| text.parse().unwrap();
        let payee = Address::on(
            ChainId::Conflux(1029),
            raw("0x1a2f80341409639ea6a35bbcab8299066109aa55"),
        );
        let request = PaymentRequest {
            payee: payee.forget_chain_check(),
            chain: Some(payee.chain()),
            asset: RequestedAsset::Token(raw("0x85d80245dc02f5a89589e1f19c5c718e405b56cd")),
            ..sample().1
        };
        let link = write(payee, &request);
        assert!(link.contains("to=conflux:cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg"));
        assert!(link.contains("asset=cfx:acc7uawf5ubtnmezvhu9dhc6sghea0403y2dgpyfjp"));
        assert_eq!(read(&link).unwrap(), request);
        // A token of the other space makes no request.
        let body = link.rsplit_once(CHECK).unwrap().0;
        let body = body.replace(
            "cfx:acc7uawf5ubtnmezvhu9dhc6sghea0403y2dgpyfjp",
            "0x85d80245dc02f5a89589e1f19c5c718e405b56cd",
        );
        let forged = format!("{body}{CHECK}{}", check_value(&body));
        assert!(read(&forged).is_err());
    }

    /// The sample, asked for by a shop whose own account is the key 1, on a till
    /// whose key is 2.
    fn of_a_shop() -> (Address, PaymentRequest) {
        let (payee, mut request) = sample();
        let key = |byte: u8| TillKey::from_bytes(&[byte; 32]).unwrap();
        let charge = ShopCharge {
            payee,
            asset: "eip155:1030/erc20:0x89205A3A3b2A69De6Dbf7f01ED13B2108B2c43e7"
                .parse()
                .unwrap(),
            atoms: U256::from(1250),
            reference: "A-17".to_owned(),
            expires: 2_000_000_000,
        };
        let certificate = TillCertificate {
            shop: "老王面馆".to_owned(),
            till: key(2).address(),
            valid_before: 2_100_000_000,
        };
        request.shop = Some(ShopProof {
            shop: certificate.shop.clone(),
            identity: key(1).address(),
            valid_before: certificate.valid_before,
            certificate: key(1).sign_certificate(&certificate).unwrap(),
            signature: key(2).sign(&charge).unwrap(),
            charge,
        });
        (payee, request)
    }

    #[test]
    fn a_shops_link_is_read_and_short_enough_for_a_code() {
        let (payee, request) = of_a_shop();
        let link = write(payee, &request);
        assert_eq!(read(&link).unwrap(), request);
        assert!(link.len() < 700, "{} bytes", link.len());
        let before = Timestamp::from_unix(1_900_000_000);
        assert_eq!(PaymentRequest::read(&link, before).unwrap(), request);
        // The payer chooses: zero atoms were signed, and none stand in the link.
        let after = Timestamp::from_unix(2_000_000_000);
        assert_eq!(
            PaymentRequest::read(&link, after),
            Err(RequestError::Expired)
        );
    }

    /// Whoever changes a part and mends the check value makes a false proof.
    #[test]
    fn no_part_of_a_shops_link_can_be_changed() {
        let (payee, request) = of_a_shop();
        let link = write(payee, &request);
        let body = link.rsplit_once(CHECK).unwrap().0;
        let forged = |body: &str| read(&format!("{body}{CHECK}{}", check_value(body)));
        assert!(forged(body).is_ok());
        for (from, to) in [
            ("atoms=1250", "atoms=1251"),
            ("&atoms=1250", ""),
            ("ref=A%2D17", "ref=A%2D18"),
            ("exp=2000000000", "exp=2000000001"),
            ("eip155:1030:", "eip155:71:"),
            (
                "asset=0x",
                "asset=0x8e23ee67d1332ad560396262c48ffbb01f93d052&note=0x",
            ),
        ] {
            assert!(body.contains(from), "{from}");
            assert!(forged(&body.replace(from, to)).is_err(), "{from}");
        }
        assert!(forged(&format!("{body}&name=Wang")).is_err());
        // Every byte of the proof itself.
        let start = body.find("&shop=").unwrap() + "&shop=".len();
        let proof = URL_SAFE_NO_PAD.decode(&body[start..]).unwrap();
        for at in 0..proof.len() {
            let mut changed = proof.clone();
            changed[at] ^= 1;
            let text = format!("{}{}", &body[..start], URL_SAFE_NO_PAD.encode(changed));
            assert!(forged(&text).is_err(), "byte {at}");
        }
    }

    #[test]
    fn any_changed_character_is_noticed() {
        let (payee, request) = sample();
        let link = write(payee, &request);
        for at in OPENING.len()..link.len() {
            let mut bytes = link.clone().into_bytes();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(read(&changed).is_err(), "{changed}");
        }
    }

    #[test]
    fn unknown_and_repeated_fields_are_refused() {
        let (payee, request) = sample();
        let link = write(payee, &request);
        let body = link.rsplit_once(CHECK).unwrap().0;
        for extra in ["&tip=5", "&atoms=1", "&to=0x00"] {
            let body = format!("{body}{extra}");
            let forged = format!("{body}{CHECK}{}", check_value(&body));
            assert!(read(&forged).is_err(), "{forged}");
        }
    }

    proptest! {
        #[test]
        fn garbage_never_panics(text in "\\PC*") {
            let body = format!("{OPENING}{text}");
            let _ = read(&format!("{body}{CHECK}{}", check_value(&body)));
            let _ = read(&format!("jiaozi:{text}"));
        }
    }
}
