//! Logins for the registry's half.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::service::Service;

pub(super) fn get_authorization_token(service: &Service) -> Value {
    let mut account = service.account();
    let now = account.clock.now();
    let (password, expiry) = account.logins.issue(now);
    json!({"authorizationData": [{
        "authorizationToken": STANDARD.encode(format!("AWS:{password}")),
        "expiresAt": expiry.as_secs_f64(),
        "proxyEndpoint": format!("http://{}", service.host),
    }]})
}
