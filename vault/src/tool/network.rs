//! Whether this computer has a network up, told from what the system writes in
//! files: no socket is opened to find out, and the vault could not open one.

use std::fs;
use std::path::Path;

/// What is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// These interfaces are up.
    Up(Vec<String>),
    /// None is.
    Down,
    /// This system does not tell.
    Unknown,
}

/// Looks.
pub fn look() -> Network {
    if cfg!(target_os = "linux") {
        look_in(Path::new("/sys/class/net"))
    } else {
        Network::Unknown
    }
}

/// The loopback interface is none. A tunnel says `unknown`; its carrier tells.
fn look_in(folder: &Path) -> Network {
    let Ok(entries) = fs::read_dir(folder) else {
        return Network::Unknown;
    };
    let mut up: Vec<String> = entries
        .flatten()
        .filter(|entry| {
            let says = |file: &str| {
                let text = fs::read_to_string(entry.path().join(file)).unwrap_or_default();
                text.trim().to_owned()
            };
            let state = says("operstate");
            // 772 is the type of the loopback interface.
            says("type") != "772"
                && (state == "up" || (state == "unknown" && says("carrier") == "1"))
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    up.sort();
    if up.is_empty() {
        Network::Down
    } else {
        Network::Up(up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_carries_counts() {
        let folder = tempfile::tempdir().unwrap();
        let interface = |name: &str, kind: &str, state: &str, carrier: &str| {
            let at = folder.path().join(name);
            fs::create_dir(&at).unwrap();
            for (file, text) in [("type", kind), ("operstate", state), ("carrier", carrier)] {
                fs::write(at.join(file), format!("{text}\n")).unwrap();
            }
        };
        interface("lo", "772", "unknown", "1");
        interface("eth0", "1", "down", "0");
        assert_eq!(look_in(folder.path()), Network::Down);
        interface("wlan0", "1", "up", "1");
        interface("tun0", "65534", "unknown", "1");
        let both = vec!["tun0".to_owned(), "wlan0".to_owned()];
        assert_eq!(look_in(folder.path()), Network::Up(both));
        assert_eq!(look_in(&folder.path().join("none")), Network::Unknown);
    }
}
