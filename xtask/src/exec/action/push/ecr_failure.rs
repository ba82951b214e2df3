//! What an ECR call that failed means for the step, and what to do about it.

use crate::{
    pipeline::EcrRegistry,
    tool::ecr::{EcrError, EcrErrorKind},
};

use super::super::super::{Failure, FailureClass};

/// Makes a failure of an error.
pub fn explain(error: &EcrError, registry: &EcrRegistry) -> Failure {
    let class = match error.kind {
        EcrErrorKind::NoCredentials | EcrErrorKind::Denied => FailureClass::Authorisation,
        EcrErrorKind::NoRegion => FailureClass::Machine,
        EcrErrorKind::Passing | EcrErrorKind::Other => FailureClass::Network,
        EcrErrorKind::NoRepository => FailureClass::Step,
    };
    let message = match error.kind {
        EcrErrorKind::NoRepository => format!("the ECR repository `{}` does not exist", error.resource),
        _ => error.to_string(),
    };
    let region = registry
        .region
        .as_deref()
        .map_or_else(String::new, |region| format!(" --region {region}"));
    let hint = match error.kind {
        EcrErrorKind::NoCredentials => {
            "tried, in this order: the `AWS_*` variables, the profile `AWS_PROFILE` (also SSO and processes), a web identity \
             token, the container's and the instance's role; `aws sts get-caller-identity` shows what there is"
                .to_owned()
        }
        EcrErrorKind::NoRegion => "set `region` for the registry, or `AWS_REGION`".to_owned(),
        EcrErrorKind::Denied => format!(
            "let the AWS identity do `{}` on `{}`, or use another one",
            error.action, error.resource
        ),
        EcrErrorKind::NoRepository => format!(
            "set `create = true` for the registry, or run `aws ecr create-repository --repository-name {}{region}`",
            error.resource
        ),
        EcrErrorKind::Passing => "see whether ECR can be reached from here (endpoint, proxy, region), then run this again".to_owned(),
        EcrErrorKind::Other => return Failure::new(class, message),
    };
    Failure::new(class, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_repository_comes_with_the_way_to_make_it() {
        let registry = EcrRegistry {
            region: Some("eu-west-1".into()),
            ..EcrRegistry::default()
        };
        let error = EcrError {
            kind: EcrErrorKind::NoRepository,
            action: "ecr:DescribeRepositories".into(),
            resource: "shop/web".into(),
            detail: String::new(),
        };
        let failure = explain(&error, &registry);
        assert_eq!(failure.message, "the ECR repository `shop/web` does not exist");
        assert_eq!(
            failure.hint.as_deref(),
            Some("set `create = true` for the registry, or run `aws ecr create-repository --repository-name shop/web --region eu-west-1`")
        );
    }
}
