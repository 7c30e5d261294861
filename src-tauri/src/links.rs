//! Payment links among the arguments of a start.

/// Schemes that open the Pay page.
const SCHEMES: [&str; 2] = ["jiaozi:", "ethereum:"];
/// Longer links are no payment links.
const LONGEST: usize = 4096;

/// The first payment link among `arguments`. It is read, and judged, by the
/// wallet when the page opens.
pub fn find(arguments: impl IntoIterator<Item = String>) -> Option<String> {
    arguments.into_iter().find(|argument| {
        argument.len() <= LONGEST
            && SCHEMES.iter().any(|scheme| {
                argument
                    .get(..scheme.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arguments: &[&str]) -> Option<String> {
        find(arguments.iter().map(ToString::to_string))
    }

    #[test]
    fn finds_links_and_nothing_else() {
        assert_eq!(
            found(&["--profile", "/tmp/p", "jiaozi:pay?a=1"]).as_deref(),
            Some("jiaozi:pay?a=1")
        );
        assert_eq!(found(&["ETHEREUM:0x00"]).as_deref(), Some("ETHEREUM:0x00"));
        assert_eq!(
            found(&["https://example.org/jiaozi:", "交子:", "", "jiaoz"]),
            None
        );
        assert_eq!(found(&[&format!("jiaozi:{}", "a".repeat(LONGEST))]), None);
    }
}
