//! A proxy of our own before a real server, because some faults cannot be had otherwise: errors at one request, answers that get lost.
//!
//! One request a connection. A rule counts down; requests no rule wants go through untouched.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI32, Ordering},
    },
    thread,
};

use rustix::process::{Pid, Signal, kill_process};

use super::http::{self, Head};

/// The first byte of a connection that speaks TLS.
const TLS_HANDSHAKE: u8 = 0x16;

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The proxy answers with this status, and an error of this code and message; the server never hears of it.
    Refuse(u16, &'static str, &'static str),
    /// The server gets the request, its answer gets lost.
    LoseAnswer,
    /// A process is killed, and the request never gets to the server. It is the process whose id is in there by then.
    Kill(Arc<AtomicI32>),
    /// A text in the answer is replaced by another.
    Replace(String, String),
}

/// When something goes wrong.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The request's method.
    pub method: &'static str,
    /// Text within its path.
    pub path: &'static str,
    /// How often.
    pub times: usize,
    /// What then.
    pub fault: Fault,
}

/// A running proxy. Its thread ends with the test's process.
#[derive(Debug)]
pub struct FaultProxy {
    /// Where it listens.
    pub port: u16,
    rules: Arc<Mutex<Vec<Rule>>>,
    times: usize,
}

impl FaultProxy {
    /// Starts one before the server on `upstream`.
    pub fn start(upstream: u16, rules: Vec<Rule>) -> Self {
        let times = rules.iter().map(|rule| rule.times).sum();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let rules = Arc::new(Mutex::new(rules));
        let shared = Arc::clone(&rules);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let rules = Arc::clone(&shared);
                // A client that goes away is no matter.
                thread::spawn(move || serve(client, upstream, &rules));
            }
        });
        Self { port, rules, times }
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// How many requests met a rule.
    pub fn used(&self) -> usize {
        self.times - self.rules.lock().unwrap().iter().map(|rule| rule.times).sum::<usize>()
    }

    /// Fails if a fault was not asked for as often as it was to happen: the test would prove nothing.
    pub fn assert_used_up(&self) {
        let rules = self.rules.lock().unwrap();
        assert!(rules.iter().all(|rule| rule.times == 0), "not used up: {rules:?}");
    }
}

fn serve(mut client: TcpStream, upstream: u16, rules: &Mutex<Vec<Rule>>) -> io::Result<()> {
    // The engine tries TLS first; a proxy that waited for an HTTP request would hold it until that times out.
    let mut first = [0];
    if client.peek(&mut first)? == 0 || first[0] == TLS_HANDSHAKE {
        return Ok(());
    }
    let Some(mut head) = Head::read(&mut client)? else { return Ok(()) };
    let body = http::body(&head, &mut client)?;
    let fault = take(rules, &head);
    if let Some(Fault::Refuse(status, code, message)) = fault {
        let text = format!(r#"{{"errors":[{{"code":"{code}","message":"{message}"}}]}}"#);
        let length = text.len();
        let answer = format!(
            "HTTP/1.1 {status} Forced\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
        );
        return client.write_all(answer.as_bytes());
    }

    if let Some(Fault::Kill(process)) = fault {
        let process = Pid::from_raw(process.load(Ordering::SeqCst)).expect("the test says which process");
        kill_process(process, Signal::KILL)?;
        return client.shutdown(Shutdown::Both);
    }

    head.set("Connection", Some("close"));
    head.set("Transfer-Encoding", None);
    head.set("Content-Length", Some(&body.len().to_string()));
    let mut server = TcpStream::connect(("127.0.0.1", upstream))?;
    server.write_all(&head.bytes())?;
    server.write_all(&body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    match fault {
        Some(Fault::LoseAnswer) => client.shutdown(Shutdown::Both),
        Some(Fault::Replace(from, to)) => client.write_all(&replaced(&answer, &from, &to)?),
        _ => client.write_all(&answer),
    }
}

fn take(rules: &Mutex<Vec<Rule>>, head: &Head) -> Option<Fault> {
    let (method, path) = head.first_line();
    let mut rules = rules.lock().unwrap();
    let fits = |rule: &&mut Rule| rule.times > 0 && rule.method == method && path.contains(rule.path);
    let rule = rules.iter_mut().find(fits)?;
    rule.times -= 1;
    Some(rule.fault.clone())
}

fn replaced(answer: &[u8], from: &str, to: &str) -> io::Result<Vec<u8>> {
    let mut rest = answer;
    let mut head = Head::read(&mut rest)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let text = String::from_utf8_lossy(rest).replace(from, to);
    head.set("Content-Length", Some(&text.len().to_string()));
    let mut bytes = head.bytes();
    bytes.extend(text.as_bytes());
    Ok(bytes)
}
