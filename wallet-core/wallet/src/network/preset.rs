//! Networks that ship with the wallet: files of the same format as anyone's.

use super::is_offered;
use crate::api::{NetworkInput, NetworkPreset, Region};
use crate::book::Book;
use crate::error::WalletError;

/// Short name and file.
const FILES: [(&str, &str); 7] = [
    (
        "conflux-espace",
        include_str!("../../networks/conflux-espace.json"),
    ),
    (
        "conflux-espace-test",
        include_str!("../../networks/conflux-espace-test.json"),
    ),
    (
        "conflux-core",
        include_str!("../../networks/conflux-core.json"),
    ),
    (
        "conflux-core-test",
        include_str!("../../networks/conflux-core-test.json"),
    ),
    (
        "bsn-spartan-1",
        include_str!("../../networks/bsn-spartan-1.json"),
    ),
    (
        "bsn-spartan-2",
        include_str!("../../networks/bsn-spartan-2.json"),
    ),
    (
        "bsn-spartan-3",
        include_str!("../../networks/bsn-spartan-3.json"),
    ),
];

/// The presets, with the tokens that are offered in `region`.
pub fn presets(book: &Book, region: Region) -> Result<Vec<NetworkPreset>, WalletError> {
    let networks = book.networks()?;
    let mut presets = Vec::new();
    for (key, file) in FILES {
        let mut network = NetworkInput::read(file.as_bytes())?;
        let real = network.real_money;
        let (offered, withheld) = std::mem::take(&mut network.tokens)
            .into_iter()
            .partition::<Vec<_>, _>(|token| {
                let symbol = token.symbol.as_deref().unwrap_or_default();
                is_offered(region, real, token.yuan, symbol)
            });
        network.tokens = offered;
        presets.push(NetworkPreset {
            key: key.to_owned(),
            added: networks
                .iter()
                .any(|known| known.chain.to_string() == network.id),
            network,
            withheld: withheld
                .into_iter()
                .filter_map(|token| token.symbol)
                .collect(),
        });
    }
    Ok(presets)
}
