//! Waiting for money to come in.

use std::collections::HashSet;
use std::time::Duration;

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{ActivityQuery, DirectionFilter, PaymentState, PaymentView};

use crate::failure::Failure;

/// Between looks at the sandbox.
const NEAR: Duration = Duration::from_millis(100);
/// Between looks at a ledger elsewhere.
const FAR: Duration = Duration::from_secs(2);
/// Rows that are looked at; more cannot come in between two looks.
const ROWS: u32 = 500;

/// What is waited for.
#[derive(Debug)]
pub struct Incoming {
    account: u32,
    reference: Option<String>,
    atoms: Option<String>,
    known: HashSet<String>,
}

impl Incoming {
    /// A payment of exactly the amount, where one is named, with the
    /// reference, where there is one, that is not in the history yet.
    pub async fn expect(
        wallet: &Wallet,
        account: u32,
        reference: Option<String>,
        atoms: Option<String>,
    ) -> Result<Self, Failure> {
        let mut expected = Self {
            account,
            reference,
            atoms,
            known: HashSet::new(),
        };
        let known = expected.rows(wallet).await?;
        expected.known = known.into_iter().map(|payment| payment.id).collect();
        Ok(expected)
    }

    /// Waits until it is there and final. A node that does not answer is asked
    /// again; every other error ends the wait.
    pub async fn arrive(&self, wallet: &Wallet) -> Result<PaymentView, Failure> {
        let pause = if wallet.state().await?.network.sandbox {
            NEAR
        } else {
            FAR
        };
        loop {
            match wallet.refresh(self.account).await {
                Ok(_) => {}
                Err(error) if error.is_retryable() => {
                    tracing::info!(%error, "the ledger was not read");
                }
                Err(error) => return Err(error.into()),
            }
            let rows = self.rows(wallet).await?;
            let found = rows.into_iter().find(|payment| self.fits(payment));
            if let Some(payment) = found.filter(|payment| payment.state == PaymentState::Settled) {
                return Ok(payment);
            }
            tokio::time::sleep(pause).await;
        }
    }

    fn fits(&self, payment: &PaymentView) -> bool {
        let reference = self.reference.is_none() || payment.reference == self.reference;
        let amount = self
            .atoms
            .as_ref()
            .is_none_or(|atoms| *atoms == payment.amount.atoms);
        let account = payment.account == self.account;
        reference && amount && account && !self.known.contains(&payment.id)
    }

    async fn rows(&self, wallet: &Wallet) -> Result<Vec<PaymentView>, Failure> {
        let query = ActivityQuery {
            text: self.reference.clone().unwrap_or_default(),
            direction: DirectionFilter::In,
            limit: ROWS,
            ..ActivityQuery::default()
        };
        Ok(wallet.activity(query).await?.rows)
    }
}
