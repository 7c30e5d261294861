//! A shop's day at the till, from the command line.

use std::path::Path;

use serde_json::Value;

use crate::support::{Person, World};

/// Set up, charge, be paid, receipt, refund, close the day, hand over the books.
#[test]
fn a_shop_opens_sells_refunds_and_closes() {
    let world = World::new();
    let (shop, payer) = (world.person("shop"), world.person("payer"));
    payer.json(&["topup", "100"]);
    shop.run(&["till", "status", "--json"])
        .fails_with(3, "till_not_set_up");
    let till = shop.json(&["till", "setup", "老王面馆", "--number", "7"]);
    assert_eq!((&till["till"], &till["open"]), (&7.into(), &0.into()));
    let item = shop.json(&[
        "till",
        "item",
        "save",
        "Noodles",
        "12.50",
        "--barcode",
        "690123",
    ]);
    assert_eq!(item["price"]["plain"], "12.50");
    let code = world.path("code");
    std::fs::write(&code, "482913\n").unwrap();
    let code = code.to_str().unwrap();
    let staff = [
        "till",
        "staff",
        "save",
        "小李",
        "--code-file",
        code,
        "--may-refund",
    ];
    assert_eq!(shop.json(&staff)["may_refund"], true);

    let charge = [
        "till", "charge", "12.50", "--order", "A-1", "--staff", "小李",
    ];
    let made = shop.json(&charge);
    assert_eq!(made["state"], "open");
    assert_eq!(shop.json(&["till", "status"])["open"], 1);
    // The same order is the same charge.
    assert_eq!(shop.json(&charge)["id"], made["id"]);
    let id = made["id"].as_str().unwrap();
    payer.json(&["pay", made["link"].as_str().unwrap(), "--yes"]);
    let paid = shop.json(&["till", "show", id]);
    assert_eq!(paid["state"], "paid", "{paid}");
    assert_eq!(shop.json(&["till", "status"])["open"], 0);

    papers(&world, &shop, id);
    refund(&shop, &payer, id, code);
    books(&world, &shop, id);
}

/// Receipts in every layout, the missing printer, the voice.
fn papers(world: &World, shop: &Person, id: &str) {
    let save = |name: &str, more: &[&str]| {
        let file = world.path(name);
        let mut all = vec!["till", "receipt", id, file.to_str().unwrap()];
        all.extend(more);
        shop.json(&all);
        std::fs::read(file).unwrap()
    };
    assert!(save("r.pdf", &[]).starts_with(b"%PDF"));
    assert!(save("r.png", &[]).starts_with(b"\x89PNG"));
    assert!(save("slip.pdf", &["--layout", "slip"]).starts_with(b"%PDF"));
    // ESC @: the printer is put into its first state.
    assert!(save("r.prn", &[]).starts_with(b"\x1b@"));
    shop.run(&["till", "receipt", id, "r.doc", "--json"])
        .fails_with(2, "till_receipt_kind");
    shop.run(&["till", "print", id, "--json"])
        .fails_with(3, "till_printer_none");

    let printed = world.path("printed");
    std::fs::write(&printed, "").unwrap();
    let place = printed.to_str().unwrap();
    shop.json(&[
        "till",
        "setup",
        "老王面馆",
        "--number",
        "7",
        "--printer",
        place,
    ]);
    let ran = shop.run(&["till", "print", id, "--json"]);
    if cfg!(unix) {
        // A plain file is no printer: what is there is never written over.
        ran.fails_with(3, "till_printer_place");
        assert!(std::fs::read(&printed).unwrap().is_empty());
    }

    let wav = world.path("said.wav");
    shop.json(&["till", "say", id, "--out", wav.to_str().unwrap()]);
    let sound = std::fs::read(&wav).unwrap();
    assert!(
        sound.starts_with(b"RIFF") && sound.len() > 20_000,
        "{} bytes",
        sound.len()
    );
}

/// What lies on the charge's address is gathered first; a number pays once.
fn refund(shop: &Person, payer: &Person, id: &str, code: &str) {
    let before = payer.balance();
    let mut ask = vec!["till", "refund", id, "--number", "R-1", "--staff", "小李"];
    ask.extend(["--code-file", code, "--amount", "2.50", "--wait", "--json"]);
    let error = shop.run(&ask).fails_with(4, "refund_not_gathered");
    assert_eq!(error["values"]["ungathered"], "¥12.50", "{error}");
    shop.json(&["till", "sweep", "--wait"]);
    for _ in 0..2 {
        let refund = shop.run(&ask).succeeds().json();
        assert_eq!(refund["state"], "paid", "{refund}");
    }
    let after = payer.balance();
    assert_eq!((before.as_str(), after.as_str()), ("87.50", "90.00"));
    let other = ask
        .iter()
        .map(|word| if *word == "2.50" { "3.00" } else { word });
    shop.run(&other.collect::<Vec<_>>())
        .fails_with(3, "refund_differs");
}

/// X, Z, and the files: one sum everywhere.
fn books(world: &World, shop: &Person, id: &str) {
    let sums = |report: &Value| {
        let plain = |name: &str| report[name]["plain"].as_str().unwrap().to_owned();
        (plain("received"), plain("refunded"))
    };
    let wanted = ("12.50".to_owned(), "2.50".to_owned());
    let x = shop.json(&["till", "report", "x"]);
    assert_eq!(sums(&x), wanted, "{x}");
    let z = shop.json(&["till", "report", "z"]);
    assert_eq!(sums(&z), wanted, "{z}");
    let again = shop.run(&["till", "report", "z", "--json"]);
    again.fails_with(3, "report_nothing_new");
    let days = shop.json(&["till", "reports"]);
    assert_eq!(days.as_array().unwrap().len(), 1);

    let (csv, xml) = (world.path("z.csv"), world.path("z.xml"));
    let name = |path: &Path| path.to_str().unwrap().to_owned();
    let (csv_name, xml_name) = (name(&csv), name(&xml));
    shop.json(&[
        "till",
        "export",
        "--csv",
        &csv_name,
        "--camt053",
        &xml_name,
        "--report",
        "1",
    ]);
    let lines = std::fs::read_to_string(&csv).unwrap();
    assert!(
        lines
            .lines()
            .any(|line| line.starts_with(&format!("charge,Z1,{id},"))),
        "{lines}"
    );
    let statement = std::fs::read_to_string(&xml).unwrap();
    assert!(statement.contains("camt.053.001.08"), "{statement}");
}
