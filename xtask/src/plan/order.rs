//! Steps in an order that respects what they wait for, otherwise as they were made: image by image, stage by stage.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use super::Step;

/// Kahn's algorithm; of the steps that are ready, the one made first goes first. The graph has no cycle: stages and images are checked before.
pub(super) fn sort(steps: Vec<Step>) -> Vec<Step> {
    let index: HashMap<_, _> = steps.iter().enumerate().map(|(index, step)| (step.id.clone(), index)).collect();
    let mut waits = vec![0_usize; steps.len()];
    let mut wakes: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (position, step) in steps.iter().enumerate() {
        for before in step.needs.iter().chain(&step.after).filter_map(|id| index.get(id)) {
            waits[position] += 1;
            wakes[*before].push(position);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> = (0..steps.len()).filter(|position| waits[*position] == 0).map(Reverse).collect();
    let mut slots: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    let mut sorted = Vec::with_capacity(slots.len());
    while let Some(Reverse(position)) = ready.pop() {
        sorted.extend(slots[position].take());
        for next in &wakes[position] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.push(Reverse(*next));
            }
        }
    }
    sorted
}
