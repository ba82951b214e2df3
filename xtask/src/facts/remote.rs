//! Addresses of remotes: without credentials, and as people open them.

/// Takes user name, password and token out of a URL. An scp-like address (`git@host:path`) has no secret in it and stays.
pub(super) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
}

/// The `https://` address that a remote's URL stands for; `None` for a path on this machine.
pub(super) fn web_address(url: &str) -> Option<String> {
    let bare = without_credentials(url);
    let address = if let Some(rest) = bare.strip_prefix("ssh://").or_else(|| bare.strip_prefix("git://")) {
        let (host, path) = rest.split_once('/')?;
        format!("https://{}/{path}", host.split(':').next().unwrap_or(host))
    } else if bare.starts_with("https://") || bare.starts_with("http://") {
        bare
    } else {
        let (host, path) = bare.split_once(':').filter(|(host, _)| !host.contains('/') && host.contains('.'))?;
        format!(
            "https://{}/{}",
            host.rsplit_once('@').map_or(host, |(_, host)| host),
            path.trim_start_matches('/')
        )
    };
    Some(address.trim_end_matches('/').trim_end_matches(".git").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_survives() {
        assert_eq!(
            without_credentials("https://user:token@example.com/a/b.git"),
            "https://example.com/a/b.git"
        );
        assert_eq!(without_credentials("https://token@example.com"), "https://example.com");
        assert_eq!(without_credentials("git@example.com:a/b.git"), "git@example.com:a/b.git");
    }

    #[test]
    fn addresses_can_be_opened() {
        let is = |url: &str, address: Option<&str>| assert_eq!(web_address(url).as_deref(), address, "{url}");
        is("git@example.com:a/b.git", Some("https://example.com/a/b"));
        is("ssh://git@example.com:22/a/b.git", Some("https://example.com/a/b"));
        is("https://x:y@example.com/a/b/", Some("https://example.com/a/b"));
        is("/srv/git/a.git", None);
        is("../a", None);
    }
}
