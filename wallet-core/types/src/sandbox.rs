//! The sandbox ledger: play money for trying everything out. Its chain and the
//! sandbox yuan's contract are the same on every computer.

use alloy_primitives::{Address as EvmAddress, address};

use crate::agent::TokenDomain;
use crate::asset::{Asset, AssetId};
use crate::chain::ChainId;

/// The sandbox's EIP-155 chain id.
pub const CHAIN_ID: u64 = 10_231_023;

/// The sandbox yuan's contract.
pub const YUAN: EvmAddress = address!("0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03");

/// The sandbox yuan: 2 decimals, written `¥12.50`.
pub fn yuan_asset() -> Asset {
    Asset::sandbox_yuan(AssetId::Token {
        chain: ChainId::Eip155(CHAIN_ID),
        contract: YUAN,
    })
}

/// The sandbox's coin, in which its fees of zero are counted.
#[expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    reason = "constants within the bounds of `Asset::new`, checked by a test"
)]
pub fn coin_asset() -> Asset {
    let id = AssetId::Coin {
        chain: ChainId::Eip155(CHAIN_ID),
        slip44: 60,
    };
    Asset::new(id, 18, "SBC").expect("a plain symbol and eighteen decimals")
}

/// The sandbox yuan's EIP-712 domain.
pub fn yuan_domain() -> TokenDomain {
    TokenDomain {
        name: "Sandbox Yuan".to_owned(),
        version: "1".to_owned(),
        chain: ChainId::Eip155(CHAIN_ID),
        contract: YUAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coin_is_not_written_as_yuan() {
        assert!(!coin_asset().is_yuan());
    }

    #[test]
    fn the_yuan_is_written_as_yuan() {
        let asset = yuan_asset();
        assert!(asset.is_yuan());
        assert_eq!((asset.decimals(), asset.symbol()), (2, "SBY"));
        assert_eq!(
            asset.id().to_string(),
            "eip155:10231023/erc20:0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03"
        );
    }
}
