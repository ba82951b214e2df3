//! What is built, and on whose behalf: from the CI system's variables, or from git.

/// Which system runs this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ci {
    /// A person's own machine, or an unknown CI system.
    #[default]
    None,
    /// GitHub Actions (`GITHUB_ACTIONS=true`).
    GitHub,
    /// GitLab CI (`GITLAB_CI=true`).
    GitLab,
}

/// The event that tag rules and templates see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Where it comes from.
    pub ci: Ci,
    /// GitHub's event name, such as `push`; `None` where there is none.
    pub name: Option<String>,
    /// Full ref: `refs/heads/B`, `refs/tags/T` or `refs/pull/N/merge`.
    pub git_ref: Option<String>,
    /// Full commit id.
    pub sha: Option<String>,
    /// Name of the default branch.
    pub default_branch: Option<String>,
    /// A tag's payload `base_ref` without `refs/heads/`, or a pull request's `base.ref`.
    pub base_ref: Option<String>,
    /// Time of that commit, in seconds since 1970.
    pub commit_time: Option<i64>,
    /// `https://…` address of the repository, for labels.
    pub url: Option<String>,
}
