//! Paying: a request is read, a proposal made, the proposal approved.

use std::sync::Arc;

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::{Address, Amount, Asset, AssetId, ChainId, PurchaseId};

use super::{Wallet, lock};
use crate::api::{
    ErrorCode, FeeView, PaymentView, ProposalView, ProposeInput, RequestView, WalletEvent,
};
use crate::error::{WalletError, rule};
use crate::network::Network;
use crate::payment::{Approved, Live, Payment, Proposal, Step, Wish, purchase_of_reference};
use crate::payment_view::Viewer;
use crate::records::is_watched;
use crate::request::{self, PaymentRequest, RequestedAsset};
use crate::views;

/// Proposals that are kept at a time; the oldest thing to lose is a form to fill in again.
const MAX_PROPOSALS: usize = 64;

/// A request held against the network in use.
struct Resolved {
    payee: Address,
    asset: Asset,
    amount: Option<Amount>,
    purchase: Option<PurchaseId>,
}

impl Wallet {
    /// Reads a text, link or address.
    pub async fn read_request(&self, text: String) -> Result<RequestView, WalletError> {
        let request = PaymentRequest::read(&text, self.inner.clock.now())?;
        self.request_view(text.trim().to_owned(), request)
    }

    /// Reads the QR code in a picture.
    pub async fn read_image(&self, bytes: Vec<u8>) -> Result<RequestView, WalletError> {
        let texts = tokio::task::spawn_blocking(move || request::read_image(&bytes)).await;
        let texts = texts.map_err(|_| ErrorCode::Internal)??;
        // Of several codes the first that can be paid counts; else the first one's error.
        let mut first_error = None;
        for text in texts {
            match self.read_request(text).await {
                Ok(view) => return Ok(view),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        Err(first_error.unwrap_or_else(|| ErrorCode::ImageNoCode.into()))
    }

    /// Makes a proposal, to be shown and approved.
    pub async fn propose(&self, input: ProposeInput) -> Result<ProposalView, WalletError> {
        let network = self.network()?;
        let outcome = self.make_proposal(&network, input).await;
        if let Err(error) = &outcome {
            self.note_failure(&network, error).await;
        }
        let proposal = outcome?;
        let view = self.proposal_view(&network, &proposal)?;
        let mut proposals = lock(&self.inner.proposals);
        let now = self.inner.clock.now();
        proposals.retain(|_, proposal| proposal.valid_until() > now);
        if proposals.len() >= MAX_PROPOSALS {
            proposals.clear();
        }
        proposals.insert(proposal.terms().id, proposal);
        Ok(view)
    }

    /// Approves a proposal: signs within the policy, or after the vault asked
    /// the person, and sends. Approving twice pays once. Returns when a node
    /// has it, or when it is on the disk and no node answers.
    pub async fn approve(&self, id: String) -> Result<PaymentView, WalletError> {
        let id: PurchaseId = id.parse().map_err(|_| ErrorCode::UnknownPayment)?;
        let book = self.book()?;
        let signing = self.inner.signing.lock().await;
        if let Some(record) = book.payment(id)?
            && !record.phase.has_failed()
        {
            return Viewer::new(&book)?.payment(&record);
        }
        let proposal = lock(&self.inner.proposals)
            .get(&id)
            .cloned()
            .ok_or(ErrorCode::ProposalExpired)?;
        let terms = proposal.approve(self.inner.clock.now())?;
        let network = book
            .network(terms.chain())?
            .ok_or(ErrorCode::UnknownNetwork)?;
        let desk = self.desk(&network).await?;
        let turn = self.turn(id).await;
        // The ledger is asked while the disk writes.
        let (ledger, from) = (Arc::clone(&desk.ledger), terms.from);
        let nonces = tokio::spawn(async move { ledger.nonces(from).await });
        let approved = Payment::<Approved>::begin(terms, &desk)?;
        let nonces = nonces.await.map_err(|_| ErrorCode::Internal)?;
        if is_watched(approved.terms().account) {
            let record = approved.await_signature(nonces, &desk)?;
            lock(&self.inner.proposals).remove(&id);
            self.tell_payment(&record)?;
            self.tell(WalletEvent::Overview);
            return Viewer::new(&desk.book)?.payment(&record);
        }
        let signed = approved.sign(nonces, &desk).await?;
        drop(signing);
        lock(&self.inner.proposals).remove(&id);
        let step = signed.submit(&desk).await?;
        drop(turn);
        match step {
            Step::Over(record) => self.tell_payment(&record)?,
            Step::Moved(live) | Step::Waits(live) => self.follow_live(id, network, Some(live)),
        }
        self.tell(WalletEvent::Overview);
        self.payment(id.to_string()).await
    }

    /// A payment as it stands.
    pub async fn payment(&self, id: String) -> Result<PaymentView, WalletError> {
        let book = self.book()?;
        let viewer = Viewer::new(&book)?;
        if let Ok(id) = id.parse::<PurchaseId>() {
            let record = book.payment(id)?.ok_or(ErrorCode::UnknownPayment)?;
            return viewer.payment(&record);
        }
        let key = hex::decode(&id).map_err(|_| ErrorCode::UnknownPayment)?;
        let entry = book
            .store()
            .get(&key)
            .map_err(|_| ErrorCode::UnknownPayment)?;
        viewer.entry(&entry.ok_or(ErrorCode::UnknownPayment)?)
    }

    fn request_view(
        &self,
        text: String,
        request: PaymentRequest,
    ) -> Result<RequestView, WalletError> {
        let (book, network) = (self.book()?, self.network()?);
        let resolved = resolve(&request, &network)?;
        let viewer = Viewer::new(&book)?;
        let earlier = resolved
            .purchase
            .map(|id| book.payment(id))
            .transpose()?
            .flatten();
        let already = earlier
            .filter(|record| !record.phase.has_failed())
            .map(|record| viewer.payment(&record))
            .transpose()?;
        Ok(RequestView {
            request: text,
            payee: viewer.payee(
                network.chain,
                resolved.payee.evm(),
                request.claimed_name,
                request.shop.as_ref(),
            )?,
            amount: resolved.amount.as_ref().map(views::amount),
            asset: views::asset(&resolved.asset),
            note: request.note,
            reference: request.reference,
            expires_at: request.expires_at.map(|at| at.as_unix()),
            already,
        })
    }

    async fn make_proposal(
        &self,
        network: &Network,
        input: ProposeInput,
    ) -> Result<Proposal, WalletError> {
        let request = PaymentRequest::read(&input.request, self.inner.clock.now())?;
        let resolved = resolve(&request, network)?;
        let amount = amount_to_pay(&resolved, network, &input)?;
        let id = match resolved.purchase {
            Some(id) => id,
            None => random_purchase()?,
        };
        let earlier = self.book()?.payment(id)?;
        if earlier.is_some_and(|record| !record.phase.has_failed()) {
            return Err(rule(ErrorCode::AlreadyPaid, [("id", id.to_string())]));
        }
        let from: EvmAddress = self
            .account(input.account)?
            .on(network.chain)
            // Told by the vault at the next unlock.
            .ok_or(ErrorCode::Locked)?;
        // Who pays in another asset than was asked for pays a stranger's address.
        let asset = amount.asset().id();
        let shop = request.shop.filter(|shop| shop.charge.asset == asset);
        let wish = Wish {
            id,
            account: input.account,
            from,
            payee: resolved.payee.evm(),
            amount,
            expires_at: request.expires_at,
            reference: request.reference,
            note: request.note,
            claimed_name: request.claimed_name,
            memo: input.note.as_deref().and_then(request::clean_note),
            shop,
        };
        Proposal::make(wish, network, &self.desk(network).await?).await
    }

    fn proposal_view(
        &self,
        network: &Network,
        proposal: &Proposal,
    ) -> Result<ProposalView, WalletError> {
        let (book, terms) = (self.book()?, proposal.terms());
        let viewer = Viewer::new(&book)?;
        Ok(ProposalView {
            id: terms.id.to_string(),
            payee: viewer.payee(
                network.chain,
                terms.payee,
                terms.claimed_name.clone(),
                terms.shop.as_ref(),
            )?,
            amount: views::amount(&terms.amount),
            fee: proposal.fee().map(|fee| FeeView {
                expected: views::amount(&fee.expected),
                cap: views::amount(&fee.cap),
            }),
            shop_pays_fee: proposal.is_sponsored(),
            balance_after: views::amount(proposal.balance_after()),
            account: terms.account,
            network: network.name.clone(),
            warnings: proposal.warnings().to_vec(),
            verdict: proposal.verdict(),
            valid_until: proposal.valid_until().as_unix(),
        })
    }
}

/// Holds a request against a network: same chain, a listed asset.
fn resolve(request: &PaymentRequest, network: &Network) -> Result<Resolved, WalletError> {
    // Across the two spaces there is more to say than that the network is another.
    let crosses = |found: ChainId| found.is_core() != network.chain.is_core();
    if request.chain.is_some_and(crosses) {
        request.payee.require_chain(network.chain)?;
    }
    if let Some(found) = request.chain.filter(|found| *found != network.chain) {
        let values = [
            ("found", found.to_string()),
            ("wanted", network.chain.to_string()),
        ];
        return Err(rule(ErrorCode::WrongNetwork, values));
    }
    let payee = request.payee.require_chain(network.chain)?;
    let asset = match request.asset {
        RequestedAsset::Main => network.main_asset(),
        RequestedAsset::Coin => &network.coin,
        RequestedAsset::Token(contract) => {
            let id = AssetId::Token {
                chain: network.chain,
                contract,
            };
            network.asset(id).ok_or_else(|| {
                let token = Address::on(network.chain, contract).plain();
                rule(ErrorCode::UnknownToken, [("token", token)])
            })?
        }
    };
    let asset = asset.clone();
    let amount = request
        .atoms
        .map(|atoms| Amount::from_atoms(atoms, asset.clone()));
    let reference = request.reference.as_deref();
    let purchase =
        reference.map(|reference| purchase_of_reference(network.chain, payee.evm(), reference));
    Ok(Resolved {
        payee,
        asset,
        amount,
        purchase,
    })
}

/// The amount that request and payer agree on.
fn amount_to_pay(
    resolved: &Resolved,
    network: &Network,
    input: &ProposeInput,
) -> Result<Amount, WalletError> {
    let chosen = match &input.asset {
        None => resolved.asset.clone(),
        Some(id) => {
            let id: AssetId = id.parse().map_err(|_| ErrorCode::BadInput)?;
            network.asset(id).ok_or(ErrorCode::UnknownToken)?.clone()
        }
    };
    let typed = input
        .amount
        .as_deref()
        .map(|text| Amount::parse(text, &chosen))
        .transpose()?;
    match (&resolved.amount, typed) {
        (None, None) => Err(ErrorCode::AmountMissing.into()),
        (None, Some(typed)) => Ok(typed),
        (Some(asked), None) if asked.asset() == &chosen => Ok(asked.clone()),
        (Some(asked), Some(typed)) if *asked == typed => Ok(typed),
        (Some(asked), _) => Err(rule(
            ErrorCode::AmountDiffers,
            [("wanted", asked.to_string())],
        )),
    }
}

pub(super) fn random_purchase() -> Result<PurchaseId, WalletError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::Internal)?;
    Ok(PurchaseId::from_bytes(bytes))
}

/// Whether a signed payment still has to be followed.
pub(super) fn is_live(step: Step) -> Option<Live> {
    match step {
        Step::Moved(live) | Step::Waits(live) => Some(live),
        Step::Over(_) => None,
    }
}
