//! A run as one number, for whoever called.

use crate::exec::{FailureClass, Outcome};

use super::RunReport;

/// 0 if all went well; 130 or 143 if SIGINT or SIGTERM interrupted it; 1 if any step did its work and said no; else what kind of trouble
/// the first failed step of the plan had.
pub fn exit_code(run: &RunReport) -> u8 {
    if let Some(signal) = run.interrupted {
        return u8::try_from(128 + signal).unwrap_or(130);
    }
    if run.ok {
        return 0;
    }
    let classes: Vec<_> = run
        .steps
        .iter()
        .filter_map(|step| match &step.outcome {
            Outcome::Failed(failure) => Some(failure.class),
            _ => None,
        })
        .collect();
    let trouble = run.trouble.as_ref().map(|failure| failure.class);
    let class = if classes.contains(&FailureClass::Step) {
        FailureClass::Step
    } else {
        classes.first().copied().or(trouble).unwrap_or(FailureClass::Step)
    };
    class.exit_code()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        exec::{Event, Failure},
        report::fixture,
    };

    fn code(classes: &[Option<FailureClass>], more: &[Event]) -> u8 {
        let reports = classes.iter().map(|class| match class {
            None => Outcome::Passed,
            Some(class) => Outcome::Failed(Box::new(Failure::new(*class, "no"))),
        });
        exit_code(&fixture::run_of(reports.collect(), more))
    }

    #[test]
    fn a_step_that_says_no_outweighs_trouble_and_else_the_first_counts() {
        use FailureClass::{Authorisation, Conflict, Machine, Network, Step};
        assert_eq!(code(&[None, None], &[]), 0);
        assert_eq!(code(&[None, Some(Network), Some(Machine)], &[]), 6);
        assert_eq!(code(&[Some(Authorisation), Some(Network)], &[]), 7);
        assert_eq!(code(&[Some(Conflict)], &[]), 5);
        assert_eq!(code(&[Some(Machine), Some(Step)], &[]), 1);
        assert_eq!(code(&[Some(Step)], &[Event::Interrupted { signal: 2 }]), 130);
        assert_eq!(code(&[None], &[Event::Interrupted { signal: 15 }]), 143);
    }

    #[test]
    fn a_skip_that_nothing_explains_is_not_success() {
        let because = "it needs gone, which is not in the plan".to_owned();
        assert_eq!(exit_code(&fixture::run_of(vec![Outcome::Skipped { because }], &[])), 1);
    }
}
