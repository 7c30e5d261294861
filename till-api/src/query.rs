//! Queries, read strictly: every name is known and given once.

use std::collections::BTreeMap;

use crate::problem::{OwnCode, Problem};

/// The pairs of a query.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads `a=b&c=d`, where each name is one of `known`.
    pub fn read(text: &str, known: &[&str]) -> Result<Self, Problem> {
        let malformed = |detail: String| Problem::malformed(OwnCode::QueryMalformed, detail);
        let mut pairs = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            if !known.contains(&name.as_ref()) {
                return Err(malformed(format!("unknown parameter `{name}`")));
            }
            if pairs.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(malformed(format!("parameter `{name}` is given twice")));
            }
        }
        Ok(Self(pairs))
    }

    /// A text of at most so many characters.
    pub fn text(&self, name: &str, most: usize) -> Result<Option<String>, Problem> {
        let value = self.0.get(name);
        let fits = |value: &String| (1..=most).contains(&value.chars().count());
        match value {
            Some(value) if !fits(value) => Err(bad(name, &format!("1 to {most} characters"))),
            value => Ok(value.cloned()),
        }
    }

    /// A whole number within bounds, written in digits alone.
    pub fn number(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, Problem> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| value.parse::<u64>().ok()).flatten();
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(bad(name, &format!("a number from {least} to {most}"))),
        }
    }

    /// One of some words.
    pub fn one_of<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        match words.iter().find(|(word, _)| word == value) {
            Some((_, known)) => Ok(Some(*known)),
            None => {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                Err(bad(name, &format!("one of {}", words.join(", "))))
            }
        }
    }
}

fn bad(name: &str, wanted: &str) -> Problem {
    Problem::malformed(OwnCode::QueryMalformed, format!("`{name}` is {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_strictly() {
        let read = |text| Query::read(text, &["a", "limit"]);
        let query = read("a=x%20y&limit=5").unwrap();
        assert_eq!(query.text("a", 3).unwrap(), Some("x y".to_owned()));
        assert!(query.text("a", 2).is_err());
        assert_eq!(query.number("limit", 1, 5).unwrap(), Some(5));
        assert!(query.number("limit", 1, 4).is_err());
        assert!(read("b=1").is_err());
        assert!(read("a=1&a=1").is_err());
        for bad in [
            "limit=",
            "limit=+5",
            "limit=5.0",
            "limit=-1",
            "limit=٥",
            "limit=99999999999999999999999",
        ] {
            assert!(
                read(bad).unwrap().number("limit", 0, u64::MAX).is_err(),
                "{bad}"
            );
        }
        assert_eq!(read("").unwrap(), Query::default());
    }
}
