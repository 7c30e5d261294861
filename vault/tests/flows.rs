//! Every flow with a person who answers: what is asked in which order, what
//! comes back to the shell, and that no secret is in it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

mod support;

use std::collections::VecDeque;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use jiaozi_custody::memory::Key;
use jiaozi_custody::{Keyring, PersonalPhrase, Reading, Secret, SecretKind, Vault, Words};
use jiaozi_types::agent::*;
use jiaozi_types::{Address, Asset, SystemClock, sandbox};
use jiaozi_vault::agent::{Agent, Connection};
use jiaozi_vault::prompt::{
    CancelToken, Confirmation, Notice, Prompt, PromptError, SecretNeed, SecretPurpose,
    SecretTrouble, Session, Wanted,
};
use support::{PASSPHRASE, Shell, create};

const PHRASE: &str = "a heron in the reeds";
const RESTORED: &str =
    "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// What the person does and saw.
#[derive(Default)]
struct Person {
    /// What is typed, in order; PASSPHRASE when this is empty.
    types: Mutex<VecDeque<&'static str>>,
    seen: Mutex<Vec<String>>,
    shown: Mutex<Vec<String>>,
    /// The words of the backup that is brought next.
    brings: Mutex<Option<String>>,
    /// Set to leave the next question open; told when it stands there.
    leaves_open: Mutex<Option<Sender<()>>>,
}

impl Person {
    fn will_type(&self, secrets: &[&'static str]) {
        self.types.lock().unwrap().extend(secrets);
    }
    fn secret(&self) -> Secret {
        let typed = self.types.lock().unwrap().pop_front().unwrap_or(PASSPHRASE);
        Secret::new(typed.to_owned())
    }
    fn saw(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
    fn leave_open(&self) -> Receiver<()> {
        let (stands, wait) = channel();
        *self.leaves_open.lock().unwrap() = Some(stands);
        wait
    }
}

struct Desk(Arc<Person>);

impl Prompt for Desk {
    fn open(
        &self,
        _: Appearance,
        phrase: Option<PersonalPhrase>,
        cancel: CancelToken,
    ) -> Result<Box<dyn Session>, PromptError> {
        let phrase = phrase.map(|phrase| phrase.as_str().to_owned());
        let this = Talk {
            person: self.0.clone(),
            cancel,
        };
        this.see(format!("open {phrase:?}"))?;
        Ok(Box::new(this))
    }
}

struct Talk {
    person: Arc<Person>,
    cancel: CancelToken,
}

impl Talk {
    fn see(&self, what: String) -> Result<(), PromptError> {
        self.person.seen.lock().unwrap().push(what);
        if let Some(stands) = self.person.leaves_open.lock().unwrap().take() {
            let (woken, wait) = channel();
            self.cancel.on_cancel(move || {
                let _ = woken.send(());
            });
            stands.send(()).unwrap();
            wait.recv().unwrap();
            return Err(PromptError::Declined);
        }
        Ok(())
    }
    fn consent(&self, need: SecretNeed) -> Option<Secret> {
        (need != SecretNeed::None).then(|| self.person.secret())
    }
}

impl Session for Talk {
    fn choose_personal_phrase(&mut self) -> Result<PersonalPhrase, PromptError> {
        self.see("phrase".into())?;
        Ok(PersonalPhrase::new(PHRASE).unwrap())
    }
    fn set_secret(&mut self, kind: SecretKind) -> Result<Secret, PromptError> {
        self.see(format!("set {kind:?}"))?;
        Ok(self.person.secret())
    }
    fn ask_secret(
        &mut self,
        why: SecretPurpose,
        trouble: Option<SecretTrouble>,
    ) -> Result<Secret, PromptError> {
        self.see(format!("ask {:?} {trouble:?}", why.task))?;
        Ok(self.person.secret())
    }
    fn show_words(&mut self, words: &Words) -> Result<(), PromptError> {
        self.see("show".into())?;
        self.person
            .shown
            .lock()
            .unwrap()
            .extend(words.iter().map(str::to_owned));
        Ok(())
    }
    fn check_words(&mut self, words: &Words) -> Result<(), PromptError> {
        self.see("check".into())?;
        self.person
            .shown
            .lock()
            .unwrap()
            .extend(words.iter().map(str::to_owned));
        Ok(())
    }
    fn prove_backup(&mut self, wanted: &Wanted<'_>) -> Result<(), PromptError> {
        let brought = self.person.brings.lock().unwrap().take();
        let brought = brought.map(|text| Words::parse(&text).unwrap());
        match (wanted, brought) {
            (Wanted::Words(words), None) => self.check_words(words),
            (_, Some(words)) if wanted.is_met_by(&words) => self.see("prove".into()),
            _ => {
                self.see("prove another".into())?;
                Err(PromptError::Declined)
            }
        }
    }
    fn confirm_loss(&mut self, fingerprint: &str) -> Result<(), PromptError> {
        assert_eq!(fingerprint.len(), 8);
        self.see("loss".into())
    }
    fn enter_words(&mut self) -> Result<Words, PromptError> {
        self.see("enter".into())?;
        Ok(Words::parse(RESTORED).unwrap())
    }
    fn approve(
        &mut self,
        reading: &Reading,
        need: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        let payee = reading.payee.as_ref().and_then(|payee| payee.name.clone());
        let atoms = reading.amount.as_ref().map(|money| money.atoms.to_string());
        let need = need != SecretNeed::None;
        self.see(format!(
            "approve {payee:?} {atoms:?} secret:{need} {trouble:?}"
        ))?;
        Ok(need.then(|| self.person.secret()))
    }
    fn confirm(
        &mut self,
        what: &Confirmation,
        need: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        let what = match what {
            Confirmation::SavePayee { payee, replaces } => {
                format!("payee {} {replaces:?}", payee.name)
            }
            Confirmation::SaveAsset { asset, .. } => format!("asset {}", asset.symbol()),
            Confirmation::LoosenPolicy { assets, .. } => format!("policy {}", assets.len()),
            Confirmation::TakeBook { payees, assets, .. } => {
                format!("take book {payees} {assets}")
            }
            Confirmation::RemoveWallet { .. } => "remove".to_owned(),
            Confirmation::Certify(reading) => format!("certify {}", reading.certificate.shop),
        };
        self.see(format!(
            "confirm {what} secret:{} {trouble:?}",
            need != SecretNeed::None
        ))?;
        Ok(self.consent(need))
    }
    fn done(&mut self, notice: Notice) -> Result<(), PromptError> {
        self.see(format!("done {notice:?}"))
    }
}

struct NoKeyring;

impl Keyring for NoKeyring {
    fn backend(&self) -> Result<String, KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn set(&self, _: &str, _: &Key) -> Result<(), KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn get(&self, _: &str) -> Result<Option<Key>, KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn delete(&self, _: &str) -> Result<(), KeyringFault> {
        Err(KeyringFault::Absent)
    }
    fn probe(&self, _: &str) -> Result<[u8; 32], KeyringFault> {
        Err(KeyringFault::Absent)
    }
}

struct House {
    person: Arc<Person>,
    agent: Arc<Agent>,
    _profile: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let person = Arc::new(Person::default());
        let vault = Vault::new(profile.path(), Arc::new(NoKeyring), Arc::new(SystemClock));
        let agent = Agent::new(vault, Arc::new(Desk(person.clone())), false);
        Self {
            person,
            agent: Arc::new(agent),
            _profile: profile,
        }
    }

    fn connect(&self) -> Shell {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let agent = Arc::clone(&self.agent);
        thread::spawn(move || {
            let writer = theirs.try_clone().unwrap();
            Connection::new(agent, Box::new(writer)).serve(theirs);
        });
        let mut shell = Shell::on(ours);
        shell.hello();
        shell
    }
}

fn open() -> String {
    format!("open Some({PHRASE:?})")
}

#[test]
fn each_flow_asks_what_it_must_and_tells_the_shell_no_secret() {
    let house = House::new();
    let mut shell = house.connect();
    let saw = || house.person.saw();
    let absent = AgentError::Keyring {
        fault: KeyringFault::Absent,
    };
    assert_eq!(
        shell.call(create(Sealing::Keyring, Backup::Now)),
        Err(absent.clone())
    );
    assert_eq!(shell.call(Request::TestKeyring), Err(absent));
    assert!(
        saw().is_empty(),
        "a keyring that is absent is said before anything is asked"
    );

    let status = shell.status(create(Sealing::PassphraseOnly, Backup::Now));
    assert_eq!(status.backup, BackupState::Checked);
    assert_eq!(
        saw(),
        [
            "open None",
            "phrase",
            "set Passphrase",
            "show",
            "check",
            "done WalletMade"
        ]
    );
    let made = house.person.shown.lock().unwrap().clone();
    assert_eq!(made.len(), 24);

    assert_eq!(shell.call(Request::ShowWords), Ok(Response::Done));
    assert_eq!(saw(), [&open(), "ask ShowWords None", "show"]);
    shell.status(Request::CheckWords);
    assert_eq!(
        saw(),
        [
            &open(),
            "ask CheckWords None",
            "check",
            "done BackupChecked"
        ]
    );

    // The name shown at approval is the vault's own.
    let large = shell.payment(1, 30_000);
    let ToSign::CarriedAuthorization { authorization, .. } = &large.what else {
        panic!()
    };
    let address = Address::on_evm(sandbox::CHAIN_ID, authorization.to);
    let payee = Payee {
        name: "老王面馆".into(),
        address,
    };
    assert_eq!(
        shell.call(Request::SavePayee(payee.clone())),
        Ok(Response::Done)
    );
    assert_eq!(
        saw(),
        [&open(), "confirm payee 老王面馆 None secret:false None"]
    );
    assert_eq!(
        shell.call(Request::Payees),
        Ok(Response::Payees {
            payees: vec![payee]
        })
    );
    house
        .person
        .will_type(&["wrong wrong wrong wrong", PASSPHRASE]);
    shell.signed(large);
    assert_eq!(
        saw(),
        [
            open(),
            "approve Some(\"老王面馆\") Some(\"30000\") secret:true None".into(),
            "approve Some(\"老王面馆\") Some(\"30000\") secret:true Some(Wrong { wait_seconds: 0 })"
                .into(),
        ]
    );
    assert_eq!(
        shell.call(Request::RemovePayee { address }),
        Ok(Response::Done)
    );

    // Locked: one dialogue unlocks and approves, the secret typed once.
    shell.status(Request::Lock);
    let quick = shell.payment(2, 100);
    shell.signed(quick);
    assert_eq!(
        saw(),
        [
            &open(),
            "ask Unlock None",
            "approve None Some(\"100\") secret:false None"
        ]
    );
    let quick = shell.payment(3, 100);
    shell.signed(quick);
    assert!(saw().is_empty(), "quick pay asks nothing");

    // A certificate moves nothing and is asked about all the same, each time.
    let vouch = SignRequest {
        what: ToSign::TillCertificate(jiaozi_types::TillCertificate {
            shop: "老王面馆".to_owned(),
            till: sandbox::YUAN,
            valid_before: 4_000_000_000,
        }),
        ..shell.payment(4, 1)
    };
    for _ in 0..2 {
        shell.signed(vouch.clone());
        let asked = "confirm certify 老王面馆 secret:true None";
        assert_eq!(saw(), [&open(), asked]);
    }
    let Ok(Response::ShopKeys { evm, core }) = shell.call(Request::ShopKeys) else {
        panic!("the shop's keys are known");
    };
    assert!(evm.starts_with("xpub") && core.is_some_and(|core| core.starts_with("xpub")));

    let mut policy = shell.status(Request::Status).policy;
    policy.lock_after_seconds = 60;
    shell.status(Request::SetPolicy(policy.clone()));
    assert!(saw().is_empty(), "tightening asks nothing");
    policy.lock_after_seconds = 600;
    shell.status(Request::SetPolicy(policy));
    assert_eq!(saw(), [&open(), "confirm policy 1 secret:true None"]);

    let id = "eip155:1030/erc20:0x70BFD7F7eADF9b9827541272589A6B2Bb760aE2E"
        .parse()
        .unwrap();
    let asset = Asset::new(id, 6, "AxCNH").unwrap().in_yuan();
    let save = || Request::SaveAsset {
        asset: asset.clone(),
        domain: None,
    };
    assert_eq!(shell.call(save()), Ok(Response::Done));
    assert_eq!(saw(), [&open(), "confirm asset AxCNH secret:false None"]);
    assert_eq!(shell.call(save()), Ok(Response::Done));
    assert!(saw().is_empty(), "what is known is not asked again");

    house
        .person
        .will_type(&[PASSPHRASE, "another long passphrase"]);
    assert_eq!(shell.call(Request::ChangePin), Ok(Response::Done));
    assert_eq!(
        saw(),
        [
            &open(),
            "ask ChangeSecret None",
            "set Passphrase",
            "done SecretChanged"
        ]
    );
    shell.status(Request::Lock);
    house.person.will_type(&["another long passphrase"]);
    shell.status(Request::Unlock);
    let key = shell.call(Request::StoreKey);
    assert!(matches!(key, Ok(Response::StoreKey { .. })));

    let phrase = made[..12].join(" ");
    let entropy = "7f".repeat(16);
    for secret in [
        phrase.as_str(),
        PASSPHRASE,
        "another long passphrase",
        PHRASE,
        &entropy,
    ] {
        assert!(!shell.heard.contains(secret), "a secret reached the shell");
    }
    // No reply has a row of the words either, in whatever dress.
    let together = made[..2].join(" ");
    assert!(!shell.heard.contains(&together));
}

#[test]
fn restoring_gives_the_wallet_of_the_words() {
    let house = House::new();
    let mut shell = house.connect();
    let status = shell.status(Request::Restore {
        sealing: Sealing::PassphraseOnly,
    });
    assert_eq!(
        (status.state, status.backup),
        (VaultState::Unlocked, BackupState::Checked)
    );
    assert_eq!(
        house.person.saw(),
        [
            "open None",
            "enter",
            "phrase",
            "set Passphrase",
            "done WalletRestored"
        ]
    );
    let Ok(Response::Accounts { accounts }) = shell.call(Request::Accounts { first: 0, count: 1 })
    else {
        panic!()
    };
    // eth-account's address of the same words.
    assert_eq!(
        accounts[0].address.to_string(),
        "0x58A57ed9d8d624cBD12e2C467D34787555bB1b25"
    );
    for word in ["legal winner", "worth useful"] {
        assert!(!shell.heard.contains(word));
    }
}

#[test]
fn while_one_question_stands_others_are_busy_and_status_is_answered() {
    let house = House::new();
    let mut shell = house.connect();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    let stands = house.person.leave_open();
    let asked = shell.send(Request::ShowWords);
    stands.recv().unwrap();
    assert_eq!(shell.status(Request::Status).state, VaultState::Unlocked);
    assert_eq!(shell.call(Request::CheckWords), Err(AgentError::Busy));
    let mut other = house.connect();
    assert_eq!(other.call(Request::ChangePin), Err(AgentError::Busy));
    // Another connection cannot end it, even with the same id.
    assert_eq!(
        other.call(Request::Cancel { id: asked }),
        Ok(Response::Done)
    );
    assert_eq!(other.call(Request::ChangePin), Err(AgentError::Busy));
    let cancel = shell.send(Request::Cancel { id: asked });
    let mut replies = [shell.receive().unwrap(), shell.receive().unwrap()];
    replies.sort_by_key(|reply| reply.id);
    assert_eq!(
        (replies[0].id, &replies[0].result),
        (asked, &Err(AgentError::Declined))
    );
    assert_eq!(
        (replies[1].id, &replies[1].result),
        (cancel, &Ok(Response::Done))
    );
    assert_eq!(shell.call(Request::ShowWords), Ok(Response::Done));
}

#[test]
fn a_shell_that_goes_away_takes_its_question_with_it() {
    let house = House::new();
    let mut shell = house.connect();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    let stands = house.person.leave_open();
    shell.send(Request::ShowWords);
    stands.recv().unwrap();
    drop(shell);
    let mut other = house.connect();
    // The seat is free as soon as the question is closed.
    let freed = (0..200).any(|_| {
        let busy = other.call(Request::ShowWords) == Err(AgentError::Busy);
        if busy {
            thread::sleep(std::time::Duration::from_millis(20));
        }
        !busy
    });
    assert!(freed);
}

#[test]
fn a_wallet_is_removed_only_after_its_own_backup_or_a_typed_loss() {
    let house = House::new();
    let mut shell = house.connect();
    let remove = |proof| Request::Remove { proof };
    let (backup, loss) = (RemovalProof::Backup, RemovalProof::Loss);
    assert_eq!(shell.call(remove(loss)), Err(AgentError::NoVault));
    shell.status(create(Sealing::PassphraseOnly, Backup::Now));
    let words = house.person.shown.lock().unwrap()[..12].join(" ");
    shell.status(Request::Lock);
    house.person.saw();

    // Another wallet's words, and none at all, remove nothing.
    *house.person.brings.lock().unwrap() = Some(RESTORED.to_owned());
    assert_eq!(shell.call(remove(backup)), Err(AgentError::Declined));
    assert_eq!(
        house.person.saw(),
        [&open(), "confirm remove secret:false None", "prove another"]
    );
    assert_eq!(shell.status(Request::Status).state, VaultState::Locked);

    // No PIN is asked for.
    *house.person.brings.lock().unwrap() = Some(words);
    let status = shell.status(remove(backup));
    assert_eq!(
        (status.state, status.fingerprint),
        (VaultState::Empty, None)
    );
    assert_eq!(
        house.person.saw(),
        [
            &open(),
            "confirm remove secret:false None",
            "prove",
            "done WalletRemoved"
        ]
    );

    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    house.person.saw();
    assert_eq!(shell.status(remove(loss)).state, VaultState::Empty);
    assert_eq!(house.person.saw(), [&open(), "loss", "done WalletRemoved"]);
}

#[test]
fn a_backup_is_tested_by_what_it_restores() {
    let house = House::new();
    let mut shell = house.connect();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    *house.person.brings.lock().unwrap() = Some(RESTORED.to_owned());
    assert_eq!(shell.call(Request::CheckWords), Err(AgentError::Declined));
    let status = shell.status(Request::Status);
    assert_eq!(status.backup, BackupState::Pending);
    shell.status(Request::CheckWords);
    assert_eq!(shell.status(Request::Status).backup, BackupState::Checked);
}
