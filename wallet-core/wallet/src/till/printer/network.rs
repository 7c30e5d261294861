//! A printer on the network (port 9100 as a rule).

use std::io::{Error, ErrorKind};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{PrinterError, status};

/// How long a printer is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    /// For a connection.
    pub(super) connect: Duration,
    /// While it takes nothing.
    pub(super) stalled: Duration,
    /// For its first answer: many never answer.
    pub(super) answer: Duration,
    /// For its last one, where it gave a first: it prints meanwhile.
    pub(super) done: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            stalled: super::PATIENCE,
            answer: Duration::from_millis(600),
            done: Duration::from_secs(8),
        }
    }
}

/// Bytes written at once.
const PART: usize = 4_096;

/// Prints, and tells whether the printer said that it did.
pub(super) async fn send(address: &str, bytes: &[u8], waits: Waits) -> Result<bool, PrinterError> {
    let (host, port) = split(address).ok_or(PrinterError::Place)?;
    let connected = timeout(waits.connect, TcpStream::connect((host, port))).await;
    let late = |_| PrinterError::Unreachable(Error::from(ErrorKind::TimedOut));
    let mut stream = connected
        .map_err(late)?
        .map_err(PrinterError::Unreachable)?;
    // Whether it can print at all; one that does not answer is taken at its word.
    write(&mut stream, &status::WHY_OFF_LINE, waits.stalled).await?;
    let answers = answer(&mut stream, waits.answer).await?;
    if let Some(answer) = answers {
        status::off_line(answer)?;
    }
    for part in bytes.chunks(PART) {
        write(&mut stream, part, waits.stalled).await?;
    }
    write(&mut stream, &status::WHEN_DONE, waits.stalled).await?;
    let wait = match answers {
        Some(_) => waits.done,
        None => waits.answer,
    };
    let mut told = answer(&mut stream, wait).await?;
    // The answer to the first question may come late.
    if told.is_some_and(|answer| !status::is_of_done(answer)) {
        told = answer(&mut stream, wait).await?;
    }
    // The printer may close when it has all; that it goes away is then no fault.
    drop(stream.shutdown().await);
    match told {
        Some(answer) if status::is_of_done(answer) => status::done(answer).map(|()| true),
        _ => Ok(false),
    }
}

async fn write(
    stream: &mut TcpStream,
    bytes: &[u8],
    patience: Duration,
) -> Result<(), PrinterError> {
    let written = timeout(patience, stream.write_all(bytes)).await;
    let written = written.map_err(|_| PrinterError::Stuck)?;
    written.map_err(PrinterError::Broke)
}

/// One byte, if one comes in time. A printer that closes its side says nothing;
/// one that resets has gone.
async fn answer(stream: &mut TcpStream, wait: Duration) -> Result<Option<u8>, PrinterError> {
    let mut byte = [0];
    match timeout(wait, stream.read(&mut byte)).await {
        Err(_) | Ok(Ok(0)) => Ok(None),
        Ok(Ok(_)) => Ok(byte.first().copied()),
        Ok(Err(error)) => Err(PrinterError::Broke(error)),
    }
}

/// Host and port; the port must be given.
fn split(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port != 0)?;
    let host = match host.strip_prefix('[') {
        Some(host) => host.strip_suffix(']')?,
        // More colons are an IPv6 address without brackets: which is the port?
        None => Some(host).filter(|host| !host.contains(':'))?,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:%".contains(c);
    (!host.is_empty() && host.chars().all(plain)).then_some((host, port))
}

/// Whether an address of the settings can be one of a printer.
pub(super) fn is_address(address: &str) -> bool {
    split(address).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_host_and_a_port() {
        assert_eq!(split("192.0.2.7:9100"), Some(("192.0.2.7", 9100)));
        assert_eq!(split("printer.shop:9100"), Some(("printer.shop", 9100)));
        assert_eq!(split("[fe80::1%eth0]:9100"), Some(("fe80::1%eth0", 9100)));
        for wrong in [
            "",
            ":",
            "printer",
            "printer:",
            ":9100",
            "a:0",
            "a:65536",
            "a:-1",
            "fe80::1",
            "[::1:9100",
            "a b:9100",
            "http://a:9100/",
        ] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }
}
