//! Networks, their nodes, and where the person is.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum Network {
    /// List the networks
    List {
        /// List those that ship with the wallet, to be added with an endpoint
        #[arg(long)]
        presets: bool,
    },
    /// Show all that is known of a network
    Show {
        /// The CAIP-2 id or the name; the one in use when left out
        network: Option<String>,
    },
    /// Choose the network in use
    Use {
        /// The CAIP-2 id or the name
        network: String,
    },
    /// Add a network; its node must answer
    Add(Box<NetworkAdd>),
    /// Remove a network; its history stays
    Remove {
        /// The CAIP-2 id or the name
        network: String,
    },
    /// Look at a network's endpoints and tokens, and say what is seen
    Test {
        /// The CAIP-2 id or the name; the one in use when left out
        network: Option<String>,
        /// A network that is not added yet, as JSON
        #[arg(long, value_name = "FILE", conflicts_with = "network")]
        file: Option<PathBuf>,
    },
    /// Say where you are; it decides which tokens are offered
    Region {
        /// The region; without it, the one that is set is shown
        region: Option<RegionChoice>,
    },
}

/// Where people say they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegionChoice {
    /// Not said
    Unset,
    /// Mainland China
    MainlandChina,
    /// Anywhere else
    Elsewhere,
}

#[derive(Debug, Args)]
pub struct NetworkAdd {
    /// A preset of `jiaozi network list --presets`, or a node's URL
    #[arg(value_name = "PRESET|URL", conflicts_with = "file", required_unless_present_any = ["file", "id"])]
    pub preset: Option<String>,
    /// All values as JSON, after networks/schema.json
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "name", "coin", "token", "finality", "real_money"])]
    pub file: Option<PathBuf>,
    /// The CAIP-2 id, as in eip155:1030; asked of the node when left out
    #[arg(long, conflicts_with = "preset")]
    pub id: Option<String>,
    /// The name
    #[arg(long)]
    pub name: Option<String>,
    /// A node: https://…, or http:// on this computer; up to 8 times
    #[arg(long, value_name = "URL")]
    pub endpoint: Vec<String>,
    /// A header for every node, as in 'x-api-key: …'; @FILE reads it from a file
    #[arg(long, value_name = "NAME: VALUE")]
    pub header: Vec<String>,
    /// A proxy for nodes elsewhere, as in socks5h://127.0.0.1:9050
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// The code of the chain's coin
    #[arg(long, value_name = "CODE")]
    pub coin: Option<String>,
    /// A token's contract, the main one first; with :yuan after it where it counts yuan
    #[arg(long, value_name = "ADDRESS[:yuan]")]
    pub token: Vec<String>,
    /// When a payment is final: immediate, finalized, a number of blocks, or (Core Space) risk
    #[arg(long, value_name = "RULE")]
    pub finality: Option<String>,
    /// The first block whose payments count
    #[arg(long, value_name = "NUMBER")]
    pub first_block: Option<u64>,
    /// Its money is real
    #[arg(long)]
    pub real_money: bool,
    /// Choose it at once
    #[arg(long = "use")]
    pub select: bool,
}
