//! Opens one screen of the vault with sample content, to be looked at:
//!
//! ```sh
//! cargo run -p jiaozi-vault --example window_gallery -- approve zh-CN dark
//! ```
//!
//! `vault/tests/screenshots.sh` takes a picture of each. The words shown are
//! BIP-39's published test words.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a development tool, not part of the product"
)]

use std::env;
use std::thread;

use jiaozi_custody::{
    CertificateReading, Money, Party, PersonalPhrase, Reading, ReadingKind, SecretKind,
    ShopReading, Words,
};
use jiaozi_types::agent::{
    Appearance, AuthorizationForm, KeyRef, Language, Payee, QuickPayLimit, SpendPolicy, Theme,
};
use jiaozi_types::{
    Address, Asset, AssetId, ChainId, Clock, SystemClock, TillCertificate, sandbox,
};
use jiaozi_vault::prompt::window::windows;
use jiaozi_vault::prompt::{
    CancelToken, Confirmation, Notice, Prompt, SecretNeed, SecretPurpose, SecretTask,
    SecretTrouble, Session,
};

use alloy_primitives::{Address as EvmAddress, U256, address};

const SHOP: EvmAddress = address!("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
const MINE: EvmAddress = address!("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359");

/// Every screen that can be shown.
const SCREENS: [&str; 22] = [
    "phrase",
    "set-pin",
    "set-passphrase",
    "unlock",
    "unlock-wrong",
    "words",
    "words-24",
    "check",
    "restore",
    "approve",
    "approve-new",
    "approve-unknown",
    "approve-shop",
    "sweep",
    "certificate",
    "authorize",
    "cancel",
    "payee",
    "asset",
    "policy",
    "done",
    "done-later",
];

fn main() {
    let mut arguments = env::args().skip(1);
    let Some(screen) = arguments.next() else {
        println!("{}", SCREENS.join("\n"));
        return;
    };
    let chinese = arguments.next().is_some_and(|language| language == "zh-CN");
    let dark = arguments.next().is_some_and(|theme| theme == "dark");
    let look = Appearance {
        language: if chinese {
            Language::SimplifiedChinese
        } else {
            Language::English
        },
        theme: if dark { Theme::Dark } else { Theme::Light },
    };
    let (prompt, windows) = windows();
    thread::spawn(move || {
        let text = if chinese {
            "外婆的青花茶壶"
        } else {
            "grandmother's blue teapot"
        };
        let phrase = (screen != "phrase").then(|| PersonalPhrase::new(text).expect("a phrase"));
        let mut session = prompt
            .open(look, phrase, CancelToken::new())
            .expect("a window");
        show(session.as_mut(), &screen, chinese);
    });
    windows.run();
}

fn show(session: &mut dyn Session, screen: &str, chinese: bool) {
    let pin = SecretNeed::Secret(SecretKind::Pin);
    let unlock = SecretPurpose {
        task: SecretTask::Unlock,
        kind: SecretKind::Pin,
    };
    let count = if screen == "words-24" { 32 } else { 16 };
    let language = if chinese {
        jiaozi_types::agent::WordLanguage::SimplifiedChinese
    } else {
        jiaozi_types::agent::WordLanguage::English
    };
    let words = Words::from_entropy(&[0x7f; 32][..count], language).expect("test words");
    let _ = match screen {
        "phrase" => session.choose_personal_phrase().map(drop),
        "set-pin" => session.set_secret(SecretKind::Pin).map(drop),
        "set-passphrase" => session.set_secret(SecretKind::Passphrase).map(drop),
        "unlock" => session.ask_secret(unlock, None).map(drop),
        "unlock-wrong" => session
            .ask_secret(unlock, Some(SecretTrouble::Wrong { wait_seconds: 90 }))
            .map(drop),
        "words" | "words-24" => session.show_words(&words),
        "check" => session.check_words(&words),
        "restore" => session.enter_words().map(drop),
        "approve" => session
            .approve(&payment(Some(name(chinese))), pin, None)
            .map(drop),
        "approve-new" => session
            .approve(
                &payment(None),
                pin,
                Some(SecretTrouble::Wrong { wait_seconds: 0 }),
            )
            .map(drop),
        "approve-unknown" => session.approve(&unknown_token(), pin, None).map(drop),
        "approve-shop" => session.approve(&shop(chinese), pin, None).map(drop),
        "sweep" => session.approve(&sweep(), pin, None).map(drop),
        "certificate" => session.confirm(&certificate(chinese), pin, None).map(drop),
        "authorize" => session
            .approve(&authorization(name(chinese)), SecretNeed::None, None)
            .map(drop),
        "cancel" => session.approve(&cancellation(), pin, None).map(drop),
        "payee" => session
            .confirm(
                &Confirmation::SavePayee {
                    payee: Payee {
                        name: name(chinese),
                        address: Address::on_evm(sandbox::CHAIN_ID, SHOP),
                    },
                    replaces: None,
                },
                SecretNeed::None,
                None,
            )
            .map(drop),
        "asset" => session.confirm(&asset(), SecretNeed::None, None).map(drop),
        "policy" => session.confirm(&policy(), pin, None).map(drop),
        "done" => session.done(Notice::WalletMade),
        "done-later" => session.done(Notice::WalletMadeWithoutBackup),
        other => {
            println!("no screen {other}");
            Ok(())
        }
    };
}

fn name(chinese: bool) -> String {
    if chinese {
        "老王面馆"
    } else {
        "Wang's Noodles"
    }
    .to_owned()
}

fn yuan(fen: u64) -> Money {
    let asset = sandbox::yuan_asset();
    Money {
        asset: asset.id(),
        known: Some(asset),
        atoms: U256::from(fen),
    }
}

fn payment(name: Option<String>) -> Reading {
    let chain = ChainId::Eip155(sandbox::CHAIN_ID);
    let coin = AssetId::Coin { chain, slip44: 60 };
    Reading {
        kind: ReadingKind::CarriedAuthorization,
        signer: KeyRef::Account(0),
        shop: None,
        from: MINE,
        payee: Some(Party {
            address: Address::on_evm(sandbox::CHAIN_ID, SHOP),
            name,
        }),
        amount: Some(yuan(12_345_650)),
        chain,
        fee_cap: Some(Money {
            asset: coin,
            known: None,
            atoms: U256::ZERO,
        }),
        expires: Some(SystemClock.now().plus(900)),
        collateral: None,
        last_epoch: None,
    }
}

fn shop(chinese: bool) -> Reading {
    Reading {
        shop: Some(ShopReading {
            identity: MINE,
            name: Some(name(chinese)),
            claims: Some(name(chinese)),
        }),
        ..payment(None)
    }
}

fn sweep() -> Reading {
    Reading {
        kind: ReadingKind::Sweep { account: 0 },
        signer: KeyRef::Charge {
            till: 3,
            number: 17,
        },
        ..payment(None)
    }
}

fn certificate(chinese: bool) -> Confirmation {
    Confirmation::Certify(CertificateReading {
        certificate: TillCertificate {
            shop: name(chinese),
            till: SHOP,
            valid_before: SystemClock.now().plus(365 * 86_400).as_unix(),
        },
        account: 0,
        identity: MINE,
    })
}

fn authorization(name: String) -> Reading {
    Reading {
        kind: ReadingKind::Authorization(AuthorizationForm::Receive),
        fee_cap: None,
        ..payment(Some(name))
    }
}

fn unknown_token() -> Reading {
    let chain = ChainId::Eip155(1030);
    let token = AssetId::Token {
        chain,
        contract: SHOP,
    };
    let coin = Asset::new(AssetId::Coin { chain, slip44: 503 }, 18, "CFX").expect("an asset");
    Reading {
        kind: ReadingKind::TokenTransfer,
        payee: Some(Party {
            address: Address::on_evm(1030, MINE),
            name: None,
        }),
        amount: Some(Money {
            asset: token,
            known: None,
            atoms: U256::from(1_250_000_000_u64),
        }),
        chain,
        fee_cap: Some(Money {
            asset: coin.id(),
            known: Some(coin),
            atoms: U256::from(1_260_000_000_000_000_u64),
        }),
        expires: None,
        ..payment(None)
    }
}

fn cancellation() -> Reading {
    Reading {
        kind: ReadingKind::CancelTransaction,
        payee: None,
        amount: None,
        expires: None,
        ..unknown_token()
    }
}

fn asset() -> Confirmation {
    let id = AssetId::Token {
        chain: ChainId::Eip155(1030),
        contract: SHOP,
    };
    Confirmation::SaveAsset {
        asset: Asset::new(id, 6, "AxCNH").expect("an asset").in_yuan(),
        domain: Some(jiaozi_types::agent::TokenDomain {
            name: "AxCNH".to_owned(),
            version: "1".to_owned(),
            chain: ChainId::Eip155(1030),
            contract: SHOP,
        }),
        replaces: None,
    }
}

fn policy() -> Confirmation {
    let limit = |per_payment: u64, per_day: u64| SpendPolicy {
        quick_pay: vec![QuickPayLimit {
            asset: sandbox::yuan_asset().id(),
            per_payment: U256::from(per_payment),
            per_day: U256::from(per_day),
        }],
        lock_after_seconds: 900,
    };
    Confirmation::LoosenPolicy {
        from: limit(20_000, 100_000),
        to: SpendPolicy {
            lock_after_seconds: 3600,
            ..limit(50_000, 200_000)
        },
        assets: vec![sandbox::yuan_asset()],
    }
}
