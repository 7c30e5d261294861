//! `jiaozi receipt`: a payment's receipt as a file.

use jiaozi_wallet::receipt;

use super::history;
use crate::failure::{Failure, OwnCode};
use crate::files;
use crate::options::Receipt;
use crate::session::Session;

/// `jiaozi receipt`
pub async fn run(session: &Session, options: &Receipt) -> Result<(), Failure> {
    let ending = options.out.extension().and_then(|ending| ending.to_str());
    let ending = ending.map(str::to_ascii_lowercase);
    let draw = match ending.as_deref() {
        Some("pdf") => receipt::pdf,
        Some("png") => receipt::png,
        Some("svg") => |payment: &_, language| Ok(receipt::svg(payment, language).into_bytes()),
        _ => return Err(OwnCode::ReceiptKind.into()),
    };
    let wallet = session.ready().await?;
    let payment = history::find(&wallet, &options.id).await?;
    session.end(&wallet).await;
    let bytes = draw(&payment, session.out.messages().language()).map_err(|error| {
        tracing::warn!(%error, "the receipt was not drawn");
        OwnCode::ReceiptFailed
    })?;
    files::write(&options.out, &bytes)?;
    session.out.saved(&options.out)
}
