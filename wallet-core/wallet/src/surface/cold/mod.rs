//! Accounts whose keys are on another computer: watching them, and taking what
//! that computer signs. See `docs/cold-signing.md`.

mod frames;
mod watch;

use jiaozi_cold::export::{self, Form};
use jiaozi_cold::{Answer, ColdError, FRAME_MILLIS, Message, Request, outline, single};
use jiaozi_types::PurchaseId;

use super::Wallet;
use super::pay::is_live;
use crate::api::{CodeView, ColdForm, ColdRequestView, ErrorCode, PaymentView, WalletEvent};
use crate::book::Book;
use crate::error::{WalletError, rule};
use crate::payment::{Awaiting, Payment, PaymentRecord, Phase, Step};
use crate::records::ColdRecord;

use frames::read;
pub use frames::{ColdSource, cold_frames};

impl Wallet {
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
