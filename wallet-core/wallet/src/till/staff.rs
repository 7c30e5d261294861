//! Who works at the till, and their PINs: Argon2id, sealed with the other
//! records, with waits after wrong ones that a restart does not shorten.

use argon2::{Algorithm, Argon2, Params, Version};

use super::Till;
use super::records::{SavedPin, SavedStaff};
use crate::api::till::{StaffInput, StaffView};
use crate::api::{ErrorCode, WalletEvent};
use crate::error::{WalletError, rule};
use crate::text;

/// How many may work here.
const MOST: usize = 100;
/// Argon2id: memory in KiB, passes, lanes (OWASP's second recommendation).
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Seconds to wait after the third, fourth, ... wrong PIN; the last one repeats.
const WAITS: [u64; 6] = [5, 30, 120, 600, 3_600, 14_400];
/// Wrong PINs before the first wait.
const FREE: u32 = 3;

impl Till {
    /// Adds someone who works here, or changes them.
    pub async fn save_staff(&self, input: StaffInput) -> Result<StaffView, WalletError> {
        self.settings()?;
        let name = text::clean(&input.name, 32);
        if name.is_empty() || name != input.name.trim() {
            return Err(ErrorCode::NameMalformed.into());
        }
        let pin = match input.pin {
            Some(pin) => Some(seal(pin).await?),
            None => None,
        };
        let _pins = self.shared().pins.lock().await;
        let book = self.book()?;
        let mut record = book.till_staff()?;
        let full = record.staff.len() >= MOST;
        match record.staff.iter_mut().find(|known| known.name == name) {
            Some(known) => {
                known.may_refund = input.may_refund;
                if pin.is_some() {
                    (known.pin, known.failures, known.failed_at) = (pin, 0, 0);
                }
            }
            None if full => return Err(ErrorCode::BadInput.into()),
            None => {
                record.staff.push(SavedStaff {
                    name: name.clone(),
                    pin,
                    may_refund: input.may_refund,
                    failures: 0,
                    failed_at: 0,
                });
                record.staff.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        book.store().put(&[], &record)?;
        self.wallet.tell(WalletEvent::Till);
        let may_refund = input.may_refund;
        Ok(StaffView { name, may_refund })
    }

    /// Forgets someone who worked here; charges keep the name.
    pub async fn remove_staff(&self, name: &str) -> Result<(), WalletError> {
        let _pins = self.shared().pins.lock().await;
        let book = self.book()?;
        let mut record = book.till_staff()?;
        let before = record.staff.len();
        record.staff.retain(|known| known.name != name.trim());
        if record.staff.len() == before {
            return Err(ErrorCode::TillStaffUnknown.into());
        }
        book.store().put(&[], &record)?;
        self.wallet.tell(WalletEvent::Till);
        Ok(())
    }

    /// Whether this person, with this PIN, may refund. A try is on the disk as a
    /// wrong one before it is looked at, so that killing the till gives none back.
    pub(crate) async fn check_staff(&self, name: &str, pin: String) -> Result<(), WalletError> {
        let _pins = self.shared().pins.lock().await;
        let (book, now) = (self.book()?, self.now());
        let mut record = book.till_staff()?;
        let known = record
            .staff
            .iter_mut()
            .find(|known| known.name == name.trim())
            .ok_or(ErrorCode::TillStaffUnknown)?;
        if !known.may_refund {
            let name = known.name.clone();
            return Err(rule(ErrorCode::TillRefundsForbidden, [("name", name)]));
        }
        // A clock that was set back begins the wait anew.
        known.failed_at = known.failed_at.min(now);
        let left = wait(known.failures).saturating_sub(now.saturating_sub(known.failed_at));
        if left > 0 {
            let values = [("wait_seconds", left.to_string())];
            return Err(rule(ErrorCode::TillPinThrottled, values));
        }
        known.failures = known.failures.saturating_add(1);
        known.failed_at = now;
        let (name, saved) = (known.name.clone(), known.pin.clone());
        book.store().put(&[], &record)?;
        let right = match saved {
            Some(saved) => matches(pin, saved).await?,
            None => false,
        };
        if !right {
            return Err(ErrorCode::TillPinWrong.into());
        }
        if let Some(known) = record.staff.iter_mut().find(|known| known.name == name) {
            (known.failures, known.failed_at) = (0, 0);
        }
        Ok(book.store().put(&[], &record)?)
    }
}

fn wait(failures: u32) -> u64 {
    let step = failures
        .checked_sub(FREE)
        .and_then(|step| usize::try_from(step).ok());
    step.and_then(|step| WAITS.get(step).or(WAITS.last()))
        .copied()
        .unwrap_or(0)
}

fn is_pin(pin: &str) -> bool {
    (4..=12).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit())
}

async fn seal(pin: String) -> Result<SavedPin, WalletError> {
    if !is_pin(&pin) {
        return Err(ErrorCode::TillPinMalformed.into());
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| ErrorCode::Internal)?;
    Ok(SavedPin {
        salt: hex::encode(salt),
        hash: hash(pin, salt.to_vec()).await?,
    })
}

async fn matches(pin: String, saved: SavedPin) -> Result<bool, WalletError> {
    if !is_pin(&pin) {
        return Ok(false);
    }
    let salt = hex::decode(&saved.salt).map_err(|_| ErrorCode::StoreDamaged)?;
    // Both sides are hashes: how long the comparison takes tells nothing of the PIN.
    Ok(hash(pin, salt).await? == saved.hash)
}

async fn hash(pin: String, salt: Vec<u8>) -> Result<String, WalletError> {
    let work = move || {
        let pin = zeroize::Zeroizing::new(pin);
        let params = Params::new(MEMORY, PASSES, 1, Some(32)).map_err(|_| ErrorCode::Internal)?;
        let mut out = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(pin.as_bytes(), &salt, &mut out)
            .map_err(|_| ErrorCode::Internal)?;
        Ok(hex::encode(out))
    };
    let outcome = tokio::task::spawn_blocking(work).await;
    outcome.map_err(|_| WalletError::from(ErrorCode::Internal))?
}
