//! `Retry-After` (RFC 9110, 10.2.3): seconds, or an HTTP date.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest pause that a node may ask for: one that asks for more is as good
/// as gone, and is looked at again after this.
const LONGEST: Duration = Duration::from_secs(300);

/// The pause that the node asks for. A date counts from the answer's own `Date`,
/// so that a computer whose clock is wrong pauses rightly.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(RETRY_AFTER)?;
    let pause = match asked.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(asked).ok()?;
            let from = text(DATE)
                .and_then(|date| httpdate::parse_http_date(date).ok())
                .unwrap_or(now);
            until.duration_since(from).unwrap_or_default()
        }
    };
    Some(pause.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&'static str, &'static str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        retry_after(&map, SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn seconds_and_dates() {
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(asked(&[("retry-after", "soon")]), None);
        assert_eq!(
            asked(&[("retry-after", "Thu, 01 Jan 1970 00:00:09 GMT")]),
            Some(Duration::from_secs(9))
        );
        // By the node's own clock, and never into the past.
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(
            asked(&[date, ("retry-after", "Sun, 06 Nov 1994 08:49:39 GMT")]),
            Some(Duration::from_secs(2))
        );
        assert_eq!(
            asked(&[date, ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]),
            Some(Duration::ZERO)
        );
        // No node stops the wallet for a day.
        assert_eq!(asked(&[("retry-after", "86400")]), Some(LONGEST));
    }
}
