//! Foreign text made safe to show.

/// `text` without control, bidirectional and invisible characters, its blanks
/// folded, cut to `max` characters.
pub(crate) fn clean(text: &str, max: usize) -> String {
    let visible = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    let visible: String = visible.filter(|c| !is_hidden(*c)).collect();
    let folded = visible
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    folded
        .chars()
        .take(max)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// Characters that change how text reads without being seen (Unicode
/// categories Cc and Cf as far as they are met, plus fillers and tags).
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{180e}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_nothing() {
        assert_eq!(
            clean("  茶  馆\n\u{202e}gnp.exe\u{200b} ", 64),
            "茶 馆 gnp.exe"
        );
        assert_eq!(clean(&"长".repeat(200), 140).chars().count(), 140);
    }
}
