//! Branch and bound over a part of a problem, with prices as the bound.

use super::{agree::agree, local::Fix, prices::Prices, problem::Problem, proof::Step, scope::Scope};

/// Sweeps of the ascent at a node.
const NODE_SWEEPS_MAX: u32 = 40;
/// Disputed pairs whose two branches are looked into before one is chosen.
const TRIES: usize = 6;
/// Sweeps of such a look.
const TRY_SWEEPS: u32 = 3;

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The best choice with the border as it is.
    Best,
    /// That no choice is better than the one there is; the first that is better ends it.
    Nothing,
    /// The lowest bound that so many nodes give.
    Bound,
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// A choice better than what there was: pairs, rising.
    pub(super) better: Option<Vec<u32>>,
    /// No choice comes to more than this.
    pub(super) bound: i128,
    /// Why; empty when the search was ended by something better.
    pub(super) steps: Vec<Step>,
}

/// Looks through the scope for a choice that comes to more than `value`.
pub(super) fn branch(
    problem: &Problem,
    prices: &mut Prices,
    scope: &Scope,
    value: i128,
    goal: Goal,
    nodes_max: u32,
) -> Found {
    let base: Vec<i128> = scope.inner.iter().map(|&pair| prices.price[pair as usize]).collect();
    let mut search = Search {
        problem,
        prices,
        scope,
        goal,
        value,
        nodes_left: nodes_max,
        found: Found { better: None, bound: i128::MIN, steps: Vec::new() },
        base,
    };
    search.node();
    let is_ended = goal == Goal::Nothing && search.found.better.is_some();
    let base = std::mem::take(&mut search.base);
    let mut found = search.found;
    if is_ended {
        found.steps.clear();
    }
    for (&pair, price) in scope.inner.iter().zip(base) {
        prices.price[pair as usize] = price;
    }
    found
}

struct Search<'a> {
    problem: &'a Problem,
    prices: &'a mut Prices,
    scope: &'a Scope,
    goal: Goal,
    /// Of the best so far.
    value: i128,
    nodes_left: u32,
    found: Found,
    /// The prices it began with.
    base: Vec<i128>,
}

impl Search<'_> {
    fn node(&mut self) {
        if self.goal == Goal::Nothing && self.found.better.is_some() {
            return;
        }
        let before = self.inner_prices();
        self.visit();
        self.set_prices(&before);
    }

    fn visit(&mut self) {
        let bound = self.prices.ascend(self.problem, self.scope, NODE_SWEEPS_MAX, self.value);
        let Some(bound) = bound else {
            self.leaf(i128::MIN);
            return;
        };
        if bound > self.value {
            self.try_choice();
        }
        if bound <= self.value || self.nodes_left == 0 {
            self.leaf(bound);
            return;
        }
        let Some(pair) = self.pick() else {
            // Nobody disagrees, so the choice was tried and is the best here.
            self.leaf(bound);
            return;
        };
        self.nodes_left -= 1;
        self.found.steps.push(Step::Branch(pair));
        for fix in [Fix::In, Fix::Out] {
            self.prices.fix[pair as usize] = fix;
            self.node();
        }
        self.prices.fix[pair as usize] = Fix::Free;
    }

    fn leaf(&mut self, bound: i128) {
        let changed = self.scope.inner.iter().zip(&self.base);
        let changes = changed
            .map(|(&pair, base)| (pair, self.prices.price[pair as usize], base))
            .filter(|(_, price, base)| price != *base)
            .map(|(pair, price, _)| (pair, price))
            .collect();
        self.found.steps.push(Step::Leaf(changes));
        self.found.bound = self.found.bound.max(bound);
    }

    /// Whether what the sides agree on is better than what there is.
    fn try_choice(&mut self) {
        let choice = agree(self.problem, self.prices, self.scope);
        let has = |pair: u32| choice.binary_search(&pair).is_ok();
        if self.goal == Goal::Best {
            let kept = |&(pair, _): &(u32, bool)| has(pair) == (self.prices.fix[pair as usize] == Fix::In);
            if !self.scope.border.iter().all(kept) {
                return;
            }
        }
        let value = self.scope.value(self.problem, &self.prices.price, has);
        if value > self.value {
            self.value = value;
            self.found.better = Some(choice);
        }
    }

    /// The disputed pair whose better branch costs most.
    fn pick(&mut self) -> Option<u32> {
        let mut disputed: Vec<u32> = self
            .prices
            .disputed(self.scope)
            .filter(|&pair| self.prices.fix[pair as usize] == Fix::Free)
            .collect();
        disputed.sort_by_key(|&pair| std::cmp::Reverse(self.problem.gain[pair as usize]));
        disputed.truncate(TRIES);
        if disputed.len() < 2 {
            return disputed.first().copied();
        }
        let before = self.inner_prices();
        let mut best: Option<(i128, i128, u32)> = None;
        for pair in disputed {
            let mut bounds = [i128::MIN; 2];
            for (fix, bound) in [Fix::In, Fix::Out].into_iter().zip(&mut bounds) {
                self.prices.fix[pair as usize] = fix;
                let after = self.prices.ascend(self.problem, self.scope, TRY_SWEEPS, self.value);
                *bound = after.unwrap_or(i128::MIN).max(self.value);
                self.set_prices(&before);
            }
            self.prices.fix[pair as usize] = Fix::Free;
            let [a, b] = bounds;
            let score = (a.max(b), a.min(b), pair);
            if best.is_none_or(|best| score < best) {
                best = Some(score);
            }
        }
        best.map(|(_, _, pair)| pair)
    }

    fn inner_prices(&self) -> Vec<i128> {
        self.scope.inner.iter().map(|&pair| self.prices.price[pair as usize]).collect()
    }

    fn set_prices(&mut self, prices: &[i128]) {
        for (&pair, &price) in self.scope.inner.iter().zip(prices) {
            self.prices.price[pair as usize] = price;
        }
    }
}
