//! Removing the wallet from this computer. The vault asks for the proof; what
//! the profile kept beside the keys goes with it.

use jiaozi_types::agent::RemovalProof;
use serde::Serialize;

use crate::failure::Failure;
use crate::options::RemoveWallet;
use crate::session::Session;

/// What `remove-wallet` answers to scripts.
#[derive(Debug, Serialize)]
struct Removed {
    removed: bool,
    profile: String,
}

/// `jiaozi remove-wallet`
pub async fn run(session: &Session, options: &RemoveWallet) -> Result<(), Failure> {
    super::setup::require_eyes(session)?;
    let wallet = session.open().await?;
    super::setup::require_wallet(&wallet).await?;
    let proof = if options.without_backup {
        RemovalProof::Loss
    } else {
        RemovalProof::Backup
    };
    let state = wallet.remove_wallet(proof).await?;
    // No backup of what is gone is written.
    wallet.close().await;
    let view = Removed {
        removed: true,
        profile: state.profile_dir,
    };
    session.out.answer(&view, |out| {
        out.line(out.messages().text("wallet_removed"))?;
        out.line(out.messages().text("wallet_removed_stays"))
    })
}
