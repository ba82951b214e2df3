//! What a failed `docker push` or `imagetools inspect` says: whether to try again, and whose fault it is.
//!
//! The engine retries uploads of layers only; a manifest that meets a 500, a 429 or a cut connection fails at once, so the rest is ours. What is
//! not recognised is taken as final: trying again blindly hides faults.

/// Why a registry did not take or give an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushFault {
    /// The credentials are missing, wrong or not enough.
    Unauthorised,
    /// The tag exists and the repository does not let it be moved.
    Immutable,
    /// The repository or the tag does not exist.
    NotFound,
    /// A quota of the registry is used up.
    Quota,
    /// The registry, or the way to it, has trouble that may pass.
    Passing,
    /// The engine itself cannot be reached.
    Engine,
    /// Anything else.
    Other,
}

/// Words that give a fault away, as they are written by engine, buildx and registries; the first row that matches counts.
const SIGNS: &[(PushFault, &[&str])] = &[
    (PushFault::Engine, &["cannot connect to the docker daemon", "error during connect"]),
    (
        PushFault::Immutable,
        &["imagetagalreadyexists", "is immutable", "cannot be overwritten", "immutable tag"],
    ),
    (
        PushFault::Passing,
        &[
            "toomanyrequests",
            "too many requests",
            "rate exceeded",
            "throttl",
            "parsing http 429 response",
            // The engine cannot read the answer of a proxy or a load balancer that has no JSON in it.
            "parsing http 5",
        ],
    ),
    // ECR answers 403 where the number of images or tags is used up; that is no matter of permissions.
    (PushFault::Quota, &["limit exceeded", "limitexceeded", "quota"]),
    (
        PushFault::Unauthorised,
        &[
            "unauthorized",
            "no basic auth credentials",
            "authentication required",
            "denied",
            "forbidden",
            // What the engine says where an answer has no body, as those to HEAD have none: an expired token shows itself so.
            "parsing http 401 response",
            "parsing http 403 response",
            "authorization token has expired",
            "insufficient_scope",
            "error getting credentials",
        ],
    ),
    (
        PushFault::NotFound,
        &[
            "name unknown",
            "name_unknown",
            "manifest unknown",
            "repository does not exist",
            ": not found",
        ],
    ),
    (
        PushFault::Passing,
        &[
            "internal server error",
            "bad gateway",
            "service unavailable",
            "gateway timeout",
            "http status: 5",
            "connection refused",
            "connection reset",
            "broken pipe",
            "timeout",
            "timed out",
            "deadline exceeded",
            "no such host",
            "temporary failure in name resolution",
            "network is unreachable",
            "no route to host",
            "unexpected eof",
            "eof",
            "unavailable",
            "use of closed network connection",
            "server misbehaving",
            "blob upload unknown",
            // What registries call an error of their own: the `UNKNOWN` code of the distribution specification.
            "unknown: ",
        ],
    ),
];

impl PushFault {
    /// Reads what the command wrote to standard error.
    pub fn read(stderr: &str) -> Self {
        let stderr = stderr.to_lowercase();
        let matches = |signs: &[&str]| signs.iter().any(|sign| stderr.contains(sign));
        SIGNS
            .iter()
            .find(|(_, signs)| matches(signs))
            .map_or(Self::Other, |(fault, _)| *fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_real_tools_are_understood() {
        let cases = [
            ("no basic auth credentials", PushFault::Unauthorised),
            ("unauthorized: authentication required", PushFault::Unauthorised),
            (
                "denied: User is not authorized to perform: ecr:InitiateLayerUpload",
                PushFault::Unauthorised,
            ),
            (
                "denied: Your authorization token has expired. Reauthenticate and try again.",
                PushFault::Unauthorised,
            ),
            (
                "ERROR: unexpected status from HEAD request to http://h/v2/a/manifests/1: 401 Unauthorized",
                PushFault::Unauthorised,
            ),
            (
                "error parsing HTTP 403 response body: unexpected end of JSON input: \"\"",
                PushFault::Unauthorised,
            ),
            ("error parsing HTTP 502 response body: invalid character '<'", PushFault::Passing),
            ("received unexpected HTTP status: 500 Internal Server Error", PushFault::Passing),
            ("toomanyrequests: Rate exceeded", PushFault::Passing),
            ("Put \"http://127.0.0.1:5000/v2/a/b/manifests/t\": EOF", PushFault::Passing),
            (
                "Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
                PushFault::Passing,
            ),
            ("dial tcp: lookup r.example on 10.0.0.53:53: no such host", PushFault::Passing),
            ("net/http: TLS handshake timeout", PushFault::Passing),
            ("ERROR: 127.0.0.1:5000/a/b:1: not found", PushFault::NotFound),
            (
                "name unknown: The repository with name 'a' does not exist in the registry with id '1'",
                PushFault::NotFound,
            ),
            (
                "tag invalid: The image tag '1' already exists in the 'a' repository and cannot be overwritten because the tag is immutable.",
                PushFault::Immutable,
            ),
            ("denied: Image count limit exceeded", PushFault::Quota),
            (
                "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
                PushFault::Engine,
            ),
            ("manifest invalid: manifest invalid", PushFault::Other),
        ];
        for (text, fault) in cases {
            assert_eq!(PushFault::read(text), fault, "{text}");
        }
    }
}
