//! From the core's types to the shells' data.

use jiaozi_types::agent::{SpendPolicy, VaultStatus};
use jiaozi_types::{Amount, Asset};

use crate::api::{AmountView, AssetView, PolicyView, QuickPayView, VaultView};
use crate::network::Network;

pub(crate) fn asset(asset: &Asset) -> AssetView {
    AssetView {
        id: asset.id().to_string(),
        symbol: asset.symbol().to_owned(),
        decimals: asset.decimals(),
        yuan: asset.is_yuan(),
    }
}

pub(crate) fn amount(amount: &Amount) -> AmountView {
    AmountView {
        atoms: amount.atoms().to_string(),
        plain: amount.to_plain_string(),
        text: amount.to_string(),
        asset: asset(amount.asset()),
    }
}

/// The vault, with limits written in the assets that `networks` know.
pub(crate) fn vault(status: &VaultStatus, networks: &[Network]) -> VaultView {
    VaultView {
        state: status.state,
        sealing: status.sealing,
        keyring_backend: status.keyring_backend.clone(),
        backup: status.backup,
        fingerprint: status.fingerprint.clone(),
        policy: policy(&status.policy, status, networks),
        wait_seconds: status.wait_seconds,
    }
}

fn policy(policy: &SpendPolicy, status: &VaultStatus, networks: &[Network]) -> PolicyView {
    let quick_pay = policy
        .quick_pay
        .iter()
        .filter_map(|limit| {
            let asset = networks
                .iter()
                .find_map(|network| network.asset(limit.asset))?;
            let spent = status
                .spent_today
                .iter()
                .find(|spent| spent.asset == limit.asset);
            let spent = spent.map(|spent| spent.atoms).unwrap_or_default();
            let view = |atoms| amount(&Amount::from_atoms(atoms, asset.clone()));
            Some(QuickPayView {
                per_payment: view(limit.per_payment),
                per_day: view(limit.per_day),
                spent_today: view(spent),
            })
        })
        .collect();
    PolicyView {
        quick_pay,
        lock_after_seconds: policy.lock_after_seconds,
    }
}
