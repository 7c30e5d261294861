//! The till of this profile.

use super::Wallet;
use crate::till::Till;

impl Wallet {
    /// The till; whether it is set up is told by [`Till::view`].
    pub fn till(&self) -> Till {
        Till::new(self.clone())
    }
}
