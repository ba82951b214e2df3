//! Where a repository came from: an address that can be shown to anyone.

use git2::Repository;

/// The name and address of `origin`, or of the only remote there is.
pub(super) fn find(repository: &Repository) -> Result<(Option<String>, Option<String>), git2::Error> {
    let names = repository.remotes()?;
    let names: Vec<_> = names.iter().filter_map(|name| name.ok().flatten()).collect();
    let name = match names.as_slice() {
        [only] => only,
        several if several.contains(&"origin") => "origin",
        _ => return Ok((None, None)),
    };
    let remote = repository.find_remote(name)?;
    let url = String::from_utf8_lossy(remote.url_bytes()).into_owned();
    Ok((Some(name.to_owned()), (!url.is_empty()).then(|| without_secrets(&url))))
}

/// An address without password or token. The user's name stays where it is no secret and the address is none without it (`git@host:a/b`).
fn without_secrets(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return match url.split_once('@') {
            Some((user, rest)) if !user.contains('/') => format!("{}@{rest}", user.split(':').next().unwrap_or_default()),
            _ => url.to_owned(),
        };
    };
    let (authority, path) = split_authority(rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user = user.split(':').next().unwrap_or_default();
    match scheme.to_ascii_lowercase().as_str() {
        "ssh" | "git+ssh" | "ssh+git" if !user.is_empty() => format!("{scheme}://{user}@{host}{path}"),
        _ => format!("{scheme}://{host}{path}"),
    }
}

/// The page of a repository, for people and labels: `git@github.com:a/b.git` → `https://github.com/a/b`. `None` for what has none, such as
/// a folder.
pub fn web_url(remote: &str) -> Option<String> {
    let remote = without_secrets(remote);
    let (scheme, host, path) = if let Some((scheme, rest)) = remote.split_once("://") {
        let (authority, path) = split_authority(rest);
        let host = without_user(authority);
        match scheme.to_ascii_lowercase().as_str() {
            "https" => ("https", host, path),
            "http" => ("http", host, path),
            // Their port is not the page's.
            "ssh" | "git+ssh" | "ssh+git" | "git" => ("https", without_port(host), path),
            _ => return None,
        }
    } else {
        // `host:path`, unless it is a path with a colon in it, or a drive.
        let (authority, path) = remote.split_once(':')?;
        let host = without_user(authority);
        if host.len() < 2 || host.contains('/') || path.starts_with(':') {
            return None;
        }
        ("https", host, path)
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| format!("{scheme}://{host}/{path}"))
}

fn split_authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_kept() {
        for (url, kept) in [
            ("https://github.com/a/b.git", "https://github.com/a/b.git"),
            ("https://x-access-token:ghs_1@github.com/a/b", "https://github.com/a/b"),
            ("https://glpat-1@gitlab.com/a/b.git", "https://gitlab.com/a/b.git"),
            ("https://u:p@ss@host/a", "https://host/a"),
            ("HTTPS://host/a?private_token=1#x", "HTTPS://host/a"),
            ("ssh://git:secret@host:2222/a/b.git", "ssh://git@host:2222/a/b.git"),
            ("git@host:a/b.git", "git@host:a/b.git"),
            ("me:secret@host:a/b.git", "me@host:a/b.git"),
            ("/srv/git/a@b.git", "/srv/git/a@b.git"),
            ("../a.git", "../a.git"),
            ("file:///srv/a.git", "file:///srv/a.git"),
        ] {
            assert_eq!(without_secrets(url), kept);
        }
    }

    #[test]
    fn pages_are_found() {
        for (remote, page) in [
            ("https://github.com/a/b.git", Some("https://github.com/a/b")),
            ("https://user:token@host:8443/a/b/", Some("https://host:8443/a/b")),
            ("http://host/a/b", Some("http://host/a/b")),
            ("git@github.com:a/b.git", Some("https://github.com/a/b")),
            ("host:/a/b.git", Some("https://host/a/b")),
            ("ssh://git@host:2222/a/b.git", Some("https://host/a/b")),
            ("git://host/a", Some("https://host/a")),
            ("/srv/git/a.git", None),
            ("./a:b", None),
            (r"C:\git\a", None),
            ("file:///srv/a.git", None),
            ("codecommit::eu-west-1://a", None),
            ("https://host/", None),
            ("", None),
        ] {
            assert_eq!(web_url(remote).as_deref(), page, "{remote}");
        }
    }
}
