//! Accounts and the money in them.

use jiaozi_wallet::api::{Direction, Overview};
use jiaozi_wallet::{Wallet, WalletError};

use crate::failure::Failure;
use crate::options::{Accounts, Balance, TopUp};
use crate::output::{Column, Output};
use crate::progress;
use crate::session::Session;
use crate::wording;

/// `jiaozi accounts`
pub async fn run(session: &Session, command: &Accounts) -> Result<(), Failure> {
    if let Accounts::Watch(options) = command {
        return super::cold::watch(session, options).await;
    }
    let wallet = session.ready().await?;
    match command {
        // Above.
        Accounts::Watch(_) => Ok(()),
        Accounts::List => {
            let accounts = wallet.accounts().await?;
            session.end(&wallet).await;
            session.out.answer(&accounts, |out| {
                let rows = accounts.iter().map(|account| {
                    vec![
                        account.index.to_string(),
                        account.label.clone(),
                        account.address.clone(),
                        account.path.clone(),
                    ]
                });
                let columns = [
                    Column::Right("number"),
                    Column::Left("label"),
                    Column::Left("address"),
                    Column::Left("path"),
                ];
                out.table(&columns, rows.collect())
            })
        }
        Accounts::Search { deeper } => {
            let work = wallet.search_accounts(*deeper);
            let found = progress::during(&session.out, "searching", work).await?;
            session.end(&wallet).await;
            session
                .out
                .answer(&found, |out| super::search::show(out, &found))
        }
        Accounts::Add { label } => {
            let account = wallet.add_account(label.clone()).await?;
            session.end(&wallet).await;
            session.out.answer(&account, |out| {
                let number = account.index.to_string();
                let values = [("number", number.as_str()), ("address", &account.address)];
                out.line(&out.messages().fill("account_added", &values))
            })
        }
    }
}

/// `jiaozi balance`. When the ledger cannot be read, what was last seen is
/// shown, and the error is the end of it.
pub async fn balance(session: &Session, options: &Balance) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let account = options.account.account;
    let mut failure = None;
    if !options.offline {
        failure = look(session, &wallet, account).await;
    }
    let overview = wallet.overview(account).await?;
    session.end(&wallet).await;
    session.out.answer(&overview, |out| show(out, &overview))?;
    failure.map_or(Ok(()), Err)
}

/// A look at the ledger that may fail. Payments that were under way are taken
/// up, and get a moment to end.
pub async fn look(session: &Session, wallet: &Wallet, account: u32) -> Option<Failure> {
    const MOMENT: std::time::Duration = std::time::Duration::from_secs(3);
    let work = async {
        wallet.resume_payments().await?;
        let overview = wallet.refresh(account).await?;
        let mut under_way = overview
            .recent
            .iter()
            .filter(|payment| {
                payment.direction != Direction::In && super::is_under_way(payment.state)
            })
            .peekable();
        if under_way.peek().is_some() {
            let ends = async {
                for payment in under_way {
                    wallet.wait_for(&payment.id, false).await?;
                }
                Ok::<_, WalletError>(())
            };
            // What takes longer goes on at the next start.
            if let Ok(ended) = tokio::time::timeout(MOMENT, ends).await {
                ended?;
            }
            // They have changed the balance.
            wallet.refresh(account).await?;
        }
        Ok::<_, WalletError>(())
    };
    let outcome = progress::during(&session.out, "asking_ledger", work).await;
    outcome.err().map(Failure::from)
}

/// `jiaozi topup`
pub async fn top_up(session: &Session, options: &TopUp) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let work = wallet.top_up(options.account.account, options.amount.clone());
    let overview = progress::during(&session.out, "topping_up", work).await?;
    session.end(&wallet).await;
    session.out.answer(&overview, |out| {
        out.line(out.messages().text("topped_up"))?;
        show(out, &overview)
    })
}

fn show(out: &Output, overview: &Overview) -> Result<(), Failure> {
    let messages = out.messages();
    let differ = overview
        .balances
        .iter()
        .any(|balance| balance.total != balance.spendable);
    let rows = overview.balances.iter().map(|balance| {
        let asset = balance.total.asset.symbol.clone();
        let mut row = vec![asset, balance.total.text.clone()];
        if differ {
            row.push(balance.spendable.text.clone());
        }
        row
    });
    let mut columns = vec![Column::Left("asset"), Column::Right("balance")];
    if differ {
        columns.push(Column::Right("spendable"));
    }
    out.table(&columns, rows.collect())?;
    if overview.waiting > 0 {
        let count = overview.waiting.to_string();
        out.line(&messages.fill("payments_waiting", &[("count", &count)]))?;
    }
    match overview.seen_at {
        _ if overview.online => {}
        Some(seen_at) => {
            let time = wording::moment(seen_at);
            out.line(&messages.fill("last_seen", &[("time", &time)]))?;
        }
        None => out.line(messages.text("never_seen"))?,
    }
    if overview.remind_backup {
        out.line(messages.text("backup_pending"))?;
    }
    Ok(())
}
