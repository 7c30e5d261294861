//! Memory for secrets: a page of its own, kept out of swap where the system
//! allows it, and overwritten when it is no longer needed; and a stack that is
//! overwritten after work with them.

use zeroize::Zeroize;

/// Large enough for every page size in use (4 KiB on x86-64, 16 KiB on Apple silicon).
#[repr(align(16384))]
struct Page<T>(T);

/// A value alone on its memory pages. The pages are locked (`mlock`) where the
/// system's limit allows; where it does not, the value is still overwritten on
/// drop. Never printed.
pub struct Locked<T: Zeroize + Default> {
    // Dropped first: unlocking must come before the memory is given back.
    guard: Option<region::LockGuard>,
    page: Box<Page<T>>,
}

impl<T: Zeroize + Default> Locked<T> {
    /// A default value on a locked page, then filled in place, so that no copy
    /// of the secret stays on the stack.
    pub fn fill(fill: impl FnOnce(&mut T)) -> Self {
        let mut page = Box::new(Page(T::default()));
        let guard = region::lock(
            std::ptr::from_ref(page.as_ref()),
            size_of::<Page<T>>().max(1),
        )
        .ok();
        fill(&mut page.0);
        Self { guard, page }
    }

    /// Whether the pages are kept out of swap.
    pub fn is_locked(&self) -> bool {
        self.guard.is_some()
    }

    /// The value.
    pub fn get(&self) -> &T {
        &self.page.0
    }
}

impl<T: Zeroize + Default> Drop for Locked<T> {
    fn drop(&mut self) {
        self.page.0.zeroize();
    }
}

impl<T: Zeroize + Default> std::fmt::Debug for Locked<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Locked(..)")
    }
}

/// How much of the stack is overwritten: more than deriving keys and signing take,
/// also without optimisation.
const STACK: usize = 256 * 1024;

/// Calls `work`, then overwrites the stack that it had. Values that overwrite
/// themselves when they are dropped leave copies there each time they are moved.
/// What `work` gives back holds its secrets behind pointers.
#[inline(never)]
pub(crate) fn on_a_wiped_stack<T>(work: impl FnOnce() -> T) -> T {
    let outcome = apart(work);
    overwrite();
    outcome
}

/// A frame of its own, where [`overwrite`] has its own afterwards.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite() {
    let mut stack = [0_u8; STACK];
    stack.zeroize();
    std::hint::black_box(&stack);
}

/// A key of 32 bytes.
pub type Key = Locked<[u8; 32]>;

impl Locked<[u8; 32]> {
    /// A fresh random key from the operating system.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut outcome = Ok(());
        let key = Self::fill(|bytes| outcome = getrandom::fill(bytes));
        outcome.map(|()| key)
    }

    /// A key with these bytes; the caller overwrites its own copy.
    pub fn from_slice(bytes: &[u8; 32]) -> Self {
        Self::fill(|into| into.copy_from_slice(bytes))
    }

    /// A second copy on a page of its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::from_slice(self.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_its_value_and_says_nothing() {
        let key = Key::from_slice(&[7; 32]);
        assert_eq!(key.duplicate().get(), &[7; 32]);
        assert_eq!(format!("{key:?}"), "Locked(..)");
        assert_ne!(Key::random().unwrap().get(), Key::random().unwrap().get());
    }
}
