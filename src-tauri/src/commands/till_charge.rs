//! Charges.

use jiaozi_wallet::api::till::{ChargeInput, ChargePage, ChargeQuery, ChargeView};
use jiaozi_wallet::request;
use serde::Serialize;
use tauri::{State, command};
use ts_rs::TS;

use super::{Answer, view};
use crate::shell::{Shell, internal};

/// A charge's QR codes, as SVG.
#[derive(Debug, Serialize, TS)]
#[ts(export_to = "shell/")]
pub struct ChargeCodes {
    /// With the shop's signed name, for Jiaozi.
    pub jiaozi: String,
    /// ERC-681, for other wallets.
    pub others: String,
}

#[command]
pub async fn make_charge(shell: State<'_, Shell>, input: ChargeInput) -> Answer<ChargeView> {
    let wallet = shell.wallet().await?;
    wallet.till().charge(input).await.map_err(view)
}

#[command]
pub async fn charge(shell: State<'_, Shell>, id: String) -> Answer<ChargeView> {
    shell.wallet().await?.till().get(&id).map_err(view)
}

#[command]
pub async fn charges(shell: State<'_, Shell>, query: ChargeQuery) -> Answer<ChargePage> {
    shell.wallet().await?.till().list(query).await.map_err(view)
}

/// Ends an open charge.
#[command]
pub async fn close_charge(shell: State<'_, Shell>, id: String) -> Answer<ChargeView> {
    shell.wallet().await?.till().close(&id).await.map_err(view)
}

/// Looks at every asset and network of one charge.
#[command]
pub async fn look_at_charge(shell: State<'_, Shell>, id: String) -> Answer<ChargeView> {
    shell.wallet().await?.till().look(&id).await.map_err(view)
}

#[command]
pub async fn charge_codes(shell: State<'_, Shell>, id: String) -> Answer<ChargeCodes> {
    let charge = shell.wallet().await?.till().get(&id).map_err(view)?;
    let svg = |link: &str| {
        request::qr_svg(link).map_err(|error| {
            tracing::error!(%error, "a code was not drawn");
            internal()
        })
    };
    Ok(ChargeCodes {
        jiaozi: svg(&charge.link)?,
        others: svg(&charge.ethereum_link)?,
    })
}
