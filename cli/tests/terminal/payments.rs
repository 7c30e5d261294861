//! Paying and being paid.

use std::io::{BufRead, BufReader};

use serde_json::Value;

use crate::support::{Person, Ran, World};

/// The whole job, as scripts do it.
#[test]
fn a_payer_pays_a_shop() {
    let world = World::new();
    let (payer, shop) = (world.person("payer"), world.person("shop"));
    let overview = payer.json(&["topup", "100"]);
    assert_eq!(overview["balances"][0]["total"]["plain"], "100.00");
    assert_eq!(overview["remind_backup"], true);

    let charge = shop.json(&[
        "receive",
        "12.5",
        "--once",
        "--name",
        "老王面馆",
        "--note",
        "两碗面",
    ]);
    let link = charge["link"].as_str().unwrap();
    let paid = payer.json(&["pay", link, "--yes", "--note", "lunch"]);
    assert_eq!(paid["state"], "settled");
    assert_eq!(paid["money"], "moved");
    assert_eq!(paid["amount"]["plain"], "12.50");
    assert_eq!(paid["reference"], charge["reference"]);
    assert_eq!(paid["note"], "两碗面");
    assert_eq!(paid["memo"], "lunch");
    assert_eq!(paid["counterparty"]["claimed_name"], "老王面馆");

    let history = shop.json(&["history", "--direction", "in"]);
    let received = &history["rows"][0];
    assert_eq!(received["transaction"], paid["transaction"]);
    assert_eq!(received["amount"], paid["amount"]);
    assert_eq!(received["reference"], charge["reference"]);
    assert_eq!(received["state"], "settled");
    assert_eq!(
        (payer.balance().as_str(), shop.balance().as_str()),
        ("87.50", "12.50")
    );

    // The same request is not paid twice.
    let again = payer.run(&["pay", link, "--yes", "--json"]);
    let error = again.fails_with(9, "already_paid");
    assert_eq!(error["values"]["id"], paid["id"]);
    assert_eq!(payer.balance(), "87.50");

    look_back(&world, &payer, &paid);
}

/// One payment, found by the beginning of its id; the receipt; the export.
fn look_back(world: &World, payer: &Person, paid: &Value) {
    let id = paid["id"].as_str().unwrap();
    let short = id.get(..8).unwrap();
    assert_eq!(payer.json(&["payment", short])["id"], id);
    for (name, magic) in [
        ("r.pdf", "%PDF"),
        ("r.PNG", "\u{fffd}PNG"),
        ("r.svg", "<svg"),
    ] {
        let file = world.path(name);
        let saved = payer.json(&["receipt", short, "--out", file.to_str().unwrap()]);
        assert_eq!(saved["file"], file.to_str().unwrap());
        let bytes = std::fs::read(&file).unwrap();
        assert!(String::from_utf8_lossy(&bytes).starts_with(magic), "{name}");
    }
    let no_kind = payer.run(&["receipt", short, "--out", "r.doc", "--json"]);
    no_kind.fails_with(2, "receipt_kind");
    let csv = payer.run(&["export"]).succeeds().out;
    let file = world.path("history.csv");
    payer
        .run(&["export", "--out", file.to_str().unwrap()])
        .succeeds();
    assert_eq!(std::fs::read_to_string(file).unwrap(), csv);
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(
        csv.lines()
            .nth(1)
            .unwrap()
            .contains(",out,settled,12.50,SBY,")
    );

    let table = payer
        .run(&["history", "--language", "zh-CN"])
        .succeeds()
        .out;
    let headline = table.lines().next().unwrap();
    for word in ["时间", "金额", "状态", "对方", "单号", "编号"] {
        assert!(headline.contains(word), "{headline}");
    }
    assert!(table.contains("-¥12.50  已付讫  老王面馆"), "{table}");
    let none = payer.json(&["history", "--search", "nowhere"]);
    assert_eq!(none["rows"], Value::Array(Vec::new()));
    let old = payer.json(&["history", "--to", "2020-01-01", "--all"]);
    assert_eq!(old["rows"], Value::Array(Vec::new()));
}

/// A till that waits holds its profile and hosts the sandbox; the payer joins
/// that from another process.
#[test]
fn the_shop_waits_while_the_payer_pays() {
    let world = World::new();
    let (payer, shop) = (world.person("payer"), world.person("shop"));
    payer.json(&["topup", "20"]);
    let mut till = shop.spawn(&["receive", "3", "--wait", "--timeout", "300", "--json"]);
    // With `--json` the link comes on standard error before the answer.
    let mut link = String::new();
    let mut said = BufReader::new(till.stderr.take().unwrap());
    said.read_line(&mut link).unwrap();
    shop.run(&["balance", "--json"])
        .fails_with(8, "profile_open");
    let paid = payer.json(&["pay", link.trim(), "--yes"]);
    let output = till.wait_with_output().unwrap();
    let ran = Ran::new(&["receive"], output).succeeds();
    let answer = ran.json();
    assert_eq!(answer["payment"]["transaction"], paid["transaction"]);
    assert_eq!(answer["payment"]["state"], "settled");
    assert_eq!(answer["request"]["link"], link.trim());
    // Nobody pays: the wait has an end, and says so.
    shop.run(&["receive", "3", "--wait", "--timeout", "1", "--json"])
        .fails_with(10, "still_waiting");
}

#[test]
fn a_saved_payee_is_paid_by_name() {
    let world = World::new();
    let (payer, shop) = (world.person("payer"), world.person("shop"));
    let address = shop.address();
    payer.json(&["topup", "20"]);
    let added = payer.with_passphrase(&["contacts", "add", "张三", &address, "--json"]);
    assert_eq!(added.succeeds().json()["in_vault"], true);
    let paid = payer.json(&["pay", "张三", "--amount", "1.20", "--yes"]);
    assert_eq!(paid["counterparty"]["name"], "张三");
    assert_eq!(paid["counterparty"]["address"], address.as_str());
    let contacts = payer.json(&["contacts", "list"]);
    assert_eq!(contacts[0]["times_paid"], 1);
    payer.json(&["contacts", "remove", "张三"]);
    let unknown = payer.run(&["pay", "张三", "--amount", "1", "--yes", "--json"]);
    unknown.fails_with(3, "not_a_request");
    payer
        .run(&["contacts", "remove", "张三", "--json"])
        .fails_with(3, "unknown_contact");
}

/// Above the limit the PIN is needed, and a script can give it.
#[test]
fn above_quick_pay_the_passphrase_decides() {
    let world = World::new();
    let (payer, shop) = (world.person("payer"), world.person("shop"));
    let address = shop.address();
    payer.json(&["topup", "500"]);
    let pay = ["pay", &address, "--amount", "200.01", "--yes", "--json"];
    payer.run(&pay).fails_with(5, "no_prompt");
    assert_eq!(payer.balance(), "500.00");
    assert_eq!(
        payer.with_passphrase(&pay).succeeds().json()["state"],
        "settled"
    );
    assert_eq!(payer.balance(), "299.99");
    // Tighter limits need no PIN, looser ones do.
    let limits = payer.json(&["limits", "set", "--per-payment", "1"]);
    assert_eq!(limits["quick_pay"][0]["per_payment"]["plain"], "1.00");
    let loosen = ["limits", "set", "--per-payment", "300", "--json"];
    payer.run(&loosen).fails_with(5, "no_prompt");
    payer.with_passphrase(&loosen).succeeds();
}

#[test]
fn without_a_yes_nothing_is_paid() {
    let world = World::new();
    let payer = world.person("payer");
    payer.json(&["topup", "20"]);
    let address = payer.address();
    payer
        .run(&["pay", &address, "--amount", "1", "--json"])
        .fails_with(2, "yes_needed");
    assert_eq!(payer.balance(), "20.00");
}

/// On a terminal a person is asked, and only a yes pays.
#[test]
fn a_person_on_a_terminal_is_asked() {
    let world = World::new();
    let payer = world.person("payer");
    payer.json(&["topup", "20"]);
    let somebody = "0x809195375684eCdEf1d40c44A6BC39b73d3827dc";
    let pay = ["pay", somebody, "--amount", "5"];
    let declined = payer.on_a_terminal(&pay, "n\n");
    assert_eq!(declined.code, Some(5), "{declined:?}");
    for part in ["¥5.00", "¥15.00", "[y/N]", "You stopped it."] {
        assert!(declined.out.contains(part), "{part}: {declined:?}");
    }
    assert_eq!(payer.balance(), "20.00");
    let paid = payer.on_a_terminal(&pay, "y\n").succeeds();
    assert!(paid.out.contains("PAID"), "{paid:?}");
    assert_eq!(payer.balance(), "15.00");
}

/// A picture of a code, and the same link on standard input.
#[test]
fn a_picture_or_standard_input_is_a_request() {
    let world = World::new();
    let (payer, shop) = (world.person("payer"), world.person("shop"));
    payer.json(&["topup", "20"]);
    let charge = shop.json(&["receive", "2", "--once"]);
    let link = charge["link"].as_str().unwrap();
    let picture = picture_of(link);
    let file = world.path("code.png");
    std::fs::write(&file, &picture).unwrap();
    let request = format!("@{}", file.display());
    let paid = payer.json(&["pay", &request, "--yes"]);
    assert_eq!(paid["reference"], charge["reference"]);
    let other = shop.json(&["receive", "3", "--once"]);
    let picture = picture_of(other["link"].as_str().unwrap());
    let ran = payer.with_stdin(&["pay", "-", "--yes", "--json"], &picture);
    assert_eq!(ran.succeeds().json()["amount"]["plain"], "3.00");
    let last = shop.json(&["receive", "4", "--once"]);
    let line = format!("{}\n", last["link"].as_str().unwrap());
    let ran = payer.with_stdin(&["pay", "-", "--yes", "--json"], line.as_bytes());
    assert_eq!(ran.succeeds().json()["amount"]["plain"], "4.00");
    assert_eq!(shop.balance(), "9.00");
}

fn picture_of(text: &str) -> Vec<u8> {
    let code = qrcode::QrCode::new(text).unwrap();
    let (width, module, margin) = (code.width(), 6, 4);
    let side = u32::try_from((width + 2 * margin) * module).unwrap();
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| {
            let place = usize::try_from(pixel).unwrap() / module;
            place.checked_sub(margin).filter(|place| *place < width)
        };
        let dark = at(x)
            .zip(at(y))
            .is_some_and(|at| code[at] == qrcode::Color::Dark);
        image::Luma([if dark { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// The demonstration needs neither display nor keyring nor terminal, and its
/// two sides agree.
#[test]
fn the_demonstration_agrees() {
    let world = World::new();
    let person = world.profile("unused");
    let keep = world.path("kept");
    let report = person.json(&["demo", "--keep", keep.to_str().unwrap()]);
    assert_eq!(report["agree"], true);
    let (paid, received) = (&report["payer"]["receipt"], &report["shop"]["receipt"]);
    assert_eq!(paid["transaction"], received["transaction"]);
    assert_eq!(paid["amount"]["plain"], "12.50");
    assert_eq!(report["payer"]["after"]["plain"], "87.50");
    assert_eq!(report["shop"]["after"]["plain"], "12.50");
    assert!(keep.join("payer").is_dir() && keep.join("sandbox").is_dir());
    person
        .run(&["demo", "--keep", keep.to_str().unwrap(), "--json"])
        .fails_with(3, "demo_folder");
    let tickets = person.run(&["demo", "--language", "zh-CN"]).succeeds().out;
    assert_eq!(tickets.matches("付款凭证").count(), 2, "{tickets}");
    assert_eq!(tickets.matches("【已付讫】").count(), 2, "{tickets}");
    assert!(!tickets.contains('\u{1b}'), "colours without a terminal");
}

#[test]
fn what_is_final_is_neither_cancelled_nor_sped_up() {
    let world = World::new();
    let (payer, shop) = (world.person("payer"), world.person("shop"));
    payer.json(&["topup", "20"]);
    let address = shop.address();
    let paid = payer.json(&["pay", &address, "--amount", "3", "--yes"]);
    let id = paid["id"].as_str().unwrap();
    assert_eq!(
        (&paid["checked"], &paid["can_cancel"]),
        (&"single".into(), &false.into())
    );
    for command in ["cancel", "speed-up"] {
        payer
            .run(&[command, id, "--yes", "--json"])
            .fails_with(9, "too_late_to_replace");
        payer
            .run(&[command, "ffff", "--yes", "--json"])
            .fails_with(3, "unknown_payment");
    }
    assert_eq!(payer.json(&["show", id])["state"], "settled");
    assert_eq!(payer.balance(), "17.00");
}
