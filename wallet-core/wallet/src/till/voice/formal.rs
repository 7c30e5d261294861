//! Yuan in the capitals of Chinese receipts and invoices (人民币大写), after the
//! rules for filling in bills: 壹拾贰元伍角整, 壹仟零伍元零陆分.

use super::Digits;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];

/// The amount in capitals; none where it has parts of a fen, or is above
/// 9,999 万亿.
pub fn in_capitals(amount: &Digits) -> Option<String> {
    let (jiao, fen) = amount.jiao_and_fen()?;
    let groups: Vec<&[u8]> = amount.whole.rchunks(4).collect();
    if groups.len() > 4 {
        return None;
    }
    let mut text = String::new();
    // Whether a zero stands between what is written and what comes next.
    let mut gap = false;
    let mut in_yi = false;
    for (index, digits) in groups.iter().enumerate().rev() {
        let mut any = false;
        for (at, digit) in digits.iter().enumerate() {
            let place = digits.len().saturating_sub(at).saturating_sub(1);
            if *digit == 0 {
                gap = true;
                continue;
            }
            if gap && !text.is_empty() {
                text.push('零');
            }
            gap = false;
            any = true;
            text.push(capital(*digit));
            text.push_str(PLACES.get(place).copied().unwrap_or_default());
        }
        // 万亿 is 万 of 亿: 亿 is written once, after both.
        match (index, any) {
            (3, true) => {
                in_yi = true;
                text.push('万');
            }
            (2, true) => text.push('亿'),
            (2, false) if in_yi => text.push('亿'),
            (1, true) => text.push('万'),
            _ => {}
        }
    }
    if !text.is_empty() || (jiao, fen) == (0, 0) {
        if text.is_empty() {
            text.push('零');
        }
        text.push('元');
    }
    match (jiao, fen) {
        (0, 0) => text.push('整'),
        (jiao, 0) => {
            text.push(capital(jiao));
            text.push_str("角整");
        }
        (jiao, fen) => {
            if jiao > 0 {
                text.push(capital(jiao));
                text.push('角');
            } else if !text.is_empty() {
                text.push('零');
            }
            text.push(capital(fen));
            text.push('分');
        }
    }
    Some(text)
}

fn capital(digit: u8) -> char {
    DIGITS.get(usize::from(digit)).copied().unwrap_or('零')
}
