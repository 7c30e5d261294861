//! Networks: listing, choosing, adding, looking at them.

use std::sync::Arc;

use jiaozi_ledger::{Finality, Ledger, PoolOptions, connect};
use jiaozi_types::agent::{Request, TokenDomain};
use jiaozi_types::{Asset, AssetId, ChainId};

use super::{Wallet, lock};
use crate::api::{AppState, ErrorCode, NetworkCheck, NetworkInput, NetworkView, WalletEvent};
use crate::error::WalletError;
use crate::network::{Network, NetworkDraft, NetworkToken, TokenDraft};
use crate::views;

/// Blocks before the newest one whose transfers are read when a network is
/// added. Older payments stay on the ledger and in the balance.
const LOOK_BACK: u64 = 10_000;

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

    /// Adds a network. Its node must answer, and the vault asks the person to
    /// confirm code and decimals of its assets.
    pub async fn add_network(&self, input: NetworkInput) -> Result<NetworkView, WalletError> {
        let draft = NetworkDraft::new(&input)?;
        let chain = draft.chain;
        let book = self.book()?;
        if book.network(chain)?.is_some() {
            return Err(ErrorCode::NetworkExists.into());
        }
        let ledger = draft_ledger(&draft)?;
        let head = ledger.head().await?;
        let mut tokens = Vec::new();
        for token in &draft.tokens {
            tokens.push(look_at_token(ledger.as_ref(), token).await?);
        }
        let coin = (draft.coin.clone(), None);
        let known = tokens
            .iter()
            .map(|token| (token.asset.clone(), token.domain.clone()))
            .chain([coin]);
        for (asset, domain) in known {
            self.inner
                .vault
                .call(Request::SaveAsset { asset, domain })
                .await?;
        }
        let network = Network {
            chain,
            name: draft.name,
            real_money: draft.real_money,
            coin: draft.coin,
            tokens,
            finality: draft.finality,
            endpoints: draft.endpoints,
            first_block: head.saturating_sub(LOOK_BACK),
        };
        book.store().put(chain.to_string().as_bytes(), &network)?;
        self.tell(WalletEvent::Settings);
        Ok(network.view(self.preferences().network))
    }

    /// Removes a network that is not in use and has no payment under way. Its
    /// history stays, and is there again when the network is added again.
    pub async fn remove_network(&self, id: String) -> Result<(), WalletError> {
        let network = self.find_network(&id)?;
        let book = self.book()?;
        let busy = book
            .live_payments()?
            .iter()
            .any(|payment| payment.terms.chain() == network.chain);
        if network.is_sandbox() || network.chain == self.preferences().network || busy {
            return Err(ErrorCode::BadInput.into());
        }
        book.store()
            .delete::<Network>(network.chain.to_string().as_bytes())?;
        self.forget_ledger(network.chain).await;
        self.tell(WalletEvent::Settings);
        Ok(())
    }

    /// Looks at a network of this profile.
    pub async fn check_network(&self, id: String) -> Result<NetworkCheck, WalletError> {
        let network = self.find_network(&id)?;
        let ledger = match self.ledger(&network).await {
            Ok(ledger) => ledger,
            Err(error) => return Ok(failed_check(&error)),
        };
        let tokens = network
            .tokens
            .iter()
            .map(|token| (token.asset.clone(), token.domain.is_some()))
            .collect();
        Ok(check(ledger.as_ref(), tokens).await)
    }

    /// Looks at a network before it is added.
    pub async fn check_new_network(
        &self,
        input: NetworkInput,
    ) -> Result<NetworkCheck, WalletError> {
        let draft = NetworkDraft::new(&input)?;
        let ledger = draft_ledger(&draft)?;
        let mut tokens = Vec::new();
        for token in &draft.tokens {
            match look_at_token(ledger.as_ref(), token).await {
                Ok(token) => tokens.push((token.asset, token.domain.is_some())),
                Err(error) => return Ok(failed_check(&error)),
            }
        }
        Ok(check(ledger.as_ref(), tokens).await)
    }

    fn find_network(&self, id: &str) -> Result<Network, WalletError> {
        let chain: ChainId = id.parse().map_err(|_| ErrorCode::UnknownNetwork)?;
        self.book()?
            .network(chain)?
            .ok_or_else(|| ErrorCode::UnknownNetwork.into())
    }
}

fn draft_ledger(draft: &NetworkDraft) -> Result<Arc<dyn Ledger>, WalletError> {
    Ok(connect(
        draft.chain,
        Finality::Immediate,
        &draft.ledger_endpoints,
        PoolOptions::default(),
    )?)
}

/// What the token is, and whether it takes authorizations: asked of the ledger.
async fn look_at_token(
    ledger: &dyn Ledger,
    draft: &TokenDraft,
) -> Result<NetworkToken, WalletError> {
    let facts = ledger.token(draft.contract).await?;
    let id = AssetId::Token {
        chain: ledger.chain(),
        contract: draft.contract,
    };
    let asset = Asset::new(id, facts.decimals, &facts.symbol).ok_or(ErrorCode::NotAToken)?;
    let asset = if draft.yuan { asset.in_yuan() } else { asset };
    let domain: Option<TokenDomain> = ledger.authorization_domain(draft.contract).await?;
    Ok(NetworkToken { asset, domain })
}

async fn check(ledger: &dyn Ledger, tokens: Vec<(Asset, bool)>) -> NetworkCheck {
    match ledger.node().await {
        Ok(facts) => NetworkCheck {
            usable: true,
            chain: Some(facts.chain.to_string()),
            block: Some(facts.head),
            client: Some(facts.client).filter(|client| !client.is_empty()),
            tokens: tokens
                .iter()
                .map(|(asset, takes)| (views::asset(asset), *takes))
                .collect(),
            error: None,
        },
        Err(error) => failed_check(&error.into()),
    }
}

fn failed_check(error: &WalletError) -> NetworkCheck {
    NetworkCheck {
        usable: false,
        chain: None,
        block: None,
        client: None,
        tokens: Vec::new(),
        error: Some(error.view()),
    }
}
