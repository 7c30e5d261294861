//! `jiaozi till`: a shop's charges on the terminal.

use std::time::Duration;

use jiaozi_wallet::Till;
use jiaozi_wallet::api::till::{
    ChargeFlags, ChargeInput, ChargeQuery, ChargeState, ChargeView, TillAccountInput, TillInput,
    TillView,
};

use super::{till_books, till_counter, till_money, till_paper, till_software};
use crate::failure::{Failure, OwnCode};
use crate::options::{ChargeStateChoice, TillCharge, TillCharges, TillCommand, TillSetup};
use crate::output::{Column, Output};
use crate::progress;
use crate::session::Session;
use crate::terminal_qr;
use crate::wording;

/// `jiaozi till`
pub async fn run(session: &Session, command: &TillCommand) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let till = wallet.till();
    let outcome = match command {
        TillCommand::Setup(options) => set_up(session, &till, options).await,
        TillCommand::Sign => {
            let view = till.sign_name().await?;
            session.out.answer(&view, |out| show_till(out, &view))
        }
        TillCommand::Charge(options) => charge(session, &till, options).await,
        TillCommand::Charges(options) => charges(session, &till, options).await,
        TillCommand::Show { charge, deep } => {
            let view = match deep {
                true => till.look(charge).await?,
                false => {
                    look(session, &till).await?;
                    till.get(charge)?
                }
            };
            session.out.answer(&view, |out| show(out, &view, false))
        }
        TillCommand::Close { charge } => {
            let view = till.close(charge).await?;
            session.out.answer(&view, |out| show(out, &view, false))
        }
        TillCommand::Receipt(options) => till_paper::receipt(&session.out, &till, options).await,
        TillCommand::Print { charge, refund } => {
            till_paper::print(&session.out, &till, charge, *refund).await
        }
        TillCommand::Say(options) => till_paper::say(&session.out, &till, options),
        TillCommand::Look { charge } => {
            let view = progress::during(&session.out, "asking_ledger", till.look(charge)).await?;
            session.out.answer(&view, |out| show(out, &view, false))
        }
        TillCommand::Refund(options) => till_money::refund(&session.out, &till, options).await,
        TillCommand::Sweep(options) => till_money::sweep(&session.out, &till, options).await,
        TillCommand::Staff(command) => till_counter::staff(&session.out, &till, command).await,
        TillCommand::Item(command) => till_counter::item(&session.out, &till, command).await,
        TillCommand::Status => status(session, &till).await,
        TillCommand::Report { kind } => till_books::report(session, &till, *kind).await,
        TillCommand::Reports { number } => till_books::reports(&session.out, &till, *number),
        TillCommand::Export(options) => till_books::export(session, &till, options).await,
        TillCommand::Token(command) => till_software::token(&session.out, &till, command),
        TillCommand::Serve(options) => till_software::serve(session, &wallet, options).await,
    };
    session.end(&wallet).await;
    outcome
}

async fn set_up(session: &Session, till: &Till, options: &TillSetup) -> Result<(), Failure> {
    let account = match &options.public_key {
        Some(public_key) => TillAccountInput::WatchOnly {
            public_key: public_key.clone(),
        },
        None => TillAccountInput::Own {
            account: options.account.account,
        },
    };
    let language = session.out.messages().language();
    let before = till.view()?;
    let input = TillInput {
        shop: options.shop.clone(),
        till: options.number,
        account,
        asset: options.asset.clone(),
        charge_seconds: options.charge_seconds,
        unclear_seconds: options.unclear_seconds,
        instant_up_to: options.instant_up_to.clone(),
        display_languages: vec![language],
        voice: till_paper::voice(&session.out, options, before.as_ref())?,
        printer: till_paper::printer(options, before.as_ref()),
        utc_offset: options.utc_offset,
        other_tills: options.other_till.clone(),
    };
    let work = till.set_up(input);
    let view = progress::during(&session.out, "asking_ledger", work).await?;
    session.out.answer(&view, |out| show_till(out, &view))
}

async fn charge(session: &Session, till: &Till, options: &TillCharge) -> Result<(), Failure> {
    let charge = till
        .charge(ChargeInput {
            amount: Some(options.amount.clone()),
            note: options.note.clone(),
            order: options.order.clone(),
            staff: options.staff.clone(),
            seconds: options.seconds,
            ..ChargeInput::default()
        })
        .await?;
    let out = &session.out;
    if !options.wait {
        return out.answer(&charge, |out| show(out, &charge, options.qr));
    }
    if out.is_json() {
        // The payer needs the link before the answer is complete.
        out.aside(&charge.link);
    } else {
        show(out, &charge, options.qr)?;
    }
    till.watch();
    let ends = async {
        loop {
            let view = till.get(&charge.id)?;
            if !matches!(view.state, ChargeState::Open | ChargeState::Unclear) {
                return Ok::<_, Failure>(view);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let work = async {
        match options.timeout {
            None => ends.await,
            Some(seconds) => tokio::time::timeout(Duration::from_secs(seconds), ends)
                .await
                .map_err(|_| OwnCode::StillWaiting)?,
        }
    };
    let view = progress::during(out, "waiting_incoming", work).await?;
    out.answer(&view, |out| show(out, &view, false))
}

async fn charges(session: &Session, till: &Till, options: &TillCharges) -> Result<(), Failure> {
    if !options.offline {
        look(session, till).await?;
    }
    let page = till
        .list(ChargeQuery {
            text: Some(options.search.clone()).filter(|text| !text.is_empty()),
            state: options.state.map(ChargeState::from),
            to_return: options.to_return,
            day: options.day.clone(),
            after: options.after.clone(),
            limit: Some(options.limit),
        })
        .await?;
    session.out.answer(&page, |out| {
        let messages = out.messages();
        if page.charges.is_empty() {
            out.line(messages.text("charges_none"))?;
        } else {
            let rows = page.charges.iter().map(|charge| {
                vec![
                    charge.id.clone(),
                    charge.code.clone(),
                    wording::short_moment(charge.created_at),
                    charge.amount.text.clone(),
                    state_and_flags(out, charge),
                    charge.note.clone().unwrap_or_default(),
                ]
            });
            let columns = [
                Column::Left("charge"),
                Column::Left("code"),
                Column::Left("time"),
                Column::Right("amount"),
                Column::Left("state"),
                Column::Left("note"),
            ];
            out.table(&columns, rows.collect())?;
        }
        match &page.next {
            Some(next) => out.line(&messages.fill("charges_more", &[("next", next)])),
            None => Ok(()),
        }
    })
}

async fn status(session: &Session, till: &Till) -> Result<(), Failure> {
    let seen = look(session, till).await;
    let Some(view) = till.view()? else {
        return seen;
    };
    session.out.answer(&view, |out| show_till(out, &view))?;
    seen
}

async fn look(session: &Session, till: &Till) -> Result<(), Failure> {
    let work = till.catch_up();
    Ok(progress::during(&session.out, "asking_ledger", work).await?)
}

fn show_till(out: &Output, till: &TillView) -> Result<(), Failure> {
    let messages = out.messages();
    let account = match till.account {
        Some(account) => account.to_string(),
        None => messages.text("till_watch_only").to_owned(),
    };
    out.facts(&[
        ("shop", Some(till.shop.clone())),
        ("till_number", Some(till.till.to_string())),
        ("account", Some(account)),
        ("asset", Some(till.asset.id.clone())),
        ("shop_id", till.shop_id.clone()),
        ("public_key", Some(till.public_key.clone())),
        ("instant_up_to", Some(till.instant_up_to.text.clone())),
        ("open_charges", Some(till.open.to_string())),
        ("to_return", Some(till.to_return.to_string())),
        ("ungathered", Some(till.ungathered.text.clone())),
        ("block", till.health.block.map(|block| block.to_string())),
        (
            "clock_ahead",
            till.health.clock_ahead.map(|ahead| ahead.to_string()),
        ),
    ])
}

fn show(out: &Output, charge: &ChargeView, qr: bool) -> Result<(), Failure> {
    let some = |amount: &jiaozi_wallet::api::AmountView| {
        (amount.atoms != "0").then(|| amount.text.clone())
    };
    out.facts(&[
        ("charge", Some(charge.id.clone())),
        ("code", Some(charge.code.clone())),
        ("order", charge.order.clone()),
        ("state", Some(state_and_flags(out, charge))),
        ("amount", Some(charge.amount.text.clone())),
        ("charge_sum_paid", some(&charge.paid)),
        (
            "charge_missing",
            some(&charge.missing).filter(|_| charge.flags.under),
        ),
        ("charge_refunded", some(&charge.refunded)),
        ("charge_returnable", some(&charge.returnable)),
        ("note", charge.note.clone()),
        ("address", Some(charge.address.clone())),
        ("charge_ends_at", Some(wording::moment(charge.expires_at))),
        ("link", Some(charge.link.clone())),
        ("other_wallets", Some(charge.ethereum_link.clone())),
    ])?;
    for payment in &charge.payments {
        let values = [
            ("amount", payment.amount.text.as_str()),
            ("from", payment.from.as_str()),
            ("transaction", payment.transaction.as_str()),
        ];
        out.line(&out.messages().fill("charge_payment", &values))?;
    }
    if qr {
        out.line(&terminal_qr::draw(&charge.link, out.has_colour())?)?;
    }
    Ok(())
}

/// The state, and behind it what is unusual.
fn state_and_flags(out: &Output, charge: &ChargeView) -> String {
    let messages = out.messages();
    let state = messages.text(match charge.state {
        ChargeState::Open => "charge_open",
        ChargeState::Unclear => "charge_unclear",
        ChargeState::Paid => "charge_paid",
        ChargeState::Closed => "charge_closed",
        ChargeState::Revoked => "charge_revoked",
    });
    let ChargeFlags {
        under,
        over,
        late,
        wrong_asset,
        taken_back,
    } = charge.flags;
    let flags = [
        (under, "flag_under"),
        (over, "flag_over"),
        (late, "flag_late"),
        (wrong_asset, "flag_wrong_asset"),
        (taken_back, "flag_taken_back"),
    ];
    let shown = flags.iter().filter(|(is, _)| *is);
    let words: Vec<_> = std::iter::once(state)
        .chain(shown.map(|(_, key)| messages.text(key)))
        .collect();
    words.join(messages.text("flag_between"))
}

impl From<ChargeStateChoice> for ChargeState {
    fn from(choice: ChargeStateChoice) -> Self {
        match choice {
            ChargeStateChoice::Open => Self::Open,
            ChargeStateChoice::Unclear => Self::Unclear,
            ChargeStateChoice::Paid => Self::Paid,
            ChargeStateChoice::Closed => Self::Closed,
            ChargeStateChoice::Revoked => Self::Revoked,
        }
    }
}
