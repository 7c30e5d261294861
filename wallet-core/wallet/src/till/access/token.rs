//! Tokens: who of the shop's software may do what.
//!
//! A token is `jzt_<id>_<secret>`, the secret 256 random bits. It is shown once;
//! what is kept is its hash, which is compared in constant time.

use jiaozi_store::{KeyRange, Order};
use jiaozi_types::Amount;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::records::{SpendRecord, TokenRecord};
use super::{Access, random};
use crate::api::{AmountView, ErrorCode};
use crate::error::WalletError;
use crate::{text, views};

/// How every token begins, so that scanners of source code know one.
const PREFIX: &str = "jzt_";
/// How many tokens there may be.
const MOST: usize = 64;

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// See the till, its charges, refunds, receipts and events.
    #[serde(rename = "charges:read")]
    ChargesRead,
    /// Make charges, end them and look deeper at them.
    #[serde(rename = "charges:write")]
    ChargesWrite,
    /// Refund, up to a sum a day.
    #[serde(rename = "refunds:write")]
    RefundsWrite,
    /// See reports and save them.
    #[serde(rename = "reports:read")]
    ReportsRead,
    /// Close the day.
    #[serde(rename = "reports:close")]
    ReportsClose,
    /// See and change webhooks and their deliveries.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::ChargesRead,
        Self::ChargesWrite,
        Self::RefundsWrite,
        Self::ReportsRead,
        Self::ReportsClose,
        Self::WebhooksWrite,
    ];

    /// As it is written, as in `charges:read`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChargesRead => "charges:read",
            Self::ChargesWrite => "charges:write",
            Self::RefundsWrite => "refunds:write",
            Self::ReportsRead => "reports:read",
            Self::ReportsClose => "reports:close",
            Self::WebhooksWrite => "webhooks:write",
        }
    }
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct TokenInput {
    /// What for, 1 to 40 characters.
    pub name: String,
    /// What it may do; not empty.
    pub scopes: Vec<Scope>,
    /// What it may refund in one day of the shop, as in `500.00`; needed with
    /// `refunds:write`, and for it alone.
    pub refund_cap: Option<String>,
}

/// A token, without its secret.
#[derive(Debug, Clone, Serialize)]
pub struct TokenView {
    /// The id: the token's beginning, after `jzt_`.
    pub id: String,
    /// What for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What it may refund in one day of the shop.
    pub refund_cap: Option<AmountView>,
    /// Unix second at which it was made.
    pub created_at: u64,
}

/// A token that was just made.
pub struct NewToken {
    /// What is known of it.
    pub view: TokenView,
    /// All of it: shown once, kept nowhere.
    pub token: Zeroizing<String>,
}

/// Who presented a token.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The token's id.
    pub id: String,
    /// What it is for.
    pub name: String,
    scopes: Vec<Scope>,
}

impl Caller {
    /// Whether the token allows this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

impl Access {
    /// Makes a token.
    ///
    /// # Errors
    /// `name_malformed`, `bad_input` for no scope or a refund sum that does not
    /// go with the scopes, those of the amount, `till_not_set_up`.
    pub fn add_token(&self, input: TokenInput, now: u64) -> Result<NewToken, WalletError> {
        let settings = self.book.till()?.ok_or(ErrorCode::TillNotSetUp)?;
        let name = text::clean(&input.name, 40);
        if name.is_empty() || name != input.name.trim() {
            return Err(ErrorCode::NameMalformed.into());
        }
        let mut scopes = input.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        let refunds = scopes.contains(&Scope::RefundsWrite);
        if scopes.is_empty() || refunds != input.refund_cap.is_some() {
            return Err(ErrorCode::BadInput.into());
        }
        let cap = match &input.refund_cap {
            Some(text) => Amount::parse(text, &settings.asset)?,
            None => Amount::zero(settings.asset.clone()),
        };
        let id = hex::encode(random::<8>()?);
        let secret = Zeroizing::new(random::<32>()?);
        let token = Zeroizing::new(format!("{PREFIX}{id}_{}", hex::encode(&secret[..])));
        let record = TokenRecord {
            name,
            hash: hex::encode(Sha256::digest(token.as_bytes())),
            scopes,
            refund_cap: cap.atoms(),
            created_at: now,
        };
        let _turn = self.turn();
        if self.token_records()?.len() >= MOST {
            return Err(ErrorCode::BadInput.into());
        }
        self.book.store().put(id.as_bytes(), &record)?;
        let view = self.token_view(id, record)?;
        Ok(NewToken { view, token })
    }

    /// Every token, oldest first.
    pub fn tokens(&self) -> Result<Vec<TokenView>, WalletError> {
        let mut views = Vec::new();
        for (id, record) in self.token_records()? {
            views.push(self.token_view(id, record)?);
        }
        views.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(views)
    }

    /// Forgets a token: it opens nothing from now on.
    pub fn remove_token(&self, id: &str) -> Result<(), WalletError> {
        let _turn = self.turn();
        let id = id.trim();
        let known = self.book.store().get::<TokenRecord>(id.as_bytes())?;
        if known.is_none() {
            return Err(ErrorCode::TillTokenUnknown.into());
        }
        let mut batch = self.book.store().batch();
        batch.delete::<TokenRecord>(id.as_bytes())?;
        let spent = KeyRange::prefix(id.as_bytes());
        let spent = self
            .book
            .store()
            .scan::<SpendRecord>(&spent, Order::Ascending, usize::MAX)?;
        for (key, _) in spent {
            batch.delete::<SpendRecord>(&key)?;
        }
        Ok(batch.commit()?)
    }

    /// Who presents this text as a token; none for nobody.
    pub fn caller(&self, presented: &str) -> Result<Option<Caller>, WalletError> {
        let Some(id) = token_id(presented) else {
            return Ok(None);
        };
        let Some(record) = self.book.store().get::<TokenRecord>(id.as_bytes())? else {
            return Ok(None);
        };
        let hash = hex::encode(Sha256::digest(presented.as_bytes()));
        let same: bool = hash.as_bytes().ct_eq(record.hash.as_bytes()).into();
        Ok(same.then(|| Caller {
            id: id.to_owned(),
            name: record.name,
            scopes: record.scopes,
        }))
    }

    fn token_records(&self) -> Result<Vec<(String, TokenRecord)>, WalletError> {
        let all = self.book.all::<TokenRecord>()?.into_iter();
        let named = all.filter_map(|(key, record)| Some((String::from_utf8(key).ok()?, record)));
        Ok(named.collect())
    }

    fn token_view(&self, id: String, record: TokenRecord) -> Result<TokenView, WalletError> {
        let settings = self.book.till()?.ok_or(ErrorCode::TillNotSetUp)?;
        let cap = Amount::from_atoms(record.refund_cap, settings.asset);
        let refunds = record.scopes.contains(&Scope::RefundsWrite);
        Ok(TokenView {
            id,
            name: record.name,
            scopes: record.scopes,
            refund_cap: refunds.then(|| views::amount(&cap)),
            created_at: record.created_at,
        })
    }
}

/// The id in a text that is shaped like a token.
fn token_id(text: &str) -> Option<&str> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    let is_hex = |part: &str, length| {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        part.len() == length && part.bytes().all(digit)
    };
    (is_hex(id, 16) && is_hex(secret, 64)).then_some(id)
}
