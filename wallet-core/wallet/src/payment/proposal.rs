//! A proposal: a payment that can be approved as it stands. It is only made
//! through [`Proposal::make`], which has checked everything that can be known
//! before the signature: the amount, the money, the fee, the policy's verdict.

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::agent::{AgentError, Request, Response, SignRequest, SpendVerdict};
use jiaozi_types::{Amount, Asset, PurchaseId, ShopProof, Timestamp};

use super::terms::transfer_call;
use super::warnings::{fee_warning, payee_warnings};
use super::{CoreGas, Desk, Gas, Method, Terms, authorization_nonce};
use crate::api::{ErrorCode, Verdict, Warning};
use crate::error::{WalletError, rule};
use crate::network::Network;

/// Seconds for which a proposal may be approved: fees and balances change.
const VALID: u64 = 600;
/// Seconds for which the ledger may take an authorization after approval.
pub(crate) const AUTHORIZATION_VALID: u64 = 3600;
/// Gas that an authorization needs beyond a plain transfer: the recovery of its
/// signer, the slot that marks its nonce as used, and its longer calldata; twice
/// what is measured on Anvil, because Conflux eSpace asks up to 2.2 times as much.
pub(crate) const AUTHORIZATION_GAS: u64 = 120_000;

/// What the payer wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The purchase.
    pub id: PurchaseId,
    /// The paying account's index.
    pub account: u32,
    /// The paying account's address.
    pub from: EvmAddress,
    /// Who is paid.
    pub payee: EvmAddress,
    /// How much.
    pub amount: Amount,
    /// When the payee no longer expects it.
    pub expires_at: Option<Timestamp>,
    /// The payee's reference.
    pub reference: Option<String>,
    /// The payee's note.
    pub note: Option<String>,
    /// The name that the request gives itself.
    pub claimed_name: Option<String>,
    /// The payer's own note.
    pub memo: Option<String>,
    /// Shows that the payee is a charge of a shop; it was verified.
    pub shop: Option<ShopProof>,
}

/// A checked proposal.
#[derive(Debug, Clone)]
pub struct Proposal {
    terms: Terms,
    fee: Option<Fee>,
    balance_after: Amount,
    warnings: Vec<Warning>,
    verdict: Verdict,
    valid_until: Timestamp,
}

/// What the ledger takes.
#[derive(Debug, Clone)]
pub struct Fee {
    /// Probably.
    pub expected: Amount,
    /// At most.
    pub cap: Amount,
}

impl Proposal {
    /// Checks a wish against the ledger and the vault's policy.
    pub async fn make(wish: Wish, network: &Network, desk: &Desk) -> Result<Self, WalletError> {
        if wish.amount.is_zero() {
            return Err(ErrorCode::AmountZero.into());
        }
        let now = desk.clock.now();
        let asset = wish.amount.asset().clone();
        let method = method(&wish, network, now);
        let call = transfer_call(asset.id(), wish.from, wish.payee, &wish.amount);
        let (balance_after, not_paid, quote) = tokio::join!(
            money_left(&wish, desk),
            not_paid_elsewhere(&wish, &method, desk),
            desk.ledger.quote(&call),
        );
        // Too little money is what makes the quote fail, too: it is said first.
        let (balance_after, ()) = (balance_after?, not_paid?);
        let quote = quote?;
        let margin = quote.gas / 4;
        let gas = quote.gas.saturating_add(margin);
        let limit = match method {
            Method::Authorization { .. } | Method::Sweep { .. } => {
                gas.saturating_add(AUTHORIZATION_GAS)
            }
            Method::Token => gas,
            // A plain transfer to an account costs what it costs; to a contract, what it needs.
            Method::Coin if quote.gas == 21_000 => 21_000,
            Method::Coin => gas,
        };
        let gas = Gas {
            limit,
            core: quote.core.map(|core| CoreGas::new(&core, &method)),
            fee: quote.fee,
        };
        let fee = fee(&gas, quote.expected_price, &network.coin)?;
        if let Some(fee) = &fee {
            let beside = (wish.amount.asset() == &network.coin).then_some(&wish.amount);
            afford_fee(wish.from, fee, beside, network, desk).await?;
        }
        let mut warnings = payee_warnings(&wish, &desk.book, now)?;
        warnings.extend(
            fee.as_ref()
                .and_then(|fee| fee_warning(&wish.amount, &fee.expected)),
        );
        let terms = Terms {
            id: wish.id,
            account: wish.account,
            from: wish.from,
            payee: wish.payee,
            amount: wish.amount,
            method,
            gas,
            created_at: now.as_unix(),
            reference: wish.reference,
            note: wish.note,
            claimed_name: wish.claimed_name,
            memo: wish.memo,
            shop: wish.shop,
        };
        // The policy does not look at the transaction nonce.
        let verdict = verdict(terms.sign_request(0), desk).await?;
        let expiry = wish.expires_at.unwrap_or(now.plus(VALID));
        let valid_until = expiry.min(now.plus(VALID));
        Ok(Self {
            terms,
            fee,
            balance_after,
            warnings,
            verdict,
            valid_until,
        })
    }

    /// The terms, when the proposal is still worth something at `now`. Approval
    /// sets the time of the payment.
    pub fn approve(&self, now: Timestamp) -> Result<Terms, WalletError> {
        if now >= self.valid_until {
            return Err(ErrorCode::ProposalExpired.into());
        }
        Ok(Terms {
            created_at: now.as_unix(),
            ..self.terms.clone()
        })
    }

    /// The terms, to be shown.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The fee; none where there is none.
    pub fn fee(&self) -> Option<&Fee> {
        self.fee.as_ref()
    }

    /// Whether a sponsor of the token's contract pays for all of it.
    pub fn is_sponsored(&self) -> bool {
        self.terms.gas.core.is_some_and(|core| core.is_sponsored())
    }

    /// What is left of the asset afterwards.
    pub fn balance_after(&self) -> &Amount {
        &self.balance_after
    }

    /// Things to know.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What the spend policy will do.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// When it is worth nothing any more.
    pub fn valid_until(&self) -> Timestamp {
        self.valid_until
    }
}

fn method(wish: &Wish, network: &Network, now: Timestamp) -> Method {
    let asset = wish.amount.asset().id();
    match (asset.contract(), network.authorization_domain(asset)) {
        (None, _) => Method::Coin,
        (Some(_), None) => Method::Token,
        (Some(_), Some(domain)) => {
            // The payee's own expiry is the ledger's, when it is earlier.
            let end = now.plus(VALID).plus(AUTHORIZATION_VALID);
            let valid_before = wish
                .expires_at
                .map_or(end, |expires_at| expires_at.min(end))
                .as_unix();
            Method::Authorization {
                domain: domain.clone(),
                nonce: authorization_nonce(wish.id),
                valid_before,
            }
        }
    }
}

/// The balance of an asset, less what payments under way will take.
pub(crate) async fn spendable(
    asset: &Asset,
    account: EvmAddress,
    desk: &Desk,
) -> Result<Amount, WalletError> {
    let atoms = match asset.id().contract() {
        Some(token) => desk.ledger.token_balance(token, account).await?,
        None => desk.ledger.coin_balance(account).await?,
    };
    desk.book
        .less_pending(&Amount::from_atoms(atoms, asset.clone()), account)
}

/// A purchase may have been paid with the same words on another computer.
async fn not_paid_elsewhere(wish: &Wish, method: &Method, desk: &Desk) -> Result<(), WalletError> {
    let Method::Authorization { domain, nonce, .. } = method else {
        return Ok(());
    };
    let used = desk
        .ledger
        .authorization_used(domain.contract, wish.from, *nonce);
    match used.await? {
        true => Err(ErrorCode::AlreadyPaid.into()),
        false => Ok(()),
    }
}

async fn money_left(wish: &Wish, desk: &Desk) -> Result<Amount, WalletError> {
    let balance = spendable(wish.amount.asset(), wish.from, desk).await?;
    balance.checked_sub(&wish.amount).map_err(|_| {
        rule(
            ErrorCode::NotEnough,
            [
                ("balance", balance.to_string()),
                ("needed", wish.amount.to_string()),
            ],
        )
    })
}

/// What the account itself has to pay: a sponsor's part is left out.
pub(super) fn fee(
    gas: &Gas,
    expected_price: u128,
    coin: &Asset,
) -> Result<Option<Fee>, WalletError> {
    let total = |price: u128| {
        let atoms = gas.own_cost(price);
        let atoms = atoms.ok_or(jiaozi_types::AmountError::TooLarge)?;
        Ok::<_, WalletError>(Amount::from_atoms(atoms, coin.clone()))
    };
    let cap = total(gas.fee.most())?;
    if cap.is_zero() {
        return Ok(None);
    }
    Ok(Some(Fee {
        expected: total(expected_price)?,
        cap,
    }))
}

/// The fee's cap must be there, and the coin that is paid `beside` it.
pub(super) async fn afford_fee(
    from: EvmAddress,
    fee: &Fee,
    beside: Option<&Amount>,
    network: &Network,
    desk: &Desk,
) -> Result<(), WalletError> {
    let coin = spendable(&network.coin, from, desk).await?;
    let needed = match beside {
        Some(amount) => fee.cap.checked_add(amount)?,
        None => fee.cap.clone(),
    };
    match coin.checked_sub(&needed) {
        Ok(_) => Ok(()),
        Err(_) => Err(rule(
            ErrorCode::NotEnoughForFee,
            [
                ("balance", coin.to_string()),
                ("needed", needed.to_string()),
            ],
        )),
    }
}

/// What the spend policy will do with a request.
pub(super) async fn verdict(request: SignRequest, desk: &Desk) -> Result<Verdict, WalletError> {
    match desk.vault.call(Request::Judge(request)).await? {
        Response::Verdict {
            verdict: SpendVerdict::QuickPay | SpendVerdict::AlreadyApproved,
        } => Ok(Verdict::Quick),
        Response::Verdict { .. } => Ok(Verdict::Approval),
        _ => Err(AgentError::Internal.into()),
    }
}
