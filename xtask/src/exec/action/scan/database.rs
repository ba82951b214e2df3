//! The vulnerability database, once per run: is there one, is it new enough, does it work; else fetch it.
//!
//! trivy would do this by itself in each scan, but several at once into one cache break each other, and an empty or broken database
//! passes every image without a word. So scans run with `--skip-db-update`, and this is asked first.

use std::{collections::BTreeMap, fs, time::Duration};

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::tool::{
    CommandLine, PushFault,
    trivy::{DatabaseState, TrivyVersion, database},
};

use super::{
    super::super::{Failure, FailureClass, backoff},
    CacheLock, Scan, unwritable,
};

/// Fetching the database (60 MB) or the Java index (700 MB) may take this long.
const FETCH_DEADLINE: Duration = Duration::from_mins(15);
const FETCH_RETRIES: u32 = 2;

/// What the scans of a run know of their databases. The first scan that asks makes sure of one; the others wait for its answer.
#[derive(Debug, Default)]
pub struct Databases {
    known: Mutex<BTreeMap<Question, Result<Readiness, Failure>>>,
    java: Mutex<BTreeMap<String, Result<(), Failure>>>,
}

/// What makes one scan's question the same as another's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    cache: String,
    offline: bool,
    canary: Option<String>,
    wanted: bool,
}

/// Whether a scan may rely on trivy and its database.
#[derive(Clone, Debug)]
pub(super) enum Readiness {
    /// Yes; with what people should know of it.
    Ready { notes: Vec<String> },
    /// trivy is fine, but there is no database that works.
    Missing(Box<Failure>),
}

impl Databases {
    /// Makes sure of what this scan needs; `Err` if trivy itself cannot be used.
    pub(super) async fn ensure(&self, scan: &Scan<'_>) -> Result<Readiness, Failure> {
        let options = &scan.job.options;
        let question = Question {
            cache: database::cache_dir(options),
            offline: options.offline,
            canary: options.canary.clone(),
            wanted: scan.wants_database(),
        };
        // Held while asking: that is what makes it once per run.
        let mut known = self.known.lock().await;
        if let Some(answer) = known.get(&question) {
            return answer.clone();
        }
        let answer = provide(scan).await;
        known.insert(question, answer.clone());
        answer
    }

    /// Fetches the index of Java archives; asked for only once a scan failed for want of it.
    pub(super) async fn ensure_java(&self, scan: &Scan<'_>) -> Result<(), Failure> {
        let cache = database::cache_dir(&scan.job.options);
        let mut java = self.java.lock().await;
        if let Some(answer) = java.get(&cache) {
            return answer.clone();
        }
        let answer = if scan.job.options.offline {
            let message = "trivy's index of Java archives is missing, and the scan is `offline`";
            Err(Failure::machine(message).hint("fetch it into the cache with `trivy image --download-java-db-only`"))
        } else {
            let _lock = CacheLock::exclusive(scan).await?;
            fetch(scan, &database::download_java(&scan.job.options), "trivy's index of Java archives").await
        };
        java.insert(cache, answer.clone());
        answer
    }
}

async fn provide(scan: &Scan<'_>) -> Result<Readiness, Failure> {
    let lock = CacheLock::shared(scan).await?;
    let version = version(scan).await?;
    if let Some(reason) = version.refused() {
        return Err(Failure::machine(reason).hint("set another version of trivy under `[tools]` and run `cargo xtask setup --install`"));
    }
    if !scan.wants_database() {
        return Ok(Readiness::Ready { notes: Vec::new() });
    }
    let broken = match version.database {
        Some(state) if scan.job.options.offline || state.is_current(Timestamp::now()) => match canary(scan).await? {
            Ok(()) => return Ok(ready(scan, state)),
            Err(reason) => Some(reason),
        },
        _ => None,
    };
    drop(lock);
    if scan.job.options.offline {
        let reason = broken.unwrap_or_else(|| "there is none in the cache".to_owned());
        let failure = Failure::machine(format!("no vulnerability database can be used offline: {reason}"));
        return Ok(Readiness::Missing(Box::new(failure.hint(HINT))));
    }
    let _lock = CacheLock::exclusive(scan).await?;
    refresh(scan, broken.is_some() || version.database.is_none()).await
}

const HINT: &str = "set `db-repository` to a registry that can be reached, or bring a database into the cache and set `offline = true`";

/// Fetches a database, and looks whether it works. What is there is used if nothing newer can be had.
async fn refresh(scan: &Scan<'_>, discard: bool) -> Result<Readiness, Failure> {
    let options = &scan.job.options;
    if discard {
        // Else trivy may take what is there for the newest and fetch nothing.
        scan.context.run(&scan.fill(&database::clean(options))).await?;
    }
    let fetched = fetch(scan, &database::download(options), "the vulnerability database").await;
    if backoff::is_interrupted(scan.context).await {
        fetched?;
        return Err(Failure::step("the run was interrupted"));
    }
    let state = version(scan).await?.database;
    let works = match state {
        Some(state) => canary(scan).await?.map(|()| state),
        None => Err("there is none in the cache".to_owned()),
    };
    Ok(match (fetched, works) {
        (Ok(()), Ok(state)) => ready(scan, state),
        (Err(failure), Ok(state)) => {
            let notice = format!("{}; the one of {} is used", first_line(&failure.message), day(state));
            scan.context.notice(&notice);
            ready(scan, state)
        }
        (Ok(()), Err(reason)) => {
            let message = format!("the vulnerability database that was fetched cannot be used: {reason}");
            Readiness::Missing(Box::new(Failure::new(FailureClass::Network, message).hint(HINT)))
        }
        (Err(failure), Err(_)) => Readiness::Missing(Box::new(failure)),
    })
}

fn ready(scan: &Scan<'_>, state: DatabaseState) -> Readiness {
    let mut notes = vec![format!("vulnerability database of {}", day(state))];
    if let Some(days) = state.stale_days(Timestamp::now()) {
        let notice = format!("the vulnerability database is {days} days old: newer vulnerabilities are not found");
        scan.context.notice(&notice);
        notes.push(notice);
    }
    Readiness::Ready { notes }
}

/// Fetches with retries; `Err` is of the class of the network.
async fn fetch(scan: &Scan<'_>, command: &CommandLine, what: &str) -> Result<(), Failure> {
    let command = scan.fill(command);
    for retry in 1.. {
        let ended = scan.context.run_with(&command, None, FETCH_DEADLINE).await?;
        if ended.success() {
            return Ok(());
        }
        if retry > FETCH_RETRIES || PushFault::read(&ended.stderr) != PushFault::Passing {
            let message = format!("{what} cannot be fetched\n{}", tail(&ended.stderr));
            let failure = Failure::new(FailureClass::Network, message).hint(HINT);
            return Err(failure.about(&command, Some(&ended)));
        }
        backoff::pause(scan.context, retry).await?;
    }
    unreachable!("the loop ends by returning")
}

async fn version(scan: &Scan<'_>) -> Result<TrivyVersion, Failure> {
    let command = scan.fill(&database::version(&scan.job.options));
    let ended = scan.context.run(&command).await?;
    TrivyVersion::read(&ended.stdout).map_err(|reason| {
        let message = format!("{reason}\n{}", tail(&ended.stderr));
        Failure::machine(message.trim_end()).about(&command, Some(&ended))
    })
}

/// Asks the database for a package that it must flag. The inner error says why it is not to be believed.
async fn canary(scan: &Scan<'_>) -> Result<Result<(), String>, Failure> {
    let options = &scan.job.options;
    // A file of this scan's own: another with a canary of its own may write at the same time.
    let path = scan.report.with_extension("canary.cdx.json");
    fs::write(&path, database::canary_sbom(options)).map_err(|error| unwritable(&path, &error))?;
    let command = scan.fill(&database::canary(options, &path.display().to_string()));
    let (ended, stdout) = scan.context.read(&command).await?;
    if !ended.success() {
        return Ok(Err(format!("trivy cannot read it\n{}", tail(&ended.stderr))));
    }
    Ok(match database::canary_is_flagged(&String::from_utf8_lossy(&stdout)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!(
            "it flags none of {}, which are known to be vulnerable, so it is empty or broken; a database of your own needs a `canary` of your own",
            database::canary_packages(options).join(", ")
        )),
        Err(reason) => Err(reason),
    })
}

/// The last lines of what trivy wrote.
pub(super) fn tail(stderr: &str) -> String {
    let lines: Vec<_> = stderr.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}

fn day(state: DatabaseState) -> String {
    state.updated_at.strftime("%Y-%m-%d").to_string()
}
