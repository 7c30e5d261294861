use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::api::till::{
    Assurance, ChargeFlags, ChargeLine, ChargePayment, ChargeState, PaymentRole, RefundState,
};
use crate::api::{AmountView, AssetView, Checked};
use jiaozi_types::Amount;

const HASH: &str = "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060";
const OTHER: &str = "0x00004ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b20000";
const PAYER: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const LANGUAGES: [Language; 2] = [Language::English, Language::SimplifiedChinese];
const STATES: [ChargeState; 5] = [
    ChargeState::Open,
    ChargeState::Unclear,
    ChargeState::Paid,
    ChargeState::Closed,
    ChargeState::Revoked,
];

fn amount(plain: &str) -> AmountView {
    AmountView {
        atoms: plain
            .replace(['.', ','], "")
            .trim_start_matches('0')
            .to_owned(),
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

fn nothing() -> AmountView {
    AmountView {
        atoms: "0".to_owned(),
        ..amount("0.00")
    }
}

fn shop() -> Shop {
    Shop {
        name: "老王面馆 Wang's Noodles".to_owned(),
        signed_by: None,
        till: 7,
        utc_offset: 480,
        network_id: "eip155:10231023".to_owned(),
        network: "Sandbox".to_owned(),
    }
}

fn charge() -> ChargeView {
    let line = |name: &str, quantity, price: &str, total: &str| ChargeLine {
        name: name.to_owned(),
        quantity,
        price: amount(price),
        total: amount(total),
    };
    ChargeView {
        id: "7-123".to_owned(),
        network_id: "eip155:10231023".to_owned(),
        code: "B042".to_owned(),
        order: Some("T-2026-11-28-0042".to_owned()),
        state: ChargeState::Paid,
        flags: ChargeFlags::default(),
        amount: amount("38.50"),
        paid: amount("38.50"),
        missing: nothing(),
        returnable: amount("38.50"),
        returnable_other: Vec::new(),
        refunded: nothing(),
        assurance: Some(Assurance::Final),
        wanted: Assurance::Included,
        lines: vec![
            line("牛肉面 Beef noodles", 2, "16.00", "32.00"),
            line("凉拌黄瓜", 1, "6.50", "6.50"),
        ],
        note: None,
        staff: Some("小李".to_owned()),
        address: PAYER.to_owned(),
        link: String::new(),
        ethereum_link: String::new(),
        reference: "7-123".to_owned(),
        created_at: 1_795_294_100,
        expires_at: 1_795_295_000,
        ended_at: Some(1_795_294_154),
        payments: vec![ChargePayment {
            transaction: HASH.to_owned(),
            from: PAYER.to_owned(),
            amount: amount("38.50"),
            block: 1023,
            time: 1_795_294_154,
            assurance: Assurance::Final,
            role: PaymentRole::Counts,
            checked: Checked::Agreed,
        }],
        refunds: Vec::new(),
        gathered: false,
        version: 4,
    }
}

fn refund(state: RefundState) -> RefundView {
    RefundView {
        number: "R-0007".to_owned(),
        charge: "7-123".to_owned(),
        amount: amount("6.50"),
        to: PAYER.to_owned(),
        staff: "王老板".to_owned(),
        reason: Some("黄瓜卖完了".to_owned()),
        state,
        payment: None,
        transaction: (state == RefundState::Paid).then(|| OTHER.to_owned()),
        block: None,
        paid_at: None,
        error: None,
        created_at: 1_795_297_000,
    }
}

/// A charge that is as long as one can be.
fn longest() -> ChargeView {
    let mut longest = charge();
    let mut line = longest.lines.pop().unwrap();
    line.name = "很长的名字".repeat(12);
    longest.lines = vec![line; 100];
    longest.note = Some("言".repeat(140));
    longest.order = Some("W".repeat(64));
    longest.staff = Some("长".repeat(32));
    let payment = longest.payments.pop().unwrap();
    longest.payments = vec![payment; 12];
    longest.refunds = vec![refund(RefundState::Paid); 12];
    longest
}

fn sheet(charge: &ChargeView, language: Language) -> Sheet {
    Sheet::of_charge(charge, &shop(), language)
}

/// All text of drawings, one string an element.
fn texts(drawings: &[String]) -> Vec<String> {
    let read = |drawing: &String| -> Vec<String> {
        let document = roxmltree::Document::parse(drawing).unwrap();
        let nodes = document
            .descendants()
            .filter(|node| node.has_tag_name("text"));
        nodes
            .map(|node| node.text().unwrap_or_default().to_owned())
            .collect()
    };
    drawings.iter().flat_map(read).collect()
}

/// Both layouts.
fn layouts(sheet: &Sheet) -> [Vec<String>; 2] {
    [leaf::draw(sheet), vec![slip::draw(sheet).0]]
}

/// What a printer makes of the bytes: its paper, a row of dots a line.
fn printed(bytes: &[u8]) -> Vec<Vec<bool>> {
    let mut rows = Vec::new();
    let (mut rest, mut reset, mut cut) = (bytes, false, false);
    while let [first, second, ..] = rest {
        match (first, second) {
            (0x1b, b'@') => {
                assert!(rows.is_empty(), "reset in the middle");
                reset = true;
                rest = &rest[2..];
            }
            (0x1d, b'v') => {
                assert_eq!(&rest[2..4], b"0\0");
                let size = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
                let (across, down) = (size(4), size(6));
                assert_eq!(across, 72, "576 dots");
                assert!((1..=128).contains(&down));
                let dots = &rest[8..8 + across * down];
                rows.extend(dots.chunks(across).map(|row| {
                    let eight = |byte: &u8| {
                        (0..8)
                            .rev()
                            .map(|place| byte >> place & 1 == 1)
                            .collect::<Vec<_>>()
                    };
                    row.iter().flat_map(eight).collect::<Vec<bool>>()
                }));
                rest = &rest[8 + across * down..];
            }
            (0x1b, b'd') => rest = &rest[3..],
            (0x1d, b'V') => {
                cut = true;
                rest = &rest[4..];
            }
            other => panic!("{other:?} is no command"),
        }
    }
    assert!(reset && cut && rest.is_empty());
    rows
}

fn photographed(rows: &[Vec<bool>]) -> image::GrayImage {
    let size = |count: usize| u32::try_from(count).unwrap();
    image::GrayImage::from_fn(size(rows[0].len()), size(rows.len()), |x, y| {
        let dark = rows[usize::try_from(y).unwrap()][usize::try_from(x).unwrap()];
        image::Luma([if dark { 0 } else { 255 }])
    })
}

fn codes(picture: image::GrayImage) -> Vec<String> {
    let mut picture = rqrr::PreparedImage::prepare(picture);
    let grids = picture.detect_grids().into_iter();
    let mut found: Vec<_> = grids.map(|grid| grid.decode().unwrap().1).collect();
    found.sort();
    found
}

#[test]
fn says_what_was_sold_and_paid() {
    for drawings in layouts(&sheet(&charge(), Language::English)) {
        let all = texts(&drawings).join("\n");
        for part in [
            "老王面馆 Wang's Noodles",
            "not signed",
            "Receipt",
            "B042",
            "7-123",
            "¥38.50",
            "Paid, and final",
            "牛肉面 Beef noodles",
            "2 × ¥16.00",
            "¥32.00",
            "T-2026-11-28-0042",
            "小李 · Till 7",
            "2026-11-22 04:49:14 UTC+08:00",
            "1023 (two nodes agree)",
            "Sandbox · not real money",
        ] {
            assert!(all.contains(part), "{part} is not in:\n{all}");
        }
        let digits: String = all.split_whitespace().collect();
        assert!(digits.contains(HASH.strip_prefix("0x").unwrap()) && digits.contains(&PAYER[2..]));
    }
    for drawings in layouts(&sheet(&charge(), Language::SimplifiedChinese)) {
        let all = texts(&drawings).join("\n");
        for part in [
            "收款小票",
            "叁拾捌元伍角整",
            "店名未经签名",
            "取单号",
            "已付清",
        ] {
            assert!(all.contains(part), "{part} is not in:\n{all}");
        }
    }
}

#[test]
fn a_signed_name_is_told_from_a_claimed_one() {
    for language in LANGUAGES {
        let signed = Shop {
            signed_by: Some(PAYER.to_owned()),
            ..shop()
        };
        let words = shop_words::ShopWords::of(language);
        for (shop, is_signed) in [(signed, true), (shop(), false)] {
            for drawings in layouts(&Sheet::of_charge(&charge(), &shop, language)) {
                let all = texts(&drawings).concat();
                assert_eq!(all.contains("0x5aAeb6…1BeAed"), is_signed);
                assert_eq!(all.contains(&words.claimed), !is_signed);
            }
        }
    }
}

#[test]
fn only_what_is_paid_looks_paid() {
    for language in LANGUAGES {
        let words = shop_words::ShopWords::of(language);
        for state in STATES {
            for assurance in [
                None,
                Some(Assurance::Seen),
                Some(Assurance::Included),
                Some(Assurance::Final),
            ] {
                let charge = ChargeView {
                    state,
                    assurance,
                    ..charge()
                };
                let sheet = sheet(&charge, language);
                let (paid, last) = (
                    state == ChargeState::Paid,
                    assurance == Some(Assurance::Final),
                );
                assert_eq!(
                    sheet.seal.is_some(),
                    paid && last,
                    "{state:?} {assurance:?}"
                );
                assert_eq!(sheet.title == words.title_receipt, paid, "{state:?}");
                assert_eq!(sheet.advice == words.not_paid_proof, !paid, "{state:?}");
                assert_eq!(sheet.tone == sheet::Tone::Good, paid, "{state:?}");
            }
        }
    }
}

#[test]
fn refunds_are_on_the_receipt_and_have_their_own() {
    let mut charge = charge();
    charge.refunds = vec![refund(RefundState::Paid)];
    charge.refunded = amount("6.50");
    charge.returnable = amount("32.00");
    for language in LANGUAGES {
        let words = shop_words::ShopWords::of(language);
        let receipt = sheet(&charge, language);
        assert_eq!(receipt.seal, None, "partly returned");
        for drawings in layouts(&receipt) {
            let all = texts(&drawings).join("\n");
            assert!(
                all.contains("R-0007") && all.contains(&words.refunded),
                "{all}"
            );
        }
        for state in [
            RefundState::Pending,
            RefundState::Moving,
            RefundState::Paid,
            RefundState::Failed,
        ] {
            let own = Sheet::of_refund(&refund(state), &charge, &shop(), language);
            assert_eq!(own.seal.is_some(), state == RefundState::Paid);
            assert_eq!(
                own.advice == words.not_refunded_proof,
                state != RefundState::Paid
            );
            for drawings in layouts(&own) {
                let all = texts(&drawings).join("\n");
                for part in ["R-0007", "7-123", "B042", "¥6.50", "黄瓜卖完了", "王老板"] {
                    assert!(all.contains(part), "{part} is not in:\n{all}");
                }
            }
        }
    }
    charge.refunded = amount("38.50");
    charge.returnable = nothing();
    let words = shop_words::ShopWords::of(Language::English);
    assert_eq!(
        sheet(&charge, Language::English).seal.as_ref(),
        Some(&words.seal_refunded)
    );
}

#[test]
fn the_codes_of_every_layout_can_be_read() {
    let wanted = ["7-123".to_owned(), format!("eip155:10231023 {HASH}")];
    let bytes =
        |layout| of_charge(&charge(), &shop(), layout, Language::SimplifiedChinese).unwrap();
    let png = image::load_from_memory(&bytes(ReceiptLayout::Png))
        .unwrap()
        .to_luma8();
    assert_eq!(codes(png), wanted);
    assert_eq!(
        codes(photographed(&printed(&bytes(ReceiptLayout::EscPos)))),
        wanted
    );
    let mut twice = charge();
    twice.payments.push(twice.payments[0].clone());
    twice.payments[1].transaction = OTHER.to_owned();
    let bytes = of_charge(&twice, &shop(), ReceiptLayout::EscPos, Language::English).unwrap();
    let both = format!("eip155:10231023 {HASH}\neip155:10231023 {OTHER}");
    assert_eq!(
        codes(photographed(&printed(&bytes))),
        ["7-123".to_owned(), both]
    );
}

#[test]
fn the_printer_gets_the_dots_of_the_drawing() {
    let bytes = of_charge(&charge(), &shop(), ReceiptLayout::EscPos, Language::English).unwrap();
    let rows = printed(&bytes);
    let (drawing, height) = slip::draw(&sheet(&charge(), Language::English));
    assert_eq!(rows.len(), usize::try_from(height).unwrap());
    let dots = super::dots(&drawing, height).unwrap();
    for (row, bytes) in rows.iter().zip(&dots) {
        assert_eq!((row.len(), bytes.len()), (576, 72));
    }
    let dark = rows.iter().flatten().filter(|dot| **dot).count();
    // Something is on it, and it is not black.
    assert!(dark > 10_000 && dark < rows.len() * 576 / 4, "{dark}");
    let edge = rows.iter().any(|row| row[0] || row[575]);
    assert!(!edge, "nothing at the very edge");
}

#[test]
fn the_longest_receipt_stays_on_its_paper() {
    for language in LANGUAGES {
        let sheet = sheet(&longest(), language);
        let leaves = leaf::draw(&sheet);
        assert!((5..40).contains(&leaves.len()), "{}", leaves.len());
        let (strip, height) = slip::draw(&sheet);
        for (drawing, (width, height)) in leaves
            .iter()
            .map(|leaf| (leaf, (page::WIDTH - page::MARGIN, page::HEIGHT - 56)))
            .chain([(&strip, (slip::WIDTH - slip::EDGE, height))])
        {
            within(drawing, width, height);
        }
        for layout in [
            ReceiptLayout::Pdf,
            ReceiptLayout::Slip,
            ReceiptLayout::EscPos,
        ] {
            let bytes = of_charge(&longest(), &shop(), layout, language).unwrap();
            assert!(bytes.len() > 10_000);
        }
    }
}

/// No text of a drawing is wider or lower than its paper, or runs into another.
fn within(drawing: &str, right: u32, bottom: u32) {
    let document = roxmltree::Document::parse(drawing).unwrap();
    let mut lines: std::collections::BTreeMap<u32, Vec<(u32, u32, String)>> = Default::default();
    for node in document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
    {
        if node
            .ancestors()
            .any(|above| above.has_attribute("transform"))
        {
            continue;
        }
        let number = |name: &str| node.attribute(name).unwrap().parse::<u32>().unwrap();
        let text = node.text().unwrap_or_default();
        let wide = typeface::width(text) * number("font-size") / 1000;
        let start = match node.attribute("text-anchor") {
            Some("middle") => number("x").saturating_sub(wide / 2),
            Some("end") => number("x").saturating_sub(wide),
            _ => number("x"),
        };
        assert!(start >= 32, "{text}");
        assert!(start + wide <= right + 2 && number("y") <= bottom, "{text}");
        let line = lines.entry(number("y")).or_default();
        line.push((start, start + wide, text.to_owned()));
    }
    for line in lines.values_mut() {
        line.sort();
        for pair in line.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "{pair:?}");
        }
    }
}

#[test]
fn both_languages_are_covered_by_the_bundled_fonts() {
    for text in [
        include_str!("shop.en.json"),
        include_str!("shop.zh-CN.json"),
    ] {
        let missing: BTreeSet<char> = text
            .chars()
            .filter(|c| !c.is_control() && !typeface::covers_all(*c))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
    for capital in "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整".chars() {
        assert!(typeface::covers_all(capital), "{capital}");
    }
}

#[test]
fn documents_have_the_size_of_their_paper() {
    let bytes = of_charge(&charge(), &shop(), ReceiptLayout::Slip, Language::English).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let at = text.find("/MediaBox").unwrap();
    let boxed: String = text[at..].chars().take(60).collect();
    // 80 mm are 226.77 points.
    assert!(boxed.contains("226.7"), "{boxed}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever names, notes and numbers are: the drawing is read back, and stays
    /// on its paper.
    #[test]
    fn foreign_text_breaks_nothing(name in "\\PC{0,80}", note in "\\PC{0,140}", fen in 0_u64..=u64::MAX) {
        let asset = crate::network::Network::sandbox().main_asset().clone();
        let sum = crate::views::amount(&Amount::from_atoms(alloy_primitives::U256::from(fen), asset));
        let mut charge = charge();
        charge.lines[0].name.clone_from(&name);
        charge.lines[0].total = sum.clone();
        charge.amount = sum;
        charge.note = Some(note);
        let shop = Shop { name, ..shop() };
        for language in LANGUAGES {
            let sheet = Sheet::of_charge(&charge, &shop, language);
            let leaves = leaf::draw(&sheet);
            for leaf in &leaves {
                within(leaf, page::WIDTH - page::MARGIN, page::HEIGHT - 56);
            }
            let (strip, height) = slip::draw(&sheet);
            within(&strip, slip::WIDTH - slip::EDGE, height);
        }
    }
}

/// Writes receipts to look at: `JIAOZI_RECEIPTS=folder`.
#[test]
fn pictures() {
    let Some(folder) = std::env::var_os("JIAOZI_RECEIPTS") else {
        return;
    };
    let folder = std::path::Path::new(&folder);
    let mut returned = charge();
    returned.refunds = vec![refund(RefundState::Paid)];
    returned.refunded = amount("6.50");
    let open = ChargeView {
        state: ChargeState::Open,
        assurance: None,
        payments: Vec::new(),
        paid: nothing(),
        ..charge()
    };
    for (tag, language) in [
        ("en", Language::English),
        ("zh", Language::SimplifiedChinese),
    ] {
        for (name, charge) in [
            ("paid", charge()),
            ("returned", returned.clone()),
            ("open", open.clone()),
            ("longest", longest()),
        ] {
            for (layout, ending) in [
                (ReceiptLayout::Pdf, "pdf"),
                (ReceiptLayout::Slip, "slip.pdf"),
            ] {
                let bytes = of_charge(&charge, &shop(), layout, language).unwrap();
                std::fs::write(folder.join(format!("{name}-{tag}.{ending}")), bytes).unwrap();
            }
            let bytes = of_charge(&charge, &shop(), ReceiptLayout::EscPos, language).unwrap();
            let dots = photographed(&printed(&bytes));
            dots.save(folder.join(format!("{name}-{tag}.dots.png")))
                .unwrap();
        }
        let refund = refund(RefundState::Paid);
        for (layout, ending) in [
            (ReceiptLayout::Pdf, "pdf"),
            (ReceiptLayout::Slip, "slip.pdf"),
        ] {
            let bytes = of_refund(&refund, &returned, &shop(), layout, language).unwrap();
            std::fs::write(folder.join(format!("refund-{tag}.{ending}")), bytes).unwrap();
        }
    }
}
