//! `cargo xtask ecr login`: a docker login for people. Pushes of this program need none: they have their own.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use anyhow::{Context as _, anyhow};

use crate::tool::ecr::Ecr;

use super::{CommandFailure, Console, DONE, Target};

/// Logs docker in, by its own command, so that credential helpers are honoured. The token goes there by a pipe, never as an argument.
pub(super) fn login(target: &Target<'_>, console: &Console) -> Result<u8, CommandFailure> {
    let runtime = super::runtime()?;
    let authorization = runtime.block_on(async { Ecr::connect(target.ecr).await?.authorization().await });
    let authorization = authorization.map_err(|error| target.explain(&error))?;
    let host = authorization
        .host
        .as_deref()
        .ok_or_else(|| anyhow!("ECR does not say which host its token is good for"))?;
    let mut docker = Command::new("docker")
        .args(["login", "--username", &authorization.login.user, "--password-stdin", host])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run `docker`; `cargo xtask setup` says what is missing")?;
    if let Some(mut stdin) = docker.stdin.take() {
        // Where docker does not read it, its own words say why.
        let _ = stdin.write_all(authorization.login.password.expose().as_bytes());
    }
    let output = docker.wait_with_output().context("cannot run `docker`")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(CommandFailure::new(
            7,
            anyhow!("docker does not log in to `{host}`: {}", said.trim()),
        ));
    }
    console.out(&format!(
        "docker is logged in to {host}, for 12 hours at most; `docker logout {host}` ends that"
    ));
    Ok(DONE)
}
