//! What restored words lead to, as people read it.

use jiaozi_wallet::api::AccountSearch;

use crate::failure::Failure;
use crate::output::{Column, Output};

/// What a search found: a network that was not searched is told as such, never
/// as one with nothing in it.
pub fn show(out: &Output, search: &AccountSearch) -> Result<(), Failure> {
    let messages = out.messages();
    let mut rows = Vec::new();
    for network in &search.networks {
        for found in &network.found {
            let balances: Vec<_> = found.balances.iter().map(|b| b.text.clone()).collect();
            rows.push(vec![
                network.name.clone(),
                found.account.to_string(),
                found.path.clone(),
                found.address.clone(),
                balances.join(", "),
            ]);
        }
    }
    let columns = [
        Column::Left("network"),
        Column::Right("number"),
        Column::Left("path"),
        Column::Left("address"),
        Column::Right("balance"),
    ];
    if rows.is_empty() {
        out.line(messages.text("search_nothing"))?;
    } else {
        out.table(&columns, rows)?;
    }
    for network in &search.networks {
        let looked_at = network.looked_at.to_string();
        let values = [("network", network.name.as_str()), ("count", &looked_at)];
        match &network.error {
            None => out.line(&messages.fill("search_done", &values))?,
            Some(error) => {
                let key = if network.looked_at == 0 {
                    "search_not"
                } else {
                    "search_partly"
                };
                out.line(&messages.fill(key, &values))?;
                let sentence = messages.sentence(&error.code.as_str(), &error.values);
                out.line(&sentence.what)?;
            }
        }
    }
    for network in &search.networks {
        for till in &network.tills {
            let till = till.to_string();
            let values = [("network", network.name.as_str()), ("till", &till)];
            out.line(&messages.fill("search_till", &values))?;
        }
    }
    if search.gap < 100 {
        out.line(messages.text("search_deeper"))?;
    }
    Ok(())
}
