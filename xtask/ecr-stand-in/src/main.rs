//! Runs a stand-in for ECR until it is ended, and says what to export to have it taken for ECR.

use std::io::{Write as _, stdout};

use clap::Parser;
use ecr_stand_in::{EcrStandIn, Options, duration};
use tokio::signal::unix::{SignalKind, signal};

/// A stand-in for Amazon ECR on this machine: its API and its registry on one port. For tests and exercises only.
#[derive(Debug, Parser)]
#[command(name = "ecr-stand-in", version)]
struct Arguments {
    /// Port on 127.0.0.1; a free one by default.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How long a login lasts: `90s`, `30m`, `12h`.
    #[arg(long, default_value = "12h", value_parser = duration)]
    lifetime: std::time::Duration,
    /// Host part of `repositoryUri`; 127.0.0.1 and the port by default.
    #[arg(long)]
    host: Option<String>,
    /// Have an immutable tag refuse the digest it already has, too.
    #[arg(long)]
    refuse_same_digest: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    // Before anything is started, so that a signal always ends the registry behind, too.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stand_in = EcrStandIn::start(Options {
        port: arguments.port,
        lifetime: arguments.lifetime,
        host: arguments.host,
        refuse_same_digest: arguments.refuse_same_digest,
        ..Options::default()
    })?;
    let mut out = stdout();
    for (name, value) in stand_in.environment() {
        writeln!(out, "export {name}={value}")?;
    }
    out.flush()?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
