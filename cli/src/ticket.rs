//! A receipt for the terminal, drawn like a small paper ticket.

use jiaozi_wallet::api::{Direction, PaymentState, PaymentView};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::output::{Output, Style};
use crate::wording;

/// Columns between the borders, without the blank on each side.
const INNER: usize = 60;
/// Columns of the names.
const NAMES: usize = 14;

/// The ticket of a payment. `own_address` is the account's.
pub fn draw(out: &Output, payment: &PaymentView, own_address: &str) -> String {
    let messages = out.messages();
    let mut ticket = Ticket::default();
    ticket.rule('┌', '─', '┐');
    ticket.centred(
        &out.paint(Style::Bold, messages.text("ticket_title")),
        messages.text("ticket_title"),
    );
    let party = match payment.direction {
        Direction::In => "ticket_copy_payee",
        Direction::Out | Direction::Own => "ticket_copy_payer",
    };
    ticket.centred(
        &out.paint(Style::Dim, messages.text(party)),
        messages.text(party),
    );
    ticket.rule('├', '┄', '┤');
    ticket.blank();
    let amount = &payment.amount.text;
    ticket.centred(&out.paint(Style::Bold, amount), amount);
    let seal = format!("【{}】", wording::state(messages, payment.state));
    let style = match payment.state {
        PaymentState::Settled => Style::Red,
        _ => Style::Dim,
    };
    ticket.centred(&out.paint(style, &seal), &seal);
    ticket.blank();
    let other = &payment.counterparty;
    let (payer, payee) = match payment.direction {
        Direction::In => (other.address.as_str(), own_address),
        Direction::Out | Direction::Own => (own_address, other.address.as_str()),
    };
    let name = wording::name(messages, other);
    let names = match payment.direction {
        Direction::In => (name, None),
        Direction::Out | Direction::Own => (None, name),
    };
    let (payer_key, payee_key) = ("ticket_payer", "ticket_payee");
    ticket.pair(messages.text(payee_key), names.1.as_deref());
    ticket.pair(
        if names.1.is_some() {
            ""
        } else {
            messages.text(payee_key)
        },
        Some(payee),
    );
    ticket.pair(messages.text(payer_key), names.0.as_deref());
    ticket.pair(
        if names.0.is_some() {
            ""
        } else {
            messages.text(payer_key)
        },
        Some(payer),
    );
    let fee = payment.fee.as_ref().map(|fee| fee.text.as_str());
    if payment.direction != Direction::In {
        ticket.pair(
            messages.text("fee"),
            Some(fee.unwrap_or(messages.text("fee_none"))),
        );
    }
    let time = payment.included_at.unwrap_or(payment.created_at);
    ticket.pair(messages.text("time"), Some(&wording::moment(time)));
    ticket.pair(
        messages.text("network"),
        Some(&wording::network(messages, payment)),
    );
    let block = payment.block.map(|block| block.to_string());
    ticket.pair(messages.text("block"), block.as_deref());
    let grouped = payment.transaction.as_deref().map(grouped);
    ticket.pair(messages.text("transaction"), grouped.as_deref());
    ticket.pair(messages.text("reference"), payment.reference.as_deref());
    ticket.pair(messages.text("note"), payment.note.as_deref());
    ticket.pair(messages.text("memo"), payment.memo.as_deref());
    ticket.rule('└', '─', '┘');
    ticket.lines.join("\n")
}

/// A hash in groups of eight digits, which people can compare.
fn grouped(hash: &str) -> String {
    let digits: Vec<char> = hash.trim_start_matches("0x").chars().collect();
    let groups: Vec<String> = digits
        .chunks(8)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

#[derive(Default)]
struct Ticket {
    lines: Vec<String>,
}

impl Ticket {
    fn rule(&mut self, left: char, middle: char, right: char) {
        let middle = middle.to_string().repeat(INNER.saturating_add(2));
        self.lines.push(format!("{left}{middle}{right}"));
    }

    fn blank(&mut self) {
        self.row("", 0);
    }

    /// `painted` is `plain` with colours.
    fn centred(&mut self, painted: &str, plain: &str) {
        let before = INNER.saturating_sub(plain.width()) / 2;
        let width = before.saturating_add(plain.width());
        self.row(&format!("{}{painted}", " ".repeat(before)), width);
    }

    fn row(&mut self, text: &str, width: usize) {
        let after = " ".repeat(INNER.saturating_sub(width));
        self.lines.push(format!("│ {text}{after} │"));
    }

    /// A name and its value, the value over as many lines as it needs.
    fn pair(&mut self, name: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let mut name = name;
        for line in folded(value, INNER.saturating_sub(NAMES)) {
            let gap = " ".repeat(NAMES.saturating_sub(name.width()));
            let text = format!("{name}{gap}{line}");
            let width = text.width();
            self.row(&text, width);
            name = "";
        }
    }
}

/// `text` in lines of at most `width` columns, broken at blanks where there are any.
fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let gap = usize::from(!line.is_empty());
        if line
            .width()
            .saturating_add(gap)
            .saturating_add(word.width())
            <= width
        {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for c in word.chars() {
            let Some(line) = lines.last_mut() else { break };
            if line.width().saturating_add(c.width().unwrap_or(0)) > width {
                lines.push(c.to_string());
            } else {
                line.push(c);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_folded_by_columns() {
        assert_eq!(folded("ab cd efg", 5), ["ab cd", "efg"]);
        assert_eq!(folded("两碗面和茶", 4), ["两碗", "面和", "茶"]);
        assert_eq!(folded("abcdefg", 3), ["abc", "def", "g"]);
    }

    #[test]
    fn every_line_of_a_ticket_is_as_wide() {
        let mut ticket = Ticket::default();
        ticket.rule('┌', '─', '┐');
        ticket.centred("付款凭证", "付款凭证");
        ticket.pair("收款人", Some(&"老王面馆".repeat(20)));
        ticket.blank();
        assert!(
            ticket.lines.iter().all(|line| line.width() == INNER + 4),
            "{:#?}",
            ticket.lines
        );
    }
}
