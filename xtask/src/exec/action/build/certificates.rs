//! The certificate authorities of this machine, for builds on networks that re-sign TLS.

use std::{env, path::Path};

use super::super::super::Failure;

/// Where systems keep their bundle: Debian, Fedora, and Alpine, which macOS does as well. Source: Go's `crypto/x509` (`root_linux.go`).
const BUNDLES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// The path of the bundle that `written` means: `host`, or a file relative to `root`.
pub(super) fn bundle(written: &str, root: &Path) -> Result<String, Failure> {
    if written != "host" {
        let path = root.join(written);
        return if path.is_file() {
            Ok(path.display().to_string())
        } else {
            Err(Failure::step(format!("there is no `{written}`, which `ca-certificates` names"))
                .hint("give a PEM file, or `host` for this machine's own"))
        };
    }
    let own = env::var("SSL_CERT_FILE").ok().filter(|path| Path::new(path).is_file());
    let system = || BUNDLES.into_iter().find(|path| Path::new(path).is_file()).map(str::to_owned);
    own.or_else(system).ok_or_else(|| {
        Failure::machine("this machine has no bundle of certificate authorities where one is looked for")
            .hint("set SSL_CERT_FILE to it, or give its path as `ca-certificates`")
    })
}
