//! Requests, proposals and payments, as shells see them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ErrorView, MoneyState};

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AssetView {
    /// CAIP-19 id.
    pub id: String,
    /// Code, as in `SBY`.
    pub symbol: String,
    /// Decimal places of one unit.
    pub decimals: u8,
    /// Whether amounts are written with ¥.
    pub yuan: bool,
}

/// An exact amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AmountView {
    /// Atoms, as a decimal string.
    pub atoms: String,
    /// The number alone, as in `1234.50`.
    pub plain: String,
    /// For people, as in `¥1,234.50`.
    pub text: String,
    /// The asset.
    pub asset: AssetView,
}

/// What is known of a payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PayeeStanding {
    /// Never paid, not saved.
    New,
    /// Paid before, not saved.
    PaidBefore,
    /// Saved in the contacts.
    Contact,
    /// An account of this wallet.
    Own,
}

/// The shop that asks for a payment, as its signature says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ShopView {
    /// What it calls itself: anyone can take any name.
    pub name: String,
    /// Who it is: the address of its own account (EIP-55). Saving it as a contact
    /// makes the shop known.
    pub id: String,
    /// Whether it is saved in the contacts.
    pub known: bool,
    /// The name under which it is saved.
    pub saved_name: Option<String>,
}

/// Who is paid, or who paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PayeeView {
    /// The address (EIP-55).
    pub address: String,
    /// The contact's name; else none.
    pub name: Option<String>,
    /// The name that the request gives itself, unverified.
    pub claimed_name: Option<String>,
    /// What is known of them.
    pub standing: PayeeStanding,
    /// Settled payments to them so far; to any address of a shop that signs.
    pub times_paid: u32,
    /// The shop, where its signature is true; then what is known is known of the
    /// shop and not of the charge's address.
    pub shop: Option<ShopView>,
}

/// What a text, link or picture asks for.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RequestView {
    /// Hand this back in [`ProposeInput::request`].
    pub request: String,
    /// Who is to be paid.
    pub payee: PayeeView,
    /// How much; none when the payer chooses.
    pub amount: Option<AmountView>,
    /// The asset to be paid in.
    pub asset: AssetView,
    /// The payee's note, at most 140 characters.
    pub note: Option<String>,
    /// The payee's own reference of the charge.
    pub reference: Option<String>,
    /// Unix second after which the payee no longer expects it.
    #[ts(type = "number | null")]
    pub expires_at: Option<u64>,
    /// The payment that already pays this request, if there is one.
    pub already: Option<PaymentView>,
}

/// What the payer decided.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ProposeInput {
    /// [`RequestView::request`], or an address.
    pub request: String,
    /// The amount as written by the payer; none takes the request's.
    pub amount: Option<String>,
    /// CAIP-19 id of the asset; none takes the request's or the main one.
    pub asset: Option<String>,
    /// The paying account.
    pub account: u32,
    /// The payer's own note, kept in this wallet only.
    pub note: Option<String>,
}

/// Things to know before paying, none of which forbids it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// First payment to this address.
    NewPayee,
    /// The address looks like one paid before, and is another (poisoning).
    LooksLike {
        /// The address that it resembles.
        address: String,
    },
    /// The fee is above 1 % of the amount.
    HighFee {
        /// Hundredths of a percent.
        basis_points: u32,
    },
    /// The payee is an account of this wallet.
    OwnAccount,
    /// The same amount went to the same payee in the last 10 minutes.
    SameAsRecent {
        /// That payment.
        id: String,
    },
}

/// What the spend policy will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Pays at once, within quick pay.
    Quick,
    /// The vault will ask for approval and the PIN.
    Approval,
    /// Another computer has the keys: the payment waits for its signature.
    Cold,
}

/// The fee, as money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FeeView {
    /// What it will probably be.
    pub expected: AmountView,
    /// What it cannot exceed.
    pub cap: AmountView,
}

/// A payment that can be approved as it stands.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ProposalView {
    /// The purchase id; approving it twice pays once.
    pub id: String,
    /// Who gets it.
    pub payee: PayeeView,
    /// How much.
    pub amount: AmountView,
    /// The fee; none where there is none, or the payee pays all of it.
    pub fee: Option<FeeView>,
    /// Whether the payee's side pays the fee (a sponsored contract of Conflux
    /// Core): the payer needs no coin.
    pub shop_pays_fee: bool,
    /// What is left of the asset afterwards.
    pub balance_after: AmountView,
    /// The paying account.
    pub account: u32,
    /// The network's name.
    pub network: String,
    /// Things to know.
    pub warnings: Vec<Warning>,
    /// What the spend policy will do.
    pub verdict: Verdict,
    /// Unix second at which the proposal is worth nothing any more.
    #[ts(type = "number")]
    pub valid_until: u64,
}

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Paid by this wallet.
    Out,
    /// Received by this wallet.
    In,
    /// Between accounts of this wallet.
    Own,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Proposed; nothing is signed.
    Proposed,
    /// Approved; nothing is signed yet.
    Approved,
    /// Approved; the computer that has the keys has not signed it yet.
    AwaitsSignature,
    /// Signed and kept; perhaps not yet sent.
    Signed,
    /// Sent; not yet in a block.
    Submitted,
    /// In a block; not final.
    Included,
    /// Final.
    Settled,
    /// Did not happen; no money moved.
    Failed,
    /// Another transaction took its nonce; no money moved by this one.
    Replaced,
    /// Its time ran out before the ledger took it; no money moved.
    Expired,
    /// Signed, perhaps sent; it cannot be told at present what became of it.
    /// [`PaymentView::sight`] says why.
    Unknown,
}

/// Who stands behind what is said of a payment's place on the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Checked {
    /// The network has one endpoint: nobody can check it.
    Single,
    /// Two endpoints say the same.
    Agreed,
    /// Others are configured, and none of them says the same yet.
    Unconfirmed,
}

/// What the last look at the ledger found besides the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sight {
    /// No node answers.
    NoNode,
    /// The nodes do not say the same.
    NodesDisagree,
    /// It was in a block, which the ledger took back.
    Returned,
    /// Another transaction has its place; that is not final yet.
    PlaceTaken,
    /// It is paid or cancelled with the same words from elsewhere; that is not
    /// final yet.
    PaidElsewhere {
        /// The newest block when that was seen.
        #[ts(type = "number")]
        block: u64,
    },
    /// In a block that refused it; that is not final yet.
    Refused,
    /// An earlier transaction of the account goes first.
    Behind {
        /// The payment that it belongs to; none when it was not made here.
        payment: Option<String>,
    },
    /// It waits longer than usual.
    Slow,
    /// It cannot pay any more; it is sent on so that later payments can follow.
    TimeOver,
    /// The ledger will soon take it no more, and the vault has to ask for the PIN
    /// before it is signed anew: speeding it up does that.
    RunsOut,
}

/// What can be put in the place of a payment that is in no block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReplacementAct {
    /// Cancel it.
    Cancel,
    /// Offer a higher fee.
    SpeedUp,
}

/// A cancellation or a higher fee that can be approved as it stands.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ReplacementView {
    /// The payment.
    pub id: String,
    /// What it is.
    pub act: ReplacementAct,
    /// What the ledger takes for it, instead of the payment's fee; none where
    /// there is none.
    pub fee: Option<FeeView>,
    /// What the spend policy will do.
    pub verdict: Verdict,
    /// Unix second at which it is worth nothing any more.
    #[ts(type = "number")]
    pub valid_until: u64,
}

/// A payment, in or out.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PaymentView {
    /// The purchase id of payments made here; else a key of the ledger entry.
    pub id: String,
    /// Which way the money goes.
    pub direction: Direction,
    /// Where it stands.
    pub state: PaymentState,
    /// What that means for the money.
    pub money: MoneyState,
    /// The other side.
    pub counterparty: PayeeView,
    /// How much.
    pub amount: AmountView,
    /// The fee that was paid, or the cap until it is known; none where there is none.
    pub fee: Option<AmountView>,
    /// The account of this wallet.
    pub account: u32,
    /// CAIP-2 id of the network.
    pub network_id: String,
    /// The network's name.
    pub network: String,
    /// Unix second at which it was made or first seen.
    #[ts(type = "number")]
    pub created_at: u64,
    /// Unix second of its block.
    #[ts(type = "number | null")]
    pub included_at: Option<u64>,
    /// The block's number.
    #[ts(type = "number | null")]
    pub block: Option<u64>,
    /// The transaction's hash.
    pub transaction: Option<String>,
    /// The payee's reference.
    pub reference: Option<String>,
    /// The payee's note.
    pub note: Option<String>,
    /// The payer's own note.
    pub memo: Option<String>,
    /// Unix second from which the ledger refuses it; none when it stays valid
    /// until its place is taken.
    #[ts(type = "number | null")]
    pub void_after: Option<u64>,
    /// Why it failed.
    pub error: Option<ErrorView>,
    /// What the last look at the ledger found besides.
    pub sight: Option<Sight>,
    /// Who stands behind its place on the ledger; none before it has one.
    pub checked: Option<Checked>,
    /// Whether a cancellation of it is under way.
    pub cancelling: bool,
    /// Whether it can be cancelled now.
    pub can_cancel: bool,
    /// Whether a higher fee can be offered for it now.
    pub can_speed_up: bool,
}

/// What to ask for.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ReceiveInput {
    /// The receiving account.
    pub account: u32,
    /// The amount as written; none lets the payer choose.
    pub amount: Option<String>,
    /// CAIP-19 id of the asset; none takes the main one.
    pub asset: Option<String>,
    /// A note for the payer, at most 140 characters.
    pub note: Option<String>,
    /// The name to show to the payer, at most 64 characters.
    pub name: Option<String>,
    /// Whether to give it a reference, so that it is paid at most once.
    pub one_time: bool,
}

/// A way to be paid.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ReceiveView {
    /// The address (EIP-55).
    pub address: String,
    /// The `jiaozi:` link.
    pub link: String,
    /// The ERC-681 link, which other wallets read.
    pub ethereum_link: String,
    /// The QR code of `link`, as SVG in black on white.
    pub qr_svg: String,
    /// The QR code of `ethereum_link`.
    pub ethereum_qr_svg: String,
    /// How much is asked for.
    pub amount: Option<AmountView>,
    /// The reference, when it is a one-time charge.
    pub reference: Option<String>,
}
