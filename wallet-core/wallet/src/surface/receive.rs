//! Being paid.

use jiaozi_types::{Address, Amount, AssetId};

use super::Wallet;
use crate::api::{ErrorCode, ReceiveInput, ReceiveView};
use crate::error::WalletError;
use crate::payment::{authorization_nonce, purchase_of_reference};
use crate::records::ChargeRecord;
use crate::request::{self, PaymentRequest, RequestedAsset};
use crate::views;

/// Characters of a reference: none that are taken for another.
const REFERENCE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Wallet {
    /// The link and QR codes by which `input.account` is paid.
    pub async fn receive(&self, input: ReceiveInput) -> Result<ReceiveView, WalletError> {
        let network = self.network()?;
        let address = self
            .account(input.account)?
            .on(network.chain)
            // Told by the vault at the next unlock.
            .ok_or(ErrorCode::Locked)?;
        let payee = Address::on(network.chain, address);
        let asset = match &input.asset {
            None => network.main_asset().clone(),
            Some(id) => {
                let id: AssetId = id.parse().map_err(|_| ErrorCode::BadInput)?;
                network.asset(id).ok_or(ErrorCode::UnknownToken)?.clone()
            }
        };
        let amount = input
            .amount
            .as_deref()
            .map(|text| Amount::parse(text, &asset))
            .transpose()?;
        if amount.as_ref().is_some_and(Amount::is_zero) {
            return Err(ErrorCode::AmountZero.into());
        }
        let requested = match asset.id().contract() {
            Some(contract) => RequestedAsset::Token(contract),
            None => RequestedAsset::Coin,
        };
        let request = PaymentRequest {
            payee: payee.forget_chain_check(),
            chain: Some(network.chain),
            asset: requested,
            atoms: amount.as_ref().map(Amount::atoms),
            note: input.note.as_deref().and_then(request::clean_note),
            reference: input.one_time.then(random_reference).transpose()?,
            claimed_name: input.name.as_deref().and_then(request::clean_name),
            expires_at: None,
            shop: None,
        };
        if let Some(reference) = &request.reference {
            self.keep_charge(payee, input.account, reference, request.note.clone())?;
        }
        let link = request::write_link(payee, &request);
        let ethereum_link = request::write_erc681(payee, requested, request.atoms);
        Ok(ReceiveView {
            address: payee.plain(),
            qr_svg: request::qr_svg(&link)?,
            ethereum_qr_svg: request::qr_svg(&ethereum_link)?,
            link,
            ethereum_link,
            amount: amount.as_ref().map(views::amount),
            reference: request.reference,
        })
    }

    /// Remembers a charge by the authorization nonce that will pay it.
    fn keep_charge(
        &self,
        payee: Address,
        account: u32,
        reference: &str,
        note: Option<String>,
    ) -> Result<(), WalletError> {
        let nonce =
            authorization_nonce(purchase_of_reference(payee.chain(), payee.evm(), reference));
        let charge = ChargeRecord {
            chain: payee.chain(),
            account,
            reference: reference.to_owned(),
            note,
            created_at: self.inner.clock.now().as_unix(),
        };
        Ok(self.book()?.store().put(nonce.as_slice(), &charge)?)
    }
}

/// Ten characters, 50 random bits: enough for one payee's charges.
fn random_reference() -> Result<String, WalletError> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::Internal)?;
    let letter = |byte: &u8| {
        REFERENCE_ALPHABET
            .get(usize::from(byte % 32))
            .copied()
            .map(char::from)
    };
    Ok(bytes.iter().filter_map(letter).collect())
}
