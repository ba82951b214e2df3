//! A docker configuration folder of a push's own, so that its login never gets into the user's: mode 0700, its file 0600, gone afterwards.

use std::{
    env, fs,
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{
    facts,
    tool::{
        CommandLine,
        docker_config::{self, Login},
    },
};

use super::super::super::Failure;

/// What `DOCKER_CONFIG` points to while something is pushed.
#[derive(Debug)]
pub(super) struct ConfigFolder {
    folder: TempDir,
    /// Where buildx keeps its builders: the user's own, if there is one.
    buildx: Option<PathBuf>,
}

impl ConfigFolder {
    /// Creates one with `login` for `host`, and with all of the user's own configuration still reachable.
    pub(super) fn create(host: &str, login: &Login) -> Result<Self, Failure> {
        let own = own_folder();
        let file = own.join("config.json");
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other.map_err(|error| unusable(&file, &error.to_string()))?,
        };
        let config = docker_config::with_login(&text, &own, host, login).map_err(|reason| unusable(&file, &reason))?;
        let written = Self::write(&own, config.expose());
        written.map_err(|error| Failure::machine(format!("a temporary docker configuration cannot be written: {error}")))
    }

    /// Whether the user's own configuration knows a login for a registry, or a program that may.
    pub(super) fn users_own_has_login(host: &str) -> bool {
        let text = fs::read_to_string(own_folder().join("config.json")).unwrap_or_default();
        facts::has_docker_login(&text, host)
    }

    fn write(own: &Path, config: &str) -> io::Result<Self> {
        // `tempfile` by itself leaves the mode to the umask.
        let folder = tempfile::Builder::new()
            .prefix("xtask-docker-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir()?;
        let mut file = fs::OpenOptions::new();
        let mut file = file
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.path().join("config.json"))?;
        file.write_all(config.as_bytes())?;
        // Contexts (which engine to use) are read from beside `config.json`.
        let contexts = own.join("contexts");
        if contexts.is_dir() {
            symlink(&contexts, folder.path().join("contexts"))?;
        }
        let buildx = own.join("buildx");
        let own_buildx = env::var_os("BUILDX_CONFIG").is_none() && buildx.is_dir();
        Ok(Self {
            folder,
            buildx: own_buildx.then_some(buildx),
        })
    }

    /// A docker command line, run with this configuration.
    pub(super) fn apply(&self, command: CommandLine) -> CommandLine {
        let command = command.env("DOCKER_CONFIG", self.folder.path().display().to_string());
        match &self.buildx {
            None => command,
            Some(buildx) => command.env("BUILDX_CONFIG", buildx.display().to_string()),
        }
    }
}

/// The user's own docker configuration folder.
fn own_folder() -> PathBuf {
    env::var_os("DOCKER_CONFIG").map_or_else(|| env::home_dir().unwrap_or_default().join(".docker"), PathBuf::from)
}

fn unusable(file: &Path, reason: &str) -> Failure {
    Failure::machine(format!("your docker configuration `{}` cannot be read: {reason}", file.display()))
        .hint("mend it, or set `DOCKER_CONFIG` to a folder with a good one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::Secret;

    #[test]
    fn nobody_else_can_read_it_and_it_goes_away() {
        let login = Login {
            user: "u".into(),
            password: Secret::new("p"),
        };
        let folder = ConfigFolder::create("registry.example", &login).unwrap();
        let path = folder.folder.path().to_owned();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("config.json")), 0o600);
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn contexts_stay_reachable() {
        let own = tempfile::tempdir().unwrap();
        fs::create_dir_all(own.path().join("contexts/meta")).unwrap();
        let folder = ConfigFolder::write(own.path(), "{}").unwrap();
        assert!(folder.folder.path().join("contexts/meta").is_dir());
        drop(folder);
        assert!(own.path().join("contexts/meta").is_dir(), "the user's own is not removed");
    }
}
