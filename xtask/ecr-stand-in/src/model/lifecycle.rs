//! Lifecycle policies: which images go by themselves.
//!
//! A rule counts all images it matches, also those another rule has taken; but an image that a rule matches is nothing to the rules after it.

mod rule;

use rule::Rule;

use std::collections::BTreeSet;

use super::{Images, Moment};

/// ECR's limit.
const MOST_RULES: usize = 50;

/// A policy that was checked.
#[derive(Clone, Debug)]
pub(crate) struct LifecyclePolicy {
    /// As it came.
    pub(crate) text: String,
    /// By priority.
    rules: Vec<Rule>,
}

/// An image that would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expiry {
    /// Its digest.
    pub(crate) digest: String,
    /// The priority of the rule that says so.
    pub(crate) rule: u64,
}

impl LifecyclePolicy {
    /// Reads ECR's JSON; what is wrong with it otherwise.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Document {
            rules: Vec<Rule>,
        }
        let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut rules = document.rules;
        if rules.is_empty() || rules.len() > MOST_RULES {
            return Err(format!("a policy has from 1 to {MOST_RULES} rules"));
        }
        for rule in &rules {
            rule.check()?;
        }
        rules.sort_by_key(|rule| rule.priority);
        if rules.windows(2).any(|pair| pair[0].priority == pair[1].priority) {
            return Err("two rules have the same rulePriority".to_owned());
        }
        if rules.iter().rev().skip(1).any(Rule::is_for_any) {
            return Err("a rule with tagStatus 'any' must have the highest rulePriority, and be the only one".to_owned());
        }
        if rules.iter().filter(|rule| rule.is_for_untagged()).count() > 1 {
            return Err("only one rule may have tagStatus 'untagged'".to_owned());
        }
        Ok(Self {
            text: text.to_owned(),
            rules,
        })
    }

    /// What would go now, rule by rule.
    pub(crate) fn expiries(&self, images: &Images, now: Moment) -> Vec<Expiry> {
        let mut settled = BTreeSet::new();
        let mut expiries = Vec::new();
        for rule in &self.rules {
            let mut matched = images.all();
            matched.retain(|image| rule.matches(&images.tags_of(&image.digest)));
            // The newest first.
            matched.reverse();
            for (place, image) in matched.iter().enumerate() {
                let goes = rule.expires(place, now.saturating_sub(image.pushed));
                let is_free = settled.insert(image.digest.clone());
                // What an index lists goes only after the index.
                if goes && is_free && !images.is_listed(&image.digest) {
                    expiries.push(Expiry {
                        digest: image.digest.clone(),
                        rule: rule.priority,
                    });
                }
            }
        }
        expiries
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::model::{Image, Mutability, sha256};

    fn rule(priority: u64, selection: &Value) -> Value {
        json!({"rulePriority": priority, "selection": selection, "action": {"type": "expire"}})
    }

    fn policy(rules: &[Value]) -> Result<LifecyclePolicy, String> {
        LifecyclePolicy::read(&json!({"rules": rules}).to_string())
    }

    fn keep(status: &str, patterns: &[&str], count: u64) -> Value {
        let mut selection = json!({"tagStatus": status, "countType": "imageCountMoreThan", "countNumber": count});
        if !patterns.is_empty() {
            selection["tagPatternList"] = json!(patterns);
        }
        selection
    }

    /// One image a day, each with these tags.
    fn images(tags: &[&[&str]]) -> Images {
        let mut images = Images::default();
        for (day, tags) in (0_u64..).zip(tags) {
            let put = |images: &mut Images, tag| {
                let image = Image::new(day.to_string().into_bytes(), None, Duration::from_hours(24 * day));
                images.put(image, tag, &Mutability::Mutable).unwrap();
            };
            if tags.is_empty() {
                put(&mut images, None);
            }
            for tag in *tags {
                put(&mut images, Some(tag));
            }
        }
        images
    }

    /// The days of what goes, with the rule.
    fn gone(rules: &[Value], images: &Images) -> Vec<(usize, u64)> {
        let last = Duration::from_hours(24 * 10);
        let expiries = policy(rules).unwrap().expiries(images, last);
        let day = |digest: &str| (0_usize..100).find(|day| sha256(day.to_string().as_bytes()) == digest).unwrap();
        expiries.iter().map(|expiry| (day(&expiry.digest), expiry.rule)).collect()
    }

    #[test]
    fn the_newest_stay() {
        let images = images(&[&["1"], &["2"], &[], &["3"]]);
        assert_eq!(gone(&[rule(1, &keep("any", &[], 2))], &images), [(1, 1), (0, 1)]);
        assert_eq!(gone(&[rule(1, &keep("tagged", &["*"], 1))], &images), [(1, 1), (0, 1)]);
        assert_eq!(gone(&[rule(1, &keep("untagged", &[], 1))], &images), []);
    }

    #[test]
    fn an_image_belongs_to_the_first_rule_that_matches_it_but_counts_for_all() {
        let images = images(&[&["prod1"], &["dev1"], &["prod2"], &["dev2"]]);
        // The first rule keeps both of its images, the second must not take them, but they fill its two places in part.
        let rules = [rule(1, &keep("tagged", &["prod*"], 5)), rule(2, &keep("any", &[], 2))];
        assert_eq!(gone(&rules, &images), [(1, 2)]);
    }

    #[test]
    fn several_patterns_must_all_be_met_and_prefixes_too() {
        let images = images(&[&["prod1", "team1"], &["prod2"], &["team2"]]);
        assert_eq!(gone(&[rule(1, &keep("tagged", &["prod*", "team*"], 1))], &images), []);
        let by_age = json!({"tagStatus": "tagged", "tagPrefixList": ["prod", "team"], "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1});
        assert_eq!(gone(&[rule(1, &by_age)], &images), [(0, 1)]);
    }

    #[test]
    fn days_are_counted_from_the_push() {
        let images = images(&[&[], &[], &["1"], &[]]);
        let by_age = json!({"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 9});
        assert_eq!(
            gone(&[rule(1, &by_age)], &images),
            [(0, 1)],
            "the one of day 1 is 9 days old, no more"
        );
    }

    #[test]
    fn an_index_keeps_what_it_lists() {
        let mut images = images(&[&[]]);
        let listed = json!({"manifests": [{"digest": sha256(b"0")}]}).to_string();
        let index = Image::new(listed.into_bytes(), None, Duration::ZERO);
        images.put(index, Some("1"), &Mutability::Mutable).unwrap();
        let by_age = json!({"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1});
        assert_eq!(gone(&[rule(1, &by_age)], &images), []);
    }

    #[test]
    fn policies_that_ecr_refuses_are_refused() {
        let any = keep("any", &[], 1);
        let untagged = keep("untagged", &[], 1);
        let mut both = keep("tagged", &["a"], 1);
        both["tagPrefixList"] = json!(["b"]);
        let mut hours = untagged.clone();
        hours["countUnit"] = json!("hours");
        for rules in [
            vec![],
            vec![rule(1, &any), rule(1, &untagged)],
            vec![rule(1, &any), rule(2, &untagged)],
            vec![rule(1, &untagged), rule(2, &untagged)],
            vec![rule(1, &keep("tagged", &[], 1))],
            vec![rule(1, &keep("untagged", &["a"], 1))],
            vec![rule(1, &keep("tagged", &["*1*2*3*4*"], 1))],
            vec![rule(1, &both)],
            vec![rule(1, &hours)],
            vec![rule(0, &any)],
            vec![rule(1, &keep("any", &[], 0))],
            (1..=51).map(|priority| rule(priority, &keep("tagged", &["a"], 1))).collect(),
        ] {
            assert!(policy(&rules).is_err(), "{rules:?}");
        }
        assert!(policy(&[rule(1, &untagged), rule(7, &any)]).is_ok());
    }
}
