//! Published vectors: BIP-39, BIP-32, EIP-155, EIP-712, and signatures made by
//! eth-account. Each file in `tests/vectors` names its source.

use alloy_primitives::{B256, address, b256, hex, keccak256};
use alloy_sol_types::{SolStruct, eip712_domain, sol};
use bip32::{DerivationPath, Prefix, XPrv};
use jiaozi_types::Timestamp;
use jiaozi_types::agent::{KeyRef, SignRequest, Signed, ToSign, WordLanguage};
use k256::ecdsa::SigningKey;
use serde::Deserialize;

use crate::Secret;
use crate::keys::{Keys, coin_of_request};
use crate::reading::{self, Signers};
use crate::signing::sign;
use crate::vault::EmptyBook;
use crate::vault::carry_out;
use crate::words::{Words, WordsPassphrase};

#[derive(Deserialize)]
struct Bip39 {
    english: Vec<[String; 4]>,
    chinese_simplified: Vec<[String; 4]>,
}

#[test]
fn bip39() {
    let vectors: Bip39 = serde_json::from_str(include_str!("../tests/vectors/bip39.json")).unwrap();
    let languages = [
        (WordLanguage::English, vectors.english),
        (WordLanguage::SimplifiedChinese, vectors.chinese_simplified),
    ];
    for (language, vectors) in languages {
        assert_eq!(vectors.len(), 24);
        let trezor = WordsPassphrase::new(&Secret::new("TREZOR".into())).unwrap();
        for [entropy, text, seed, root] in vectors {
            let words = Words::parse(&text).unwrap();
            assert_eq!(words.language(), language);
            assert_eq!(hex::encode(words.entropy().as_slice()), entropy);
            assert_eq!(
                words,
                Words::from_entropy(&words.entropy(), language).unwrap()
            );
            let with_passphrase = words.seed_under(&trezor);
            assert_eq!(hex::encode(with_passphrase.as_slice()), seed);
            let key = XPrv::new(with_passphrase.as_slice()).unwrap();
            assert_eq!(key.to_string(Prefix::XPRV).as_str(), root);
        }
    }
}

#[derive(Deserialize)]
struct Bip32 {
    chains: Vec<Chain>,
}

#[derive(Deserialize)]
struct Chain {
    seed: String,
    path: String,
    xprv: String,
    xpub: String,
}

#[test]
fn bip32() {
    let vectors: Bip32 = serde_json::from_str(include_str!("../tests/vectors/bip32.json")).unwrap();
    assert!(vectors.chains.len() >= 17);
    for chain in vectors.chains {
        let seed = hex::decode(&chain.seed).unwrap();
        let path: DerivationPath = chain.path.parse().unwrap();
        let key = XPrv::derive_from_path(&seed, &path).unwrap();
        assert_eq!(key.to_string(Prefix::XPRV).as_str(), chain.xprv);
        assert_eq!(key.public_key().to_string(Prefix::XPUB), chain.xpub);
    }
}

/// The example of EIP-155.
#[test]
fn eip155() {
    let unsigned = hex!(
        "ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080"
    );
    let transaction = reading::Unsigned::decode(&unsigned).unwrap();
    let digest = keccak256(transaction.encode());
    assert_eq!(
        digest,
        b256!("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
    );
    let key = SigningKey::from_slice(&[0x46; 32]).unwrap();
    let (raw, _) = transaction.into_signed(sign(&key, digest));
    assert_eq!(
        hex::encode(raw),
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025\
         a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276\
         a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
    );
}

sol! {
    struct Person { string name; address wallet; }
    struct Mail { Person from; Person to; string contents; }
}

/// The example of EIP-712, signed with the Keccak-256 of "cow".
#[test]
fn eip712() {
    let mail = Mail {
        from: Person {
            name: "Cow".into(),
            wallet: address!("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
        },
        to: Person {
            name: "Bob".into(),
            wallet: address!("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"),
        },
        contents: "Hello, Bob!".into(),
    };
    let domain = eip712_domain! {
        name: "Ether Mail",
        version: "1",
        chain_id: 1,
        verifying_contract: address!("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"),
    };
    let digest: B256 = mail.eip712_signing_hash(&domain);
    assert_eq!(
        digest,
        b256!("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
    );
    let key = SigningKey::from_slice(keccak256("cow").as_slice()).unwrap();
    assert_eq!(
        hex::encode(sign(&key, digest).as_bytes()),
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d\
         07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c"
    );
}

#[derive(Deserialize)]
struct EthAccount {
    words: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    request: SignRequest,
    signed: Signed,
}

#[test]
fn eth_account() {
    let vectors: EthAccount =
        serde_json::from_str(include_str!("../tests/vectors/eth-account.json")).unwrap();
    let keys = Keys::of(&Words::parse(&vectors.words).unwrap()).unwrap();
    assert!(vectors.cases.len() >= 36);
    for case in vectors.cases {
        let coin = coin_of_request(&case.request.what);
        let address = |key| keys.public().address(coin, key).unwrap();
        let signers = Signers {
            from: address(case.request.signer),
            gathers: match case.request.what {
                ToSign::Sweep { account, .. } => Some(address(KeyRef::of_account(account))),
                _ => None,
            },
        };
        if let ToSign::TillCertificate(certificate) = &case.request.what {
            let signature = keys.sign(coin, case.request.signer, certificate.digest());
            let signature = signature.unwrap().as_bytes().into();
            assert_eq!(case.signed.authorization_signature, Some(signature));
            continue;
        }
        let now = Timestamp::from_unix(1_800_000_000);
        let plan = reading::read(&case.request, signers, &EmptyBook::default(), now).unwrap();
        let signed = carry_out(plan, |key, digest| keys.sign(coin, key, digest)).unwrap();
        assert_eq!(signed, case.signed);
    }
}
