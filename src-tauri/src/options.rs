//! What the program is started with.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use clap::Parser;
use jiaozi_wallet::DataFolders;

/// The app's id on the desktop's bus, and its folder for window state.
const APP_ID: &str = "org.jiaozi.Wallet";

/// Jiaozi's desktop wallet.
#[derive(Debug, Parser)]
#[command(name = "jiaozi-desktop", version, about)]
pub struct Options {
    /// The profile's folder (else that of the user).
    #[arg(long, env = "JIAOZI_PROFILE", value_name = "DIR")]
    profile: Option<PathBuf>,
    /// The folder of the embedded sandbox ledger (else that of the user).
    #[arg(long, env = "JIAOZI_SANDBOX", value_name = "DIR")]
    sandbox: Option<PathBuf>,
    /// A payment link to open: `jiaozi:…` or `ethereum:…`.
    #[arg(value_name = "LINK")]
    link: Option<String>,
}

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// The system does not say where home is: name the folders.
    #[error("this system has no home folder: name --profile and --sandbox")]
    NoHome,
    /// A folder's name cannot be used.
    #[error("a folder's name cannot be used")]
    Folder(#[from] std::io::Error),
}

/// The folders in use, absolute.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The profile.
    pub profile: PathBuf,
    /// The embedded sandbox ledger.
    pub sandbox: PathBuf,
    /// Whether the profile is the user's own, and not one that was named.
    own: bool,
}

impl Options {
    /// Fills in what was not named.
    pub fn settle(self) -> Result<Folders, OptionsError> {
        let user = DataFolders::of_user();
        let own = self.profile.is_none();
        let of = |named: Option<PathBuf>, folder: fn(DataFolders) -> PathBuf| {
            let folder = named
                .or_else(|| user.clone().map(folder))
                .ok_or(OptionsError::NoHome)?;
            Ok::<_, OptionsError>(std::path::absolute(folder)?)
        };
        Ok(Folders {
            profile: of(self.profile, |folders| folders.default_profile)?,
            sandbox: of(self.sandbox, |folders| folders.sandbox)?,
            own,
        })
    }
}

impl Folders {
    /// The name under which a second start of the same profile finds the first.
    /// Another profile is another instance.
    pub fn instance_name(&self) -> String {
        if self.own {
            return APP_ID.to_owned();
        }
        let mut hasher = DefaultHasher::new();
        self.profile.hash(&mut hasher);
        format!("{APP_ID}.Profile{:016x}", hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(arguments: &[&str]) -> Folders {
        Options::parse_from([&["jiaozi-desktop"], arguments].concat())
            .settle()
            .unwrap()
    }

    #[test]
    fn profiles_are_instances_of_their_own() {
        let one = folders(&["--profile", "/tmp/a", "--sandbox", "/tmp/s"]);
        let two = folders(&["--profile", "/tmp/b", "--sandbox", "/tmp/s", "jiaozi:pay"]);
        assert_ne!(one.instance_name(), two.instance_name());
        assert_eq!(
            one.instance_name(),
            folders(&["--profile", "/tmp/a", "--sandbox", "/x"]).instance_name()
        );
        assert!(one.profile.is_absolute());
    }
}
