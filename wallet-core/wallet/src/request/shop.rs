//! A shop's proof in a link: base64url of one byte of version, identity (20),
//! end of the certificate (8, big-endian), both signatures (65 each), and the
//! shop's name. What is asked for stands in the link itself, once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiaozi_types::ShopProof;
use jiaozi_types::shop::{ShopCharge, ShopSignature};

use super::clean_name;

const VERSION: u8 = 1;

/// All of a proof but the charge.
#[derive(Debug)]
pub(super) struct Seal {
    shop: String,
    identity: [u8; 20],
    valid_before: u64,
    certificate: [u8; 65],
    signature: [u8; 65],
}

/// The proof as it stands in a link.
pub(super) fn write(proof: &ShopProof) -> String {
    let bytes = [
        &[VERSION][..],
        proof.identity.as_slice(),
        &proof.valid_before.to_be_bytes(),
        proof.certificate.as_slice(),
        proof.signature.as_slice(),
        proof.shop.as_bytes(),
    ];
    URL_SAFE_NO_PAD.encode(bytes.concat())
}

/// Reads what [`write`] wrote; none for anything else.
pub(super) fn read(text: &str) -> Option<Seal> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (version, rest) = bytes.split_first()?;
    let (identity, rest) = rest.split_first_chunk()?;
    let (valid_before, rest) = rest.split_first_chunk()?;
    let (certificate, rest) = rest.split_first_chunk()?;
    let (signature, name) = rest.split_first_chunk()?;
    let shop = std::str::from_utf8(name).ok()?;
    // Nothing in the name that hides or reorders text.
    let clean = clean_name(shop).is_some_and(|clean| clean == shop);
    (*version == VERSION && clean).then(|| Seal {
        shop: shop.to_owned(),
        identity: *identity,
        valid_before: u64::from_be_bytes(*valid_before),
        certificate: *certificate,
        signature: *signature,
    })
}

impl Seal {
    /// The proof of a charge; none when a signature is false.
    pub(super) fn verified(self, charge: ShopCharge) -> Option<ShopProof> {
        let proof = ShopProof {
            shop: self.shop,
            identity: self.identity.into(),
            valid_before: self.valid_before,
            certificate: ShopSignature::from(self.certificate),
            charge,
            signature: ShopSignature::from(self.signature),
        };
        proof.check().is_ok().then_some(proof)
    }
}
