//! Takes requests and hands each to the half it is for: one thread a connection, one request a connection.
//!
//! A fault comes before anything else; the log before the answer, so that who has an answer finds it in the log.

use std::{
    io,
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{
    admin, api,
    data_plane::{self, Answer, Route},
    http::{Request, Response},
    service::{LogEntry, Service},
};

/// Serves until `ended` is set and one more connection comes.
pub(crate) fn run(listener: &TcpListener, service: &Arc<Service>, ended: &AtomicBool) {
    for stream in listener.incoming() {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let service = Arc::clone(service);
        // A client that goes away is no matter.
        thread::spawn(move || serve(stream, &service));
    }
}

fn serve(mut stream: TcpStream, service: &Service) -> io::Result<()> {
    let Some(mut request) = Request::read(&stream)? else {
        return Ok(());
    };
    let head_only = request.method == "HEAD";
    let path = request.path().to_owned();
    if path.starts_with("/_") {
        return admin::answer(&mut request, service)?.write(&mut stream, head_only);
    }
    let (answer, mut entry) = if path == "/v2" || path.starts_with("/v2/") {
        of_registry(&mut request, service)?
    } else {
        of_api(&mut request, service)?
    };
    entry.status = match &answer {
        Answer::Own(response) => response.status,
        Answer::Relayed(relay) => relay.status,
    };
    service.log().push(entry);
    match answer {
        Answer::Own(response) => response.write(&mut stream, head_only),
        Answer::Relayed(relay) => relay.write(&mut stream),
    }
}

fn of_registry(request: &mut Request, service: &Service) -> io::Result<(Answer, LogEntry)> {
    let route = Route::of(request.path());
    let operation = format!("{} {}", request.method, route.kind());
    let repository = (!route.repository.is_empty()).then(|| route.repository.clone());
    let entry = entry(operation, repository, request);
    let fault = fault(&entry, service, data_plane::fault);
    let answer = match fault {
        Some(response) => {
            request.read_body()?;
            response.into()
        }
        None => data_plane::answer(request, &route, service)?,
    };
    Ok((answer, entry))
}

fn of_api(request: &mut Request, service: &Service) -> io::Result<(Answer, LogEntry)> {
    let body = request.read_body()?;
    let operation = api::operation(request).to_owned();
    let repository = api::repository(&body);
    let entry = entry(operation, repository, request);
    let response = fault(&entry, service, api::fault).unwrap_or_else(|| api::answer(&entry.operation, &body, service));
    Ok((response.into(), entry))
}

fn entry(operation: String, repository: Option<String>, request: &Request) -> LogEntry {
    LogEntry {
        operation,
        repository,
        path: request.target.clone(),
        status: 0,
    }
}

/// Plays the next fault for a request, if there is one. `None` if the request is to be answered as ever.
fn fault(entry: &LogEntry, service: &Service, answer: fn(&crate::Fault, u16) -> Response) -> Option<Response> {
    let fault = service.faults().take(&entry.operation, &entry.path)?;
    thread::sleep(Duration::from_millis(fault.delay_ms));
    if fault.advance_seconds > 0 {
        admin::advance(Duration::from_secs(fault.advance_seconds), service);
    }
    fault.status.map(|status| answer(&fault, status))
}
