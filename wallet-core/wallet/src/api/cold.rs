//! Cold signing: accounts of another computer, and what goes to it and comes back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Frames that were found in files. Nothing else of a file is told.
#[derive(Debug, Clone, Default, Serialize, TS)]
pub struct ColdFrames {
    /// The frames (`ur:…`), in the order in which they were found.
    pub frames: Vec<String>,
    /// Files in which there were none that can be read.
    pub unread: u32,
}

/// An account that could be watched.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WatchView {
    /// The fingerprint of the wallet that has its keys (BIP-32).
    pub wallet: String,
    /// Its address on EVM chains (EIP-55), when that key is there.
    pub address: Option<String>,
    /// Its address on Conflux Core Space (CIP-37), when that key is there.
    pub core: Option<String>,
    /// The label under which a part of it is watched already.
    pub label: Option<String>,
}

/// What the computer with the keys is asked to sign, to be shown.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ColdRequestView {
    /// The payment.
    pub id: String,
    /// All of it as one line of text.
    pub text: String,
    /// The codes, to be shown one after the other, for ever.
    pub codes: Vec<CodeView>,
    /// Thousandths of a second that each stands.
    pub frame_millis: u32,
    /// The fingerprint of the wallet that signs.
    pub wallet: String,
    /// The derivation path of its key.
    pub path: String,
}

/// A QR code.
#[derive(Debug, Clone, Serialize, TS)]
pub struct CodeView {
    /// Modules of a side, the white around it included.
    pub side: u32,
    /// The dark modules as an SVG path, one unit a module.
    pub path: String,
}

/// How a request is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ColdForm {
    /// A line of text.
    Text,
    /// An animated QR code (SVG).
    Animation,
    /// QR codes, one a picture (PNG).
    Pictures,
}
