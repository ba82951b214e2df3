//! A request's body, whichever way its end is told.

use std::io::{self, BufRead as _, BufReader, Read, Take};
use std::net::TcpStream;

use super::Headers;

/// What is left to be read of a request's body.
#[derive(Debug)]
pub(crate) enum Body {
    /// As long as the head says.
    Sized(Take<BufReader<TcpStream>>),
    /// Pieces, each with its length before it.
    Chunked {
        /// Where they come from.
        reader: BufReader<TcpStream>,
        /// What is left of the current piece.
        left: u64,
        /// Whether the last piece was read.
        ended: bool,
    },
}

impl Body {
    /// The body after a head.
    pub(crate) fn of(headers: &Headers, reader: BufReader<TcpStream>) -> io::Result<Self> {
        if headers.get("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            return Ok(Self::Chunked {
                reader,
                left: 0,
                ended: false,
            });
        }
        let length = headers.get("content-length").map_or(Ok(0), str::parse);
        Ok(Self::Sized(reader.take(length.map_err(io::Error::other)?)))
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Sized(reader) => reader.read(buffer),
            Self::Chunked { ended: true, .. } => Ok(0),
            Self::Chunked { reader, left, ended } => {
                if *left == 0 {
                    *left = chunk_length(reader)?;
                    if *left == 0 {
                        end_of_chunks(reader)?;
                        *ended = true;
                        return Ok(0);
                    }
                }
                let read = reader.by_ref().take(*left).read(buffer)?;
                if read == 0 && !buffer.is_empty() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                *left -= read as u64;
                if *left == 0 {
                    line(reader)?;
                }
                Ok(read)
            }
        }
    }
}

fn chunk_length(reader: &mut BufReader<TcpStream>) -> io::Result<u64> {
    let line = line(reader)?;
    let digits = line.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16).map_err(io::Error::other)
}

/// Trailers, which nobody here sends, up to the empty line.
fn end_of_chunks(reader: &mut BufReader<TcpStream>) -> io::Result<()> {
    while !line(reader)?.trim().is_empty() {}
    Ok(())
}

fn line(reader: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    Ok(line)
}
