//! Errors as the shop's software reads them: a stable code, sentences in its
//! language, whether trying again helps, and what it means for the money.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiaozi_types::agent::Language;
use jiaozi_wallet::WalletError;
use jiaozi_wallet::api::{ErrorCode, MoneyState};
use serde::{Deserialize, Serialize};

use crate::language;
use crate::messages::Messages;

macro_rules! own_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal => $status:ident,)*) => {
        /// Errors of the server itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum OwnCode { $($(#[$doc])* $name,)* }

        impl OwnCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }
        }
    };
}

own_codes! {
    /// No token, or one that is not known.
    Unauthorized = "unauthorized" => UNAUTHORIZED,
    /// The token does not allow this.
    ScopeMissing = "scope_missing" => FORBIDDEN,
    /// Nothing is at this path.
    NotFound = "not_found" => NOT_FOUND,
    /// Something is at this path, but not for this method.
    MethodNotAllowed = "method_not_allowed" => METHOD_NOT_ALLOWED,
    /// The server goes by other names.
    HostRefused = "host_refused" => BAD_REQUEST,
    /// The request says two lengths.
    RequestAmbiguous = "request_ambiguous" => BAD_REQUEST,
    /// The body is too large.
    BodyTooLarge = "body_too_large" => PAYLOAD_TOO_LARGE,
    /// The body did not come in time.
    BodyTimeout = "body_timeout" => REQUEST_TIMEOUT,
    /// The body is not `application/json`.
    ContentType = "content_type" => UNSUPPORTED_MEDIA_TYPE,
    /// The body is not what is asked for.
    BodyMalformed = "body_malformed" => BAD_REQUEST,
    /// The query is not what is asked for.
    QueryMalformed = "query_malformed" => BAD_REQUEST,
    /// The call needs an idempotency key.
    IdempotencyKeyNeeded = "idempotency_key_needed" => BAD_REQUEST,
    /// The key was used for something else.
    IdempotencyKeyReused = "idempotency_key_reused" => UNPROCESSABLE_ENTITY,
    /// Too many requests.
    TooManyRequests = "too_many_requests" => TOO_MANY_REQUESTS,
    /// As many callers listen as there may be.
    TooManyStreams = "too_many_streams" => SERVICE_UNAVAILABLE,
    /// It takes too long.
    TookTooLong = "took_too_long" => SERVICE_UNAVAILABLE,
}

/// Why a call has no other answer.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: String,
    retryable: bool,
    money: MoneyState,
    values: BTreeMap<String, String>,
    /// For developers, in English: what in the request is wrong, and where.
    detail: Option<String>,
    retry_after: Option<u64>,
    allow: Option<String>,
}

/// A problem as it is kept under an idempotency key: without its sentences, which
/// are told in the language of whoever asks again.
#[derive(Serialize, Deserialize)]
struct Kept {
    code: String,
    retryable: bool,
    money: MoneyState,
    values: BTreeMap<String, String>,
    detail: Option<String>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    code: &'a str,
    message: String,
    next: String,
    retryable: bool,
    money: MoneyState,
    values: &'a BTreeMap<String, String>,
    detail: Option<&'a str>,
}

impl From<OwnCode> for Problem {
    fn from(code: OwnCode) -> Self {
        Self {
            status: code.status(),
            code: code.as_str().to_owned(),
            retryable: matches!(
                code,
                OwnCode::TooManyRequests
                    | OwnCode::TooManyStreams
                    | OwnCode::TookTooLong
                    | OwnCode::BodyTimeout
            ),
            money: MoneyState::Safe,
            values: BTreeMap::new(),
            detail: None,
            retry_after: None,
            allow: None,
        }
    }
}

impl From<WalletError> for Problem {
    fn from(error: WalletError) -> Self {
        let view = error.view();
        let status = status_of(view.code);
        if status.is_server_error() {
            tracing::warn!(code = %view.code.as_str(), "a call failed");
        }
        Self {
            status,
            code: view.code.as_str(),
            retryable: view.retryable || status == StatusCode::SERVICE_UNAVAILABLE,
            money: view.money,
            values: view.values,
            detail: None,
            retry_after: None,
            allow: None,
        }
    }
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        WalletError::from(code).into()
    }
}

impl Problem {
    /// A request that is not what is asked for, with what is wrong.
    pub fn malformed(code: OwnCode, detail: impl Into<String>) -> Self {
        let detail: String = detail.into();
        Self {
            detail: Some(detail.chars().take(300).collect()),
            ..code.into()
        }
    }

    /// Too many requests.
    pub fn too_many(seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..OwnCode::TooManyRequests.into()
        }
    }

    /// Another method than those that are allowed.
    pub fn method(allow: String) -> Self {
        Self {
            allow: Some(allow),
            ..OwnCode::MethodNotAllowed.into()
        }
    }

    /// Where the token's scope is missing: which.
    pub fn scope(scope: &str) -> Self {
        Self {
            values: BTreeMap::from([("scope".to_owned(), scope.to_owned())]),
            ..OwnCode::ScopeMissing.into()
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// As it is kept.
    pub fn keep(&self) -> String {
        let kept = Kept {
            code: self.code.clone(),
            retryable: self.retryable,
            money: self.money,
            values: self.values.clone(),
            detail: self.detail.clone(),
        };
        // Text and a map of text cannot fail to be written.
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// One that was kept.
    pub fn kept(status: StatusCode, text: &str) -> Self {
        match serde_json::from_str::<Kept>(text) {
            Ok(kept) => Self {
                status,
                code: kept.code,
                retryable: kept.retryable,
                money: kept.money,
                values: kept.values,
                detail: kept.detail,
                retry_after: None,
                allow: None,
            },
            Err(_) => ErrorCode::StoreDamaged.into(),
        }
    }

    /// The body.
    pub fn body(&self, language: Language) -> String {
        let sentence = Messages::of(language).sentence(&self.code, &self.values);
        let told = Told {
            code: &self.code,
            message: sentence.what,
            next: sentence.next,
            retryable: self.retryable,
            money: self.money,
            values: &self.values,
            detail: self.detail.as_deref(),
        };
        // Text and a map of text cannot fail to be written.
        serde_json::to_string(&Envelope { error: told }).unwrap_or_default()
    }

    /// The answer.
    pub fn into_response(self, spoken: Language) -> Response {
        let mut response = Response::new(Body::from(self.body(spoken)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let fixed = HeaderValue::from_static;
        headers.insert(header::CONTENT_TYPE, fixed("application/json"));
        headers.insert(header::CONTENT_LANGUAGE, fixed(language::tag(spoken)));
        headers.insert(header::VARY, fixed("Accept-Language"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, fixed("Bearer"));
        }
        let retry_after = match self.status {
            StatusCode::SERVICE_UNAVAILABLE => Some(self.retry_after.unwrap_or(5)),
            _ => self.retry_after,
        };
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(allow) = self
            .allow
            .and_then(|allow| HeaderValue::from_str(&allow).ok())
        {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}

/// The HTTP status of an error of the wallet. 400 is for what the description
/// refuses; 422 for what the shop's rules do.
fn status_of(code: ErrorCode) -> StatusCode {
    use ErrorCode as C;
    match code {
        C::ChargeUnknown
        | C::RefundUnknown
        | C::ReportUnknown
        | C::TillWebhookUnknown
        | C::TillDeliveryUnknown => StatusCode::NOT_FOUND,
        C::TillRefundCap | C::TillTokenUnknown => StatusCode::FORBIDDEN,
        C::AmountMissing
        | C::AmountNegative
        | C::AmountExponent
        | C::AmountForeignDigit
        | C::AmountComma
        | C::AmountCharacter
        | C::AmountShape
        | C::AmountTooPrecise
        | C::AmountTooLarge
        | C::AmountZero
        | C::AddressMalformed
        | C::AddressChecksum
        | C::AddressCoreSpace
        | C::AddressNotCoreSpace
        | C::AddressZero
        | C::WrongNetwork
        | C::UnknownToken
        | C::NameMalformed
        | C::BadInput
        | C::ChargeLinesDiffer
        | C::RefundTooMuch
        | C::RefundNothing
        | C::RefundPayerUnclear
        | C::TillWebhookUrl
        | C::NotEnough
        | C::NotEnoughForFee
        | C::RefundNotGathered => StatusCode::UNPROCESSABLE_ENTITY,
        C::Locked
        | C::WrongPin
        | C::Throttled
        | C::NoPrompt
        | C::KeyringAbsent
        | C::KeyringLocked
        | C::KeyringUnresponsive
        | C::KeyringNotPersistent
        | C::KeyringItemMissing
        | C::KeyringOther
        | C::VaultBusy
        | C::VaultMissing
        | C::VaultGone
        | C::VaultProtocol
        | C::NodeDown
        | C::NodeTimeout
        | C::NodeGarbage
        | C::NodeWrongChain
        | C::NodeBusy
        | C::NodeError
        | C::NodesDisagree
        | C::EndpointsDisagree
        | C::SandboxFailed
        | C::TillPrinterUnreachable
        | C::TillPrinterStuck
        | C::TillPrinterBroke
        | C::TillPrinterPaper
        | C::TillPrinterCover
        | C::TillPrinterBusy
        | C::DiskFull => StatusCode::SERVICE_UNAVAILABLE,
        C::Internal
        | C::StoreDamaged
        | C::StorageFailed
        | C::NewerVersion
        | C::TillReceiptFailed => StatusCode::INTERNAL_SERVER_ERROR,
        // All else is about how the till or the charge stands.
        _ => StatusCode::CONFLICT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_sentences_in_both_languages() {
        for code in ErrorCode::ALL {
            for language in [Language::English, Language::SimplifiedChinese] {
                let body = Problem::from(*code).body(language);
                let told: serde_json::Value = serde_json::from_str(&body).unwrap();
                let error = &told["error"];
                assert_eq!(error["code"], code.as_str());
                for part in ["message", "next"] {
                    let text = error[part].as_str().unwrap();
                    assert!(!text.is_empty() && text != code.as_str(), "{code:?}");
                }
            }
        }
    }

    #[test]
    fn codes_of_the_server_are_none_of_the_wallet() {
        for own in OwnCode::ALL {
            assert!(
                ErrorCode::ALL
                    .iter()
                    .all(|code| code.as_str() != own.as_str())
            );
        }
    }
}
