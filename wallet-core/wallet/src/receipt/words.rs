//! What a receipt says, in each language.

use std::sync::LazyLock;

use jiaozi_types::agent::Language;
use serde::Deserialize;

use crate::api::{Checked, Direction, PaymentState};

/// The words of a receipt in one language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    title_out: String,
    title_in: String,
    seal_out: String,
    seal_in: String,
    pub to: String,
    pub from: String,
    pub account: String,
    pub claimed: String,
    pub fee: String,
    pub fee_at_most: String,
    pub no_fee: String,
    pub time: String,
    pub network: String,
    pub reference: String,
    pub note: String,
    pub transaction: String,
    pub block: String,
    pub id: String,
    pub sandbox: String,
    pub proof: String,
    pub not_proof: String,
    state_proposed: String,
    state_approved: String,
    state_awaits_signature: String,
    state_signed: String,
    state_submitted: String,
    state_included: String,
    state_settled_out: String,
    state_settled_in: String,
    state_failed: String,
    state_replaced: String,
    state_expired: String,
    state_unknown: String,
    checked_single: String,
    checked_agreed: String,
    checked_unconfirmed: String,
    pub issued_by: String,
}

impl Words {
    /// The words of a language.
    #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
    pub fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Words> = LazyLock::new(|| {
            serde_json::from_str(include_str!("words.en.json")).expect("English words")
        });
        static CHINESE: LazyLock<Words> = LazyLock::new(|| {
            serde_json::from_str(include_str!("words.zh-CN.json")).expect("Chinese words")
        });
        match language {
            Language::English => &ENGLISH,
            Language::SimplifiedChinese => &CHINESE,
        }
    }

    /// What the paper is called.
    pub fn title(&self, direction: Direction) -> &str {
        match direction {
            Direction::In => &self.title_in,
            Direction::Out | Direction::Own => &self.title_out,
        }
    }

    /// What is stamped on it.
    pub fn seal(&self, direction: Direction) -> &str {
        match direction {
            Direction::In => &self.seal_in,
            Direction::Out | Direction::Own => &self.seal_out,
        }
    }

    /// Where the payment stands.
    pub fn state(&self, state: PaymentState, direction: Direction) -> &str {
        match (state, direction) {
            (PaymentState::Proposed, _) => &self.state_proposed,
            (PaymentState::Approved, _) => &self.state_approved,
            (PaymentState::AwaitsSignature, _) => &self.state_awaits_signature,
            (PaymentState::Signed, _) => &self.state_signed,
            (PaymentState::Submitted, _) => &self.state_submitted,
            (PaymentState::Included, _) => &self.state_included,
            (PaymentState::Settled, Direction::In) => &self.state_settled_in,
            (PaymentState::Settled, _) => &self.state_settled_out,
            (PaymentState::Failed, _) => &self.state_failed,
            (PaymentState::Replaced, _) => &self.state_replaced,
            (PaymentState::Expired, _) => &self.state_expired,
            (PaymentState::Unknown, _) => &self.state_unknown,
        }
    }

    /// Who stands behind the place on the ledger.
    pub fn checked_by(&self, checked: Checked) -> &str {
        match checked {
            Checked::Single => &self.checked_single,
            Checked::Agreed => &self.checked_agreed,
            Checked::Unconfirmed => &self.checked_unconfirmed,
        }
    }
}
