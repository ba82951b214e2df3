//! What a path under `/v2/` is about.

/// A path's repository and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The repository's name; empty for paths that name none.
    pub(crate) repository: String,
    /// What of it.
    pub(crate) subject: Subject,
}

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// `/v2/`: whether there is a registry.
    Root,
    /// A manifest, by tag or digest.
    Manifest(String),
    /// A blob.
    Blob,
    /// A blob on its way.
    Upload,
    /// The list of tags.
    Tags,
    /// Anything else.
    Other,
}

impl Route {
    /// Of a path without its query.
    pub(crate) fn of(path: &str) -> Self {
        let rest = path.strip_prefix("/v2").unwrap_or_default().trim_start_matches('/');
        let (repository, subject) = if rest.is_empty() {
            ("", Subject::Root)
        } else if let Some(repository) = rest.strip_suffix("/tags/list") {
            (repository, Subject::Tags)
        } else if let Some((repository, reference)) = rest.rsplit_once("/manifests/") {
            (repository, Subject::Manifest(reference.to_owned()))
        } else if let Some((repository, _)) = rest.rsplit_once("/blobs/uploads") {
            (repository, Subject::Upload)
        } else if let Some((repository, _)) = rest.rsplit_once("/blobs/") {
            (repository, Subject::Blob)
        } else {
            ("", Subject::Other)
        };
        Self {
            repository: repository.to_owned(),
            subject,
        }
    }

    /// What the log calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.subject {
            Subject::Root => "root",
            Subject::Manifest(_) => "manifests",
            Subject::Blob => "blobs",
            Subject::Upload => "uploads",
            Subject::Tags => "tags",
            Subject::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_slashes_end_where_the_subject_begins() {
        for (path, repository, kind) in [
            ("/v2/", "", "root"),
            ("/v2", "", "root"),
            ("/v2/shop/web/manifests/1.0", "shop/web", "manifests"),
            ("/v2/shop/blobs/web/blobs/sha256:1", "shop/blobs/web", "blobs"),
            ("/v2/web/blobs/uploads/", "web", "uploads"),
            ("/v2/web/blobs/uploads/1-2", "web", "uploads"),
            ("/v2/web/tags/list", "web", "tags"),
            ("/v2/_catalog", "", "other"),
        ] {
            let route = Route::of(path);
            assert_eq!((route.repository.as_str(), route.kind()), (repository, kind), "{path}");
        }
    }
}
