use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::words::Words;
use super::*;
use crate::api::{
    AmountView, AssetView, Checked, Direction, MoneyState, PayeeStanding, PayeeView, PaymentState,
};

const HASH: &str = "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060";
const SHOP: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

const LANGUAGES: [Language; 2] = [Language::English, Language::SimplifiedChinese];

const STATES: [PaymentState; 11] = [
    PaymentState::Proposed,
    PaymentState::Approved,
    PaymentState::AwaitsSignature,
    PaymentState::Signed,
    PaymentState::Submitted,
    PaymentState::Included,
    PaymentState::Settled,
    PaymentState::Failed,
    PaymentState::Replaced,
    PaymentState::Expired,
    PaymentState::Unknown,
];

fn amount(plain: &str, atoms: &str) -> AmountView {
    AmountView {
        atoms: atoms.to_owned(),
        plain: plain.to_owned(),
        text: format!("¥{plain}"),
        asset: AssetView {
            id: "eip155:10231023/erc20:0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03".to_owned(),
            symbol: "SBY".to_owned(),
            decimals: 2,
            yuan: true,
        },
    }
}

fn payment() -> PaymentView {
    PaymentView {
        id: "9f86d081884c7d659a2feaa0c55ad015".to_owned(),
        direction: Direction::Out,
        state: PaymentState::Settled,
        money: MoneyState::Moved,
        counterparty: PayeeView {
            address: SHOP.to_owned(),
            name: Some("街角茶馆 Corner Tea House".to_owned()),
            claimed_name: None,
            standing: PayeeStanding::Contact,
            times_paid: 3,
            shop: None,
        },
        amount: amount("1,234.50", "123450"),
        fee: None,
        account: 0,
        network_id: "eip155:10231023".to_owned(),
        network: "Sandbox".to_owned(),
        created_at: 1_795_294_100,
        included_at: Some(1_795_294_154),
        block: Some(1023),
        transaction: Some(HASH.to_owned()),
        reference: Some("T-2026-11-21-0042".to_owned()),
        note: Some("两杯龙井，一份茶点".to_owned()),
        memo: Some("my own secret memo".to_owned()),
        void_after: None,
        error: None,
        sight: None,
        checked: Some(Checked::Agreed),
        cancelling: false,
        can_cancel: false,
        can_speed_up: false,
    }
}

/// All text of a drawing, one string an element.
fn texts(drawing: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(drawing).unwrap();
    document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .map(|node| node.text().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn says_what_was_paid() {
    let all = texts(&svg(&payment(), Language::English)).join("\n");
    for part in [
        "Payment receipt",
        "¥1,234.50",
        "Paid, and final",
        "PAID",
        "街角茶馆 Corner Tea House",
        "0x 5aAeb605 3F3E94C9 b9A09f33 669435E7 Ef1BeAed",
        "Account 1",
        "2026-11-21 20:49:14 UTC+00:00",
        "Sandbox (eip155:10231023)",
        "Sandbox · not real money",
        "0x 5c504ed4 32cb5113 8bcf09aa 5e8a410d\nd4a1e204 ef84bfed 1be16dfb a1b22060",
        "1023",
        "T-2026-11-21-0042",
        "两杯龙井，一份茶点",
        "9f86d081884c7d659a2feaa0c55ad015",
    ] {
        assert!(all.contains(part), "{part} is not in:\n{all}");
    }
    assert!(!all.contains("memo"), "the payer's memo is not for others");
    let chinese = texts(&svg(&payment(), Language::SimplifiedChinese)).join("\n");
    for part in ["付款凭证", "已付讫", "收款方", "账户 1", "沙盒 · 不是真钱"] {
        assert!(chinese.contains(part), "{part} is not in:\n{chinese}");
    }
}

#[test]
fn the_seal_is_for_final_payments_alone() {
    for language in LANGUAGES {
        for direction in [Direction::Out, Direction::In, Direction::Own] {
            for state in STATES {
                let payment = PaymentView {
                    state,
                    direction,
                    ..payment()
                };
                let texts = texts(&svg(&payment, language));
                let words = Words::of(language);
                let sealed = texts.iter().any(|text| text == words.seal(direction));
                assert_eq!(
                    sealed,
                    state == PaymentState::Settled,
                    "{state:?} {direction:?}"
                );
                // It may take more than one line.
                let denied = texts
                    .concat()
                    .replace(' ', "")
                    .contains(&words.not_proof.replace(' ', ""));
                assert_eq!(
                    denied,
                    state != PaymentState::Settled,
                    "{state:?} {direction:?}"
                );
                assert!(
                    texts
                        .iter()
                        .any(|text| text == words.state(state, direction))
                );
            }
        }
    }
}

#[test]
fn what_is_received_names_the_payer_and_no_fee() {
    let payment = PaymentView {
        direction: Direction::In,
        fee: Some(amount("0.10", "10")),
        ..payment()
    };
    let texts = texts(&svg(&payment, Language::English));
    let at = |wanted: &str| texts.iter().position(|text| text == wanted).unwrap();
    assert_eq!(texts.get(at("To") + 1).unwrap(), "Account 1");
    assert_eq!(
        texts.get(at("From") + 1).unwrap(),
        "街角茶馆 Corner Tea House"
    );
    assert!(!texts.contains(&"Fee".to_owned()));
    assert!(texts.contains(&"RECEIVED".to_owned()));
}

#[test]
fn a_claimed_name_is_marked_as_such() {
    let mut payment = payment();
    payment.counterparty.name = None;
    payment.counterparty.claimed_name = Some("People's Bank".to_owned());
    let all = texts(&svg(&payment, Language::English)).join("\n");
    assert!(all.contains("People's Bank (their own words)"), "{all}");
}

#[test]
fn real_money_has_no_sandbox_ribbon() {
    let payment = PaymentView {
        network_id: "eip155:1030".to_owned(),
        network: "Conflux eSpace".to_owned(),
        ..payment()
    };
    assert!(!svg(&payment, Language::English).contains("Sandbox"));
}

#[test]
fn the_code_holds_network_and_transaction() {
    let drawn = image::load_from_memory(&png(&payment(), Language::English).unwrap())
        .unwrap()
        .to_luma8();
    let mut picture = rqrr::PreparedImage::prepare(drawn);
    let found: Vec<_> = picture
        .detect_grids()
        .into_iter()
        .map(|grid| grid.decode().unwrap().1)
        .collect();
    assert_eq!(found, [format!("eip155:10231023 {HASH}")]);
}

#[test]
fn the_longest_receipt_stays_above_its_foot() {
    let mut longest = payment();
    longest.counterparty.name = Some("长".repeat(64));
    longest.fee = Some(amount("99999999999999999999.99", "1"));
    longest.network = "网".repeat(40);
    longest.reference = Some("W".repeat(200));
    longest.note = Some("言".repeat(140));
    for language in LANGUAGES {
        let drawing = svg(&longest, language);
        let document = roxmltree::Document::parse(&drawing).unwrap();
        let number = |node: roxmltree::Node<'_, '_>, name: &str| {
            node.attribute(name).unwrap().parse::<u32>().unwrap()
        };
        let lowest = document
            .descendants()
            .filter(|node| node.has_tag_name("text") && node.attribute("x") == Some("250"))
            .map(|node| number(node, "y"))
            .max()
            .unwrap();
        assert!(lowest <= 930, "{lowest}");
        for node in document
            .descendants()
            .filter(|node| node.attribute("x") == Some("250"))
        {
            let width = typeface::width(node.text().unwrap()) * number(node, "font-size") / 1000;
            assert!(width <= 494, "{:?} is {width} wide", node.text());
        }
    }
}

#[test]
fn labels_leave_room_for_values() {
    for language in LANGUAGES {
        let drawing = svg(
            &PaymentView {
                fee: Some(amount("0.10", "10")),
                state: PaymentState::Submitted,
                ..payment()
            },
            language,
        );
        let document = roxmltree::Document::parse(&drawing).unwrap();
        for node in document
            .descendants()
            .filter(|node| node.attribute("x") == Some("96"))
        {
            if let Some(label) = node
                .text()
                .filter(|_| node.attribute("font-size") == Some("20"))
            {
                assert!(typeface::width(label) * 20 / 1000 <= 150, "{label}");
            }
        }
    }
}

#[test]
fn both_languages_are_covered_by_the_bundled_fonts() {
    for text in [
        include_str!("words.en.json"),
        include_str!("words.zh-CN.json"),
    ] {
        let missing: BTreeSet<char> = text
            .chars()
            .filter(|c| !c.is_control() && !typeface::covers_all(*c))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

#[test]
fn the_colours_are_the_tokens() {
    let tokens: serde_json::Value =
        serde_json::from_str(include_str!("../../../../icons/tokens.json")).unwrap();
    let light: BTreeSet<&str> = tokens["light"]
        .as_object()
        .unwrap()
        .values()
        .map(|value| value.as_str().unwrap())
        .collect();
    let drawn = LANGUAGES.map(|language| {
        STATES
            .map(|state| svg(&PaymentView { state, ..payment() }, language))
            .concat()
    });
    for (at, _) in drawn.concat().match_indices('#') {
        let all = drawn.concat();
        let Some(colour) = all.get(at..at + 7) else {
            continue;
        };
        if colour.chars().skip(1).all(|c| c.is_ascii_hexdigit()) {
            // A QR code is black, for cameras.
            assert!(light.contains(colour) || colour == "#000000", "{colour}");
        }
    }
}

#[test]
fn the_document_has_the_text() {
    let document = pdf(&payment(), Language::SimplifiedChinese).unwrap();
    assert!(document.starts_with(b"%PDF-"));
    assert!(
        document.windows(9).any(|part| part == b"/FontFile"),
        "fonts are inside"
    );
    // Read back by another implementation where there is one (poppler-utils).
    let reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut reader) = reader else { return };
    reader.stdin.take().unwrap().write_all(&document).unwrap();
    let text = String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap();
    for part in [
        "付款凭证",
        "¥1,234.50",
        "街角茶馆",
        "已付讫",
        "5c504ed4",
        "2026-11-21",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

/// Writes pictures to look at: `JIAOZI_RECEIPTS=folder`.
#[test]
fn pictures() {
    for (name, language) in [
        ("en", Language::English),
        ("zh", Language::SimplifiedChinese),
    ] {
        for state in [PaymentState::Settled, PaymentState::Included] {
            let payment = PaymentView { state, ..payment() };
            let picture = png(&payment, language).unwrap();
            assert!(picture.starts_with(b"\x89PNG"));
            if let Some(folder) = std::env::var_os("JIAOZI_RECEIPTS") {
                let file = std::path::Path::new(&folder).join(format!("receipt-{name}-{state:?}"));
                std::fs::write(file.with_extension("png"), picture).unwrap();
                std::fs::write(file.with_extension("pdf"), pdf(&payment, language).unwrap())
                    .unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever names and notes hold, the drawing is well-formed, shows no
    /// hidden characters, and has no elements of their making.
    #[test]
    fn foreign_text_stays_text(name in any::<String>(), note in "\\PC{0,200}|(<[a-z]+ href='x'/>|&amp;|\u{202e}|\u{0}|]]>){1,9}", reference in any::<String>()) {
        let mut hostile = payment();
        let before = roxmltree::Document::parse(&svg(&hostile, Language::English)).unwrap().descendants().filter(|node| node.is_element() && !node.has_tag_name("text")).count();
        hostile.counterparty.name = Some(name.clone());
        hostile.counterparty.claimed_name = Some(name);
        hostile.note = Some(note);
        hostile.reference = Some(reference.clone());
        hostile.network = reference;
        for language in LANGUAGES {
            let drawing = svg(&hostile, language);
            let document = roxmltree::Document::parse(&drawing).unwrap();
            let after = document.descendants().filter(|node| node.is_element() && !node.has_tag_name("text")).count();
            prop_assert_eq!(before, after);
            for text in texts(&drawing) {
                prop_assert!(!text.chars().any(crate::text::is_hidden), "{:?}", text);
            }
        }
        tree(&svg(&hostile, Language::English)).unwrap();
    }
}
