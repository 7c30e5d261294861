//! Setting the till up.

use alloy_primitives::U256;
use jiaozi_types::account_number::ACCOUNTS_OF_SCHEME;
use jiaozi_types::agent::{AgentError, KeyRef, Request, Response, SignRequest, ToSign};
use jiaozi_types::shop::{ShopSignature, TillKey};
use jiaozi_types::{Amount, AssetId, ChainId, CoinType, PurchaseId, ShopKey, TillCertificate};
use zeroize::Zeroizing;

use super::Till;
use super::earlier::Trail;
use super::records::{
    Account, Certificate, CounterRecord, EarlierRecord, TillCursorRecord, TillRecord,
};
use crate::Wallet;
use crate::api::till::{TillAccountInput, TillInput, TillView, VoiceSettings};
use crate::api::{ErrorCode, WalletEvent};
use crate::book::Book;
use crate::error::{WalletError, rule};
use crate::network::Network;
use crate::text;

/// Seconds that a charge is open where nothing else is said.
const CHARGE_SECONDS: u32 = 900;
/// Seconds that an unclear charge is waited for where nothing else is said.
const UNCLEAR_SECONDS: u32 = 45;
/// Units up to which inclusion is enough where nothing else is said.
const INSTANT_UNITS: u64 = 1_000;
/// Minutes ahead of UTC where nothing else is said: China's.
const UTC_OFFSET: i32 = 480;
/// Seconds for which the shop's name is lent to a till: a year.
const CERTIFICATE_SECONDS: u64 = 365 * 86_400;
/// The highest number of a till.
const LAST_TILL: u16 = 999;

impl Till {
    /// Sets the till up, or changes how it is.
    ///
    /// # Errors
    /// `till_asset_unsuited` for an asset without EIP-3009, `till_fixed` for
    /// another number, account or network once there are charges,
    /// `report_close_first` for another asset while a day is open, those of the
    /// values, and those of the ledger, which is asked about the asset.
    pub async fn set_up(&self, input: TillInput) -> Result<TillView, WalletError> {
        let book = self.book()?;
        let before = book.till()?;
        let network = self.network_of(&input)?;
        let settings = self.read_input(&input, &network, before.as_ref()).await?;
        if let Some(before) = &before {
            let same = before.till == settings.till
                && before.account == settings.account
                && before.public_key == settings.public_key
                && before.chain() == settings.chain();
            if !same && has_charges(&book)? {
                return Err(ErrorCode::TillFixed.into());
            }
            if before.asset.id() != settings.asset.id() && !is_closed(&book)? {
                return Err(ErrorCode::ReportCloseFirst.into());
            }
        }
        let ledger = self.wallet.ledger(&network).await?;
        let contract = settings.asset.id().contract();
        let suited = match contract {
            Some(contract) => ledger.authorization_domain(contract).await?.is_some(),
            None => false,
        };
        if !suited {
            let asset = settings.asset.symbol().to_owned();
            return Err(rule(ErrorCode::TillAssetUnsuited, [("asset", asset)]));
        }
        let head = ledger.head().await?;
        let first = match book.till_counter()?.number {
            0 => Trail::of(&*ledger, &settings)?.first_free().await?,
            known => known,
        };
        {
            let _turn = self.shared().turn.take();
            let mut batch = book.store().batch();
            batch.put(&[], &settings)?;
            let kept = book.till_cursor()?;
            if kept.is_none_or(|cursor| cursor.chain != settings.chain()) {
                batch.put(
                    &[],
                    &TillCursorRecord {
                        chain: settings.chain(),
                        start: head.saturating_add(1),
                        next: head.saturating_add(1),
                        highest: head,
                        final_block: 0,
                        marks: Default::default(),
                        seen_at: 0,
                    },
                )?;
            }
            let counter = book.till_counter()?;
            if counter.number < first {
                let number = first;
                batch.put(&[], &CounterRecord { number, ..counter })?;
            }
            // Money of charges from before this profile may not be gathered, and no
            // record tells. Each set-up has it looked for anew.
            let end = book.earlier()?.end;
            let end = if counter.number < first { first } else { end };
            if end > 0 {
                batch.put(&[], &EarlierRecord { next: 0, end })?;
            }
            batch.commit()?;
        }
        self.wallet.tell(WalletEvent::Till);
        self.view()?.ok_or_else(|| ErrorCode::TillNotSetUp.into())
    }

    /// Has the vault lend the shop's name to this till, after it asked the person:
    /// payers' wallets know the shop again by it. For a year.
    ///
    /// # Errors
    /// `till_watch_only` where the shop's account is on another computer.
    pub async fn sign_name(&self) -> Result<TillView, WalletError> {
        let settings = self.settings()?;
        let Account::Own { account } = settings.account else {
            return Err(ErrorCode::TillWatchOnly.into());
        };
        let key = till_key(&settings)?;
        let certificate = TillCertificate {
            shop: settings.shop.clone(),
            till: key.address(),
            valid_before: self.now().saturating_add(CERTIFICATE_SECONDS),
        };
        let request = SignRequest {
            purchase: certificate_purchase(&certificate),
            signer: KeyRef::Account(account),
            what: ToSign::TillCertificate(certificate.clone()),
            shop: None,
        };
        let signature = match self.wallet.vault().call(Request::Sign(request)).await? {
            Response::Signed(signed) => signed.authorization_signature,
            _ => None,
        };
        let record = self.wallet.account(account)?;
        // Certificates are signed by the keys of EVM chains, whatever the network.
        let identity = record.address.ok_or(ErrorCode::Locked)?;
        let signature = signature.ok_or(AgentError::Internal)?;
        // Looked at once, here: every charge's link carries it from now on.
        let signer = ShopSignature::try_from(signature.as_ref())
            .ok()
            .and_then(|signature| certificate.signer(&signature).ok());
        if signer != Some(identity) {
            return Err(AgentError::Internal.into());
        }
        let signed = Certificate {
            shop: certificate.shop,
            identity,
            valid_before: certificate.valid_before,
            signature,
        };
        {
            let book = self.book()?;
            let _turn = self.shared().turn.take();
            let mut settings = self.settings()?;
            settings.certificate = Some(signed);
            book.store().put(&[], &settings)?;
        }
        self.wallet.tell(WalletEvent::Till);
        self.view()?.ok_or_else(|| ErrorCode::TillNotSetUp.into())
    }

    fn network_of(&self, input: &TillInput) -> Result<Network, WalletError> {
        let Some(asset) = &input.asset else {
            return self.wallet.network();
        };
        let id: AssetId = asset.parse().map_err(|_| ErrorCode::BadInput)?;
        self.book()?
            .network(id.chain())?
            .ok_or_else(|| ErrorCode::UnknownNetwork.into())
    }

    async fn read_input(
        &self,
        input: &TillInput,
        network: &Network,
        before: Option<&TillRecord>,
    ) -> Result<TillRecord, WalletError> {
        let shop = text::clean(&input.shop, 64);
        if shop.is_empty() || shop != input.shop.trim() {
            return Err(ErrorCode::NameMalformed.into());
        }
        let asset = match &input.asset {
            None => network.main_asset().clone(),
            Some(id) => {
                let id: AssetId = id.parse().map_err(|_| ErrorCode::BadInput)?;
                network.asset(id).ok_or(ErrorCode::UnknownToken)?.clone()
            }
        };
        let instant_up_to = match &input.instant_up_to {
            Some(text) => Amount::parse(text, &asset)?.atoms(),
            None => units(asset.decimals()),
        };
        let within = |value: Option<u32>, default: u32, range: std::ops::RangeInclusive<u32>| {
            let value = value.unwrap_or(default);
            let fits = range.contains(&value);
            fits.then_some(value).ok_or(ErrorCode::BadInput)
        };
        let charge_seconds = within(input.charge_seconds, CHARGE_SECONDS, 60..=86_400)?;
        let unclear_seconds = within(input.unclear_seconds, UNCLEAR_SECONDS, 10..=3_600)?;
        let utc_offset = input
            .utc_offset
            .or(before.map(|before| before.utc_offset))
            .unwrap_or(UTC_OFFSET);
        let mut other_tills = input.other_tills.clone();
        other_tills.sort_unstable();
        other_tills.dedup();
        let bad = input.till > LAST_TILL
            || other_tills.iter().any(|till| *till > LAST_TILL)
            || other_tills.len() > 64
            || utc_offset.unsigned_abs() > 840
            || input.display_languages.is_empty()
            || input.display_languages.len() > 8
            || input.voice.as_ref().is_some_and(|voice| voice.volume > 100);
        if bad {
            return Err(ErrorCode::BadInput.into());
        }
        if let Some(printer) = &input.printer {
            super::printer::check(printer)?;
        }
        let (account, public_key) = self.account_of(&input.account, network.chain).await?;
        let voice = input.voice.clone();
        let voice = voice.or_else(|| before.map(|before| before.voice.clone()));
        let till_key = match before {
            Some(before) => before.till_key.clone(),
            None => new_key()?,
        };
        // A certificate lends the name that it was signed for.
        let certificate = before.and_then(|before| before.certificate.clone());
        Ok(TillRecord {
            certificate: certificate.filter(|certificate| certificate.shop == shop),
            shop,
            till: input.till,
            account,
            public_key,
            asset,
            charge_seconds,
            unclear_seconds,
            instant_up_to,
            display_languages: input.display_languages.clone(),
            voice: voice.unwrap_or_else(|| VoiceSettings {
                on: true,
                volume: 80,
                language: self.wallet.language(),
            }),
            printer: input.printer.clone(),
            utc_offset,
            other_tills,
            till_key,
        })
    }

    async fn account_of(
        &self,
        input: &TillAccountInput,
        chain: ChainId,
    ) -> Result<(Account, String), WalletError> {
        match input {
            TillAccountInput::Own { account } => {
                self.wallet.account(*account)?;
                // A shop's name is signed, and its money gathered, by the wallet's own paths.
                if *account >= ACCOUNTS_OF_SCHEME {
                    return Err(ErrorCode::UnknownAccount.into());
                }
                let key = own_key(&self.wallet, chain).await?;
                Ok((Account::Own { account: *account }, key))
            }
            TillAccountInput::WatchOnly { public_key } => {
                let key = public_key.trim();
                ShopKey::parse(key, coin(chain)).map_err(|_| ErrorCode::TillKeyMalformed)?;
                // A vault that has no shop keys yet cannot have this one.
                if own_key(&self.wallet, chain)
                    .await
                    .is_ok_and(|own| own == key)
                {
                    return Err(ErrorCode::TillKeyOwn.into());
                }
                Ok((Account::WatchOnly, key.to_owned()))
            }
        }
    }
}

/// The public key of this wallet's shop account on a chain.
pub(crate) async fn own_key(wallet: &Wallet, chain: ChainId) -> Result<String, WalletError> {
    match wallet.vault().call(Request::ShopKeys).await? {
        Response::ShopKeys { evm, core } => match chain {
            ChainId::Eip155(_) => Ok(evm),
            ChainId::Conflux(_) => core.ok_or_else(|| ErrorCode::Locked.into()),
        },
        _ => Err(AgentError::Internal.into()),
    }
}

/// Whose keys a chain's addresses come from.
pub(crate) fn coin(chain: ChainId) -> CoinType {
    match chain {
        ChainId::Eip155(_) => CoinType::Ether,
        ChainId::Conflux(_) => CoinType::Conflux,
    }
}

fn has_charges(book: &Book) -> Result<bool, WalletError> {
    Ok(book.till_counter()?.day > 0)
}

/// Whether every charge is in a Z report that found it ended: the sums of a
/// report are of one asset.
fn is_closed(book: &Book) -> Result<bool, WalletError> {
    let next = book.till_counter()?.number;
    Ok(match book.last_till_report()? {
        Some(last) => last.next_charge == next && last.open.is_empty(),
        None => !has_charges(book)?,
    })
}

fn units(decimals: u8) -> U256 {
    let one = U256::from(10).checked_pow(U256::from(decimals));
    one.and_then(|one| one.checked_mul(U256::from(INSTANT_UNITS)))
        .unwrap_or(U256::MAX)
}

/// The key that signs charges in the shop's name.
pub(crate) fn till_key(settings: &TillRecord) -> Result<TillKey, WalletError> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(&settings.till_key, bytes.as_mut())
        .map_err(|_| ErrorCode::StoreDamaged)?;
    TillKey::from_bytes(&bytes).ok_or_else(|| ErrorCode::StoreDamaged.into())
}

fn certificate_purchase(certificate: &TillCertificate) -> PurchaseId {
    let mut id = [0; 16];
    let digest = certificate.digest();
    let bytes = id.iter_mut().zip(digest.iter());
    bytes.for_each(|(to, from)| *to = *from);
    PurchaseId::from_bytes(id)
}

/// The key that signs charges in the shop's name; it moves no money.
fn new_key() -> Result<String, WalletError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::Internal)?;
    Ok(hex::encode(bytes))
}
