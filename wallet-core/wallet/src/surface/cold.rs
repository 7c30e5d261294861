//! Accounts whose keys are on another computer: watching them, and taking what
//! that computer signs. See `docs/cold-signing.md`.

use jiaozi_cold::{Answer, ColdError, Message, Request, WatchKey, picture, read_text};
use jiaozi_types::hd::AccountKey;
use jiaozi_types::{CoinType, PurchaseId};

use super::Wallet;
use super::home::account_view;
use super::pay::is_live;
use crate::api::{AccountView, ErrorCode, PaymentView, WalletEvent};
use crate::book::Book;
use crate::error::{WalletError, rule};
use crate::payment::{Awaiting, Payment, PaymentRecord, Phase, Step};
use crate::records::{AccountRecord, ColdRecord, WATCHED_FROM, is_watched};
use crate::text;

/// The most accounts that are watched.
const WATCHED_MAX: usize = 100;

/// Something of cold signing as it comes to a shell.
#[derive(Debug, Clone)]
pub enum ColdSource {
    /// Frames as text, one a line.
    Text(String),
    /// Pictures, each of one or several frames as QR codes.
    Pictures(Vec<Vec<u8>>),
}

impl Wallet {
    /// Watches account `index` (usually 0) of another wallet, by its public keys
    /// (`crypto-hdkey`): that of EVM chains, that of Conflux Core Space, or both.
    /// What is known already of the same account is completed.
    pub async fn watch_account(
        &self,
        source: ColdSource,
        index: u32,
        label: String,
    ) -> Result<AccountView, WalletError> {
        let (mut address, mut core, mut fingerprint) = (None, None, None);
        for message in read(source).await? {
            let key = WatchKey::read(&message)?;
            if fingerprint.is_some_and(|known| known != key.fingerprint) {
                return Err(ErrorCode::ColdMixed.into());
            }
            fingerprint = Some(key.fingerprint);
            let derived = AccountKey::parse(&key.account_key, key.coin, 0)
                .and_then(|account| account.branch(0)?.address(index))
                .map_err(|_| ErrorCode::ColdNoAccount)?;
            match key.coin {
                CoinType::Ether => address = Some(derived),
                CoinType::Conflux => core = Some(derived),
            }
        }
        let fingerprint = fingerprint.ok_or(ErrorCode::ColdNoFrame)?;
        let book = self.book()?;
        let accounts = book.accounts()?;
        let cold = ColdRecord { fingerprint, index };
        let known = accounts
            .iter()
            .find(|(_, account)| account.cold.as_ref() == Some(&cold));
        let own = accounts.iter().any(|(number, account)| {
            !is_watched(*number) && address.is_some() && account.address == address
        });
        let (number, old) = match known {
            // The vault here has its keys: nothing is cold about it.
            _ if own => return Err(ErrorCode::ColdKnown.into()),
            Some((number, old)) => {
                let adds = (old.address.is_none() && address.is_some())
                    || (old.core.is_none() && core.is_some());
                if !adds {
                    return Err(ErrorCode::ColdKnown.into());
                }
                (*number, Some(old))
            }
            None => {
                let watched = || accounts.iter().filter(|(number, _)| is_watched(*number));
                if watched().count() >= WATCHED_MAX {
                    return Err(ErrorCode::BadInput.into());
                }
                let last = watched().map(|(number, _)| *number).max();
                let next = last.map_or(Some(WATCHED_FROM), |last| last.checked_add(1));
                (next.ok_or(ErrorCode::BadInput)?, None)
            }
        };
        let account = AccountRecord {
            label: match old.filter(|_| label.is_empty()) {
                Some(old) => old.label.clone(),
                None => text::clean(&label, 40),
            },
            address: address.or(old.and_then(|old| old.address)),
            core: core.or(old.and_then(|old| old.core)),
            cold: Some(cold),
        };
        keep_first_account(&book)?;
        book.store().put(&number.to_be_bytes(), &account)?;
        book.search().forget();
        self.tell(WalletEvent::Settings);
        Ok(account_view(self.network()?.chain, number, &account))
    }

    /// What the computer with the keys is asked to sign for a payment: a message
    /// to be written as frames. The same each time.
    pub async fn cold_request(&self, id: String) -> Result<Message, WalletError> {
        let id: PurchaseId = id.parse().map_err(|_| ErrorCode::UnknownPayment)?;
        let book = self.book()?;
        let record = book.payment(id)?.ok_or(ErrorCode::UnknownPayment)?;
        Ok(asked(&book, record)?.1.message())
    }

    /// Takes a signature, finds the payment that waits for it, and sends it.
    /// Nothing is sent before the signed bytes are on the disk.
    pub async fn cold_answer(&self, source: ColdSource) -> Result<PaymentView, WalletError> {
        let messages = read(source).await?;
        let [message] = messages.as_slice() else {
            return Err(ErrorCode::ColdMixed.into());
        };
        let answer = Answer::read(message)?;
        let book = self.book()?;
        let signing = self.inner.signing.lock().await;
        let (payment, cold) = waiting_for(&book, &answer)?;
        let id = payment.terms().id;
        let network = book
            .network(payment.terms().chain())?
            .ok_or(ErrorCode::UnknownNetwork)?;
        let desk = self.desk(&network).await?;
        let turn = self.turn(id).await;
        let signed = payment.answer(&answer, &cold, &desk)?;
        drop(signing);
        let step = signed.submit(&desk).await?;
        drop(turn);
        if let Step::Over(record) = &step {
            self.tell_payment(record)?;
        } else {
            self.follow_live(id, network, is_live(step));
        }
        self.tell(WalletEvent::Overview);
        self.payment(id.to_string()).await
    }

    /// Gives a payment up that waits for its signature. One that comes later is
    /// refused.
    pub async fn cold_give_up(&self, id: String) -> Result<PaymentView, WalletError> {
        let id: PurchaseId = id.parse().map_err(|_| ErrorCode::UnknownPayment)?;
        let book = self.book()?;
        let _signing = self.inner.signing.lock().await;
        let record = book.payment(id)?.ok_or(ErrorCode::UnknownPayment)?;
        let payment = Payment::<Awaiting>::take_up(record)?;
        let network = book
            .network(payment.terms().chain())?
            .ok_or(ErrorCode::UnknownNetwork)?;
        let ended = payment.give_up(&self.desk(&network).await?)?;
        self.tell_payment(&ended)?;
        self.payment(id.to_string()).await
    }
}

/// Account 0 is there without a record until another one has one.
fn keep_first_account(book: &Book) -> Result<(), WalletError> {
    for (index, account) in book.accounts()? {
        if index == 0 {
            book.store().put(&index.to_be_bytes(), &account)?;
        }
    }
    Ok(())
}

fn asked(
    book: &Book,
    record: PaymentRecord,
) -> Result<(Payment<Awaiting>, Request, ColdRecord), WalletError> {
    let payment = Payment::<Awaiting>::take_up(record)?;
    let account = payment.terms().account;
    let accounts = book.accounts()?;
    let cold = accounts
        .into_iter()
        .find(|(number, _)| *number == account)
        .and_then(|(_, account)| account.cold)
        .ok_or(ErrorCode::UnknownAccount)?;
    let request = payment.request(&cold)?;
    Ok((payment, request, cold))
}

/// The payment whose request is answered.
fn waiting_for(
    book: &Book,
    answer: &Answer,
) -> Result<(Payment<Awaiting>, ColdRecord), WalletError> {
    for record in book.live_payments()? {
        if !matches!(record.phase, Phase::AwaitsSignature { .. }) {
            continue;
        }
        let (payment, request, cold) = asked(book, record)?;
        if request.id == answer.id {
            return Ok((payment, cold));
        }
    }
    Err(ErrorCode::ColdNotAsked.into())
}

/// The messages in a source.
async fn read(source: ColdSource) -> Result<Vec<Message>, WalletError> {
    let pictures = match source {
        ColdSource::Text(text) => return Ok(read_text(&text)?),
        ColdSource::Pictures(pictures) => pictures,
    };
    let work = tokio::task::spawn_blocking(move || -> Result<Vec<Message>, ColdError> {
        let mut frames = String::new();
        let mut unread = None;
        for bytes in &pictures {
            match picture::read(bytes) {
                Ok(codes) => codes.iter().for_each(|code| {
                    frames.push_str(code);
                    frames.push('\n');
                }),
                // A blurred picture among many is a lost frame.
                Err(error) => unread = unread.or(Some(error)),
            }
        }
        match unread {
            Some(error) if frames.is_empty() => Err(error),
            _ => read_text(&frames),
        }
    });
    Ok(work.await.map_err(|_| ErrorCode::Internal)??)
}

impl From<ColdError> for WalletError {
    fn from(error: ColdError) -> Self {
        use ErrorCode as C;
        match error {
            ColdError::NoFrame => C::ColdNoFrame.into(),
            ColdError::DamagedFrame => C::ColdDamaged.into(),
            ColdError::OtherMessage => C::ColdMixed.into(),
            ColdError::Incomplete { have, need, .. } => rule(
                C::ColdIncomplete,
                [("have", have.to_string()), ("need", need.to_string())],
            ),
            ColdError::TooLarge => C::ColdTooLarge.into(),
            ColdError::OtherType { found } => rule(C::ColdOtherType, [("found", found)]),
            ColdError::Malformed(what) => rule(C::ColdUnreadable, [("what", what.to_owned())]),
            ColdError::DataType(number) => {
                rule(C::ColdUnreadable, [("what", format!("data type {number}"))])
            }
            ColdError::PrivateKey => C::ColdPrivateKey.into(),
            ColdError::NoAccountKey => C::ColdNoAccount.into(),
            ColdError::OtherSigner => C::ColdOtherSigner.into(),
            ColdError::NoCode => C::ImageNoCode.into(),
            ColdError::PictureUnreadable => C::ImageUnreadable.into(),
            _ => C::Internal.into(),
        }
    }
}
