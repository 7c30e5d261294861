//! The keyring's self-test in a fresh process: a keyring that only seems to
//! keep things keeps them in the memory of the process that gave them.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use jiaozi_custody::keyring::fingerprint;
use jiaozi_custody::{Keyring, OsKeyring};
use jiaozi_types::agent::KeyringFault;

/// The hidden subcommand.
pub const COMMAND: &str = "keyring-probe";

/// The keyring of this system, whose probe is this program started again.
pub fn os_keyring() -> OsKeyring {
    OsKeyring::new(in_fresh_process)
}

/// Starts this program again to read `item`; gives the SHA-256 of its secret.
fn in_fresh_process(item: &str, timeout: Duration) -> Result<[u8; 32], KeyringFault> {
    let program = std::env::current_exe().map_err(|_| KeyringFault::NotPersistent)?;
    let mut child = Command::new(program)
        .args([COMMAND, item])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| KeyringFault::NotPersistent)?;
    let (answer, wait) = mpsc::channel();
    if let Some(mut output) = child.stdout.take() {
        thread::spawn(move || {
            let mut text = String::new();
            let read = output.by_ref().take(256).read_to_string(&mut text);
            // The receiver is gone when the time was over.
            let _ = answer.send(read.map(|_| text));
        });
    }
    let text = wait.recv_timeout(timeout);
    if text.is_err() {
        // Either it is killed now or it has ended by itself.
        let _ = child.kill();
    }
    let _ = child.wait();
    let text = text
        .map_err(|_| KeyringFault::Unresponsive)?
        .map_err(|_| KeyringFault::NotPersistent)?;
    read_answer(text.trim())
}

/// What the fresh process says: 64 hexadecimal digits, or a fault by name.
fn read_answer(text: &str) -> Result<[u8; 32], KeyringFault> {
    if let Ok(fault) = serde_json::from_str::<KeyringFault>(text) {
        return Err(fault);
    }
    let mut hash = [0u8; 32];
    alloy_primitives::hex::decode_to_slice(text, &mut hash)
        .map_err(|_| KeyringFault::NotPersistent)?;
    Ok(hash)
}

/// What the hidden subcommand prints.
pub fn answer(item: &str) -> String {
    let found = os_keyring()
        .get(item)
        .and_then(|secret| secret.ok_or(KeyringFault::NotPersistent));
    match found {
        Ok(secret) => alloy_primitives::hex::encode(fingerprint(&secret)),
        Err(fault) => serde_json::to_string(&fault).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_its_own_answers() {
        let fault = serde_json::to_string(&KeyringFault::Locked).unwrap();
        assert_eq!(read_answer(&fault), Err(KeyringFault::Locked));
        assert_eq!(read_answer(&"ab".repeat(32)), Ok([0xab; 32]));
        assert_eq!(read_answer(""), Err(KeyringFault::NotPersistent));
    }
}
