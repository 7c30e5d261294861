//! The nodes: started for one test, gone with it.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use async_trait::async_trait;
use jiaozi_wallet::SandboxHost;
use jiaozi_wallet::api::{EndpointInput, FinalityRule, NetworkInput, TokenInput};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Person;

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

    /// A Conflux node; payments run in its eSpace.
    pub async fn conflux_espace() -> Self {
        Self::start(
            "Conflux eSpace",
            "conflux.mjs",
            &[],
            FinalityRule::Depth { blocks: 5 },
            Space::Evm,
        )
        .await
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
        }))
    }

    /// Calls a real node as no wallet does, to steer it.
    pub async fn rpc(&self, method: &str, params: &[&str]) {
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
        let Self::Real(node) = self else {
            payer.wallet.top_up(0, yuan.to_owned()).await.unwrap();
            return;
        };
        let fen = format!("{yuan}00");
        let everyone: Vec<_> = others.iter().copied().chain([payer]).collect();
        let Space::Core { sponsored } = node.space else {
            let (url, chain, token) = deploy(&node.facts, payer, &fen, &everyone).await;
            let id = format!("eip155:{chain}");
            return self.join(node, &everyone, &id, &url, &token).await;
        };
        // Addresses of Core Space show once its network is in use.
        let sponsor: &[&str] = if sponsored { &["--sponsor"] } else { &[] };
        let deployed = deploy_core(&node.facts, sponsor).await;
        let token = text(&deployed["token"]);
        let id = format!("conflux:net{}", deployed["chainId"]);
        let url = text(&node.facts["coreUrl"]);
        self.join(node, &everyone, &id, &url, &token).await;
        let mint = format!("{}={fen}", payer.address().await);
        let mut arguments = vec!["--token".to_owned(), token, "--mint".to_owned(), mint];
        if !sponsored {
            for person in &everyone {
                let fund = format!("{}=10000000000000000000", person.address().await);
                arguments.extend(["--fund".to_owned(), fund]);
            }
        }
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        deploy_core(&node.facts, &arguments).await;
        payer.wallet.refresh(0).await.unwrap();
    }

    /// Makes everyone use the node's network.
    async fn join(&self, node: &RealNode, everyone: &[&Person], id: &str, url: &str, token: &str) {
        for person in everyone {
            let network = NetworkInput {
                id: id.to_owned(),
                name: "Test".to_owned(),
                real_money: false,
                coin_symbol: "COIN".to_owned(),
                endpoints: vec![EndpointInput {
                    url: url.to_owned(),
                    headers: Vec::new(),
                }],
                tokens: vec![TokenInput {
                    contract: token.to_owned(),
                    yuan: true,
                }],
                finality: node.finality,
            };
            let added = person.wallet.add_network(network).await.unwrap();
            person.wallet.select_network(added.id).await.unwrap();
            person.wallet.refresh(0).await.unwrap();
        }
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

async fn deploy(
    facts: &Value,
    payer: &Person,
    fen: &str,
    everyone: &[&Person],
) -> (String, u64, String) {
    let (url, key) = endpoint(facts);
    let mut command = Command::new("node");
    command
        .arg(scripts().join("deploy-yuan.mjs"))
        .args(["--url", &url, "--key", &key]);
    command
        .arg("--mint")
        .arg(format!("{}={fen}", payer.address().await));
    for person in everyone {
        command
            .arg("--fund")
            .arg(format!("{}=10000000000000000000", person.address().await));
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
