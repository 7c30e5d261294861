//! The proxy of a network, as its pool of endpoints takes it.

use jiaozi_ledger::{PoolOptions, Proxy};

use crate::api::ErrorCode;
use crate::error::WalletError;

/// Options of a pool behind `proxy`.
pub(super) fn options(proxy: Option<&str>) -> Result<PoolOptions, WalletError> {
    let proxy = proxy.map(Proxy::new).transpose();
    Ok(PoolOptions {
        proxy: proxy.map_err(|_| ErrorCode::ProxyMalformed)?,
        ..PoolOptions::default()
    })
}
