//! Nodes that are down, speak HTML, or are on another chain.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::json;

use crate::support::{Person, World};

/// A server on this computer that answers every request with `body`.
fn serve(kind: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream, kind, body));
        }
    });
    url
}

fn answer(mut stream: TcpStream, kind: &str, body: &str) {
    let mut request = [0; 8192];
    while stream.read(&mut request).is_ok_and(|read| read > 0) {
        let length = body.len();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n");
        if stream
            .write_all(format!("{head}{body}").as_bytes())
            .is_err()
        {
            return;
        }
    }
}

fn network(world: &World, url: &str) -> String {
    let file = world.path("network.json");
    let input = json!({
        "id": "eip155:71", "name": "Test", "real_money": false, "coin_symbol": "CFX",
        "endpoints": [{ "url": url, "headers": [["x-api-key", "key-that-stays-secret"]] }],
        "tokens": [], "finality": { "kind": "depth", "blocks": 5 },
    });
    std::fs::write(&file, input.to_string()).unwrap();
    file.to_str().unwrap().to_owned()
}

fn both_fail(person: &Person, file: &str, exit: i32, code: &str) {
    for command in ["test", "add"] {
        let ran = person.run(&["network", command, "--file", file, "--json"]);
        let error = ran.fails_with(exit, code);
        assert_eq!(error["money"], "safe");
        assert!(!ran.err.contains("key-that-stays-secret"), "{ran:#?}");
    }
}

#[test]
fn nodes_that_are_not_what_they_should_be() {
    let world = World::new();
    let person = world.person("person");
    let html = serve(
        "text/html",
        "<html><body>Welcome to the hotel</body></html>",
    );
    both_fail(&person, &network(&world, &html), 7, "node_garbage");
    let other = serve(
        "application/json",
        r#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#,
    );
    let file = network(&world, &other);
    let ran = person.run(&["network", "test", "--file", &file, "--json"]);
    let error = ran.fails_with(7, "node_wrong_chain");
    assert_eq!(error["values"]["wanted"], "eip155:71");
    assert_eq!(error["values"]["found"], "eip155:1");
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let down = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    both_fail(&person, &network(&world, &down), 7, "node_down");
    both_fail(
        &person,
        &network(&world, "http://example.com"),
        3,
        "endpoint_malformed",
    );
    assert_eq!(
        person.json(&["network", "list"]).as_array().unwrap().len(),
        1
    );
    let file = world.path("network.json");
    std::fs::write(&file, "{\n  \"id\": 7\n}").unwrap();
    both_fail(&person, file.to_str().unwrap(), 3, "network_file");
    person
        .run(&["network", "use", "eip155:71", "--json"])
        .fails_with(3, "unknown_network");
    let seen = person.json(&["network", "test"]);
    assert_eq!(seen["usable"], true);
    assert_eq!(seen["agreement"], "single");
    let yuan = &seen["tokens"][0];
    assert_eq!(
        (&yuan["authorizes"], &yuan["permits"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(yuan["name"], "Sandbox Yuan");
    let said = person.run(&["network", "test"]).succeeds();
    assert!(said.out.contains("One endpoint answers"), "{said:#?}");
    assert!(said.out.contains("cannot be made twice"), "{said:#?}");
}

#[test]
fn networks_come_from_presets_and_files() {
    let world = World::new();
    let person = world.person("person");
    let presets = person.json(&["network", "list", "--presets"]);
    let keys: Vec<_> = presets
        .as_array()
        .unwrap()
        .iter()
        .map(|preset| &preset["key"])
        .collect();
    assert_eq!(keys.len(), 7);
    assert!(keys.contains(&&json!("bsn-spartan-1")));
    // A preset names no node of its own.
    let fails = |arguments: &[&str], exit, code| {
        let mut all = arguments.to_vec();
        all.push("--json");
        person.run(&all).fails_with(exit, code)
    };
    let error = fails(&["network", "add", "bsn-spartan-1"], 2, "endpoint_needed");
    assert!(
        error["values"]["form"]
            .as_str()
            .unwrap()
            .contains("ACCESS-KEY")
    );
    fails(&["network", "add", "no-such-chain"], 3, "preset_unknown");
    fails(
        &["network", "add", "conflux-espace", "--header", "x"],
        3,
        "header_malformed",
    );
    let url = ["--endpoint", "https://rpc.example", "--proxy", "tor"];
    let with_proxy: Vec<_> = ["network", "add", "conflux-espace"]
        .into_iter()
        .chain(url)
        .collect();
    fails(&with_proxy, 3, "proxy_malformed");
    // A file of a newer release, and tokens that are not offered everywhere.
    let file = world.path("newer.json");
    let path = file.to_str().unwrap();
    std::fs::write(&file, r#"{ "version": 9 }"#).unwrap();
    fails(&["network", "add", "--file", path], 3, "network_file_newer");
    let input = json!({
        "version": 1, "id": "eip155:1030", "name": "eSpace", "real_money": true, "coin_symbol": "CFX",
        "endpoints": [{ "url": "https://rpc.example" }], "finality": { "kind": "finalized" },
        "tokens": [{ "contract": "0x70BFD7F7eADF9b9827541272589A6B2Bb760aE2E", "yuan": true, "symbol": "AxCNH" }],
    });
    std::fs::write(&file, input.to_string()).unwrap();
    let error = fails(&["network", "test", "--file", path], 3, "region_forbids");
    assert_eq!(error["values"]["symbol"], "AxCNH");
    assert_eq!(
        person.json(&["network", "region", "elsewhere"])["region"],
        "elsewhere"
    );
    let withheld = |presets: serde_json::Value| presets[0]["withheld"].clone();
    assert_eq!(withheld(presets), json!(["AxCNH"]));
    assert_eq!(
        withheld(person.json(&["network", "list", "--presets"])),
        json!([])
    );
    fails(&["network", "remove", "sandbox"], 3, "network_built_in");
    let shown = person.json(&["network", "show"]);
    assert_eq!(shown["id"], "eip155:10231023");
}
