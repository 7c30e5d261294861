//! Where events are sent, and the secrets that sign them.

use serde::Serialize;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::records::{DeliveryRecord, PageKeyRecord, PendingRecord, SecretRecord, WebhookRecord};
use super::{Access, OnceKey, random};
use crate::api::ErrorCode;
use crate::api::till::TillEventKind;
use crate::error::WalletError;

/// How many endpoints there may be.
const MOST: usize = 16;
/// The longest URL, in bytes.
const URL: usize = 2_048;
/// How many secrets are valid at a time.
const SECRETS: usize = 2;

/// An endpoint to be made or changed.
#[derive(Debug, Clone)]
pub struct WebhookInput {
    /// `https://…`, or `http://` on this computer.
    pub url: String,
    /// Which events; empty means all.
    pub events: Vec<TillEventKind>,
    /// Whether anything is sent. What happens meanwhile is sent when it is again.
    pub enabled: bool,
}

/// An endpoint, without its secrets.
#[derive(Debug, Clone, Serialize)]
pub struct WebhookView {
    /// The id.
    pub id: String,
    /// The URL.
    pub url: String,
    /// Which events; empty means all.
    pub events: Vec<TillEventKind>,
    /// Whether anything is sent.
    pub enabled: bool,
    /// How many secrets are valid: two after a rotation, until the next.
    pub secrets: u32,
    /// Unix second at which it was made.
    pub created_at: u64,
}

/// An endpoint, for whoever sends.
#[derive(Clone)]
pub struct Webhook {
    /// The endpoint.
    pub view: WebhookView,
    /// What to sign with, newest first.
    pub secrets: Vec<Zeroizing<String>>,
    /// The last event that was made a delivery, or passed over.
    pub cursor: u64,
}

impl Access {
    /// Makes an endpoint, or gives the one that `once` made; with its secret,
    /// which can be had only here and by [`Self::rotate_secret`]. It is told of
    /// what happens from now on.
    ///
    /// # Errors
    /// `till_webhook_url`, `till_webhooks_full`.
    pub fn add_webhook(
        &self,
        input: WebhookInput,
        secret: Option<Zeroizing<String>>,
        once: Option<&OnceKey>,
        now: u64,
    ) -> Result<(WebhookView, Zeroizing<String>), WalletError> {
        let url = checked_url(&input.url)?;
        let id = match once {
            Some(once) => once.id(),
            None => random::<16>()?,
        };
        let id = format!("wh_{}", hex::encode(id));
        let _turn = self.turn();
        if let Some(known) = self.book.store().get::<WebhookRecord>(id.as_bytes())? {
            let secret = known.secrets.last().map(|last| last.secret.clone());
            let secret = Zeroizing::new(secret.unwrap_or_default());
            return Ok((view(&id, &known), secret));
        }
        if self.book.all::<WebhookRecord>()?.len() >= MOST {
            return Err(ErrorCode::TillWebhooksFull.into());
        }
        let secret = match secret {
            Some(secret) => secret,
            None => new_secret()?,
        };
        let record = WebhookRecord {
            url,
            events: sorted(input.events),
            enabled: input.enabled,
            secrets: vec![SecretRecord {
                secret: secret.to_string(),
                once: None,
            }],
            created_at: now,
            cursor: self.book.till_counter()?.event,
        };
        self.book.store().put(id.as_bytes(), &record)?;
        Ok((view(&id, &record), secret))
    }

    /// Every endpoint, oldest first.
    pub fn webhooks(&self) -> Result<Vec<Webhook>, WalletError> {
        let all = self.book.all::<WebhookRecord>()?.into_iter();
        let named = all.filter_map(|(key, record)| {
            let id = String::from_utf8(key).ok()?;
            Some(whole(&id, &record))
        });
        let mut all: Vec<_> = named.collect();
        all.sort_by(|a, b| (a.view.created_at, &a.view.id).cmp(&(b.view.created_at, &b.view.id)));
        Ok(all)
    }

    /// An endpoint.
    pub fn webhook(&self, id: &str) -> Result<Webhook, WalletError> {
        Ok(whole(id, &self.webhook_record(id)?))
    }

    /// Changes an endpoint; its secrets and what it was told stay.
    pub fn change_webhook(
        &self,
        id: &str,
        input: WebhookInput,
    ) -> Result<WebhookView, WalletError> {
        let url = checked_url(&input.url)?;
        let _turn = self.turn();
        let record = WebhookRecord {
            url,
            events: sorted(input.events),
            enabled: input.enabled,
            ..self.webhook_record(id)?
        };
        self.book.store().put(id.as_bytes(), &record)?;
        Ok(view(id, &record))
    }

    /// Forgets an endpoint, and what it was told.
    pub fn remove_webhook(&self, id: &str) -> Result<(), WalletError> {
        let _turn = self.turn();
        self.webhook_record(id)?;
        let store = self.book.store();
        store.delete::<WebhookRecord>(id.as_bytes())?;
        // Nothing is sent without its endpoint: what is left after a kill is only room.
        let range = jiaozi_store::KeyRange::prefix(id.as_bytes());
        let ascending = jiaozi_store::Order::Ascending;
        loop {
            let some = store.scan::<DeliveryRecord>(&range, ascending, 500)?;
            if some.is_empty() {
                return Ok(());
            }
            let mut batch = store.batch();
            for (key, _) in some {
                batch.delete::<DeliveryRecord>(&key)?;
                batch.delete::<PendingRecord>(&key)?;
            }
            batch.commit()?;
        }
    }

    /// Makes a new secret, which signs beside the last one: receivers take it
    /// up, and the next rotation ends the older. The same `once` makes one.
    pub fn rotate_secret(
        &self,
        id: &str,
        once: &OnceKey,
    ) -> Result<(WebhookView, Zeroizing<String>), WalletError> {
        let _turn = self.turn();
        let mut record = self.webhook_record(id)?;
        let by = hex::encode(once.id());
        let made = record
            .secrets
            .iter()
            .find(|secret| secret.once.as_deref() == Some(by.as_str()));
        if let Some(made) = made {
            let secret = Zeroizing::new(made.secret.clone());
            return Ok((view(id, &record), secret));
        }
        let secret = new_secret()?;
        record.secrets.insert(
            0,
            SecretRecord {
                secret: secret.to_string(),
                once: Some(by),
            },
        );
        record.secrets.truncate(SECRETS);
        self.book.store().put(id.as_bytes(), &record)?;
        Ok((view(id, &record), secret))
    }

    pub(super) fn webhook_record(&self, id: &str) -> Result<WebhookRecord, WalletError> {
        let known = self.book.store().get::<WebhookRecord>(id.as_bytes())?;
        known.ok_or_else(|| ErrorCode::TillWebhookUnknown.into())
    }

    /// The id of an event, which no other event of any till has.
    pub fn event_id(&self, seq: u64) -> Result<String, WalletError> {
        let PageKeyRecord { instance, .. } = self.page_key()?;
        Ok(format!("evt_{instance}_{seq}"))
    }
}

fn view(id: &str, record: &WebhookRecord) -> WebhookView {
    WebhookView {
        id: id.to_owned(),
        url: record.url.clone(),
        events: record.events.clone(),
        enabled: record.enabled,
        secrets: u32::try_from(record.secrets.len()).unwrap_or(u32::MAX),
        created_at: record.created_at,
    }
}

fn whole(id: &str, record: &WebhookRecord) -> Webhook {
    let secrets = record.secrets.iter();
    Webhook {
        view: view(id, record),
        secrets: secrets
            .map(|secret| Zeroizing::new(secret.secret.clone()))
            .collect(),
        cursor: record.cursor,
    }
}

fn sorted(mut events: Vec<TillEventKind>) -> Vec<TillEventKind> {
    let mut seen = std::collections::HashSet::new();
    events.retain(|kind| seen.insert(*kind));
    events
}

fn new_secret() -> Result<Zeroizing<String>, WalletError> {
    let bytes = Zeroizing::new(random::<32>()?);
    Ok(Zeroizing::new(format!("whsec_{}", hex::encode(&bytes[..]))))
}

/// `https://…`, or `http://` on this computer, without user, password or fragment.
fn checked_url(text: &str) -> Result<String, WalletError> {
    let bad = || WalletError::from(ErrorCode::TillWebhookUrl);
    let text = text.trim();
    let url = Url::parse(text).map_err(|_| bad())?;
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return Err(bad()),
    };
    let fits = match url.scheme() {
        "https" => true,
        "http" => here,
        _ => false,
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    match fits && plain && text.len() <= URL && url.as_str().len() <= URL {
        true => Ok(url.into()),
        false => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till::access::tests::Desk;

    #[test]
    fn urls_are_https_or_of_this_computer() {
        for good in [
            "https://shop.example/hooks?a=b",
            "http://127.0.0.1:9000/x",
            "http://localhost/x",
            "http://[::1]:1/",
        ] {
            checked_url(good).unwrap();
        }
        for bad in [
            "",
            "shop.example",
            "http://shop.example/",
            "http://localhost.evil.example/",
            "http://192.168.0.1/",
            "http://127.0.0.1.evil.example/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://user:pass@shop.example/",
            "https://shop.example/#a",
            "https:///",
        ] {
            assert!(checked_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn two_secrets_are_valid_after_a_rotation() {
        let desk = Desk::new();
        let input = WebhookInput {
            url: "https://shop.example/".to_owned(),
            events: Vec::new(),
            enabled: true,
        };
        let key = OnceKey::new("t", "make", &[]);
        let add = || desk.access.add_webhook(input.clone(), None, Some(&key), 1);
        let (view, first) = add().unwrap();
        // Asked for again: the same endpoint and secret.
        assert_eq!(add().unwrap().1, first);
        assert_eq!(desk.access.webhooks().unwrap().len(), 1);
        let rotate = |key: &str| {
            let once = OnceKey::new("t", key, &[]);
            desk.access.rotate_secret(&view.id, &once).unwrap().1
        };
        let second = rotate("a");
        assert_eq!(rotate("a"), second);
        let secrets = || desk.access.webhook(&view.id).unwrap().secrets;
        assert_eq!(secrets(), [second.clone(), first.clone()]);
        let third = rotate("b");
        assert_eq!(secrets(), [third, second]);
        desk.access.remove_webhook(&view.id).unwrap();
        let gone = desk.access.webhook(&view.id).err().unwrap();
        assert_eq!(gone.code().as_str(), "till_webhook_unknown");
    }
}
