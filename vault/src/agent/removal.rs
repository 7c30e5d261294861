//! Removing the wallet from this computer: only after its backup was proved in
//! the same dialogue, or after the person has typed what is lost without one.

use jiaozi_types::agent::{AgentError, RemovalProof, Response};

use super::asking::refused;
use super::flows::close;
use super::{Agent, Caller};
use crate::prompt::{Confirmation, Notice, SecretNeed, Wanted};

impl Agent {
    /// The PIN is not asked for: whoever has lost it, or the keyring, must be
    /// able to remove the wallet, and whoever has these files can delete them.
    pub(super) fn remove(
        &self,
        caller: Caller,
        proof: RemovalProof,
    ) -> Result<Response, AgentError> {
        let fingerprint = self.vault.status()?.fingerprint;
        let fingerprint = fingerprint.ok_or(AgentError::NoVault)?;
        let mut dialogue = self.desk.open(caller, || self.vault.phrase())?;
        match proof {
            RemovalProof::Backup => {
                let what = Confirmation::RemoveWallet { fingerprint };
                dialogue.consent(&self.vault, SecretNeed::None, |session, trouble| {
                    session.confirm(&what, SecretNeed::None, trouble)
                })?;
                let is_this = |words: &_| self.vault.is_restored_by(words).unwrap_or(false);
                dialogue
                    .session
                    .prove_backup(&Wanted::Any(&is_this))
                    .map_err(refused)?;
            }
            RemovalProof::Loss => dialogue
                .session
                .confirm_loss(&fingerprint)
                .map_err(refused)?,
        }
        self.vault.remove()?;
        close(dialogue, Notice::WalletRemoved);
        self.status()
    }
}
