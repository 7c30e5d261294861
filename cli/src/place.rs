//! Where things are: the profile, the sandbox, the vault's program and the
//! socket of the agent that `jiaozi unlock` leaves behind.

use std::path::{Path, PathBuf};

use jiaozi_wallet::DataFolders;

use crate::failure::{Failure, OwnCode};
use crate::options::Global;

/// The name of the vault's program.
const VAULT: &str = "jiaozi-vault";
/// Where packages put it.
const INSTALLED: [&str; 2] = ["/usr/bin", "/usr/libexec/jiaozi"];
/// The longest path of a Unix socket that every system takes, in bytes.
const SOCKET_PATH_MAX: usize = 100;

/// Where a run finds what it needs.
#[derive(Debug, Clone)]
pub struct Place {
    /// The profile's folder.
    pub profile: PathBuf,
    /// The embedded sandbox's folder.
    pub sandbox: PathBuf,
    /// The vault's program.
    pub vault: PathBuf,
}

impl Place {
    /// By the command line, the environment, and the user's folders.
    pub fn of(global: &Global) -> Result<Self, Failure> {
        let folders = DataFolders::of_user();
        let profile = global.profile.clone().or_else(|| {
            folders
                .as_ref()
                .map(|folders| folders.default_profile.clone())
        });
        let sandbox = global
            .sandbox
            .clone()
            .or_else(|| folders.map(|folders| folders.sandbox));
        Ok(Self {
            profile: absolute(profile.ok_or(OwnCode::NoHome)?)?,
            sandbox: absolute(sandbox.ok_or(OwnCode::NoHome)?)?,
            vault: global.vault.clone().unwrap_or_else(find_vault),
        })
    }

    /// The socket of the profile's resident agent: in the profile, which only
    /// its owner can enter, or, where that path is too long for a socket, in a
    /// private folder for temporary files.
    pub fn agent_socket(&self) -> PathBuf {
        let socket = self.profile.join("agent.sock");
        if socket.as_os_str().len() <= SOCKET_PATH_MAX {
            return socket;
        }
        let user = rustix::process::geteuid().as_raw();
        let folder = std::env::temp_dir().join(format!("jiaozi-{user}"));
        folder.join(format!("{:016x}.sock", name_of(&self.profile)))
    }

    /// Whether nobody else can have put the socket there.
    pub fn agent_socket_is_private(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let socket = self.agent_socket();
        socket
            .parent()
            .and_then(|folder| std::fs::symlink_metadata(folder).ok())
            .is_some_and(|found| {
                found.is_dir()
                    && found.uid() == rustix::process::geteuid().as_raw()
                    && found.mode() & 0o077 == 0
            })
    }
}

/// The vault and the agent run elsewhere: their paths are whole.
fn absolute(path: PathBuf) -> Result<PathBuf, Failure> {
    Ok(std::path::absolute(path)?)
}

fn find_vault() -> PathBuf {
    let beside = std::env::current_exe()
        .and_then(std::fs::canonicalize)
        .ok()
        .and_then(|program| program.parent().map(Path::to_owned));
    beside
        .into_iter()
        .chain(INSTALLED.map(PathBuf::from))
        .map(|folder| folder.join(VAULT))
        .find(|program| program.is_file())
        // Not there: whoever starts it says so.
        .unwrap_or_else(|| PathBuf::from("/usr/bin").join(VAULT))
}

/// FNV-1a: the same name for the same path in every release.
fn name_of(path: &Path) -> u64 {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str()
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_profile_path_gets_a_short_socket() {
        let place = |profile: String| Place {
            profile: PathBuf::from(profile),
            sandbox: PathBuf::new(),
            vault: PathBuf::new(),
        };
        let short = place("/home/a/p".to_owned()).agent_socket();
        assert_eq!(short, Path::new("/home/a/p/agent.sock"));
        let long = place(format!("/home/{}", "x".repeat(200))).agent_socket();
        assert!(long.as_os_str().len() <= SOCKET_PATH_MAX, "{long:?}");
    }
}
