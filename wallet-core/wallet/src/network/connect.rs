//! From a network's values to its ledger.

use jiaozi_ledger::{Endpoint, EvmLedger, Finality, PoolOptions, Proxy};
use jiaozi_types::ChainId;

use crate::api::ErrorCode;
use crate::error::WalletError;

/// The ledger of `chain` at `endpoints`.
pub(crate) fn connect(
    chain: ChainId,
    finality: Finality,
    endpoints: &[Endpoint],
    options: PoolOptions,
) -> Result<EvmLedger, WalletError> {
    let number = chain.eip155().ok_or(ErrorCode::UnknownNetwork)?;
    Ok(EvmLedger::with_options(
        number, finality, endpoints, options,
    )?)
}

/// Options of a pool behind `proxy`.
pub(super) fn options(proxy: Option<&str>) -> Result<PoolOptions, WalletError> {
    let proxy = proxy.map(Proxy::new).transpose();
    Ok(PoolOptions {
        proxy: proxy.map_err(|_| ErrorCode::ProxyMalformed)?,
        ..PoolOptions::default()
    })
}
