//! Where the vault's program is.

use std::path::{Path, PathBuf};

/// Its file name.
const NAME: &str = if cfg!(windows) {
    "jiaozi-vault.exe"
} else {
    "jiaozi-vault"
};
/// Where packages put it. `PATH` is not searched: whoever sets it could put
/// another program in the vault's place.
#[cfg(unix)]
const INSTALLED: &[&str] = &["/usr/bin", "/usr/libexec/jiaozi"];
#[cfg(not(unix))]
const INSTALLED: &[&str] = &[];

/// The vault's program: beside this one, else where it is installed. When it is
/// nowhere, the place beside this one is named, so that starting it says so.
pub fn find() -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| program.parent().map(Path::to_path_buf));
    among(
        beside
            .into_iter()
            .chain(INSTALLED.iter().map(PathBuf::from)),
    )
}

fn among(folders: impl Iterator<Item = PathBuf>) -> PathBuf {
    let places: Vec<_> = folders.map(|folder| folder.join(NAME)).collect();
    let there = places
        .iter()
        .find(|place| place.is_file())
        .or(places.first());
    there.cloned().unwrap_or_else(|| PathBuf::from(NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_that_is_there() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folders = || [one.path().to_path_buf(), two.path().to_path_buf()].into_iter();
        assert_eq!(among(folders()), one.path().join(NAME));
        std::fs::write(two.path().join(NAME), "").unwrap();
        assert_eq!(among(folders()), two.path().join(NAME));
    }
}
