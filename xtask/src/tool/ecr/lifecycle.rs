//! A lifecycle in our words → the JSON that ECR takes.
//!
//! ECR has no rule to keep anything. But an image that a rule of higher priority is about is no matter of the ones after it: a first rule that never
//! lets go keeps. Source: ECR user guide, "lifecycle policy evaluation".

use serde_json::{Value, json};

use crate::pipeline::LifecycleRules;

/// No repository has so many images (ECR's quota is below), so a rule that waits for more of them never lets one go.
const NEVER: u32 = 100_000;
/// So many patterns can stand in one rule.
const PATTERNS: usize = 4;

/// The policy as ECR has it.
pub fn policy(rules: &LifecycleRules) -> Value {
    let mut written = Vec::new();
    for patterns in rules.keep.chunks(PATTERNS) {
        let selection = json!({
            "tagStatus": "tagged",
            "tagPatternList": patterns,
            "countType": "imageCountMoreThan",
            "countNumber": NEVER,
        });
        written.push((format!("keep {}", patterns.join(", ")), selection));
    }
    if let Some(days) = rules.expire_untagged_days {
        let selection = json!({
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": days,
        });
        written.push((format!("expire untagged images after {days} days"), selection));
    }
    if let Some(number) = rules.keep_last {
        let selection = json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": number });
        written.push((format!("keep the last {number} images"), selection));
    }
    let rules = written.into_iter().zip(1_u32..).map(|((description, selection), priority)| {
        json!({
            "rulePriority": priority,
            "description": description,
            "selection": selection,
            "action": { "type": "expire" },
        })
    });
    json!({ "rules": rules.collect::<Vec<_>>() })
}

/// What each rule says of itself, in order, for people.
pub fn descriptions(policy: &Value) -> Vec<String> {
    let rules = policy.get("rules").and_then(Value::as_array);
    let rule = |rule: &Value| {
        let text = rule.get("description").and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map_or_else(|| rule.get("selection").unwrap_or(rule).to_string(), str::to_owned)
    };
    rules.into_iter().flatten().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeping_comes_first_and_any_last() {
        let policy = policy(&LifecycleRules {
            keep: ["v*", "1.*", "2.*", "stable", "lts"].map(str::to_owned).into(),
            keep_last: Some(30),
            expire_untagged_days: Some(7),
        });
        let rules = policy["rules"].as_array().unwrap();
        let statuses: Vec<_> = rules.iter().map(|rule| rule["selection"]["tagStatus"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["tagged", "tagged", "untagged", "any"]);
        let priorities: Vec<_> = rules.iter().map(|rule| rule["rulePriority"].as_u64().unwrap()).collect();
        assert_eq!(priorities, [1, 2, 3, 4]);
        assert_eq!(rules[0]["selection"]["tagPatternList"].as_array().unwrap().len(), 4);
        assert_eq!(
            descriptions(&policy)[1..],
            ["keep lts", "expire untagged images after 7 days", "keep the last 30 images"]
        );
    }
}
