//! The file: a line of JSON that may be read without the words, then parts that
//! the vault sealed, each with its length in front, then a SHA-256 of it all.
//! The checksum tells a damaged file from one of another wallet; what is true is
//! decided by the seals.

use std::io::{Read, Write};

use alloy_primitives::{Bytes, FixedBytes};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiaozi_types::agent::{AgentError, BACKUP_PART_MAX, BackupPlace, Request, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::api::ErrorCode;
use crate::error::{WalletError, rule};
use crate::vault::{VaultError, VaultLink};

/// The version of the file that this release writes.
const FORMAT: u16 = 1;
/// No file is larger, in bytes.
pub(crate) const FILE_MAX: u64 = 256 * 1024 * 1024;
/// No document is larger, in bytes: a small file must not fill the memory.
const DOCUMENT_MAX: u64 = 1024 * 1024 * 1024;
const CHECKSUM: usize = 32;

/// The readable line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Always `metadata-backup`.
    pub(crate) jiaozi: String,
    /// [`FORMAT`].
    pub(crate) format: u16,
    /// The wallet's fingerprint.
    pub(crate) fingerprint: String,
    /// The file's random id.
    pub(crate) file: FixedBytes<16>,
    /// How many parts follow.
    pub(crate) parts: u32,
}

const WHAT: &str = "metadata-backup";

/// Packs and seals a document.
pub(crate) async fn seal(
    vault: &VaultLink,
    fingerprint: &str,
    document: &[u8],
) -> Result<Vec<u8>, WalletError> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(document)?;
    let packed = packer.finish()?;
    let mut file = [0; 16];
    getrandom::fill(&mut file).map_err(|_| ErrorCode::Internal)?;
    let parts: Vec<_> = packed.chunks(BACKUP_PART_MAX).collect();
    let count = u32::try_from(parts.len()).map_err(|_| ErrorCode::BackupTooLarge)?;
    let line = Line {
        jiaozi: WHAT.to_owned(),
        format: FORMAT,
        fingerprint: fingerprint.to_owned(),
        file: file.into(),
        parts: count,
    };
    let mut bytes = serde_json::to_vec(&line).map_err(|_| ErrorCode::Internal)?;
    bytes.push(b'\n');
    for (index, part) in (0..count).zip(parts) {
        let place = BackupPlace {
            file: file.into(),
            index,
            count,
        };
        let plain = Bytes::copy_from_slice(part);
        let sealed = part_of(vault.call(Request::SealBackup { place, plain }).await?)?;
        let length = u32::try_from(sealed.len()).map_err(|_| ErrorCode::BackupTooLarge)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&sealed);
    }
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    if u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_MAX) {
        return Err(ErrorCode::BackupTooLarge.into());
    }
    Ok(bytes)
}

/// Opens a file of this wallet.
///
/// # Errors
/// `backup_damaged` when it is no whole backup, `backup_foreign` with the
/// fingerprints when it is another wallet's, `newer_version`.
pub(crate) async fn open(
    vault: &VaultLink,
    fingerprint: &str,
    bytes: &[u8],
) -> Result<Vec<u8>, WalletError> {
    let (line, parts) = split(bytes)?;
    if line.fingerprint != fingerprint {
        let values = [
            ("of", line.fingerprint.clone()),
            ("this", fingerprint.to_owned()),
        ];
        return Err(rule(ErrorCode::BackupForeign, values));
    }
    let mut packed = Vec::new();
    for (index, sealed) in (0..line.parts).zip(parts) {
        let place = BackupPlace {
            file: line.file,
            index,
            count: line.parts,
        };
        let sealed = Bytes::copy_from_slice(sealed);
        let answer = vault.call(Request::OpenBackup { place, sealed }).await;
        let opened = match answer {
            // The wallet is this one, so that the bytes are not.
            Err(VaultError::Refused(AgentError::BackupForeign)) => {
                return Err(ErrorCode::BackupDamaged.into());
            }
            answer => part_of(answer?)?,
        };
        packed.extend_from_slice(&opened);
    }
    let mut document = Vec::new();
    GzDecoder::new(packed.as_slice())
        .take(DOCUMENT_MAX)
        .read_to_end(&mut document)
        .map_err(|_| ErrorCode::BackupDamaged)?;
    Ok(document)
}

/// The readable line and the sealed parts of a whole file.
pub(crate) fn split(bytes: &[u8]) -> Result<(Line, Vec<&[u8]>), WalletError> {
    let damaged = || WalletError::from(ErrorCode::BackupDamaged);
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (text, _) = bytes.split_at(end.ok_or_else(damaged)?);
    let line: Line = serde_json::from_slice(text).map_err(|_| damaged())?;
    if line.jiaozi != WHAT {
        return Err(damaged());
    }
    if line.format > FORMAT {
        return Err(ErrorCode::NewerVersion.into());
    }
    let body = bytes.len().checked_sub(CHECKSUM).ok_or_else(damaged)?;
    let (content, checksum) = bytes.split_at(body);
    if Sha256::digest(content).as_slice() != checksum {
        return Err(damaged());
    }
    let start = text.len().saturating_add(1);
    let mut rest = content.get(start..).ok_or_else(damaged)?;
    let mut parts = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| damaged())?;
        let (part, after) = after.split_at_checked(length).ok_or_else(damaged)?;
        parts.push(part);
        rest = after;
    }
    if !rest.is_empty() || u32::try_from(parts.len()) != Ok(line.parts) {
        return Err(damaged());
    }
    Ok((line, parts))
}

fn part_of(response: Response) -> Result<Bytes, WalletError> {
    match response {
        Response::BackupPart { bytes } => Ok(bytes),
        _ => Err(AgentError::Internal.into()),
    }
}
