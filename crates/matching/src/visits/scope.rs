//! A part of a problem: needs and visitors, and the pairs within and at its border.

use std::collections::BTreeSet;

use super::problem::Problem;

/// Needs and visitors looked at together.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// Rising.
    pub(super) needs: Vec<u32>,
    /// Rising.
    pub(super) volunteers: Vec<u32>,
    /// Pairs of a need and a visitor of the scope, rising.
    pub(super) inner: Vec<u32>,
    /// Pairs with one side in the scope, rising: whether that side is the need.
    pub(super) border: Vec<(u32, bool)>,
    is_whole: bool,
}

impl Scope {
    /// Everything.
    pub(super) fn whole(problem: &Problem) -> Self {
        Self {
            needs: (0..problem.visits.len() as u32).collect(),
            volunteers: (0..problem.visitors.len() as u32).collect(),
            inner: (0..problem.gain.len() as u32).collect(),
            border: Vec::new(),
            is_whole: true,
        }
    }

    pub(super) fn new(problem: &Problem, needs: &BTreeSet<u32>, volunteers: &BTreeSet<u32>) -> Self {
        let (mut inner, mut border) = (Vec::new(), Vec::new());
        for pair in needs.iter().flat_map(|&need| problem.pairs_of(need)) {
            if volunteers.contains(&problem.pair(pair).volunteer) {
                inner.push(pair);
            } else {
                border.push((pair, true));
            }
        }
        for pair in volunteers.iter().flat_map(|&volunteer| problem.pairs_with(volunteer)) {
            if !needs.contains(&problem.pair(pair).need) {
                border.push((pair, false));
            }
        }
        inner.sort_unstable();
        border.sort_unstable();
        Self {
            needs: needs.iter().copied().collect(),
            volunteers: volunteers.iter().copied().collect(),
            inner,
            border,
            is_whole: false,
        }
    }

    pub(super) fn has_inner(&self, pair: u32) -> bool {
        self.is_whole || self.inner.binary_search(&pair).is_ok()
    }

    /// What a choice of pairs comes to here: all of it within, and at the border what this side gets.
    pub(super) fn value(&self, problem: &Problem, price: &[i128], is_chosen: impl Fn(u32) -> bool) -> i128 {
        let inner =
            self.inner.iter().filter(|&&pair| is_chosen(pair)).map(|&pair| problem.gain[pair as usize]);
        let border = self.border.iter().filter(|(pair, _)| is_chosen(*pair)).map(|&(pair, is_need)| {
            let price = price[pair as usize];
            if is_need { price } else { problem.gain[pair as usize] - price }
        });
        inner.sum::<i128>() + border.sum::<i128>()
    }
}
