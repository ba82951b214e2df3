//! One repository: how it is, how it is to be, and what is done about the difference.

use crate::{
    pipeline::ImageName,
    tool::ecr::{Call, Change, Ecr, EcrError, Existing, RepositoryState},
};

/// What lies between a repository and its declaration.
pub(super) struct Drift {
    pub image: ImageName,
    pub repository: String,
    pub existing: Option<Existing>,
    pub wanted: RepositoryState,
    /// For a repository that is to be created: all that is declared.
    pub changes: Vec<Change>,
}

impl Drift {
    pub fn new(image: &ImageName, repository: &str, existing: Option<Existing>, wanted: &RepositoryState) -> Self {
        let changes = existing
            .as_ref()
            .map_or_else(|| declaration(wanted), |existing| existing.state.changes(wanted));
        Self {
            image: image.clone(),
            repository: repository.to_owned(),
            existing,
            wanted: wanted.clone(),
            changes,
        }
    }

    /// Whether a change is made: what is not declared goes only where that is asked for.
    pub fn is_made(change: &Change, prune: bool) -> bool {
        change.call.as_ref().is_some_and(|call| prune || !call.removes())
    }

    /// How many calls it takes.
    pub fn calls(&self, prune: bool) -> usize {
        let made = self.changes.iter().filter(|change| Self::is_made(change, prune)).count();
        if self.existing.is_none() { 1 } else { made }
    }

    /// Does what is to be done, and says each thing once it is.
    pub async fn mend(&self, client: &Ecr, prune: bool, done: &mut impl FnMut(&str)) -> Result<(), EcrError> {
        let Some(existing) = &self.existing else {
            let created = client.create(&self.repository, &self.wanted).await?;
            for (call, is_declared) in [
                (Call::PutLifecycle, self.wanted.lifecycle.is_some()),
                (Call::SetPolicy, self.wanted.policy.is_some()),
            ] {
                if is_declared {
                    client.mend(&created, &self.wanted, &call).await?;
                }
            }
            done(&format!("created {}", self.repository));
            return Ok(());
        };
        for change in self.changes.iter().filter(|change| Self::is_made(change, prune)) {
            if let Some(call) = &change.call {
                client.mend(existing, &self.wanted, call).await?;
                done(&format!("changed {}: {}", self.repository, change.what));
            }
        }
        Ok(())
    }
}

/// All that a new repository gets.
fn declaration(wanted: &RepositoryState) -> Vec<Change> {
    let nothing = RepositoryState::default();
    let mut changes = nothing.changes(wanted);
    for change in &mut changes {
        change.from = None;
    }
    changes
}
