//! The nearest goals that a search reached.
//!
//! A goal is found when it is reached, not when it is its turn: where nothing is lost on the way, nothing else is looked at.

use super::amount::Amount;

/// The nearest few, and how far anything may be that is nearer than the last of them.
#[derive(Clone, Debug)]
pub(super) struct Goals<T, G> {
    /// How far they are, the nearest first.
    list: Vec<(T, G)>,
    /// How many are looked for.
    count: usize,
    /// What is as far as this is of no interest.
    pub(super) bound: T,
}

impl<T: Amount, G: Copy + PartialEq> Goals<T, G> {
    pub(super) fn new(count: usize, bound: T) -> Self {
        Self { list: Vec::with_capacity(count + 1), count, bound }
    }

    /// Something that ends the search; it may have been reached before, by a longer way.
    pub(super) fn offer(&mut self, far: T, goal: G) {
        if far >= self.bound {
            return;
        }
        self.list.retain(|known| known.1 != goal);
        let place = self.list.partition_point(|known| known.0 <= far);
        self.list.insert(place, (far, goal));
        self.list.truncate(self.count);
        if self.list.len() == self.count {
            self.bound = self.list[self.count - 1].0;
        }
    }

    pub(super) fn nearest(&self) -> Option<G> {
        self.list.first().map(|goal| goal.1)
    }
}
