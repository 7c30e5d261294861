//! The shop's signed name on a charge: by it a payer's wallet that has saved the
//! shop knows a fresh address as one of the shop's. Moves no money.

use jiaozi_types::ShopProof;
use jiaozi_types::shop::{ShopCharge, ShopSignature};

use super::charge::{Sought, payee};
use super::records::{TillChargeRecord, TillRecord};
use super::setup::till_key;
use crate::api::ErrorCode;
use crate::error::WalletError;

/// The proof of a charge. None where the vault has signed no name yet, and
/// none where the certificate ends before the charge does: payers' wallets
/// would refuse the link while the till still waits for its money.
pub(crate) fn of_charge(
    settings: &TillRecord,
    charge: &TillChargeRecord,
    sought: &Sought,
) -> Result<Option<ShopProof>, WalletError> {
    let certificate = settings.certificate.as_ref();
    let lent = certificate.filter(|lent| lent.valid_before > charge.expires_at);
    let Some(certificate) = lent else {
        return Ok(None);
    };
    let signature = ShopSignature::try_from(certificate.signature.as_ref());
    let asked = ShopCharge {
        payee: payee(charge),
        asset: charge.asset,
        atoms: sought.atoms,
        reference: sought.reference.clone(),
        expires: charge.expires_at,
    };
    Ok(Some(ShopProof {
        shop: certificate.shop.clone(),
        identity: certificate.identity,
        valid_before: certificate.valid_before,
        certificate: signature.map_err(|_| ErrorCode::StoreDamaged)?,
        signature: till_key(settings)?
            .sign(&asked)
            .map_err(|_| ErrorCode::Internal)?,
        charge: asked,
    }))
}

#[cfg(test)]
mod tests {
    use alloy_primitives::Bytes;
    use jiaozi_types::shop::TillKey;
    use jiaozi_types::{TillCertificate, Timestamp};

    use crate::network::Network;
    use crate::request::PaymentRequest;
    use crate::till::records::Certificate;
    use crate::till::setup::till_key;
    use crate::till::tests::{Shop, settings};

    const BEGIN: u64 = crate::till::tests::GENESIS;

    fn lent_until(valid_before: u64) -> (Shop, TillKey) {
        let mut shop = Shop::new(1);
        let owner = TillKey::from_bytes(&[9; 32]).unwrap();
        let own = settings(&Network::sandbox());
        let certificate = TillCertificate {
            shop: own.shop.clone(),
            till: till_key(&own).unwrap().address(),
            valid_before,
        };
        let signature = owner.sign_certificate(&certificate).unwrap();
        shop.settings.certificate = Some(Certificate {
            shop: certificate.shop,
            identity: owner.address(),
            valid_before,
            signature: Bytes::copy_from_slice(signature.as_slice()),
        });
        (shop, owner)
    }

    #[test]
    fn a_charge_is_asked_for_in_the_shops_name() {
        let (shop, owner) = lent_until(BEGIN + 86_400);
        let charge = shop.charge(1_250);
        let now = Timestamp::from_unix(BEGIN);
        let request = PaymentRequest::read(&charge.link, now).unwrap();
        let proof = request.shop.unwrap().verify(now).unwrap();
        assert_eq!(
            (proof.name.as_str(), proof.identity),
            ("老王面馆", owner.address())
        );
    }

    /// Else the link would be refused before the charge is over.
    #[test]
    fn a_certificate_that_ends_first_is_not_lent() {
        let (shop, _) = lent_until(BEGIN + 900);
        let charge = shop.charge(1_250);
        let now = Timestamp::from_unix(BEGIN + 899);
        let request = PaymentRequest::read(&charge.link, now).unwrap();
        assert_eq!(request.shop, None);
        assert_eq!(request.claimed_name.as_deref(), Some("老王面馆"));
    }
}
