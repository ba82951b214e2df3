//! One HTTP request over one connection, to a port of a container on this machine.

use std::{io, net::SocketAddr};

use http_body_util::{BodyExt, Empty};
use hyper::{Request, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::TcpStream;

use crate::tool::container::Answer;

/// How much of a body is read.
const BODY: usize = 1 << 20;

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum NoAnswer {
    #[error("cannot connect: {0}")]
    Connect(#[from] io::Error),
    #[error("no answer: {0}")]
    Broken(#[from] hyper::Error),
    #[error("the path makes no request: {0}")]
    Request(#[from] hyper::http::Error),
}

/// Asks for a path. Redirects are answers like any other.
pub(super) async fn get(address: SocketAddr, path: &str) -> Result<Answer, NoAnswer> {
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    let request = Request::get(path)
        .header(header::HOST, "localhost")
        .header(header::USER_AGENT, "xtask")
        .body(Empty::<Bytes>::new())?;
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async move {
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let mut response = response.into_body();
        let mut body = Vec::new();
        while let Some(frame) = response.frame().await {
            // A body that breaks off is judged by what came of it.
            let Ok(frame) = frame else { break };
            body.extend(frame.data_ref().into_iter().flatten());
            if body.len() >= BODY {
                break;
            }
        }
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    };
    // The connection is driven only as long as the exchange takes: its sender goes with it.
    let (answer, _) = tokio::join!(exchange, connection);
    answer
}
