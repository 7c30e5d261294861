//! The vault by itself, in its window.

mod cold;
mod shares;

pub use cold::{sign, watch};
pub use shares::{check, combine, split};
