//! Another suite beside a machine's own: from the same mirrors, checked by the same keys. Pure.
//!
//! Only what is Debian's own is taken over: what a machine gets from elsewhere may have nothing for the newer suite, and apt would stumble.

/// The suite that has no engine with buildx.
const OLDER: &str = "bookworm";
/// The one that has, and whose packages run on the older's C library.
pub(super) const NEWER: &str = "trixie";

/// The pin that keeps a suite out of everything that is not asked for from it. The star is for `trixie-updates` and `trixie-security`, which
/// would else come before the machine's own packages.
pub(super) fn pin() -> String {
    format!("Package: *\nPin: release n={NEWER}*\nPin-Priority: 100\n")
}

/// The sources of the newer suite, in the form of a `.sources` file; `None` if nothing in the text is of the older suite.
pub(super) fn deb822(text: &str) -> Option<String> {
    let stanzas: Vec<String> = text.split("\n\n").filter_map(stanza).collect();
    (!stanzas.is_empty()).then(|| stanzas.join("\n"))
}

/// The sources of the newer suite, in the form of a `.list` file; `None` if nothing in the text is of the older suite.
pub(super) fn one_line(text: &str) -> Option<String> {
    let lines: Vec<String> = text.lines().filter_map(line).collect();
    (!lines.is_empty()).then(|| lines.concat())
}

fn stanza(block: &str) -> Option<String> {
    let lines: Vec<&str> = block.lines().filter(|line| !line.starts_with('#')).collect();
    let value = |field: &str| {
        lines.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(field).then_some(value.trim())
        })
    };
    let suites: Vec<String> = value("Suites")?.split_whitespace().filter_map(newer).collect();
    let binary = value("Types")?.split_whitespace().any(|kind| kind == "deb");
    let enabled = value("Enabled").is_none_or(|enabled| enabled.eq_ignore_ascii_case("yes"));
    let debian = is_debian(value("URIs")?, value("Components")?.split_whitespace());
    if suites.is_empty() || !binary || !enabled || !debian {
        return None;
    }
    let rewritten = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| {
        let field = line.split_once(':').map(|(name, _)| name.to_ascii_lowercase());
        match field.as_deref() {
            Some("suites") => format!("Suites: {}\n", suites.join(" ")),
            Some("types") => "Types: deb\n".to_owned(),
            _ => format!("{line}\n"),
        }
    });
    Some(rewritten.collect())
}

fn line(line: &str) -> Option<String> {
    let line = line.split('#').next()?.trim();
    let rest = line.strip_prefix("deb").filter(|rest| rest.starts_with([' ', '\t']))?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(options, rest)| (format!("[{options}] "), rest))?,
        None => (String::new(), rest),
    };
    let mut words = rest.split_whitespace();
    let (uri, suite) = (words.next()?, newer(words.next()?)?);
    let components: Vec<&str> = words.collect();
    is_debian(uri, components.iter().copied()).then_some(())?;
    Some(format!("deb {options}{uri} {suite} {}\n", components.join(" ")))
}

/// Whether these are Debian's own packages, at whatever mirror: they have a component `main`, and mirrors keep `debian` in the path.
fn is_debian<'a>(uri: &str, mut components: impl Iterator<Item = &'a str>) -> bool {
    uri.contains("debian") && components.any(|component| component == "main")
}

/// `bookworm`, `bookworm-updates` and `bookworm-security`; backports of the newer suite are not for it.
fn newer(suite: &str) -> Option<String> {
    let rest = suite.strip_prefix(OLDER)?;
    ["", "-updates", "-security"].contains(&rest).then(|| format!("{NEWER}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sources_file() {
        let text = "\
# Debian
Types: deb deb-src
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://mirror.invalid/debian-security
Suites: bookworm-security
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://engine.invalid/linux/debian
Suites: bookworm
Components: stable

Types: deb
Enabled: no
URIs: http://old.invalid/debian
Suites: bookworm
Components: main
";
        let expected = "\
Types: deb
URIs: http://mirror.invalid/debian
Suites: trixie trixie-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://mirror.invalid/debian-security
Suites: trixie-security
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
";
        assert_eq!(deb822(text).as_deref(), Some(expected));
    }

    #[test]
    fn a_list_file() {
        let text = "\
# deb http://mirror.invalid/debian bookworm main
deb http://mirror.invalid/debian bookworm main # the mirror
deb\t[arch=amd64 signed-by=/k.gpg]  http://mirror.invalid/debian bookworm-updates main contrib
deb-src http://mirror.invalid/debian bookworm main
deb http://mirror.invalid/debian bookworm-backports main
deb [signed-by=/k.gpg] http://elsewhere.invalid bookworm main
deb http://mirror.invalid/debian-security bookworm-security main
";
        let expected = "\
deb http://mirror.invalid/debian trixie main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.invalid/debian trixie-updates main contrib
deb http://mirror.invalid/debian-security trixie-security main
";
        assert_eq!(one_line(text).as_deref(), Some(expected));
    }

    #[test]
    fn only_debian_12_gets_a_newer_suite_beside_it() {
        assert_eq!(
            deb822("Types: deb\nURIs: http://u.invalid\nSuites: noble noble-updates\nComponents: main\n"),
            None
        );
        assert_eq!(one_line("deb http://mirror.invalid/debian trixie main\n"), None);
        assert_eq!(
            one_line("deb http://mirror.invalid/debian bullseye main\n"),
            None,
            "its C library is too old"
        );
        assert_eq!(deb822(""), None);
    }
}
