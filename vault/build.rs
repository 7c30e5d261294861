//! Turns the message files and the design tokens into Rust, so that a missing
//! translation, a placeholder that one language lacks or a colour that is no
//! colour stops the build instead of showing in a window.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::{Map, Value};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ENGLISH: &str = "messages/en.json";
const CHINESE: &str = "messages/zh-CN.json";
const TOKENS: &str = "../icons/tokens.json";

fn main() -> Result<()> {
    for file in [ENGLISH, CHINESE, TOKENS, "build.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let out = env::var("OUT_DIR")?;
    let english = object(ENGLISH)?;
    let chinese = object(CHINESE)?;
    fs::write(
        Path::new(&out).join("messages.rs"),
        messages(&english, &chinese)?,
    )?;
    fs::write(Path::new(&out).join("tokens.rs"), tokens(&object(TOKENS)?)?)?;
    Ok(())
}

fn object(file: &str) -> Result<Map<String, Value>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{file}: {error}").into())
}

/// One method a message on `Messages`; placeholders become its parameters.
fn messages(english: &Map<String, Value>, chinese: &Map<String, Value>) -> Result<String> {
    let keys: BTreeSet<_> = english.keys().chain(chinese.keys()).collect();
    let mut code = String::from("impl Messages {\n");
    for key in keys {
        let english = text(english, ENGLISH, key)?;
        let chinese = text(chinese, CHINESE, key)?;
        let holes = placeholders(english);
        if holes != placeholders(chinese) {
            return Err(format!("{key}: the two languages differ in their placeholders").into());
        }
        writeln!(code, "    /// {}", english.replace('\n', " "))?;
        let (signature, wrap) = if holes.is_empty() {
            ("(self) -> &'static str".to_owned(), ("", ""))
        } else {
            let parameters: String = holes
                .iter()
                .map(|hole| format!(", {hole}: impl ::std::fmt::Display"))
                .collect();
            (format!("(self{parameters}) -> String"), ("format!(", ")"))
        };
        writeln!(
            code,
            "    pub fn {key}{signature} {{ match self.0 {{ \
             Language::English => {open}{english:?}{close}, \
             Language::SimplifiedChinese => {open}{chinese:?}{close} }} }}",
            open = wrap.0,
            close = wrap.1,
        )?;
    }
    code.push_str("}\n");
    Ok(code)
}

fn text<'a>(messages: &'a Map<String, Value>, file: &str, key: &str) -> Result<&'a str> {
    messages
        .get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("{file} has no text for {key}").into())
}

/// The names between braces.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// One `Palette` constant a theme, the vault's own colours, and the measures.
fn tokens(tokens: &Map<String, Value>) -> Result<String> {
    let mut code = String::new();
    for (section, kind) in [
        ("light", "Palette"),
        ("dark", "Palette"),
        ("vault", "FrameColours"),
    ] {
        let colours = tokens
            .get(section)
            .and_then(Value::as_object)
            .ok_or_else(|| format!("{TOKENS} has no section {section}"))?;
        let name = section.to_uppercase();
        writeln!(
            code,
            "/// The colours of `{section}`.\npub const {name}: {kind} = {kind} {{"
        )?;
        for (role, colour) in colours {
            let [red, green, blue] = rgb(colour).ok_or_else(|| format!("{section}.{role}"))?;
            writeln!(
                code,
                "    {role}: Color32::from_rgb({red}, {green}, {blue}),"
            )?;
        }
        code.push_str("};\n");
    }
    for (name, index) in [
        ("TEXT_SMALL", 0),
        ("TEXT", 1),
        ("TEXT_LARGE", 2),
        ("TITLE", 3),
        ("AMOUNT", 4),
    ] {
        let size = number(tokens.get("type").and_then(|sizes| sizes.get(index)))?;
        writeln!(
            code,
            "/// A type size in points.\npub const {name}: f32 = {size}_f32;"
        )?;
    }
    for (name, index) in [("RADIUS_SMALL", 0), ("RADIUS_LARGE", 1)] {
        let radius = number(tokens.get("radius").and_then(|radii| radii.get(index)))?;
        writeln!(
            code,
            "/// A corner radius in points.\npub const {name}: u8 = {radius};"
        )?;
    }
    let space = number(tokens.get("space"))?;
    writeln!(
        code,
        "/// The grid, in points.\npub const SPACE: f32 = {space}_f32;"
    )?;
    Ok(code)
}

fn number(value: Option<&Value>) -> Result<u64> {
    value
        .and_then(Value::as_u64)
        .ok_or_else(|| format!("{TOKENS} lacks a number").into())
}

/// `#RRGGBB`.
fn rgb(colour: &Value) -> Option<[u8; 3]> {
    let digits = colour
        .as_str()?
        .strip_prefix('#')
        .filter(|d| d.len() == 6)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
}
