use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::api::AssetView;

const LANGUAGES: [Language; 2] = [Language::English, Language::SimplifiedChinese];

fn amount(plain: &str, symbol: &str) -> AmountView {
    AmountView {
        atoms: String::new(),
        plain: plain.to_owned(),
        text: String::new(),
        asset: AssetView {
            id: String::new(),
            symbol: symbol.to_owned(),
            decimals: 2,
            yuan: symbol == "SBY",
        },
    }
}

fn chinese(plain: &str) -> String {
    sentence(&amount(plain, "SBY"), Language::SimplifiedChinese).unwrap()
}

fn english(plain: &str) -> String {
    sentence(&amount(plain, "SBY"), Language::English).unwrap()
}

#[test]
fn chinese_as_it_is_said() {
    for (plain, said) in [
        ("0", "零元"),
        ("12.50", "十二元五角"),
        ("0.05", "五分"),
        ("0.20", "两角"),
        ("0.22", "两角二分"),
        ("2.00", "两元"),
        ("2.22", "两元二角二分"),
        ("10.05", "十元零五分"),
        ("22", "二十二元"),
        ("105.50", "一百零五元五角"),
        ("110", "一百一十元"),
        ("200", "两百元"),
        ("1,001.01", "一千零一元零一分"),
        ("2222", "两千二百二十二元"),
        ("10000", "一万元"),
        ("10010", "一万零一十元"),
        ("20002", "两万零二元"),
        ("100500", "十万零五百元"),
        ("1005000", "一百万五千元"),
        ("100000000", "一亿元"),
        ("200020000", "两亿零二万元"),
        ("100000001", "一亿零一元"),
        ("1000100000000", "一万零一亿元"),
        ("12.505", "十二点五零五元"),
    ] {
        assert_eq!(chinese(plain), format!("到账{said}"), "{plain}");
    }
}

#[test]
fn english_as_it_is_said() {
    for (plain, said) in [
        ("0", "zero yuan"),
        ("12.50", "twelve point five zero yuan"),
        ("0.05", "zero point zero five yuan"),
        ("21", "twenty one yuan"),
        ("115", "one hundred fifteen yuan"),
        (
            "1,234.56",
            "one thousand two hundred thirty four point five six yuan",
        ),
        ("1000001", "one million one yuan"),
        ("12.505", "twelve point five zero five yuan"),
    ] {
        assert_eq!(english(plain), format!("received {said}"), "{plain}");
    }
}

#[test]
fn other_assets_by_their_code() {
    let coin = amount("2.5", "USDT0");
    assert_eq!(
        sentence(&coin, Language::English).unwrap(),
        "received two point five USDT zero"
    );
    assert_eq!(
        sentence(&coin, Language::SimplifiedChinese).unwrap(),
        "到账二点五 USDT 零"
    );
    let coin = amount("200", "x-C.f_X");
    assert_eq!(
        sentence(&coin, Language::SimplifiedChinese).unwrap(),
        "到账两百 XCFX"
    );
}

#[test]
fn what_is_no_number_is_not_said() {
    for text in ["", ".", "-1", "1e3", "¥1", "１", "1.2.3", "12a"] {
        assert!(
            sentence(&amount(text, "SBY"), Language::English).is_err(),
            "{text}"
        );
    }
}

#[test]
fn capitals_as_on_an_invoice() {
    let capitals = |plain: &str| in_capitals(&Digits::read(plain).unwrap());
    for (plain, text) in [
        ("0", "零元整"),
        ("12.50", "壹拾贰元伍角整"),
        ("1005.06", "壹仟零伍元零陆分"),
        ("0.30", "叁角整"),
        ("0.07", "柒分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("100000000", "壹亿元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
    ] {
        assert_eq!(capitals(plain).as_deref(), Some(text), "{plain}");
    }
    assert_eq!(capitals("0.001"), None);
    assert_eq!(capitals("10000000000000000"), None);
}

/// Reads a Chinese number back the way people do: a unit multiplies what was
/// said since the last larger one. Shares nothing with what writes it.
fn read_chinese(text: &str) -> u128 {
    let (mut total, mut below_yi, mut group, mut digit) = (0, 0, 0, None);
    let mut digits_only = true;
    let mut plain = 0_u128;
    for c in text.chars() {
        if let Some(number) = "零一二三四五六七八九".chars().position(|d| d == c) {
            digit = Some(number as u128);
            plain = plain * 10 + number as u128;
            continue;
        }
        if c == '两' {
            digit = Some(2);
            continue;
        }
        digits_only = false;
        let place = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '万' => {
                below_yi += (group + digit.take().unwrap_or(0)) * 10_000;
                group = 0;
                continue;
            }
            '亿' => {
                total += (below_yi + group + digit.take().unwrap_or(0)) * 100_000_000;
                (below_yi, group) = (0, 0);
                continue;
            }
            other => panic!("{other} in {text}"),
        };
        group += digit.take().unwrap_or(1) * place;
    }
    if digits_only && text.chars().count() > 1 {
        return plain;
    }
    total + below_yi + group + digit.unwrap_or(0)
}

/// Fen of `到账…`.
fn read_chinese_yuan(text: &str) -> u128 {
    let rest = text.strip_prefix("到账").unwrap();
    let (yuan, rest) = rest.split_once('元').unwrap_or(("", rest));
    let (jiao, rest) = rest.split_once('角').unwrap_or(("", rest));
    let fen = rest.strip_suffix('分').unwrap_or_else(|| {
        assert_eq!(rest, "", "{text}");
        rest
    });
    let one = |text: &str| {
        if text.is_empty() {
            0
        } else {
            read_chinese(text.trim_start_matches('零'))
        }
    };
    let yuan = if yuan.is_empty() {
        0
    } else {
        read_chinese(yuan)
    };
    assert!(one(jiao) < 10 && one(fen) < 10, "{text}");
    yuan * 100 + one(jiao) * 10 + one(fen)
}

fn english_number(word: &str) -> Option<u128> {
    let small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
    let tens = "twenty thirty forty fifty sixty seventy eighty ninety";
    let found = small.split(' ').position(|name| name == word);
    let ten = tens.split(' ').position(|name| name == word);
    found.or(ten.map(|at| (at + 2) * 10)).map(|n| n as u128)
}

/// Fen of `received … yuan`.
fn read_english_yuan(text: &str) -> u128 {
    let middle = text.strip_prefix("received ").unwrap();
    let middle = middle.strip_suffix(" yuan").unwrap();
    let (whole, fraction) = middle
        .split_once(" point ")
        .unwrap_or((middle, "zero zero"));
    let (mut total, mut group) = (0_u128, 0);
    for word in whole.split(' ') {
        let scale = match word {
            "hundred" => {
                group *= 100;
                continue;
            }
            "thousand" => 1_000,
            "million" => 1_000_000,
            "billion" => 1_000_000_000,
            "trillion" => 1_000_000_000_000,
            "quadrillion" => 1_000_000_000_000_000,
            number => {
                group += english_number(number).unwrap();
                continue;
            }
        };
        total += group * scale;
        group = 0;
    }
    let digits: Vec<u128> = fraction
        .split(' ')
        .map(|d| english_number(d).unwrap())
        .collect();
    assert_eq!(digits.len(), 2, "{text}");
    (total + group) * 100 + digits[0] * 10 + digits[1]
}

fn plain(fen: u128) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[test]
fn every_amount_of_a_shop_reads_back() {
    // All amounts up to 2,100 yuan, to the fen; larger ones are drawn below.
    for fen in 0..210_000 {
        let written = plain(fen);
        assert_eq!(
            read_chinese_yuan(&chinese(&written)),
            fen,
            "{}",
            chinese(&written)
        );
        assert_eq!(
            read_english_yuan(&english(&written)),
            fen,
            "{}",
            english(&written)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Of every size up to the bound of counting, with many zeros in them.
    #[test]
    fn amounts_of_every_size_read_back(
        digits in prop::collection::vec(prop_oneof![3 => Just(0_u8), 2 => 1_u8..=9], 1..=18),
    ) {
        let fen = digits.iter().fold(0_u128, |sum, digit| sum * 10 + u128::from(*digit));
        let written = plain(fen);
        let said = chinese(&written);
        prop_assert_eq!(read_chinese_yuan(&said), fen, "{}", said);
        prop_assert!(!said.contains("零零") && !said.contains("零元") || fen < 100);
        prop_assert!(!said.contains("一十一十") && !said.starts_with("到账一十"));
        let said = english(&written);
        prop_assert_eq!(read_english_yuan(&said), fen, "{}", said);
    }

    /// Beyond the bound, and with any number of decimals: nothing is lost, and
    /// every word has its clip.
    #[test]
    fn whatever_is_said_can_be_heard(
        whole in prop::collection::vec(0_u8..=9, 1..=60),
        fraction in prop::collection::vec(0_u8..=9, 0..=20),
        code in "[A-Za-z0-9._-]{1,16}",
        yuan in any::<bool>(),
    ) {
        let text = |digits: &[u8]| digits.iter().map(|d| char::from(b'0' + d)).collect::<String>();
        let written = format!("{}.{}", text(&whole), text(&fraction));
        let amount = amount(&written, if yuan { "SBY" } else { &code });
        for language in LANGUAGES {
            let words = received(&amount, language).unwrap();
            let names = pack::names(&words, language);
            for name in &names {
                prop_assert!(pack::has(name), "{}", name);
            }
            // The sound is its clips, in their order, and nothing is cut off.
            let clips: Vec<_> = names.iter().map(|name| pack::clip(name).unwrap()).collect();
            let spoken: usize = clips.iter().map(Vec::len).sum();
            let close = match language {
                Language::SimplifiedChinese => sound::CLOSE,
                Language::English => sound::CLOSE / 2,
            };
            let around = sound::LEAD + sound::PAUSE + sound::TAIL;
            let long = around + spoken - close * (words.len() - 2);
            let file = say(&amount, language, 100).unwrap();
            prop_assert_eq!(file.len(), 44 + 2 * long);
        }
    }
}

/// The words and their sounds, which the pack is made of.
const WORDS: &str = include_str!("../../../../../scripts/voice/words.json");

#[test]
fn the_pack_is_made_of_the_words() {
    use sha2::{Digest, Sha256};
    assert_eq!(
        pack::made_of(),
        hex::encode(Sha256::digest(WORDS)),
        "run scripts/voice/make.sh"
    );
    let words: serde_json::Value = serde_json::from_str(WORDS).unwrap();
    let named = words.as_object().unwrap().iter().flat_map(|(part, words)| {
        let words = words.as_object().unwrap().keys();
        words.map(move |word| format!("{part}/{word}"))
    });
    let packed: BTreeSet<String> = pack::all().0.into_iter().map(str::to_owned).collect();
    assert_eq!(packed, named.collect());
}

#[test]
fn tones_change_between_words_as_they_are_said() {
    let names = |plain: &str| {
        let words = received(&amount(plain, "SBY"), Language::SimplifiedChinese).unwrap();
        let names = pack::names(&words, Language::SimplifiedChinese);
        let bare = names.iter().skip(1).map(|name| name.replace("zh/", ""));
        bare.collect::<Vec<_>>().join(" ")
    };
    for (plain, said) in [
        ("1", "一4 元"),
        ("11", "十 一 元"),
        ("0.10", "一4 角"),
        ("1.01", "一4 元 零 一 分"),
        ("100", "一4 百 元"),
        ("1500", "一4 千 五2 百 元"),
        ("950", "九2 百2 五 十 元"),
        ("200.50", "两2 百 元 五2 角"),
        ("10000", "一2 万 元"),
        ("110000", "十 一 万 元"),
        ("100000000", "一2 亿 元"),
        ("5.555", "五2 点2 五2 五2 五 元"),
        ("22", "二 十 二 元"),
    ] {
        assert_eq!(names(plain), said, "{plain}");
    }
}

#[test]
fn every_clip_of_the_pack_is_used_and_sounds() {
    let (packed, size) = pack::all();
    assert!(size < 400_000, "{size}");
    let mut wanted = BTreeSet::new();
    // Every word that an amount can have, before and after every other.
    for language in LANGUAGES {
        let code: String = ('a'..='z').collect();
        let mut amounts: Vec<String> = (0..=1_200).map(|n| format!("{n}.11")).collect();
        let others = [
            "0.55",
            "2",
            "12345.678",
            "1234567.8",
            "1234567890",
            "123456789012345678",
            "1.234",
            "200",
            "5.5",
            "95.99",
            "2.999",
            "0.25",
            "100000000",
            "5.95",
            "0.955",
        ];
        amounts.extend(others.map(str::to_owned));
        for written in amounts {
            for symbol in ["SBY", code.as_str()] {
                let words = received(&amount(&written, symbol), language).unwrap();
                wanted.extend(pack::names(&words, language));
            }
        }
    }
    for name in &wanted {
        let clip = pack::clip(name).unwrap();
        // Between a fifth of a second and one, audible, with room above.
        assert!((3_200..=16_000).contains(&clip.len()), "{name}");
        let peak = clip.iter().map(|s| s.unsigned_abs()).max().unwrap();
        assert!((9_000..29_500).contains(&peak), "{name}: {peak}");
        assert!(clip[0].unsigned_abs() < 300 && clip[clip.len() - 1].unsigned_abs() < 600);
    }
    let packed: BTreeSet<String> = packed.into_iter().map(str::to_owned).collect();
    assert_eq!(packed, wanted);
}

#[test]
fn the_sound_is_a_wav_file_as_loud_as_asked() {
    let twelve = amount("12.50", "SBY");
    let peak = |volume| {
        let file = say(&twelve, Language::SimplifiedChinese, volume).unwrap();
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(
            u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize,
            file.len() - 8
        );
        assert_eq!(u32::from_le_bytes(file[24..28].try_into().unwrap()), 16_000);
        assert_eq!(
            u32::from_le_bytes(file[40..44].try_into().unwrap()) as usize,
            file.len() - 44
        );
        let seconds = (file.len() - 44) / 32_000;
        assert!((1..=4).contains(&seconds), "{seconds}");
        let samples = file[44..]
            .chunks(2)
            .map(|s| i16::from_le_bytes([s[0], s[1]]));
        samples.map(i16::unsigned_abs).max().unwrap()
    };
    let full = peak(100);
    assert!((12_000..32_000).contains(&full), "{full}");
    assert!(peak(50) <= full / 2 + 1);
    assert_eq!(peak(0), 0);
    assert_eq!(peak(255), full);
}

/// Writes sounds to listen to: `JIAOZI_SOUNDS=folder`.
#[test]
fn sounds() {
    let Some(folder) = std::env::var_os("JIAOZI_SOUNDS") else {
        return;
    };
    for (name, language) in [
        ("en", Language::English),
        ("zh", Language::SimplifiedChinese),
    ] {
        for written in ["12.50", "2222.22", "105", "10000", "0.05"] {
            let sound = say(&amount(written, "SBY"), language, 100).unwrap();
            let file = std::path::Path::new(&folder).join(format!("{name}-{written}.wav"));
            std::fs::write(file, sound).unwrap();
        }
    }
}
