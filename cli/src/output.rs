//! What goes to standard output and standard error: tables and sentences for
//! people, JSON for scripts.

use std::io::{self, IsTerminal, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde::Serialize;

use crate::failure::Failure;
use crate::messages::Messages;

/// Where a command's answer goes.
#[derive(Debug)]
pub struct Output {
    json: bool,
    colour: bool,
    messages: Messages,
}

/// How a word looks, where there are colours.
#[derive(Debug, Clone, Copy)]
pub enum Style {
    /// Headlines.
    Bold,
    /// What matters less.
    Dim,
    /// The seal, and errors.
    Red,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// Text, aligned to the left.
    Left(&'static str),
    /// Figures, aligned to the right.
    Right(&'static str),
}

impl Output {
    /// Output in one language, for people or for scripts.
    pub fn new(json: bool, messages: Messages) -> Self {
        let colour = !json
            && io::stdout().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        Self {
            json,
            colour,
            messages,
        }
    }

    /// Whether scripts read it.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether colours are welcome.
    pub fn has_colour(&self) -> bool {
        self.colour
    }

    /// The texts.
    pub fn messages(&self) -> &Messages {
        &self.messages
    }

    /// The answer to a script.
    pub fn json<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
        self.line(&text)
    }

    /// The answer: `view` for scripts, what `people` writes for people.
    pub fn answer<T: Serialize + ?Sized>(
        &self,
        view: &T,
        people: impl FnOnce(&Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.json {
            self.json(view)
        } else {
            people(self)
        }
    }

    /// A line on standard output.
    pub fn line(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    /// Bytes on standard output.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }

    /// Says where a file is now.
    pub fn saved(&self, file: &std::path::Path) -> Result<(), Failure> {
        let file = file.display().to_string();
        self.answer(&serde_json::json!({ "file": file }), |out| {
            out.line(&out.messages.fill("saved", &[("file", &file)]))
        })
    }

    /// Says where several files are now, in one answer.
    pub fn all_saved(&self, files: &[&std::path::Path]) -> Result<(), Failure> {
        let files: Vec<_> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        self.answer(&serde_json::json!({ "files": files }), |out| {
            for file in &files {
                out.line(&out.messages.fill("saved", &[("file", file)]))?;
            }
            Ok(())
        })
    }

    /// A line beside the answer, on standard error. Nobody there is no error.
    pub fn aside(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// An error, on standard error.
    pub fn failure(&self, failure: &Failure) {
        if let Some(text) = failure.tell(&self.messages, self.json) {
            self.aside(&text);
        }
    }

    /// `text` in a style, where there are colours.
    pub fn paint(&self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Red => "31",
        };
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// A table with a headline; `columns` name texts.
    pub fn table(&self, columns: &[Column], rows: Vec<Vec<String>>) -> Result<(), Failure> {
        let headline = columns.iter().map(|column| match column {
            Column::Left(key) | Column::Right(key) => self.messages.text(key).to_owned(),
        });
        let mut table = plain_table();
        table.set_header(headline);
        table.add_rows(rows);
        align(&mut table, columns);
        let text = table.trim_fmt();
        match text.split_once('\n') {
            Some((headline, rows)) => {
                self.line(&self.paint(Style::Dim, headline))?;
                self.line(rows)
            }
            None => self.line(&self.paint(Style::Dim, &text)),
        }
    }

    /// Names and values, one pair a line. Pairs without a value are left out.
    pub fn facts(&self, pairs: &[(&str, Option<String>)]) -> Result<(), Failure> {
        self.line(&self.facts_text(pairs))
    }

    /// The same as text.
    pub fn facts_text(&self, pairs: &[(&str, Option<String>)]) -> String {
        let mut table = plain_table();
        for (key, value) in pairs {
            if let Some(value) = value {
                table.add_row([self.messages.text(key), value.as_str()]);
            }
        }
        align(&mut table, &[]);
        table.trim_fmt()
    }
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// Two blanks between columns, none before the first one.
fn align(table: &mut Table, columns: &[Column]) {
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if let Some(Column::Right(_)) = columns.get(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
