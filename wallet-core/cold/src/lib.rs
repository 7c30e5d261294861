//! Cold signing: what passes between a computer that watches an account and the
//! vault that has its keys and no network. Requests and signatures are those of
//! ERC-4527, as Uniform Resources (BCR-2020-005) in files, pictures of QR codes
//! and animated QR codes; for Conflux Core Space there is an extension of our
//! own (`docs/cold-signing.md`).
//!
//! Nothing here has a key, and all of it may come from a stranger: sizes,
//! parts and nesting are bounded before anything is read.

mod answer;
mod cbor;
mod draw;
mod error;
pub mod export;
mod frames;
mod hdkey;
mod keypath;
pub mod picture;
mod request;

pub use answer::Answer;
pub use draw::{FRAME_MILLIS, Outline, Squares, animated_svg, outline, squares, svg, terminal};
pub use error::ColdError;
pub use frames::{Collector, Message, frames, read_text, single};
pub use hdkey::WatchKey;
pub use keypath::KeyPath;
pub use request::{DataType, Request};
