//! What a delivery is signed with: `t=…,v1=…`, where `v1` is the HMAC-SHA256 of
//! `t.body` under a secret, in hexadecimal; two of them while two secrets are valid.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The header's name.
pub const HEADER: &str = "jiaozi-signature";

/// The header's value, for a body that is sent at the Unix second `at`.
pub fn header(secrets: &[Zeroizing<String>], at: u64, body: &str) -> String {
    let mut parts = vec![format!("t={at}")];
    let signed = secrets.iter().filter_map(|secret| sign(secret, at, body));
    parts.extend(signed.map(|signature| format!("v1={signature}")));
    parts.join(",")
}

fn sign(secret: &str, at: u64, body: &str) -> Option<String> {
    // HMAC takes keys of any length: there is always a signature.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(at.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    Some(hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '1800000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test`
    #[test]
    fn a_signature_is_the_one_that_openssl_makes() {
        let secrets = [Zeroizing::new("whsec_test".to_owned())];
        let header = header(&secrets, 1_800_000_000, r#"{"id":"evt_1"}"#);
        assert_eq!(
            header,
            concat!(
                "t=1800000000,v1=",
                "45705be2a45ab5acdd1395cc695e9e7073125385ec24194921c401dff44176f8"
            )
        );
    }

    #[test]
    fn two_secrets_sign_while_both_are_valid() {
        let secrets = ["new", "old"].map(|secret| Zeroizing::new(secret.to_owned()));
        let header = header(&secrets, 1, "{}");
        let parts: Vec<_> = header.split(',').collect();
        assert_eq!(parts.len(), 3);
        assert_ne!(parts[1], parts[2]);
        assert_eq!(header.matches("v1=").count(), 2);
    }
}
