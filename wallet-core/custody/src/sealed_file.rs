//! The form of the vault's files: a line of JSON that may be read without a
//! key, then sealed bytes, then a SHA-256 of both. The line is authenticated by
//! the seal; the checksum tells a damaged file from a wrong key.

use jiaozi_types::agent::AgentError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::memory::Key;
use crate::seal;

/// The version of the files that this release writes.
pub const FORMAT: u16 = 1;
const CHECKSUM_LEN: usize = 32;

#[derive(Serialize)]
struct Line<'a, H> {
    file: &'a str,
    format: u16,
    #[serde(flatten)]
    header: &'a H,
}

#[derive(Deserialize)]
struct Version {
    file: String,
    format: u16,
}

/// A file of the kind `file` with this header and these bytes sealed under `key`.
pub fn encode<H: Serialize>(
    file: &str,
    header: &H,
    key: &Key,
    plain: &[u8],
) -> Result<Vec<u8>, AgentError> {
    let line = Line {
        file,
        format: FORMAT,
        header,
    };
    let mut bytes = serde_json::to_vec(&line).map_err(|_| AgentError::Internal)?;
    let sealed = seal::seal(key, &bytes, plain)?;
    bytes.push(b'\n');
    bytes.extend_from_slice(&sealed);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    Ok(bytes)
}

/// A file that is whole; its header is not yet authenticated.
pub struct Parsed<'a, H> {
    /// The header.
    pub header: H,
    line: &'a [u8],
    sealed: &'a [u8],
}

/// Reads the header of a file of the kind `file`. `NewerVersion` when a newer
/// release wrote it, `Damaged` when it is not whole.
pub fn parse<'a, H: DeserializeOwned>(
    file: &str,
    bytes: &'a [u8],
) -> Result<Parsed<'a, H>, AgentError> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(AgentError::Damaged)?;
    let (line, rest) = bytes.split_at(end);
    let version: Version = serde_json::from_slice(line).map_err(|_| AgentError::Damaged)?;
    if version.file != file {
        return Err(AgentError::Damaged);
    }
    if version.format > FORMAT {
        return Err(AgentError::NewerVersion);
    }
    let body = bytes.len().saturating_sub(CHECKSUM_LEN);
    let whole = bytes
        .split_at_checked(body)
        .is_some_and(|(content, sum)| Sha256::digest(content).as_slice() == sum);
    let sealed = rest
        .get(1..rest.len().saturating_sub(CHECKSUM_LEN))
        .filter(|_| whole)
        .ok_or(AgentError::Damaged)?;
    let header = serde_json::from_slice(line).map_err(|_| AgentError::Damaged)?;
    Ok(Parsed {
        header,
        line,
        sealed,
    })
}

impl<H> Parsed<'_, H> {
    /// The sealed bytes; none when the key is another one.
    pub fn open(&self, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        seal::open(key, self.line, self.sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Header {
        salt: String,
    }

    #[test]
    fn tells_damage_from_a_wrong_key_and_from_the_future() {
        let key = Key::from_slice(&[1; 32]);
        let header = Header { salt: "ab".into() };
        let bytes = encode("seed", &header, &key, b"plain").unwrap();
        let parsed = parse::<Header>("seed", &bytes).unwrap();
        assert_eq!(parsed.header, header);
        assert_eq!(parsed.open(&key).unwrap().as_slice(), b"plain");
        assert!(parsed.open(&Key::from_slice(&[2; 32])).is_none());
        assert!(parse::<Header>("state", &bytes).is_err());
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 1;
            assert!(parse::<Header>("seed", &bent).is_err(), "byte {at}");
            assert!(
                parse::<Header>("seed", &bytes[..at]).is_err(),
                "cut at {at}"
            );
        }
        let newer = b"{\"file\":\"seed\",\"format\":2}\nanything";
        assert_eq!(
            parse::<Header>("seed", newer).err(),
            Some(AgentError::NewerVersion)
        );
    }
}
