//! A network's values out of the command line: from a preset, a file, a URL,
//! and what is said besides.

use std::path::Path;

use jiaozi_wallet::api::{EndpointInput, ErrorCode, FinalityRule, NetworkInput, TokenInput};
use jiaozi_wallet::{Wallet, WalletError};

use crate::failure::{Failure, OwnCode, own};
use crate::options::NetworkAdd;

/// Checks what can be checked without a wallet.
pub fn check(options: &NetworkAdd) -> Result<(), Failure> {
    if let Some(file) = &options.file {
        read_file(file)?;
    }
    headers(options)?;
    finality(options)?;
    Ok(())
}

/// The network, and the codes of a preset's tokens that are not offered here.
pub async fn read(
    wallet: &Wallet,
    options: &NetworkAdd,
) -> Result<(NetworkInput, Vec<String>), Failure> {
    let mut withheld = Vec::new();
    let mut urls = options.endpoint.clone();
    let mut input = match (&options.file, &options.preset) {
        (Some(file), _) => read_file(file)?,
        (None, Some(url)) if url.contains("://") => {
            urls.insert(0, url.clone());
            NetworkInput::default()
        }
        (None, Some(key)) => {
            let presets = wallet.network_presets().await?;
            let preset = presets.into_iter().find(|preset| preset.key == *key);
            let preset =
                preset.ok_or_else(|| own(OwnCode::PresetUnknown, [("key", key.clone())]))?;
            withheld = preset.withheld;
            if urls.is_empty() && preset.network.endpoints.is_empty() {
                let form = preset.network.endpoint_form.clone();
                let form = form.unwrap_or_else(|| "https://HOST/…".to_owned());
                return Err(own(OwnCode::EndpointNeeded, [("form", form)]));
            }
            preset.network
        }
        (None, None) => NetworkInput::default(),
    };
    let by_hand = options.file.is_none() && input.id.is_empty();
    if by_hand {
        input.id = options.id.clone().unwrap_or_default();
        input.coin_symbol = "ETH".to_owned();
        input.real_money = options.real_money;
    }
    add_to(&mut input, options, urls)?;
    if by_hand && input.id.is_empty() {
        input.id = wallet.chain_at(&input).await?;
    }
    if by_hand && input.name.is_empty() {
        input.name.clone_from(&input.id);
    }
    Ok((input, withheld))
}

/// What the command line says besides.
fn add_to(
    input: &mut NetworkInput,
    options: &NetworkAdd,
    urls: Vec<String>,
) -> Result<(), Failure> {
    let headers = headers(options)?;
    input
        .endpoints
        .extend(urls.into_iter().map(|url| EndpointInput {
            url,
            ..EndpointInput::default()
        }));
    for endpoint in &mut input.endpoints {
        endpoint.headers.extend(headers.iter().cloned());
    }
    input.tokens.extend(options.token.iter().map(|token| {
        let (contract, yuan) = match token.strip_suffix(":yuan") {
            Some(contract) => (contract, true),
            None => (token.as_str(), false),
        };
        TokenInput {
            contract: contract.to_owned(),
            yuan,
            symbol: None,
        }
    }));
    if let Some(name) = &options.name {
        input.name.clone_from(name);
        input.name_zh = None;
    }
    if let Some(coin) = &options.coin {
        input.coin_symbol.clone_from(coin);
    }
    if let Some(rule) = finality(options)? {
        input.finality = rule;
    }
    input.real_money |= options.real_money;
    input.proxy = options.proxy.clone().or(input.proxy.take());
    input.first_block = options.first_block.or(input.first_block);
    Ok(())
}

fn finality(options: &NetworkAdd) -> Result<Option<FinalityRule>, Failure> {
    Ok(match options.finality.as_deref() {
        None => None,
        Some("immediate") => Some(FinalityRule::Immediate),
        Some("finalized") => Some(FinalityRule::Finalized),
        Some("risk") => Some(FinalityRule::Risk { exponent: 8 }),
        Some(blocks) => Some(FinalityRule::Depth {
            blocks: blocks.parse().map_err(|_| ErrorCode::NetworkMalformed)?,
        }),
    })
}

/// Headers, which may hold access keys: better in a file than in the shell's
/// history.
fn headers(options: &NetworkAdd) -> Result<Vec<(String, String)>, Failure> {
    let read = |text: &String| {
        let line = match text.strip_prefix('@') {
            Some(file) => std::fs::read_to_string(file)
                .map_err(|_| own(OwnCode::FileUnreadable, [("file", file.to_owned())]))?,
            None => text.clone(),
        };
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| Failure::from(OwnCode::HeaderMalformed))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    options.header.iter().map(read).collect()
}

/// A network file.
pub fn read_file(file: &Path) -> Result<NetworkInput, Failure> {
    let name = file.display().to_string();
    let bytes =
        std::fs::read(file).map_err(|_| own(OwnCode::FileUnreadable, [("file", name.clone())]))?;
    NetworkInput::read(&bytes).map_err(|error| match &error {
        WalletError::Rule {
            code: ErrorCode::NetworkMalformed,
            values,
        } => {
            let value = |key: &str| values.get(key).cloned().unwrap_or_default();
            let values = [
                ("file", name),
                ("line", value("line")),
                ("column", value("column")),
            ];
            own(OwnCode::NetworkFile, values)
        }
        _ => error.into(),
    })
}
