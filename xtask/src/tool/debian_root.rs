//! mmdebstrap and `docker import`: Debian packages → an image that can stand in for a base.

mod sources;

use sha2::{Digest as _, Sha256};

use crate::pipeline::Fallback;

use super::CommandLine;

pub use sources::sources;

/// Marks stand-ins, so that none is ever taken for the real thing. Images built from one inherit it.
pub const LABEL: &str = "dev.xtask.fallback";

/// Where stand-ins live: `localhost/…` is a registry nobody can pull from by accident, and no name of Docker Hub.
pub const REPOSITORY: &str = "localhost/xtask-fallback";

/// `localhost/xtask-fallback/python:3.13-slim-trixie-1a2b3c4d`: the last part changes with what is in it.
pub fn name(reference: &str, fallback: &Fallback) -> String {
    let plain = reference.split('@').next().unwrap_or(reference);
    let (repository, tag) = plain
        .rsplit_once(':')
        .filter(|(_, tag)| !tag.contains('/'))
        .unwrap_or((plain, "latest"));
    let repository = repository.replace([':', '.'], "-");
    format!("{REPOSITORY}/{repository}:{tag}-{}", hash(fallback))
}

fn hash(fallback: &Fallback) -> String {
    let digest = Sha256::digest(format!("{fallback:?}"));
    format!("{:08x}", u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
}

/// `mmdebstrap --variant=minbase … SUITE TAR`. With `sources`, the apt sources come on standard input.
pub fn bootstrap(fallback: &Fallback, tar: &str, sources: bool) -> CommandLine {
    let mut argv: Vec<String> = ["mmdebstrap", "--variant=minbase"].map(str::to_owned).to_vec();
    // What the official slim images leave out, too.
    for path in ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*"] {
        argv.push(format!("--dpkgopt=path-exclude={path}"));
    }
    if !fallback.packages.is_empty() {
        argv.push(format!("--include={}", fallback.packages.join(",")));
    }
    for command in &fallback.setup {
        let quoted = shlex::try_quote(command).map_or_else(|_| command.clone(), std::borrow::Cow::into_owned);
        argv.push(format!("--customize-hook=chroot \"$1\" sh -ec {quoted}"));
    }
    argv.extend([fallback.suite.clone(), tar.to_owned()]);
    if sources {
        argv.push("-".to_owned());
    }
    CommandLine::new(argv)
}

/// `docker import --change … TAR TARGET`.
pub fn import(tar: &str, reference: &str, fallback: &Fallback, target: &str, mark: bool) -> CommandLine {
    let mut argv: Vec<String> = ["docker", "import"].map(str::to_owned).to_vec();
    let mut change = |change: String| argv.extend(["--change".to_owned(), change]);
    if mark {
        change(format!("LABEL {LABEL}={}", quoted(reference)));
    }
    let path = ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    let default = (!fallback.env.contains_key("PATH")).then_some(path);
    for (name, value) in default
        .into_iter()
        .chain(fallback.env.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    {
        change(format!("ENV {name}={}", quoted(value)));
    }
    argv.extend([tar.to_owned(), target.to_owned()]);
    CommandLine::new(argv)
}

/// A value as the instructions of `--change` take it: in double quotes, nothing in it expanded.
fn quoted(value: &str) -> String {
    let escaped: String = value
        .chars()
        .flat_map(|c| ['"', '\\', '$'].contains(&c).then_some('\\').into_iter().chain([c]))
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn fallback() -> Fallback {
        Fallback {
            suite: "trixie".to_owned(),
            packages: vec!["python3".to_owned()],
            setup: vec!["rm -f /x".to_owned()],
            env: BTreeMap::from([("LANG".to_owned(), "C.UTF-8".to_owned())]),
        }
    }

    #[test]
    fn a_stand_in_never_has_the_real_name() {
        let one = name("python:3.13", &fallback());
        assert!(one.starts_with("localhost/xtask-fallback/python:3.13-"), "{one}");
        let other = Fallback {
            packages: Vec::new(),
            ..fallback()
        };
        assert_ne!(one, name("python:3.13", &other));
        assert!(name("example.com:5000/a/b@sha256:0", &fallback()).starts_with("localhost/xtask-fallback/example-com-5000/a/b:latest-"));
    }

    #[test]
    fn command_lines() {
        let line = bootstrap(&fallback(), "/t/x.tar", true).to_string();
        assert!(line.contains("--include=python3") && line.ends_with("trixie /t/x.tar -"), "{line}");
        let hook = bootstrap(&fallback(), "/t/x.tar", true)
            .argv
            .into_iter()
            .find(|word| word.starts_with("--customize-hook="));
        assert_eq!(hook.as_deref(), Some("--customize-hook=chroot \"$1\" sh -ec 'rm -f /x'"));
        let line = import("/t/x.tar", "python:3.13", &fallback(), "localhost/x:1", true).to_string();
        assert!(
            line.contains("LABEL dev.xtask.fallback=") && line.ends_with("/t/x.tar localhost/x:1"),
            "{line}"
        );
        assert!(
            !import("/t/x.tar", "python:3.13", &fallback(), "mine/x:1", false)
                .to_string()
                .contains("dev.xtask.fallback")
        );
    }

    #[test]
    fn values_are_not_expanded() {
        assert_eq!(quoted(r#"a$b "q" c\d"#), r#""a\$b \"q\" c\\d""#);
    }
}
