//! Why there is no plan.

use thiserror::Error;

use crate::{diag::did_you_mean, pipeline::ImageName};

/// Why there is no plan.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PlanError {
    /// Neither task nor stage.
    #[error("unknown task `{name}`{}", hint(.help.as_deref()))]
    UnknownTask {
        /// As typed.
        name: String,
        /// The near ones.
        help: Option<String>,
    },
    /// Neither image nor group, or not one of the task's.
    #[error("unknown image or group `{selector}`{}", hint(.help.as_deref()))]
    UnknownImage {
        /// As typed.
        selector: String,
        /// The near ones.
        help: Option<String>,
    },
    /// No such registry.
    #[error("unknown registry `{name}`{}", hint(.help.as_deref()))]
    UnknownRegistry {
        /// As typed.
        name: String,
        /// The near ones.
        help: Option<String>,
    },
    /// A push with nowhere to go.
    #[error("task `{task}` pushes, but names no registry; pass `--registry NAME`{}", hint(.help.as_deref()))]
    NoRegistry {
        /// The task.
        task: String,
        /// What there is.
        help: Option<String>,
    },
    /// A version for a task that makes no release.
    #[error("task `{0}` makes no release, so it takes no version; a task that does has `require = [\"version-tag\"]`")]
    NoReleaseTask(String),
    /// Images built from each other.
    #[error("images are built from each other: `{}`", names(.0))]
    ImageCycle(Vec<ImageName>),
    /// A template that its place cannot expand.
    #[error("{place}: `{template}` cannot be expanded: {reason}")]
    Template {
        /// Where it stands, such as `images.web args`.
        place: String,
        /// The template.
        template: String,
        /// The engine's reason.
        reason: String,
    },
    /// A `match` that finds no version.
    #[error("`match` of a tag rule, `{expression}`, fits `{text}`, but its first group takes no part, so there is no version")]
    NoGroup {
        /// The expression.
        expression: String,
        /// What it fits.
        text: String,
    },
    /// An `enable` that is neither `true` nor `false`.
    #[error("`enable` of a tag rule must give `true` or `false`, and gives `{0}`")]
    Enable(String),
}

impl PlanError {
    /// Whether the command line is at fault (exit code 2) rather than `pipeline.toml` (3).
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::UnknownTask { .. }
                | Self::UnknownImage { .. }
                | Self::UnknownRegistry { .. }
                | Self::NoRegistry { .. }
                | Self::NoReleaseTask(_)
        )
    }

    pub(super) fn unknown_image<'a>(selector: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Self {
        Self::UnknownImage {
            selector: selector.to_owned(),
            help: did_you_mean(selector, known),
        }
    }
}

fn hint(help: Option<&str>) -> String {
    help.map_or_else(String::new, |help| format!("; {help}"))
}

fn names(path: &[ImageName]) -> String {
    path.iter().map(ImageName::as_str).collect::<Vec<_>>().join(" -> ")
}
