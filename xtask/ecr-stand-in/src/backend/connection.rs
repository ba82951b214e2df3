//! Requests to the registry behind, and its answers on their way back.

use std::{
    io::{self, BufReader, Read, Write},
    net::TcpStream,
};

use crate::http::{Body, Headers, Response, read_head, reason};

const MOST_HEADERS: usize = 64;

/// Asks the registry behind; one connection a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connection {
    pub(super) port: u16,
}

impl Connection {
    /// Sends a request with its body as it comes.
    pub(crate) fn forward(self, method: &str, target: &str, headers: &Headers, body: &mut Body) -> io::Result<Relay> {
        let mut stream = self.open(method, target, headers)?;
        match body {
            Body::Sized(_) => io::copy(body, &mut stream)?,
            Body::Chunked { .. } => send_chunked(body, &mut stream)?,
        };
        Relay::read(stream)
    }

    /// Uploads a manifest under its digest. Gives the registry's whole answer.
    pub(crate) fn put_manifest(self, repository: &str, digest: &str, media_type: &str, manifest: &[u8]) -> io::Result<Response> {
        let mut headers = Headers::default();
        headers.set("Host", format!("127.0.0.1:{}", self.port));
        headers.set("Content-Type", media_type);
        headers.set("Content-Length", manifest.len().to_string());
        let mut stream = self.open("PUT", &format!("/v2/{repository}/manifests/{digest}"), &headers)?;
        stream.write_all(manifest)?;
        Relay::read(stream)?.whole()
    }

    fn open(self, method: &str, target: &str, headers: &Headers) -> io::Result<TcpStream> {
        let mut headers = headers.clone();
        // The registry makes its `Location` from `Host`, so that stays the client's.
        for own in ["authorization", "expect"] {
            headers.remove(own);
        }
        headers.set("Connection", "close");
        let mut head = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
        headers.write(&mut head)?;
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(&head)?;
        Ok(stream)
    }
}

/// An answer of the registry behind, its body still to be read.
#[derive(Debug)]
pub(crate) struct Relay {
    /// Its status.
    pub(crate) status: u16,
    headers: Headers,
    rest: BufReader<TcpStream>,
}

impl Relay {
    fn read(stream: TcpStream) -> io::Result<Self> {
        let mut rest = BufReader::new(stream);
        let head = read_head(&mut rest)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut slots = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Response::new(&mut slots);
        parsed.parse(&head).map_err(io::Error::other)?;
        Ok(Self {
            status: parsed.code.unwrap_or_default(),
            headers: Headers::from(&mut *parsed.headers),
            rest,
        })
    }

    /// Sends it on, as it comes.
    pub(crate) fn write(mut self, writer: &mut impl Write) -> io::Result<()> {
        write!(writer, "HTTP/1.1 {} {}\r\n", self.status, reason(self.status))?;
        self.headers.write(writer)?;
        io::copy(&mut self.rest, writer)?;
        writer.flush()
    }

    /// Reads the rest. Only for answers to what is sent from here, which come in one piece.
    fn whole(mut self) -> io::Result<Response> {
        let mut body = Vec::new();
        self.rest.read_to_end(&mut body)?;
        Ok(Response {
            status: self.status,
            headers: self.headers,
            body,
        })
    }
}

fn send_chunked(body: &mut impl Read, stream: &mut TcpStream) -> io::Result<u64> {
    let mut buffer = vec![0; 64 * 1024];
    let mut sent = 0;
    loop {
        let read = body.read(&mut buffer)?;
        write!(stream, "{read:x}\r\n")?;
        stream.write_all(&buffer[..read])?;
        stream.write_all(b"\r\n")?;
        if read == 0 {
            return Ok(sent);
        }
        sent += read as u64;
    }
}
