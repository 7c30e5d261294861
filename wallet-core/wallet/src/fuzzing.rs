//! Ways in for the fuzz targets, which see public items only. Nothing else calls
//! them.

use jiaozi_store::Record;
use sha2::{Digest, Sha256};

use crate::backup::document::Document;
use crate::backup::envelope;
use crate::backup::kinds::{Visitor, visit_all};

/// Reads these bytes, with the checksum that belongs to them, as a metadata
/// backup; gives the lengths of its parts in bytes.
pub fn backup_file(bytes: &[u8]) -> Option<Vec<usize>> {
    let mut file = bytes.to_vec();
    file.extend_from_slice(&Sha256::digest(bytes));
    let (_, parts) = envelope::split(&file).ok()?;
    Some(parts.iter().map(|part| part.len()).collect())
}

/// Reads these bytes as what stands in a metadata backup, every record of it.
pub fn backup_document(bytes: &[u8]) {
    struct Reads(Document);
    impl Visitor for Reads {
        type Error = std::convert::Infallible;
        fn visit<T: Record>(&mut self) -> Result<(), Self::Error> {
            // Damaged records are errors, and nothing worse.
            let _ = self.0.read::<T>();
            Ok(())
        }
    }
    if let Ok(document) = Document::from_bytes(bytes) {
        let _ = document.hash();
        let Ok(()) = visit_all(&mut Reads(document));
    }
}
