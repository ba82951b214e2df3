//! As much HTTP as tests need to talk to servers on this machine, and to stand between two of them.

use std::{
    fmt::Write as _,
    io::{self, Read, Write},
    net::TcpStream,
};

/// A message's first lines, as they came.
#[derive(Clone, Debug)]
pub struct Head {
    lines: Vec<String>,
}

impl Head {
    /// Reads up to the empty line; `None` if the other side closed without a word.
    pub fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while !bytes.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte)? == 0 {
                return if bytes.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
            bytes.push(byte[0]);
        }
        let lines = String::from_utf8_lossy(&bytes)
            .trim_end()
            .split("\r\n")
            .map(str::to_owned)
            .collect();
        Ok(Some(Self { lines }))
    }

    /// The words of the first line.
    pub fn first_line(&self) -> (&str, &str) {
        let mut words = self.lines[0].split(' ');
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }

    /// A header's value; names in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.lines[1..].iter().filter_map(|line| line.split_once(':'));
        pairs
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .next()
    }

    /// Sets a header; `None` takes it away.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        let other = |line: &String| line.split_once(':').is_none_or(|(key, _)| !key.eq_ignore_ascii_case(name));
        let first = self.lines.remove(0);
        self.lines.retain(other);
        self.lines.insert(0, first);
        self.lines.extend(value.map(|value| format!("{name}: {value}")));
    }

    /// As it goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        (self.lines.join("\r\n") + "\r\n\r\n").into_bytes()
    }
}

/// Reads a request's body, chunked or with a length.
pub fn body(head: &Head, stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if head.header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        loop {
            let mut size = String::new();
            let mut byte = [0];
            while !size.ends_with("\r\n") {
                stream.read_exact(&mut byte)?;
                size.push(char::from(byte[0]));
            }
            let length = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            let mut chunk = Vec::new();
            stream.take(length + 2).read_to_end(&mut chunk)?;
            if length == 0 {
                return Ok(body);
            }
            chunk.truncate(chunk.len() - 2);
            body.extend(chunk);
        }
    }
    let length = head.header("content-length").map_or(0, |value| value.parse().unwrap_or(0));
    stream.take(length).read_to_end(&mut body)?;
    Ok(body)
}

/// An answer.
#[derive(Debug)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// What came after the head; the connection's end ends it.
    pub body: Vec<u8>,
    head: Head,
}

impl Response {
    /// A header's value; names in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }
}

/// Sends one request to a server on this machine.
pub fn request(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(text.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let head = Head::read(&mut stream).unwrap().unwrap();
    let status = head.first_line().1.parse().unwrap();
    let mut body = Vec::new();
    stream.read_to_end(&mut body).unwrap();
    Response { status, body, head }
}
