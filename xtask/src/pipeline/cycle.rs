//! Cycles in a graph of names, shown as `a -> b -> a`.

use std::{collections::HashMap, hash::Hash};

/// The first cycle found, its first node repeated at the end. Iterative: a chain of 10,000 nodes does not overflow the stack.
pub fn find<N: Clone + Eq + Hash>(nodes: impl IntoIterator<Item = N>, edges: impl Fn(&N) -> Vec<N>) -> Option<Vec<N>> {
    // A node that is absent is new, `false` is on the current path, `true` is done.
    let mut done: HashMap<N, bool> = HashMap::new();
    for root in nodes {
        if done.contains_key(&root) {
            continue;
        }
        done.insert(root.clone(), false);
        let mut path = vec![(root.clone(), edges(&root).into_iter())];
        while let Some((node, pending)) = path.last_mut() {
            match pending.next() {
                None => {
                    done.insert(node.clone(), true);
                    path.pop();
                }
                Some(next) => match done.get(&next) {
                    Some(true) => {}
                    Some(false) => {
                        let start = path.iter().position(|(node, _)| *node == next)?;
                        let cycle = path[start..].iter().map(|(node, _)| node.clone());
                        return Some(cycle.chain([next]).collect());
                    }
                    None => {
                        done.insert(next.clone(), false);
                        let edges = edges(&next).into_iter();
                        path.push((next, edges));
                    }
                },
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_named_from_where_it_starts() {
        let edges = |node: &u32| match node {
            1 | 4 => vec![2],
            2 => vec![3, 4],
            _ => vec![],
        };
        assert_eq!(find([1, 2, 3, 4], edges), Some(vec![2, 4, 2]));
        assert_eq!(find(0..20_000u32, |node| if *node > 0 { vec![node - 1] } else { vec![] }), None);
        assert_eq!(find([1], |_| vec![1]), Some(vec![1, 1]));
    }
}
