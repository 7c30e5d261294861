//! The key that a sealed store is under.

use zeroize::ZeroizeOnDrop;

/// 32 bytes of key, wiped when dropped and never printed. Where they come from (the OS keyring, a
/// passphrase) is the caller's business; losing them loses the store.
#[derive(Clone, ZeroizeOnDrop)]
pub struct StoreKey([u8; 32]);

impl StoreKey {
    /// Takes key bytes over.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::StoreKey;

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(
            format!("{:?}", StoreKey::new([0xab; 32])),
            "StoreKey(redacted)"
        );
    }
}
