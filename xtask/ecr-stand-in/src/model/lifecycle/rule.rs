//! One rule of a lifecycle policy, as ECR writes it.

use std::time::Duration;

use serde::Deserialize;

use crate::model::matches;

const DAY: Duration = Duration::from_hours(24);
/// ECR's limit for one pattern.
const MOST_WILDCARDS: usize = 4;

/// A rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rule {
    /// Its place: the lowest comes first.
    #[serde(rename = "rulePriority")]
    pub(crate) priority: u64,
    #[serde(default, rename = "description")]
    _description: String,
    selection: Selection,
    #[serde(rename = "action")]
    _action: Action,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Selection {
    tag_status: TagStatus,
    #[serde(default)]
    tag_prefix_list: Vec<String>,
    #[serde(default)]
    tag_pattern_list: Vec<String>,
    count_type: CountType,
    count_unit: Option<CountUnit>,
    count_number: usize,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum TagStatus {
    Tagged,
    Untagged,
    Any,
}

/// Those the stand-in knows; ECR has others.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum CountType {
    ImageCountMoreThan,
    SinceImagePushed,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum CountUnit {
    Days,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
enum Action {
    Expire,
}

impl Rule {
    /// What is wrong with it by itself.
    pub(super) fn check(&self) -> Result<(), String> {
        let selection = &self.selection;
        let lists = usize::from(!selection.tag_prefix_list.is_empty()) + usize::from(!selection.tag_pattern_list.is_empty());
        let wanted = usize::from(selection.tag_status == TagStatus::Tagged);
        let by_age = selection.count_type == CountType::SinceImagePushed;
        let patterns = &selection.tag_pattern_list;
        let problem = if self.priority == 0 {
            "rulePriority must be at least 1"
        } else if lists != wanted {
            "tagStatus 'tagged' needs either tagPrefixList or tagPatternList, any other neither"
        } else if patterns.iter().any(|pattern| pattern.matches('*').count() > MOST_WILDCARDS) {
            "a pattern has at most 4 wildcards"
        } else if by_age != selection.count_unit.is_some() {
            "countUnit 'days' goes with countType 'sinceImagePushed' and with no other"
        } else if selection.count_number == 0 {
            "countNumber must be at least 1"
        } else {
            return Ok(());
        };
        Err(format!("{problem} (rule {})", self.priority))
    }

    /// Whether it is about all images.
    pub(super) fn is_for_any(&self) -> bool {
        self.selection.tag_status == TagStatus::Any
    }

    /// Whether it is about those without tags.
    pub(super) fn is_for_untagged(&self) -> bool {
        self.selection.tag_status == TagStatus::Untagged
    }

    /// Whether it is about an image with these tags: each of its patterns must be met by one of them.
    pub(super) fn matches(&self, tags: &[String]) -> bool {
        let selection = &self.selection;
        let like = |pattern: &String| tags.iter().any(|tag| matches(pattern, tag));
        let begins = |prefix: &String| tags.iter().any(|tag| tag.starts_with(prefix.as_str()));
        match selection.tag_status {
            TagStatus::Any => true,
            TagStatus::Untagged => tags.is_empty(),
            TagStatus::Tagged => selection.tag_pattern_list.iter().all(like) && selection.tag_prefix_list.iter().all(begins),
        }
    }

    /// Whether an image it is about goes: by its place from the newest, or by its age.
    pub(super) fn expires(&self, place: usize, age: Duration) -> bool {
        let number = self.selection.count_number;
        match self.selection.count_type {
            CountType::ImageCountMoreThan => place >= number,
            CountType::SinceImagePushed => age > DAY.saturating_mul(u32::try_from(number).unwrap_or(u32::MAX)),
        }
    }
}
