//! `jiaozi network test`: what a look at a network saw, in plain sentences.

use std::path::Path;

use jiaozi_wallet::api::{EndpointAgreement, EndpointCheck, NetworkCheck, TokenCheck};

use super::{network, network_input};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::output::Output;
use crate::progress;
use crate::session::Session;
use crate::wording;

/// A block older than this many seconds deserves a word.
const OLD: u64 = 600;

/// Looks, says what it sees, and fails when payments cannot be made.
pub async fn run(
    session: &Session,
    named: Option<&str>,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let input = file.map(network_input::read_file).transpose()?;
    let wallet = session.ready().await?;
    let check = async {
        match input {
            Some(input) => Ok(wallet.check_new_network(input).await?),
            None => {
                let id = network::named_or_used(&wallet, named).await?.id;
                Ok::<_, Failure>(wallet.check_network(id).await?)
            }
        }
    };
    let check = progress::during(&session.out, "asking_ledger", check).await?;
    session.end(&wallet).await;
    session.out.answer(&check, |out| report(out, &check))?;
    match check.error {
        Some(error) => Err(Failure::Seen(Box::new(error))),
        None => Ok(()),
    }
}

fn report(out: &Output, check: &NetworkCheck) -> Result<(), Failure> {
    let messages = out.messages();
    for endpoint in &check.endpoints {
        out.line(&endpoint_says(messages, endpoint))?;
    }
    if check.error.is_some() {
        return Ok(());
    }
    out.line(messages.text(match check.agreement {
        EndpointAgreement::Single => "check_single",
        EndpointAgreement::Agreed => "check_agreed",
        EndpointAgreement::Disagreed => "check_disagreed",
    }))?;
    let behind = check.block.zip(check.final_block);
    out.line(&match behind {
        Some((head, newest)) => {
            let blocks = head.saturating_sub(newest).to_string();
            messages.fill("check_final", &[("blocks", &blocks)])
        }
        None => messages.text("check_not_final").to_owned(),
    })?;
    for token in &check.tokens {
        out.line(&token_says(messages, token))?;
    }
    out.line(messages.text("network_usable"))
}

fn endpoint_says(messages: &Messages, endpoint: &EndpointCheck) -> String {
    if let Some(error) = &endpoint.error {
        let what = messages.sentence(&error.code.as_str(), &error.values).what;
        return messages.fill(
            "check_endpoint_bad",
            &[("host", &endpoint.host), ("what", &what)],
        );
    }
    let age = endpoint.age_seconds.unwrap_or_default();
    let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let values = [
        ("host", endpoint.host.clone()),
        ("chain", endpoint.chain.clone().unwrap_or_default()),
        ("block", number(endpoint.block)),
        ("age", wording::seconds(messages, age)),
        ("latency", number(endpoint.latency_ms.map(u64::from))),
        (
            "client",
            endpoint.client.clone().unwrap_or_else(|| "?".to_owned()),
        ),
    ];
    let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
    let text = messages.fill("check_endpoint_good", &values);
    if age > OLD {
        format!(
            "{text}{}{}",
            messages.text("sentence_gap"),
            messages.text("check_endpoint_old")
        )
    } else {
        text
    }
}

fn token_says(messages: &Messages, token: &TokenCheck) -> String {
    let key = match (token.authorizes, token.permits) {
        (true, _) => "check_token_authorizes",
        (false, true) => "check_token_permits",
        (false, false) => "check_token_plain",
    };
    let values = [
        ("symbol", token.asset.symbol.as_str()),
        ("name", token.name.as_deref().unwrap_or("?")),
        ("decimals", &token.asset.decimals.to_string()),
    ];
    messages.fill(key, &values)
}
