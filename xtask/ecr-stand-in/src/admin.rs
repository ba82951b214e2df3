//! The paths that are nobody's but the stand-in's: what was asked, what shall go wrong, what time it is, what scans come to.

use std::{io, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    http::{Request, Response},
    options::duration,
    service::{Fault, ScanScript, Service},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance: String,
}

/// Answers a path that begins with `/_`.
pub(crate) fn answer(request: &mut Request, service: &Service) -> io::Result<Response> {
    let body = request.read_body()?;
    let result = match (request.method.as_str(), request.path()) {
        ("GET", "/_requests") => Ok(json!(*service.log())),
        ("POST", "/_faults") => read::<Fault>(&body).and_then(checked).map(|fault| {
            service.faults().add(fault);
            json!({"left": service.faults().left()})
        }),
        ("POST", "/_scans") => match read::<ScanScript>(&body) {
            Ok(script) if script.states.is_empty() => Err("`states` must have at least one".to_owned()),
            script => script.map(|script| {
                service.account().scans.script(script);
                json!({})
            }),
        },
        ("POST", "/_clock") => read::<Move>(&body)
            .and_then(|step| duration(&step.advance).map_err(|error| error.to_string()))
            .map(|by| json!({"now": advance(by, service)})),
        _ => {
            return Ok(shown(
                404,
                &json!({"error": "there are `GET /_requests`, `POST /_faults`, `/_clock` and `/_scans`"}),
            ));
        }
    };
    Ok(match result {
        Ok(value) => shown(200, &value),
        Err(error) => shown(400, &json!({"error": error})),
    })
}

/// ECR lets go what a lifecycle policy says within a day.
const LIFECYCLE_ACTS: Duration = Duration::from_hours(24);

/// Moves the clock on; gives the new time, in seconds since 1970. Over a day or more, lifecycle policies act.
pub(crate) fn advance(by: Duration, service: &Service) -> f64 {
    let mut account = service.account();
    account.clock.advance(by);
    let now = account.clock.now();
    if by >= LIFECYCLE_ACTS {
        for repository in account.repositories.values_mut() {
            repository.expire(now);
        }
    }
    account.clock.now().as_secs_f64()
}

/// A fault that would never be played helps nobody.
fn checked(fault: Fault) -> Result<Fault, String> {
    let problem = if fault.times == 0 {
        "`times` must be at least 1"
    } else if fault.operation.is_none() && fault.path.is_none() {
        "write `operation` or `path`"
    } else {
        return Ok(fault);
    };
    Err(problem.to_owned())
}

fn read<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn shown(status: u16, value: &Value) -> Response {
    Response::json(status, "application/json", value)
}
