//! A world: a ledger, a shop, a payer and their vault, through many kills.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiaozi_faults::Proxy;
use jiaozi_scenarios::{Ground, NodeProcess, Payer, is_over, link};
use jiaozi_wallet::api::PaymentState;
use tempfile::TempDir;

use crate::payer::{Order, Said};
use crate::report::Report;
use crate::trap::{Step, Trap, Victim, slay};
use crate::vault_proxy::VaultProxy;
use crate::victims::{WalletProcess, watch_store};

/// The shop's address; nobody needs its key.
const SHOP: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
/// Fen that the payer starts with.
const MONEY: u128 = 900_000;
/// After so many kills a purchase is left in peace.
const KILLS_A_PURCHASE: u32 = 6;
/// A purchase that takes longer without a kill will never end.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct World {
    dice: fastrand::Rng,
    folder: TempDir,
    node: NodeProcess,
    proxy: Proxy,
    payer: Payer,
    trap: Arc<Trap>,
    _vault_proxy: VaultProxy,
    ground: Ground,
    wallet: Option<WalletProcess>,
    purchases: Vec<Purchase>,
}

/// What is bought; its amount tells it from all others of its world.
#[derive(Debug)]
struct Purchase {
    fen: u128,
    request: String,
    /// The purchase ids under which it was tried.
    tried: Vec<String>,
    settled: Option<String>,
    kills: u32,
    /// Whether the wallet that lives now has been told to pay it.
    ordered: bool,
}

impl World {
    pub async fn new(dice: fastrand::Rng) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = NodeProcess::start(&folder.path().join("ledger"), "127.0.0.1:0").await;
        let proxy = Proxy::start(node.url()).await.unwrap();
        let trap = Arc::new(Trap::default());
        let watcher = Arc::clone(&trap);
        proxy.watch(move |seen| watcher.call(&seen.method, seen.moment));
        let ground = Ground::sandbox(node.url());
        let payer = Payer::on(&ground, &[proxy.url()]).await;
        ground
            .truth
            .top_up(payer.address(), &MONEY.to_string())
            .await;
        let vault_proxy = VaultProxy::start(
            &folder.path().join("vault.sock"),
            payer.socket(),
            Arc::clone(&trap),
        );
        watch_store(&payer.profile(), Arc::clone(&trap));
        Self {
            dice,
            folder,
            node,
            proxy,
            payer,
            trap,
            _vault_proxy: vault_proxy,
            ground,
            wallet: None,
            purchases: Vec::new(),
        }
    }

    /// Pays and kills until `quota` kills have fallen, then lets the last
    /// purchase end.
    pub async fn live(&mut self, quota: u64, report: &mut Report) {
        let mut fallen = 0;
        while fallen < quota {
            let victim = match self.dice.u8(0..100) {
                0..=3 => Victim::Vault,
                4..=23 => Victim::Node,
                _ => Victim::Wallet,
            };
            let step = Step::throw(victim, &mut self.dice);
            if self.strike(victim, step, report).await {
                fallen += 1;
                report.killed(victim, step);
            }
        }
        self.finish(report).await;
    }

    /// Whether the blow fell; a step that this purchase does not come to spares it.
    async fn strike(&mut self, victim: Victim, step: Step, report: &mut Report) -> bool {
        if step == Step::Opening {
            return self.strike_while_opening().await;
        }
        self.open().await;
        let at = self.current().await;
        if self.purchases[at].kills >= KILLS_A_PURCHASE {
            self.finish(report).await;
            return false;
        }
        let pid = match victim {
            Victim::Wallet => self.wallet.as_ref().and_then(WalletProcess::pid),
            Victim::Vault => self.payer.agent().await,
            Victim::Node => Some(self.node.pid()),
        };
        let mut snapped = self.trap.arm(pid.unwrap(), step);
        self.order(at).await;
        // Half of a purchase's usual time, so that many blows fall within it.
        let delay = Duration::from_micros(self.dice.u64(0..150_000));
        let snapped = loop {
            let trap = Arc::clone(&self.trap);
            tokio::select! {
                hit = &mut snapped => break hit.is_ok(),
                () = tokio::time::sleep(delay), if step == Step::AnyTime => {
                    trap.reach(Step::AnyTime);
                }
                settled = self.listen(at) => match settled {
                    Some(true) => break !self.trap.disarm(),
                    Some(false) => {}
                    // The wallet is dead: by this blow, or of its own accord.
                    None => {
                        assert!(!self.trap.disarm(), "the wallet died by itself");
                        break true;
                    }
                },
                () = tokio::time::sleep(PATIENCE) => {
                    report.unknown.push(format!("{:?}", self.purchases[at]));
                    break !self.trap.disarm();
                }
            }
        };
        if snapped {
            self.purchases[at].kills += 1;
            self.revive(victim).await;
        }
        snapped
    }

    async fn strike_while_opening(&mut self) -> bool {
        self.shut().await;
        let mut wallet = self.start();
        let delay = Duration::from_micros(self.dice.u64(0..60_000));
        let opened = tokio::time::timeout(delay, wallet.next()).await.is_ok();
        if opened {
            self.wallet = Some(wallet);
            return false; // it was faster
        }
        slay(wallet.pid().unwrap());
        wallet.buried().await;
        true
    }

    async fn revive(&mut self, victim: Victim) {
        match victim {
            Victim::Wallet => {
                if let Some(wallet) = self.wallet.take() {
                    wallet.buried().await;
                }
                for purchase in &mut self.purchases {
                    purchase.ordered = false;
                }
            }
            Victim::Vault => self.payer.bury_agent().await,
            Victim::Node => self.node.revive(&self.ledger()).await,
        }
    }

    fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    fn start(&self) -> WalletProcess {
        let socket = self.folder.path().join("vault.sock");
        WalletProcess::start(&self.payer.profile(), &socket, &self.proxy.url())
    }

    /// Makes sure that a wallet lives and is open.
    async fn open(&mut self) {
        if self.wallet.is_none() {
            let mut wallet = self.start();
            let said = tokio::time::timeout(PATIENCE, wallet.next()).await.unwrap();
            assert!(
                matches!(said, Some(Said::Open)),
                "the wallet opens: {said:?}"
            );
            self.wallet = Some(wallet);
        }
    }

    /// Ends the wallet in peace; what it was told is told the next one again.
    async fn shut(&mut self) {
        let Some(wallet) = self.wallet.take() else {
            return;
        };
        let busy = self
            .purchases
            .iter()
            .any(|purchase| purchase.ordered && purchase.settled.is_none());
        if busy {
            slay(wallet.pid().unwrap());
            wallet.buried().await;
        } else {
            wallet.close().await;
        }
        for purchase in &mut self.purchases {
            purchase.ordered = false;
        }
    }

    /// The purchase that is being paid, or the next one.
    async fn current(&mut self) -> usize {
        let open = |purchase: &Purchase| purchase.settled.is_none();
        if let Some(at) = self.purchases.iter().position(open) {
            return at;
        }
        let number = self.purchases.len();
        let fen = u128::try_from(number).unwrap() + 1;
        // Every other one carries a reference; the rest are told apart by the wallet alone.
        let reference = number.is_multiple_of(2).then(|| format!("BILL{number}"));
        self.purchases.push(Purchase {
            fen,
            request: link(SHOP, fen, reference),
            tried: Vec::new(),
            settled: None,
            kills: 0,
            ordered: false,
        });
        number
    }

    async fn order(&mut self, at: usize) {
        let (purchase, wallet) = (&mut self.purchases[at], self.wallet.as_mut().unwrap());
        if !purchase.ordered {
            purchase.ordered = true;
            let (request, tried) = (purchase.request.clone(), purchase.tried.clone());
            wallet.order(&Order { request, tried }).await;
        }
    }

    /// What the wallet says: whether the purchase is settled; none when it is dead.
    async fn listen(&mut self, at: usize) -> Option<bool> {
        let said = self.wallet.as_mut()?.next().await?;
        match said {
            Said::Open => {}
            // With a reference it is the same id every time.
            Said::Proposed(id) if self.purchases[at].tried.contains(&id) => {}
            Said::Proposed(id) => self.purchases[at].tried.push(id),
            Said::Settled(id) => self.purchases[at].settled = Some(id),
        }
        Some(self.purchases[at].settled.is_some())
    }

    /// Lets the purchase that is being paid come to its end.
    async fn finish(&mut self, report: &mut Report) {
        self.open().await;
        let at = self.current().await;
        self.order(at).await;
        let ended = tokio::time::timeout(PATIENCE, async {
            while !self.listen(at).await.expect("nobody kills it now") {}
        });
        if ended.await.is_err() {
            report.unknown.push(format!("{:?}", self.purchases[at]));
            self.shut().await;
        }
    }

    /// Holds what the wallet says against the ledger.
    pub async fn judge(&mut self, report: &mut Report) {
        self.shut().await;
        let wallet = self.payer.open(&self.proxy.url()).await;
        wallet.resume_payments().await.unwrap();
        let truth = &self.ground.truth;
        let mut spent = 0;
        for purchase in &self.purchases {
            report.purchases += 1;
            let times = truth
                .times_paid(self.payer.address(), SHOP, purchase.fen)
                .await;
            spent += purchase.fen;
            if times > 1 {
                report.double.push(format!("{times} times: {purchase:?}"));
            }
            let mut shown = Vec::new();
            for id in &purchase.tried {
                shown.extend(wallet.payment(id.clone()).await.ok());
            }
            let states: Vec<PaymentState> = shown.iter().map(|view| view.state).collect();
            let settled = states
                .iter()
                .filter(|state| **state == PaymentState::Settled);
            if times != 1 || settled.count() != 1 {
                let case = format!("on the ledger {times} times, shown {states:?}: {purchase:?}");
                report.lost.push(case);
            }
            if !shown.iter().all(is_over) {
                report.unknown.push(format!("{states:?}: {purchase:?}"));
            }
        }
        let (left, came) = (
            truth.balance(self.payer.address()).await,
            truth.balance(SHOP).await,
        );
        let shown = wallet.refresh(0).await.unwrap().balances[0]
            .total
            .atoms
            .clone();
        if (left, came) != (MONEY - spent, spent) || shown != left.to_string() {
            let case = format!("{spent} fen spent, {came} came, {left} left, {shown} shown");
            report.lost.push(case);
        }
        wallet.close().await;
    }
}
