//! Paying through every fault: money exact, paid once, and at every moment the
//! wallet says nothing that is not true.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiaozi_faults::{Fault, Moment, Plan, Proxy};
use jiaozi_wallet::api::{
    ErrorCode, MoneyState, PaymentState, PaymentView, ProposeInput, ReceiveInput,
};
use jiaozi_wallet::{Wallet, WalletError};

use crate::{Ground, Node, Payer, Person, in_a_life, is_dead, is_over};

const SENDING: [&str; 2] = ["eth_sendRawTransaction", "cfx_sendRawTransaction"];
const LOOKING: [&str; 4] = [
    "eth_getTransactionReceipt",
    "eth_getTransactionByHash",
    "cfx_getTransactionReceipt",
    "cfx_getTransactionByHash",
];
/// A fault has bitten when it struck so many calls; it is then ended.
const BITES: u64 = 6;
/// A fault that the wallet is not touched by is ended after this.
const CALM: Duration = Duration::from_secs(4);
/// Whoever has to settle once everything works again has this long.
const PATIENCE: Duration = Duration::from_secs(180);

/// Which calls of one purchase are struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strike {
    /// Two of five calls, from the proposal on.
    Sometimes,
    /// Every call that hands the payment in.
    Sending,
    /// Every call that asks what became of it.
    Looking,
    /// Every call from the approval on.
    Everything,
    /// Every call once the payment was handed in.
    Afterwards,
}

impl Strike {
    const ALL: [Self; 5] = [
        Self::Sometimes,
        Self::Sending,
        Self::Looking,
        Self::Everything,
        Self::Afterwards,
    ];

    fn plan(self, fault: Fault, seed: u64) -> Plan {
        match self {
            Self::Sometimes => Plan::sometimes(fault, 400, seed),
            Self::Sending => Plan::always(fault).only(&SENDING),
            Self::Looking => Plan::always(fault).only(&LOOKING),
            Self::Everything | Self::Afterwards => Plan::always(fault),
        }
    }
}

/// A payer, a shop and the ledger that both mean.
struct Stage {
    ground: Ground,
    payer: Payer,
    shop: Person,
    shop_address: String,
}

impl Stage {
    /// Sets out from a payer who reaches the node through `urls`.
    async fn new(node: &Node, urls: impl FnOnce(&str) -> Vec<String>) -> Self {
        // The ledger is set up with the payer's own wallet: money comes last.
        let seen = Arc::new(std::sync::Mutex::new(None));
        let slot = Arc::clone(&seen);
        let urls = urls(&node.url().await);
        let payer = Payer::new(&urls[0], async |wallet: Wallet| {
            let ground = node.set_up(&wallet, &urls, "500").await;
            *slot.lock().unwrap() = Some(ground);
        })
        .await;
        let ground = seen.lock().unwrap().take().unwrap();
        let shop = Person::new(node).await;
        ground
            .join(&shop.wallet, std::slice::from_ref(&ground.url))
            .await;
        let shop_address = shop.address().await;
        Self {
            ground,
            payer,
            shop,
            shop_address,
        }
    }

    /// A charge of `fen` that can be paid once.
    async fn charge(&self, fen: u128) -> String {
        let input = ReceiveInput {
            account: 0,
            amount: Some(format!("{}.{:02}", fen / 100, fen % 100)),
            asset: None,
            note: None,
            name: None,
            one_time: true,
        };
        self.shop.wallet.receive(input).await.unwrap().link
    }

    async fn times_paid(&self, fen: u128) -> usize {
        let (payer, shop) = (self.payer.address(), self.shop_address.as_str());
        self.ground.truth.times_paid(payer, shop, fen).await
    }
}

fn wish(request: &str) -> ProposeInput {
    ProposeInput {
        request: request.to_owned(),
        amount: None,
        asset: None,
        account: 0,
        note: None,
    }
}

/// Proposes and, while trying again can help, tries again.
async fn propose(wallet: &Wallet, link: &str) -> Result<String, WalletError> {
    let began = Instant::now();
    loop {
        match wallet.propose(wish(link)).await {
            Ok(proposal) => return Ok(proposal.id),
            Err(error) if may_try_again(&error) && began.elapsed() < PATIENCE => {
                assert_eq!(error.view().money, MoneyState::Safe, "{error:?}");
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// A node on another chain is for the person to look at; here it soon is right.
fn may_try_again(error: &WalletError) -> bool {
    error.view().retryable || error.code() == ErrorCode::NodeWrongChain
}

/// What the wallet says of a payment, held against the ledger.
async fn honest(wallet: &Wallet, id: &str, fen: u128, stage: &Stage) -> Option<PaymentView> {
    let shown = match wallet.payment(id.to_owned()).await {
        Ok(shown) => Some(shown),
        Err(error) if error.code() == ErrorCode::UnknownPayment => None,
        Err(error) => panic!("{error:?}"),
    };
    let paid = stage.times_paid(fen).await;
    let expected = match &shown {
        Some(shown) if shown.state == PaymentState::Settled => 1..=1,
        Some(shown) if !is_dead(shown) => 0..=1,
        _ => 0..=0,
    };
    assert!(
        expected.contains(&paid),
        "shown as {:?}, paid {paid} times",
        shown.map(|shown| (shown.state, shown.error))
    );
    shown
}

/// One fault of each kind, for a look in little time: on the way there and on the
/// way back, answers that are no answers, a node in trouble, and the lies that
/// one node can tell.
pub const A_FEW: [Fault; 7] = [
    Fault::Drop,
    Fault::DisconnectAfterAccept,
    Fault::Truncate,
    Fault::WrongId,
    Fault::TooManyRequests,
    Fault::StaleState,
    Fault::FalseReceipt,
];

/// Every fault, each on so many kinds of calls (there are five) as `breadth`
/// says, with a restart of the wallet in the middle of each.
pub async fn pay_through_every_fault(node: &Node, breadth: usize, seed: u64) {
    pay_through_faults(node, &Fault::ALL, breadth, seed).await;
}

/// The same with these faults alone.
pub async fn pay_through_faults(node: &Node, faults: &[Fault], breadth: usize, seed: u64) {
    let node_url = node.url().await;
    let proxy = Arc::new(Proxy::start(&node_url).await.unwrap());
    let through = proxy.url();
    let stage = Arc::new(Stage::new(node, |_| vec![through]).await);
    let mut fen = 100;
    let mut truly_paid = 0;
    for (number, fault) in faults.iter().copied().enumerate() {
        for strike in strikes(fault, breadth, number + usize::try_from(seed).unwrap()) {
            fen += 1;
            let began = Instant::now();
            let plan = strike.plan(fault, seed ^ u64::try_from(fen).unwrap());
            let case = Case {
                fault,
                strike,
                plan,
                fen,
                proxy: Arc::clone(&proxy),
                stage: Arc::clone(&stage),
            };
            let name = format!("{fault:?} on {strike:?}");
            let (struck, paid) = case.run().await;
            truly_paid += paid;
            println!(
                "{name}: {struck} calls, paid {paid}, {:.1?}",
                began.elapsed()
            );
        }
    }
    // Money is conserved, to the fen.
    let truth = &stage.ground.truth;
    let (left, came) = (
        truth.balance(stage.payer.address()).await,
        truth.balance(&stage.shop_address).await,
    );
    assert_eq!((left, came), (50_000 - truly_paid, truly_paid));
    stage.shop.wallet.close().await;
}

/// `breadth` kinds of calls, others for each `number`.
fn strikes(fault: Fault, breadth: usize, number: usize) -> Vec<Strike> {
    // Each call takes as long as the wallet waits: one kind tells enough.
    let (breadth, number) = match fault {
        Fault::SlowLoris => (1, 1),
        _ => (breadth, number),
    };
    let rotated = (0..breadth).map(|n| Strike::ALL[(number + n) % Strike::ALL.len()]);
    rotated.collect()
}

/// One purchase under one fault.
struct Case {
    fault: Fault,
    strike: Strike,
    plan: Plan,
    fen: u128,
    proxy: Arc<Proxy>,
    stage: Arc<Stage>,
}

impl Case {
    /// Gives the calls that were struck and the fen that were paid.
    async fn run(self) -> (u64, u128) {
        let case = Arc::new(self);
        let link = case.stage.charge(case.fen).await;
        let (first, its_link) = (Arc::clone(&case), link.clone());
        let (id, bitten) = in_a_life(async move || first.until_bitten(&its_link).await).await;
        let (second, its_link) = (Arc::clone(&case), link);
        in_a_life(async move || second.until_healed(id, &its_link).await).await;
        let paid = case.stage.times_paid(case.fen).await;
        if case.fault.lies() {
            // One liar alone can hide what happened, but not make anyone pay twice.
            assert!(paid <= 1, "paid {paid} times");
        } else {
            assert_eq!(paid, 1);
        }
        (bitten, if paid == 1 { case.fen } else { 0 })
    }

    /// The first life: approves, and looks on until the fault has bitten.
    async fn until_bitten(&self, link: &str) -> (String, u64) {
        let wallet = self.stage.payer.open(&self.proxy.url()).await;
        if self.strike == Strike::Sometimes {
            self.proxy.inflict(self.plan.clone());
        }
        let id = propose(&wallet, link).await.unwrap();
        match self.strike {
            Strike::Sometimes => {}
            Strike::Afterwards => {
                let (proxy, plan) = (Arc::downgrade(&self.proxy), self.plan.clone());
                self.proxy.watch(move |call| {
                    let handed_in = SENDING.contains(&call.method.as_str());
                    if let (true, Moment::After, Some(proxy)) =
                        (handed_in, call.moment, proxy.upgrade())
                    {
                        proxy.inflict(plan.clone());
                    }
                });
            }
            _ => self.proxy.inflict(self.plan.clone()),
        }
        let approving = wallet.approve(id.clone());
        if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, approving).await {
            // Refused before anything was signed, or on its way: never a bare "failed".
            let view = error.view();
            assert!(view.retryable || self.fault.lies(), "{view:?}");
        }
        self.look_on(&wallet, &id).await;
        (id, self.proxy.struck())
    }

    async fn look_on(&self, wallet: &Wallet, id: &str) {
        let began = Instant::now();
        let from = self.proxy.struck();
        while self.proxy.struck() < from + BITES && began.elapsed() < CALM {
            let Some(shown) = self.seen(wallet, id).await else {
                return;
            };
            if is_over(&shown) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn seen(&self, wallet: &Wallet, id: &str) -> Option<PaymentView> {
        if self.fault.lies() {
            wallet.payment(id.to_owned()).await.ok()
        } else {
            honest(wallet, id, self.fen, &self.stage).await
        }
    }

    /// The second life: goes on under the fault, then without it, to the end.
    async fn until_healed(&self, id: String, link: &str) {
        let wallet = self.stage.payer.open(&self.proxy.url()).await;
        wallet.resume_payments().await.unwrap();
        self.look_on(&wallet, &id).await;
        self.proxy.watch(|_| {});
        self.proxy.heal();
        let mut id = id;
        // What was never accepted, or came to nothing, is paid like anything else.
        for _ in 0..3 {
            match self.seen(&wallet, &id).await {
                Some(shown) if !is_over(&shown) => {
                    let over = wallet.wait_for(&id, false);
                    let over = tokio::time::timeout(PATIENCE, over).await;
                    over.unwrap_or_else(|_| panic!("{:?} never ends", self.fault))
                        .unwrap();
                }
                Some(shown) if shown.state == PaymentState::Settled => return,
                _ => match propose(&wallet, link).await {
                    Ok(again) => {
                        let approved = wallet.approve(again.clone()).await;
                        assert!(approved.is_ok() || self.fault.lies(), "{approved:?}");
                        id = again;
                    }
                    // After a lie the ledger itself refuses what was paid before.
                    Err(error) => {
                        assert!(self.fault.lies(), "{error:?}");
                        return;
                    }
                },
            }
        }
        let shown = self.seen(&wallet, &id).await.map(|shown| shown.state);
        let settled = shown == Some(PaymentState::Settled);
        assert!(settled || self.fault.lies(), "{shown:?}");
    }
}

/// A liar and an honest endpoint, in both orders: nothing untrue is ever shown,
/// and the payment settles, at the latest when two endpoints agree again.
pub async fn pay_beside_a_liar(node: &Node) {
    let node_url = node.url().await;
    for liar_first in [true, false] {
        let liar = Proxy::start(&node_url).await.unwrap();
        let urls = |honest: &str| {
            let mut urls = vec![liar.url(), honest.to_owned()];
            if !liar_first {
                urls.reverse();
            }
            urls
        };
        let stage = Stage::new(node, urls).await;
        let wallet = stage.payer.open(&node_url).await;
        let liars = Fault::ALL.into_iter().filter(|fault| fault.lies());
        for (fault, fen) in liars.zip(200..) {
            let link = stage.charge(fen).await;
            liar.inflict(Plan::always(fault));
            let id = propose(&wallet, &link).await.unwrap();
            wallet.approve(id.clone()).await.unwrap();
            let began = Instant::now();
            let from = liar.struck();
            let mut lies = true;
            loop {
                let shown = honest(&wallet, &id, fen, &stage).await;
                let state = shown.expect("an approved payment is known").state;
                if state == PaymentState::Settled {
                    break;
                }
                if lies && (liar.struck() >= from + BITES || began.elapsed() >= CALM) {
                    lies = false;
                    liar.heal();
                }
                assert!(
                    began.elapsed() < PATIENCE,
                    "{fault:?}, liar first: {liar_first}: still {state:?}"
                );
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            println!(
                "{fault:?}, liar first: {liar_first}: {:.1?}",
                began.elapsed()
            );
            liar.heal();
        }
        wallet.close().await;
        stage.shop.wallet.close().await;
    }
}
