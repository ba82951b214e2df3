//! What `docker image inspect` says of an image, and whether that is as it must be.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use crate::pipeline::options::{ByteSize, ContainerTestOptions};

use super::{Accounts, Check};

/// An image's configuration. The engine writes `null` for whatever is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageFacts {
    /// Size on disk, unpacked, in bytes.
    #[serde(default)]
    pub size: u64,
    #[serde(default, deserialize_with = "or_default")]
    config: Config,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Config {
    #[serde(deserialize_with = "or_default")]
    user: String,
    #[serde(deserialize_with = "or_default")]
    env: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    cmd: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    entrypoint: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    exposed_ports: BTreeMap<String, serde_json::Value>,
    #[serde(deserialize_with = "or_default")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "or_default")]
    working_dir: String,
    #[serde(deserialize_with = "or_default")]
    healthcheck: Healthcheck,
    #[serde(deserialize_with = "or_default")]
    stop_signal: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Healthcheck {
    #[serde(deserialize_with = "or_default")]
    test: Vec<String>,
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl ImageFacts {
    /// Reads the answer of `docker image inspect ID`: a list of one.
    pub fn parse(json: &str) -> Result<Self, String> {
        let images: Vec<Self> = serde_json::from_str(json).map_err(|error| error.to_string())?;
        images.into_iter().next().ok_or_else(|| "it names no image".to_owned())
    }

    /// Whether the image has a `HEALTHCHECK` (that is not `NONE`).
    pub fn has_healthcheck(&self) -> bool {
        self.config.healthcheck.test.first().is_some_and(|kind| kind != "NONE")
    }

    /// The signal that asks its program to stop.
    pub fn stop_signal(&self) -> &str {
        if self.config.stop_signal.is_empty() {
            "SIGTERM"
        } else {
            &self.config.stop_signal
        }
    }

    /// The user without the group.
    fn user(&self) -> &str {
        self.config.user.split(':').next().unwrap_or_default()
    }
}

/// Whether the checks can be answered only with the image's `/etc/passwd` and `/etc/group`.
pub fn needs_accounts(options: &ContainerTestOptions, image: &ImageFacts) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.parse::<u32>().is_err();
    let owners = options.files.iter().filter_map(|file| file.owner.as_deref());
    (options.non_root && is_name(image.user()) && image.user() != "root") || owners.flat_map(|owner| owner.split(':')).any(is_name)
}

/// Compares an image's configuration with what must hold: a check for each option that is set.
pub fn check_image(options: &ContainerTestOptions, image: &ImageFacts, accounts: &Accounts) -> Vec<Check> {
    let config = &image.config;
    let mut checks = Vec::new();
    if let Some(limit) = options.max_size {
        let size = ByteSize(image.size);
        checks.push(if size <= limit {
            Check::pass("max-size", format!("{size}, at most {limit}"))
        } else {
            Check::fail("max-size", format!("expected at most {limit}, actual {size}"))
        });
    }
    if let Some(user) = &options.user {
        checks.push(Check::equal("user", user, &config.user));
    }
    if options.non_root {
        checks.push(check_non_root(image, accounts));
    }
    if let Some(entrypoint) = &options.entrypoint {
        checks.push(check_words("entrypoint", entrypoint, &config.entrypoint));
    }
    if let Some(cmd) = &options.cmd {
        checks.push(check_words("cmd", cmd, &config.cmd));
    }
    let env: BTreeMap<_, _> = config.env.iter().filter_map(|variable| variable.split_once('=')).collect();
    for (name, value) in &options.env {
        checks.push(check_value(format!("env `{name}`"), value, env.get(name.as_str()).copied()));
    }
    checks.extend(options.exposed_ports.iter().map(|port| check_port(port, config)));
    for (name, value) in &options.labels {
        checks.push(check_value(
            format!("label `{name}`"),
            value,
            config.labels.get(name).map(String::as_str),
        ));
    }
    if let Some(workdir) = &options.workdir {
        let actual = if config.working_dir.is_empty() { "/" } else { &config.working_dir };
        checks.push(Check::equal("workdir", workdir, actual));
    }
    checks
}

fn check_non_root(image: &ImageFacts, accounts: &Accounts) -> Check {
    let user = image.user();
    let configured = &image.config.user;
    let uid = match user {
        "" => return Check::fail("non-root", "expected a user other than root, actual none is set, which is root"),
        "root" => Some(0),
        _ => accounts.uid(user),
    };
    match uid {
        Some(0) => Check::fail(
            "non-root",
            format!("expected a user other than root, actual `{configured}` is uid 0"),
        ),
        Some(uid) => Check::pass("non-root", format!("`{configured}` is uid {uid}")),
        None => Check::fail(
            "non-root",
            format!("expected a user other than root, actual `{user}` is not in the image's `/etc/passwd`"),
        ),
    }
}

/// Lists of words are shown as the JSON a Dockerfile has them in.
fn check_words(name: &str, expected: &[String], actual: &[String]) -> Check {
    let json = |words: &[String]| serde_json::to_string(words).unwrap_or_else(|_| format!("{words:?}"));
    Check::equal(name, &json(expected), &json(actual))
}

fn check_value(name: String, expected: &str, actual: Option<&str>) -> Check {
    match actual {
        Some(actual) => Check::equal(name, expected, actual),
        None => Check::fail(name, format!("expected `{expected}`, actual not set")),
    }
}

fn check_port(port: &str, config: &Config) -> Check {
    let wanted = if port.contains('/') {
        port.to_owned()
    } else {
        format!("{port}/tcp")
    };
    let name = format!("exposed-port `{wanted}`");
    if config.exposed_ports.contains_key(&wanted) {
        return Check::pass(name, "is exposed");
    }
    let actual: BTreeSet<_> = config.exposed_ports.keys().map(String::as_str).collect();
    let actual = if actual.is_empty() {
        "none".to_owned()
    } else {
        actual.into_iter().collect::<Vec<_>>().join(", ")
    };
    Check::fail(name, format!("expected to be exposed, actual {actual}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(config: &str) -> ImageFacts {
        ImageFacts::parse(&format!(r#"[{{"Id":"sha256:1","Size":61234567,"Config":{config}}}]"#)).unwrap()
    }

    fn lines(options: &str, image: &ImageFacts) -> Vec<String> {
        let accounts = Accounts::parse("root:x:0:0::/:\ntoor:x:0:0::/:\napp:x:1000:1000::/:", "");
        let checks = check_image(&toml::from_str(options).unwrap(), image, &accounts);
        checks.iter().map(Check::line).collect()
    }

    const FULL: &str = r#"{
        "User": "app:app", "Env": ["PATH=/bin", "MODE=a=b"], "Cmd": ["serve"], "Entrypoint": ["/app", "--x"], "ExposedPorts": {"8000/tcp": {}},
        "Labels": {"team": "web"}, "WorkingDir": "/srv", "Healthcheck": {"Test": ["CMD", "x"]}, "StopSignal": "SIGQUIT"
    }"#;

    #[test]
    fn what_holds_passes() {
        let options = r#"
            max-size = "62MB"
            user = "app:app"
            non-root = true
            entrypoint = ["/app", "--x"]
            cmd = ["serve"]
            env = { MODE = "a=b" }
            exposed-ports = ["8000"]
            labels = { team = "web" }
            workdir = "/srv"
        "#;
        let lines = lines(options, &image(FULL));
        assert_eq!(lines.len(), 9);
        assert!(lines.iter().all(|line| line.starts_with('✓')), "{lines:#?}");
        assert!(image(FULL).has_healthcheck());
        assert_eq!(image(FULL).stop_signal(), "SIGQUIT");
    }

    #[test]
    fn everything_that_does_not_hold_is_told_at_once() {
        let options = r#"
            max-size = "60MB"
            user = "app"
            entrypoint = []
            cmd = ["run"]
            env = { MODE = "c", NONE = "x" }
            exposed-ports = ["9000", "8000/udp"]
            labels = { team = "api" }
            workdir = "/"
        "#;
        insta::assert_snapshot!(lines(options, &image(FULL)).join("\n"), @r#"
        ✗ max-size: expected at most 60.0MB, actual 61.2MB
        ✗ user: expected `app`, actual `app:app`
        ✗ entrypoint: expected `[]`, actual `["/app","--x"]`
        ✗ cmd: expected `["run"]`, actual `["serve"]`
        ✗ env `MODE`: expected `c`, actual `a=b`
        ✗ env `NONE`: expected `x`, actual not set
        ✗ exposed-port `9000/tcp`: expected to be exposed, actual 8000/tcp
        ✗ exposed-port `8000/udp`: expected to be exposed, actual 8000/tcp
        ✗ label `team`: expected `api`, actual `web`
        ✗ workdir: expected `/`, actual `/srv`
        "#);
    }

    #[test]
    fn root_is_root_however_it_is_written() {
        for root in ["", "root", "0", "00", "0:1000", "root:app", "toor", "stranger"] {
            let lines = lines("non-root = true", &image(&format!(r#"{{"User":"{root}"}}"#)));
            assert!(lines[0].starts_with('✗'), "{root}: {lines:?}");
        }
        for other in ["app", "1000", "1000:0"] {
            let lines = lines("non-root = true", &image(&format!(r#"{{"User":"{other}"}}"#)));
            assert!(lines[0].starts_with('✓'), "{other}: {lines:?}");
        }
    }

    #[test]
    fn an_empty_configuration_is_read_as_the_defaults() {
        let image = image(r#"{"Env":null,"Entrypoint":null,"Healthcheck":{"Test":["NONE"]}}"#);
        assert!(!image.has_healthcheck());
        assert_eq!(image.stop_signal(), "SIGTERM");
        let lines = lines("entrypoint = []\nworkdir = \"/\"", &image);
        assert!(lines.iter().all(|line| line.starts_with('✓')), "{lines:#?}");
        assert!(ImageFacts::parse("[]").is_err());
        assert_eq!(ImageFacts::parse(r#"[{"Size":1,"Config":null}]"#).unwrap().size, 1);
    }

    #[test]
    fn accounts_are_read_only_where_a_name_is_in_question() {
        let needs =
            |options: &str, user: &str| needs_accounts(&toml::from_str(options).unwrap(), &image(&format!(r#"{{"User":"{user}"}}"#)));
        assert!(needs("non-root = true", "app"));
        assert!(!needs("non-root = true", "1000"));
        assert!(!needs("non-root = true", ""));
        assert!(!needs("", "app"));
        assert!(needs("files = [{ path = '/x', owner = '0:app' }]", ""));
        assert!(!needs("files = [{ path = '/x', owner = '0:0' }]", ""));
    }
}
