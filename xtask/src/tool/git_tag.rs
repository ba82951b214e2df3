//! The git tag of a release: annotated, as `git describe` and release pages want it, and pushed only where that is asked for.
//!
//! The git program makes it, not a library: who signs tags, or has hooks, has them here, too.

use super::CommandLine;

/// Make one git tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitTagJob {
    /// Its name.
    pub tag: String,
    /// Full id of the commit.
    pub commit: String,
    /// Its message.
    pub message: String,
    /// Whether it stands there already.
    pub exists: bool,
    /// The remote it is pushed to; `None` if it stays here.
    pub remote: Option<String>,
}

/// The command lines: make it, push it, as far as each is to be done.
pub fn commands(job: &GitTagJob) -> Vec<CommandLine> {
    let make = CommandLine::new(["git", "tag", "--annotate", "--message", &job.message, "--", &job.tag, &job.commit]);
    let push = |remote: &String| {
        let refspec = format!("refs/tags/{0}:refs/tags/{0}", job.tag);
        // Whoever is not let in is told so, not asked.
        CommandLine::new(["git", "push", "--", remote, &refspec]).env("GIT_TERMINAL_PROMPT", "0")
    };
    (!job.exists)
        .then_some(make)
        .into_iter()
        .chain(job.remote.as_ref().map(push))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_left_to_do_is_done() {
        let job = GitTagJob {
            tag: "web/v1.2.3".into(),
            commit: "c0ffee".into(),
            message: "web 1.2.3".into(),
            exists: false,
            remote: Some("origin".into()),
        };
        let lines = |job: &GitTagJob| commands(job).iter().map(ToString::to_string).collect::<Vec<_>>();
        let push = "GIT_TERMINAL_PROMPT=0 git push -- origin refs/tags/web/v1.2.3:refs/tags/web/v1.2.3";
        assert_eq!(lines(&job), ["git tag --annotate --message 'web 1.2.3' -- web/v1.2.3 c0ffee", push]);
        assert_eq!(
            lines(&GitTagJob {
                exists: true,
                ..job.clone()
            }),
            [push]
        );
        assert!(
            lines(&GitTagJob {
                exists: true,
                remote: None,
                ..job
            })
            .is_empty()
        );
    }
}
