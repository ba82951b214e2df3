//! Options of `uses = "container-test"`: what must be true of an image and of a container started from it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ByteSize, HumanDuration};

/// How an image is tested.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ContainerTestOptions {
    /// The most the image may take on disk, unpacked.
    pub max_size: Option<ByteSize>,
    /// The user the image is configured to run as.
    pub user: Option<String>,
    /// Whether the configured user must not be root.
    pub non_root: bool,
    /// The exact entrypoint.
    pub entrypoint: Option<Vec<String>>,
    /// The exact command.
    pub cmd: Option<Vec<String>>,
    /// Environment variables the image must set, with their values.
    pub env: BTreeMap<String, String>,
    /// Ports the image must expose, as `8000/tcp` or `8000`.
    pub exposed_ports: Vec<String>,
    /// Labels the image must carry, with their values.
    pub labels: BTreeMap<String, String>,
    /// The working directory.
    pub workdir: Option<String>,
    /// Files that must, or must not, be in the image. A few are always there, because the engine adds them to each container: `/.dockerenv`,
    /// `/etc/hosts`, `/etc/hostname`, `/etc/resolv.conf`, `/etc/mtab`, `/dev`, `/proc`, `/sys`.
    pub files: Vec<FileCheck>,
    /// How the container is started, and how long it must stay up.
    pub start: StartOptions,
    /// Whether the image's `HEALTHCHECK` must become healthy; `timeout` of `start` is how long it may take. Its command runs as the image says, but
    /// twice a second in place of its own interval.
    pub healthcheck: bool,
    /// A request the started container must answer.
    pub http: Option<HttpProbe>,
    /// Commands run in containers of their own, with what they must answer.
    pub run: Vec<RunCheck>,
}

/// How the container under test is started.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct StartOptions {
    /// Whether it is started at all; `false` for images that are no service.
    pub enabled: bool,
    /// Arguments in place of the image's command.
    pub args: Vec<String>,
    /// Environment for the container.
    pub env: BTreeMap<String, String>,
    /// Start it with a read-only root file system (and a writable `/tmp`).
    pub read_only: bool,
    /// Folders that are writable, empty and in memory, besides `/tmp` of a read-only container.
    pub tmpfs: Vec<String>,
    /// How long it must run without exiting.
    pub stays_up: HumanDuration,
    /// How long it may take to become healthy.
    pub timeout: HumanDuration,
    /// How long it may take to exit once it gets the image's stop signal (SIGTERM unless the image says otherwise). No init process stands between:
    /// a program that is PID 1 and does not handle the signal fails this, as it would be killed in production.
    pub stops_within: Option<HumanDuration>,
}

impl Default for StartOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            args: Vec::new(),
            env: BTreeMap::new(),
            read_only: false,
            tmpfs: Vec::new(),
            stays_up: HumanDuration::seconds(1),
            timeout: HumanDuration::seconds(60),
            stops_within: None,
        }
    }
}

/// An HTTP request to the started container, repeated until it is answered as expected or the time is up.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpProbe {
    /// The port inside the container; it is published on a free loopback port.
    pub port: u16,
    /// The path asked for.
    #[serde(default = "HttpProbe::default_path")]
    pub path: String,
    /// The status that is right.
    #[serde(default = "HttpProbe::default_status")]
    pub status: u16,
    /// A regular expression the body must match.
    pub body: Option<String>,
    /// How long the container may take to answer so.
    #[serde(default = "HttpProbe::default_timeout")]
    pub timeout: HumanDuration,
}

impl HttpProbe {
    fn default_path() -> String {
        "/".to_owned()
    }

    fn default_status() -> u16 {
        200
    }

    fn default_timeout() -> HumanDuration {
        HumanDuration::seconds(30)
    }
}

/// A command run in a container of its own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunCheck {
    /// Arguments after the image, as in `docker run IMAGE ARGS…`.
    #[serde(default)]
    pub args: Vec<String>,
    /// An entrypoint in place of the image's.
    pub entrypoint: Option<String>,
    /// The exit code that is right.
    #[serde(default)]
    pub exit_code: i32,
    /// A regular expression standard output must match.
    pub stdout: Option<String>,
    /// A regular expression standard error must match.
    pub stderr: Option<String>,
    /// How long it may take.
    #[serde(default = "RunCheck::default_timeout")]
    pub timeout: HumanDuration,
}

impl RunCheck {
    fn default_timeout() -> HumanDuration {
        HumanDuration::seconds(60)
    }
}

/// A file, folder or link of the image.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FileCheck {
    /// Its absolute path in the image.
    pub path: String,
    /// Whether it must be there, or must not. The last part of the path is not followed if it is a symbolic link.
    #[serde(default = "FileCheck::default_exists")]
    pub exists: bool,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Option<FileKind>,
    /// Its permissions in octal, such as `0644`.
    pub mode: Option<String>,
    /// Its owner as `USER` or `USER:GROUP`: numbers, or names of the image's `/etc/passwd` and `/etc/group`.
    pub owner: Option<String>,
    /// What it points at, if it is a symbolic link.
    pub target: Option<String>,
}

/// What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link, whether or not what it points at is there.
    Symlink,
}

impl FileCheck {
    fn default_exists() -> bool {
        true
    }
}
