//! Recovery words in a file that a passphrase opens: an armored `age` file, so
//! that the stock `age` program opens it too, without Jiaozi.
//!
//! In it is plain text: a remark and one line of words. The passphrase is made
//! slow to guess by scrypt with the work factor that `age` itself uses.

use std::io::{self, Read, Write};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use zeroize::Zeroizing;

use crate::secret::{Secret, SecretRule};
use crate::words::{Words, WordsError};

/// `age`'s own: 2^18 rounds, 256 MiB.
const WORK: u8 = 18;
/// A file that asks for more is refused, so that a foreign one cannot take all
/// memory: 2^20 is 1 GiB.
const WORK_MOST: u8 = 20;
/// No file of words is larger, in bytes.
const FILE_MOST: usize = 64 * 1024;
const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const END: &[u8] = b"-----END AGE ENCRYPTED FILE-----";
const BINARY: &[u8] = b"age-encryption.org/";

/// Why a sealed file is not made or not opened. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealedWordsError {
    /// The passphrase may not be chosen.
    #[error(transparent)]
    Rule(#[from] SecretRule),
    /// No `age` file at all.
    #[error("this is no age file")]
    NotAge,
    /// It ends too early.
    #[error("the file ends too early: part of it is missing")]
    Cut,
    /// Its bytes are not those that were written.
    #[error("the file is damaged")]
    Damaged,
    /// It is sealed to a key, not by a passphrase.
    #[error("the file is not sealed by a passphrase")]
    NoPassphrase,
    /// The passphrase is wrong. (A file whose first lines were changed cannot
    /// be told from that.)
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// It wants more work than any file of ours.
    #[error("the file asks for too much memory")]
    TooMuchWork,
    /// It opens, and what is in it are no words.
    #[error("the file opens, but: {0}")]
    Words(WordsError),
    /// Encryption failed, for want of memory or randomness.
    #[error("the file could not be sealed")]
    NotSealed,
}

/// Seals words. `fingerprint` stands in it as a remark.
///
/// # Errors
/// [`SealedWordsError::Rule`] for a weak passphrase, [`SealedWordsError::NotSealed`].
pub fn seal(
    words: &Words,
    fingerprint: &str,
    passphrase: &Secret,
) -> Result<String, SealedWordsError> {
    passphrase.check(crate::SecretKind::Passphrase)?;
    let mut recipient = scrypt::Recipient::new(typed(passphrase)?);
    recipient.set_work_factor(WORK);
    let mut text = Zeroizing::new(String::with_capacity(1024));
    text.push_str("# Jiaozi: recovery words (BIP-39) of the wallet ");
    text.push_str(fingerprint);
    text.push('\n');
    for word in words.iter() {
        text.push_str(word);
        text.push(' ');
    }
    text.push('\n');
    let sealed = encrypt(&recipient, text.as_bytes()).map_err(|_| SealedWordsError::NotSealed)?;
    String::from_utf8(sealed).map_err(|_| SealedWordsError::NotSealed)
}

fn encrypt(recipient: &scrypt::Recipient, text: &[u8]) -> io::Result<Vec<u8>> {
    let recipient: &dyn age::Recipient = recipient;
    let encryptor =
        Encryptor::with_recipients(std::iter::once(recipient)).map_err(io::Error::other)?;
    let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
    let mut writer = encryptor.wrap_output(armor)?;
    writer.write_all(text)?;
    writer.finish()?.finish()
}

/// Opens a sealed file, armored or not, ours or another's with words in it.
/// Lines that begin with `#` are remarks.
///
/// # Errors
/// [`SealedWordsError`].
pub fn open(file: &[u8], passphrase: &Secret) -> Result<Words, SealedWordsError> {
    let file = whole(file)?;
    let decryptor = Decryptor::new(ArmoredReader::new(file)).map_err(unreadable)?;
    if !decryptor.is_scrypt() {
        return Err(SealedWordsError::NoPassphrase);
    }
    let mut identity = scrypt::Identity::new(typed(passphrase)?);
    identity.set_max_work_factor(WORK_MOST);
    let identity: &dyn age::Identity = &identity;
    let reader = decryptor
        .decrypt(std::iter::once(identity))
        .map_err(unreadable)?;
    // Room for all, so that no half-filled copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(FILE_MOST));
    reader
        .take(u64::try_from(FILE_MOST).unwrap_or(u64::MAX))
        .read_to_string(&mut text)
        .map_err(|error| of_io(&error))?;
    let mut words = Zeroizing::new(String::with_capacity(text.len()));
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        words.push_str(line);
        words.push(' ');
    }
    Words::parse(&words).map_err(SealedWordsError::Words)
}

/// The file without what stands around it, if it can be one and has its end.
fn whole(file: &[u8]) -> Result<&[u8], SealedWordsError> {
    let file = file.trim_ascii();
    if file.len() > FILE_MOST {
        return Err(SealedWordsError::NotAge);
    }
    if file.starts_with(BEGIN) {
        if file.ends_with(END) {
            Ok(file)
        } else if file.windows(END.len()).any(|part| part == END) {
            Err(SealedWordsError::Damaged)
        } else {
            Err(SealedWordsError::Cut)
        }
    } else if file.starts_with(BINARY) {
        Ok(file)
    } else {
        Err(SealedWordsError::NotAge)
    }
}

fn typed(passphrase: &Secret) -> Result<SecretString, SealedWordsError> {
    let text = passphrase.whole().ok_or(SecretRule::TooLong)?;
    Ok(SecretString::from(text.to_owned()))
}

fn unreadable(error: DecryptError) -> SealedWordsError {
    match error {
        DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed
        | DecryptError::NoMatchingKeys => SealedWordsError::WrongPassphrase,
        DecryptError::ExcessiveWork { .. } => SealedWordsError::TooMuchWork,
        DecryptError::UnknownFormat => SealedWordsError::NotAge,
        DecryptError::Io(error) => of_io(&error),
        // A changed header, or what a later release of the crate tells apart.
        _ => SealedWordsError::Damaged,
    }
}

fn of_io(error: &io::Error) -> SealedWordsError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => SealedWordsError::Cut,
        _ => SealedWordsError::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use jiaozi_types::agent::WordLanguage;

    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn what_is_sealed_opens_and_every_fault_has_its_name() {
        let words = Words::from_entropy(&[9; 20], WordLanguage::SimplifiedChinese).unwrap();
        let right = secret("mulberry paper and ink");
        assert_eq!(
            seal(&words, "73c5da0a", &secret("password12")),
            Err(SealedWordsError::Rule(SecretRule::PassphraseTooEasy))
        );
        let sealed = seal(&words, "73c5da0a", &right).unwrap();
        assert!(sealed.starts_with("-----BEGIN AGE") && !sealed.contains("73c5da0a"));
        // An editor's line ends and a blank line more do no harm.
        let edited = format!("\r\n{}\r\n\r\n", sealed.trim_end().replace('\n', "\r\n"));
        assert_eq!(open(edited.as_bytes(), &right), Ok(words));

        let opened = |file: &str| open(file.as_bytes(), &right);
        assert_eq!(
            open(sealed.as_bytes(), &secret("mulberry paper and inc")),
            Err(SealedWordsError::WrongPassphrase)
        );
        let half = sealed.get(..sealed.len() / 2).unwrap();
        assert_eq!(opened(half), Err(SealedWordsError::Cut));
        assert_eq!(opened("legal winner thank"), Err(SealedWordsError::NotAge));
        assert_eq!(opened(""), Err(SealedWordsError::NotAge));
        // Two lines of the body are gone, or a character was changed.
        let lines: Vec<&str> = sealed.lines().collect();
        let last = lines.len() - 2;
        let mut short = lines.clone();
        short.remove(last);
        assert!(matches!(
            opened(&short.join("\n")),
            Err(SealedWordsError::Damaged | SealedWordsError::Cut)
        ));
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let other = if changed[last].starts_with('A') {
            "B"
        } else {
            "A"
        };
        changed[last].replace_range(..1, other);
        assert_eq!(opened(&changed.join("\n")), Err(SealedWordsError::Damaged));
    }
}
