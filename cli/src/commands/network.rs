//! Networks and their nodes.

use std::path::Path;

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{
    EndpointInput, ErrorCode, FinalityRule, NetworkCheck, NetworkInput, NetworkView, TokenInput,
};

use crate::failure::{Failure, OwnCode, own};
use crate::messages::Messages;
use crate::options::{Network, NetworkAdd};
use crate::output::{Column, Output};
use crate::progress;
use crate::session::Session;
use crate::wording;

/// `jiaozi network`
pub async fn run(session: &Session, command: &Network) -> Result<(), Failure> {
    // What is wrong with the values is said before anyone types a PIN.
    let input = match command {
        Network::Add(options) => Some(input(options)?),
        Network::Test { file, .. } => file.as_deref().map(read_file).transpose()?,
        Network::List | Network::Use { .. } | Network::Remove { .. } => None,
    };
    let wallet = session.ready().await?;
    match (command, input) {
        (Network::List, _) => {
            let networks = wallet.networks().await?;
            session.end(&wallet).await;
            session.out.answer(&networks, |out| table(out, &networks))
        }
        (Network::Use { network }, _) => {
            let id = find(&wallet, network).await?.id;
            choose(session, &wallet, id).await
        }
        (Network::Add(options), Some(input)) => add(session, &wallet, options, input).await,
        (Network::Remove { network }, _) => {
            let network = find(&wallet, network).await?;
            wallet.remove_network(network.id.clone()).await?;
            session.end(&wallet).await;
            session.out.answer(&network, |out| {
                let values = [("name", network.name.as_str())];
                out.line(&out.messages().fill("network_removed", &values))
            })
        }
        (Network::Test { network, .. }, input) => {
            test(session, &wallet, network.as_deref(), input).await
        }
        (Network::Add(_), None) => Err(ErrorCode::Internal.into()),
    }
}

async fn choose(session: &Session, wallet: &Wallet, id: String) -> Result<(), Failure> {
    let state = wallet.select_network(id).await?;
    session.end(wallet).await;
    session.out.answer(&state.network, |out| {
        let name = wording::network_name(out.messages(), &state.network);
        out.line(&out.messages().fill("network_used", &[("name", &name)]))?;
        if state.network.real_money {
            out.line(out.messages().text("network_real"))?;
        }
        Ok(())
    })
}

async fn add(
    session: &Session,
    wallet: &Wallet,
    options: &NetworkAdd,
    input: NetworkInput,
) -> Result<(), Failure> {
    // The vault asks for each asset: no moving line on its terminal.
    let network = wallet.add_network(input).await?;
    if options.select {
        return choose(session, wallet, network.id).await;
    }
    session.end(wallet).await;
    session.out.answer(&network, |out| {
        let values = [("name", network.name.as_str()), ("id", &network.id)];
        out.line(&out.messages().fill("network_added", &values))
    })
}

async fn test(
    session: &Session,
    wallet: &Wallet,
    named: Option<&str>,
    input: Option<NetworkInput>,
) -> Result<(), Failure> {
    let check = async {
        match (input, named) {
            (Some(input), _) => Ok(wallet.check_new_network(input).await?),
            (None, Some(named)) => Ok(wallet.check_network(find(wallet, named).await?.id).await?),
            (None, None) => {
                let id = wallet.state().await?.network.id;
                Ok(wallet.check_network(id).await?)
            }
        }
    };
    let check: Result<NetworkCheck, Failure> =
        progress::during(&session.out, "asking_ledger", check).await;
    let check = check?;
    session.end(wallet).await;
    session.out.answer(&check, |out| {
        if check.error.is_some() {
            return Ok(());
        }
        let messages = out.messages();
        out.line(messages.text("network_usable"))?;
        let tokens = check.tokens.iter().map(|(asset, authorizes)| {
            let key = if *authorizes {
                "takes_authorizations"
            } else {
                "takes_transfers"
            };
            format!("{} ({})", asset.symbol, messages.text(key))
        });
        let tokens = tokens.collect::<Vec<_>>().join(messages.text("list_gap"));
        out.facts(&[
            ("chain", check.chain.clone()),
            ("block", check.block.map(|block| block.to_string())),
            ("node", check.client.clone()),
            ("tokens", Some(tokens).filter(|tokens| !tokens.is_empty())),
        ])
    })?;
    match check.error {
        Some(error) => Err(Failure::Seen(Box::new(error))),
        None => Ok(()),
    }
}

/// A network by its id or its name.
async fn find(wallet: &Wallet, wanted: &str) -> Result<NetworkView, Failure> {
    let wanted = wanted.trim().to_lowercase();
    let networks = wallet.networks().await?;
    networks
        .into_iter()
        .find(|network| {
            network.id == wanted
                || network.name.to_lowercase() == wanted
                || (network.sandbox && wanted == "sandbox")
        })
        .ok_or_else(|| ErrorCode::UnknownNetwork.into())
}

fn input(options: &NetworkAdd) -> Result<NetworkInput, Failure> {
    if let Some(file) = &options.file {
        return read_file(file);
    }
    let finality = match options.finality.as_str() {
        "immediate" => FinalityRule::Immediate,
        "finalized" => FinalityRule::Finalized,
        "risk" => FinalityRule::Risk { exponent: 8 },
        blocks => FinalityRule::Depth {
            blocks: blocks.parse().map_err(|_| ErrorCode::NetworkMalformed)?,
        },
    };
    let endpoints = options.endpoint.iter().map(|url| EndpointInput {
        url: url.clone(),
        headers: Vec::new(),
    });
    let tokens = options.token.iter().map(|token| {
        let (contract, yuan) = match token.strip_suffix(":yuan") {
            Some(contract) => (contract, true),
            None => (token.as_str(), false),
        };
        TokenInput {
            contract: contract.to_owned(),
            yuan,
        }
    });
    Ok(NetworkInput {
        id: options.id.clone().unwrap_or_default(),
        name: options.name.clone().unwrap_or_default(),
        real_money: options.real_money,
        coin_symbol: options.coin.clone(),
        endpoints: endpoints.collect(),
        tokens: tokens.collect(),
        finality,
    })
}

fn read_file(file: &Path) -> Result<NetworkInput, Failure> {
    let name = file.display().to_string();
    let bytes =
        std::fs::read(file).map_err(|_| own(OwnCode::FileUnreadable, [("file", name.clone())]))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let values = [
            ("file", name),
            ("line", error.line().to_string()),
            ("column", error.column().to_string()),
        ];
        own(OwnCode::NetworkFile, values)
    })
}

fn table(out: &Output, networks: &[NetworkView]) -> Result<(), Failure> {
    let messages = out.messages();
    let rows = networks.iter().map(|network| {
        let mark = if network.selected { "*" } else { "" };
        let money = if network.real_money {
            "money_real"
        } else {
            "money_play"
        };
        let hosts = network
            .endpoints
            .iter()
            .map(|endpoint| endpoint.host.clone());
        let hosts: Vec<_> = hosts.collect();
        let symbols = network.tokens.iter().chain([&network.coin]);
        let symbols: Vec<_> = symbols.map(|asset| asset.symbol.clone()).collect();
        vec![
            mark.to_owned(),
            network.id.clone(),
            wording::network_name(messages, network),
            symbols.join(" "),
            messages.text(money).to_owned(),
            finality(messages, network.finality),
            hosts.join(" "),
        ]
    });
    let columns = [
        Column::Left("in_use"),
        Column::Left("id"),
        Column::Left("name"),
        Column::Left("tokens"),
        Column::Left("money"),
        Column::Left("finality"),
        Column::Left("nodes"),
    ];
    out.table(&columns, rows.collect())
}

fn finality(messages: &Messages, rule: FinalityRule) -> String {
    match rule {
        FinalityRule::Immediate => messages.text("finality_immediate").to_owned(),
        FinalityRule::Finalized => messages.text("finality_finalized").to_owned(),
        FinalityRule::Risk { exponent } => {
            messages.fill("finality_risk", &[("exponent", &exponent.to_string())])
        }
        FinalityRule::Depth { blocks } => {
            messages.fill("finality_depth", &[("blocks", &blocks.to_string())])
        }
    }
}
