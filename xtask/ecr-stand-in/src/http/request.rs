//! A request as it came.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use super::{Body, Headers, read_head};

/// The first byte of a connection that speaks TLS.
const TLS_HANDSHAKE: u8 = 0x16;
const MOST_HEADERS: usize = 64;

/// A request whose body is still to be read.
#[derive(Debug)]
pub(crate) struct Request {
    /// Its method.
    pub(crate) method: String,
    /// Its path, with the query.
    pub(crate) target: String,
    /// Its headers.
    pub(crate) headers: Headers,
    /// Its body.
    pub(crate) body: Body,
}

impl Request {
    /// Reads a request's head. `None` if there is none: docker tries TLS first, and a server that waited for a line would hold it for seconds.
    pub(crate) fn read(stream: &TcpStream) -> io::Result<Option<Self>> {
        let mut reader = BufReader::new(stream.try_clone()?);
        if reader.fill_buf()?.first() == Some(&TLS_HANDSHAKE) {
            return Ok(None);
        }
        let Some(head) = read_head(&mut reader)? else { return Ok(None) };
        let mut slots = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Request::new(&mut slots);
        parsed.parse(&head).map_err(io::Error::other)?;
        let headers = Headers::from(&mut *parsed.headers);
        if headers.get("expect").is_some() {
            (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(Some(Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: parsed.path.unwrap_or_default().to_owned(),
            body: Body::of(&headers, reader)?,
            headers,
        }))
    }

    /// Its path, without the query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The rest of its body. Also what is not wanted has to be read: a connection closed before that may lose the answer.
    pub(crate) fn read_body(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.body.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
