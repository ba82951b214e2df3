//! The program: it says what to export, serves that, and leaves nothing behind when it is ended.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

/// Ended by force if the test fails before it is ended as people do.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_serves_what_it_says_until_it_is_ended() {
    for signal in ["-INT", "-TERM"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ecr-stand-in"));
        let child = command.args(["--lifetime", "30m"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut running = Running(child);
        let lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let lines: Vec<String> = lines.take(4).map(Result::unwrap).collect();
        let address = lines[0]
            .strip_prefix("export AWS_ENDPOINT_URL_ECR=http://")
            .expect("the endpoint comes first");
        TcpStream::connect(address).unwrap();
        assert!(lines.contains(&"export AWS_ACCESS_KEY_ID=test".to_owned()), "{lines:?}");

        let id = running.0.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let registry = children.split_whitespace().next().expect("the registry behind");
        let ended = Command::new("kill").args([signal, &id.to_string()]).status();
        assert!(ended.expect("`kill` (procps) is needed for this test").success());
        assert!(running.0.wait().unwrap().success());
        assert!(!Path::new("/proc").join(registry).exists(), "the registry behind runs on");
        assert!(TcpStream::connect(address).is_err());
    }
}

#[test]
fn a_lifetime_that_is_none_is_refused() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecr-stand-in"));
    let output = command.args(["--lifetime", "soon"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("write a number and a unit"));
}
