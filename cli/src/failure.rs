//! Why a command ends without success: the wallet's errors, and the terminal's
//! own.

use std::collections::BTreeMap;
use std::io;

use jiaozi_wallet::WalletError;
use jiaozi_wallet::api::{ErrorView, MoneyState};
use serde::Serialize;

use crate::exit::{self, Exit};
use crate::messages::{Messages, Sentence};

macro_rules! own_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal => $exit:ident,)*) => {
        /// Errors of the terminal itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum OwnCode { $($(#[$doc])* $name,)* }

        impl OwnCode {
            /// Every code.
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            fn exit(self) -> Exit {
                match self { $(Self::$name => Exit::$exit,)* }
            }
        }
    };
}

own_codes! {
    /// The command line cannot be read.
    Usage = "usage" => Usage,
    /// Nobody can be asked, and `--yes` is not given.
    YesNeeded = "yes_needed" => Usage,
    /// The secret and something else are both to come from standard input.
    StdinTwice = "stdin_twice" => Usage,
    /// The secret would be typed visibly.
    SecretOnTerminal = "secret_on_terminal" => Usage,
    /// A script's PIN or passphrase does not fit the vault's rules.
    WeakSecret = "weak_secret" => BadInput,
    /// Recovery words are to be shown or typed where nobody looks.
    WordsNeedTerminal = "words_need_terminal" => Declined,
    /// The system does not say where the user's data belongs.
    NoHome = "no_home" => Storage,
    /// A file cannot be read.
    FileUnreadable = "file_unreadable" => BadInput,
    /// A file cannot be written.
    FileNotWritten = "file_not_written" => Storage,
    /// The network's file is not what it should be.
    NetworkFile = "network_file" => BadInput,
    /// No preset of this name.
    PresetUnknown = "preset_unknown" => BadInput,
    /// A preset needs an endpoint.
    EndpointNeeded = "endpoint_needed" => Usage,
    /// A header is not `NAME: VALUE`.
    HeaderMalformed = "header_malformed" => BadInput,
    /// A moment or day cannot be read.
    TimeMalformed = "time_malformed" => BadInput,
    /// The beginning of an id fits more than one payment.
    IdAmbiguous = "id_ambiguous" => BadInput,
    /// What was waited for has not come in time.
    StillWaiting = "still_waiting" => StillWaiting,
    /// It cannot be told at present what became of the payment.
    NotKnown = "not_known" => NotKnown,
    /// The receipt cannot be drawn.
    ReceiptFailed = "receipt_failed" => Internal,
    /// The file's ending says no kind of receipt.
    ReceiptKind = "receipt_kind" => Usage,
    /// The file's ending says no layout of a shop's receipt.
    TillReceiptKind = "till_receipt_kind" => Usage,
    /// A loudness is neither 0 to 100 nor off.
    Volume = "volume" => Usage,
    /// The two sides of the demonstration do not agree.
    DemoDisagrees = "demo_disagrees" => Internal,
    /// The folder for the demonstration is in use.
    DemoFolder = "demo_folder" => BadInput,
    /// A socket for the agent cannot be made.
    AgentSocket = "agent_socket" => Storage,
    /// Beyond this computer only with a certificate.
    ServeTlsNeeded = "serve_tls_needed" => Usage,
    /// The address cannot be listened on.
    ServeAddress = "serve_address" => Storage,
    /// The certificate or its key cannot be used.
    ServeCertificate = "serve_certificate" => BadInput,
    /// The public URL, a name or an origin is malformed.
    ServeNames = "serve_names" => BadInput,
    /// A webhook's secret is too short.
    SecretShort = "secret_short" => BadInput,
    /// A sum a day goes with refunds, and with them alone.
    RefundCap = "refund_cap" => Usage,
}

/// Why a command ends without success.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The wallet's error.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// An error that a view carries: a payment's end, a look at a network.
    #[error("{}", .0.code.as_str())]
    Seen(Box<ErrorView>),
    /// The terminal's own error.
    #[error("{}", .code.as_str())]
    Own {
        /// The code.
        code: OwnCode,
        /// What it means for the money.
        money: MoneyState,
        /// Values for the sentence.
        values: BTreeMap<String, String>,
    },
    /// Standard output is gone.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl From<OwnCode> for Failure {
    fn from(code: OwnCode) -> Self {
        own(code, [])
    }
}

impl From<jiaozi_wallet::api::ErrorCode> for Failure {
    fn from(code: jiaozi_wallet::api::ErrorCode) -> Self {
        Self::Wallet(code.into())
    }
}

/// An error of the terminal's own with values for its sentence.
pub fn own<const N: usize>(code: OwnCode, values: [(&str, String); N]) -> Failure {
    let values = values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let money = MoneyState::Safe;
    Failure::Own {
        code,
        money,
        values,
    }
}

/// An error as scripts read it.
#[derive(Debug, Serialize)]
struct Report<'a> {
    code: String,
    what: String,
    next: String,
    retryable: bool,
    money: MoneyState,
    values: &'a BTreeMap<String, String>,
}

impl Failure {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Wallet(error) => exit::of(error.code()),
            Self::Seen(view) => exit::of(view.code),
            Self::Own { code, .. } => code.exit(),
            // `| head` closes the pipe on purpose.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::Output(_) => Exit::Storage,
        }
    }

    /// Two lines for people, or one object for scripts; none where there is
    /// nothing to say.
    pub fn tell(&self, messages: &Messages, json: bool) -> Option<String> {
        let (code, retryable, money, values) = match self {
            Self::Wallet(error) => parts(error.view()),
            Self::Seen(view) => parts(view.as_ref().clone()),
            Self::Own {
                code,
                money,
                values,
            } => (
                code.as_str().to_owned(),
                *code == OwnCode::StillWaiting,
                *money,
                values.clone(),
            ),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return None,
            Self::Output(_) => parts(WalletError::from(copy(self)?).view()),
        };
        let Sentence { what, next } = messages.sentence(&code, &values);
        if !json {
            let safe = money == MoneyState::Safe;
            let money = if safe {
                ""
            } else {
                messages.money(name(money))
            };
            let gap = if safe {
                ""
            } else {
                messages.text("sentence_gap")
            };
            return Some(format!("{what}{gap}{money}\n{next}"));
        }
        let error = Report {
            code,
            what,
            next,
            retryable,
            money,
            values: &values,
        };
        serde_json::to_string(&serde_json::json!({ "error": error })).ok()
    }
}

fn parts(view: ErrorView) -> (String, bool, MoneyState, BTreeMap<String, String>) {
    (view.code.as_str(), view.retryable, view.money, view.values)
}

/// The same I/O error again, as far as its kind goes.
fn copy(failure: &Failure) -> Option<io::Error> {
    match failure {
        Failure::Output(error) => Some(io::Error::from(error.kind())),
        _ => None,
    }
}

fn name(money: MoneyState) -> &'static str {
    match money {
        MoneyState::Safe => "safe",
        MoneyState::Moving => "moving",
        MoneyState::Moved => "moved",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiaozi_types::agent::Language;
    use jiaozi_wallet::api::ErrorCode;

    use super::*;

    #[test]
    fn every_code_has_its_sentence_in_both_languages() {
        let own = OwnCode::ALL.iter().map(|code| code.as_str().to_owned());
        let codes: Vec<_> = own
            .chain(ErrorCode::ALL.iter().map(|code| code.as_str()))
            .collect();
        let distinct: HashSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), codes.len(), "a code is used twice");
        for language in [Language::English, Language::SimplifiedChinese] {
            let messages = Messages::new(language);
            for code in &codes {
                let sentence = messages.sentence(code, &BTreeMap::new());
                assert_ne!(&sentence.what, code, "{code} has no sentence");
                assert!(!sentence.next.is_empty(), "{code} has no next step");
            }
        }
    }

    #[test]
    fn scripts_read_errors_as_an_object() {
        let failure = Failure::from(ErrorCode::NoWallet);
        let text = failure
            .tell(&Messages::new(Language::English), true)
            .unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["error"]["code"], "no_wallet");
        assert_eq!(value["error"]["money"], "safe");
        assert_eq!(value["error"]["retryable"], false);
        assert_eq!(failure.exit(), Exit::NoWallet);
    }
}
