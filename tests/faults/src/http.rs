//! As much HTTP/1.1 as a JSON-RPC client speaks, by hand: the faults need the bare connection.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The largest head and body that are read.
const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 32 * 1024 * 1024;

/// A call as it came.
#[derive(Debug)]
pub struct Request {
    /// The bytes of the head, for handing on.
    pub head: Vec<u8>,
    /// Path and query.
    pub path: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn is_websocket(&self) -> bool {
        self.header("upgrade")
            .is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"))
    }
}

/// Reads the next call; none when the peer hung up. What is read beyond it stays in `buffer`.
pub async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
) -> io::Result<Option<Request>> {
    let malformed = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Request::new(&mut headers);
        let status = parsed.parse(buffer).map_err(|_| malformed("head"))?;
        let httparse::Status::Complete(length) = status else {
            if buffer.len() > MAX_HEAD {
                return Err(malformed("a head without an end"));
            }
            if stream.read_buf(buffer).await? == 0 {
                return Ok(None);
            }
            continue;
        };
        let path = parsed.path.unwrap_or("/").to_owned();
        let headers: Vec<_> = parsed
            .headers
            .iter()
            .map(|header| {
                let value = String::from_utf8_lossy(header.value).into_owned();
                (header.name.to_ascii_lowercase(), value)
            })
            .collect();
        let mut request = Request {
            head: buffer.drain(..length).collect(),
            path,
            headers,
            body: Vec::new(),
        };
        let wanted: usize = match request.header("content-length") {
            Some(text) => text.parse().map_err(|_| malformed("content-length"))?,
            None => 0,
        };
        if wanted > MAX_BODY {
            return Err(malformed("a body beyond reason"));
        }
        while buffer.len() < wanted {
            if stream.read_buf(buffer).await? == 0 {
                return Ok(None);
            }
        }
        request.body = buffer.drain(..wanted).collect();
        return Ok(Some(request));
    }
}

/// The head of an answer.
pub fn head(status: u16, kind: &str, length: usize, more: &str) -> String {
    format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{more}\r\n"
    )
}

/// Writes a whole answer.
pub async fn write(
    stream: &mut (impl AsyncWrite + Unpin),
    status: u16,
    kind: &str,
    body: &[u8],
    more: &str,
) -> io::Result<()> {
    let mut bytes = head(status, kind, body.len(), more).into_bytes();
    bytes.extend_from_slice(body);
    stream.write_all(&bytes).await?;
    stream.flush().await
}
