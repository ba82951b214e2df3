//! Faults on demand: throttling, errors of the servers, answers that take their time.

use serde::Deserialize;

/// Something that goes wrong, for as often as it says. One of `operation` and `path` says where.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// The API's operation (`PutImage`), or the registry's as the log has it (`PUT manifests`).
    pub operation: Option<String>,
    /// Text within the path.
    pub path: Option<String>,
    /// How often.
    pub times: usize,
    /// The answer's HTTP status; without one the request is answered as ever, only later.
    pub status: Option<u16>,
    /// The error's code.
    pub code: String,
    /// The error's message.
    pub message: String,
    /// Milliseconds before anything else happens.
    pub delay_ms: u64,
    /// Seconds that the clock moves on just before: a login that expires in the middle of things.
    pub advance_seconds: u64,
}

impl Fault {
    /// An API operation that fails with a status and a code.
    pub fn of_operation(operation: &str, times: usize, status: u16, code: &str) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            times,
            status: Some(status),
            code: code.to_owned(),
            message: "forced".to_owned(),
            ..Self::default()
        }
    }

    fn fits(&self, operation: &str, path: &str) -> bool {
        let named = self.operation.is_some() || self.path.is_some();
        let of_operation = self.operation.as_ref().is_none_or(|wanted| wanted == operation);
        let of_path = self.path.as_ref().is_none_or(|part| path.contains(part.as_str()));
        self.times > 0 && named && of_operation && of_path
    }
}

/// The faults still to be played.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds one.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The first that fits, used once.
    pub(crate) fn take(&mut self, operation: &str, path: &str) -> Option<Fault> {
        let fault = self.0.iter_mut().find(|fault| fault.fits(operation, path))?;
        fault.times -= 1;
        Some(fault.clone())
    }

    /// How often faults are still to be played.
    pub(crate) fn left(&self) -> usize {
        self.0.iter().map(|fault| fault.times).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_played_as_often_as_it_says_and_only_where() {
        let mut faults = Faults::default();
        faults.add(Fault::of_operation("PutImage", 2, 400, "ThrottlingException"));
        assert!(faults.take("ListImages", "/").is_none());
        assert!(faults.take("PutImage", "/").is_some());
        assert_eq!(faults.left(), 1);
        assert!(faults.take("PutImage", "/").is_some());
        assert!(faults.take("PutImage", "/").is_none());
    }

    #[test]
    fn a_fault_that_is_nowhere_is_not_everywhere() {
        let mut faults = Faults::default();
        faults.add(Fault {
            times: 1,
            ..Fault::default()
        });
        assert!(faults.take("PutImage", "/").is_none());
    }
}
