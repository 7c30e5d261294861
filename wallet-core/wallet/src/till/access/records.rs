//! The records, one a kind.

use alloy_primitives::U256;
use jiaozi_types::amount::decimal_atoms;
use serde::{Deserialize, Serialize};

use super::delivery::DeliveryState;
use super::token::Scope;
use crate::api::till::TillEventKind;
use crate::records::first_version;

/// A token. Key: its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenRecord {
    /// What for.
    pub(crate) name: String,
    /// SHA-256 of the whole token, which is 256 random bits: there is nothing to guess.
    pub(crate) hash: String,
    /// What it may do.
    pub(crate) scopes: Vec<Scope>,
    /// What it may refund in one day of the shop, in atoms of the till's asset.
    #[serde(with = "decimal_atoms")]
    pub(crate) refund_cap: U256,
    /// Unix seconds.
    pub(crate) created_at: u64,
}

first_version!(TokenRecord, "till_token");

/// What a token refunded. Key: token, day, hash of the refund's number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SpendRecord {
    /// How much.
    #[serde(with = "decimal_atoms")]
    pub(crate) atoms: U256,
}

first_version!(SpendRecord, "till_token_spend");

/// What was asked for under an idempotency key. Key: hash of token and key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OnceRecord {
    /// SHA-256 of what was asked for.
    pub(crate) fingerprint: String,
    /// Unix seconds.
    pub(crate) at: u64,
    /// What came of it.
    pub(crate) outcome: OnceOutcome,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnceOutcome {
    /// It was begun; whether it happened is not known here.
    Begun,
    /// A charge, by its number.
    Charge(u32),
    /// A reply.
    Reply {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
}

first_version!(OnceRecord, "till_once");

/// Marks an idempotency key by age. Key: Unix second, key.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct OnceTimeRecord {}

first_version!(OnceTimeRecord, "till_once_time");

/// Where events are sent. Key: its id.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct WebhookRecord {
    /// The URL.
    pub(crate) url: String,
    /// Which events; empty means all.
    pub(crate) events: Vec<TillEventKind>,
    /// Whether anything is sent.
    pub(crate) enabled: bool,
    /// What deliveries are signed with, newest first: at most two.
    pub(crate) secrets: Vec<SecretRecord>,
    /// Unix seconds.
    pub(crate) created_at: u64,
    /// The last event that was made a delivery, or passed over.
    pub(crate) cursor: u64,
}

/// A secret.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SecretRecord {
    /// The secret.
    pub(crate) secret: String,
    /// The idempotency key that asked for it, where one did.
    pub(crate) once: Option<String>,
}

first_version!(WebhookRecord, "till_webhook");

/// One event for one endpoint. Key: endpoint, number of the event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliveryRecord {
    /// The event's id, the same in every delivery of it.
    pub(crate) event: String,
    /// What happened.
    pub(crate) kind: TillEventKind,
    /// The charge's id.
    pub(crate) charge: Option<String>,
    /// What is sent, to the byte.
    pub(crate) body: String,
    /// Where it stands.
    pub(crate) state: DeliveryState,
    /// How often it was tried since it was last asked for.
    pub(crate) attempts: u32,
    /// When it was last tried (Unix seconds).
    pub(crate) last_at: Option<u64>,
    /// The receiver's last HTTP status.
    pub(crate) status: Option<u16>,
    /// Why the last attempt failed, in a word.
    pub(crate) error: Option<String>,
    /// When it is tried next (Unix seconds); none when it is not.
    pub(crate) next_at: Option<u64>,
}

first_version!(DeliveryRecord, "till_delivery");

/// Marks a delivery that is to be made. Key: that of the delivery.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PendingRecord {
    /// The charge's id: its deliveries are made in order.
    pub(crate) charge: Option<String>,
    /// When it is tried next (Unix seconds).
    pub(crate) next_at: u64,
}

first_version!(PendingRecord, "till_delivery_pending");

/// What makes this profile's links and events its own. Key: none.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PageKeyRecord {
    /// The key of checkout links, hexadecimal.
    pub(crate) key: String,
    /// The beginning of every event's id.
    pub(crate) instance: String,
}

first_version!(PageKeyRecord, "till_page_key");
