//! `jiaozi demo`: the whole main job on a throw-away sandbox, with neither
//! display nor keyring nor terminal. The two wallets are ordinary profiles
//! with ordinary vaults: sealed with a passphrase, made up here and handed to
//! the vault as `--passphrase-stdin` would, and paying within quick pay.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiaozi_types::agent::{Backup, Sealing, WordLanguage};
use jiaozi_types::{Amount, sandbox};
use jiaozi_wallet::api::{
    AmountView, ErrorCode, PaymentState, PaymentView, ProposeInput, ReceiveInput, Verdict,
};
use jiaozi_wallet::vault::{PromptKind, ScriptedSecret, VaultLaunch};
use jiaozi_wallet::{OpenOptions, SandboxHost, Wallet};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::failure::{Failure, OwnCode, own};
use crate::incoming::Incoming;
use crate::options::Demo;
use crate::output::Output;
use crate::progress;
use crate::sandbox::Sandbox;
use crate::session::Session;
use crate::ticket;

/// What the payer starts with.
const TOP_UP: &str = "100.00";
/// What is charged: within a new wallet's quick pay.
const CHARGE: &str = "12.50";
/// How long the payment may take to come in, before something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// One side of the demonstration.
#[derive(Debug, Serialize)]
struct Side {
    address: String,
    before: AmountView,
    after: AmountView,
    receipt: PaymentView,
}

/// A step and how long it took.
#[derive(Debug, Serialize)]
struct Step {
    step: &'static str,
    milliseconds: u64,
}

/// The answer to a script.
#[derive(Debug, Serialize)]
struct Report {
    agree: bool,
    payer: Side,
    shop: Side,
    link: String,
    steps: Vec<Step>,
    kept: Option<String>,
}

/// Runs the demonstration.
pub async fn run(session: &Session, options: &Demo) -> Result<(), Failure> {
    let temporary;
    let folder = match &options.keep {
        Some(folder) => {
            let folder = std::path::absolute(folder)?;
            require_new(&folder)?;
            folder
        }
        None => {
            temporary = tempfile::Builder::new()
                .prefix("jiaozi-demo-")
                .tempdir()
                .map_err(jiaozi_wallet::WalletError::from)?;
            temporary.path().to_owned()
        }
    };
    let ledger = Arc::new(Sandbox::new(folder.join("sandbox")));
    let outcome = play(session, &folder, &ledger).await;
    ledger.stop().await;
    let mut report = outcome?;
    report.kept = options.keep.is_some().then(|| folder.display().to_string());
    session.out.answer(&report, |out| {
        let messages = out.messages();
        out.line("")?;
        for side in [&report.payer, &report.shop] {
            out.line(&ticket::draw(out, &side.receipt, &side.address))?;
        }
        out.line("")?;
        out.line(messages.text(if report.agree {
            "demo_agree"
        } else {
            "demo_disagree"
        }))?;
        for (key, side) in [
            ("demo_payer_money", &report.payer),
            ("demo_shop_money", &report.shop),
        ] {
            let values = [
                ("before", side.before.text.as_str()),
                ("after", side.after.text.as_str()),
            ];
            out.line(&messages.fill(key, &values))?;
        }
        match &report.kept {
            Some(kept) => out.line(&messages.fill("demo_kept", &[("folder", kept)])),
            None => Ok(()),
        }
    })?;
    if report.agree {
        Ok(())
    } else {
        Err(OwnCode::DemoDisagrees.into())
    }
}

/// The folder is to be filled, not mixed with something else.
fn require_new(folder: &Path) -> Result<(), Failure> {
    let is_used = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_used || folder.is_file() {
        let folder = folder.display().to_string();
        return Err(own(OwnCode::DemoFolder, [("folder", folder)]));
    }
    Ok(())
}

/// Tells and times the steps.
struct Clock<'a> {
    out: &'a Output,
    steps: Vec<Step>,
}

impl Clock<'_> {
    async fn step<T, E: Into<Failure>>(
        &mut self,
        step: &'static str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        let done = progress::during(self.out, step, work)
            .await
            .map_err(Into::into)?;
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if !self.out.is_json() {
            let text = self.out.messages().text(step);
            let time = format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
            let values = [("step", text), ("seconds", time.as_str())];
            self.out
                .line(&self.out.messages().fill("demo_step", &values))?;
        }
        self.steps.push(Step { step, milliseconds });
        Ok(done)
    }
}

async fn play(session: &Session, folder: &Path, ledger: &Arc<Sandbox>) -> Result<Report, Failure> {
    let out = &session.out;
    let messages = out.messages();
    if !out.is_json() {
        out.line(messages.text("demo_title"))?;
    }
    let mut clock = Clock {
        out,
        steps: Vec::new(),
    };
    let attach = async {
        ledger.attach().await.map_err(|error| {
            tracing::warn!(%error, "the sandbox ledger does not start");
            Failure::from(ErrorCode::SandboxFailed)
        })
    };
    clock.step("demo_sandbox", attach).await?;
    let make = |name: &str| make_wallet(session, folder.join(name), Arc::clone(ledger));
    let payer = clock.step("demo_make_payer", make("payer")).await?;
    let shop = clock.step("demo_make_shop", make("shop")).await?;
    let topped_up = clock
        .step("demo_top_up", payer.top_up(0, TOP_UP.to_owned()))
        .await?;
    let payer_before = main_balance(&topped_up)?;
    let shop_before = main_balance(&shop.refresh(0).await?)?;
    let charge = ReceiveInput {
        account: 0,
        amount: Some(CHARGE.to_owned()),
        asset: None,
        note: Some(messages.text("demo_note").to_owned()),
        name: Some(messages.text("demo_shop_name").to_owned()),
        one_time: true,
    };
    let charge = clock.step("demo_charge", shop.receive(charge)).await?;
    let expected = Incoming::expect(&shop, 0, charge.reference.clone(), None).await?;
    let paid = clock.step("demo_pay", pay(&payer, &charge.link)).await?;
    let arrival = async {
        let late = || Failure::from(OwnCode::StillWaiting);
        tokio::time::timeout(PATIENCE, expected.arrive(&shop))
            .await
            .map_err(|_| late())?
    };
    let received = clock.step("demo_arrive", arrival).await?;
    let payer_overview = payer.refresh(0).await?;
    let shop_overview = shop.refresh(0).await?;
    let report = Report {
        agree: false,
        payer: Side {
            address: payer_overview.account.address.clone(),
            before: payer_before,
            after: main_balance(&payer_overview)?,
            receipt: paid,
        },
        shop: Side {
            address: shop_overview.account.address.clone(),
            before: shop_before,
            after: main_balance(&shop_overview)?,
            receipt: received,
        },
        link: charge.link,
        steps: clock.steps,
        kept: None,
    };
    payer.close().await;
    shop.close().await;
    let agree = sides_agree(&report, charge.reference.as_deref())?;
    Ok(Report { agree, ..report })
}

/// An ordinary profile whose passphrase nobody knows for long.
async fn make_wallet(
    session: &Session,
    profile: PathBuf,
    ledger: Arc<Sandbox>,
) -> Result<Wallet, Failure> {
    let mut random = Zeroizing::new([0_u8; 16]);
    getrandom::fill(random.as_mut()).map_err(|_| ErrorCode::Internal)?;
    let launch = VaultLaunch::Socket {
        program: session.place.vault.clone(),
        resident: profile.join("agent.sock"),
        profile: profile.clone(),
        prompt: PromptKind::None,
        secret: ScriptedSecret::Given(Zeroizing::new(hex::encode(random.as_slice()))),
    };
    let mut options = OpenOptions::new(profile, launch, ledger);
    options.language = Some(session.out.messages().language());
    let wallet = Wallet::open(options).await?;
    wallet
        .create_wallet(
            12,
            WordLanguage::English,
            Sealing::PassphraseOnly,
            Backup::Later,
        )
        .await?;
    Ok(wallet)
}

/// What `jiaozi pay` does.
async fn pay(payer: &Wallet, link: &str) -> Result<PaymentView, Failure> {
    let request = payer.read_request(link.to_owned()).await?;
    let proposal = payer
        .propose(ProposeInput {
            request: request.request,
            amount: None,
            asset: None,
            account: 0,
            note: None,
        })
        .await?;
    if proposal.verdict != Verdict::Quick {
        // Nobody could approve it here.
        return Err(ErrorCode::NoPrompt.into());
    }
    let payment = payer.approve(proposal.id).await?;
    let payment = payer.wait_for(&payment.id, false).await?;
    match (&payment.error, payment.state) {
        (Some(error), _) => Err(Failure::Seen(Box::new(error.clone()))),
        (None, PaymentState::Settled) => Ok(payment),
        (None, _) => Err(OwnCode::StillWaiting.into()),
    }
}

fn main_balance(overview: &jiaozi_wallet::api::Overview) -> Result<AmountView, Failure> {
    let main = overview.balances.first().ok_or(ErrorCode::Internal)?;
    Ok(main.total.clone())
}

/// Whether both receipts tell the same, and no fen came or went besides.
fn sides_agree(report: &Report, reference: Option<&str>) -> Result<bool, Failure> {
    let amount = |view: &AmountView| {
        Amount::parse(&view.plain, &sandbox::yuan_asset()).map_err(jiaozi_wallet::WalletError::from)
    };
    let (payer, shop) = (&report.payer, &report.shop);
    let (paid, received) = (&payer.receipt, &shop.receipt);
    let same_payment = paid.transaction.is_some()
        && paid.transaction == received.transaction
        && paid.block == received.block
        && paid.amount == received.amount
        && paid.network_id == received.network_id
        && paid.reference.as_deref() == reference
        && received.reference.as_deref() == reference
        && paid.note == received.note
        && paid.counterparty.address == shop.address
        && received.counterparty.address == payer.address
        && paid.amount.plain == CHARGE;
    let moved = amount(&paid.amount)?;
    let add = |a: Amount, b: &Amount| a.checked_add(b).map_err(jiaozi_wallet::WalletError::from);
    let payer_whole = add(amount(&payer.after)?, &moved)? == amount(&payer.before)?;
    let shop_whole = add(amount(&shop.before)?, &moved)? == amount(&shop.after)?;
    let nothing_made = add(amount(&payer.after)?, &amount(&shop.after)?)?
        == add(amount(&payer.before)?, &amount(&shop.before)?)?;
    let free = paid.fee.is_none();
    Ok(same_payment && payer_whole && shop_whole && nothing_made && free)
}
