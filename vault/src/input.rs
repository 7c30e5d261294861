//! Secrets on standard input. The standard library's reader keeps what it read in
//! a buffer that lives as long as the process, so it is not used for them.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;

use zeroize::Zeroizing;

/// Standard input without a buffer of its own.
pub fn unbuffered() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// One line, at most `most` bytes of it, without its line break. Nothing behind it
/// is taken.
///
/// # Errors
/// `InvalidData` when it is no UTF-8, and whatever reading fails with.
pub fn secret_line(from: &mut impl Read, most: usize) -> io::Result<Zeroizing<String>> {
    // Room for all, so that no shorter copy is left behind.
    let mut line = Zeroizing::new(Vec::with_capacity(most));
    let mut byte = Zeroizing::new([0_u8]);
    while line.len() < most {
        match from.read(byte.as_mut_slice()) {
            Ok(0) => break,
            Ok(_) if *byte == *b"\n" => break,
            Ok(_) => line.extend_from_slice(byte.as_slice()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    while line.last() == Some(&b'\r') {
        line.pop();
    }
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_after_the_other_is_read_and_no_more() {
        let mut from = "one two\r\n三\nrest".as_bytes();
        let mut line = |most| secret_line(&mut from, most).unwrap().to_string();
        assert_eq!(line(100), "one two");
        assert_eq!(line(100), "三");
        assert_eq!(line(2), "re");
        assert_eq!(line(100), "st");
        assert_eq!(line(100), "");
        let wrong = secret_line(&mut [0xff, b'\n'].as_slice(), 9).unwrap_err();
        assert_eq!(wrong.kind(), io::ErrorKind::InvalidData);
    }
}
