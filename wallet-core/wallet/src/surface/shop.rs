//! What a shop needs of the vault: its public keys, certificates for its tills,
//! and sweeps of what was paid to them.

use jiaozi_types::agent::{AgentError, KeyRef, Request, Response, SignRequest, Signed, ToSign};
use jiaozi_types::shop::ShopSignature;
use jiaozi_types::{CoinType, ShopKey, TillCertificate};

use super::Wallet;
use crate::api::ErrorCode;
use crate::error::WalletError;

/// The public keys of the shop's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopKeys {
    /// For EVM chains.
    pub evm: ShopKey,
    /// For Conflux Core Space.
    pub core: Option<ShopKey>,
}

/// A certificate that the shop signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCertificate {
    /// Who signed: the shop's identity.
    pub identity: alloy_primitives::Address,
    /// The signature.
    pub signature: ShopSignature,
}

impl Wallet {
    /// The public keys from which tills derive receiving addresses. `Locked`
    /// before the first unlock of a wallet of before tills.
    pub async fn shop_keys(&self) -> Result<ShopKeys, WalletError> {
        let Response::ShopKeys { evm, core } = self.inner.vault.call(Request::ShopKeys).await?
        else {
            return Err(AgentError::Internal.into());
        };
        let parse = |text: &str, coin| ShopKey::parse(text, coin).map_err(|_| AgentError::Damaged);
        Ok(ShopKeys {
            evm: parse(&evm, CoinType::Ether)?,
            core: core
                .map(|core| parse(&core, CoinType::Conflux))
                .transpose()?,
        })
    }

    /// Has account `account` vouch for a till. The vault always asks for the PIN.
    pub async fn sign_till_certificate(
        &self,
        account: u32,
        certificate: TillCertificate,
    ) -> Result<SignedCertificate, WalletError> {
        certificate.check().map_err(|_| ErrorCode::BadInput)?;
        let request = SignRequest {
            purchase: super::pay::random_purchase()?,
            signer: KeyRef::Account(account),
            what: ToSign::TillCertificate(certificate.clone()),
            shop: None,
        };
        let signature = self
            .signed(request)
            .await?
            .authorization_signature
            .and_then(|bytes| ShopSignature::try_from(bytes.as_ref()).ok())
            .ok_or(AgentError::Internal)?;
        let identity = certificate
            .signer(&signature)
            .map_err(|_| AgentError::Internal)?;
        Ok(SignedCertificate {
            identity,
            signature,
        })
    }

    /// Has the vault sign a sweep ([`ToSign::Sweep`]), without a prompt where the
    /// fee is free or within quick pay. Sending it is the caller's.
    pub async fn sign_sweep(&self, request: SignRequest) -> Result<Signed, WalletError> {
        if !matches!(request.what, ToSign::Sweep { .. }) {
            return Err(ErrorCode::BadInput.into());
        }
        self.signed(request).await
    }

    async fn signed(&self, request: SignRequest) -> Result<Signed, WalletError> {
        match self.inner.vault.call(Request::Sign(request)).await? {
            Response::Signed(signed) => Ok(signed),
            _ => Err(AgentError::Internal.into()),
        }
    }
}
