//! Accounts whose keys are on another computer: watching them, and taking what
//! that computer signs. See `docs/cold-signing.md`.

use alloy_primitives::Address as EvmAddress;
use jiaozi_cold::export::{self, Form};
use jiaozi_cold::{
    Answer, ColdError, FRAME_MILLIS, Message, Request, WatchKey, outline, picture, read_text,
    single,
};
use jiaozi_types::hd::AccountKey;
use jiaozi_types::{Address, ChainId, CoinType, PurchaseId};

use super::Wallet;
use super::home::account_view;
use super::pay::is_live;
use crate::api::{
    AccountView, CodeView, ColdForm, ColdFrames, ColdRequestView, ErrorCode, PaymentView,
    WalletEvent, WatchView,
};
use crate::book::Book;
use crate::error::{WalletError, rule};
use crate::payment::{Awaiting, Payment, PaymentRecord, Phase, Step};
use crate::records::{AccountRecord, ColdRecord, WATCHED_FROM, is_watched};
use crate::text;

/// The most accounts that are watched.
const WATCHED_MAX: usize = 100;
/// The most files that are looked at for one message.
const FILES_MAX: usize = 2_000;
/// The most bytes of a file with frames as text.
const TEXT_MAX: usize = 2_000_000;
/// The number of Conflux Core Space's main network.
const CORE_MAINNET: u32 = 1029;

/// Something of cold signing as it comes to a shell.
#[derive(Debug, Clone)]
pub enum ColdSource {
    /// Frames as text, one a line.
    Text(String),
    /// Pictures, each of one or several frames as QR codes.
    Pictures(Vec<Vec<u8>>),
}

impl Wallet {
    /// What [`Self::watch_account`] would watch, without doing it.
    pub async fn preview_watched(
        &self,
        source: ColdSource,
        index: u32,
    ) -> Result<WatchView, WalletError> {
        let found = Found::read(source, index).await?;
        let (_, old) = found.place(&self.book()?)?;
        let network = match self.network()?.chain {
            chain if chain.is_core() => chain,
            _ => ChainId::Conflux(CORE_MAINNET),
        };
        let core = found.core.map(|core| Address::on(network, core).plain());
        Ok(WatchView {
            wallet: fingerprint_text(&found.cold),
            address: found.address.map(|address| address.to_string()),
            core,
            label: old.map(|old| old.label),
        })
    }

    /// Watches account `index` (usually 0) of another wallet, by its public keys
    /// (`crypto-hdkey`): that of EVM chains, that of Conflux Core Space, or both.
    /// What is known already of the same account is completed.
    pub async fn watch_account(
        &self,
        source: ColdSource,
        index: u32,
        label: String,
    ) -> Result<AccountView, WalletError> {
        let found = Found::read(source, index).await?;
        let book = self.book()?;
        let (number, old) = found.place(&book)?;
        let (old_address, old_core) = old
            .as_ref()
            .map_or((None, None), |old| (old.address, old.core));
        let account = AccountRecord {
            label: match old.filter(|_| label.is_empty()) {
                Some(old) => old.label,
                None => text::clean(&label, 40),
            },
            address: found.address.or(old_address),
            core: found.core.or(old_core),
            cold: Some(found.cold),
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

    /// The same, to be shown on a screen.
    pub async fn cold_request_view(&self, id: String) -> Result<ColdRequestView, WalletError> {
        let id: PurchaseId = id.parse().map_err(|_| ErrorCode::UnknownPayment)?;
        let book = self.book()?;
        let record = book.payment(id)?.ok_or(ErrorCode::UnknownPayment)?;
        let (_, request, cold) = asked(&book, record)?;
        let message = request.message();
        let codes = export::animation(&message)?
            .iter()
            .map(|frame| code_view(frame))
            .collect::<Result<_, _>>()?;
        Ok(ColdRequestView {
            id: id.to_string(),
            text: single(&message)?,
            codes,
            frame_millis: u32::try_from(FRAME_MILLIS).map_err(|_| ErrorCode::Internal)?,
            wallet: fingerprint_text(&cold),
            path: request.path.text(),
        })
    }

    /// The same as files: their names and what is in them.
    pub async fn cold_request_files(
        &self,
        id: String,
        form: ColdForm,
    ) -> Result<Vec<(String, Vec<u8>)>, WalletError> {
        // Letters and digits: it becomes a part of the names.
        let mark: String = id
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .collect();
        let message = self.cold_request(id).await?;
        let (form, ending) = match form {
            ColdForm::Text => (Form::Text, "txt"),
            ColdForm::Animation => (Form::AnimatedSvg, "svg"),
            ColdForm::Pictures => (Form::Pictures, "png"),
        };
        let name = format!("sign-{mark}.{ending}");
        let work = tokio::task::spawn_blocking(move || export::files(&message, form)).await;
        let files = work.map_err(|_| ErrorCode::Internal)??;
        let count = files.len();
        let named = files.into_iter().enumerate();
        Ok(named
            .map(|(at, bytes)| (export::file_name(&name, at, count), bytes))
            .collect())
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

/// The account that public keys lead to.
struct Found {
    cold: ColdRecord,
    address: Option<EvmAddress>,
    core: Option<EvmAddress>,
}

impl Found {
    async fn read(source: ColdSource, index: u32) -> Result<Self, WalletError> {
        let (mut address, mut core, mut fingerprint) = (None, None, None);
        let mut keys = Vec::new();
        for message in read(source).await? {
            keys.extend(WatchKey::read(&message)?);
        }
        for key in keys {
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
        Ok(Self {
            cold: ColdRecord { fingerprint, index },
            address,
            core,
        })
    }

    /// Its number among the accounts, and what is watched of it already;
    /// `ColdKnown` when there is nothing to add.
    fn place(&self, book: &Book) -> Result<(u32, Option<AccountRecord>), WalletError> {
        let accounts = book.accounts()?;
        // The vault here has its keys: nothing is cold about it.
        if accounts.iter().any(|(number, account)| {
            !is_watched(*number) && self.address.is_some() && account.address == self.address
        }) {
            return Err(ErrorCode::ColdKnown.into());
        }
        let known = accounts
            .iter()
            .find(|(_, account)| account.cold.as_ref() == Some(&self.cold));
        if let Some((number, old)) = known {
            let adds = (old.address.is_none() && self.address.is_some())
                || (old.core.is_none() && self.core.is_some());
            return match adds {
                true => Ok((*number, Some(old.clone()))),
                false => Err(ErrorCode::ColdKnown.into()),
            };
        }
        let watched = || accounts.iter().filter(|(number, _)| is_watched(*number));
        if watched().count() >= WATCHED_MAX {
            return Err(ErrorCode::BadInput.into());
        }
        let last = watched().map(|(number, _)| *number).max();
        let next = last.map_or(Some(WATCHED_FROM), |last| last.checked_add(1));
        Ok((next.ok_or(ErrorCode::BadInput)?, None))
    }
}

fn fingerprint_text(cold: &ColdRecord) -> String {
    format!("{:08x}", cold.fingerprint)
}

fn code_view(frame: &str) -> Result<CodeView, WalletError> {
    let drawn = outline(frame)?;
    Ok(CodeView {
        side: u32::try_from(drawn.side).map_err(|_| ErrorCode::Internal)?,
        path: drawn.path,
    })
}

/// The frames in files, each a text or a picture; a blurred picture among many
/// is a lost frame.
pub async fn cold_frames(files: Vec<Vec<u8>>) -> Result<ColdFrames, WalletError> {
    if files.len() > FILES_MAX {
        return Err(ErrorCode::ColdTooLarge.into());
    }
    let work = tokio::task::spawn_blocking(move || {
        let mut found = ColdFrames::default();
        let mut why = None;
        for bytes in files {
            let before = found.frames.len();
            match frames_in(bytes) {
                Ok(frames) => found.frames.extend(frames),
                Err(error) => why = why.or(Some(error)),
            }
            if found.frames.len() == before {
                found.unread = found.unread.saturating_add(1);
            }
        }
        match found.frames.is_empty() {
            true => Err(why.unwrap_or(ColdError::NoFrame)),
            false => Ok(found),
        }
    });
    Ok(work.await.map_err(|_| ErrorCode::Internal)??)
}

fn frames_in(bytes: Vec<u8>) -> Result<Vec<String>, ColdError> {
    let lines = match String::from_utf8(bytes) {
        Ok(text) if text.len() > TEXT_MAX => return Err(ColdError::TooLarge),
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(picture) => picture::read(picture.as_bytes())?,
    };
    let is_frame = |line: &str| {
        line.get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("ur:"))
    };
    let lines = lines.iter().map(|line| line.trim());
    Ok(lines
        .filter(|line| is_frame(line))
        .map(str::to_owned)
        .collect())
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
