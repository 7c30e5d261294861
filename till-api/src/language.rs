//! Which language a caller reads.

use axum::http::{HeaderMap, header};
use jiaozi_types::agent::Language;

/// The language that `Accept-Language` puts first among ours; English where it
/// names none of them.
pub fn of(headers: &HeaderMap) -> Language {
    let values = headers.get_all(header::ACCEPT_LANGUAGE);
    let text = values.iter().filter_map(|value| value.to_str().ok());
    let ranges = text.flat_map(|text| text.split(',')).take(16);
    let mut best = (0, Language::English);
    for range in ranges {
        let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
        let Some(language) = named(tag.trim()) else {
            continue;
        };
        let weight = weight(parameter);
        if weight > best.0 {
            best = (weight, language);
        }
    }
    best.1
}

/// The language of a tag, as in `zh-CN`.
pub fn named(tag: &str) -> Option<Language> {
    let primary = tag.split('-').next().unwrap_or_default();
    match primary.to_ascii_lowercase().as_str() {
        "zh" => Some(Language::SimplifiedChinese),
        "en" => Some(Language::English),
        _ => None,
    }
}

/// The tag of a language.
pub const fn tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-CN",
    }
}

/// Thousandths, from `q=0.8`.
fn weight(parameter: &str) -> u32 {
    let Some(text) = parameter.trim().strip_prefix("q=") else {
        return 1_000;
    };
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if whole == "1" {
        return 1_000;
    }
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_language_is_the_best_of_ours() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                header::ACCEPT_LANGUAGE,
                HeaderValue::from_str(text).unwrap(),
            );
            tag(super::of(&headers))
        };
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), "zh-CN");
        assert_eq!(of("en;q=0.2, zh;q=0.3"), "zh-CN");
        assert_eq!(of("fr, de;q=0.9, zh-Hans;q=0.1"), "zh-CN");
        assert_eq!(of("fr"), "en");
        assert_eq!(of(""), "en");
        assert_eq!(of(";;;q=q,,,=,zh;q=x"), "en");
        assert_eq!(of("zh;q=0"), "en");
        assert_eq!(tag(super::of(&HeaderMap::new())), "en");
    }
}
