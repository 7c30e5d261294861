//! The vault's own address book, the assets it knows, and its policy.

use jiaozi_types::agent::{AgentError, Payee, SpendPolicy, TokenDomain};
use jiaozi_types::{Address, Asset};

use super::state_file::{self, Head, KnownAsset, State};
use super::{Vault, Verified};
use crate::policy;
use crate::reading::{self, Book};
use crate::text;

const PAYEES_MAX: usize = 4_096;
const ASSETS_MAX: usize = 256;
const NAME_MAX: usize = 64;

impl Vault {
    /// Reads, changes and writes the state, with the lock that all processes
    /// share. `Locked` when it is.
    pub(super) fn change_state<T>(
        &self,
        change: impl FnOnce(&mut Head, &mut State) -> Result<T, AgentError>,
    ) -> Result<T, AgentError> {
        let mut memory = self.memory();
        let open = memory.open.as_mut().ok_or(AgentError::Locked)?;
        let _lock = self.folder.lock()?;
        let (mut head, mut state) = self.state(open)?;
        let before = (head.clone(), state.clone());
        let result = change(&mut head, &mut state)?;
        if before != (head.clone(), state.clone()) {
            head.generation = head.generation.saturating_add(1);
            state_file::store(&self.folder, &open.state_key, &head, &state)?;
        }
        open.generation = head.generation;
        memory.last_use = std::time::Instant::now();
        Ok(result)
    }

    /// The state as it is. `Locked` when it is.
    pub(super) fn read_state<T>(
        &self,
        read: impl FnOnce(&Head, &State) -> T,
    ) -> Result<T, AgentError> {
        let memory = self.memory();
        let open = memory.open.as_ref().ok_or(AgentError::Locked)?;
        let (head, state) = self.state(open)?;
        Ok(read(&head, &state))
    }

    /// The address book, by name.
    pub fn payees(&self) -> Result<Vec<Payee>, AgentError> {
        self.read_state(|_, state| state.payees.clone())
    }

    /// A payee as it may be saved, and the name that the address has now.
    pub fn check_payee(&self, payee: &Payee) -> Result<(Payee, Option<String>), AgentError> {
        let name =
            text::plain(&payee.name, 1, NAME_MAX).map_err(|error| bad(&error.to_string()))?;
        if payee.address.evm().is_zero() {
            return Err(bad("the zero address"));
        }
        let before = self.read_state(|_, state| state.name_of(&payee.address))?;
        let payee = Payee {
            name,
            address: payee.address,
        };
        Ok((payee, before))
    }

    /// Saves a payee whom the person confirmed; the address has one name.
    pub fn save_payee(&self, payee: &Payee) -> Result<(), AgentError> {
        let (payee, _) = self.check_payee(payee)?;
        self.change_state(|_, state| {
            state.payees.retain(|known| known.address != payee.address);
            if state.payees.len() >= PAYEES_MAX {
                return Err(bad("more than 4,096 payees"));
            }
            let at = state
                .payees
                .partition_point(|known| known.name <= payee.name);
            state.payees.insert(at, payee);
            Ok(())
        })
    }

    /// Takes a payee out of the address book.
    pub fn remove_payee(&self, address: &Address) -> Result<(), AgentError> {
        self.change_state(|_, state| {
            state.payees.retain(|known| known.address != *address);
            Ok(())
        })
    }

    /// Whether this asset may be taught, and what is known of it now.
    pub fn check_asset(
        &self,
        asset: &Asset,
        domain: Option<&TokenDomain>,
    ) -> Result<Option<Asset>, AgentError> {
        let id = asset.id();
        // Read from a message, so its bounds are checked again.
        if Asset::new(id, asset.decimals(), asset.symbol()).is_none() {
            return Err(bad("the asset"));
        }
        if state_file::is_built_in(id) {
            return Err(bad("this asset is known already"));
        }
        if let Some(domain) = domain {
            reading::check_domain(domain)?;
            let same = id.chain() == domain.chain && id.contract() == Some(domain.contract);
            if !same {
                return Err(bad("the domain is of another asset"));
            }
        }
        self.read_state(|_, state| state.asset(id))
    }

    /// Whether exactly this is known of the asset already.
    pub fn knows_asset(
        &self,
        asset: &Asset,
        domain: Option<&TokenDomain>,
    ) -> Result<bool, AgentError> {
        self.read_state(|_, state| {
            state.asset(asset.id()).is_some_and(|known| {
                known.decimals() == asset.decimals()
                    && known.symbol() == asset.symbol()
                    && known.is_yuan() == asset.is_yuan()
            }) && state.domain(asset.id()).as_ref() == domain
        })
    }

    /// Teaches an asset that the person confirmed.
    pub fn save_asset(&self, asset: Asset, domain: Option<TokenDomain>) -> Result<(), AgentError> {
        self.check_asset(&asset, domain.as_ref())?;
        self.change_state(|_, state| {
            state.assets.retain(|known| known.asset.id() != asset.id());
            if state.assets.len() >= ASSETS_MAX {
                return Err(bad("more than 256 assets"));
            }
            state.assets.push(KnownAsset { asset, domain });
            Ok(())
        })
    }

    /// The policy now, whether `to` is looser, and the known assets of both.
    pub fn compare_policy(
        &self,
        to: &SpendPolicy,
    ) -> Result<(SpendPolicy, bool, Vec<Asset>), AgentError> {
        policy::check(to)?;
        self.read_state(|head, state| {
            let mut assets: Vec<Asset> = Vec::new();
            for limit in head.policy.quick_pay.iter().chain(&to.quick_pay) {
                if let Some(asset) = state.asset(limit.asset)
                    && !assets.contains(&asset)
                {
                    assets.push(asset);
                }
            }
            let looser = policy::is_looser(&head.policy, to);
            (head.policy.clone(), looser, assets)
        })
    }

    /// Replaces the policy. A looser one needs the proof that the PIN was typed.
    pub fn set_policy(
        &self,
        to: SpendPolicy,
        verified: Option<&Verified>,
    ) -> Result<(), AgentError> {
        policy::check(&to)?;
        self.change_state(|head, _| {
            if verified.is_none() && policy::is_looser(&head.policy, &to) {
                return Err(AgentError::Declined);
            }
            head.policy = to;
            Ok(())
        })
    }
}

fn bad(what: &str) -> AgentError {
    AgentError::BadRequest {
        what: what.to_owned(),
    }
}
