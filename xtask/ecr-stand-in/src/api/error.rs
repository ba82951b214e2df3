//! An error as AWS says it.

use crate::service::UnknownRepository;

/// An operation that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The exception's name.
    pub(crate) code: &'static str,
    /// What AWS would say.
    pub(crate) message: String,
}

impl ApiError {
    /// A mistake of the caller's, as nearly all are.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            message: message.into(),
        }
    }

    /// A parameter that cannot be.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }
}

impl From<UnknownRepository> for ApiError {
    fn from(unknown: UnknownRepository) -> Self {
        Self::new("RepositoryNotFoundException", unknown.to_string())
    }
}

/// The registry behind does not answer.
impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        Self {
            status: 500,
            code: "ServerException",
            message: error.to_string(),
        }
    }
}
