//! `jiaozi receive`: asking to be paid, and waiting for it.

use std::time::Duration;

use jiaozi_wallet::api::{PaymentView, ReceiveInput, ReceiveView};
use serde::Serialize;

use super::history;
use crate::failure::{Failure, OwnCode};
use crate::incoming::Incoming;
use crate::options::Receive;
use crate::output::Output;
use crate::progress;
use crate::session::Session;
use crate::terminal_qr;

/// The answer to a script that waits.
#[derive(Debug, Serialize)]
struct Received<'a> {
    request: &'a ReceiveView,
    payment: &'a PaymentView,
}

/// `jiaozi receive`
pub async fn run(session: &Session, options: &Receive) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let asset = session.asset_id(&wallet.state().await?, options.asset.asset.as_deref())?;
    let request = wallet
        .receive(ReceiveInput {
            account: options.account.account,
            amount: options.amount.clone(),
            asset,
            note: options.note.clone(),
            name: options.name.clone(),
            one_time: options.once,
        })
        .await?;
    let out = &session.out;
    if !options.wait {
        session.end(&wallet).await;
        return out.answer(&request, |out| show(out, &request, options.qr));
    }
    // A reference names the charge whatever is paid; without one the amount does.
    let atoms = match request.reference {
        Some(_) => None,
        None => request.amount.as_ref().map(|amount| amount.atoms.clone()),
    };
    let account = options.account.account;
    let expected = Incoming::expect(&wallet, account, request.reference.clone(), atoms).await?;
    if out.is_json() {
        // The payer needs the link before the answer is complete.
        out.aside(&request.link);
    } else {
        show(out, &request, options.qr)?;
    }
    let work = async {
        match options.timeout {
            None => expected.arrive(&wallet).await,
            Some(seconds) => {
                let limit = Duration::from_secs(seconds);
                let waited = tokio::time::timeout(limit, expected.arrive(&wallet)).await;
                waited.unwrap_or_else(|_| Err(OwnCode::StillWaiting.into()))
            }
        }
    };
    let payment = progress::during(out, "waiting_incoming", work).await?;
    session.end(&wallet).await;
    let answer = Received {
        request: &request,
        payment: &payment,
    };
    out.answer(&answer, |out| {
        out.line("")?;
        history::show_payment(out, &payment)
    })
}

fn show(out: &Output, request: &ReceiveView, qr: bool) -> Result<(), Failure> {
    if qr {
        out.line(&terminal_qr::draw(&request.link, out.has_colour())?)?;
    }
    out.facts(&[
        (
            "amount",
            request.amount.as_ref().map(|amount| amount.text.clone()),
        ),
        ("address", Some(request.address.clone())),
        ("reference", request.reference.clone()),
        ("link", Some(request.link.clone())),
        ("ethereum_link", Some(request.ethereum_link.clone())),
    ])
}
