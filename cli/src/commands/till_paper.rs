//! `jiaozi till receipt|print|say`: what customers take with them and hear.

use std::path::Path;

use jiaozi_wallet::Till;
use jiaozi_wallet::api::till::{PrinterInput, ReceiptLayout, TillView, VoiceSettings};
use jiaozi_wallet::till::Speech;

use crate::failure::{Failure, OwnCode};
use crate::files;
use crate::options::{LayoutChoice, TillReceipt, TillSay, TillSetup};
use crate::output::Output;

/// `jiaozi till receipt`
pub async fn receipt(out: &Output, till: &Till, options: &TillReceipt) -> Result<(), Failure> {
    let layout = match options.layout {
        Some(layout) => layout.into(),
        None => by_ending(&options.file)?,
    };
    let language = out.messages().language();
    let bytes = match options.refund {
        true => {
            till.refund_receipt(&options.charge, layout, language)
                .await?
        }
        false => till.receipt(&options.charge, layout, language).await?,
    };
    write(out, &options.file, &bytes)
}

/// `jiaozi till print`
pub async fn print(out: &Output, till: &Till, id: &str, refund: bool) -> Result<(), Failure> {
    let printed = match refund {
        true => till.print_refund(id).await?,
        false => till.print(id).await?,
    };
    out.answer(&printed, |out| {
        let key = if printed.confirmed {
            "printed"
        } else {
            "print_sent"
        };
        out.line(out.messages().text(key))
    })
}

/// `jiaozi till say`
pub fn say(out: &Output, till: &Till, options: &TillSay) -> Result<(), Failure> {
    let speech = Speech {
        volume: options.volume,
        language: None,
    };
    let sound = match &options.charge {
        Some(charge) => till.voice(charge, speech)?,
        None => till.voice_test(speech)?,
    };
    write(out, &options.out, &sound)
}

/// To a file, or for `-` to standard output.
fn write(out: &Output, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if file == Path::new("-") {
        return out.bytes(bytes);
    }
    files::write(file, bytes)?;
    out.saved(file)
}

fn by_ending(file: &Path) -> Result<ReceiptLayout, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("pdf") => Ok(ReceiptLayout::Pdf),
        Some("png") => Ok(ReceiptLayout::Png),
        Some("bin" | "escpos" | "prn") => Ok(ReceiptLayout::EscPos),
        _ => Err(OwnCode::TillReceiptKind.into()),
    }
}

/// The printer of the options; none given keeps the one there is.
pub fn printer(options: &TillSetup, before: Option<&TillView>) -> Option<PrinterInput> {
    let Some(place) = options.printer.as_deref().map(str::trim) else {
        return before.and_then(|till| till.printer.clone());
    };
    match place {
        "none" => None,
        // A path of Unix, or a port or shared printer of Windows.
        path if path.starts_with(['/', '\\']) || !path.contains(':') => {
            Some(PrinterInput::Device {
                path: path.to_owned(),
            })
        }
        address => Some(PrinterInput::Network {
            address: address.to_owned(),
        }),
    }
}

/// The voice of the options; none given keeps it.
pub fn voice(
    out: &Output,
    options: &TillSetup,
    before: Option<&TillView>,
) -> Result<Option<VoiceSettings>, Failure> {
    let Some(given) = options.voice.as_deref().map(str::trim) else {
        return Ok(before.map(|till| till.voice.clone()));
    };
    let language = out.messages().language();
    let volume = before.map_or(80, |till| till.voice.volume);
    Ok(Some(match given {
        "off" => VoiceSettings {
            on: false,
            volume,
            language,
        },
        loud => VoiceSettings {
            on: true,
            volume: loud
                .parse()
                .ok()
                .filter(|volume| *volume <= 100)
                .ok_or(OwnCode::Volume)?,
            language,
        },
    }))
}

impl From<LayoutChoice> for ReceiptLayout {
    fn from(choice: LayoutChoice) -> Self {
        match choice {
            LayoutChoice::Pdf => Self::Pdf,
            LayoutChoice::Png => Self::Png,
            LayoutChoice::Slip => Self::Slip,
            LayoutChoice::EscPos => Self::EscPos,
        }
    }
}
