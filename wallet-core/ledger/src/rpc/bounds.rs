//! How large and how deep an answer may be. Both are looked at before a parser
//! that recurses sees the first byte.

/// The largest answer that is read, in bytes.
pub(crate) const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// The deepest nesting of arrays and objects that is read. What the wallet asks
/// for nests four deep.
const MAX_DEPTH: u32 = 24;

/// Whether arrays and objects nest too deep. Brackets in strings do not count;
/// what is not JSON is left to the parser.
pub(crate) fn is_too_deep(bytes: &[u8]) -> bool {
    let mut depth = 0_u32;
    let mut in_string = false;
    let mut escaped = false;
    for byte in bytes {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth = depth.saturating_add(1);
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_of_strings() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(!is_too_deep(nested(24).as_bytes()));
        assert!(is_too_deep(nested(25).as_bytes()));
        assert!(!is_too_deep(format!("\"{}\"", "[".repeat(99)).as_bytes()));
        assert!(is_too_deep(format!(r#"["\"",{}]"#, nested(24)).as_bytes()));
        // Siblings are no depth.
        assert!(!is_too_deep("[],".repeat(99).as_bytes()));
    }
}
