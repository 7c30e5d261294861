//! A wallet split among people (SLIP-39): making shares, checking them, putting
//! them together. Whatever goes wrong is said in the window; a flow ends without
//! success only when the person leaves it.

mod gather;
mod split;

pub use gather::{check, combine};
pub use split::split;
