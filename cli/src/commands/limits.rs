//! What may be paid without the PIN. The limits are kept in the vault.

use jiaozi_wallet::api::{ErrorCode, PolicyInput, PolicyView, QuickPayInput};

use crate::failure::Failure;
use crate::options::{Limits, LimitsSet};
use crate::output::{Column, Output};
use crate::session::Session;
use crate::wording;

/// `jiaozi limits`
pub async fn run(session: &Session, command: &Limits) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let state = match command {
        Limits::Show => wallet.state().await?,
        Limits::Set(change) => {
            let state = wallet.state().await?;
            let main = state.network.tokens.first().unwrap_or(&state.network.coin);
            let asset = session
                .asset_id(&state, change.asset.asset.as_deref())?
                .unwrap_or_else(|| main.id.clone());
            let policy = changed(&state.vault.policy, change, asset)?;
            wallet.set_policy(policy).await?
        }
    };
    session.end(&wallet).await;
    let policy = &state.vault.policy;
    session.out.answer(policy, |out| table(out, policy))
}

/// The policy with the change in it; all else as it was.
fn changed(policy: &PolicyView, change: &LimitsSet, asset: String) -> Result<PolicyInput, Failure> {
    let mut quick_pay: Vec<_> = policy
        .quick_pay
        .iter()
        .map(|limit| QuickPayInput {
            asset: limit.per_payment.asset.id.clone(),
            per_payment: limit.per_payment.plain.clone(),
            per_day: limit.per_day.plain.clone(),
        })
        .collect();
    if change.per_payment.is_some() || change.per_day.is_some() {
        match quick_pay.iter_mut().find(|limit| limit.asset == asset) {
            Some(limit) => {
                replace(&mut limit.per_payment, change.per_payment.as_ref());
                replace(&mut limit.per_day, change.per_day.as_ref());
            }
            None => {
                // A first limit for an asset needs both figures.
                let both = change.per_payment.clone().zip(change.per_day.clone());
                let (per_payment, per_day) = both.ok_or(ErrorCode::AmountMissing)?;
                quick_pay.push(QuickPayInput {
                    asset,
                    per_payment,
                    per_day,
                });
            }
        }
    }
    Ok(PolicyInput {
        quick_pay,
        lock_after_seconds: change.lock_after.unwrap_or(policy.lock_after_seconds),
    })
}

fn replace(value: &mut String, with: Option<&String>) {
    if let Some(with) = with {
        value.clone_from(with);
    }
}

fn table(out: &Output, policy: &PolicyView) -> Result<(), Failure> {
    let messages = out.messages();
    if policy.quick_pay.is_empty() {
        out.line(messages.text("limits_none"))?;
    } else {
        let rows = policy.quick_pay.iter().map(|limit| {
            vec![
                limit.per_payment.asset.symbol.clone(),
                limit.per_payment.text.clone(),
                limit.per_day.text.clone(),
                limit.spent_today.text.clone(),
            ]
        });
        let columns = [
            Column::Left("asset"),
            Column::Right("per_payment"),
            Column::Right("per_day"),
            Column::Right("spent_today"),
        ];
        out.table(&columns, rows.collect())?;
    }
    let time = wording::seconds(messages, u64::from(policy.lock_after_seconds));
    out.line(&messages.fill("limits_lock_after", &[("time", &time)]))
}
