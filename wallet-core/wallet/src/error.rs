//! Every error of the wallet, and its stable code for shells.

use std::collections::BTreeMap;

use jiaozi_ledger::{EndpointError, LedgerError};
use jiaozi_types::agent::{AgentError, KeyringFault};
use jiaozi_types::{AddressError, AmountError};

use crate::api::{ErrorCode, ErrorView, MoneyState};
use crate::request::RequestError;
use crate::vault::VaultError;

/// Why the wallet did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WalletError {
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The store.
    #[error(transparent)]
    Store(#[from] jiaozi_store::Error),
    /// An amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// An address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A request to pay.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// An endpoint.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// A file of the profile.
    #[error("a file of the profile cannot be read or written")]
    File(#[from] std::io::Error),
    /// A rule of the wallet's own, by its code, with the values for its sentence.
    #[error("{}", .code.as_str())]
    Rule {
        /// The code.
        code: ErrorCode,
        /// Values for the sentence.
        values: BTreeMap<String, String>,
    },
}

impl From<AgentError> for WalletError {
    fn from(error: AgentError) -> Self {
        Self::Vault(VaultError::Refused(error))
    }
}

impl From<ErrorCode> for WalletError {
    fn from(code: ErrorCode) -> Self {
        Self::Rule {
            code,
            values: BTreeMap::new(),
        }
    }
}

/// A rule's error with values for its sentence.
pub(crate) fn rule<const N: usize>(code: ErrorCode, values: [(&str, String); N]) -> WalletError {
    let values = values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    WalletError::Rule { code, values }
}

impl WalletError {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        use ErrorCode as C;
        match self {
            Self::Vault(error) => vault_code(error),
            Self::Ledger(error) => ledger_code(error),
            Self::Store(error) => store_code(error),
            Self::Amount(error) => amount_code(error),
            Self::Address(error) => address_code(error),
            Self::Request(error) => error.code(),
            Self::Endpoint(_) => C::EndpointMalformed,
            Self::File(error) => file_code(error),
            Self::Rule { code, .. } => *code,
        }
    }

    /// The error for a shell.
    pub fn view(&self) -> ErrorView {
        ErrorView {
            code: self.code(),
            retryable: self.is_retryable(),
            money: MoneyState::Safe,
            values: self.values(),
        }
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Ledger(error) => error.is_retryable(),
            Self::Store(error) => error.retryable(),
            Self::Vault(VaultError::Refused(error)) => matches!(
                error,
                AgentError::Locked
                    | AgentError::WrongPin { .. }
                    | AgentError::Throttled { .. }
                    | AgentError::Declined
                    | AgentError::Busy
                    | AgentError::Keyring { .. }
                    | AgentError::DiskFull
            ),
            Self::Vault(VaultError::Gone) => true,
            Self::Rule { code, .. } => {
                matches!(
                    code,
                    ErrorCode::SandboxFailed | ErrorCode::ProposalExpired | ErrorCode::AttemptOpen
                )
            }
            _ => false,
        }
    }

    fn values(&self) -> BTreeMap<String, String> {
        let pair = |name: &str, value: String| BTreeMap::from([(name.to_owned(), value)]);
        match self {
            Self::Vault(VaultError::Refused(
                AgentError::WrongPin { wait_seconds } | AgentError::Throttled { wait_seconds },
            )) => pair("wait_seconds", wait_seconds.to_string()),
            Self::Vault(VaultError::Refused(AgentError::Undecodable { what })) => {
                pair("what", what.clone())
            }
            Self::Vault(VaultError::Refused(AgentError::Refused { why })) => {
                pair("why", why.clone())
            }
            Self::Ledger(LedgerError::WrongChain { wanted, found })
            | Self::Address(AddressError::WrongChain { wanted, found }) => BTreeMap::from([
                ("wanted".to_owned(), wanted.to_string()),
                ("found".to_owned(), found.to_string()),
            ]),
            Self::Amount(AmountError::TooPrecise {
                symbol,
                allowed,
                given,
            }) => BTreeMap::from([
                ("symbol".to_owned(), symbol.clone()),
                ("allowed".to_owned(), allowed.to_string()),
                ("given".to_owned(), given.to_string()),
            ]),
            Self::Amount(AmountError::ForeignDigit(c) | AmountError::Character(c)) => {
                pair("character", c.to_string())
            }
            Self::Request(error) => error.values(),
            Self::Rule { values, .. } => values.clone(),
            _ => BTreeMap::new(),
        }
    }
}

fn vault_code(error: &VaultError) -> ErrorCode {
    use ErrorCode as C;
    let error = match error {
        VaultError::Missing => return C::VaultMissing,
        VaultError::Gone => return C::VaultGone,
        VaultError::Refused(error) => error,
    };
    match error {
        AgentError::Locked => C::Locked,
        AgentError::WrongPin { .. } => C::WrongPin,
        AgentError::Throttled { .. } => C::Throttled,
        AgentError::Declined => C::Declined,
        AgentError::NoPrompt => C::NoPrompt,
        AgentError::Undecodable { .. } => C::Undecodable,
        AgentError::Refused { .. } => C::SigningRefused,
        AgentError::NoVault => C::NoWallet,
        AgentError::AlreadyExists => C::WalletExists,
        AgentError::UnknownAccount => C::UnknownAccount,
        AgentError::Keyring { fault } => match fault {
            KeyringFault::Absent => C::KeyringAbsent,
            KeyringFault::Locked => C::KeyringLocked,
            KeyringFault::Unresponsive => C::KeyringUnresponsive,
            KeyringFault::NotPersistent => C::KeyringNotPersistent,
            KeyringFault::ItemMissing => C::KeyringItemMissing,
            KeyringFault::OtherBackend => C::KeyringOther,
        },
        AgentError::Busy => C::VaultBusy,
        AgentError::NewerVersion => C::NewerVersion,
        AgentError::BackupForeign => C::BackupForeign,
        AgentError::Damaged => C::StoreDamaged,
        AgentError::DiskFull => C::DiskFull,
        AgentError::Storage => C::StorageFailed,
        AgentError::Protocol { .. } => C::VaultProtocol,
        AgentError::BadRequest { .. } => C::BadInput,
        _ => C::Internal,
    }
}

fn ledger_code(error: &LedgerError) -> ErrorCode {
    use ErrorCode as C;
    match error {
        LedgerError::Unreachable => C::NodeDown,
        LedgerError::Timeout => C::NodeTimeout,
        LedgerError::RateLimited => C::NodeBusy,
        LedgerError::Garbage(_) => C::NodeGarbage,
        LedgerError::WrongChain { .. } => C::NodeWrongChain,
        LedgerError::InsufficientFunds => C::NotEnoughForFee,
        LedgerError::NonceTooLow | LedgerError::Underpriced | LedgerError::Reverted => {
            C::LedgerRefused
        }
        LedgerError::NotAToken => C::NotAToken,
        LedgerError::Unconfirmed => C::NodesDisagree,
        _ => C::NodeError,
    }
}

fn store_code(error: &jiaozi_store::Error) -> ErrorCode {
    use jiaozi_store::Error as E;
    match error {
        E::AlreadyOpen(_) => ErrorCode::ProfileOpen,
        E::DiskFull { .. } => ErrorCode::DiskFull,
        E::NewerVersion { .. } => ErrorCode::NewerVersion,
        E::Migration { source, .. } => store_code(source),
        E::Io { .. } | E::Random(_) => ErrorCode::StorageFailed,
        E::OutOfBounds { .. } => ErrorCode::BadInput,
        _ => ErrorCode::StoreDamaged,
    }
}

fn amount_code(error: &AmountError) -> ErrorCode {
    use ErrorCode as C;
    match error {
        AmountError::Empty => C::AmountMissing,
        AmountError::Negative => C::AmountNegative,
        AmountError::Exponent => C::AmountExponent,
        AmountError::ForeignDigit(_) => C::AmountForeignDigit,
        AmountError::Comma => C::AmountComma,
        AmountError::Character(_) => C::AmountCharacter,
        AmountError::Shape => C::AmountShape,
        AmountError::TooPrecise { .. } => C::AmountTooPrecise,
        AmountError::TooLarge => C::AmountTooLarge,
        AmountError::Insufficient => C::NotEnough,
        AmountError::DifferentAssets { .. } => C::Internal,
    }
}

fn address_code(error: &AddressError) -> ErrorCode {
    match error {
        AddressError::Malformed
        | AddressError::MixedCase
        | AddressError::UnknownType
        | AddressError::Chain(_) => ErrorCode::AddressMalformed,
        AddressError::Checksum => ErrorCode::AddressChecksum,
        AddressError::CoreSpace => ErrorCode::AddressCoreSpace,
        AddressError::NotCoreSpace => ErrorCode::AddressNotCoreSpace,
        AddressError::WrongChain { .. } => ErrorCode::WrongNetwork,
        AddressError::Zero => ErrorCode::AddressZero,
    }
}

fn file_code(error: &std::io::Error) -> ErrorCode {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ErrorCode::DiskFull,
        _ => ErrorCode::StorageFailed,
    }
}
