//! The nodes: started for one test, gone with it.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use async_trait::async_trait;
use jiaozi_wallet::api::{EndpointInput, FinalityRule, NetworkInput, TokenInput};
use jiaozi_wallet::{SandboxHost, Wallet};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::hand::Hand;
use crate::{Person, Truth};

/// A ledger to run a scenario on.
pub enum Node {
    /// The embedded sandbox, hosted in this process.
    Sandbox(Arc<Sandbox>),
    /// A real node in a process of its own.
    Real(Box<RealNode>),
}

/// A node in a process of its own.
pub struct RealNode {
    /// Ended with the test (its standard input closes).
    _process: Child,
    /// What it said when it was ready.
    facts: Value,
    /// When payments on it are final.
    finality: FinalityRule,
    /// In which of its spaces payments run.
    space: Space,
    /// The wallets still open on the sandbox first.
    sandbox: Arc<Sandbox>,
    /// Who makes its blocks, where it makes none by itself.
    hand: Option<Hand>,
}

/// Where payments run on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Space {
    /// On its EVM.
    Evm,
    /// In Conflux Core Space.
    Core {
        /// Whether the token's contract pays the fees.
        sponsored: bool,
    },
}

/// The sandbox's folder, hosted or joined through the product's own door.
pub struct Sandbox {
    folder: TempDir,
    attached: tokio::sync::Mutex<Option<jiaozi_node::Attached>>,
}

impl Sandbox {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            folder: tempfile::tempdir().unwrap(),
            attached: Default::default(),
        })
    }
}

#[async_trait]
impl SandboxHost for Sandbox {
    async fn attach(&self) -> Result<String, String> {
        let mut attached = self.attached.lock().await;
        if attached.is_none() {
            *attached = Some(
                jiaozi_node::attach(self.folder.path())
                    .await
                    .map_err(|e| e.to_string())?,
            );
        }
        Ok(attached.as_ref().unwrap().url())
    }
}

/// The folder of the scripts that start real nodes.
fn scripts() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../nodes")
}

impl Node {
    /// The embedded sandbox.
    pub fn sandbox() -> Self {
        Self::Sandbox(Sandbox::new())
    }

    /// Anvil with a block every second.
    pub async fn anvil() -> Self {
        Self::start(
            "Anvil",
            "anvil.mjs",
            &["--block-time", "1"],
            FinalityRule::Depth { blocks: 1 },
            Space::Evm,
        )
        .await
    }

    /// A Conflux node that packs as fast as it can; payments run in its eSpace.
    pub async fn conflux_espace() -> Self {
        Self::conflux(&[]).await
    }

    /// A Conflux node that packs as public ones do.
    pub async fn conflux_espace_default_packing() -> Self {
        Self::conflux(&["--default-packing"]).await
    }

    async fn conflux(arguments: &[&str]) -> Self {
        let finality = FinalityRule::Depth { blocks: 5 };
        let (name, script) = ("Conflux eSpace", "conflux.mjs");
        Self::start(name, script, arguments, finality, Space::Evm).await
    }

    /// A Conflux node; payments run in its Core Space, final by its confirmation
    /// risk. Where `sponsored` the token's contract pays the fees, and nobody
    /// has any coin.
    pub async fn conflux_core(sponsored: bool) -> Self {
        Self::start(
            "Conflux Core",
            "conflux.mjs",
            &[],
            FinalityRule::Risk { exponent: 8 },
            Space::Core { sponsored },
        )
        .await
    }

    /// A Conflux node that makes blocks of its Core Space only when told to; until
    /// `hold_blocks` somebody tells it all the time.
    pub async fn conflux_core_by_hand() -> Self {
        let mut node = Self::start(
            "Conflux Core",
            "conflux.mjs",
            &["--by-hand"],
            FinalityRule::Risk { exponent: 8 },
            Space::Core { sponsored: false },
        )
        .await;
        if let Self::Real(real) = &mut node {
            real.hand = Some(Hand::new(&text(&real.facts["coreUrl"])));
        }
        node
    }

    async fn start(
        name: &'static str,
        script: &str,
        arguments: &[&str],
        finality: FinalityRule,
        space: Space,
    ) -> Self {
        let mut process = Command::new("node")
            .arg(scripts().join(script))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is installed");
        let stdout = process.stdout.take().unwrap();
        let line = BufReader::new(stdout).lines().next_line().await.unwrap();
        let line =
            line.unwrap_or_else(|| panic!("{name} did not start: `npm ci` in tests/nodes first?"));
        let facts = serde_json::from_str(&line).unwrap();
        Self::Real(Box::new(RealNode {
            _process: process,
            facts,
            finality,
            space,
            sandbox: Sandbox::new(),
            hand: None,
        }))
    }

    /// From now on there are blocks only when asked for.
    pub async fn hold_blocks(&self) {
        match self.hand() {
            Some(hand) => hand.rest().await,
            None => self.rpc("evm_setIntervalMining", &["0"]).await,
        }
    }

    /// Puts what waits into a block; where execution comes later, until it came.
    pub async fn make_block(&self) {
        match self.hand() {
            Some(hand) => hand.make().await,
            None => self.rpc("evm_mine", &[]).await,
        }
    }

    fn hand(&self) -> Option<&Hand> {
        match self {
            Self::Real(node) => node.hand.as_ref(),
            Self::Sandbox(_) => None,
        }
    }

    /// Calls a real node as no wallet does, to steer it.
    async fn rpc(&self, method: &str, params: &[&str]) {
        let Self::Real(node) = self else {
            panic!("the sandbox is not steered");
        };
        let (url, _) = endpoint(&node.facts);
        let called = Command::new(scripts().join("node_modules/.bin/cast"))
            .args(["rpc", "--rpc-url", &url, method])
            .args(params)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&called.stderr);
        assert!(called.status.success(), "{method}: {said}");
    }

    /// Where the node answers.
    pub async fn url(&self) -> String {
        match self {
            Self::Sandbox(sandbox) => sandbox.attach().await.unwrap(),
            Self::Real(node) => node.url(),
        }
    }

    /// Where wallets find the sandbox.
    pub fn sandbox_host(&self) -> Arc<dyn SandboxHost> {
        match self {
            Self::Sandbox(sandbox) => Arc::clone(sandbox) as _,
            Self::Real(node) => Arc::clone(&node.sandbox) as _,
        }
    }

    /// Whether payers need no coin because the token's contract pays the fees.
    pub fn is_sponsored(&self) -> bool {
        matches!(self, Self::Real(node) if node.space == Space::Core { sponsored: true })
    }

    /// Gives `payer` yuan (and coin for fees where there are any) and makes
    /// everyone use this ledger.
    pub async fn welcome(&self, payer: &Person, others: &[&Person], yuan: &str) {
        if let Self::Real(node) = self
            && let Space::Core { sponsored } = node.space
        {
            return node.welcome_to_core(sponsored, payer, others, yuan).await;
        }
        let address = payer.address().await;
        let mut fund = vec![address.clone()];
        for person in others {
            fund.push(person.address().await);
        }
        let fund: Vec<&str> = fund.iter().map(String::as_str).collect();
        let ground = self.endow(&address, yuan, &fund).await;
        for person in others.iter().copied().chain([payer]) {
            ground
                .join(&person.wallet, std::slice::from_ref(&ground.url))
                .await;
            person.wallet.refresh(0).await.unwrap();
        }
    }

    /// Makes `wallet` use this ledger through `urls`, with whole `yuan` of its own
    /// and coin for fees where there are any.
    pub async fn set_up(&self, wallet: &Wallet, urls: &[String], yuan: &str) -> Ground {
        let in_core_space =
            matches!(self, Self::Real(node) if matches!(node.space, Space::Core { .. }));
        if !in_core_space {
            let address = address_of(wallet).await;
            let ground = self.endow(&address, yuan, &[&address]).await;
            ground.join(wallet, urls).await;
            return ground;
        }
        let core = self.core().await;
        let ground = Ground {
            truth: Truth::in_core_space(&core.url, &core.token),
            url: core.url,
            network: Some(TestNetwork {
                id: core.id,
                token: core.token.clone(),
                // The risk that the pay scenario waits for takes tens of seconds to fall.
                finality: FinalityRule::Depth { blocks: 5 },
            }),
        };
        // An address of Core Space shows once its network is in use.
        ground.join(wallet, urls).await;
        let address = address_of(wallet).await;
        self.mint_on_core(&core.token, &address, yuan).await;
        self.fund_on_core(&core.token, &address).await;
        ground
    }

    /// Deploys the yuan in Core Space.
    pub async fn core(&self) -> CoreGround {
        let Self::Real(node) = self else {
            panic!("the sandbox has no Core Space");
        };
        let sponsor: &[&str] = if self.is_sponsored() {
            &["--sponsor"]
        } else {
            &[]
        };
        let deployed = deploy_core(&node.facts, sponsor).await;
        let url = text(&node.facts["coreUrl"]);
        CoreGround {
            id: format!("conflux:net{}", deployed["chainId"]),
            node: jiaozi_faults::Node::new(&url),
            url,
            token: text(&deployed["token"]),
            shop: text(&deployed["minter"]),
        }
    }

    /// Gives `rich` whole `yuan` of a token in Core Space.
    pub async fn mint_on_core(&self, token: &str, rich: &str, yuan: &str) {
        let Self::Real(node) = self else {
            panic!("the sandbox has no Core Space");
        };
        let mint = format!("{rich}={yuan}00");
        deploy_core(&node.facts, &["--token", token, "--mint", &mint]).await;
    }

    /// Gives `payer` coin for fees in Core Space.
    async fn fund_on_core(&self, token: &str, payer: &str) {
        let Self::Real(node) = self else {
            panic!("the sandbox has no Core Space");
        };
        let fund = format!("{payer}=10000000000000000000");
        deploy_core(&node.facts, &["--token", token, "--fund", &fund]).await;
    }

    /// Gives `rich` whole `yuan`, and everyone in `fund` coin for fees where
    /// there are any. Not in Core Space, where addresses depend on the network.
    pub async fn endow(&self, rich: &str, yuan: &str, fund: &[&str]) -> Ground {
        let fen = format!("{yuan}00");
        match self {
            Self::Sandbox(sandbox) => {
                let url = sandbox.attach().await.unwrap();
                let ground = Ground::sandbox(&url);
                ground.truth.top_up(rich, &fen).await;
                ground
            }
            Self::Real(node) => {
                assert_eq!(node.space, Space::Evm);
                let (url, chain, token) = deploy(&node.facts, rich, &fen, fund).await;
                Ground {
                    truth: Truth::new(&url, &token),
                    url,
                    network: Some(TestNetwork {
                        id: format!("eip155:{chain}"),
                        token,
                        finality: node.finality,
                    }),
                }
            }
        }
    }
}

/// Conflux Core Space as the node itself has it.
pub struct CoreGround {
    /// The network's id.
    pub id: String,
    /// The node's URL.
    pub url: String,
    /// The node, asked past every wallet.
    pub node: jiaozi_faults::Node,
    /// The yuan's contract, whose sponsor pays fees where the node was started so.
    pub token: String,
    /// Who deployed it.
    pub shop: String,
}

/// Where money lies for a scenario.
pub struct Ground {
    /// The node's own URL.
    pub url: String,
    /// What is really on the ledger.
    pub truth: Truth,
    /// The network to add; none for the sandbox, which every wallet knows.
    network: Option<TestNetwork>,
}

struct TestNetwork {
    id: String,
    token: String,
    finality: FinalityRule,
}

impl Ground {
    /// The sandbox at `url`.
    pub fn sandbox(url: &str) -> Self {
        Self {
            truth: Truth::new(url, &jiaozi_node::SANDBOX_YUAN.to_string()),
            url: url.to_owned(),
            network: None,
        }
    }

    /// The network's id.
    pub fn network_id(&self) -> Option<&str> {
        self.network.as_ref().map(|network| network.id.as_str())
    }

    /// Makes `wallet` use this ledger through `urls`. The sandbox is found
    /// through the wallet's own host instead.
    pub async fn join(&self, wallet: &Wallet, urls: &[String]) {
        if let Some(network) = &self.network {
            network.join(wallet, urls).await;
        }
    }
}

impl TestNetwork {
    async fn join(&self, wallet: &Wallet, urls: &[String]) {
        let endpoint = |url: &String| EndpointInput {
            url: url.clone(),
            ..EndpointInput::default()
        };
        let network = NetworkInput {
            id: self.id.clone(),
            name: "Test".to_owned(),
            real_money: false,
            coin_symbol: "COIN".to_owned(),
            endpoints: urls.iter().map(endpoint).collect(),
            tokens: vec![TokenInput {
                contract: self.token.clone(),
                yuan: true,
                ..TokenInput::default()
            }],
            finality: self.finality,
            ..NetworkInput::default()
        };
        let added = wallet.add_network(network).await.unwrap();
        wallet.select_network(added.id).await.unwrap();
    }
}

async fn address_of(wallet: &Wallet) -> String {
    wallet.accounts().await.unwrap()[0].address.clone()
}

impl RealNode {
    /// Where the space answers that payments run in.
    fn url(&self) -> String {
        match self.space {
            Space::Evm => endpoint(&self.facts).0,
            Space::Core { .. } => text(&self.facts["coreUrl"]),
        }
    }

    async fn welcome_to_core(
        &self,
        sponsored: bool,
        payer: &Person,
        others: &[&Person],
        yuan: &str,
    ) {
        let everyone: Vec<_> = others.iter().copied().chain([payer]).collect();
        let sponsor: &[&str] = if sponsored { &["--sponsor"] } else { &[] };
        let deployed = deploy_core(&self.facts, sponsor).await;
        let token = text(&deployed["token"]);
        let network = TestNetwork {
            id: format!("conflux:net{}", deployed["chainId"]),
            token: token.clone(),
            finality: self.finality,
        };
        // Addresses of Core Space show once its network is in use.
        for person in &everyone {
            let url = text(&self.facts["coreUrl"]);
            network.join(&person.wallet, &[url]).await;
            person.wallet.refresh(0).await.unwrap();
        }
        let mint = format!("{}={yuan}00", payer.address().await);
        let mut arguments = vec!["--token".to_owned(), token, "--mint".to_owned(), mint];
        if !sponsored {
            for person in &everyone {
                let fund = format!("{}=10000000000000000000", person.address().await);
                arguments.extend(["--fund".to_owned(), fund]);
            }
        }
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        deploy_core(&self.facts, &arguments).await;
        payer.wallet.refresh(0).await.unwrap();
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Deploys the yuan in Core Space, or works with the one that was; what the
/// script says.
async fn deploy_core(facts: &Value, arguments: &[&str]) -> Value {
    let (_, key) = endpoint(facts);
    let output = Command::new("node")
        .arg(scripts().join("deploy-core.mjs"))
        .args(["--url", &text(&facts["coreUrl"]), "--key", &key])
        .args(arguments)
        .output()
        .await
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Where the scripts put the Ethereum endpoint and a funded key.
fn endpoint(facts: &Value) -> (String, String) {
    (text(&facts["url"]), text(&facts["fundedKeys"][0]["key"]))
}

async fn deploy(facts: &Value, rich: &str, fen: &str, fund: &[&str]) -> (String, u64, String) {
    let (url, key) = endpoint(facts);
    let mut command = Command::new("node");
    command
        .arg(scripts().join("deploy-yuan.mjs"))
        .args(["--url", &url, "--key", &key])
        .args(["--mint", &format!("{rich}={fen}")]);
    for address in fund {
        command.args(["--fund", &format!("{address}=10000000000000000000")]);
    }
    let output = command.output().await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let deployed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let token = deployed["token"].as_str().unwrap().to_owned();
    (url, deployed["chainId"].as_u64().unwrap(), token)
}
