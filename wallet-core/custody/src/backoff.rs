//! Waiting after wrong PINs. The count is on the disk before a try is looked
//! at, so that killing the process does not give tries back. Whoever can write
//! the file could reset it; against a copied disk the seal itself stands.

use jiaozi_types::Timestamp;
use jiaozi_types::agent::AgentError;
use serde::{Deserialize, Serialize};

use crate::files::{FolderLock, VaultFolder};

const FILE: &str = "attempts.json";
/// Seconds to wait after the third, fourth, ... wrong try; the last one repeats.
const WAITS: [u64; 7] = [5, 30, 120, 600, 3_600, 14_400, 86_400];
/// Wrong tries before the first wait.
const FREE: u32 = 3;

/// How many tries were wrong in a row, and when the last one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Attempts {
    failures: u32,
    last: Timestamp,
}

impl Attempts {
    /// The wait that the last wrong try began.
    fn wait(self) -> u64 {
        match self.failures.checked_sub(FREE) {
            None => 0,
            Some(step) => usize::try_from(step)
                .ok()
                .and_then(|step| WAITS.get(step))
                .or(WAITS.last())
                .copied()
                .unwrap_or(0),
        }
    }

    /// What is left of it. A clock that was set back does not shorten it, and
    /// never makes it longer than the whole wait.
    fn left(self, now: Timestamp) -> u64 {
        self.wait().saturating_sub(now.since(self.last))
    }
}

fn load(folder: &VaultFolder) -> Result<Attempts, AgentError> {
    match folder.read(FILE)? {
        None => Ok(Attempts::default()),
        // A damaged count is read as three wrong tries, not as none.
        Some(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or(Attempts {
            failures: FREE,
            last: Timestamp::default(),
        })),
    }
}

fn store(folder: &VaultFolder, attempts: Attempts) -> Result<(), AgentError> {
    let bytes = serde_json::to_vec(&attempts).map_err(|_| AgentError::Internal)?;
    folder.replace(FILE, &bytes)
}

/// Seconds until a try is heard.
pub fn wait_seconds(folder: &VaultFolder, now: Timestamp) -> Result<u64, AgentError> {
    Ok(load(folder)?.left(now))
}

/// Counts a try as wrong before it is looked at, or says `Throttled`. Gives
/// the wait that stands if it is wrong indeed.
pub fn begin(folder: &VaultFolder, _lock: &FolderLock, now: Timestamp) -> Result<u64, AgentError> {
    let mut attempts = load(folder)?;
    if now < attempts.last {
        // The clock went back: the wait starts again from the new time.
        attempts.last = now;
        store(folder, attempts)?;
    }
    let wait_seconds = attempts.left(now);
    if wait_seconds > 0 {
        return Err(AgentError::Throttled { wait_seconds });
    }
    attempts.failures = attempts.failures.saturating_add(1);
    attempts.last = now;
    store(folder, attempts)?;
    Ok(attempts.wait())
}

/// The try was right: the count starts again.
pub fn succeed(folder: &VaultFolder, _lock: &FolderLock) -> Result<(), AgentError> {
    folder.remove(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + seconds)
    }

    #[test]
    fn three_tries_are_free_and_then_it_takes_longer_and_longer() {
        let profile = tempfile::tempdir().unwrap();
        let folder = VaultFolder::of_profile(profile.path());
        let lock = folder.lock().unwrap();
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..11 {
            let wait = begin(&folder, &lock, now).unwrap();
            if wait > 0 {
                let early = now.plus(wait - 1);
                assert_eq!(
                    begin(&folder, &lock, early),
                    Err(AgentError::Throttled { wait_seconds: 1 })
                );
            }
            waits.push(wait);
            now = now.plus(wait);
        }
        assert_eq!(
            waits,
            [0, 0, 5, 30, 120, 600, 3600, 14400, 86400, 86400, 86400]
        );
        succeed(&folder, &lock).unwrap();
        assert_eq!(begin(&folder, &lock, now), Ok(0));
    }

    #[test]
    fn a_clock_set_back_frees_nothing_and_does_not_lock_for_ever() {
        let profile = tempfile::tempdir().unwrap();
        let folder = VaultFolder::of_profile(profile.path());
        let lock = folder.lock().unwrap();
        for _ in 0..3 {
            begin(&folder, &lock, at(1_000_000)).unwrap();
        }
        let throttled = Err(AgentError::Throttled { wait_seconds: 5 });
        assert_eq!(begin(&folder, &lock, at(0)), throttled);
        assert_eq!(begin(&folder, &lock, at(5)), Ok(30));
    }

    #[test]
    fn a_damaged_count_is_not_a_fresh_start() {
        let profile = tempfile::tempdir().unwrap();
        let folder = VaultFolder::of_profile(profile.path());
        let lock = folder.lock().unwrap();
        folder.replace(FILE, b"{").unwrap();
        assert_eq!(begin(&folder, &lock, at(0)), Ok(30));
    }
}
