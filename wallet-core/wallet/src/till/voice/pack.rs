//! The pack of clips, `words.pack`, which is compiled in.
//!
//! `JZVOICE1`, the length of the index (u32, little-endian), the index (a line
//! `words SHA-256 0` for the `words.json` that it was made of, a line
//! `part/word offset samples` a clip, then an empty line), and the clips: IMA
//! ADPCM, 16 kHz, mono, four bits a sample, the low nibble first, each clip
//! from silence.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiaozi_types::agent::Language;

use super::{VoiceError, Word, chinese};

/// Samples a second.
pub(super) const RATE: u32 = 16_000;

static PACK: &[u8] = include_bytes!("words.pack");
const MAGIC: &[u8] = b"JZVOICE1";

/// Where a clip lies among the clips, and how many samples it has.
type Place = (usize, usize);

/// Where each clip lies, and all of them.
type Index = (HashMap<&'static str, Place>, &'static [u8]);

static INDEX: LazyLock<Option<Index>> = LazyLock::new(|| index(PACK));

fn index(pack: &'static [u8]) -> Option<Index> {
    let rest = pack.strip_prefix(MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (head, clips) = rest.split_at_checked(length)?;
    let mut places = HashMap::new();
    for line in std::str::from_utf8(head).ok()?.lines() {
        let mut parts = line.split(' ');
        let Some(name) = parts.next().filter(|name| name.contains('/')) else {
            continue;
        };
        let offset = parts.next()?.parse().ok()?;
        places.insert(name, (offset, parts.next()?.parse().ok()?));
    }
    Some((places, clips))
}

/// The names of the clips of `words`, in their order: some Chinese words have
/// another tone before some others.
pub(super) fn names(words: &[Word], language: Language) -> Vec<String> {
    let said = |at: Option<usize>| match words.get(at?) {
        Some(Word::Said(said)) => Some(*said),
        _ => None,
    };
    let name = |(at, word): (usize, &Word)| match (word, language) {
        (Word::Letter(c), _) => format!("letters/{}", c.to_ascii_lowercase()),
        (Word::Said(word), Language::English) => format!("en/{word}"),
        (Word::Said(word), Language::SimplifiedChinese) => {
            let tone =
                chinese::changed_tone(said(at.checked_sub(1)), word, said(at.checked_add(1)));
            format!("zh/{word}{tone}")
        }
    };
    words.iter().enumerate().map(name).collect()
}

/// Whether there is a clip of this name.
#[cfg(test)]
pub(super) fn has(name: &str) -> bool {
    let index = INDEX.as_ref();
    index.is_some_and(|(places, _)| places.contains_key(name))
}

/// The samples of a clip.
pub(super) fn clip(name: &str) -> Result<Vec<i16>, VoiceError> {
    let found = INDEX.as_ref().and_then(|(places, clips)| {
        let (offset, samples) = *places.get(name)?;
        let end = offset.checked_add(samples.div_ceil(2))?;
        Some(decoded(clips.get(offset..end)?, samples))
    });
    found.ok_or_else(|| VoiceError::Pack(name.to_owned()))
}

/// What the pack says it was made of.
#[cfg(test)]
pub(super) fn made_of() -> String {
    let text = String::from_utf8_lossy(PACK);
    let rest = text.split_once("words ").unwrap().1;
    rest.split(' ').next().unwrap().to_owned()
}

/// Every clip's name, and the size of the pack in bytes.
#[cfg(test)]
pub(super) fn all() -> (Vec<&'static str>, usize) {
    let index = INDEX.as_ref().unwrap();
    (index.0.keys().copied().collect(), PACK.len())
}

/// IMA ADPCM, from silence.
fn decoded(bytes: &[u8], samples: usize) -> Vec<i16> {
    let (mut value, mut step) = (0_i32, 0_usize);
    let nibbles = bytes.iter().flat_map(|byte| [byte & 15, byte >> 4]);
    let decode = |code: u8| {
        let size = i32::from(STEPS.get(step).copied().unwrap_or(i16::MAX));
        let mut change = size >> 3;
        for (bit, part) in [(4, size), (2, size >> 1), (1, size >> 2)] {
            if code & bit != 0 {
                change = change.saturating_add(part);
            }
        }
        value = if code & 8 == 0 {
            value.saturating_add(change)
        } else {
            value.saturating_sub(change)
        };
        value = value.clamp(i16::MIN.into(), i16::MAX.into());
        step = match code & 7 {
            0..4 => step.saturating_sub(1),
            loud => step.saturating_add(usize::from(loud.saturating_sub(3)).saturating_mul(2)),
        }
        .min(STEPS.len().saturating_sub(1));
        i16::try_from(value).unwrap_or_default()
    };
    nibbles.take(samples).map(decode).collect()
}

const STEPS: [i16; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66,
    73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449,
    494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272,
    2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493,
    10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
