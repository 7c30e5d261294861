//! Two wallets on one seed, two processes on one profile, a clock that jumps,
//! and a plug that is pulled: all on the sandbox as a process of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiaozi_faults::{Moment, Proxy};
use jiaozi_scenarios::{Ground, NodeProcess, Payer, in_a_life, link};
use jiaozi_types::{Clock, SystemClock, Timestamp};
use jiaozi_wallet::api::{ErrorCode, MoneyState, PaymentState, PaymentView, ProposeInput};
use jiaozi_wallet::vault::{PromptKind, ScriptedSecret, VaultLaunch};
use jiaozi_wallet::{OpenOptions, Wallet, WalletError};
use tempfile::TempDir;

const SHOP: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
const MONEY: u128 = 100_000;

struct Stage {
    node: NodeProcess,
    ground: Ground,
    payer: Payer,
    folder: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = NodeProcess::start(folder.path(), "127.0.0.1:0").await;
        let ground = Ground::sandbox(node.url());
        let payer = Payer::on(&ground, &[node.url().to_owned()]).await;
        let truth = &ground.truth;
        truth.top_up(payer.address(), &MONEY.to_string()).await;
        Self {
            node,
            ground,
            payer,
            folder,
        }
    }

    async fn times_paid(&self, fen: u128) -> usize {
        let truth = &self.ground.truth;
        truth.times_paid(self.payer.address(), SHOP, fen).await
    }

    async fn left(&self) -> u128 {
        self.ground.truth.balance(self.payer.address()).await
    }
}

async fn propose(wallet: &Wallet, request: &str) -> Result<String, WalletError> {
    let input = ProposeInput {
        request: request.to_owned(),
        amount: None,
        asset: None,
        account: 0,
        note: None,
    };
    Ok(wallet.propose(input).await?.id)
}

/// One try to pay, to its end.
async fn pay(wallet: &Wallet, request: &str) -> Result<PaymentView, WalletError> {
    let id = propose(wallet, request).await?;
    wallet.approve(id.clone()).await?;
    wallet.wait_for(&id, false).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_wallets_on_one_seed_pay_one_bill_once() {
    let stage = Stage::new().await;
    let twin = stage.payer.twin().await;
    let (here, there) = (
        stage.payer.open(stage.node.url()).await,
        twin.open(stage.node.url()).await,
    );
    let mut spent = 0;
    for round in 0..12 {
        let fen = 100 + round;
        let bill = link(SHOP, fen, Some(format!("BILL{round}")));
        let (one, two) = tokio::join!(pay(&here, &bill), pay(&there, &bill));
        assert_eq!(stage.times_paid(fen).await, 1, "{one:?}\n{two:?}");
        spent += fen;
        // At least one of them shows it paid, and nobody that it is under way.
        let settled = [&one, &two].map(|outcome| {
            outcome
                .as_ref()
                .is_ok_and(|view| view.state == PaymentState::Settled)
        });
        assert!(settled[0] || settled[1], "{one:?}\n{two:?}");
        for outcome in [one, two] {
            match outcome {
                Ok(view) => assert_ne!(view.money, MoneyState::Moving, "{view:?}"),
                Err(error) => assert_ne!(error.view().money, MoneyState::Moving, "{error:?}"),
            }
        }
    }
    assert_eq!(stage.left().await, MONEY - spent);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_wallets_on_one_seed_pay_two_things() {
    let stage = Stage::new().await;
    let twin = stage.payer.twin().await;
    let (here, there) = (
        stage.payer.open(stage.node.url()).await,
        twin.open(stage.node.url()).await,
    );
    let mut spent = 0;
    for round in 0..12 {
        let (one, two) = (200 + 2 * round, 201 + 2 * round);
        let until_paid = async |wallet: &Wallet, fen: u128| {
            // The same account nonce may go to both: the loser is told so, and pays again.
            for _ in 0..20 {
                let view = match pay(wallet, &link(SHOP, fen, None)).await {
                    Ok(view) => view,
                    Err(error) => {
                        assert_eq!(error.view().money, MoneyState::Safe, "{error:?}");
                        assert_eq!(stage.times_paid(fen).await, 0);
                        continue;
                    }
                };
                let times = stage.times_paid(fen).await;
                if view.state == PaymentState::Settled {
                    assert_eq!(times, 1);
                    return;
                }
                assert_eq!(times, 0, "{view:?}");
                assert_eq!(view.money, MoneyState::Safe, "{view:?}");
            }
            panic!("never paid");
        };
        tokio::join!(until_paid(&here, one), until_paid(&there, two));
        spent += one + two;
    }
    assert_eq!(stage.left().await, MONEY - spent);
}

const PROFILE: &str = "JIAOZI_TROUBLE_PROFILE";

/// Tries to open a profile and says what came of it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child of the test below"]
async fn child_opens_the_profile() {
    let Some(profile) = std::env::var_os(PROFILE) else {
        return;
    };
    let profile = std::path::PathBuf::from(profile);
    let vault = VaultLaunch::Socket {
        program: jiaozi_scenarios::program("jiaozi-vault"),
        profile: profile.clone(),
        resident: profile.with_file_name("agent").join("vault.sock"),
        prompt: PromptKind::None,
        secret: ScriptedSecret::Nobody,
    };
    let sandbox = Arc::new(jiaozi_scenarios::Fixed("http://127.0.0.1:9".to_owned()));
    match Wallet::open(OpenOptions::new(profile, vault, sandbox)).await {
        Ok(_) => eprintln!("child: opened"),
        Err(error) => eprintln!("child: {}", error.code().as_str()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_does_not_get_the_profile() {
    let stage = Stage::new().await;
    let child = || {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "child_opens_the_profile",
                "--ignored",
                "--nocapture",
            ])
            .env(PROFILE, stage.payer.profile())
            .output();
        String::from_utf8_lossy(&output.unwrap().stderr).into_owned()
    };
    let (profile, socket, url) = (
        stage.payer.profile(),
        stage.payer.socket(),
        stage.node.url().to_owned(),
    );
    let wallet = stage.payer.open(&url).await;
    assert!(child().contains("child: profile_open"));
    // It disturbed nobody.
    let fen = 301;
    let paid = pay(&wallet, &link(SHOP, fen, None)).await.unwrap();
    assert_eq!(paid.state, PaymentState::Settled);
    wallet.close().await;
    drop(wallet);
    // Another life of this process, in case a task still holds the profile.
    let mut said = child();
    for _ in 0..100 {
        if said.contains("child: opened") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        said = child();
    }
    assert!(said.contains("child: opened"), "{said}");
    let wallet = Payer::open_at(&profile, &socket, &url, Arc::new(SystemClock)).await;
    let shown = wallet.payment(paid.id).await.unwrap();
    assert_eq!(shown.state, PaymentState::Settled);
}

/// The time, moved by so many seconds.
#[derive(Default)]
struct Jumping {
    offset: AtomicI64,
    looks: AtomicU32,
    wild: std::sync::atomic::AtomicBool,
}

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed);
        // Elsewhere at every third look.
        if self.wild.load(Ordering::Relaxed) && looks.is_multiple_of(3) {
            let mut dice = fastrand::Rng::with_seed(looks.into());
            let far = [
                -400 * 86_400,
                -86_400,
                -700,
                -30,
                0,
                30,
                700,
                86_400,
                400 * 86_400,
            ];
            let offset = far[dice.usize(0..far.len())];
            self.offset.store(offset, Ordering::Relaxed);
        }
        let real = SystemClock.now().as_unix();
        let offset = self.offset.load(Ordering::Relaxed);
        Timestamp::from_unix(real.saturating_add_signed(offset))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_pays_nothing_twice() {
    let stage = Stage::new().await;
    let clock = Arc::new(Jumping::default());
    let (profile, socket) = (stage.payer.profile(), stage.payer.socket());
    let wallet = Payer::open_at(&profile, &socket, stage.node.url(), clock.clone()).await;
    let mut spent = 0;
    for round in 0..20_u128 {
        let fen = 400 + round;
        let reference = round.is_multiple_of(2).then(|| format!("CLOCK{round}"));
        let bill = link(SHOP, fen, reference);
        clock.wild.store(true, Ordering::Relaxed);
        let mut paid = false;
        for attempt in 0..10 {
            if attempt == 5 {
                clock.wild.store(false, Ordering::Relaxed);
                clock.offset.store(0, Ordering::Relaxed);
            }
            let outcome = tokio::time::timeout(Duration::from_secs(60), pay(&wallet, &bill)).await;
            let state = match outcome.expect("a payment comes to an end") {
                Ok(view) => Some(view.state),
                Err(error) => {
                    assert_ne!(error.view().money, MoneyState::Moving, "{error:?}");
                    None
                }
            };
            let times = stage.times_paid(fen).await;
            assert!(times <= 1, "paid {times} times");
            paid = state == Some(PaymentState::Settled);
            assert_eq!(times == 1, paid, "{state:?}, paid {times} times");
            if paid {
                break;
            }
        }
        assert!(paid, "with a clock that is right again it is paid");
        spent += fen;
    }
    assert_eq!(stage.left().await, MONEY - spent);
}

#[tokio::test(flavor = "multi_thread")]
async fn unplugged_between_approval_and_broadcast() {
    let mut stage = Stage::new().await;
    let fen = 501;
    let proxy = Proxy::start(stage.node.url()).await.unwrap();
    // The node dies as the payment leaves for it.
    let node = Arc::new(Mutex::new(Some(stage.node.pid())));
    let victim = Arc::clone(&node);
    proxy.watch(move |call| {
        if call.method == "eth_sendRawTransaction"
            && call.moment == Moment::Before
            && let Some(pid) = victim.lock().unwrap().take()
        {
            let pid = rustix::process::Pid::from_raw(pid.try_into().unwrap()).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        }
    });
    let (profile, socket, url) = (stage.payer.profile(), stage.payer.socket(), proxy.url());
    let id = {
        let (profile, socket, url) = (profile.clone(), socket.clone(), url.clone());
        // The app ends with this life.
        in_a_life(async move || {
            let wallet = Payer::open_at(&profile, &socket, &url, Arc::new(SystemClock)).await;
            let bill = link(SHOP, fen, None);
            let id = propose(&wallet, &bill).await.unwrap();
            let shown = wallet.approve(id.clone()).await.unwrap();
            // Kept, and nothing is claimed of the ledger.
            let on_it = [
                PaymentState::Submitted,
                PaymentState::Included,
                PaymentState::Settled,
            ];
            assert!(!on_it.contains(&shown.state), "{shown:?}");
            assert_eq!(shown.money, MoneyState::Moving);
            id
        })
        .await
    };
    assert_eq!(*node.lock().unwrap(), None, "the node died at that moment");

    stage.node.revive(stage.folder.path()).await;
    assert_eq!(stage.times_paid(fen).await, 0);
    let wallet = Payer::open_at(&profile, &socket, &url, Arc::new(SystemClock)).await;
    wallet.resume_payments().await.unwrap();
    let shown = wallet.wait_for(&id, false).await.unwrap();
    assert_eq!(shown.state, PaymentState::Settled, "{shown:?}");
    assert_eq!(stage.times_paid(fen).await, 1);
    assert_eq!(stage.left().await, MONEY - fen);
    let receipt = wallet.receipt_pdf(id.clone()).await.unwrap();
    assert!(receipt.starts_with(b"%PDF"));
    // Approving once more pays nothing more.
    let again = wallet.approve(id).await.unwrap();
    assert_eq!(again.transaction, shown.transaction);
    assert_eq!(stage.times_paid(fen).await, 1);
    assert_eq!(
        ErrorCode::UnknownPayment,
        wallet.payment("00".repeat(16)).await.unwrap_err().code()
    );
}
