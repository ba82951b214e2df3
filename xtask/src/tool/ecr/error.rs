//! Why ECR did not do what it was asked: which call, on what, and whose fault.

use aws_sdk_ecr::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use thiserror::Error;

/// A call that failed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{action}` on `{resource}` fails: {detail}")]
pub struct EcrError {
    /// What kind.
    pub kind: EcrErrorKind,
    /// The permission the call needs: `ecr:DescribeRepositories`.
    pub action: String,
    /// The repository; `*` for calls that concern the whole registry.
    pub resource: String,
    /// What AWS or the SDK said.
    pub detail: String,
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EcrErrorKind {
    /// The standard chain finds no credentials.
    NoCredentials,
    /// No region is set.
    NoRegion,
    /// The credentials are not enough, expired or wrong.
    Denied,
    /// The repository does not exist.
    NoRepository,
    /// ECR or the way to it has trouble that may pass.
    Passing,
    /// Anything else.
    Other,
}

/// Codes of errors that say "not you" (API reference, common errors).
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Codes of errors that may pass.
const PASSING: &[&str] = &[
    "InternalFailure",
    "RequestLimitExceeded",
    "ServerException",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

impl EcrError {
    /// Reads what the SDK says of a call that failed within its own retries.
    pub(super) fn of<E>(action: &str, resource: &str, error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let everything = DisplayErrorContext(error).to_string();
        let (kind, detail) = match error {
            SdkError::ServiceError(context) => {
                let code = context.err().code().unwrap_or_default();
                let status = context.raw().status().as_u16();
                let detail = match (code, context.err().message()) {
                    ("", _) => format!("HTTP status {status}"),
                    (code, Some(message)) => format!("{code}: {message}"),
                    (code, None) => code.to_owned(),
                };
                (kind_of_code(code, status), detail)
            }
            SdkError::TimeoutError(_) => (EcrErrorKind::Passing, "no answer in time".to_owned()),
            _ if is_about_credentials(&everything) => (EcrErrorKind::NoCredentials, "no credentials were found".to_owned()),
            SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => (EcrErrorKind::Passing, everything),
            _ => (EcrErrorKind::Other, everything),
        };
        Self {
            kind,
            action: action.to_owned(),
            resource: resource.to_owned(),
            detail,
        }
    }

    pub(super) fn no_region() -> Self {
        Self {
            kind: EcrErrorKind::NoRegion,
            action: "ecr:GetAuthorizationToken".to_owned(),
            resource: "*".to_owned(),
            detail: "no AWS region is set".to_owned(),
        }
    }

    pub(super) fn unusable(action: &str, detail: &str) -> Self {
        Self {
            kind: EcrErrorKind::Other,
            action: action.to_owned(),
            resource: "*".to_owned(),
            detail: detail.to_owned(),
        }
    }
}

fn kind_of_code(code: &str, status: u16) -> EcrErrorKind {
    if code == "RepositoryNotFoundException" {
        EcrErrorKind::NoRepository
    } else if DENIED.contains(&code) || (code.is_empty() && [401, 403].contains(&status)) {
        EcrErrorKind::Denied
    } else if PASSING.contains(&code) || status >= 500 || status == 429 {
        EcrErrorKind::Passing
    } else {
        EcrErrorKind::Other
    }
}

/// The SDK has no error of its own for "no credentials": it is a failed dispatch whose innermost source says so.
fn is_about_credentials(everything: &str) -> bool {
    [
        "CredentialsNotLoaded",
        "no providers in chain provided",
        "credentials provider",
        "the credential provider",
    ]
    .iter()
    .any(|sign| everything.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_whose_fault_it_is() {
        for (code, status, kind) in [
            ("RepositoryNotFoundException", 400, EcrErrorKind::NoRepository),
            ("AccessDeniedException", 400, EcrErrorKind::Denied),
            ("", 403, EcrErrorKind::Denied),
            ("ThrottlingException", 400, EcrErrorKind::Passing),
            ("", 503, EcrErrorKind::Passing),
            ("InvalidParameterException", 400, EcrErrorKind::Other),
        ] {
            assert_eq!(kind_of_code(code, status), kind, "{code} {status}");
        }
    }
}
