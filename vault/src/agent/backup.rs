//! What a person is asked when a wallet is restored: the vault's own part of a
//! metadata backup, and accounts on the paths of other wallets.

use jiaozi_types::PathScheme;
use jiaozi_types::agent::{AgentError, Response};

use super::{Agent, Caller};
use crate::prompt::{Confirmation, SecretNeed};

impl Agent {
    /// Accounts on the paths of another wallet; unlocks where that is needed.
    pub(super) fn path_accounts(
        &self,
        caller: Caller,
        scheme: PathScheme,
        first: u32,
        count: u32,
    ) -> Result<Response, AgentError> {
        let accounts = match self.vault.path_accounts(scheme, first, count) {
            Err(AgentError::Locked) => {
                let mut dialogue = self.open(caller)?;
                self.unlock_in(&mut dialogue)?;
                self.vault.path_accounts(scheme, first, count)
            }
            answer => answer,
        };
        self.vault.touch();
        Ok(Response::Accounts {
            accounts: accounts?,
        })
    }

    /// Takes the vault's own part of a backup back, after the person confirms it.
    pub(super) fn open_book(&self, caller: Caller, sealed: &[u8]) -> Result<Response, AgentError> {
        let mut dialogue = self.open(caller)?;
        let unlocked = self.unlock_in(&mut dialogue)?;
        let change = self.vault.read_book(sealed)?;
        if change.is_nothing() {
            return Ok(Response::Done);
        }
        let what = Confirmation::TakeBook {
            payees: change.payees,
            assets: change.assets,
            from: change.policy.0.clone(),
            to: change.policy.1.clone(),
            named: change.named.clone(),
        };
        let need = if change.looser {
            self.need_after(&unlocked)?
        } else {
            SecretNeed::None
        };
        let typed = dialogue.consent(&self.vault, need, |session, trouble| {
            session.confirm(&what, need, trouble)
        })?;
        self.vault.take_book(&change, typed.or(unlocked).as_ref())?;
        Ok(Response::Done)
    }
}
