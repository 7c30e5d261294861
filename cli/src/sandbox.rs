//! The embedded sandbox ledger: hosted by this process, or joined where another
//! one hosts it.

use std::path::PathBuf;

use async_trait::async_trait;
use jiaozi_node::Attached;
use jiaozi_wallet::SandboxHost;
use tokio::sync::Mutex;

/// The sandbox of one folder, attached when it is first needed.
#[derive(Debug)]
pub struct Sandbox {
    folder: PathBuf,
    attached: Mutex<Option<Attached>>,
}

impl Sandbox {
    /// The sandbox in `folder`; nothing is started yet.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            attached: Mutex::new(None),
        }
    }

    /// Ends the ledger if this process hosts it.
    pub async fn stop(&self) {
        if let Some(Attached::Hosted(node)) = self.attached.lock().await.take() {
            node.stop().await;
        }
    }
}

#[async_trait]
impl SandboxHost for Sandbox {
    async fn attach(&self) -> Result<String, String> {
        let mut attached = self.attached.lock().await;
        if let Some(Attached::Hosted(node)) = attached.as_ref() {
            return Ok(node.url());
        }
        // The process that hosted it may be gone: looked for anew each time.
        let found = jiaozi_node::attach(self.folder.clone())
            .await
            .map_err(|error| error.to_string())?;
        let url = found.url();
        *attached = Some(found);
        Ok(url)
    }
}
