//! The IAM policy that a pipeline needs: what it may do, and on which repositories; no more.
//!
//! Source of the actions: the ones this program calls, and those that docker's pushes and pulls need by ECR's user guide.

use serde_json::json;

use crate::pipeline::EcrRegistry;

/// To push, and to read back what was pushed.
const PUSH: [&str; 9] = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];
/// To make repositories as they are declared.
const APPLY: [&str; 12] = [
    "ecr:CreateRepository",
    "ecr:DeleteLifecyclePolicy",
    "ecr:DeleteRepositoryPolicy",
    "ecr:GetLifecyclePolicy",
    "ecr:GetRepositoryPolicy",
    "ecr:ListTagsForResource",
    "ecr:PutImageScanningConfiguration",
    "ecr:PutImageTagMutability",
    "ecr:PutLifecyclePolicy",
    "ecr:SetRepositoryPolicy",
    "ecr:TagResource",
    "ecr:UntagResource",
];

pub(super) fn text<'a>(registry: &EcrRegistry, repositories: impl Iterator<Item = &'a String>) -> String {
    let region = registry.region.as_deref().unwrap_or("*");
    let account = registry.account.as_deref().unwrap_or("*");
    let partition = match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let arns: Vec<String> = repositories
        .map(|name| format!("arn:{partition}:ecr:{region}:{account}:repository/{name}"))
        .collect();
    let statement = |sid: &str, actions: &[&str]| json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": arns });
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Sid": "Login", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*" },
            statement("Push", &PUSH),
            statement("Apply", &APPLY),
        ],
    });
    format!("{policy:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_repositories_in_their_partition() {
        let registry = EcrRegistry {
            region: Some("cn-north-1".into()),
            account: Some("123456789012".into()),
            ..EcrRegistry::default()
        };
        let text = text(&registry, ["shop/web".to_owned()].iter());
        let policy: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(policy["Statement"][0]["Resource"], "*", "a token is for no repository");
        for statement in [1, 2] {
            let resources = &policy["Statement"][statement]["Resource"];
            assert_eq!(*resources, json!(["arn:aws-cn:ecr:cn-north-1:123456789012:repository/shop/web"]));
        }
    }
}
