//! A disk that is full.

use super::*;

/// A disk with no room left: what was there stays, and the error says so.
/// Needs a file system of its own, so it runs as root on Linux only; elsewhere
/// the folder is made read-only, which must be `Storage`.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let bench = Bench::new();
    let small = bench.profile.path().to_owned();
    let mount = |args: &[&str]| {
        std::process::Command::new(args[0])
            .args(&args[1..])
            .arg(&small)
            .status()
            .is_ok_and(|status| status.success())
    };
    let is_full = mount(&["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs"]);
    let vault = made(&bench, Sealing::PassphraseOnly);
    let before = std::fs::read(bench.file("state.sealed")).unwrap();
    fill(&small, is_full);
    let result = vault.sign(&pay(&vault, 1, 5), None);
    let expected = if is_full {
        AgentError::DiskFull
    } else {
        AgentError::Storage
    };
    assert_eq!(result, Err(NotSigned::Agent(expected)));
    assert_eq!(std::fs::read(bench.file("state.sealed")).unwrap(), before);
    make_room(&small, is_full);
    vault.sign(&pay(&vault, 1, 5), None).unwrap();
    drop(vault);
    if is_full {
        assert!(mount(&["umount"]));
    }
}

#[cfg(target_os = "linux")]
fn fill(folder: &Path, by_size: bool) {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    if by_size {
        let mut file = std::fs::File::create(folder.join("filler")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
    } else {
        let mode = std::fs::Permissions::from_mode(0o500);
        std::fs::set_permissions(folder.join("vault"), mode).unwrap();
    }
}

#[cfg(target_os = "linux")]
fn make_room(folder: &Path, by_size: bool) {
    use std::os::unix::fs::PermissionsExt;
    if by_size {
        std::fs::remove_file(folder.join("filler")).unwrap();
    } else {
        let mode = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.join("vault"), mode).unwrap();
    }
}
