//! A real docker registry: empty, on a port of its own, with a password if wanted.

use std::{collections::BTreeMap, fs, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tempfile::TempDir;

use super::{http, server::Server};

/// A running registry; it and what it holds are gone when it is dropped.
#[derive(Debug)]
pub struct Registry {
    server: Server,
    /// What it wants to see of who asks.
    authorization: Option<String>,
    _folder: TempDir,
}

impl Registry {
    /// One that lets everybody in.
    pub fn start() -> Self {
        Self::with_config("", tempfile::tempdir().unwrap())
    }

    /// One that lets in a user with a password.
    pub fn with_login(user: &str, password: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new("htpasswd").args(["-Bbn", user, password]).output();
        let output = output.expect("`htpasswd` (apache2-utils) is needed for this test");
        assert!(output.status.success());
        let file = folder.path().join("htpasswd");
        fs::write(&file, output.stdout).unwrap();
        let auth = format!("auth: {{htpasswd: {{realm: test, path: {}}}}}\n", file.display());
        Self {
            authorization: Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))),
            ..Self::with_config(&auth, folder)
        }
    }

    fn with_config(auth: &str, folder: TempDir) -> Self {
        let config = folder.path().join("config.yml");
        let storage = folder.path().join("storage");
        let text = format!(
            "version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n{auth}",
            storage.display()
        );
        fs::write(&config, text).unwrap();
        let mut command = Command::new("docker-registry");
        let server = Server::start(command.arg("serve").arg(&config), "listening on 127.0.0.1:");
        Self {
            server,
            authorization: None,
            _folder: folder,
        }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.server.port
    }

    /// `127.0.0.1:PORT`: docker and trivy take plain HTTP for such hosts.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port())
    }

    /// Asks for something, as somebody it lets in.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> http::Response {
        let own = self.authorization.as_deref().map(|value| ("Authorization", value));
        let headers: Vec<_> = headers.iter().copied().chain(own).collect();
        http::request(self.port(), method, path, &headers, b"")
    }

    /// The digest of the manifest under a tag, from the registry itself; `None` if there is no such tag.
    pub fn digest(&self, repository: &str, tag: &str) -> Option<String> {
        let accept = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";
        let path = format!("/v2/{repository}/manifests/{tag}");
        let response = self.ask("HEAD", &path, &[("Accept", accept)]);
        (response.status == 200).then(|| response.header("docker-content-digest").unwrap().to_owned())
    }

    /// Each tag of a repository with its digest, from the registry itself.
    pub fn tags(&self, repository: &str) -> BTreeMap<String, String> {
        let response = self.ask("GET", &format!("/v2/{repository}/tags/list"), &[]);
        if response.status == 404 {
            return BTreeMap::new();
        }
        let list: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        let names = list["tags"].as_array().into_iter().flatten().map(|tag| tag.as_str().unwrap());
        names.map(|tag| (tag.to_owned(), self.digest(repository, tag).unwrap())).collect()
    }

    /// Uploads a blob; gives its digest.
    pub fn put_blob(&self, repository: &str, bytes: &[u8]) -> String {
        let digest = xtask::tool::manifest::sha256(bytes);
        let started = http::request(self.port(), "POST", &format!("/v2/{repository}/blobs/uploads/"), &[], b"");
        let location = started.header("location").unwrap();
        let path = &location[location.find("/v2/").unwrap()..];
        let headers = [("Content-Type", "application/octet-stream")];
        let put = http::request(self.port(), "PUT", &format!("{path}&digest={digest}"), &headers, bytes);
        assert_eq!(put.status, 201, "{put:?}");
        digest
    }

    /// The manifest under a tag, from the registry itself.
    pub fn manifest(&self, repository: &str, tag: &str) -> serde_json::Value {
        let accept = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";
        let path = format!("/v2/{repository}/manifests/{tag}");
        let response = self.ask("GET", &path, &[("Accept", accept)]);
        assert_eq!(response.status, 200, "{response:?}");
        serde_json::from_slice(&response.body).unwrap()
    }

    /// Puts a manifest under a tag.
    pub fn put_manifest(&self, repository: &str, tag: &str, manifest: &str) {
        let headers = [("Content-Type", "application/vnd.oci.image.manifest.v1+json")];
        let path = format!("/v2/{repository}/manifests/{tag}");
        let put = http::request(self.port(), "PUT", &path, &headers, manifest.as_bytes());
        assert_eq!(put.status, 201, "{put:?}");
    }
}
