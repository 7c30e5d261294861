//! The wallet that is killed: a process that pays what it is told to on its
//! standard input, one line a purchase, and says how it went.
//!
//! It does what a person would: looks whether the purchase is known already,
//! proposes and approves it if not, tries again while that can help, and waits
//! for its end.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiaozi_scenarios::{Payer, is_dead};
use jiaozi_types::SystemClock;
use jiaozi_wallet::api::{MoneyState, PaymentState, ProposeInput};
use jiaozi_wallet::{Wallet, WalletError};
use serde::{Deserialize, Serialize};

/// The first argument of the process.
pub const ROLE: &str = "payer";

/// What it is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// The request to pay.
    pub request: String,
    /// The purchase ids under which it was tried before.
    pub tried: Vec<String>,
}

/// What it says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The profile is open, and payments go on.
    Open,
    /// About to be approved under this purchase id.
    Proposed(String),
    /// Settled under this purchase id.
    Settled(String),
}

fn say(said: &Said) {
    let mut out = std::io::stdout().lock();
    let line = serde_json::to_string(said).unwrap();
    // The killer may have stopped listening.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// `payer PROFILE SOCKET URL`
pub async fn run(arguments: &[String]) {
    let [profile, socket, url] = arguments else {
        panic!("payer PROFILE SOCKET URL, not {arguments:?}");
    };
    let clock = Arc::new(SystemClock);
    let wallet = Payer::open_at(Path::new(profile), Path::new(socket), url, clock).await;
    wallet.resume_payments().await.unwrap();
    say(&Said::Open);
    let lines = std::io::stdin().lines();
    for line in lines {
        let order: Order = serde_json::from_str(&line.unwrap()).unwrap();
        let settled = pay(&wallet, order).await;
        say(&Said::Settled(settled));
    }
    wallet.close().await;
}

async fn pay(wallet: &Wallet, order: Order) -> String {
    let mut tried = order.tried;
    loop {
        match attempt(wallet, &order.request, &mut tried).await {
            Ok(Some(id)) => return id,
            Ok(None) => {}
            Err(error) => {
                let view = error.view();
                assert_eq!(view.money, MoneyState::Safe, "{view:?}");
                assert!(view.retryable, "{view:?}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// One try; none when it came to a safe end other than payment.
async fn attempt(
    wallet: &Wallet,
    request: &str,
    tried: &mut Vec<String>,
) -> Result<Option<String>, WalletError> {
    for id in tried.iter() {
        let Ok(known) = wallet.payment(id.clone()).await else {
            continue; // it never came to an approval
        };
        if !is_dead(&known) {
            return follow(wallet, id).await;
        }
    }
    let seen = wallet.read_request(request.to_owned()).await?;
    if let Some(already) = seen.already {
        return follow(wallet, &already.id).await;
    }
    let proposal = wallet
        .propose(ProposeInput {
            request: request.to_owned(),
            amount: None,
            asset: None,
            account: 0,
            note: None,
        })
        .await?;
    tried.push(proposal.id.clone());
    say(&Said::Proposed(proposal.id.clone()));
    wallet.approve(proposal.id.clone()).await?;
    follow(wallet, &proposal.id).await
}

async fn follow(wallet: &Wallet, id: &str) -> Result<Option<String>, WalletError> {
    let over = wallet.wait_for(id, false).await?;
    Ok((over.state == PaymentState::Settled).then(|| id.to_owned()))
}
