//! Networks: listing, choosing, adding, looking at them.

use jiaozi_ledger::connect;
use jiaozi_types::ChainId;
use jiaozi_types::agent::Request;

use super::{Wallet, lock};
use crate::api::{
    AppState, EndpointAgreement, ErrorCode, NetworkCheck, NetworkInput, NetworkPreset, NetworkView,
    Region, WalletEvent,
};
use crate::error::WalletError;
use crate::network::{
    self, Checker, Network, NetworkDraft, TokenDraft, ledger_finality, look_at_token,
};

impl Wallet {
    /// Every network, the sandbox first.
    pub async fn networks(&self) -> Result<Vec<NetworkView>, WalletError> {
        let selected = self.preferences().network;
        Ok(self
            .book()?
            .networks()?
            .iter()
            .map(|network| network.view(selected))
            .collect())
    }

    /// Chooses the network in use.
    pub async fn select_network(&self, id: String) -> Result<AppState, WalletError> {
        let network = self.find_network(&id)?;
        let mut preferences = self.preferences();
        preferences.network = network.chain;
        preferences.save(&self.inner.profile)?;
        *lock(&self.inner.preferences) = preferences;
        self.tell(WalletEvent::Settings);
        self.tell(WalletEvent::Overview);
        self.state().await
    }

    /// Networks that ship with the wallet, with the tokens that are offered in
    /// the person's region.
    pub async fn network_presets(&self) -> Result<Vec<NetworkPreset>, WalletError> {
        network::presets(&self.book()?, self.preferences().region)
    }

    /// Says where the person is.
    pub async fn set_region(&self, region: Region) -> Result<AppState, WalletError> {
        let mut preferences = self.preferences();
        preferences.region = region;
        preferences.save(&self.inner.profile)?;
        *lock(&self.inner.preferences) = preferences;
        self.tell(WalletEvent::Settings);
        self.state().await
    }

    /// The chain that the first endpoint of `input` says it is on: for networks
    /// that are added by their URL alone. EVM chains only.
    pub async fn chain_at(&self, input: &NetworkInput) -> Result<String, WalletError> {
        // Any number does: the node's own is in the answer, or in the refusal.
        let guess = NetworkInput {
            id: ChainId::Eip155(1).to_string(),
            name: "?".to_owned(),
            tokens: Vec::new(),
            ..input.clone()
        };
        let check = self.check_new_network(guess).await?;
        let first = check.endpoints.into_iter().next();
        match first.and_then(|endpoint| endpoint.chain) {
            Some(chain) => Ok(chain),
            None => Err(check
                .error
                .map_or(ErrorCode::NodeDown, |error| error.code)
                .into()),
        }
    }

    /// Adds a network. Its node must answer, and the vault asks the person to
    /// confirm code and decimals of its assets.
    pub async fn add_network(&self, input: NetworkInput) -> Result<NetworkView, WalletError> {
        let region = self.preferences().region;
        let draft = NetworkDraft::new(&input, region)?;
        let book = self.book()?;
        if book.network(draft.chain)?.is_some() {
            return Err(ErrorCode::NetworkExists.into());
        }
        let finality = ledger_finality(draft.finality);
        let ledger = connect(
            draft.chain,
            finality,
            &draft.ledger_endpoints,
            draft.options.clone(),
        )?;
        ledger.head().await?;
        let mut tokens = Vec::new();
        for token in &draft.tokens {
            let seen = look_at_token(ledger.as_ref(), token).await?;
            // A contract that gave no code beforehand has one now.
            token.require_offered(region, draft.real_money, Some(seen.asset.symbol()))?;
            tokens.push(seen);
        }
        let network = Network {
            chain: draft.chain,
            name: draft.name,
            name_zh: draft.name_zh,
            real_money: draft.real_money,
            coin: draft.coin,
            tokens,
            finality: draft.finality,
            endpoints: draft.endpoints,
            proxy: draft.proxy,
            first_block: draft.first_block,
        };
        self.tell_vault(&network).await?;
        let key = network.chain.to_string();
        book.store().put(key.as_bytes(), &network)?;
        self.tell(WalletEvent::Settings);
        Ok(network.view(self.preferences().network))
    }

    /// The vault keeps its own list of assets, and asks the person about each
    /// that it does not know like this.
    async fn tell_vault(&self, network: &Network) -> Result<(), WalletError> {
        let tokens = network.tokens.iter();
        let known = tokens
            .map(|token| (token.asset.clone(), token.domain.clone()))
            .chain([(network.coin.clone(), None)]);
        for (asset, domain) in known {
            let request = Request::SaveAsset { asset, domain };
            self.inner.vault.call(request).await?;
        }
        Ok(())
    }

    /// Removes a network that is not in use and has no payment under way. Its
    /// history stays, and is there again when the network is added again.
    ///
    /// # Errors
    /// `network_built_in`, `network_in_use`, or `network_busy` with the count of
    /// payments that have to end first.
    pub async fn remove_network(&self, id: String) -> Result<(), WalletError> {
        let network = self.find_network(&id)?;
        if network.is_sandbox() {
            return Err(ErrorCode::NetworkBuiltIn.into());
        }
        if network.chain == self.preferences().network {
            return Err(ErrorCode::NetworkInUse.into());
        }
        let book = self.book()?;
        let live = book.live_payments()?;
        let busy = live
            .iter()
            .filter(|payment| payment.terms.chain() == network.chain)
            .count();
        if busy > 0 {
            let values = [("count".to_owned(), busy.to_string())].into();
            let code = ErrorCode::NetworkBusy;
            return Err(WalletError::Rule { code, values });
        }
        book.store()
            .delete::<Network>(network.chain.to_string().as_bytes())?;
        self.forget_ledger(network.chain).await;
        self.tell(WalletEvent::Settings);
        Ok(())
    }

    /// Looks at a network of this profile. What its tokens can do is asked
    /// anew; where that has changed, it is kept, and the vault is told.
    pub async fn check_network(&self, id: String) -> Result<NetworkCheck, WalletError> {
        let network = self.find_network(&id)?;
        let endpoints = match self.endpoints(&network).await {
            Ok(endpoints) => endpoints,
            Err(error) => return Ok(unreachable(&error)),
        };
        let tokens: Vec<_> = network
            .tokens
            .iter()
            .filter_map(|token| {
                Some(TokenDraft {
                    contract: token.asset.id().contract()?,
                    yuan: token.asset.is_yuan(),
                    symbol: Some(token.asset.symbol().to_owned()),
                })
            })
            .collect();
        let checker = Checker {
            chain: network.chain,
            rule: network.finality,
            finality: network.ledger_finality(),
            endpoints,
            options: network.pool_options()?,
        };
        let check = checker.look(&tokens, self.inner.clock.now()).await;
        if check.usable && !network.is_sandbox() {
            self.take_capabilities(&network, &checker, &tokens).await?;
        }
        Ok(check)
    }

    /// Keeps what tokens can do where that has changed since it was last asked.
    async fn take_capabilities(
        &self,
        network: &Network,
        checker: &Checker,
        tokens: &[TokenDraft],
    ) -> Result<(), WalletError> {
        let ledger = connect(
            checker.chain,
            checker.finality,
            &checker.endpoints,
            checker.options.clone(),
        )?;
        let mut fresh = network.clone();
        fresh.tokens.clear();
        for token in tokens {
            fresh
                .tokens
                .push(look_at_token(ledger.as_ref(), token).await?);
        }
        let can = |network: &Network| -> Vec<_> {
            let tokens = network.tokens.iter();
            tokens
                .map(|token| (token.domain.clone(), token.permits))
                .collect()
        };
        if can(&fresh) != can(network) {
            self.tell_vault(&fresh).await?;
            let key = network.chain.to_string();
            self.book()?.store().put(key.as_bytes(), &fresh)?;
            self.tell(WalletEvent::Settings);
        }
        Ok(())
    }

    /// Looks at a network before it is added.
    pub async fn check_new_network(
        &self,
        input: NetworkInput,
    ) -> Result<NetworkCheck, WalletError> {
        let draft = NetworkDraft::new(&input, self.preferences().region)?;
        let checker = Checker {
            chain: draft.chain,
            rule: draft.finality,
            finality: ledger_finality(draft.finality),
            endpoints: draft.ledger_endpoints,
            options: draft.options,
        };
        Ok(checker.look(&draft.tokens, self.inner.clock.now()).await)
    }

    fn find_network(&self, id: &str) -> Result<Network, WalletError> {
        let chain: ChainId = id.parse().map_err(|_| ErrorCode::UnknownNetwork)?;
        self.book()?
            .network(chain)?
            .ok_or_else(|| ErrorCode::UnknownNetwork.into())
    }
}

/// A network none of whose endpoints can be asked.
fn unreachable(error: &WalletError) -> NetworkCheck {
    NetworkCheck {
        usable: false,
        chain: None,
        block: None,
        client: None,
        endpoints: Vec::new(),
        agreement: EndpointAgreement::Single,
        final_block: None,
        tokens: Vec::new(),
        error: Some(error.view()),
    }
}
