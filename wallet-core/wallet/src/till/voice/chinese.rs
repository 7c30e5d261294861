//! Amounts in spoken Chinese, after the rules of reading numbers aloud:
//!
//! - groups of four digits with 万, 亿 and 万亿; one 零 for any row of zeros
//!   inside, none for zeros at the end of a group (一百万五千, 一万零五十);
//! - 十 at the very beginning without 一 (十二, 十万), inside with it (一百一十二);
//! - 二 is 两 where the amount begins with it and a measure or 百 and above
//!   follows (两元, 两百, 两万, 两角), else 二 (二十, 十二, 两千二百);
//! - 元, 角 and 分, with 零 where jiao are missing (十元零五分); smaller parts
//!   and other assets with 点 and single digits;
//! - above 9,999 万亿 single digits: nobody counts that far aloud.

use super::words::{Digits, Word};

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
const PLACES: [&str; 4] = ["", "十", "百", "千"];

/// Up to this many digits before the point are read as a number.
const MOST: usize = 16;

/// The amount: with 元, 角, 分 where it is in yuan, else as a bare number.
pub(super) fn amount(amount: &Digits, yuan: bool) -> Vec<Word> {
    let said = match (yuan, amount.jiao_and_fen()) {
        (true, Some((jiao, fen))) => in_yuan(amount, jiao, fen),
        _ => {
            let mut said = number(&amount.whole);
            if !amount.fraction.is_empty() {
                said.push("点");
                said.extend(amount.fraction.iter().map(|digit| name(*digit)));
            }
            said.extend(yuan.then_some("元"));
            said
        }
    };
    with_liang(said).into_iter().map(Word::Said).collect()
}

/// The tone that `word` has between its neighbours, where it is not its own: as
/// its clip's name has it.
///
/// A third tone before another is a second one (五百); 一 is a fourth one before
/// 百, 千, 角, 分 and 元, and a second one before 万 and 亿, unless it ends a
/// number (十一元, 零一万) or a row of digits.
pub(super) fn changed_tone(before: Option<&str>, word: &str, after: Option<&str>) -> &'static str {
    const THIRD: [&str; 6] = ["五", "九", "两", "百", "点", "角"];
    let ends_a_number = matches!(before, Some("十" | "零"));
    match (word, after) {
        ("一", Some("百" | "千" | "角")) => "4",
        ("一", Some("分" | "元")) if !ends_a_number => "4",
        ("一", Some("万" | "亿")) if !ends_a_number => "2",
        (word, Some(after)) if THIRD.contains(&word) && THIRD.contains(&after) => "2",
        _ => "",
    }
}

/// A digit by itself.
pub(super) fn digit(digit: u8) -> Word {
    Word::Said(name(digit))
}

fn in_yuan(amount: &Digits, jiao: u8, fen: u8) -> Vec<&'static str> {
    let mut said = Vec::new();
    if !amount.whole.is_empty() || (jiao, fen) == (0, 0) {
        said = number(&amount.whole);
        said.push("元");
    }
    if jiao > 0 {
        said.extend([name(jiao), "角"]);
    } else if fen > 0 && !said.is_empty() {
        said.push("零");
    }
    if fen > 0 {
        said.extend([name(fen), "分"]);
    }
    said
}

/// A whole number; 零 for none.
fn number(digits: &[u8]) -> Vec<&'static str> {
    if digits.len() > MOST {
        return digits.iter().map(|digit| name(*digit)).collect();
    }
    // Eight digits below 亿, and what counts 亿 itself.
    let (high, low) = digits.split_at(digits.len().saturating_sub(8));
    let mut said = Vec::new();
    if !high.is_empty() {
        below_yi(&mut said, high);
        said.push("亿");
    }
    below_yi(&mut said, low);
    if said.is_empty() {
        said.push("零");
    }
    if let ["一", "十", ..] = said.as_slice() {
        said.remove(0);
    }
    said
}

/// At most eight digits, said after what `said` has already.
fn below_yi(said: &mut Vec<&'static str>, digits: &[u8]) {
    let (wan, rest) = digits.split_at(digits.len().saturating_sub(4));
    let in_wan = wan.iter().any(|digit| *digit > 0);
    if in_wan {
        group(said, wan);
        said.push("万");
        group(said, rest);
    } else {
        // The zeros of the whole group of 万 count as one row with these.
        group(said, digits);
    }
}

/// A group of digits with 千, 百 and 十; leading zeros are one 零 where
/// something was said before.
fn group(said: &mut Vec<&'static str>, digits: &[u8]) {
    let mut zeros = false;
    for (at, digit) in digits.iter().enumerate() {
        let place = digits.len().saturating_sub(at).saturating_sub(1);
        if *digit == 0 {
            zeros = true;
            continue;
        }
        if zeros && !said.is_empty() {
            said.push("零");
        }
        zeros = false;
        said.push(name(*digit));
        said.extend(PLACES.get(place).filter(|place| !place.is_empty()));
    }
}

/// 两 for 二 at the beginning, before a measure.
fn with_liang(mut said: Vec<&'static str>) -> Vec<&'static str> {
    let measure = said
        .get(1)
        .is_some_and(|next| "百千万亿元角分".contains(next));
    if let Some(first) = said.first_mut().filter(|first| **first == "二" && measure) {
        *first = "两";
    }
    said
}

fn name(digit: u8) -> &'static str {
    DIGITS.get(usize::from(digit)).copied().unwrap_or("零")
}
