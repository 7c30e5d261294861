//! RS1024: the three last words of a share, a Reed-Solomon code over words of
//! ten bits. It notices every fault in up to three words, and tells where the
//! fault is when it is in one word alone.

const GENERATOR: [u32; 10] = [
    0x00e0_e040,
    0x01c1_c080,
    0x0383_8100,
    0x0707_0200,
    0x0e0e_0009,
    0x1c0c_2412,
    0x3808_6c24,
    0x3090_fc48,
    0x21b1_f890,
    0x03f3_f120,
];

/// How many words the checksum has.
pub const LENGTH: usize = 3;

/// The flag "extendable" in the second word.
const EXTENDABLE: u16 = 1 << 4;

/// Where the fault of a share seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspect {
    /// One word, from 1: with another word there the share would be whole.
    Word(usize),
    /// This word (from 1) and the next one have changed places.
    Swapped(usize),
}

/// What is set before the words of a share, by its flag.
fn customization(extendable: bool) -> &'static [u8] {
    if extendable {
        b"shamir_extendable"
    } else {
        b"shamir"
    }
}

fn step(state: u32, value: u16) -> u32 {
    let top = state >> 20;
    let shifted = ((state & 0xf_ffff) << 10) ^ u32::from(value);
    GENERATOR
        .iter()
        .enumerate()
        .fold(shifted, |state, (bit, generator)| {
            state ^ (generator & 0u32.wrapping_sub((top >> bit) & 1))
        })
}

fn polymod(extendable: bool, words: &[u16]) -> u32 {
    let customization = customization(extendable)
        .iter()
        .map(|byte| u16::from(*byte));
    customization.chain(words.iter().copied()).fold(1, step)
}

/// Whether a share with these first words is extendable.
pub fn is_extendable(words: &[u16]) -> bool {
    words.get(1).is_some_and(|word| word & EXTENDABLE != 0)
}

/// The checksum of the words before it.
pub fn create(words: &[u16]) -> [u16; LENGTH] {
    let state = [0; LENGTH]
        .into_iter()
        .fold(polymod(is_extendable(words), words), step)
        ^ 1;
    // Ten bits always fit.
    [20, 10, 0].map(|shift| u16::try_from((state >> shift) & 1023).unwrap_or(0))
}

/// Whether the last three words are the checksum of those before.
pub fn verify(words: &[u16]) -> bool {
    polymod(is_extendable(words), words) == 1
}

/// Where the fault of words that do not verify seems to be; none when it is
/// in more than one word. A fault in two words is never taken for one in one
/// word; one in three or more may be.
pub fn suspect(words: &[u16]) -> Option<Suspect> {
    swapped(words).or_else(|| wrong(words))
}

fn swapped(words: &[u16]) -> Option<Suspect> {
    let mut words = zeroize::Zeroizing::new(words.to_vec());
    for at in 1..words.len() {
        let before = at.saturating_sub(1);
        let differ = words.get(before) != words.get(at);
        words.swap(before, at);
        if differ && verify(&words) {
            return Some(Suspect::Swapped(at));
        }
        words.swap(before, at);
    }
    None
}

fn wrong(words: &[u16]) -> Option<Suspect> {
    let extendable = is_extendable(words);
    // The code is linear: what a wrong word adds to the remainder depends on
    // its place and on the bits that are wrong, and on nothing else.
    let own = polymod(extendable, words) ^ 1;
    let other = polymod(!extendable, words) ^ 1;
    (0..words.len()).find_map(|at| {
        let behind = words.len().saturating_sub(at).saturating_sub(1);
        let explains = |error: u16| {
            let flips = at == 1 && error & EXTENDABLE != 0;
            let wanted = if flips { other } else { own };
            (0..behind).fold(u32::from(error), |state, _| step(state, 0)) == wanted
        };
        (1..1024)
            .any(explains)
            .then_some(Suspect::Word(at.saturating_add(1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(extendable: bool) -> Vec<u16> {
        let flag = if extendable { EXTENDABLE } else { 0 };
        let mut words: Vec<u16> = (0..17).map(|at| (at * 389 + 71) % 1024).collect();
        words[1] = (words[1] & !EXTENDABLE) | flag;
        let checksum = create(&words);
        words.extend(checksum);
        words
    }

    #[test]
    fn says_which_word_is_wrong() {
        for extendable in [false, true] {
            let right = sealed(extendable);
            assert!(verify(&right));
            for at in 0..right.len() {
                let mut wrong = right.clone();
                // Flips the flag too when it is the second word.
                wrong[at] ^= 0b10_0001_0001;
                assert!(!verify(&wrong));
                assert_eq!(suspect(&wrong), Some(Suspect::Word(at + 1)));
            }
        }
    }

    #[test]
    fn says_which_words_are_swapped() {
        let right = sealed(true);
        for at in 1..right.len() {
            let mut wrong = right.clone();
            wrong.swap(at - 1, at);
            assert_eq!(suspect(&wrong), Some(Suspect::Swapped(at)));
        }
    }

    #[test]
    fn two_wrong_words_accuse_none() {
        let right = sealed(false);
        for (first, second) in [(0, 5), (1, 2), (3, 19), (17, 18)] {
            let mut wrong = right.clone();
            wrong[first] ^= 5;
            wrong[second] ^= 700;
            assert_eq!(suspect(&wrong), None, "{first} {second}");
        }
    }
}
