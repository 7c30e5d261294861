//! Networks and their nodes.

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{ErrorCode, FinalityRule, NetworkPreset, NetworkView, Region};

use super::network_input;
use super::network_test;
use crate::failure::Failure;
use crate::messages::Messages;
use crate::options::{Network, NetworkAdd, RegionChoice};
use crate::output::{Column, Output};
use crate::session::Session;
use crate::wording;

/// `jiaozi network`
pub async fn run(session: &Session, command: &Network) -> Result<(), Failure> {
    match command {
        Network::List { presets: true } => presets(session).await,
        Network::List { presets: false } => {
            let wallet = session.ready().await?;
            let networks = wallet.networks().await?;
            session.end(&wallet).await;
            session.out.answer(&networks, |out| table(out, &networks))
        }
        Network::Show { network } => show(session, network.as_deref()).await,
        Network::Use { network } => {
            let wallet = session.ready().await?;
            let id = find(&wallet, network).await?.id;
            choose(session, &wallet, id).await
        }
        Network::Add(options) => add(session, options).await,
        Network::Remove { network } => {
            let wallet = session.ready().await?;
            let network = find(&wallet, network).await?;
            wallet.remove_network(network.id.clone()).await?;
            session.end(&wallet).await;
            session.out.answer(&network, |out| {
                let name = wording::network_name(out.messages(), &network);
                out.line(&out.messages().fill("network_removed", &[("name", &name)]))
            })
        }
        Network::Test { network, file } => {
            network_test::run(session, network.as_deref(), file.as_deref()).await
        }
        Network::Region { region } => region_of(session, *region).await,
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

async fn add(session: &Session, options: &NetworkAdd) -> Result<(), Failure> {
    // What is wrong with the values is said before anyone types a PIN.
    network_input::check(options)?;
    let wallet = session.ready().await?;
    let (input, withheld) = network_input::read(&wallet, options).await?;
    // The vault asks for each asset: no moving line on its terminal.
    let network = wallet.add_network(input).await?;
    if !session.out.is_json() {
        for symbol in &withheld {
            let text = session.out.messages();
            session
                .out
                .line(&text.fill("network_withheld", &[("symbol", symbol)]))?;
        }
    }
    if options.select {
        return choose(session, &wallet, network.id).await;
    }
    session.end(&wallet).await;
    session.out.answer(&network, |out| {
        let name = wording::network_name(out.messages(), &network);
        let values = [("name", name.as_str()), ("id", &network.id)];
        out.line(&out.messages().fill("network_added", &values))
    })
}

async fn region_of(session: &Session, region: Option<RegionChoice>) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let state = match region {
        None => wallet.state().await?,
        Some(choice) => {
            let region = match choice {
                RegionChoice::Unset => Region::Unset,
                RegionChoice::MainlandChina => Region::MainlandChina,
                RegionChoice::Elsewhere => Region::Elsewhere,
            };
            wallet.set_region(region).await?
        }
    };
    session.end(&wallet).await;
    let answer = serde_json::json!({ "region": state.region });
    session.out.answer(&answer, |out| {
        let key = match state.region {
            Region::Unset => "region_unset",
            Region::MainlandChina => "region_mainland_china",
            Region::Elsewhere => "region_elsewhere",
        };
        out.line(out.messages().text(key))?;
        out.line(out.messages().text("region_why"))
    })
}

/// A network by its id or one of its names.
pub async fn find(wallet: &Wallet, wanted: &str) -> Result<NetworkView, Failure> {
    let wanted = wanted.trim().to_lowercase();
    let named = |name: &str| name.to_lowercase() == wanted;
    let networks = wallet.networks().await?;
    networks
        .into_iter()
        .find(|network| {
            network.id == wanted
                || named(&network.name)
                || network.name_zh.as_deref().is_some_and(named)
        })
        .ok_or_else(|| ErrorCode::UnknownNetwork.into())
}

/// The network that is named, or the one in use.
pub async fn named_or_used(wallet: &Wallet, named: Option<&str>) -> Result<NetworkView, Failure> {
    match named {
        Some(named) => find(wallet, named).await,
        None => Ok(wallet.state().await?.network),
    }
}

async fn show(session: &Session, named: Option<&str>) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let network = named_or_used(&wallet, named).await?;
    session.end(&wallet).await;
    session.out.answer(&network, |out| {
        let messages = out.messages();
        let money = if network.real_money {
            "money_real"
        } else {
            "money_play"
        };
        let tokens: Vec<_> = network
            .tokens
            .iter()
            .map(|token| format!("{} ({})", token.symbol, token.id))
            .collect();
        let nodes: Vec<_> = network
            .endpoints
            .iter()
            .map(|endpoint| match endpoint.headers {
                0 => endpoint.host.clone(),
                headers => {
                    let values = [
                        ("host", endpoint.host.as_str()),
                        ("count", &headers.to_string()),
                    ];
                    messages.fill("node_with_headers", &values)
                }
            })
            .collect();
        let some = |texts: Vec<String>| Some(texts.join("\n")).filter(|text| !text.is_empty());
        out.facts(&[
            ("name", Some(wording::network_name(messages, &network))),
            ("id", Some(network.id.clone())),
            ("money", Some(messages.text(money).to_owned())),
            ("coin", Some(network.coin.symbol.clone())),
            ("tokens", some(tokens)),
            ("finality", Some(finality(messages, network.finality))),
            ("nodes", some(nodes)),
            ("proxy", network.proxy.clone()),
            ("first_block", Some(network.first_block.to_string())),
        ])
    })
}

async fn presets(session: &Session) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    let presets = wallet.network_presets().await?;
    session.end(&wallet).await;
    session.out.answer(&presets, |out| {
        let rows = presets
            .iter()
            .map(|preset| preset_row(out.messages(), preset));
        let columns = [
            Column::Left("preset"),
            Column::Left("id"),
            Column::Left("name"),
            Column::Left("money"),
            Column::Left("about"),
        ];
        out.table(&columns, rows.collect())?;
        out.line(out.messages().text("presets_next"))
    })
}

fn preset_row(messages: &Messages, preset: &NetworkPreset) -> Vec<String> {
    let network = &preset.network;
    let money = if network.real_money {
        "money_real"
    } else {
        "money_play"
    };
    let about = wording::either(messages, &network.about, &network.about_zh);
    vec![
        preset.key.clone(),
        network.id.clone(),
        wording::either(messages, &Some(network.name.clone()), &network.name_zh),
        messages.text(money).to_owned(),
        match preset.added {
            true => messages.text("preset_added").to_owned(),
            false => about,
        },
    ]
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
