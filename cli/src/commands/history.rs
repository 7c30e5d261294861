//! Payments past: the list, one of them, the export.

use std::time::Duration;

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{
    ActivityPage, ActivityQuery, Direction, DirectionFilter, ErrorCode, HistoryView, PaymentState,
    PaymentView, StateFilter,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::accounts;
use crate::failure::{Failure, OwnCode, own};
use crate::files;
use crate::options::{DirectionChoice, Export, History, Payment, StateChoice};
use crate::output::{Column, Output, Style};
use crate::progress;
use crate::session::Session;
use crate::wording;

/// The most rows of one page.
const PAGE: u32 = 500;

/// `jiaozi history`. When the ledger cannot be read, what is known is shown,
/// and the error is the end of it.
pub async fn list(session: &Session, options: &History) -> Result<(), Failure> {
    let mut query = ActivityQuery {
        text: options.search.clone(),
        direction: match options.direction {
            DirectionChoice::All => DirectionFilter::All,
            DirectionChoice::In => DirectionFilter::In,
            DirectionChoice::Out => DirectionFilter::Out,
        },
        state: match options.state {
            StateChoice::All => StateFilter::All,
            StateChoice::Waiting => StateFilter::Waiting,
            StateChoice::Settled => StateFilter::Settled,
            StateChoice::Failed => StateFilter::Failed,
        },
        from: options.from.as_deref().map(moment).transpose()?,
        to: options.to.as_deref().map(moment).transpose()?,
        cursor: None,
        limit: if options.all { PAGE } else { options.limit },
    };
    let wallet = session.ready().await?;
    let failure = if options.offline || (options.status && !options.sync) {
        None
    } else if options.sync {
        read_all(session, &wallet).await?
    } else {
        look_at_all(session, &wallet).await?
    };
    if options.status {
        let read = wallet.history().await?;
        session.end(&wallet).await;
        session.out.answer(&read, |out| status(out, &read))?;
        return failure.map_or(Ok(()), Err);
    }
    let unread = wallet.history().await?;
    let mut page = wallet.activity(query.clone()).await?;
    while options.all && page.next.is_some() {
        query.cursor = page.next.take();
        let next = wallet.activity(query.clone()).await?;
        page.rows.extend(next.rows);
        page.next = next.next;
    }
    session.end(&wallet).await;
    session.out.answer(&page, |out| {
        table(out, &page)?;
        incomplete(out, &unread)
    })?;
    failure.map_or(Ok(()), Err)
}

/// Reads everything of every account; gives the first failure. What was read
/// stays read.
async fn read_all(session: &Session, wallet: &Wallet) -> Result<Option<Failure>, Failure> {
    for account in wallet.accounts().await? {
        let events = wallet.subscribe();
        let work = wallet.read_history(account.index);
        let read = progress::blocks(&session.out, "reading_history", events, work).await;
        if let Err(error) = read {
            return Ok(Some(error.into()));
        }
    }
    Ok(None)
}

/// How far each account's history was read.
fn status(out: &Output, read: &[HistoryView]) -> Result<(), Failure> {
    let messages = out.messages();
    let rows = read.iter().map(|history| {
        let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
        vec![
            history.account.to_string(),
            history.done.to_string(),
            history.total.to_string(),
            percent(history),
            number(history.first_block),
            history.head.to_string(),
            history.final_block.to_string(),
            history
                .seen_at
                .map(wording::short_moment)
                .unwrap_or_default(),
        ]
    });
    let columns = [
        Column::Right("account"),
        Column::Right("blocks_read"),
        Column::Right("blocks_all"),
        Column::Right("share"),
        Column::Right("first_block"),
        Column::Right("newest_block"),
        Column::Right("final_block"),
        Column::Left("looked_at"),
    ];
    out.table(&columns, rows.collect())?;
    if read.iter().any(|history| history.coin_unseen) {
        out.line(messages.text("history_coin_unseen"))?;
    }
    Ok(())
}

fn percent(history: &HistoryView) -> String {
    let share = history.done.saturating_mul(100).checked_div(history.total);
    share.map(|share| format!("{share} %")).unwrap_or_default()
}

/// Says that older payments are still to be read, and what no list shows.
fn incomplete(out: &Output, read: &[HistoryView]) -> Result<(), Failure> {
    let messages = out.messages();
    for history in read
        .iter()
        .filter(|history| !history.complete && history.total > 0)
    {
        let values = [
            ("account", history.account.to_string()),
            ("done", history.done.to_string()),
            ("total", history.total.to_string()),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        out.line(&out.paint(Style::Dim, &messages.fill("history_incomplete", &values)))?;
    }
    if read.iter().any(|history| history.coin_unseen) {
        out.line(&out.paint(Style::Dim, messages.text("history_coin_unseen")))?;
    }
    Ok(())
}

/// Reads the ledger for every account; gives the first failure.
async fn look_at_all(session: &Session, wallet: &Wallet) -> Result<Option<Failure>, Failure> {
    for account in wallet.accounts().await? {
        let failure = accounts::look(session, wallet, account.index).await;
        if failure.is_some() {
            return Ok(failure);
        }
    }
    Ok(None)
}

/// A day (its beginning in the computer's time zone) or a moment, as Unix seconds.
fn moment(text: &str) -> Result<u64, Failure> {
    let day_or_local = || {
        let local: DateTime = text.parse().ok()?;
        let zoned = local.to_zoned(TimeZone::system()).ok()?;
        Some(zoned.timestamp())
    };
    let moment = text.parse::<Timestamp>().ok().or_else(day_or_local);
    moment
        .and_then(|moment| u64::try_from(moment.as_second()).ok())
        .ok_or_else(|| own(OwnCode::TimeMalformed, [("text", text.to_owned())]))
}

fn table(out: &Output, page: &ActivityPage) -> Result<(), Failure> {
    let messages = out.messages();
    if page.rows.is_empty() {
        let key = if page.total == 0 {
            "history_empty"
        } else {
            "history_none_found"
        };
        return out.line(messages.text(key));
    }
    let rows = page.rows.iter().map(|payment| {
        let sign = match payment.direction {
            Direction::In => "+",
            Direction::Out => "-",
            Direction::Own => "",
        };
        vec![
            wording::short_moment(payment.created_at),
            format!("{sign}{}", payment.amount.text),
            wording::state(messages, payment.state).to_owned(),
            wording::short_payee(messages, &payment.counterparty),
            payment
                .note
                .clone()
                .or_else(|| payment.memo.clone())
                .unwrap_or_default(),
            payment.reference.clone().unwrap_or_default(),
            wording::short_id(&payment.id),
        ]
    });
    let columns = [
        Column::Left("time"),
        Column::Right("amount"),
        Column::Left("state"),
        Column::Left("with"),
        Column::Left("note"),
        Column::Left("reference"),
        Column::Left("id"),
    ];
    out.table(&columns, rows.collect())?;
    if page.next.is_some() {
        let values = [
            ("shown", page.rows.len().to_string()),
            ("total", page.total.to_string()),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        out.line(&out.paint(Style::Dim, &messages.fill("history_more", &values)))?;
    }
    Ok(())
}

/// `jiaozi payment`
pub async fn one(session: &Session, options: &Payment) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let found = find(&wallet, &options.id).await?;
    if let Err(error) = wallet.look_again(&found.id).await {
        tracing::info!(%error, "not looked back at");
    }
    let mut payment = wallet.payment(found.id).await?;
    if super::is_under_way(payment.state) {
        wallet.resume_payments().await?;
        let limit = match (options.wait, options.timeout) {
            (true, Some(seconds)) => Duration::from_secs(seconds),
            (true, None) => Duration::MAX,
            // Long enough for a ledger that answers.
            (false, _) => Duration::from_secs(3),
        };
        let work = tokio::time::timeout(limit, wallet.wait_for(&payment.id, false));
        // Received entries move on only with a look at the ledger.
        let _ = accounts::look(session, &wallet, payment.account).await;
        let waited = progress::during(&session.out, "waiting_final", work).await;
        payment = match waited {
            Ok(payment) => payment?,
            Err(_) => wallet.payment(payment.id.clone()).await?,
        };
    }
    session.end(&wallet).await;
    session
        .out
        .answer(&payment, |out| show_payment(out, &payment))?;
    match payment.state {
        PaymentState::Unknown => Err(OwnCode::NotKnown.into()),
        state if options.wait && super::is_under_way(state) => Err(OwnCode::StillWaiting.into()),
        _ => Ok(()),
    }
}

/// A payment by its id or transaction, or by the beginning of one.
pub async fn find(wallet: &Wallet, id: &str) -> Result<PaymentView, Failure> {
    let id = id.trim();
    if let Ok(payment) = wallet.payment(id.to_owned()).await {
        return Ok(payment);
    }
    let query = ActivityQuery {
        text: id.to_owned(),
        limit: PAGE,
        ..ActivityQuery::default()
    };
    let fits = |payment: &PaymentView| {
        let transaction = payment.transaction.as_deref().unwrap_or_default();
        payment.id.starts_with(id) || transaction.starts_with(id)
    };
    let rows = wallet.activity(query).await?.rows;
    let mut found = rows.into_iter().filter(fits);
    match (id.is_empty(), found.next(), found.next()) {
        (false, Some(payment), None) => Ok(payment),
        (false, Some(_), Some(_)) => Err(own(OwnCode::IdAmbiguous, [("id", id.to_owned())])),
        _ => Err(ErrorCode::UnknownPayment.into()),
    }
}

/// All of a payment.
pub fn show_payment(out: &Output, payment: &PaymentView) -> Result<(), Failure> {
    let messages = out.messages();
    let other = &payment.counterparty;
    let why = payment
        .error
        .as_ref()
        .map(|error| messages.sentence(&error.code.as_str(), &error.values).what);
    out.facts(&[
        (
            "state",
            Some(wording::state(messages, payment.state).to_owned()),
        ),
        ("why", why),
        ("seen", wording::sight(messages, payment)),
        (
            "direction",
            Some(wording::direction(messages, payment.direction).to_owned()),
        ),
        ("amount", Some(payment.amount.text.clone())),
        ("fee", payment.fee.as_ref().map(|fee| fee.text.clone())),
        ("with", wording::name(messages, other)),
        ("address", Some(other.address.clone())),
        ("reference", payment.reference.clone()),
        ("note", payment.note.clone()),
        ("memo", payment.memo.clone()),
        (
            "time",
            Some(wording::moment(
                payment.included_at.unwrap_or(payment.created_at),
            )),
        ),
        ("network", Some(wording::network(messages, payment))),
        ("block", payment.block.map(|block| block.to_string())),
        (
            "checked",
            payment
                .checked
                .map(|checked| wording::checked(messages, checked).to_owned()),
        ),
        ("transaction", payment.transaction.clone()),
        ("id", Some(payment.id.clone())),
    ])
}

/// `jiaozi export`
pub async fn export(session: &Session, options: &Export) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    // What cannot be read now is missing from a file that people keep.
    if let Some(failure) = read_all(session, &wallet).await? {
        return Err(failure);
    }
    let csv = wallet.export_csv().await?;
    session.end(&wallet).await;
    match &options.out {
        Some(file) => files::write(file, &csv),
        None => session.out.bytes(&csv),
    }?;
    match &options.out {
        Some(file) => session.out.saved(file),
        None => Ok(()),
    }
}
