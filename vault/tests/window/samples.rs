//! What is asked about in the tests.

use alloy_primitives::{Address as EvmAddress, U256, address};
use jiaozi_custody::{
    CertificateReading, Money, Party, Reading, ReadingKind, Secret, SecretKind, ShopReading,
};
use jiaozi_types::agent::{KeyRef, Payee, QuickPayLimit, SpendPolicy, TokenDomain};
use jiaozi_types::{Address, Asset, AssetId, ChainId, TillCertificate, Timestamp, sandbox};
use jiaozi_vault::prompt::{Confirmation, SecretNeed, SecretPurpose, SecretTask};

/// BIP-39's published words of 16 zero bytes.
pub const ABOUT: &str = "abandon abandon abandon abandon abandon abandon abandon abandon \
                         abandon abandon abandon about";
/// The fingerprint of their wallet.
pub const FINGERPRINT: &str = "73c5da0a";
/// BIP-39's published words of 16 bytes of 0x7f.
pub const TWELVE: &str =
    "legal winner thank year wave sausage worth useful legal winner thank yellow";
pub const SHOP: EvmAddress = address!("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
pub const PIN: SecretNeed = SecretNeed::Secret(SecretKind::Pin);

pub fn same(secret: &Secret, text: &str) -> bool {
    secret.same_as(&Secret::new(text.to_owned()))
}

pub fn unlock() -> SecretPurpose {
    SecretPurpose {
        task: SecretTask::Unlock,
        kind: SecretKind::Pin,
    }
}

pub fn payment(name: Option<&str>) -> Reading {
    let chain = ChainId::Eip155(sandbox::CHAIN_ID);
    let yuan = sandbox::yuan_asset();
    Reading {
        kind: ReadingKind::CarriedAuthorization,
        signer: KeyRef::Account(0),
        shop: None,
        from: address!("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
        payee: Some(Party {
            address: Address::on_evm(sandbox::CHAIN_ID, SHOP),
            name: name.map(str::to_owned),
        }),
        amount: Some(Money {
            asset: yuan.id(),
            known: Some(yuan),
            atoms: U256::from(123_450),
        }),
        chain,
        fee_cap: Some(Money {
            asset: AssetId::Coin { chain, slip44: 60 },
            known: None,
            atoms: U256::ZERO,
        }),
        expires: Some(Timestamp::from_unix(1_795_381_500)),
        collateral: None,
        last_epoch: None,
    }
}

pub fn to_a_shop(name: Option<&str>, claims: Option<&str>) -> Reading {
    Reading {
        shop: Some(ShopReading {
            identity: address!("0x8e23EE67d1332aD560396262C48ffbB01f93D052"),
            name: name.map(str::to_owned),
            claims: claims.map(str::to_owned),
        }),
        ..payment(None)
    }
}

pub fn confirmations() -> Vec<(Confirmation, Vec<&'static str>)> {
    let limit = |per_payment: u64, per_day: u64, lock_after_seconds: u32| SpendPolicy {
        quick_pay: vec![QuickPayLimit {
            asset: sandbox::yuan_asset().id(),
            per_payment: U256::from(per_payment),
            per_day: U256::from(per_day),
        }],
        lock_after_seconds,
    };
    let token = AssetId::Token {
        chain: ChainId::Eip155(1030),
        contract: SHOP,
    };
    vec![
        (
            Confirmation::RemoveWallet {
                fingerprint: "73c5da0a".to_owned(),
            },
            vec!["Remove the wallet", "73c5da0a", "The money stays", "till"],
        ),
        (
            Confirmation::SavePayee {
                payee: Payee {
                    name: "Wang's Noodles".to_owned(),
                    address: Address::on_evm(1030, SHOP),
                },
                replaces: Some("Old Wang".to_owned()),
            },
            vec![
                "Wang's Noodles",
                "Old Wang",
                "it will be replaced",
                "Conflux eSpace",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            ],
        ),
        (
            Confirmation::SaveAsset {
                asset: Asset::new(token, 6, "AxCNH").unwrap().in_yuan(),
                domain: Some(TokenDomain {
                    name: "AxCNH".to_owned(),
                    version: "1".to_owned(),
                    chain: ChainId::Eip155(1030),
                    contract: SHOP,
                }),
                replaces: None,
            },
            vec![
                "AxCNH",
                "6",
                "¥",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            ],
        ),
        (
            Confirmation::LoosenPolicy {
                from: limit(0, 100_000, 900),
                to: limit(50_000, 100_000, 3600),
                assets: vec![sandbox::yuan_asset()],
            },
            vec!["SBY", "always ask", "¥500.00", "15 min", "1 h"],
        ),
        (
            Confirmation::Certify(CertificateReading {
                certificate: TillCertificate {
                    shop: "Wang's Noodles".to_owned(),
                    till: address!("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
                    valid_before: 1_795_381_500,
                },
                account: 0,
                identity: SHOP,
            }),
            vec![
                "Let a till use your shop's name",
                "Wang's Noodles",
                "No money moves",
                "2026",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            ],
        ),
    ]
}
