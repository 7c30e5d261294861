//! A shop's signed name: how a payer's wallet knows that a charge on a fresh
//! address is asked for by a shop that it knows.
//!
//! ```text
//! shop's own account  --signs-->  TillCertificate { shop, till, validBefore }
//! till's key          --signs-->  Charge { payee, chain, asset, atoms, ref, expires }
//! ```
//!
//! Both are EIP-712 structs in a domain that has neither chain nor contract, so
//! that no token takes them for an authorization and no ledger for a
//! transaction. They move nothing. The till's key lies on the till's computer;
//! the certificate, which the vault signs after the PIN, lends it the shop's
//! name until a date.

use std::fmt;

use alloy_primitives::{Address as EvmAddress, B256, FixedBytes, U256, keccak256};
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::amount::decimal_atoms;
use crate::asset::AssetId;
use crate::clock::Timestamp;
use crate::hd::CoinType;

/// The longest name of a shop, in characters.
pub const SHOP_NAME_MAX: usize = 64;
/// The longest reference of a charge, in bytes.
pub const REFERENCE_MAX: usize = 64;

const DOMAIN_TYPE: &str = "EIP712Domain(string name,string version)";
const CERTIFICATE_TYPE: &str = "TillCertificate(string shop,address till,uint64 validBefore)";
const CHARGE_TYPE: &str =
    "Charge(address payee,string chain,string asset,uint256 atoms,string ref,uint64 expires)";

/// A signature of 65 bytes: r, s (in the lower half, EIP-2), v (27 or 28).
pub type ShopSignature = FixedBytes<65>;

/// Why a shop's proof is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShopError {
    /// A text or number in it is out of its bounds.
    #[error("a part of the shop's proof is out of its bounds")]
    OutOfBounds,
    /// A signature is none, or by another key than it should be by.
    #[error("a signature of the shop's proof is false")]
    FalseSignature,
    /// The charge's payee and asset are on different chains.
    #[error("the charge names two chains")]
    TwoChains,
    /// The certificate of the till has run out.
    #[error("the certificate of the till has run out")]
    CertificateExpired,
    /// The charge has run out.
    #[error("the charge has run out")]
    ChargeExpired,
}

impl ShopError {
    /// Whether the proof was true once and only its time is over.
    pub const fn is_expiry(self) -> bool {
        matches!(self, Self::CertificateExpired | Self::ChargeExpired)
    }
}

/// Says that the holder of the key of `till` may ask for money in the name of
/// `shop` until `valid_before`. Signed by the shop's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillCertificate {
    /// The shop's name: 1 to [`SHOP_NAME_MAX`] characters, none of them a control.
    pub shop: String,
    /// The address of the till's key.
    pub till: EvmAddress,
    /// Valid strictly before this Unix second.
    pub valid_before: u64,
}

impl TillCertificate {
    /// Refuses a certificate out of its bounds.
    pub fn check(&self) -> Result<(), ShopError> {
        let length = self.shop.chars().count();
        let name = (1..=SHOP_NAME_MAX).contains(&length)
            && self.shop.trim() == self.shop
            && !self.shop.chars().any(char::is_control);
        if name && !self.till.is_zero() {
            Ok(())
        } else {
            Err(ShopError::OutOfBounds)
        }
    }

    /// The digest that is signed (EIP-712).
    pub fn digest(&self) -> B256 {
        digest(
            CERTIFICATE_TYPE,
            &[
                keccak256(&self.shop),
                self.till.into_word(),
                U256::from(self.valid_before).into(),
            ],
        )
    }
}

/// What a till asks for. Signed by the till's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopCharge {
    /// The charge's receiving address, with its chain.
    pub payee: Address,
    /// The asset, of the same chain.
    pub asset: AssetId,
    /// How much, in atoms; zero when the payer chooses.
    #[serde(with = "decimal_atoms")]
    pub atoms: U256,
    /// The charge's reference: 1 to [`REFERENCE_MAX`] of `A-Z a-z 0-9 . _ -`.
    pub reference: String,
    /// Valid strictly before this Unix second.
    pub expires: u64,
}

impl ShopCharge {
    /// Refuses a charge out of its bounds.
    pub fn check(&self) -> Result<(), ShopError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let reference = (1..=REFERENCE_MAX).contains(&self.reference.len())
            && self.reference.bytes().all(plain);
        if !reference || self.payee.evm().is_zero() {
            Err(ShopError::OutOfBounds)
        } else if self.payee.chain() != self.asset.chain() {
            Err(ShopError::TwoChains)
        } else {
            Ok(())
        }
    }

    /// The digest that is signed (EIP-712); `chain` is the CAIP-2 id, `asset`
    /// the CAIP-19 id.
    pub fn digest(&self) -> B256 {
        digest(
            CHARGE_TYPE,
            &[
                self.payee.evm().into_word(),
                keccak256(self.payee.chain().to_string()),
                keccak256(self.asset.to_string()),
                self.atoms.into(),
                keccak256(&self.reference),
                U256::from(self.expires).into(),
            ],
        )
    }
}

/// The key of a till: it signs charges and can move nothing. It lies in the
/// till's sealed records, and the certificate says for how long it counts.
pub struct TillKey(SigningKey);

impl TillKey {
    /// The key of 32 random bytes; none for the few that are no key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(bytes).ok().map(Self)
    }

    /// Its address, which the certificate names.
    pub fn address(&self) -> EvmAddress {
        CoinType::Ether.address(self.0.verifying_key())
    }

    /// Signs a charge. One out of its bounds is refused.
    pub fn sign(&self, charge: &ShopCharge) -> Result<ShopSignature, ShopError> {
        charge.check()?;
        Ok(sign(&self.0, charge.digest()))
    }
}

impl fmt::Debug for TillKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TillKey({})", self.address())
    }
}

/// All that shows that a charge is asked for by a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopProof {
    /// The name that the shop gives itself.
    pub shop: String,
    /// The shop: the address of the account that signed the certificate. By it a
    /// shop is known again, whatever it calls itself.
    pub identity: EvmAddress,
    /// The certificate is valid strictly before this Unix second.
    pub valid_before: u64,
    /// The shop's signature of the certificate. The till's address is not told:
    /// it follows from the charge's signature.
    pub certificate: ShopSignature,
    /// What is asked for.
    pub charge: ShopCharge,
    /// The till's signature of the charge.
    pub signature: ShopSignature,
}

/// A shop whose proof is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedShop {
    /// The name that it gives itself: anybody may give himself any name.
    pub name: String,
    /// Who it is.
    pub identity: EvmAddress,
    /// The address of the till's key.
    pub till: EvmAddress,
}

impl ShopProof {
    /// Whether both signatures are true, whatever the time.
    pub fn check(&self) -> Result<VerifiedShop, ShopError> {
        self.charge.check()?;
        let till = recover(&self.signature, self.charge.digest())?;
        let certificate = TillCertificate {
            shop: self.shop.clone(),
            till,
            valid_before: self.valid_before,
        };
        certificate.check()?;
        let identity = recover(&self.certificate, certificate.digest())?;
        if identity != self.identity {
            return Err(ShopError::FalseSignature);
        }
        Ok(VerifiedShop {
            name: certificate.shop,
            identity,
            till,
        })
    }

    /// Whether both signatures are true and of the present.
    pub fn verify(&self, now: Timestamp) -> Result<VerifiedShop, ShopError> {
        let shop = self.check()?;
        if self.valid_before <= now.as_unix() {
            Err(ShopError::CertificateExpired)
        } else if self.charge.expires <= now.as_unix() {
            Err(ShopError::ChargeExpired)
        } else {
            Ok(shop)
        }
    }
}

/// The EIP-712 digest of a struct whose members are encoded already.
fn digest(kind: &str, members: &[B256]) -> B256 {
    let domain = hash_struct(DOMAIN_TYPE, &[keccak256("Jiaozi"), keccak256("1")]);
    let message = hash_struct(kind, members);
    keccak256([&b"\x19\x01"[..], domain.as_slice(), message.as_slice()].concat())
}

fn hash_struct(kind: &str, members: &[B256]) -> B256 {
    let mut bytes = keccak256(kind).to_vec();
    for member in members {
        bytes.extend_from_slice(member.as_slice());
    }
    keccak256(bytes)
}

fn sign(key: &SigningKey, digest: B256) -> ShopSignature {
    let (signature, recovery) = key.sign_prehash_recoverable(digest.as_slice());
    let mut bytes = ShopSignature::ZERO;
    let (r, s) = signature.split_bytes();
    let v = [27u8.saturating_add(u8::from(recovery.is_y_odd()))];
    for (into, from) in bytes.iter_mut().zip(r.iter().chain(&s).chain(&v)) {
        *into = *from;
    }
    bytes
}

/// The address whose key made the signature. Any well-formed signature is
/// somebody's: the caller compares.
fn recover(signature: &ShopSignature, digest: B256) -> Result<EvmAddress, ShopError> {
    let false_one = ShopError::FalseSignature;
    let (v, rs) = signature.split_last().ok_or(false_one)?;
    let recovery = match v {
        27 => RecoveryId::new(false, false),
        28 => RecoveryId::new(true, false),
        _ => return Err(false_one),
    };
    let signature = Signature::from_slice(rs).map_err(|_| false_one)?;
    // The mirrored signature would be a second one for the same content.
    if signature.normalize_s() != signature {
        return Err(false_one);
    }
    let key = VerifyingKey::recover_from_prehash(digest.as_slice(), &signature, recovery);
    key.map(|key| CoinType::Ether.address(&key))
        .map_err(|_| false_one)
}
