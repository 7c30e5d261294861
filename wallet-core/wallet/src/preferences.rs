//! What a shell needs before the store can be opened: language, theme and the
//! chosen network. A small plain file; it holds no secret.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiaozi_types::ChainId;
use jiaozi_types::agent::{Appearance, Language, Theme};
use jiaozi_types::sandbox;
use serde::{Deserialize, Serialize};

use crate::api::Region;
use crate::error::WalletError;

const FILE: &str = "preferences.json";

/// Language, theme and network of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Language of the interface.
    pub language: Language,
    /// Theme of the interface.
    pub theme: Theme,
    /// The network in use.
    pub network: ChainId,
    /// Where the person says they are. The first release did not ask.
    #[serde(default)]
    pub region: Region,
    /// The folder that backups are written to after changes.
    #[serde(default)]
    pub backup_folder: Option<PathBuf>,
    /// Days between two tests of the backup; zero: once is enough.
    #[serde(default = "check_days")]
    pub check_days: u32,
}

/// Twice a year, unless the person says otherwise.
const fn check_days() -> u32 {
    180
}

impl Preferences {
    /// A new profile's: the language of the system (by `LC_ALL`, `LC_MESSAGES`
    /// or `LANG`), its theme, the sandbox.
    fn initial() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let chinese = locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("zh"));
        let language = if chinese {
            Language::SimplifiedChinese
        } else {
            Language::English
        };
        Self {
            language,
            theme: Theme::System,
            network: ChainId::Eip155(sandbox::CHAIN_ID),
            region: Region::Unset,
            backup_folder: None,
            check_days: check_days(),
        }
    }

    /// Reads the profile's preferences. A file that is missing or cannot be
    /// read as such gives the initial ones: nothing in it is worth an error.
    pub fn load(profile: &Path) -> Self {
        let text = std::fs::read(profile.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_else(|_| Self::initial())
    }

    /// Writes them, all or nothing.
    pub fn save(&self, profile: &Path) -> Result<(), WalletError> {
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::from)?;
        let mut file = tempfile::NamedTempFile::new_in(profile)?;
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        file.persist(profile.join(FILE))
            .map_err(|error| error.error)?;
        Ok(())
    }

    /// Language and theme.
    pub fn appearance(&self) -> Appearance {
        Appearance {
            language: self.language,
            theme: self.theme,
        }
    }
}

/// The folder of profiles and the sandbox's folder, in the user's data folder
/// (XDG on Linux).
#[derive(Debug, Clone)]
pub struct DataFolders {
    /// The profile that is used when none is named.
    pub default_profile: PathBuf,
    /// The embedded sandbox ledger, shared by all profiles.
    pub sandbox: PathBuf,
}

impl DataFolders {
    /// The folders of this user; none when the system does not say where home is.
    pub fn of_user() -> Option<Self> {
        let directories = directories::ProjectDirs::from("", "", "jiaozi")?;
        let data = directories.data_dir();
        Some(Self {
            default_profile: data.join("profiles").join("default"),
            sandbox: data.join("sandbox"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_chosen_and_survives_damage() {
        let folder = tempfile::tempdir().unwrap();
        let chosen = Preferences {
            language: Language::SimplifiedChinese,
            theme: Theme::Dark,
            network: ChainId::Eip155(1030),
            region: Region::Elsewhere,
            backup_folder: Some(PathBuf::from("/stick")),
            check_days: 30,
        };
        chosen.save(folder.path()).unwrap();
        assert_eq!(Preferences::load(folder.path()), chosen);
        std::fs::write(folder.path().join(FILE), b"{\"language\":").unwrap();
        assert_eq!(
            Preferences::load(folder.path()).network,
            ChainId::Eip155(sandbox::CHAIN_ID)
        );
    }
}
