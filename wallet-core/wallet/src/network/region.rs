//! Which tokens are offered where.
//!
//! Since 6 February 2026 the People's Bank of China bars tokens pegged to the
//! yuan that are issued offshore without its approval. A wallet cannot see an
//! approval, so every yuan token of real money on a public chain counts as one,
//! and so do the known ones by their code, whatever a file says of them. They
//! are offered only to those who say that they are elsewhere. What somebody
//! holds already stays theirs: it is shown and can be paid with.

use crate::api::Region;

/// Codes of known offshore yuan tokens.
const OFFSHORE: [&str; 2] = ["AxCNH", "CNHT0"];

/// Whether a token of this code may be added in `region`.
pub(crate) fn is_offered(region: Region, real_money: bool, yuan: bool, symbol: &str) -> bool {
    let known = OFFSHORE
        .iter()
        .any(|offshore| offshore.eq_ignore_ascii_case(symbol));
    region == Region::Elsewhere || !(real_money && (yuan || known))
}
