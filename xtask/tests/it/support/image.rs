//! Images of a few files, built by the real engine; removed when dropped.

use std::{
    fs,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

/// An image in the engine's store.
#[derive(Debug)]
pub struct TestImage {
    /// Its id.
    pub id: String,
    /// Its name.
    pub reference: String,
}

impl TestImage {
    /// Builds one `FROM scratch` with the given files. A file of its own makes its id unlike any other's.
    pub fn of(files: &[(&str, &str)]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let context = tempfile::tempdir().unwrap();
        for (path, text) in files.iter().copied().chain([("unique", name.as_str())]) {
            let file = context.path().join("root").join(path.trim_start_matches('/'));
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        fs::write(context.path().join("Dockerfile"), "FROM scratch\nCOPY root /\n").unwrap();

        let reference = format!("xtask-test-{name}:dev");
        let output = Command::new("docker")
            .args(["build", "--quiet", "--tag", &reference, "--"])
            .arg(context.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let id = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        Self { id, reference }
    }

    /// A root file system that trivy takes for Alpine, with one package, which the test database flags as CRITICAL.
    pub fn vulnerable() -> Self {
        Self::of(&[
            ("/etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\nNAME=\"Alpine Linux\"\n"),
            ("/etc/alpine-release", "3.20.3\n"),
            ("/lib/apk/db/installed", "P:rel-vulnlib\nV:1.2.3-r0\nA:x86_64\nL:MIT\n\n"),
        ])
    }
}

impl Drop for TestImage {
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["image", "rm", "--force", &self.reference]).output();
    }
}

/// The names in the engine's store that contain `part`.
pub fn names_with(part: &str) -> Vec<String> {
    let output = Command::new("docker")
        .args(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"])
        .output()
        .unwrap();
    let names = String::from_utf8(output.stdout).unwrap();
    names.lines().filter(|name| name.contains(part)).map(str::to_owned).collect()
}
