//! A look at a network: each endpoint by itself, what they say of each other,
//! what is final, and what the tokens can do.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;
use jiaozi_ledger::{Endpoint, Finality, Ledger, LedgerError, PoolOptions, connect};
use jiaozi_types::{Asset, AssetId, ChainId, Timestamp};

use super::{NetworkToken, TokenDraft};
use crate::api::{
    EndpointAgreement, EndpointCheck, ErrorCode, FinalityRule, NetworkCheck, TokenCheck,
};
use crate::error::WalletError;
use crate::views;

/// Blocks below the lowest head where endpoints are compared: newer ones may
/// differ for a moment.
const SETTLED: u64 = 10;

/// A network to be looked at.
pub(crate) struct Checker {
    /// The chain.
    pub chain: ChainId,
    /// The rule of finality.
    pub rule: FinalityRule,
    /// The same, as the ledger knows it.
    pub finality: Finality,
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
    /// The pool's options.
    pub options: PoolOptions,
}

impl Checker {
    fn ledger(&self, endpoints: &[Endpoint]) -> Result<Arc<dyn Ledger>, WalletError> {
        let options = self.options.clone();
        Ok(connect(self.chain, self.finality, endpoints, options)?)
    }

    /// Looks at the endpoints and at `tokens`, which `look_at` turns into assets.
    /// Nothing is cached: everything is asked anew.
    pub(crate) async fn look(&self, tokens: &[TokenDraft], now: Timestamp) -> NetworkCheck {
        let looks = join_all(self.endpoints.iter().map(|one| self.endpoint(one, now))).await;
        let (agreement, differs_at) = self.agreement(&looks).await;
        let mut check = NetworkCheck {
            usable: false,
            chain: None,
            block: None,
            client: None,
            endpoints: looks,
            agreement,
            final_block: None,
            tokens: Vec::new(),
            error: None,
        };
        if let Some(good) = check.endpoints.iter().find(|look| look.error.is_none()) {
            (check.chain, check.client) = (good.chain.clone(), good.client.clone());
            check.block = check.endpoints.iter().filter_map(|look| look.block).max();
        } else {
            let first = check.endpoints.first().and_then(|look| look.error.clone());
            check.error = first.or_else(|| Some(WalletError::from(ErrorCode::NodeDown).view()));
            return check;
        }
        if let Some(block) = differs_at {
            let values = [("block".to_owned(), block.to_string())].into();
            let code = ErrorCode::EndpointsDisagree;
            check.error = Some(WalletError::Rule { code, values }.view());
            return check;
        }
        if let Err(error) = self.look_further(&mut check, tokens).await {
            check.error = Some(error.view());
            return check;
        }
        check.usable = true;
        check
    }

    async fn look_further(
        &self,
        check: &mut NetworkCheck,
        tokens: &[TokenDraft],
    ) -> Result<(), WalletError> {
        let ledger = self.ledger(&self.endpoints)?;
        check.final_block = match ledger.final_block().await? {
            0 if self.rule == FinalityRule::Finalized => None,
            block => Some(block),
        };
        for token in tokens {
            let seen = look_at_token(ledger.as_ref(), token).await?;
            let traits = ledger.token_traits(token.contract).await?;
            check.tokens.push(TokenCheck {
                asset: views::asset(&seen.asset),
                name: traits.name,
                authorizes: seen.domain.is_some(),
                permits: seen.permits,
            });
        }
        Ok(())
    }

    /// One endpoint by itself.
    async fn endpoint(&self, endpoint: &Endpoint, now: Timestamp) -> EndpointCheck {
        let mut look = EndpointCheck {
            host: endpoint.host(),
            chain: None,
            block: None,
            age_seconds: None,
            client: None,
            latency_ms: None,
            error: None,
        };
        let outcome = async {
            let ledger = self.ledger(std::slice::from_ref(endpoint))?;
            let facts = ledger.node().await?;
            look.chain = Some(facts.chain.to_string());
            look.block = Some(facts.head);
            look.client = Some(facts.client).filter(|client| !client.is_empty());
            let asked = Instant::now();
            let time = ledger.block_time(facts.head).await?;
            look.latency_ms = u32::try_from(asked.elapsed().as_millis()).ok();
            look.age_seconds = Some(now.since(Timestamp::from_unix(time)));
            Ok::<_, WalletError>(())
        };
        if let Err(error) = outcome.await {
            if let WalletError::Ledger(LedgerError::WrongChain { found, .. }) = &error {
                look.chain = Some(found.to_string());
            }
            look.error = Some(error.view());
        }
        look
    }

    /// Whether the endpoints that answer have the same block a little below the
    /// lowest of their heads; if not, which block differs.
    async fn agreement(&self, looks: &[EndpointCheck]) -> (EndpointAgreement, Option<u64>) {
        let good: Vec<_> = self
            .endpoints
            .iter()
            .zip(looks)
            .filter(|(_, look)| look.error.is_none())
            .collect();
        let Some(lowest) = good.iter().filter_map(|(_, look)| look.block).min() else {
            return (EndpointAgreement::Single, None);
        };
        if good.len() < 2 {
            return (EndpointAgreement::Single, None);
        }
        let height = lowest.saturating_sub(SETTLED);
        let hashes = join_all(good.iter().map(|(endpoint, _)| async move {
            let ledger = self.ledger(std::slice::from_ref(*endpoint)).ok()?;
            ledger.block_hash(height).await.ok().flatten()
        }));
        let hashes: Vec<_> = hashes.await.into_iter().flatten().collect();
        let same = hashes.windows(2).all(|pair| pair.first() == pair.last());
        match (hashes.len(), same) {
            (0 | 1, _) => (EndpointAgreement::Single, None),
            (_, true) => (EndpointAgreement::Agreed, None),
            (_, false) => (EndpointAgreement::Disagreed, Some(height)),
        }
    }
}

/// What the token is and what it takes: asked of the ledger.
pub(crate) async fn look_at_token(
    ledger: &dyn Ledger,
    draft: &TokenDraft,
) -> Result<NetworkToken, WalletError> {
    let facts = ledger.token(draft.contract).await?;
    draft.require_symbol(&facts.symbol)?;
    let id = AssetId::Token {
        chain: ledger.chain(),
        contract: draft.contract,
    };
    let asset = Asset::new(id, facts.decimals, &facts.symbol).ok_or(ErrorCode::NotAToken)?;
    Ok(NetworkToken {
        asset: if draft.yuan { asset.in_yuan() } else { asset },
        domain: ledger.authorization_domain(draft.contract).await?,
        permits: ledger.token_traits(draft.contract).await?.permits,
    })
}
