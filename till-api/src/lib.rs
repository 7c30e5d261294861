//! The till for the shop's own software: REST, webhooks and a checkout page.
//!
//! - `operations/`: what can be asked, one file a subject. Router and description
//!   (`openapi/`, committed as `docs/till-api.json`) are made from the same table.
//! - `dispatch.rs`: what every call goes through: who asks, how often, in which
//!   form, and under which idempotency key.
//! - `server.rs`, `guard.rs`, `rate.rs`: connections, TLS and what is refused
//!   before anything is read.
//! - `webhooks/`: tells the shop's servers what happened, from the till's outbox.
//! - `page/`: the checkout page of one charge.
//!
//! The till itself is [`jiaozi_wallet::Till`]: nothing here decides about money.

mod app;
mod dispatch;
mod guard;
mod language;
mod limits;
mod messages;
pub mod openapi;
mod operation;
mod operations;
mod options;
mod page;
mod patience;
mod problem;
mod query;
mod rate;
mod serve;
mod server;
mod webhooks;

pub use options::{ConfigError, ServeOptions, Tls};
pub use serve::{Serving, serve};
