//! Which step may start next: the plan's graph, and what is known of it so far. Pure: no time, no tasks, no events.
//!
//! A step with a failed need is never ready; it is handed out as settled, with the root cause, without waiting for a slot.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
};

use crate::plan::Step;

/// What the end of a step means for those that need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They may go on.
    Passed,
    /// They cannot run, because of this.
    Blocks(String),
}

/// A step that ends without being run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub index: usize,
    /// The root cause, if a step it needs did not pass; otherwise the plan itself skips it.
    pub because: Option<String>,
}

/// The graph of a plan's steps, by their index in the plan.
#[derive(Debug)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    /// Longest remaining path first, then plan order.
    ready: BinaryHeap<(usize, Reverse<usize>)>,
    settled: VecDeque<usize>,
}

#[derive(Debug, Default)]
struct Node {
    /// Steps it waits for, counted.
    waits: usize,
    needed_by: Vec<usize>,
    awaited_by: Vec<usize>,
    /// Steps on the longest path from here to an end of the graph.
    rank: usize,
    blocked: Option<String>,
    skip: bool,
    finished: bool,
}

impl Graph {
    /// Nothing has started.
    pub(super) fn new(steps: &[Step]) -> Self {
        let by_id: HashMap<_, _> = steps.iter().enumerate().map(|(index, step)| (&step.id, index)).collect();
        let mut nodes: Vec<Node> = steps.iter().map(|_| Node::default()).collect();
        for (index, step) in steps.iter().enumerate() {
            nodes[index].skip = step.skip.is_some();
            for need in &step.needs {
                match by_id.get(need) {
                    Some(&need) => {
                        nodes[need].needed_by.push(index);
                        nodes[index].waits += 1;
                    }
                    // What cannot be known to have passed has not passed.
                    None => nodes[index].blocked = Some(format!("it needs {need}, which is not in the plan")),
                }
            }
            for after in step.after.iter().filter_map(|after| by_id.get(after)) {
                nodes[*after].awaited_by.push(index);
                nodes[index].waits += 1;
            }
        }
        // The plan's order respects the edges, so those who wait for a step come after it.
        for index in (0..nodes.len()).rev() {
            let node = &nodes[index];
            let longest = node.needed_by.iter().chain(&node.awaited_by).map(|&later| nodes[later].rank).max();
            nodes[index].rank = 1 + longest.unwrap_or(0);
        }
        let mut graph = Self {
            nodes,
            ready: BinaryHeap::new(),
            settled: VecDeque::new(),
        };
        for index in 0..graph.nodes.len() {
            graph.offer(index);
        }
        graph
    }

    /// The next step to start, if one can.
    pub(super) fn next_ready(&mut self) -> Option<usize> {
        self.ready.pop().map(|(_, Reverse(index))| index)
    }

    /// The next step that ends without being run.
    pub(super) fn next_settled(&mut self) -> Option<Settled> {
        let index = self.settled.pop_front()?;
        let because = self.nodes[index].blocked.clone();
        Some(Settled { index, because })
    }

    /// Notes that a step ended.
    pub(super) fn finish(&mut self, index: usize, verdict: &Verdict) {
        let node = &mut self.nodes[index];
        node.finished = true;
        let (needed_by, awaited_by) = (std::mem::take(&mut node.needed_by), std::mem::take(&mut node.awaited_by));
        if let Verdict::Blocks(because) = verdict {
            for &later in &needed_by {
                self.nodes[later].blocked.get_or_insert_with(|| because.clone());
            }
        }
        for later in needed_by.into_iter().chain(awaited_by) {
            self.nodes[later].waits -= 1;
            self.offer(later);
        }
    }

    /// Steps that have not ended.
    pub(super) fn unfinished(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|&index| !self.nodes[index].finished).collect()
    }

    fn offer(&mut self, index: usize) {
        let node = &self.nodes[index];
        if node.waits > 0 {
            return;
        }
        if node.skip || node.blocked.is_some() {
            self.settled.push_back(index);
        } else {
            self.ready.push((node.rank, Reverse(index)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::fixture::step;

    #[test]
    fn the_longest_remaining_path_goes_first_then_plan_order() {
        let steps = [
            step("a", &[]),
            step("b", &[]),
            step("c", &[]),
            step("c2", &["c"]),
            step("b2", &["b"]),
            step("b3", &["b2"]),
        ];
        let mut graph = Graph::new(&steps);
        let order: Vec<_> = std::iter::from_fn(|| graph.next_ready()).collect();
        assert_eq!(order, [1, 2, 0]);
        graph.finish(2, &Verdict::Passed);
        graph.finish(1, &Verdict::Passed);
        assert_eq!(graph.next_ready(), Some(4), "two steps are left behind it, one behind the other");
    }

    #[test]
    fn a_failure_settles_what_needs_it_and_frees_what_comes_after_it() {
        let mut steps = [step("a", &[]), step("b", &["a"]), step("c", &["b"]), step("d", &[])];
        steps[3].after = vec![steps[0].id.clone()];
        let mut graph = Graph::new(&steps);
        assert_eq!(graph.next_ready(), Some(0));
        let failed = Verdict::Blocks("a failed".into());
        graph.finish(0, &failed);
        let because = Some("a failed".to_owned());
        assert_eq!(
            graph.next_settled(),
            Some(Settled {
                index: 1,
                because: because.clone()
            })
        );
        graph.finish(1, &failed);
        assert_eq!(graph.next_settled(), Some(Settled { index: 2, because }));
        assert_eq!(graph.next_ready(), Some(3));
        assert_eq!(graph.unfinished(), [2, 3]);
    }

    #[test]
    fn a_need_outside_of_the_plan_is_not_taken_for_passed() {
        let mut graph = Graph::new(&[step("a", &["gone"])]);
        assert_eq!(graph.next_ready(), None);
        let because = graph.next_settled().unwrap().because.unwrap();
        assert_eq!(because, "it needs gone, which is not in the plan");
    }
}
