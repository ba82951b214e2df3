//! The docker configuration a push runs with: the user's own, plus one login, as the JSON of a `config.json` that is thrown away afterwards.
//!
//! Written by hand, because `docker login` writes into the user's own file, loses entries when several run at once, and hands the password to
//! whatever credential helper is set up. Pure: reading the user's file and writing the new one is up to `exec`.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::Secret;

/// Credentials for one registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// User name; `AWS` for ECR.
    pub user: String,
    /// Password or token.
    pub password: Secret,
}

/// The text of a `config.json` that knows `login` for `host` and otherwise does what the user's own does.
///
/// `own` is the text of the user's `config.json` (empty if there is none), `own_folder` the folder it lies in. Contexts are found in a
/// folder beside `config.json`: the caller links it. Errors say why the user's file cannot be read.
pub fn with_login(own: &str, own_folder: &Path, host: &str, login: &Login) -> Result<Secret, String> {
    let mut config: Map<String, Value> = if own.trim().is_empty() {
        Map::new()
    } else {
        serde_json::from_str(own).map_err(|error| format!("it is not a JSON object: {error}"))?
    };

    let auth = STANDARD.encode(format!("{}:{}", login.user, login.password.expose()));
    table(&mut config, "auths").insert(host.to_owned(), json!({ "auth": auth }));
    // An empty helper is how docker says "in this file": without it, `credsStore` or a helper for this host would win over `auths`.
    table(&mut config, "credHelpers").insert(host.to_owned(), json!(""));

    let plugins = own_folder.join("cli-plugins").display().to_string();
    match config.entry("cliPluginsExtraDirs").or_insert_with(|| json!([])) {
        Value::Array(folders) => folders.push(json!(plugins)),
        other => *other = json!([plugins]),
    }
    Ok(Secret::new(Value::Object(config).to_string()))
}

fn table<'a>(config: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = config.entry(key).or_insert_with(|| json!({}));
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut().expect("made an object just above")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(own: &str) -> Value {
        let login = Login {
            user: "AWS".into(),
            password: Secret::new("token"),
        };
        let text = with_login(own, Path::new("/home/me/.docker"), "registry.example:5000", &login).unwrap();
        serde_json::from_str(text.expose()).unwrap()
    }

    #[test]
    fn the_login_is_all_there_is_without_a_config_of_ones_own() {
        assert_eq!(
            merged(""),
            json!({
                "auths": { "registry.example:5000": { "auth": "QVdTOnRva2Vu" } },
                "credHelpers": { "registry.example:5000": "" },
                "cliPluginsExtraDirs": ["/home/me/.docker/cli-plugins"],
            })
        );
    }

    #[test]
    fn the_users_own_config_stays_reachable() {
        let config = merged(
            r#"{"auths":{"other":{"auth":"x"},"registry.example:5000":{"auth":"old"}},"credsStore":"desktop","credHelpers":{"bases":"ecr-login"},
               "currentContext":"remote","proxies":{"default":{"httpProxy":"http://p"}},"cliPluginsExtraDirs":["/opt/plugins"]}"#,
        );
        assert_eq!(config["auths"]["other"]["auth"], "x");
        assert_eq!(config["auths"]["registry.example:5000"]["auth"], "QVdTOnRva2Vu");
        assert_eq!(config["credsStore"], "desktop");
        assert_eq!(config["credHelpers"], json!({ "bases": "ecr-login", "registry.example:5000": "" }));
        assert_eq!(config["currentContext"], "remote");
        assert_eq!(config["proxies"]["default"]["httpProxy"], "http://p");
        assert_eq!(
            config["cliPluginsExtraDirs"],
            json!(["/opt/plugins", "/home/me/.docker/cli-plugins"])
        );
    }

    #[test]
    fn a_broken_config_is_said_to_be_broken() {
        let login = Login {
            user: "u".into(),
            password: Secret::new("p"),
        };
        let error = with_login("[1", Path::new("/"), "h", &login).unwrap_err();
        assert!(error.contains("not a JSON object"), "{error}");
    }
}
