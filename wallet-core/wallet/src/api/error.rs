//! Errors, as shells see them: a stable code, what it means for the money, and
//! the values that the sentence needs. The sentences, with the next step, are
//! in `messages/errors.en.json` and `messages/errors.zh-CN.json`; text of
//! nodes never reaches a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an error means for the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MoneyState {
    /// Nothing has moved, and nothing will.
    Safe,
    /// It is on its way; the wallet is watching.
    Moving,
    /// It has moved.
    Moved,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Stable codes, written in snake case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

error_codes! {
    // The vault
    /// The vault is locked.
    Locked,
    /// The PIN was wrong.
    WrongPin,
    /// Too many wrong PINs.
    Throttled,
    /// The person declined.
    Declined,
    /// Nobody can be asked for the PIN here.
    NoPrompt,
    /// The vault could not read what it was to sign.
    Undecodable,
    /// The vault refused to sign.
    SigningRefused,
    /// There is no wallet here.
    NoWallet,
    /// There is a wallet here already.
    WalletExists,
    /// No keyring service.
    KeyringAbsent,
    /// The keyring is locked.
    KeyringLocked,
    /// The keyring does not answer.
    KeyringUnresponsive,
    /// The keyring forgets.
    KeyringNotPersistent,
    /// The wallet's item is not in the keyring.
    KeyringItemMissing,
    /// Another keyring than the one that sealed the wallet.
    KeyringOther,
    /// Another question is open.
    VaultBusy,
    /// The vault program is missing or will not start.
    VaultMissing,
    /// The vault program ended.
    VaultGone,
    /// Vault and shell are of different releases.
    VaultProtocol,
    // Reading what was asked for
    /// Not a request, a link or an address.
    NotARequest,
    /// The address is malformed.
    AddressMalformed,
    /// The address has a wrong checksum.
    AddressChecksum,
    /// A Conflux Core address on an EVM network.
    AddressCoreSpace,
    /// An EVM address on a network of Conflux Core.
    AddressNotCoreSpace,
    /// The zero address.
    AddressZero,
    /// The request is for another network.
    WrongNetwork,
    /// The request is for a token that this network does not list.
    UnknownToken,
    /// The request has expired.
    RequestExpired,
    /// The request asks for something that the wallet does not do.
    RequestUnsupported,
    /// The request's signature or check value is wrong.
    RequestDamaged,
    /// The picture holds no QR code.
    ImageNoCode,
    /// The picture is too large.
    ImageTooLarge,
    /// The file is no picture.
    ImageUnreadable,
    // Amounts
    /// No amount.
    AmountMissing,
    /// Negative.
    AmountNegative,
    /// An exponent.
    AmountExponent,
    /// Digits of another script.
    AmountForeignDigit,
    /// A comma.
    AmountComma,
    /// A stray character.
    AmountCharacter,
    /// Not shaped like a number.
    AmountShape,
    /// Too many decimals.
    AmountTooPrecise,
    /// Too large.
    AmountTooLarge,
    /// Zero.
    AmountZero,
    /// Not the amount that the request asks for.
    AmountDiffers,
    // Paying
    /// More than there is.
    NotEnough,
    /// Not enough coin for the fee.
    NotEnoughForFee,
    /// The proposal is too old.
    ProposalExpired,
    /// This request was paid already.
    AlreadyPaid,
    /// No such payment.
    UnknownPayment,
    /// The ledger refused the payment.
    LedgerRefused,
    /// The payment was executed and failed.
    Reverted,
    /// The payment's time ran out before the ledger took it.
    AuthorizationExpired,
    /// The wallet was closed between approval and signature; nothing was sent.
    Interrupted,
    /// Another transaction of the account took this one's place.
    Replaced,
    /// The person cancelled the payment, and the ledger took the cancellation.
    Cancelled,
    /// An earlier attempt at this purchase may still pay.
    AttemptOpen,
    /// The payment is in a block or over: it cannot be cancelled or sped up.
    TooLateToReplace,
    // Accounts whose keys are on another computer
    /// The keys of this account are on another computer: the vault here cannot sign for it.
    ColdAccount,
    /// There is no frame of a signing request, signature or key in it.
    ColdNoFrame,
    /// All frames in it are damaged.
    ColdDamaged,
    /// Frames are missing.
    ColdIncomplete,
    /// Frames of different messages are mixed.
    ColdMixed,
    /// It is larger than anything that is signed.
    ColdTooLarge,
    /// It is another kind of message than the one that is needed.
    ColdOtherType,
    /// It is whole, and cannot be read.
    ColdUnreadable,
    /// It is a private key.
    ColdPrivateKey,
    /// No account can be derived from this key.
    ColdNoAccount,
    /// The signature is not that of the account over what was asked for.
    ColdOtherSigner,
    /// No payment waits for this signature.
    ColdNotAsked,
    /// The payment does not wait for a signature.
    ColdNotWaiting,
    /// The account is watched already.
    ColdKnown,
    // Nodes
    /// No node answers.
    NodeDown,
    /// The node does not answer in time.
    NodeTimeout,
    /// The node answers with something that is not JSON-RPC.
    NodeGarbage,
    /// The node is on another chain.
    NodeWrongChain,
    /// The node asks to slow down.
    NodeBusy,
    /// The node answered with an error.
    NodeError,
    /// No two nodes say the same.
    NodesDisagree,
    /// Endpoints are written `https://…`, or `http://` on this computer.
    EndpointMalformed,
    /// The network's values are not valid.
    NetworkMalformed,
    /// There is such a network already.
    NetworkExists,
    /// No such network.
    UnknownNetwork,
    /// The network is the one in use.
    NetworkInUse,
    /// Payments on the network are under way.
    NetworkBusy,
    /// The sandbox is built in.
    NetworkBuiltIn,
    /// The network's file is of a newer release.
    NetworkFileNewer,
    /// A proxy is written `socks5h://…` or `http://…`.
    ProxyMalformed,
    /// The network's endpoints contradict each other.
    EndpointsDisagree,
    /// The token calls itself something else than was expected.
    TokenDiffers,
    /// The token is not offered in this region.
    RegionForbids,
    /// The contract is not a token.
    NotAToken,
    /// The sandbox ledger will not start.
    SandboxFailed,
    /// Top-up is for the sandbox only.
    TopUpUnavailable,
    // The till
    /// No till was set up.
    TillNotSetUp,
    /// The number and the account of a till with charges cannot change.
    TillFixed,
    /// The asset takes no EIP-3009 authorizations.
    TillAssetUnsuited,
    /// This till has no key that can spend.
    TillWatchOnly,
    /// Not the extended public key of a shop's account.
    TillKeyMalformed,
    /// The public key is this wallet's own.
    TillKeyOwn,
    /// Every number of this till was given out.
    TillFull,
    /// Nobody of this name works here.
    TillStaffUnknown,
    /// A PIN has 4 to 12 digits.
    TillPinMalformed,
    /// The PIN of the person at the till was wrong.
    TillPinWrong,
    /// Too many wrong PINs at the till.
    TillPinThrottled,
    /// This person may not refund.
    TillRefundsForbidden,
    /// No such button.
    TillItemUnknown,
    /// No printer is set up.
    TillPrinterNone,
    /// What the settings give as the printer's place is none.
    TillPrinterPlace,
    /// The printer cannot be reached. Value: `place`.
    TillPrinterUnreachable,
    /// The printer takes nothing. Value: `place`.
    TillPrinterStuck,
    /// The printer went away in the middle. Value: `place`.
    TillPrinterBroke,
    /// The printer has no paper.
    TillPrinterPaper,
    /// The printer's cover is open.
    TillPrinterCover,
    /// Another receipt is printed, and takes long.
    TillPrinterBusy,
    /// The receipt could not be drawn.
    TillReceiptFailed,
    /// Nothing happened since the last Z report.
    ReportNothingNew,
    /// The till takes another asset only when the day is closed.
    ReportCloseFirst,
    /// No Z report of this number.
    ReportUnknown,
    /// An amount has more decimals or digits than camt.053 can hold.
    ReportTooFine,
    /// The charge is not paid: there is nothing to say.
    ChargeNotPaid,
    /// No such charge.
    ChargeUnknown,
    /// The order number has a charge that asks for something else.
    ChargeDiffers,
    /// The amount is not the sum of the lines.
    ChargeLinesDiffer,
    /// The charge is over already.
    ChargeOver,
    /// No such refund.
    RefundUnknown,
    /// The refund's number was used for another refund.
    RefundDiffers,
    /// More than can be returned.
    RefundTooMuch,
    /// The shop's account has too little for the refund, and money of charges is
    /// not gathered yet: `needed`, `balance`, `ungathered`.
    RefundNotGathered,
    /// There is nothing to return.
    RefundNothing,
    /// It is not known who paid, or several did: say where to.
    RefundPayerUnclear,
    /// No such token of the shop's software.
    TillTokenUnknown,
    /// More than the token may refund today.
    TillRefundCap,
    /// Webhooks are sent to `https://…`, or `http://` on this computer.
    TillWebhookUrl,
    /// There are as many webhooks as there may be.
    TillWebhooksFull,
    /// No such webhook.
    TillWebhookUnknown,
    /// No such delivery.
    TillDeliveryUnknown,
    // The profile
    /// The profile is open in another process.
    ProfileOpen,
    /// The profile was written by a newer release.
    NewerVersion,
    /// The profile's records are damaged.
    StoreDamaged,
    /// The disk is full.
    DiskFull,
    /// Files cannot be read or written.
    StorageFailed,
    // Backups
    /// The backup is another wallet's. Values: `of`, `this`.
    BackupForeign,
    /// The file is no whole backup.
    BackupDamaged,
    /// There is no backup there. Value: `file`.
    BackupMissing,
    /// No folder for backups is set.
    BackupFolderNone,
    /// The folder or stick is not there. Value: `file`.
    BackupPlaceGone,
    /// There is no room where the backup goes. Value: `file`.
    BackupNoRoom,
    /// The backup could not be written. Value: `file`.
    BackupNotWritten,
    /// There is more than a backup can hold.
    BackupTooLarge,
    /// This profile has payees, payments or a till of its own.
    BackupNotFresh,
    /// A contact of this name or address exists.
    ContactExists,
    /// The name is empty, too long or has hidden characters.
    NameMalformed,
    /// No such contact.
    UnknownContact,
    /// No such account.
    UnknownAccount,
    /// A value in the call is out of bounds.
    BadInput,
    /// A fault of the wallet's own.
    Internal,
}

impl ErrorCode {
    /// The code as it is written, as in `wrong_pin`.
    pub fn as_str(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(code)) => code,
            _ => "internal".to_owned(),
        }
    }
}

/// An error for a shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorView {
    /// The code.
    pub code: ErrorCode,
    /// Whether trying the same again can help.
    pub retryable: bool,
    /// What it means for the money.
    pub money: MoneyState,
    /// Values for the sentence, by name.
    pub values: BTreeMap<String, String>,
}
