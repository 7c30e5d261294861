//! Networks as data: files, presets, old records, regions.

use jiaozi_store::{Record, StoreKey};
use serde_json::{Value, json};

use super::*;
use crate::api::{ErrorCode, NetworkInput, Region};
use crate::book::Book;

const SCHEMA: &str = include_str!("../../../networks/schema.json");
const AXCNH: &str = "0x70BFD7F7eADF9b9827541272589A6B2Bb760aE2E";

fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/networks");
    let files = std::fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    });
    files.filter(|(name, _)| name != "schema").collect()
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

fn book() -> (Book, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(folder.path(), &StoreKey::new([7; 32])).unwrap();
    (book, folder)
}

fn sample() -> Value {
    json!({
        "version": 1, "id": "eip155:71", "name": "Test", "name_zh": "测试", "real_money": false,
        "coin_symbol": "CFX", "coin_type": 503, "first_block": 7,
        "endpoints": [{ "url": "https://rpc.example/KEY", "headers": [["x-api-key", "SECRET"]],
            "websocket": "wss://ws.example/KEY" }],
        "tokens": [{ "contract": AXCNH, "yuan": true, "symbol": "AxCNH" }],
        "finality": { "kind": "depth", "blocks": 50 },
        "proxy": "socks5://me:SECRET@127.0.0.1:9050",
    })
}

fn draft(file: &Value, region: Region) -> Result<NetworkDraft, ErrorCode> {
    let input = NetworkInput::read(file.to_string().as_bytes()).map_err(|e| e.view().code)?;
    NetworkDraft::new(&input, region).map_err(|e| e.view().code)
}

#[test]
fn every_file_that_ships_keeps_to_the_schema_and_is_a_preset() {
    let (schema, (book, _folder)) = (schema(), book());
    let presets = presets(&book, Region::Elsewhere).unwrap();
    let mut names: Vec<_> = presets.iter().map(|preset| preset.key.clone()).collect();
    names.push("sandbox".to_owned());
    names.sort();
    let mut found: Vec<_> = files().into_iter().map(|(name, _)| name).collect();
    found.sort();
    assert_eq!(found, names);
    for (name, text) in files() {
        let value: Value = serde_json::from_str(&text).unwrap();
        if let Err(error) = schema.validate(&value) {
            panic!("{name}: {error}");
        }
        let input = NetworkInput::read(text.as_bytes()).unwrap();
        // With an endpoint, it is a network in bounds.
        let mut complete = value.clone();
        complete["endpoints"] = json!([{ "url": "https://rpc.example" }]);
        let draft = draft(&complete, Region::Elsewhere).unwrap();
        assert_eq!(draft.chain.to_string(), input.id);
        assert!(input.name_zh.is_some() && (input.about.is_some() == input.about_zh.is_some()));
    }
}

/// What is built in is what its file says.
#[test]
fn the_sandbox_is_the_one_in_its_file() {
    let (_, text) = files()
        .into_iter()
        .find(|(name, _)| name == "sandbox")
        .unwrap();
    let (file, built) = (
        NetworkInput::read(text.as_bytes()).unwrap(),
        Network::sandbox(),
    );
    assert_eq!(file.id, built.chain.to_string());
    assert_eq!(
        (file.name, file.name_zh),
        (built.name.clone(), built.name_zh.clone())
    );
    assert_eq!(
        (file.real_money, file.finality),
        (built.real_money, built.finality)
    );
    assert_eq!(file.coin_symbol, built.coin.symbol());
    let contracts: Vec<_> = built.token_contracts().map(|c| c.to_string()).collect();
    let listed: Vec<_> = file
        .tokens
        .iter()
        .map(|token| token.contract.clone())
        .collect();
    assert_eq!(listed, contracts);
}

/// The schema and the reader agree on what is wrong.
#[test]
fn what_the_schema_refuses_is_refused() {
    let schema = schema();
    let sample = sample();
    assert!(schema.is_valid(&sample));
    draft(&sample, Region::Unset).unwrap();
    let wrong: &[(&str, Value)] = &[
        ("/version", json!(2)),
        ("/id", json!("eip155:0")),
        ("/id", json!("1030")),
        ("/name", json!("")),
        ("/coin_symbol", json!("C F X")),
        ("/endpoints/0/url", json!("ftp://rpc.example")),
        ("/endpoints/0/header", json!([])),
        ("/endpoints/0/websocket", json!("https://rpc.example")),
        ("/tokens/0/contract", json!(7)),
        ("/tokens/0/yaun", json!(true)),
        ("/finality", json!({ "kind": "depth", "blocks": 0 })),
        ("/finality", json!({ "kind": "soon" })),
        ("/proxy", json!("127.0.0.1:9050")),
        ("/first_block", json!(-1)),
        ("/colour", json!("red")),
    ];
    for (place, value) in wrong {
        let mut file = sample.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        file.pointer_mut(parent).unwrap()[key] = value.clone();
        assert!(!schema.is_valid(&file), "schema: {place} = {value}");
        assert!(
            draft(&file, Region::Unset).is_err(),
            "reader: {place} = {value}"
        );
    }
}

#[test]
fn files_of_newer_releases_and_broken_ones_are_told_apart() {
    let code = |text: &str| NetworkInput::read(text.as_bytes()).unwrap_err().view();
    let newer = code(r#"{"version": 2, "id": {"namespace": "eip155"}}"#);
    assert_eq!(newer.code, ErrorCode::NetworkFileNewer);
    let broken = code("{\n  \"id\": 7\n}");
    assert_eq!(broken.code, ErrorCode::NetworkMalformed);
    assert_eq!(broken.values["line"], "2");
    // Files of the first release had no version.
    let mut old = sample();
    old.as_object_mut().unwrap().remove("version");
    draft(&old, Region::Unset).unwrap();
}

#[test]
fn offshore_yuan_is_offered_elsewhere_only() {
    let mut file = sample();
    file["real_money"] = json!(true);
    for (region, allowed) in [
        (Region::Unset, false),
        (Region::MainlandChina, false),
        (Region::Elsewhere, true),
    ] {
        let outcome = draft(&file, region).map(|_| ());
        let wanted = if allowed {
            Ok(())
        } else {
            Err(ErrorCode::RegionForbids)
        };
        assert_eq!(outcome, wanted);
        let (book, _folder) = book();
        let presets = presets(&book, region).unwrap();
        let espace = presets.iter().find(|preset| preset.key == "conflux-espace");
        let espace = espace.unwrap();
        let withheld: &[&str] = if allowed { &[] } else { &["AxCNH"] };
        assert_eq!(espace.withheld, withheld);
        assert_eq!(espace.network.tokens.len(), 2 - withheld.len());
        // By its code alone, whatever the file calls it.
        assert_eq!(is_offered(region, true, false, "axcnh"), allowed);
        assert!(is_offered(region, true, false, "USDT0"));
        assert!(
            is_offered(region, false, true, "SBY"),
            "play money is everywhere"
        );
    }
}

#[test]
fn a_token_that_calls_itself_otherwise_is_refused() {
    let draft = draft(&sample(), Region::Unset).unwrap();
    draft.tokens[0].require_symbol("AxCNH").unwrap();
    let error = draft.tokens[0].require_symbol("AxCHN").unwrap_err().view();
    assert_eq!(error.code, ErrorCode::TokenDiffers);
    assert_eq!(error.values["found"], "AxCHN");
}

#[test]
fn secrets_do_not_show() {
    let draft = draft(&sample(), Region::Unset).unwrap();
    let network = Network {
        endpoints: draft.endpoints,
        proxy: draft.proxy,
        ..Network::sandbox()
    };
    let shown = serde_json::to_string(&network.view(network.chain)).unwrap();
    for text in [shown.clone(), format!("{network:?}")] {
        assert!(!text.contains("SECRET") && !text.contains("KEY"), "{text}");
    }
    assert!(shown.contains("socks5h://127.0.0.1:9050") && shown.contains("https://rpc.example"));
}

/// A record as the first release stored it.
#[test]
fn records_of_the_first_release_open() {
    struct Old(Value);
    impl serde::Serialize for Old {
        fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            self.0.serialize(to)
        }
    }
    impl<'de> serde::Deserialize<'de> for Old {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            Value::deserialize(from).map(Self)
        }
    }
    impl Record for Old {
        const KIND: &'static str = "network";
        const VERSION: u16 = 1;
        fn upgrade(_: u16, _: Value) -> Result<Value, StoreError> {
            unreachable!()
        }
    }
    let (book, _folder) = book();
    let coin =
        json!({ "id": "eip155:1030/slip44:503", "decimals": 18, "symbol": "CFX", "yuan": false });
    let token = format!("eip155:1030/erc20:{AXCNH}");
    let old = json!({
        "chain": "eip155:1030", "name": "eSpace", "real_money": true, "coin": coin,
        "tokens": [{
            "asset": { "id": token, "decimals": 6, "symbol": "AxCNH", "yuan": true },
            "domain": { "name": "AxCNH", "version": "2", "chain_id": 1030, "contract": AXCNH },
        }],
        "finality": { "kind": "depth", "blocks": 50 },
        "endpoints": [{ "url": "https://rpc.example/KEY", "headers": [["a", "b"]] }],
        "first_block": 123_456,
    });
    book.store().put(b"eip155:1030", &Old(old)).unwrap();
    let networks = book.networks().unwrap();
    let network = networks.last().unwrap();
    assert_eq!((network.name.as_str(), &network.name_zh), ("eSpace", &None));
    assert_eq!(network.tokens[0].domain.as_ref().unwrap().version, "2");
    assert!(!network.tokens[0].permits);
    assert_eq!(network.endpoints[0].headers.len(), 1);
    assert_eq!(network.finality, FinalityRule::Depth { blocks: 50 });
    // The history was cut short then; it is read in full now.
    assert_eq!(network.first_block, 0);
}
