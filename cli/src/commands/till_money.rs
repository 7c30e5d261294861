//! `jiaozi till refund` and `jiaozi till sweep`: money that goes back, and money
//! that is gathered.

use std::time::Duration;

use jiaozi_wallet::Till;
use jiaozi_wallet::api::till::{RefundInput, RefundState, RefundView, SweepView};

use super::till_counter::read_code;
use crate::failure::{Failure, OwnCode};
use crate::options::{TillRefund, TillSweep};
use crate::output::Output;
use crate::progress;

const STEP: Duration = Duration::from_millis(200);

/// `jiaozi till refund`
pub async fn refund(out: &Output, till: &Till, options: &TillRefund) -> Result<(), Failure> {
    let pin = options.code_file.as_deref().map(read_code).transpose()?;
    // What came since the last look can be given back, too.
    progress::during(out, "asking_ledger", till.catch_up()).await?;
    let input = RefundInput {
        charge: options.charge.clone(),
        number: options.number.clone(),
        amount: options.amount.clone(),
        asset: options.asset.clone(),
        to: options.to.clone(),
        staff: options.staff.clone(),
        pin,
        reason: options.reason.clone(),
    };
    let mut view = till.refund(input).await?;
    if options.wait {
        till.watch();
        let ends = async {
            loop {
                let view = till.refund_of(&options.number)?;
                if matches!(view.state, RefundState::Paid | RefundState::Failed) {
                    return Ok::<_, Failure>(view);
                }
                tokio::time::sleep(STEP).await;
            }
        };
        view = progress::during(out, "till_refund_waiting", within(options.timeout, ends)).await?;
    }
    out.answer(&view, |out| show_refund(out, &view))
}

/// `jiaozi till sweep`
pub async fn sweep(out: &Output, till: &Till, options: &TillSweep) -> Result<(), Failure> {
    progress::during(out, "asking_ledger", till.catch_up()).await?;
    let mut view = progress::during(out, "till_sweeping", till.sweep()).await?;
    if options.wait {
        till.watch();
        let ends = async {
            loop {
                let view = till.sweep().await?;
                if view.left.atoms == "0" && view.moving == 0 && view.earlier == 0 {
                    return Ok::<_, Failure>(view);
                }
                tokio::time::sleep(STEP).await;
            }
        };
        view = progress::during(out, "till_sweeping", within(options.timeout, ends)).await?;
    }
    out.answer(&view, |out| show_sweep(out, &view))
}

async fn within<T>(
    seconds: Option<u64>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match seconds {
        None => work.await,
        Some(seconds) => tokio::time::timeout(Duration::from_secs(seconds), work)
            .await
            .map_err(|_| OwnCode::StillWaiting)?,
    }
}

fn show_refund(out: &Output, refund: &RefundView) -> Result<(), Failure> {
    let state = out.messages().text(match refund.state {
        RefundState::Pending => "till_refund_pending",
        RefundState::Moving => "till_refund_moving",
        RefundState::Paid => "till_refund_paid",
        RefundState::Failed => "till_refund_failed",
    });
    out.facts(&[
        ("till_refund_number", Some(refund.number.clone())),
        ("charge", Some(refund.charge.clone())),
        ("state", Some(state.to_owned())),
        ("amount", Some(refund.amount.text.clone())),
        ("till_refund_to", Some(refund.to.clone())),
        ("till_staff", Some(refund.staff.clone())),
        ("till_reason", refund.reason.clone()),
        ("transaction", refund.transaction.clone()),
    ])
}

fn show_sweep(out: &Output, sweep: &SweepView) -> Result<(), Failure> {
    out.facts(&[
        ("ungathered", Some(sweep.left.text.clone())),
        ("till_sweep_addresses", Some(sweep.addresses.to_string())),
        ("till_sweep_moving", Some(sweep.moving.to_string())),
        ("till_sweep_gathered", Some(sweep.gathered.text.clone())),
        (
            "till_sweep_earlier",
            (sweep.earlier > 0).then(|| sweep.earlier.to_string()),
        ),
    ])
}
