//! What is refused before anything is read: calls under a name that is not this
//! server's (DNS rebinding), and floods.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use url::Url;

use crate::app::App;
use crate::language;
use crate::options::{ConfigError, ServeOptions};
use crate::problem::{OwnCode, Problem};
use crate::rate;

/// Who is connected.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The names by which the server may be called, in lower case, without port. An
/// IP address is none that a page could have rebound, and always allowed.
#[derive(Debug)]
pub struct Hosts(HashSet<String>);

impl Hosts {
    /// `localhost`, the public URL's, and those that were given.
    pub fn new(options: &ServeOptions, public_url: &str) -> Result<Self, ConfigError> {
        let mut names = HashSet::from(["localhost".to_owned()]);
        let url = Url::parse(public_url).map_err(|_| ConfigError::Malformed)?;
        names.extend(url.host_str().map(str::to_ascii_lowercase));
        for name in &options.hosts {
            let name = name.trim().to_ascii_lowercase();
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
            if name.is_empty() || !name.chars().all(fits) {
                return Err(ConfigError::Malformed);
            }
            names.insert(name);
        }
        Ok(Self(names))
    }

    /// Whether an authority (`host` or `host:port`) is this server.
    fn allows(&self, authority: &str) -> bool {
        if let Some(rest) = authority.strip_prefix('[') {
            let inside = rest.split_once(']');
            return inside.is_some_and(|(ip, port)| {
                ip.parse::<std::net::Ipv6Addr>().is_ok() && is_port(port)
            });
        }
        let (host, port) = match authority.split_once(':') {
            Some((host, _)) => (host, authority.get(host.len()..).unwrap_or_default()),
            None => (authority, ""),
        };
        let known = host.parse::<std::net::Ipv4Addr>().is_ok()
            || self.0.contains(&host.to_ascii_lowercase());
        known && is_port(port)
    }

    /// Whether a request is meant for this server: one name, everywhere the same kind.
    fn allow(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        let host = host.to_str().is_ok_and(|host| self.allows(host));
        let target = uri
            .authority()
            .is_none_or(|name| self.allows(name.as_str()));
        host && target
    }
}

/// Nothing, or `:` and digits.
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some(digits) => digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit()),
        None => text.is_empty(),
    }
}

/// Pages of other origins that may call the server.
#[derive(Debug)]
pub struct Origins(Vec<HeaderValue>);

impl Origins {
    /// Those that were given, as in `https://shop.example`.
    pub fn new(options: &ServeOptions) -> Result<Self, ConfigError> {
        let checked = options.allowed_origins.iter().map(|text| {
            let url = Url::parse(text).map_err(|_| ConfigError::Malformed)?;
            let origin = url.origin().ascii_serialization();
            match origin == text.trim_end_matches('/') {
                true => HeaderValue::from_str(&origin).map_err(|_| ConfigError::Malformed),
                false => Err(ConfigError::Malformed),
            }
        });
        checked.collect::<Result<_, _>>().map(Self)
    }

    fn of<'a>(&'a self, headers: &HeaderMap) -> Option<&'a HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        self.0.iter().find(|allowed| *allowed == origin)
    }
}

/// Refuses, and adds what every answer has.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = app.origins.of(request.headers()).cloned();
    let refusal = refuse(&app, &request);
    let mut response = match refusal {
        Some(problem) => problem.into_response(language::of(request.headers())),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    let fixed = HeaderValue::from_static;
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(header::REFERRER_POLICY, fixed("no-referrer"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, fixed("no-store"));
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.append(header::VARY, fixed("Origin"));
        let allowed = fixed("authorization, content-type, idempotency-key, accept-language");
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        let methods = fixed("GET, POST, PUT, DELETE");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    if app.is_encrypted {
        let hsts = fixed("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    response
}

fn refuse(app: &App, request: &Request) -> Option<Problem> {
    let headers = request.headers();
    if !app.hosts.allow(request.uri(), headers) {
        return Some(OwnCode::HostRefused.into());
    }
    // A body has one length: whoever stands between could be told another.
    if headers.contains_key(header::TRANSFER_ENCODING)
        && headers.contains_key(header::CONTENT_LENGTH)
    {
        return Some(OwnCode::RequestAmbiguous.into());
    }
    let peer = request.extensions().get::<Peer>()?;
    match app.peers.take(&rate::peer(peer.0), Instant::now()) {
        Ok(()) => None,
        Err(seconds) => Some(Problem::too_many(seconds)),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.into_response(jiaozi_types::agent::Language::English)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_servers_names_are_allowed() {
        let mut options = ServeOptions::new(([127, 0, 0, 1], 0).into());
        options.hosts = vec!["Till.example".to_owned()];
        let hosts = Hosts::new(&options, "https://pay.example/x").unwrap();
        for good in [
            "localhost",
            "LOCALHOST:8817",
            "127.0.0.1:1",
            "192.168.1.2",
            "[::1]:8817",
            "pay.example",
            "till.example:443",
        ] {
            assert!(hosts.allows(good), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "pay.example.evil",
            "pay.example@evil.example",
            "localhost:80@evil",
            "localhost:80:80",
            "[::1]evil",
            "[evil]",
            "2130706433.evil",
        ] {
            assert!(!hosts.allows(bad), "{bad}");
        }
    }
}
