//! Input that is wrong: each has its own code, and no money moves.

use crate::support::World;

const SOMEBODY: &str = "0x809195375684eCdEf1d40c44A6BC39b73d3827dc";

#[test]
fn wrong_amounts_payees_and_pictures() {
    let world = World::new();
    let payer = world.person("payer");
    payer.json(&["topup", "20"]);
    let amounts = [
        ("1e3", 3, "amount_exponent"),
        ("-1", 3, "amount_negative"),
        ("１２", 3, "amount_foreign_digit"),
        ("1.005", 3, "amount_too_precise"),
        ("1,5", 3, "amount_comma"),
        ("0", 3, "amount_zero"),
        ("twelve", 3, "amount_character"),
        ("20.01", 4, "not_enough"),
    ];
    for (amount, exit, code) in amounts {
        let ran = payer.run(&["pay", SOMEBODY, "--amount", amount, "--yes", "--json"]);
        assert_eq!(ran.fails_with(exit, code)["money"], "safe", "{amount}");
        if exit == 3 {
            payer
                .run(&["topup", amount, "--json"])
                .fails_with(exit, code);
        }
    }
    let other_chain = format!("ethereum:{SOMEBODY}@1?value=1");
    let token = "0x1111111111111111111111111111111111111111";
    let unknown = format!("ethereum:{token}@10231023/transfer?address={SOMEBODY}&uint256=1");
    let cut = "jiaozi:pay?to=eip155:10231023:0x8091";
    let requests = [
        // The last digit's case is another one: EIP-55 does not hold.
        (
            "0x809195375684eCdEf1d40c44A6BC39b73d3827dC",
            "address_checksum",
        ),
        (
            "0x809195375684eCdEf1d40c44A6BC39b73d3827",
            "address_malformed",
        ),
        ("0x0000000000000000000000000000000000000000", "address_zero"),
        // CIP-37's own example.
        (
            "cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg",
            "address_core_space",
        ),
        (other_chain.as_str(), "wrong_network"),
        (unknown.as_str(), "unknown_token"),
        (cut, "request_damaged"),
        ("nobody at all", "not_a_request"),
        ("@/nowhere/at/all.png", "file_unreadable"),
    ];
    for (request, code) in requests {
        let ran = payer.run(&["pay", request, "--amount", "1", "--yes", "--json"]);
        assert_eq!(ran.fails_with(3, code)["money"], "safe", "{request}");
    }
    wrong_pictures(&world, &payer);
    assert_eq!(payer.balance(), "20.00");
    assert_eq!(
        payer.json(&["history", "--direction", "out"])["rows"],
        serde_json::json!([])
    );
    payer
        .run(&["payment", "ffffffff", "--json"])
        .fails_with(3, "unknown_payment");
    payer
        .run(&["history", "--from", "yesterday", "--json"])
        .fails_with(3, "time_malformed");
    payer
        .run(&["balance", "--account", "7", "--json"])
        .fails_with(3, "unknown_account");
}

fn wrong_pictures(world: &World, payer: &crate::support::Person) {
    let mut empty = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(300, 300, image::Luma([255]))
        .write_to(&mut empty, image::ImageFormat::Png)
        .unwrap();
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(20_000_001)
    .collect();
    let pictures = [
        (empty.into_inner(), "image_no_code"),
        (
            noise.get(..19_000_000).unwrap().to_vec(),
            "image_unreadable",
        ),
        (noise, "image_too_large"),
    ];
    for (bytes, code) in pictures {
        let file = world.path("picture");
        std::fs::write(&file, bytes).unwrap();
        let request = format!("@{}", file.display());
        payer
            .run(&["pay", &request, "--yes", "--json"])
            .fails_with(3, code);
    }
}

/// Two lines in the language of the run: what happened, what to do next.
#[test]
fn people_read_two_lines() {
    let world = World::new();
    let nobody = world.profile("nobody");
    let ran = nobody.run(&["balance"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(6), ""));
    assert_eq!(
        ran.err,
        "There is no wallet here yet.\n\
         Make one with `jiaozi init`, or bring one back with `jiaozi restore`.\n"
    );
    let ran = nobody.run(&["--language", "zh-CN", "balance"]);
    assert_eq!(
        ran.err,
        "这里还没有钱包。\n请用 `jiaozi init` 新建，或用 `jiaozi restore` 恢复。\n"
    );
}
