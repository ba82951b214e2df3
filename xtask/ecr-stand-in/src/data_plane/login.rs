//! Who is let in: the user `AWS` with a password that was given out and is still good.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    http::{Request, Response},
    model::LoginState,
    service::Service,
};

/// The answer to somebody who is not let in.
pub(super) fn refuse(request: &Request, service: &Service) -> Option<Response> {
    let password = password(request);
    let account = service.account();
    let state = password.map_or(LoginState::Unknown, |password| account.logins.check(&password, account.clock.now()));
    match state {
        LoginState::Good => None,
        LoginState::Expired => {
            let message = "Your authorization token has expired. Reauthenticate and try again.";
            Some(Response::registry_error(403, "DENIED", message))
        }
        LoginState::Unknown => {
            let mut response = Response::registry_error(401, "UNAUTHORIZED", "Not Authorized");
            let challenge = format!("Basic realm=\"http://{}/\",service=\"ecr.amazonaws.com\"", service.host);
            response.headers.set("WWW-Authenticate", challenge);
            Some(response)
        }
    }
}

fn password(request: &Request) -> Option<String> {
    let (scheme, value) = request.headers.get("authorization")?.split_once(' ')?;
    let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    (scheme.eq_ignore_ascii_case("basic") && user == "AWS").then(|| password.to_owned())
}
