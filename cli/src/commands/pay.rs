//! `jiaozi pay`: a request is read, a proposal shown, the payment approved and
//! followed.

use std::io::Read;
use std::time::Duration;

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{
    ErrorCode, MoneyState, PaymentState, PaymentView, ProposalView, ProposeInput, RequestView,
    Verdict,
};
use jiaozi_wallet::vault::PromptKind;

use super::{cold, history};
use crate::failure::{Failure, OwnCode, own};
use crate::options::{Pay, WaitFor};
use crate::output::{Output, Style};
use crate::progress;
use crate::session::Session;
use crate::wording;

/// One byte more than the largest picture that is looked at.
const READ_MAX: u64 = 20_000_001;

/// `jiaozi pay`
pub async fn run(session: &Session, options: &Pay) -> Result<(), Failure> {
    let source = read_source(session, &options.request)?;
    if !options.yes && !session.can_ask() {
        return Err(OwnCode::YesNeeded.into());
    }
    let wallet = session.ready().await?;
    let request = understand(&wallet, source).await?;
    if let Some(payment) = &request.already {
        let values = [("id".to_owned(), payment.id.clone())].into();
        let code = ErrorCode::AlreadyPaid;
        return Err(jiaozi_wallet::WalletError::Rule { code, values }.into());
    }
    let state = wallet.state().await?;
    let asset = session.asset_id(&state, options.asset.asset.as_deref())?;
    let proposing = wallet.propose(ProposeInput {
        request: request.request.clone(),
        amount: options.amount.clone(),
        asset,
        account: options.account.account,
        note: options.note.clone(),
    });
    let proposal = progress::during(&session.out, "asking_ledger", proposing).await?;
    if !session.out.is_json() || !options.yes {
        let network = wording::network_name(session.out.messages(), &state.network);
        show_proposal(&session.out, &proposal, &request, network)?;
    }
    let vault_asks = proposal.verdict == Verdict::Approval
        && session.prompt() == PromptKind::Terminal
        && !session.global.passphrase_stdin;
    // One question is enough: where the vault asks, it shows what it signs.
    if !options.yes && !vault_asks {
        let values = [("amount", proposal.amount.text.as_str())];
        let question = session.out.messages().fill("pay_question", &values);
        if !session.ask(&question)? {
            return Err(ErrorCode::Declined.into());
        }
    }
    let approving = wallet.approve(proposal.id.clone());
    let payment = match proposal.verdict {
        Verdict::Quick => progress::during(&session.out, "paying", approving).await?,
        Verdict::Approval => approving.await?,
        Verdict::Cold => {
            let payment = progress::during(&session.out, "asking_ledger", approving).await?;
            let file = options.cold.as_deref();
            return cold::after_approval(session, &wallet, &payment, file).await;
        }
    };
    let payment = follow(session, &wallet, payment, options.wait, options.timeout).await?;
    session.end(&wallet).await;
    report(session, &payment, options.wait)
}

/// Where the request comes from.
enum Source {
    Text(String),
    Picture(Vec<u8>),
}

fn read_source(session: &Session, request: &str) -> Result<Source, Failure> {
    let bytes = if request == "-" {
        if session.global.passphrase_stdin {
            return Err(OwnCode::StdinTwice.into());
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(READ_MAX)
            .read_to_end(&mut bytes)?;
        bytes
    } else if let Some(file) = request.strip_prefix('@') {
        let unreadable = |_| own(OwnCode::FileUnreadable, [("file", file.to_owned())]);
        let mut bytes = Vec::new();
        let opened = std::fs::File::open(file).map_err(unreadable)?;
        opened
            .take(READ_MAX)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        return Ok(Source::Picture(bytes));
    } else {
        return Ok(Source::Text(request.to_owned()));
    };
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Source::Text(text.trim().to_owned()),
        Err(picture) => Source::Picture(picture.into_bytes()),
    })
}

/// A link or an address; else the name of a contact.
async fn understand(wallet: &Wallet, source: Source) -> Result<RequestView, Failure> {
    let text = match source {
        Source::Picture(bytes) => return Ok(wallet.read_image(bytes).await?),
        Source::Text(text) => text,
    };
    let error = match wallet.read_request(text.clone()).await {
        Ok(request) => return Ok(request),
        Err(error) => error,
    };
    if error.code() != ErrorCode::NotARequest {
        return Err(error.into());
    }
    let contacts = wallet.contacts().await?;
    let named = contacts
        .into_iter()
        .find(|contact| contact.name.to_lowercase() == text.trim().to_lowercase());
    match named {
        Some(contact) => Ok(wallet.read_request(contact.address).await?),
        None => Err(error.into()),
    }
}

/// What the person decides on. With `--json` it goes to standard error.
fn show_proposal(
    out: &Output,
    proposal: &ProposalView,
    request: &RequestView,
    network: String,
) -> Result<(), Failure> {
    let messages = out.messages();
    let fee = match &proposal.fee {
        None if proposal.shop_pays_fee => messages.text("fee_shop").to_owned(),
        None => messages.text("fee_none").to_owned(),
        Some(fee) => {
            let values = [
                ("expected", fee.expected.text.as_str()),
                ("cap", fee.cap.text.as_str()),
            ];
            messages.fill("fee_about", &values)
        }
    };
    let approval = match proposal.verdict {
        Verdict::Quick => "verdict_quick",
        Verdict::Approval => "verdict_approval",
        Verdict::Cold => "verdict_cold",
    };
    let payee = &proposal.payee;
    let facts = out.facts_text(&[
        ("payee", wording::name(messages, payee)),
        ("address", Some(payee.address.clone())),
        ("known", Some(wording::standing(messages, payee))),
        (
            "amount",
            Some(out.paint(Style::Bold, &proposal.amount.text)),
        ),
        ("fee", Some(fee)),
        ("left", Some(proposal.balance_after.text.clone())),
        ("network", Some(network)),
        ("reference", request.reference.clone()),
        ("note", request.note.clone()),
        ("approval", Some(messages.text(approval).to_owned())),
    ]);
    let warnings = proposal.warnings.iter().map(|warning| {
        let text = wording::warning(messages, warning);
        out.paint(Style::Red, &format!("! {text}"))
    });
    for text in std::iter::once(facts)
        .chain(warnings)
        .chain([String::new()])
    {
        if out.is_json() {
            out.aside(&text);
        } else {
            out.line(&text)?;
        }
    }
    Ok(())
}

/// Waits until the payment has come as far as was asked for.
pub async fn follow(
    session: &Session,
    wallet: &Wallet,
    payment: PaymentView,
    wait: WaitFor,
    timeout: Option<u64>,
) -> Result<PaymentView, Failure> {
    let included = match wait {
        WaitFor::Submitted => return Ok(payment),
        WaitFor::Included => true,
        WaitFor::Settled => false,
    };
    let waiting = wallet.wait_for(&payment.id, included);
    let work = async {
        match timeout {
            None => waiting.await,
            Some(seconds) => {
                let waited = tokio::time::timeout(Duration::from_secs(seconds), waiting).await;
                match waited {
                    Ok(payment) => payment,
                    Err(_) => wallet.payment(payment.id.clone()).await,
                }
            }
        }
    };
    Ok(progress::during(&session.out, "waiting_final", work).await?)
}

/// Whether a payment has come as far as was asked for.
fn is_there(state: PaymentState, wait: WaitFor) -> bool {
    match wait {
        WaitFor::Submitted => state != PaymentState::Unknown,
        WaitFor::Included => matches!(state, PaymentState::Included | PaymentState::Settled),
        WaitFor::Settled => state == PaymentState::Settled,
    }
}

/// Shows the payment; an error when it has not come as far as was asked for.
pub fn report(session: &Session, payment: &PaymentView, wait: WaitFor) -> Result<(), Failure> {
    session
        .out
        .answer(payment, |out| history::show_payment(out, payment))?;
    if let Some(error) = &payment.error {
        return Err(Failure::Seen(Box::new(error.clone())));
    }
    if is_there(payment.state, wait) {
        return Ok(());
    }
    Err(Failure::Own {
        code: match payment.state {
            PaymentState::Unknown => OwnCode::NotKnown,
            _ => OwnCode::StillWaiting,
        },
        money: MoneyState::Moving,
        values: [].into(),
    })
}
