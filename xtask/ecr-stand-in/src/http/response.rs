//! An answer made here.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Headers;

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// Its status.
    pub(crate) status: u16,
    /// Its headers, but for those that say how it is sent.
    pub(crate) headers: Headers,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// JSON of a content type.
    pub(crate) fn json(status: u16, content_type: &str, value: &Value) -> Self {
        let mut headers = Headers::default();
        headers.set("Content-Type", content_type);
        Self {
            status,
            headers,
            body: value.to_string().into_bytes(),
        }
    }

    /// An error of the distribution API.
    pub(crate) fn registry_error(status: u16, code: &str, message: &str) -> Self {
        let value = json!({"errors": [{"code": code, "message": message}]});
        Self::json(status, "application/json; charset=utf-8", &value)
    }

    /// Sends it; an answer to HEAD goes without its body.
    pub(crate) fn write(&self, writer: &mut impl Write, head_only: bool) -> io::Result<()> {
        let mut headers = self.headers.clone();
        headers.set("Content-Length", self.body.len().to_string());
        headers.set("Docker-Distribution-Api-Version", "registry/2.0");
        headers.set("Connection", "close");
        write!(writer, "HTTP/1.1 {} {}\r\n", self.status, reason(self.status))?;
        headers.write(writer)?;
        if !head_only {
            writer.write_all(&self.body)?;
        }
        writer.flush()
    }
}

/// The words beside a status: buildx shows them, and clients read them there.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Other",
    }
}
