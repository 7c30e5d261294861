//! The embedded sandbox ledger: hosted here, or joined where another of the
//! user's programs hosts it.

use std::path::PathBuf;

use async_trait::async_trait;
use jiaozi_node::Attached;
use jiaozi_wallet::SandboxHost;
use tokio::sync::Mutex;

/// The sandbox ledger in one folder.
pub struct EmbeddedSandbox {
    folder: PathBuf,
    /// While this process hosts the ledger.
    hosted: Mutex<Option<Attached>>,
}

impl EmbeddedSandbox {
    /// In `folder`. Nothing is started yet.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            hosted: Mutex::new(None),
        }
    }
}

#[async_trait]
impl SandboxHost for EmbeddedSandbox {
    async fn attach(&self) -> Result<String, String> {
        let mut hosted = self.hosted.lock().await;
        if let Some(node @ Attached::Hosted(_)) = hosted.as_ref() {
            return Ok(node.url());
        }
        // One that was joined may have ended with its host: attach anew.
        let attached = jiaozi_node::attach(&self.folder)
            .await
            .map_err(|error| error.to_string())?;
        let url = attached.url();
        *hosted = Some(attached);
        Ok(url)
    }
}
