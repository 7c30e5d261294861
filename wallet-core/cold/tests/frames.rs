//! What happens to frames on their way.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use jiaozi_cold::export::{self, Form};
use jiaozi_cold::{
    ColdError, Collector, DataType, KeyPath, Message, Request, frames, picture, read_text, single,
};
use proptest::prelude::*;

fn request(size: usize) -> Request {
    Request {
        id: [7; 16],
        data: (0..size)
            .map(|at| u8::try_from(at % 251).unwrap())
            .collect(),
        kind: DataType::TypedTransaction,
        chain: 1030,
        path: KeyPath::address(60, 3, 0x73c5_da0a),
        address: None,
    }
}

fn message(kind: &str, bytes: &[u8]) -> Message {
    Message {
        kind: kind.to_owned(),
        bytes: bytes.to_vec(),
    }
}

#[test]
fn an_outline_is_the_code() {
    let frame = single(&message("bytes", &[0x43, 1, 2, 3])).unwrap();
    let drawn = jiaozi_cold::outline(&frame).unwrap();
    // Drawn as a screen draws it, six pixels a module.
    let side = u32::try_from(drawn.side).unwrap();
    let mut picture = image::GrayImage::from_pixel(side * 6, side * 6, image::Luma([255]));
    for run in drawn.path.split('M').filter(|run| !run.is_empty()) {
        let numbers: Vec<u32> = run
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().unwrap())
            .collect();
        let [x, y, length, 1, back] = numbers[..] else {
            panic!("{run}");
        };
        assert_eq!(length, back);
        for at in 0..length * 6 * 6 {
            let (dx, dy) = (at % (length * 6), at / (length * 6));
            picture.put_pixel(x * 6 + dx, y * 6 + dy, image::Luma([0]));
        }
    }
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let read = picture::read(png.get_ref()).unwrap();
    assert_eq!(read, [frame.to_ascii_uppercase()]);
}

#[test]
fn pictures_of_an_animation_with_two_of_five_lost_are_read() {
    let asked = request(230);
    let pictures = export::files(&asked.message(), Form::Pictures).unwrap();
    assert!(pictures.len() > 10);
    let mut text = String::new();
    for (at, bytes) in pictures.iter().enumerate() {
        if at % 5 < 2 {
            continue;
        }
        for code in picture::read(bytes).unwrap() {
            text.push_str(&format!("{code}\n"));
        }
    }
    let messages = read_text(&text).unwrap();
    assert_eq!(Request::read(&messages[0]), Ok(asked));
}

#[test]
fn each_fault_is_named() {
    let asked = request(230).message();
    let parts = frames(&asked, 40, 6).unwrap();
    let other = frames(&request(231).message(), 40, 3).unwrap();
    let mut collector = Collector::default();
    assert_eq!(collector.message(), Err(ColdError::NoFrame));
    assert_eq!(
        collector.take("https://example.org"),
        Err(ColdError::NoFrame)
    );
    let mut damaged = parts[0].clone();
    let last = damaged.pop().unwrap();
    damaged.push(if last == 'a' { 'e' } else { 'a' });
    assert_eq!(collector.take(&damaged), Err(ColdError::DamagedFrame));
    assert_eq!(collector.message(), Err(ColdError::DamagedFrame));
    assert_eq!(
        collector.take(&parts[0][..parts[0].len() / 2]),
        Err(ColdError::DamagedFrame)
    );
    collector.take(&parts[0]).unwrap();
    assert_eq!(collector.take(&other[1]), Err(ColdError::OtherMessage));
    let renamed = parts[1].replace("eth-sign-request", "eth-signature");
    assert_eq!(collector.take(&renamed), Err(ColdError::OtherMessage));
    assert!(matches!(
        collector.message(),
        Err(ColdError::Incomplete {
            have: 1,
            damaged: 2,
            ..
        })
    ));
    for huge in ["ur:bytes/1-501/aa", "ur:bytes/4294967296-9/aa"] {
        assert_eq!(collector.take(huge), Err(ColdError::TooLarge));
    }
    assert_eq!(
        collector.take(&"a".repeat(50_000)),
        Err(ColdError::TooLarge)
    );
    let large = single(&message("bytes", &[0; 20_001])).unwrap();
    assert_eq!(Collector::default().take(&large), Err(ColdError::TooLarge));
    // Mixed text of two whole messages is two messages; of halves, an error.
    let two = format!(
        "{}\n{}",
        single(&asked).unwrap(),
        single(&request(9).message()).unwrap()
    );
    assert_eq!(read_text(&two).unwrap().len(), 2);
    let mixed = format!("{}\n{}", parts[0], other[1]);
    assert_eq!(read_text(&mixed), Err(ColdError::OtherMessage));
}

#[test]
fn what_is_whole_and_wrong_is_refused() {
    let good = request(50).message();
    let read = |message: &Message| Request::read(message);
    assert!(read(&good).is_ok());
    // A Core request is of another type, and neither is taken for the other.
    let mut core = request(50);
    core.kind = DataType::CoreTransaction;
    let core = core.message();
    assert_eq!(core.kind, "jiaozi-cfx-sign-request");
    assert_eq!(
        read(&message(Request::EVM, &core.bytes)),
        Err(ColdError::DataType(503))
    );
    assert_eq!(
        read(&message(Request::CORE, &good.bytes)),
        Err(ColdError::DataType(4))
    );
    // More behind it, less of it, a key twice, an array without end.
    let mut longer = good.bytes.clone();
    longer.push(0);
    assert!(read(&message(Request::EVM, &longer)).is_err());
    for cut in 0..good.bytes.len() {
        assert!(read(&message(Request::EVM, &good.bytes[..cut])).is_err());
    }
    for bytes in [
        &[0xa2, 0x04, 0x01, 0x04, 0x02][..],
        &[0xbf, 0xff],
        &[0xba, 0xff, 0xff, 0xff, 0xff],
        &[0x9f; 1000],
        &[0xa1, 0x18, 0x63, 0x9f, 0x9f, 0x9f, 0x9f],
    ] {
        assert!(read(&message(Request::EVM, bytes)).is_err(), "{bytes:02x?}");
    }
    assert_eq!(read(&request(16_385).message()), Err(ColdError::TooLarge));
}

proptest! {
    #[test]
    fn enough_frames_in_any_order_give_the_message(
        size in 1_usize..1500,
        part in 20_usize..120,
        keep in proptest::collection::vec(0_u8..5, 400),
    ) {
        let asked = request(size).message();
        let mut collector = Collector::default();
        let all = frames(&asked, part, 400).unwrap();
        for (frame, luck) in all.iter().zip(keep).rev() {
            if luck >= 2 {
                collector.take(frame).unwrap();
            }
        }
        prop_assert_eq!(collector.message(), Ok(&asked));
    }

    #[test]
    fn foreign_text_never_panics(text in "(ur:[a-z-]{1,8}/([0-9]{1,6}-[0-9]{1,6}/)?[a-z]{0,80}\n){1,4}") {
        let _ = read_text(&text);
    }

    #[test]
    fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for kind in [Request::EVM, Request::CORE, "eth-signature", "crypto-hdkey"] {
            let message = message(kind, &bytes);
            let _ = Request::read(&message);
            let _ = jiaozi_cold::Answer::read(&message);
            let _ = jiaozi_cold::WatchKey::read(&message);
        }
    }
}
