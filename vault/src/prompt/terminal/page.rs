//! Sheets and word grids as lines of text.

use unicode_width::UnicodeWidthStr;

use crate::prompt::messages::Messages;
use crate::prompt::wording::{Sheet, Value, grouped};

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// A text in bold.
pub fn bold(text: &str) -> String {
    format!("{BOLD}{text}{PLAIN}")
}

/// A text and as many blanks as make it `width` columns wide.
fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

/// A sheet: title, amount, payee, warnings, rows.
pub fn sheet(sheet: &Sheet) -> String {
    let mut lines = vec![String::new(), bold(sheet.title)];
    lines.extend(sheet.lead.map(str::to_owned));
    if let Some(amount) = &sheet.amount {
        lines.push(String::new());
        lines.push(format!("  {}   {}", bold(&amount.figure), amount.of));
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    if let Some(party) = &sheet.party {
        let name = party.name.as_deref().unwrap_or(party.stranger);
        pairs.push((party.label.to_owned(), bold(name)));
        pairs.push((String::new(), grouped(&party.address).join(" ")));
        pairs.extend(
            party
                .caution
                .map(|caution| (String::new(), format!("! {caution}"))),
        );
    }
    for row in &sheet.rows {
        let value = match &row.value {
            Value::Text(text) => text.clone(),
            Value::Hex(hex) => grouped(hex).join(" "),
            Value::Change { was, becomes } => format!("{was} → {}", bold(becomes)),
        };
        pairs.push((row.label.clone(), value));
    }
    let width = pairs.iter().map(|(label, _)| label.width()).max();
    lines.push(String::new());
    for (label, value) in pairs {
        let label = padded(&label, width.unwrap_or_default());
        lines.push(format!("  {label}   {value}"));
    }
    lines.extend(
        sheet
            .warnings
            .iter()
            .map(|warning| format!("  ! {warning}")),
    );
    lines.push(String::new());
    lines.join("\n")
}

/// Numbered words in columns, read downwards.
pub fn words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    let columns = if words.len() > 12 { 3 } else { 2 };
    let rows = words.len().div_ceil(columns);
    let mut text = String::new();
    for row in 0..rows {
        let line: Vec<String> = words
            .iter()
            .enumerate()
            .skip(row)
            .step_by(rows.max(1))
            .map(|(index, word)| padded(&format!("  {:>2}  {word}", index.saturating_add(1)), 22))
            .collect();
        text.push_str(line.concat().trim_end());
        text.push('\n');
    }
    text
}

/// The first lines of every dialogue.
pub fn greeting(phrase: Option<&str>, say: Messages) -> String {
    match phrase {
        Some(phrase) => format!(
            "{}   {}: {}",
            bold(say.vault_name()),
            say.phrase_label(),
            bold(phrase)
        ),
        None => bold(say.vault_name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_both_scripts() {
        assert_eq!(padded("金额", 6).width(), 6);
        let english = words(["a"; 12].into_iter());
        assert_eq!(english.lines().count(), 6);
        let chinese = words(["的"; 24].into_iter());
        let starts: Vec<_> = chinese.lines().map(|line| line.width()).collect();
        assert_eq!(starts.len(), 8);
        assert!(
            starts.windows(2).all(|pair| pair[0] == pair[1]),
            "{chinese}"
        );
        assert!(chinese.starts_with("   1  的"));
        assert!(
            chinese
                .lines()
                .next()
                .is_some_and(|line| line.contains(" 9  的"))
        );
    }
}
