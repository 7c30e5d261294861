//! The till: a shop's charges, each with an address of its own, watched to their end.

pub mod voice;
