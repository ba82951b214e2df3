//! A running stand-in, from its start to its end.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::Context as _;

use crate::{
    admin,
    backend::Backend,
    options::Options,
    server,
    service::{Fault, LogEntry, ScanScript, Service},
};

/// A running stand-in. It, the registry behind and everything pushed to it are gone when it is dropped.
#[derive(Debug)]
pub struct EcrStandIn {
    address: SocketAddr,
    service: Arc<Service>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    _backend: Backend,
}

impl EcrStandIn {
    /// Starts one; it takes requests when this returns.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        let backend = Backend::start()?;
        let port = options.port;
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("port {port} cannot be had; choose another"))?;
        let address = listener.local_addr()?;
        let host = options.host.clone().unwrap_or_else(|| address.to_string());
        let service = Arc::new(Service::new(options, host, backend.connection()));
        let ended = Arc::new(AtomicBool::new(false));
        let (of_thread, end_of_thread) = (Arc::clone(&service), Arc::clone(&ended));
        let thread = thread::spawn(move || server::run(&listener, &of_thread, &end_of_thread));
        Ok(Self {
            address,
            service,
            ended,
            thread: Some(thread),
            _backend: backend,
        })
    }

    /// The API's URL: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Host part of where images are pushed to.
    pub fn host(&self) -> &str {
        &self.service.host
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What has to be in the environment of whoever shall take it for ECR.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL_ECR", self.endpoint()),
            ("AWS_REGION", self.service.options.region.clone()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ]
    }

    /// What was asked of it so far.
    pub fn requests(&self) -> Vec<LogEntry> {
        self.service.log().clone()
    }

    /// Has something go wrong.
    pub fn fault(&self, fault: Fault) {
        self.service.faults().add(fault);
    }

    /// How often faults are still to be played: not 0 at a test's end, it proves nothing.
    pub fn faults_left(&self) -> usize {
        self.service.faults().left()
    }

    /// Moves its clock on.
    pub fn advance(&self, by: Duration) {
        admin::advance(by, &self.service);
    }

    /// Says how the scan of an image will go.
    pub fn script_scan(&self, script: ScanScript) {
        self.service.account().scans.script(script);
    }
}

impl Drop for EcrStandIn {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}
