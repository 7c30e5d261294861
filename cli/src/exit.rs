//! Exit codes. They are stable: scripts rely on them. The table that people
//! read ends `jiaozi --help` and the manual page.

use std::process::ExitCode;

use jiaozi_wallet::api::ErrorCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Success = 0,
    /// A fault of Jiaozi's own, the vault's program included.
    Internal = 1,
    /// The command line cannot be read, or lacks something.
    Usage = 2,
    /// A value is not what it should be, or names what is not there.
    BadInput = 3,
    /// Not enough money.
    NotEnough = 4,
    /// Declined, a wrong PIN, or nobody to ask.
    Declined = 5,
    /// No wallet, a locked one, or no keyring to open it.
    NoWallet = 6,
    /// The ledger's node or the network.
    Node = 7,
    /// The profile, its files or the disk.
    Storage = 8,
    /// The payment did not happen, or may not happen again.
    PaymentFailed = 9,
    /// The time to wait is over; what was waited for may still come.
    StillWaiting = 10,
    /// It cannot be told at present whether the payment happened.
    NotKnown = 11,
    /// The receipt printer.
    Printer = 12,
}

impl Exit {
    /// Every code.
    pub const ALL: [Self; 13] = [
        Self::Success,
        Self::Internal,
        Self::Usage,
        Self::BadInput,
        Self::NotEnough,
        Self::Declined,
        Self::NoWallet,
        Self::Node,
        Self::Storage,
        Self::PaymentFailed,
        Self::StillWaiting,
        Self::NotKnown,
        Self::Printer,
    ];

    /// The number.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// The exit code of every error of the wallet.
pub fn of(code: ErrorCode) -> Exit {
    use ErrorCode as C;
    match code {
        C::VaultBusy | C::VaultMissing | C::VaultGone | C::VaultProtocol | C::Internal => {
            Exit::Internal
        }
        C::NotARequest
        | C::AddressMalformed
        | C::AddressChecksum
        | C::AddressCoreSpace
        | C::AddressNotCoreSpace
        | C::AddressZero
        | C::WrongNetwork
        | C::UnknownToken
        | C::RequestExpired
        | C::RequestUnsupported
        | C::RequestDamaged
        | C::ImageNoCode
        | C::ColdNoFrame
        | C::ColdDamaged
        | C::ColdIncomplete
        | C::ColdMixed
        | C::ColdTooLarge
        | C::ColdOtherType
        | C::ColdUnreadable
        | C::ColdPrivateKey
        | C::ColdNoAccount
        | C::ColdOtherSigner
        | C::ColdNotAsked
        | C::ColdNotWaiting
        | C::ColdKnown
        | C::ImageTooLarge
        | C::ImageUnreadable
        | C::AmountMissing
        | C::AmountNegative
        | C::AmountExponent
        | C::AmountForeignDigit
        | C::AmountComma
        | C::AmountCharacter
        | C::AmountShape
        | C::AmountTooPrecise
        | C::AmountTooLarge
        | C::AmountZero
        | C::AmountDiffers
        | C::UnknownPayment
        | C::EndpointMalformed
        | C::NetworkMalformed
        | C::NetworkExists
        | C::UnknownNetwork
        | C::NetworkInUse
        | C::NetworkBusy
        | C::NetworkBuiltIn
        | C::NetworkFileNewer
        | C::ProxyMalformed
        | C::TokenDiffers
        | C::RegionForbids
        | C::NotAToken
        | C::TopUpUnavailable
        | C::ContactExists
        | C::NameMalformed
        | C::UnknownContact
        | C::BackupForeign
        | C::BackupDamaged
        | C::BackupMissing
        | C::BackupFolderNone
        | C::BackupNotFresh
        | C::UnknownAccount
        | C::TillNotSetUp
        | C::TillFixed
        | C::TillAssetUnsuited
        | C::TillWatchOnly
        | C::TillKeyMalformed
        | C::TillKeyOwn
        | C::TillFull
        | C::TillStaffUnknown
        | C::TillPinMalformed
        | C::TillItemUnknown
        | C::TillPrinterNone
        | C::TillPrinterPlace
        | C::ChargeNotPaid
        | C::ReportNothingNew
        | C::ReportCloseFirst
        | C::ReportUnknown
        | C::ReportTooFine
        | C::TillTokenUnknown
        | C::TillWebhookUrl
        | C::TillWebhooksFull
        | C::TillWebhookUnknown
        | C::TillDeliveryUnknown
        | C::ChargeUnknown
        | C::ChargeDiffers
        | C::ChargeLinesDiffer
        | C::ChargeOver
        | C::RefundUnknown
        | C::RefundDiffers
        | C::RefundTooMuch
        | C::RefundNothing
        | C::RefundPayerUnclear
        | C::BadInput => Exit::BadInput,
        C::NotEnough | C::NotEnoughForFee | C::RefundNotGathered => Exit::NotEnough,
        C::WrongPin
        | C::Throttled
        | C::Declined
        | C::NoPrompt
        | C::TillPinWrong
        | C::TillPinThrottled
        | C::TillRefundsForbidden
        | C::TillRefundCap => Exit::Declined,
        C::Locked
        | C::ColdAccount
        | C::NoWallet
        | C::WalletExists
        | C::KeyringAbsent
        | C::KeyringLocked
        | C::KeyringUnresponsive
        | C::KeyringNotPersistent
        | C::KeyringItemMissing
        | C::KeyringOther => Exit::NoWallet,
        C::NodeDown
        | C::NodeTimeout
        | C::NodeGarbage
        | C::NodeWrongChain
        | C::NodeBusy
        | C::NodeError
        | C::NodesDisagree
        | C::EndpointsDisagree
        | C::SandboxFailed => Exit::Node,
        C::TillPrinterUnreachable
        | C::TillPrinterStuck
        | C::TillPrinterBroke
        | C::TillPrinterPaper
        | C::TillPrinterCover
        | C::TillPrinterBusy
        | C::TillReceiptFailed => Exit::Printer,
        C::BackupPlaceGone
        | C::BackupNoRoom
        | C::BackupNotWritten
        | C::BackupTooLarge
        | C::ProfileOpen
        | C::NewerVersion
        | C::StoreDamaged
        | C::DiskFull
        | C::StorageFailed => Exit::Storage,
        C::Undecodable
        | C::SigningRefused
        | C::ProposalExpired
        | C::AlreadyPaid
        | C::LedgerRefused
        | C::Reverted
        | C::AuthorizationExpired
        | C::Interrupted
        | C::Replaced
        | C::Cancelled
        | C::AttemptOpen
        | C::TooLateToReplace => Exit::PaymentFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No error ends like success, like a wrong command line, or with a number
    /// that is not in the table.
    #[test]
    fn every_error_has_a_documented_exit_code() {
        for code in ErrorCode::ALL {
            let exit = of(*code);
            assert!(Exit::ALL.contains(&exit), "{code:?}");
            assert!(!matches!(exit, Exit::Success | Exit::Usage), "{code:?}");
        }
        for (index, exit) in Exit::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(exit.number()), index);
        }
    }
}
