//! The container under test: started as the plan shows, watched until every question to it is answered, then asked to stop.
//!
//! `docker wait` runs beside all questions, so that a container that dies is told of at once, not when the time is up.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until, timeout_at},
};

use crate::{
    exec::Failure,
    pipeline::options::{ContainerTestOptions, HttpProbe},
    tool::container::{self, Check, ContainerState, ImageFacts, TestJob, Verdict, check_answer},
};

use super::{
    engine::{Engine, engine_error},
    http::{self, NoAnswer},
};

/// Pauses between two questions grow between these.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How many lines of the container's log a failure shows.
const LOG_LINES: usize = 20;

/// How the container ended, once it did, as the end of a sentence.
type Ending = watch::Receiver<Option<String>>;

/// One container under test.
pub(super) struct Service<'a> {
    job: &'a TestJob,
    options: &'a ContainerTestOptions,
    image: &'a ImageFacts,
    engine: &'a Engine<'a>,
}

impl<'a> Service<'a> {
    pub fn new(job: &'a TestJob, image: &'a ImageFacts, engine: &'a Engine<'a>) -> Self {
        Self {
            job,
            options: &job.options,
            image,
            engine,
        }
    }

    /// Starts it and asks all questions; with the end of its log if one is answered wrongly.
    pub async fn test(&self) -> Result<(Vec<Check>, Option<String>), Failure> {
        if !self.options.start.enabled {
            return Ok((self.not_started(), None));
        }
        let output = self.engine.run(&container::start(self.job)).await?;
        if !output.success() {
            let problem = format!("expected to start, actual {}", engine_error(&output.stderr));
            return Ok((vec![Check::fail("start", problem)], None));
        }
        let container = output.stdout.lines().last().unwrap_or_default().trim();
        let (sender, ending) = watch::channel(None);
        let checks = tokio::select! {
            checks = self.questions(container, &ending) => checks?,
            failure = self.watch(container, &sender) => return Err(failure),
        };
        let log = if checks.iter().all(|check| check.passed) {
            None
        } else {
            Some(self.log(container).await?)
        };
        Ok((checks, log))
    }

    /// What needs a container cannot be told without one.
    fn not_started(&self) -> Vec<Check> {
        let wanted = [
            ("healthcheck", self.options.healthcheck),
            ("http", self.options.http.is_some()),
            ("stops-within", self.options.start.stops_within.is_some()),
        ];
        let problem = "expected a started container, actual `start.enabled` is `false`";
        let wanted = wanted.into_iter().filter(|(_, wanted)| *wanted);
        wanted.map(|(name, _)| Check::fail(name, problem)).collect()
    }

    /// Tells `ending` when the container ends. Comes back only if that cannot be told.
    async fn watch(&self, container: &str, ending: &watch::Sender<Option<String>>) -> Failure {
        let ended = async {
            self.engine.ask(&container::wait(container)).await?;
            self.state(container).await
        };
        match ended.await {
            Err(failure) => failure,
            Ok(state) => {
                ending.send_replace(Some(state.ending()));
                std::future::pending().await
            }
        }
    }

    async fn questions(&self, container: &str, ending: &Ending) -> Result<Vec<Check>, Failure> {
        let (start, http, health) = tokio::join!(self.stays_up(ending), self.http(container, ending), self.health(container, ending));
        let mut checks = vec![start];
        checks.extend(http?);
        checks.extend(health?);
        if let Some(limit) = self.options.start.stops_within {
            checks.push(self.stops(container, limit.0, ending).await?);
        }
        Ok(checks)
    }

    async fn stays_up(&self, ending: &Ending) -> Check {
        let wanted = self.options.start.stays_up.0;
        let begun = Instant::now();
        tokio::select! {
            ending = ended(ending) => {
                let after = begun.elapsed();
                Check::fail("start", format!("expected to stay up {wanted:?}, actual it {ending} after {:.1}s", after.as_secs_f32()))
            }
            () = sleep(wanted) => Check::pass("start", format!("stays up {wanted:?}")),
        }
    }

    async fn http(&self, container: &str, ending: &Ending) -> Result<Option<Check>, Failure> {
        let Some(probe) = &self.options.http else { return Ok(None) };
        let deadline = Instant::now() + probe.timeout.0;
        let name = format!("http GET {} on port {}", probe.path, probe.port);
        // What was wrong with the last answer outlives the request that was cut off.
        let mut last = format!("expected status {}, actual no answer", probe.status);
        let problem = tokio::select! {
            biased;
            answered = self.ask_until_right(container, probe, &mut last) => match answered? {
                Ok(()) => return Ok(Some(Check::pass(name, format!("status {}", probe.status)))),
                Err(problem) => problem,
            },
            ending = ended(ending) => format!("{last}; meanwhile the container {ending}"),
            () = sleep_until(deadline) => format!("{last}, within {:?}", probe.timeout.0),
        };
        Ok(Some(Check::fail(name, problem)))
    }

    /// Ends when the answer is right, or can never be.
    async fn ask_until_right(&self, container: &str, probe: &HttpProbe, last: &mut String) -> Result<Result<(), String>, Failure> {
        let Some(address) = self.address(container, probe.port).await? else {
            return std::future::pending().await;
        };
        let mut pause = PAUSE.0;
        loop {
            match http::get(address, &probe.path).await {
                Err(error @ NoAnswer::Request(_)) => return Ok(Err(error.to_string())),
                Err(error) => *last = format!("expected status {}, actual {error}", probe.status),
                Ok(answer) => match check_answer(probe, &answer) {
                    Ok(()) => return Ok(Ok(())),
                    Err(problem) => *last = problem,
                },
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    /// Where the port is on this machine; `None` if the container is gone already.
    async fn address(&self, container: &str, port: u16) -> Result<Option<SocketAddr>, Failure> {
        let command = container::port(container, port);
        let (output, answer) = self.engine.read(&command).await?;
        let answer = String::from_utf8_lossy(&answer);
        match answer.lines().find_map(|line| line.trim().parse().ok()) {
            Some(address) => Ok(Some(address)),
            None if !self.state(container).await?.running => Ok(None),
            None => Err(self.engine.unreadable(&command, engine_error(&output.stderr))),
        }
    }

    async fn health(&self, container: &str, ending: &Ending) -> Result<Option<Check>, Failure> {
        if !self.options.healthcheck {
            return Ok(None);
        }
        if !self.image.has_healthcheck() {
            return Ok(Some(Check::fail(
                "healthcheck",
                "expected to become healthy, actual the image has no `HEALTHCHECK`",
            )));
        }
        let limit = self.options.start.timeout.0;
        let deadline = Instant::now() + limit;
        let mut last = "its command has not answered yet".to_owned();
        let problem = tokio::select! {
            biased;
            verdict = self.ask_until_healthy(container, &mut last) => match verdict? {
                Verdict::Healthy => return Ok(Some(Check::pass("healthcheck", "healthy"))),
                _ => last,
            },
            ending = ended(ending) => format!("{last}; meanwhile the container {ending}"),
            () = sleep_until(deadline) => format!("not within {limit:?}: {last}"),
        };
        Ok(Some(Check::fail(
            "healthcheck",
            format!("expected to become healthy, actual {problem}"),
        )))
    }

    /// No command of docker ends when a container's health changes, so it is asked for again and again.
    async fn ask_until_healthy(&self, container: &str, last: &mut String) -> Result<Verdict, Failure> {
        let mut pause = PAUSE.0;
        loop {
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE.1);
            let Some(health) = self.state(container).await?.health else {
                continue;
            };
            *last = health.last();
            match health.verdict() {
                Verdict::Pending => {}
                verdict => return Ok(verdict),
            }
        }
    }

    async fn stops(&self, container: &str, limit: Duration, ending: &Ending) -> Result<Check, Failure> {
        const NAME: &str = "stops-within";
        let signal = self.image.stop_signal();
        let deadline = Instant::now() + limit;
        let (asked, _) = self.engine.read(&container::signal(container, signal)).await?;
        let ended = timeout_at(deadline, ended(ending)).await;
        Ok(match ended {
            Ok(ending) if asked.success() => Check::pass(NAME, format!("{ending} within {limit:?} of {signal}")),
            Ok(ending) => Check::fail(
                NAME,
                format!("expected to run until it is asked to stop, actual it {ending} before"),
            ),
            Err(_) => Check::fail(
                NAME,
                format!("expected to exit within {limit:?} of {signal}, actual still running: does PID 1 handle the signal?"),
            ),
        })
    }

    async fn state(&self, container: &str) -> Result<ContainerState, Failure> {
        let command = container::inspect_state(container);
        let answer = self.engine.ask(&command).await?;
        ContainerState::parse(&answer).map_err(|error| self.engine.unreadable(&command, &error))
    }

    async fn log(&self, container: &str) -> Result<String, Failure> {
        let output = self.engine.run(&container::logs(container)).await?;
        let lines: Vec<_> = output.stdout.lines().chain(output.stderr.lines()).collect();
        let lines = &lines[lines.len().saturating_sub(LOG_LINES)..];
        Ok(if lines.is_empty() {
            "(it wrote nothing)".to_owned()
        } else {
            lines.join("\n")
        })
    }
}

/// Waits until the container ends; tells how.
async fn ended(ending: &Ending) -> String {
    let mut ending = ending.clone();
    let told = match ending.wait_for(Option::is_some).await {
        Ok(told) => told.clone(),
        // Whoever tells is gone, and so will be whoever waits here.
        Err(_) => None,
    };
    match told {
        Some(told) => told,
        None => std::future::pending().await,
    }
}
