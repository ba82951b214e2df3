//! As much of HTTP/1.1 as docker and the AWS SDK speak: one request a connection, bodies of a length or in chunks, streamed.
//!
//! Knows nothing of what is asked for. A layer may be larger than memory, so a request's body is a reader.

mod body;
mod headers;
mod request;
mod response;

pub(crate) use body::Body;
pub(crate) use headers::Headers;
pub(crate) use request::Request;
pub(crate) use response::{Response, reason};

use std::io::{self, BufRead, Read as _};

const LONGEST_HEAD: u64 = 64 * 1024;

/// The bytes up to and with the empty line; `None` if the other side closed without a word.
pub(crate) fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    let mut limited = reader.take(LONGEST_HEAD);
    while !head.ends_with(b"\r\n\r\n") {
        if limited.read_until(b'\n', &mut head)? == 0 {
            return if head.is_empty() {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
    }
    Ok(Some(head))
}
