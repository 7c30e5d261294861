//! Messages as frames (`ur:type/…`), one or many. Many are made with a fountain
//! code: any that are enough give the whole, whichever of them were lost.

use crate::error::ColdError;

/// The most bytes of a message.
const MESSAGE_MAX: usize = 20_000;
/// The most characters of a frame: more than the largest QR code holds.
const FRAME_MAX: usize = 45_000;
/// The most parts of a message.
const PARTS_MAX: usize = 500;
/// The most frames that are looked at for one message.
const FRAMES_MAX: usize = 20_000;
/// The most bytes of a file with frames.
const TEXT_MAX: usize = 2_000_000;
/// Characters of an unknown type that are told.
const TYPE_SHOWN: usize = 40;

/// A message and the type that its frames name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The type, as in `eth-sign-request`.
    pub kind: String,
    /// Its CBOR.
    pub bytes: Vec<u8>,
}

impl Message {
    pub(crate) fn other_type(&self) -> ColdError {
        ColdError::OtherType {
            found: self.kind.chars().take(TYPE_SHOWN).collect(),
        }
    }
}

/// The message as a single frame.
pub fn single(message: &Message) -> Result<String, ColdError> {
    ur::ur::try_encode(&message.bytes, &ur::Type::Custom(&message.kind))
        .map_err(|_| ColdError::Malformed("type"))
}

/// `count` frames of the message with at most `part` bytes of it each, beginning
/// with the first. The first round has every part once; what follows mixes them.
/// A message that fits into one frame is one frame, `count` times.
pub fn frames(message: &Message, part: usize, count: usize) -> Result<Vec<String>, ColdError> {
    if message.bytes.len() <= part {
        return Ok(vec![single(message)?; count]);
    }
    let fault = |_| ColdError::Malformed("type");
    let mut encoder = ur::Encoder::new(&message.bytes, part, &message.kind).map_err(fault)?;
    (0..count)
        .map(|_| encoder.next_part().map_err(fault))
        .collect()
}

/// Puts a message together from frames, in any order, with repetitions and gaps.
#[derive(Default)]
pub struct Collector {
    decoder: ur::Decoder,
    whole: Option<Message>,
    seen: usize,
    damaged: usize,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Collector({} frames)", self.seen)
    }
}

impl Collector {
    /// Takes one frame. A damaged one is `DamagedFrame`, and one of another
    /// message `OtherMessage`; both leave what was collected as it is.
    pub fn take(&mut self, frame: &str) -> Result<(), ColdError> {
        let frame = frame.trim();
        self.seen = self.seen.saturating_add(1);
        if frame.len() > FRAME_MAX || self.seen > FRAMES_MAX {
            return Err(ColdError::TooLarge);
        }
        if !frame.is_ascii() {
            self.damaged = self.damaged.saturating_add(1);
            return Err(ColdError::DamagedFrame);
        }
        let lower = frame.to_ascii_lowercase();
        let Some((kind, rest)) = lower
            .strip_prefix("ur:")
            .and_then(|rest| rest.split_once('/'))
        else {
            return Err(ColdError::NoFrame);
        };
        let outcome = match rest.split_once('/') {
            None => self.take_single(kind, &lower),
            Some((place, _)) => self.take_part(place, &lower),
        };
        if outcome == Err(ColdError::DamagedFrame) {
            self.damaged = self.damaged.saturating_add(1);
        }
        outcome
    }

    fn take_single(&mut self, kind: &str, frame: &str) -> Result<(), ColdError> {
        let (_, bytes) = ur::ur::decode(frame).map_err(|_| ColdError::DamagedFrame)?;
        if bytes.len() > MESSAGE_MAX {
            return Err(ColdError::TooLarge);
        }
        let kind = kind.to_owned();
        self.keep(Message { kind, bytes })
    }

    fn take_part(&mut self, place: &str, frame: &str) -> Result<(), ColdError> {
        // Bounded before the decoder makes room for so many parts.
        let number = |text: &str| text.parse::<usize>().ok();
        let (at, parts) = place
            .split_once('-')
            .and_then(|(at, parts)| Some((number(at)?, number(parts)?)))
            .ok_or(ColdError::DamagedFrame)?;
        if parts > PARTS_MAX || u32::try_from(at).is_err() {
            return Err(ColdError::TooLarge);
        }
        self.decoder.receive(frame).map_err(|error| match error {
            ur::ur::Error::UnexpectedType
            | ur::ur::Error::Fountain(ur::fountain::Error::InconsistentPart) => {
                ColdError::OtherMessage
            }
            _ => ColdError::DamagedFrame,
        })?;
        if !self.decoder.complete() {
            return Ok(());
        }
        let bytes = self.decoder.message();
        let bytes = bytes.map_err(|_| ColdError::Malformed("message"))?;
        match (bytes, self.decoder.ur_type()) {
            (Some(bytes), _) if bytes.len() > MESSAGE_MAX => Err(ColdError::TooLarge),
            (Some(bytes), Some(kind)) => {
                let kind = kind.to_owned();
                self.keep(Message { kind, bytes })
            }
            _ => Err(ColdError::Malformed("message")),
        }
    }

    fn keep(&mut self, message: Message) -> Result<(), ColdError> {
        match &self.whole {
            Some(whole) if *whole != message => Err(ColdError::OtherMessage),
            Some(_) => Ok(()),
            None => {
                self.whole = Some(message);
                Ok(())
            }
        }
    }

    /// How many parts are there, of how many; both zero before the first frame.
    pub fn progress(&self) -> (usize, usize) {
        match &self.whole {
            Some(_) => {
                let parts = self.decoder.fragment_count().max(1);
                (parts, parts)
            }
            None => (
                self.decoder.resolved_fragment_count().unwrap_or(0),
                self.decoder.fragment_count(),
            ),
        }
    }

    /// The message, once it is whole.
    pub fn message(&self) -> Result<&Message, ColdError> {
        let (have, need) = self.progress();
        match &self.whole {
            Some(message) => Ok(message),
            None if need == 0 && self.damaged > 0 => Err(ColdError::DamagedFrame),
            None if need == 0 => Err(ColdError::NoFrame),
            None => Err(ColdError::Incomplete {
                have,
                need,
                damaged: self.damaged,
            }),
        }
    }
}

/// The messages in a text: frames, one a line, of one message or of several one
/// after the other. Damaged frames are left out as long as the rest is enough.
pub fn read_text(text: &str) -> Result<Vec<Message>, ColdError> {
    if text.len() > TEXT_MAX {
        return Err(ColdError::TooLarge);
    }
    let mut messages: Vec<Message> = Vec::new();
    let mut collector = Collector::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let outcome = collector.take(line);
        match outcome {
            Ok(()) | Err(ColdError::DamagedFrame) => {}
            // Another message may begin once the one before is whole.
            Err(ColdError::OtherMessage) if collector.message().is_ok() => {
                messages.push(collector.message()?.clone());
                collector = Collector::default();
                collector.take(line)?;
            }
            Err(error) => return Err(error),
        }
    }
    let last = collector.message()?.clone();
    if !messages.contains(&last) {
        messages.push(last);
    }
    Ok(messages)
}
