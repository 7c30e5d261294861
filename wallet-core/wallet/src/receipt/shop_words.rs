//! What a shop's receipt says, in each language.

use std::sync::LazyLock;

use jiaozi_types::agent::Language;
use serde::Deserialize;

macro_rules! shop_words {
    ($($name:ident,)*) => {
        /// The words of a shop's receipt in one language.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct ShopWords { $(pub(super) $name: String,)* }
    };
}

shop_words! {
    title_receipt,
    title_bill,
    title_record,
    title_refund,
    code,
    claimed,
    signed,
    sandbox,
    state_open,
    state_unclear,
    state_included,
    state_final,
    state_closed,
    state_revoked,
    total,
    paid,
    refunded,
    returnable,
    capitals,
    charge,
    order,
    note,
    till,
    staff,
    time,
    paid_at,
    network,
    payment,
    from,
    late,
    wrong_asset,
    transaction,
    block,
    checked_single,
    checked_agreed,
    checked_unconfirmed,
    refund,
    refund_state,
    refund_number,
    charged,
    to,
    reason,
    refund_pending,
    refund_moving,
    refund_paid,
    refund_failed,
    order_code,
    ledger_code,
    proof,
    included_proof,
    no_proof,
    not_paid_proof,
    not_refunded_proof,
    seal_paid,
    seal_refunded,
    issued_by,
}

impl ShopWords {
    /// The words of a language.
    #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
    pub(super) fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<ShopWords> = LazyLock::new(|| {
            serde_json::from_str(include_str!("shop.en.json")).expect("English words")
        });
        static CHINESE: LazyLock<ShopWords> = LazyLock::new(|| {
            serde_json::from_str(include_str!("shop.zh-CN.json")).expect("Chinese words")
        });
        match language {
            Language::English => &ENGLISH,
            Language::SimplifiedChinese => &CHINESE,
        }
    }
}
