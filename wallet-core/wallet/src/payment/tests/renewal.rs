//! A payment of Core Space whose time runs out, with a vault that signs what the
//! test lets it sign.

use std::sync::{Arc, Mutex};

use alloy_primitives::{B256, Bytes};
use jiaozi_ledger::TransactionStatus;
use jiaozi_types::agent::{
    AgentError, BackupState, Call, CoreCarrier, PROTOCOL_VERSION, Reply, Request, Response,
    SignRequest, Signed, SpendPolicy, SpendVerdict, ToSign, VaultState, VaultStatus, frame,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::*;
use crate::api::Sight;
use crate::payment::{CoreGas, Live, Step, advance, resume};
use crate::vault::ScriptedSecret;

/// The epoch that the payment is signed for; it is taken until 600,000.
const EPOCH: u64 = 500_000;

/// A vault in this process.
struct TestVault {
    verdict: Mutex<SpendVerdict>,
    /// What it has signed: act, account nonce and epoch.
    signed: Mutex<Vec<(Act, u64, u64)>>,
}

impl TestVault {
    fn answer(&self, request: Request) -> Result<Response, AgentError> {
        match request {
            Request::Hello(_) => Ok(Response::Hello {
                protocol: PROTOCOL_VERSION,
                status: status(),
            }),
            Request::Judge(_) => Ok(Response::Verdict {
                verdict: *self.verdict.lock().unwrap(),
            }),
            Request::Sign(request) => Ok(Response::Signed(self.sign(&request))),
            other => panic!("the vault is asked {other:?}"),
        }
    }

    fn sign(&self, request: &SignRequest) -> Signed {
        // A vault that would ask a person is not asked to sign.
        assert_eq!(*self.verdict.lock().unwrap(), SpendVerdict::AlreadyApproved);
        let (act, carrier) = match &request.what {
            ToSign::CarriedAuthorization { carrier, .. } => (Act::Pays, carrier),
            ToSign::CancelAuthorization { carrier, .. } => (Act::Cancels, carrier),
            other => panic!("the vault is to sign {other:?}"),
        };
        let epoch = carrier.core.unwrap().epoch_height;
        let mut signed = self.signed.lock().unwrap();
        signed.push((act, carrier.nonce, epoch));
        Signed {
            transaction: Some(Bytes::from(format!("for {epoch}").into_bytes())),
            transaction_hash: Some(B256::with_last_byte(u8::try_from(signed.len()).unwrap())),
            authorization_signature: None,
        }
    }

    async fn serve(self: Arc<Self>, mut shell: UnixStream) {
        loop {
            let mut header = [0; frame::HEADER_LEN];
            if shell.read_exact(&mut header).await.is_err() {
                return;
            }
            let mut payload = vec![0; frame::payload_len(header).unwrap()];
            shell.read_exact(&mut payload).await.unwrap();
            let call: Call = frame::decode(&payload).unwrap();
            let reply = Reply {
                id: call.id,
                result: self.answer(call.request),
            };
            let reply = frame::encode(&reply).unwrap();
            shell.write_all(&reply).await.unwrap();
        }
    }
}

fn status() -> VaultStatus {
    VaultStatus {
        state: VaultState::Unlocked,
        sealing: None,
        keyring_backend: None,
        backup: BackupState::Checked,
        fingerprint: None,
        policy: SpendPolicy {
            quick_pay: Vec::new(),
            lock_after_seconds: 900,
        },
        spent_today: Vec::new(),
        wait_seconds: 0,
    }
}

impl Scene {
    /// A scene with a vault, and a payment that a node was given.
    fn on_core(act: Act) -> (Self, Arc<TestVault>, PaymentRecord) {
        let mut scene = Self::new();
        let vault = Arc::new(TestVault {
            verdict: Mutex::new(SpendVerdict::AlreadyApproved),
            signed: Mutex::default(),
        });
        let folder = scene._folder.path();
        let socket = folder.join("vault.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let served = Arc::clone(&vault);
        tokio::spawn(async move {
            while let Ok((shell, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&served).serve(shell));
            }
        });
        let launch = VaultLaunch::Socket {
            program: folder.join("no-vault"),
            profile: folder.to_path_buf(),
            resident: socket,
            prompt: PromptKind::None,
            secret: ScriptedSecret::Nobody,
        };
        let look = Appearance {
            language: Language::English,
            theme: Theme::Light,
        };
        scene.desk.vault = Arc::new(VaultLink::new(launch, look));
        scene.ledger.set(|script| script.head = EPOCH);
        let mut signed = envelope(act, b"for 500000", 0xcc);
        signed.gas.core = Some(CoreGas {
            carrier: CoreCarrier {
                storage_limit: 64,
                epoch_height: EPOCH,
            },
            gas_sponsored: false,
            storage_sponsored: false,
        });
        let mut record = PaymentRecord {
            envelopes: vec![signed],
            ..scene.record(Phase::Submitted)
        };
        // A plain transfer of a token waits as long as it must.
        if let Method::Authorization { valid_before, .. } = &mut record.terms.method {
            *valid_before = START + 10 * 86_400;
        }
        scene.desk.book.save_payment(&record).unwrap();
        (scene, vault, record)
    }

    /// One look, `seconds` after the approval.
    async fn look_at(&self, live: Live, seconds: u64) -> Live {
        self.set_time(START + seconds);
        match advance(live, &self.desk).await.unwrap() {
            Step::Moved(live) | Step::Waits(live) => live,
            Step::Over(record) => panic!("over: {record:?}"),
        }
    }
}

fn taken_up(record: PaymentRecord, desk: &Desk) -> Live {
    match resume(record, desk).unwrap() {
        Step::Moved(live) | Step::Waits(live) => live,
        Step::Over(record) => panic!("over: {record:?}"),
    }
}

#[tokio::test]
async fn it_is_signed_anew_before_its_time_is_over() {
    let (scene, vault, record) = Scene::on_core(Act::Pays);
    let mut live = taken_up(record, &scene.desk);
    scene.ledger.set(|script| {
        script.status = Ok(TransactionStatus::Pending);
        script.head = EPOCH + 80_000;
    });
    live = scene.look_at(live, 80_000).await;
    assert_eq!(*vault.signed.lock().unwrap(), []);

    // The epochs have come close to the end: one look signs, keeps and sends.
    scene.ledger.set(|script| script.head = EPOCH + 80_001);
    live = scene.look_at(live, 80_010).await;
    assert_eq!(*vault.signed.lock().unwrap(), [(Act::Pays, 5, 580_001)]);
    let kept = scene.kept();
    assert_eq!(kept.envelopes.len(), 2);
    assert!(kept.envelopes.iter().all(|envelope| envelope.nonce == 5));
    assert_eq!(kept.envelopes[0].gas.fee, kept.envelopes[1].gas.fee);
    let asked = scene.ledger.asked();
    assert!(asked.contains(&"submit for 580001".to_owned()), "{asked:?}");
    assert!(
        !asked.contains(&"submit for 500000".to_owned()),
        "{asked:?}"
    );

    // Once: the new one has time, also after a crash.
    live = scene.look_at(live, 80_020).await;
    drop(live);
    live = taken_up(scene.kept(), &scene.desk);
    scene.look_at(live, 80_030).await;
    assert_eq!(vault.signed.lock().unwrap().len(), 1);

    // Whichever of the two the ledger took, the payment is settled once.
    scene.ledger.include(42, true, true);
    let live = taken_up(scene.kept(), &scene.desk);
    let step = advance(live, &scene.desk).await.unwrap();
    assert!(matches!(step, Step::Over(_)), "{step:?}");
    assert!(matches!(scene.phase(), Phase::Settled { .. }));
}

#[tokio::test]
async fn more_is_offered_only_by_an_account_that_has_it() {
    let (_, _, record) = Scene::on_core(Act::Pays);
    let old = record.envelopes[0].gas.clone();
    // What is asked for on top of the old cap: a thirty-second part, rounded up.
    let price = old.fee.most();
    let dearer = price + price.div_ceil(32);
    let needed: u64 = old.own_cost(dearer).unwrap().try_into().unwrap();
    for (coin, offered) in [(needed, dearer), (needed - 1, price)] {
        let (scene, vault, record) = Scene::on_core(Act::Pays);
        scene.ledger.set(|script| {
            script.status = Ok(TransactionStatus::Pending);
            script.head = EPOCH + 80_001;
            script.coin = coin;
        });
        let live = taken_up(record, &scene.desk);
        scene.look_at(live, 80_010).await;
        assert_eq!(vault.signed.lock().unwrap().len(), 1);
        assert_eq!(scene.kept().envelopes[1].gas.fee.most(), offered);
    }
}

#[tokio::test]
async fn what_no_node_remembers_is_signed_anew_and_sent() {
    for act in [Act::Pays, Act::Cancels] {
        let (scene, vault, record) = Scene::on_core(act);
        // The computer was off for longer than the ledger waits.
        scene.ledger.set(|script| script.head = EPOCH + 150_000);
        let live = taken_up(record, &scene.desk);
        scene.look_at(live, 150_000).await;
        assert_eq!(*vault.signed.lock().unwrap(), [(act, 5, 650_000)]);
        let asked = scene.ledger.asked();
        assert!(asked.contains(&"submit for 650000".to_owned()), "{asked:?}");
        assert!(
            !asked.contains(&"submit for 500000".to_owned()),
            "{asked:?}"
        );
    }
}

#[tokio::test]
async fn where_the_vault_has_to_ask_the_payment_says_so() {
    for verdict in [SpendVerdict::PinLocked, SpendVerdict::PinNoLimit] {
        let (scene, vault, record) = Scene::on_core(Act::Pays);
        *vault.verdict.lock().unwrap() = verdict;
        scene.ledger.set(|script| {
            script.status = Ok(TransactionStatus::Pending);
            script.head = EPOCH + 90_000;
        });
        let mut live = taken_up(record, &scene.desk);
        live = scene.look_at(live, 90_000).await;
        assert_eq!(scene.kept().sight, Some(Sight::RunsOut));
        assert_eq!(scene.kept().envelopes.len(), 1);

        // Unlocked meanwhile: it goes on by itself.
        *vault.verdict.lock().unwrap() = SpendVerdict::AlreadyApproved;
        scene.look_at(live, 90_010).await;
        assert_eq!(vault.signed.lock().unwrap().len(), 1);
        assert_eq!(scene.kept().sight, Some(Sight::Slow));
    }
}

#[tokio::test]
async fn a_node_that_names_wild_epochs_has_few_signed() {
    let (scene, vault, record) = Scene::on_core(Act::Pays);
    scene
        .ledger
        .set(|script| script.status = Ok(TransactionStatus::Pending));
    let mut live = taken_up(record, &scene.desk);
    for round in 1..60_u64 {
        scene
            .ledger
            .set(|script| script.head = EPOCH + round * 200_000);
        live = scene.look_at(live, 100 + round * 10).await;
    }
    assert_eq!(vault.signed.lock().unwrap().len(), 23);
    assert_eq!(scene.kept().sight, Some(Sight::RunsOut));
}
