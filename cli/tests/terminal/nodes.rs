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
    assert_eq!(person.json(&["network", "test"])["usable"], true);
}
