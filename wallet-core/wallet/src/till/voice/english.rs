//! Amounts in spoken English: `one thousand two hundred thirty four point five
//! zero yuan`. Fen are said as they stand on the screen, both digits; smaller
//! parts digit by digit. From a quintillion on, digits alone.

use super::words::{Digits, Word};

const BELOW_TWENTY: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const THOUSANDS: [&str; 6] = [
    "",
    "thousand",
    "million",
    "billion",
    "trillion",
    "quadrillion",
];

/// Up to this many digits before the point are read as a number.
const MOST: usize = 18;

/// The amount, and `yuan` where it is in yuan.
pub(super) fn amount(amount: &Digits, yuan: bool) -> Vec<Word> {
    let mut said = number(&amount.whole);
    if !amount.fraction.is_empty() {
        said.push("point");
        said.extend(amount.fraction.iter().map(|digit| name(*digit)));
        // "Five zero", as the screen has it.
        if yuan && amount.fraction.len() == 1 {
            said.push("zero");
        }
    }
    said.extend(yuan.then_some("yuan"));
    said.into_iter().map(Word::Said).collect()
}

/// A digit by itself.
pub(super) fn digit(digit: u8) -> Word {
    Word::Said(name(digit))
}

fn number(digits: &[u8]) -> Vec<&'static str> {
    if digits.len() > MOST {
        return digits.iter().map(|digit| name(*digit)).collect();
    }
    let groups: Vec<&[u8]> = digits.rchunks(3).collect();
    let mut said = Vec::new();
    for (group, thousands) in groups.iter().zip(THOUSANDS).rev() {
        let before = said.len();
        below_thousand(&mut said, group);
        if said.len() > before && !thousands.is_empty() {
            said.push(thousands);
        }
    }
    if said.is_empty() {
        said.push("zero");
    }
    said
}

/// At most three digits; nothing for zero.
fn below_thousand(said: &mut Vec<&'static str>, digits: &[u8]) {
    let digit = |place: usize| {
        let at = digits.len().checked_sub(place.saturating_add(1));
        at.and_then(|at| digits.get(at)).copied().unwrap_or(0)
    };
    let (hundreds, tens, ones) = (digit(2), digit(1), digit(0));
    if hundreds > 0 {
        said.extend([name(hundreds), "hundred"]);
    }
    if tens >= 2 {
        said.extend(TENS.get(usize::from(tens)));
    }
    let last = if tens == 1 {
        ones.saturating_add(10)
    } else {
        ones
    };
    if last > 0 {
        said.push(name(last));
    }
}

fn name(number: u8) -> &'static str {
    BELOW_TWENTY
        .get(usize::from(number))
        .copied()
        .unwrap_or("zero")
}
