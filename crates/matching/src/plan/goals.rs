//! The nearest goal that a search reached.
//!
//! A goal is found when it is reached, not when it is its turn: where nothing is lost on the way, nothing else is looked at.

use super::amount::Amount;

/// The nearest, and how far anything may be that is of interest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goals<T, G> {
    nearest: Option<G>,
    /// How far it is; before there is any, how near one must be.
    far: T,
    is_open: bool,
    /// What is as far as this is of no interest.
    pub(super) bound: T,
}

impl<T: Amount, G: Copy> Goals<T, G> {
    pub(super) fn new(bound: T) -> Self {
        Self { nearest: None, far: bound, is_open: true, bound }
    }

    /// For a search that comes from the goals.
    pub(super) fn none(bound: T) -> Self {
        Self { nearest: None, far: bound, is_open: false, bound }
    }

    /// Something that ends the search.
    pub(super) fn offer(&mut self, far: T, goal: G) {
        if self.is_open && far < self.far {
            (self.nearest, self.far) = (Some(goal), far);
            self.bound = self.bound.min(far);
        }
    }

    pub(super) fn nearest(&self) -> Option<G> {
        self.nearest
    }

    /// How far the nearest is.
    pub(super) fn far(&self) -> Option<T> {
        self.nearest.map(|_| self.far)
    }
}
