//! Scan one image with trivy: the very image that was built, by its id, so that what is scanned is what is pushed.
//!
//! The gate fails closed: a crash, a missing, empty or broken report, a report of another image or a database that does not work is a failure.

mod database;
mod lock;

pub use database::Databases;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    pipeline::options::Scanner,
    tool::{
        CommandLine, late,
        trivy::{self, ReportError, ScanJob, ScanReport},
    },
};

use self::{
    database::{Readiness, tail},
    lock::CacheLock,
};
use super::super::{CommandOutput, Failure, FailureClass, StepContext, StepOutput};

/// Runs one scan.
pub async fn run(job: &ScanJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let scan = Scan::prepare(job, context)?;
    let mut output = StepOutput::default();
    let command = match context.outputs.databases.ensure(&scan).await? {
        Readiness::Ready { notes } => {
            output.notes.extend(notes);
            trivy::command(job)
        }
        Readiness::Missing(failure) if !job.allow_no_database => return Err(*failure),
        Readiness::Missing(failure) => {
            let (first, last) = (failure.message.lines().next(), failure.message.lines().last());
            let reason = first
                .into_iter()
                .chain(last.filter(|_| first != last))
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(": ");
            let note = format!("not scanned for known vulnerabilities: {reason}");
            context.notice(&format!("image `{}` is {note}", job.image));
            output.notes.push(note);
            output.not_looked_for = Some("vulnerabilities");
            match trivy::command_without_database(job) {
                Some(command) => command,
                None => return Ok(output),
            }
        }
    };
    let report = scan.run(&command).await?;
    output.notes.extend(report.notes());
    output.notes.push(format!("report: {}", scan.report.display()));
    output.digest = Some(report.image_id);
    let refusal = trivy::refusal(&job.image, &report.findings);
    output.findings = Some(report.findings);
    match refusal {
        None => Ok(output),
        Some(message) => Err(Failure::step(message)
            .hint("update the packages or the base image; a finding that does not apply goes into `.trivyignore` with a reason")
            .output(output)),
    }
}

/// What a scan is made with.
struct Scan<'a> {
    job: &'a ScanJob,
    context: &'a StepContext,
    /// The image's id.
    image_id: String,
    /// trivy's JSON.
    report: PathBuf,
    values: late::Values,
}

impl<'a> Scan<'a> {
    fn prepare(job: &'a ScanJob, context: &'a StepContext) -> Result<Self, Failure> {
        let mut values = context.outputs.late_values(Some(&job.image), &context.options.run_dir);
        let image_id = values.get(late::IMAGE_ID).cloned().ok_or_else(|| {
            Failure::step(format!(
                "image `{}` was not built in this run, so there is nothing to scan",
                job.image
            ))
            .hint("put a `docker-build` stage before this one into the task")
        })?;
        values.insert(late::CACHE_DIR.to_owned(), context.options.cache_dir.display().to_string());
        values.insert(late::IGNOREFILE.to_owned(), ignorefile(job, &context.options.root)?);

        let report = PathBuf::from(late::fill_text(&trivy::report_path(job), &values));
        for folder in report.parent().into_iter().chain([context.options.cache_dir.as_path()]) {
            fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        Ok(Self {
            job,
            context,
            image_id,
            report,
            values,
        })
    }

    /// A command line with its late values.
    fn fill(&self, command: &CommandLine) -> CommandLine {
        late::fill(command, &self.values)
    }

    fn wants_database(&self) -> bool {
        self.job.options.scanners.contains(&Scanner::Vuln)
    }

    /// Runs trivy and reads its report.
    async fn run(&self, command: &CommandLine) -> Result<ScanReport, Failure> {
        let command = self.fill(command);
        let mut ended = self.scan(&command).await?;
        if !ended.success() && trivy::database::lacks_java_database(&ended.stderr) {
            self.context.outputs.databases.ensure_java(self).await?;
            ended = self.scan(&command).await?;
        }
        if !ended.success() {
            let message = format!(
                "trivy fails, so nothing is known of image `{}`\n{}",
                self.job.image,
                tail(&ended.stderr)
            );
            return Err(Failure::machine(message).about(&command, Some(&ended)));
        }
        let report = self.read().map_err(|error| {
            let message = format!(
                "{error}, so nothing is known of image `{}`\n{}",
                self.job.image,
                tail(&ended.stderr)
            );
            Failure::machine(message.trim_end())
                .hint(format!("look at `{}` and at the free space on the disk", self.report.display()))
                .about(&command, Some(&ended))
        })?;
        if report.image_id == self.image_id {
            return Ok(report);
        }
        let message = format!("trivy scanned `{}`, but `{}` is what was built", report.image_id, self.image_id);
        Err(Failure::step(message).about(&command, Some(&ended)))
    }

    async fn scan(&self, command: &CommandLine) -> Result<CommandOutput, Failure> {
        match fs::remove_file(&self.report) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(&self.report, &error)),
            _ => {}
        }
        // While we read the databases nobody replaces them.
        let _lock = CacheLock::shared(self).await?;
        self.context.run(command).await
    }

    fn read(&self) -> Result<ScanReport, ReportError> {
        // A report that was never written proves as little as an empty one.
        let json = match fs::read_to_string(&self.report) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ReportError::Missing),
            Err(error) => return Err(ReportError::Unreadable(error.to_string())),
        };
        ScanReport::read(&json, &self.job.options)
    }
}

/// The ignore file, relative to the root; empty if none is to be used.
fn ignorefile(job: &ScanJob, root: &Path) -> Result<String, Failure> {
    if job.options.strict {
        return Ok(String::new());
    }
    if let Some(file) = &job.options.ignorefile {
        return if root.join(file).is_file() {
            Ok(file.display().to_string())
        } else {
            let message = format!("the ignore file `{}` does not exist", file.display());
            Err(Failure::step(message).hint("create it, or take `ignorefile` out of the stage"))
        };
    }
    let usual = [".trivyignore.yaml", ".trivyignore"]
        .into_iter()
        .find(|file| root.join(file).is_file());
    Ok(usual.unwrap_or_default().to_owned())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(FailureClass::Machine, format!("`{}` cannot be written: {error}", path.display()))
}
