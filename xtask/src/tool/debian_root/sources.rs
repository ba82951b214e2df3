//! The host's apt sources, rewritten for another suite: a machine with Debian mirrors of its own uses them for stand-ins, too.
//!
//! Only Debian's own archive is taken over. What else a host installs from (docker's repository, a database's) names the same suites, and has no
//! place in a base image.

use std::fmt::Write as _;

/// Suites that are known as such, oldest first; `sid` has neither updates nor a security archive.
const SUITES: [&str; 5] = ["bullseye", "bookworm", "trixie", "forky", "sid"];

/// One place packages come from.
#[derive(Debug, PartialEq, Eq)]
struct Source {
    uris: String,
    /// `""`, `-updates`, `-security`: what stands behind the codename.
    suffixes: Vec<String>,
    components: String,
    /// Path of the keyring, or the key itself as deb822 writes it.
    signed_by: Option<String>,
}

/// The host's Debian sources for another suite, as deb822; `None` if the host is no Debian, where mmdebstrap's own default is right.
pub fn sources(host: &[String], suite: &str) -> Option<String> {
    let mut found: Vec<Source> = Vec::new();
    for text in host {
        let sources: Vec<Source> = if text.lines().any(|line| line.starts_with("Types:")) {
            text.split("\n\n").filter_map(stanza).collect()
        } else {
            text.lines().filter_map(one_line).collect()
        };
        for source in sources {
            if !found.contains(&source) {
                found.push(source);
            }
        }
    }
    let mut written = String::new();
    for source in &found {
        let suffixes = source.suffixes.iter().filter(|suffix| suite != "sid" || suffix.is_empty());
        let suites: Vec<String> = suffixes.map(|suffix| format!("{suite}{suffix}")).collect();
        if suites.is_empty() {
            continue;
        }
        let _ = write!(
            written,
            "Types: deb\nURIs: {}\nSuites: {}\nComponents: {}\n",
            source.uris,
            suites.join(" "),
            source.components
        );
        if let Some(key) = &source.signed_by {
            let _ = writeln!(written, "Signed-By: {key}");
        }
        written.push('\n');
    }
    // Updates without the archive itself are of no use.
    found
        .iter()
        .any(|source| source.suffixes.iter().any(String::is_empty))
        .then_some(written)
}

fn stanza(text: &str) -> Option<Source> {
    // Values go on over lines that start with a blank: an inline key does.
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with([' ', '\t']) {
            let (_, value) = fields.last_mut()?;
            value.push('\n');
            value.push_str(line);
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.to_lowercase(), value.trim().to_owned()));
        }
    }
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let off = field("enabled").is_some_and(|value| ["no", "false"].contains(&value.as_str()));
    let has_binaries = field("types")?.split_whitespace().any(|kind| kind == "deb");
    (has_binaries && !off).then_some(())?;
    source(field("uris")?, &field("suites")?, field("components")?, field("signed-by"))
}

/// `deb [signed-by=KEYRING arch=amd64] URI SUITE COMPONENT…`.
fn one_line(line: &str) -> Option<Source> {
    let rest = line.strip_prefix("deb ")?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let signed_by = options
        .split_whitespace()
        .find_map(|option| option.strip_prefix("signed-by="))
        .map(str::to_owned);
    let rest = rest.split('#').next().unwrap_or_default();
    let mut words = rest.split_whitespace();
    let (uri, suite) = (words.next()?.to_owned(), words.next()?);
    source(uri, suite, words.collect::<Vec<_>>().join(" "), signed_by)
}

fn source(uris: String, suites: &str, components: String, signed_by: Option<String>) -> Option<Source> {
    let suffixes: Vec<String> = suites.split_whitespace().filter_map(suffix).collect();
    let ours = !suffixes.is_empty() && components.split_whitespace().any(|component| component == "main");
    ours.then_some(Source {
        uris,
        suffixes,
        components,
        signed_by,
    })
}

/// `bookworm-updates` → `-updates`; `None` for what is no suite of Debian's archive proper.
fn suffix(suite: &str) -> Option<String> {
    let rest = SUITES.iter().find_map(|known| suite.strip_prefix(known))?;
    ["", "-updates", "-security"].contains(&rest).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deb822_follows_the_host_to_another_suite() {
        let host = "Types: deb deb-src\n# a comment\nURIs: http://mirror.invalid/debian\nSuites: bookworm bookworm-updates bookworm-backports\n\
                    Components: main contrib\nSigned-By: /k.gpg\n\nTypes: deb\nURIs: http://mirror.invalid/security\nSuites: bookworm-security\n\
                    Components: main\nSigned-By:\n -----BEGIN\n .\n x\n\nTypes: deb\nEnabled: no\nURIs: http://off.invalid\nSuites: bookworm\n\
                    Components: main\n";
        let archive = "Types: deb\nURIs: http://mirror.invalid/debian\nSuites: trixie trixie-updates\nComponents: main contrib\nSigned-By: /k.gpg\n\n";
        let security = "Types: deb\nURIs: http://mirror.invalid/security\nSuites: trixie-security\nComponents: main\n\
                        Signed-By: \n -----BEGIN\n .\n x\n\n";
        assert_eq!(sources(&[host.to_owned()], "trixie").unwrap(), format!("{archive}{security}"));
        let sid = sources(&[host.to_owned()], "sid").unwrap();
        assert!(sid.contains("Suites: sid\n") && !sid.contains("security"), "{sid}");
    }

    #[test]
    fn other_repositories_of_the_host_stay_out() {
        let docker = "deb [arch=amd64 signed-by=/d.gpg] http://docker.invalid/linux/debian bookworm stable\n";
        let database = "deb http://pg.invalid/apt bookworm-pgdg main\n";
        let debian = "# one\ndeb [signed-by=/k.gpg] http://mirror.invalid/debian bookworm main # the archive\ndeb-src http://mirror.invalid/debian bookworm main\n";
        let ours = sources(&[docker, database, debian].map(str::to_owned), "trixie").unwrap();
        assert_eq!(
            ours,
            "Types: deb\nURIs: http://mirror.invalid/debian\nSuites: trixie\nComponents: main\nSigned-By: /k.gpg\n\n"
        );
        let ubuntu = "deb http://u.invalid/ubuntu noble main\n".to_owned();
        assert_eq!(sources(&[ubuntu, docker.to_owned()], "trixie"), None);
        let twice = debian.to_owned();
        assert_eq!(sources(&[twice.clone(), twice], "trixie").unwrap(), ours);
    }
}
