//! Which payments are followed, each by one task.

use std::collections::HashMap;
use std::sync::Mutex;

use jiaozi_types::PurchaseId;

use super::lock;

/// The payments, and whether somebody asked for one while it was followed.
#[derive(Debug, Default)]
pub(super) struct Followed(Mutex<HashMap<PurchaseId, bool>>);

impl Followed {
    /// True for who is to follow the payment. Where somebody does already, that
    /// one looks once more before it ends: what it saw last may be older than
    /// what it is asked for.
    pub(super) fn begin(&self, id: PurchaseId) -> bool {
        let mut all = lock(&self.0);
        let is_new = !all.contains_key(&id);
        all.insert(id, !is_new);
        is_new
    }

    /// Whether it may end; else it was asked for meanwhile.
    pub(super) fn may_end(&self, id: PurchaseId) -> bool {
        let mut all = lock(&self.0);
        if all.get(&id) == Some(&true) {
            all.insert(id, false);
            return false;
        }
        all.remove(&id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_while_one_is_about_to_end_is_not_lost() {
        let followed = Followed::default();
        let id = PurchaseId::from_bytes([7; 16]);
        assert!(followed.begin(id));
        // A signature comes in while the follower has already seen that there is none.
        assert!(!followed.begin(id));
        assert!(!followed.may_end(id), "it has to look once more");
        assert!(followed.may_end(id));
        assert!(followed.begin(id), "nobody follows it any more");
    }
}
