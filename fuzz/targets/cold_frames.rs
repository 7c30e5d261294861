//! Frames of cold signing (UR), as text from a camera, a picture or a file.
#![no_main]

use jiaozi_cold::{Answer, Collector, Request, WatchKey, read_text, single};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // Frame by frame, as a camera sees them.
    let mut collector = Collector::default();
    for line in text.lines() {
        let _ = collector.take(line);
        let (have, need) = collector.progress();
        assert!(have <= need || need == 0);
    }
    let _ = collector.message();
    for message in read_text(text).unwrap_or_default() {
        let _ = Request::read(&message);
        let _ = Answer::read(&message);
        let _ = WatchKey::read(&message);
        // What is written as one frame is the same message again.
        if let Ok(frame) = single(&message) {
            assert_eq!(read_text(&frame), Ok(vec![message]));
        }
    }
});
