//! The page's style: its rules, under the design tokens that the whole wallet has.

use std::sync::LazyLock;

use serde_json::Value;

const TOKENS: &str = include_str!("../../../icons/tokens.json");
const RULES: &str = include_str!("page.css");

/// The style sheet.
pub fn css() -> &'static str {
    static SHEET: LazyLock<String> = LazyLock::new(|| {
        let tokens: Value = serde_json::from_str(TOKENS).unwrap_or_default();
        let colours = |theme: &str| {
            let colours = tokens.get(theme).and_then(Value::as_object);
            let pairs = colours.into_iter().flatten();
            let one = |(name, value): (&String, &Value)| {
                let name = name.replace('_', "-");
                format!("--{name}: {};", value.as_str().unwrap_or_default())
            };
            pairs.map(one).collect::<String>()
        };
        let (light, dark) = (colours("light"), colours("dark"));
        format!(
            ":root {{ color-scheme: light; {light} }}\n\
             @media (prefers-color-scheme: dark) {{ :root {{ color-scheme: dark; {dark} }} }}\n\
             {RULES}"
        )
    });
    &SHEET
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_style_has_the_tokens_of_both_themes() {
        let css = super::css();
        for part in ["--paper: #FAF7F2", "--paper: #141416", "--on-vermilion:"] {
            assert!(css.contains(part), "{part}");
        }
        assert!(!css.contains("url("));
    }
}
