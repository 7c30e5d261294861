//! `state.sealed`: policy, counters, address book and assets. The policy and
//! the state of the backup can be read while locked; all of it is authenticated
//! by a key that only the PIN opens.

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::agent::{AgentError, BackupState, Payee, SpendPolicy, TokenDomain};
use jiaozi_types::{Address, Asset, AssetId, ChainId, sandbox};
use serde::{Deserialize, Serialize};

use crate::files::VaultFolder;
use crate::memory::Key;
use crate::policy::{self, Spending};
use crate::reading::Book;
use crate::sealed_file;

const FILE: &str = "state.sealed";
const KIND: &str = "state";

/// The readable part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub policy: SpendPolicy,
    pub backup: BackupState,
    /// One more with every change.
    pub generation: u64,
}

/// The sealed part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    pub spending: Spending,
    /// By name.
    pub payees: Vec<Payee>,
    pub assets: Vec<KnownAsset>,
}

/// An asset that the person confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownAsset {
    pub asset: Asset,
    pub domain: Option<TokenDomain>,
}

/// The readable part alone, not yet authenticated.
pub(super) fn head(folder: &VaultFolder) -> Result<Head, AgentError> {
    match folder.read(FILE)? {
        Some(bytes) => match sealed_file::parse::<Head>(KIND, &bytes) {
            Ok(parsed) => Ok(parsed.header),
            Err(AgentError::NewerVersion) => Err(AgentError::NewerVersion),
            Err(_) => Ok(lost()),
        },
        None => Ok(lost()),
    }
}

/// Both parts.
pub(super) fn load(folder: &VaultFolder, key: &Key) -> Result<(Head, State), AgentError> {
    let bytes = folder.read(FILE)?.ok_or(AgentError::Damaged)?;
    let parsed = sealed_file::parse::<Head>(KIND, &bytes)?;
    let plain = parsed.open(key).ok_or(AgentError::Damaged)?;
    let state = serde_json::from_slice(&plain).map_err(|_| AgentError::Damaged)?;
    Ok((parsed.header, state))
}

/// The readable part, authenticated. A lost or damaged file is put aside and
/// begun anew with quick pay off, so that losing the counters frees nothing.
pub(super) fn load_or_reset(folder: &VaultFolder, key: &Key) -> Result<Head, AgentError> {
    match load(folder, key) {
        Ok((head, _)) => Ok(head),
        Err(AgentError::Damaged) => {
            tracing::warn!("the vault's state was lost; quick pay is off");
            if folder.has(FILE) {
                folder.set_aside(FILE)?;
            }
            let head = lost();
            store(folder, key, &head, &State::default())?;
            Ok(head)
        }
        Err(other) => Err(other),
    }
}

/// Replaces the file.
pub(super) fn store(
    folder: &VaultFolder,
    key: &Key,
    head: &Head,
    state: &State,
) -> Result<(), AgentError> {
    let plain = serde_json::to_vec(state).map_err(|_| AgentError::Internal)?;
    folder.replace(FILE, &sealed_file::encode(KIND, head, key, &plain)?)
}

fn lost() -> Head {
    Head {
        policy: policy::without_quick_pay(),
        backup: BackupState::Pending,
        generation: 0,
    }
}

impl Book for State {
    fn name_of(&self, address: &Address) -> Option<String> {
        self.payees
            .iter()
            .find(|payee| payee.address == *address)
            .map(|payee| payee.name.clone())
    }

    fn name_of_shop(&self, identity: EvmAddress) -> Option<String> {
        // One key has one address on every EVM chain.
        self.payees
            .iter()
            .find(|payee| !payee.address.chain().is_core() && payee.address.evm() == identity)
            .map(|payee| payee.name.clone())
    }

    fn asset(&self, id: AssetId) -> Option<Asset> {
        self.assets
            .iter()
            .find(|known| known.asset.id() == id)
            .map(|known| known.asset.clone())
            .or_else(|| built_in(id))
    }

    fn domain(&self, id: AssetId) -> Option<TokenDomain> {
        if id == sandbox::yuan_asset().id() {
            return Some(sandbox::yuan_domain());
        }
        self.assets
            .iter()
            .find(|known| known.asset.id() == id)
            .and_then(|known| known.domain.clone())
    }
}

/// What needs no teaching: the sandbox yuan, and the coins of Ethereum and
/// of both spaces of Conflux.
fn built_in(id: AssetId) -> Option<Asset> {
    let coin = |symbol| Asset::new(id, 18, symbol);
    match id {
        AssetId::Token {
            chain: ChainId::Eip155(sandbox::CHAIN_ID),
            contract: sandbox::YUAN,
        } => Some(sandbox::yuan_asset()),
        AssetId::Coin { chain, .. } if id == AssetId::coin_of(chain) => match chain {
            ChainId::Eip155(1) => coin("ETH"),
            ChainId::Eip155(1030 | 71) | ChainId::Conflux(1029 | 1) => coin("CFX"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether this asset is built in and cannot be taught otherwise.
pub(super) fn is_built_in(id: AssetId) -> bool {
    built_in(id).is_some()
}
