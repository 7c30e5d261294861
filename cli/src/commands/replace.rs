//! `jiaozi cancel` and `jiaozi speed-up`: one more transaction in the place of a
//! payment that is in no block. Its price is shown first.

use std::time::Duration;

use jiaozi_wallet::api::{
    ErrorCode, PaymentState, PaymentView, ReplacementAct, ReplacementView, Verdict,
};
use jiaozi_wallet::vault::PromptKind;

use super::history;
use crate::failure::{Failure, OwnCode};
use crate::options::Replace;
use crate::progress;
use crate::session::Session;
use crate::wording;

/// Seconds to wait for the outcome when nothing else is said.
const WAIT: u64 = 120;

/// `jiaozi cancel` and `jiaozi speed-up`
pub async fn run(session: &Session, options: &Replace, act: ReplacementAct) -> Result<(), Failure> {
    if !options.yes && !session.can_ask() {
        return Err(OwnCode::YesNeeded.into());
    }
    let wallet = session.ready().await?;
    let payment = history::find(&wallet, &options.id).await?;
    // The ledger may have it by now: that is known after a look.
    wallet.resume_payments().await?;
    let proposing = wallet.propose_replacement(payment.id.clone(), act);
    let proposal = progress::during(&session.out, "asking_ledger", proposing).await?;
    show(session, &payment, &proposal);
    let vault_asks = proposal.verdict == Verdict::Approval
        && session.prompt() == PromptKind::Terminal
        && !session.global.passphrase_stdin;
    if !options.yes && !vault_asks && !session.ask(session.out.messages().text(question(act)))? {
        return Err(ErrorCode::Declined.into());
    }
    match act {
        ReplacementAct::Cancel => wallet.cancel(payment.id.clone()).await?,
        ReplacementAct::SpeedUp => wallet.speed_up(payment.id.clone()).await?,
    };
    let limit = Duration::from_secs(options.timeout.unwrap_or(WAIT));
    let waiting = tokio::time::timeout(limit, wallet.wait_for(&payment.id, false));
    let payment = match progress::during(&session.out, "waiting_final", waiting).await {
        Ok(payment) => payment?,
        Err(_) => wallet.payment(payment.id).await?,
    };
    session.end(&wallet).await;
    session
        .out
        .answer(&payment, |out| history::show_payment(out, &payment))?;
    outcome(&payment, act)
}

fn question(act: ReplacementAct) -> &'static str {
    match act {
        ReplacementAct::Cancel => "cancel_question",
        ReplacementAct::SpeedUp => "speed_up_question",
    }
}

/// What the person decides on, beside the answer.
fn show(session: &Session, payment: &PaymentView, proposal: &ReplacementView) {
    let out = &session.out;
    let messages = out.messages();
    let fee = match &proposal.fee {
        None => messages.text("fee_none").to_owned(),
        Some(fee) => {
            let values = [
                ("expected", fee.expected.text.as_str()),
                ("cap", fee.cap.text.as_str()),
            ];
            messages.fill("fee_about", &values)
        }
    };
    let explained = match proposal.act {
        ReplacementAct::Cancel => "cancel_explained",
        ReplacementAct::SpeedUp => "speed_up_explained",
    };
    out.aside(&out.facts_text(&[
        (
            "payee",
            Some(wording::short_payee(messages, &payment.counterparty)),
        ),
        ("amount", Some(payment.amount.text.clone())),
        ("fee", Some(fee)),
    ]));
    out.aside(messages.text(explained));
}

/// A payment that was cancelled is what was asked for; one that won the race is not.
fn outcome(payment: &PaymentView, act: ReplacementAct) -> Result<(), Failure> {
    let cancelled = payment.error.as_ref().map(|error| error.code) == Some(ErrorCode::Cancelled);
    match (payment.state, act) {
        (PaymentState::Unknown, _) => Err(OwnCode::NotKnown.into()),
        (state, _) if super::is_under_way(state) => Err(OwnCode::StillWaiting.into()),
        (PaymentState::Settled, ReplacementAct::SpeedUp) => Ok(()),
        (PaymentState::Settled, ReplacementAct::Cancel) => Err(ErrorCode::TooLateToReplace.into()),
        (_, ReplacementAct::Cancel) if cancelled => Ok(()),
        _ => match &payment.error {
            Some(error) => Err(Failure::Seen(Box::new(error.clone()))),
            None => Ok(()),
        },
    }
}
