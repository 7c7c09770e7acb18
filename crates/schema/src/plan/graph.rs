//! What comes before what, and an order that keeps to it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::identity::Identity;

/// When, in the life of an object, something is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Stage {
    /// Taken off its parents: DETACH PARTITION, NO INHERIT.
    Detach,
    /// Dropped.
    Drop,
    /// Renamed, to be dropped once nothing uses it.
    Aside,
    /// Made.
    Create,
    /// Altered in place.
    Alter,
    /// Put onto its parents: ATTACH PARTITION, INHERIT, OWNED BY.
    Attach,
    /// Filled with the rows of the one that stands aside.
    Move,
    /// Given to its owner.
    Owner,
    /// Granted and revoked.
    Rights,
}

/// One thing to do.
pub(super) type Node<'a> = (Stage, &'a Identity);

/// Nodes, each with a rank that decides where the edges leave a choice.
#[derive(Default)]
pub(super) struct Graph<'a> {
    numbers: BTreeMap<Node<'a>, usize>,
    nodes: Vec<Node<'a>>,
    after: Vec<BTreeSet<usize>>,
    before: Vec<BTreeSet<usize>>,
    soft: BTreeSet<(usize, usize)>,
}

impl<'a> Graph<'a> {
    pub(super) fn add(&mut self, node: Node<'a>) {
        if !self.numbers.contains_key(&node) {
            self.numbers.insert(node, self.nodes.len());
            self.nodes.push(node);
            self.after.push(BTreeSet::new());
            self.before.push(BTreeSet::new());
        }
    }

    pub(super) fn has(&self, node: Node<'_>) -> bool {
        self.numbers.contains_key(&node)
    }

    /// `first` comes before `then`, if both are there.
    pub(super) fn order(&mut self, first: Node<'_>, then: Node<'_>) {
        if let (Some(&first), Some(&then)) = (self.numbers.get(&first), self.numbers.get(&then))
            && first != then
        {
            self.after[first].insert(then);
            self.before[then].insert(first);
        }
    }

    /// The same, unless that closes a circle.
    pub(super) fn prefer(&mut self, first: Node<'_>, then: Node<'_>) {
        if let (Some(&a), Some(&b)) = (self.numbers.get(&first), self.numbers.get(&then))
            && a != b
            && !self.after[a].contains(&b)
        {
            self.order(first, then);
            self.soft.insert((a, b));
        }
    }

    /// What must come before this node.
    pub(super) fn before(&self, node: Node<'_>) -> impl Iterator<Item = Node<'a>> {
        let before = self.numbers.get(&node).map(|&number| &self.before[number]);
        before.into_iter().flatten().map(|&number| self.nodes[number])
    }

    /// All nodes in an order that keeps to the edges; among those that are free, the lowest rank first.
    ///
    /// # Errors
    /// The nodes of a circle.
    pub(super) fn sorted<R: Ord>(
        &mut self,
        rank: impl Fn(Node<'a>) -> R,
    ) -> Result<Vec<Node<'a>>, Vec<Node<'a>>> {
        let mut missing: Vec<usize> = self.before.iter().map(BTreeSet::len).collect();
        let mut done = vec![false; self.nodes.len()];
        let mut free: BinaryHeap<Reverse<(R, usize)>> = BinaryHeap::new();
        let free_now = |free: &mut BinaryHeap<Reverse<(R, usize)>>, number: usize, nodes: &[Node<'a>]| {
            free.push(Reverse((rank(nodes[number]), number)));
        };
        for (number, missing) in missing.iter().enumerate() {
            if *missing == 0 {
                free_now(&mut free, number, &self.nodes);
            }
        }
        let mut order = Vec::with_capacity(self.nodes.len());
        loop {
            while let Some(Reverse((_, number))) = free.pop() {
                done[number] = true;
                order.push(self.nodes[number]);
                for &next in &self.after[number] {
                    missing[next] -= 1;
                    if missing[next] == 0 {
                        free_now(&mut free, next, &self.nodes);
                    }
                }
            }
            if order.len() == self.nodes.len() {
                return Ok(order);
            }
            let circle = self.circle(&done);
            let soft = circle
                .iter()
                .zip(circle.iter().cycle().skip(1))
                .find(|(a, b)| self.soft.contains(&(**a, **b)));
            let Some((&a, &b)) = soft else {
                return Err(circle.into_iter().map(|number| self.nodes[number]).collect());
            };
            self.after[a].remove(&b);
            self.before[b].remove(&a);
            self.soft.remove(&(a, b));
            missing[b] -= 1;
            if missing[b] == 0 {
                free_now(&mut free, b, &self.nodes);
            }
        }
    }

    /// A circle among the nodes that are not done: going back from one that waits to one that it waits for.
    fn circle(&self, done: &[bool]) -> Vec<usize> {
        let Some(start) = done.iter().position(|done| !done) else { return Vec::new() };
        let mut path = vec![start];
        let mut place: BTreeMap<usize, usize> = BTreeMap::from([(start, 0)]);
        loop {
            let last = path[path.len() - 1];
            let Some(&next) = self.before[last].iter().find(|&&number| !done[number]) else { return path };
            if let Some(&at) = place.get(&next) {
                let mut circle = path.split_off(at);
                circle.reverse();
                return circle;
            }
            place.insert(next, path.len());
            path.push(next);
        }
    }
}
