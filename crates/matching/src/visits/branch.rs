//! Branch and bound over a part of a problem, with prices as the bound.

use std::cmp::Reverse;

use super::{
    Effort,
    agree::agree,
    local::Fix,
    prices::Prices,
    problem::Problem,
    programme::{End, Outcome, Programme, Share},
    proof::Step,
    scope::Scope,
};

/// Sweeps of the ascent at a node, before the programme.
const NODE_SWEEPS_MAX: u32 = 1;
/// The same where there is no programme.
const ALONE_SWEEPS_MAX: u32 = 40;
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
    effort: Effort,
) -> Found {
    let base = prices.within(scope);
    let mut search = Search {
        problem,
        programme: None,
        prices,
        scope,
        goal,
        value,
        pivots_max: effort.pivots_max,
        nodes_left: effort.nodes_max,
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
    prices.set_within(scope, &base);
    found
}

struct Search<'a> {
    problem: &'a Problem,
    /// Made where it is first asked, given up where a number does not fit or there was no end.
    programme: Option<Option<Programme<'a>>>,
    pivots_max: u32,
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
        let before = self.prices.within(self.scope);
        self.visit();
        self.prices.set_within(self.scope, &before);
    }

    fn visit(&mut self) {
        let is_alone = matches!(self.programme, Some(None));
        let sweeps = if is_alone { ALONE_SWEEPS_MAX } else { NODE_SWEEPS_MAX };
        let bound = self.prices.ascend(self.problem, self.scope, sweeps, self.value);
        let (bound, share) = match bound {
            None => (i128::MIN, None),
            Some(bound) if bound <= self.value => (bound, None),
            Some(bound) => {
                self.try_choice();
                self.solve(bound)
            }
        };
        if bound > self.value {
            self.try_choice();
        }
        if bound <= self.value || self.nodes_left == 0 {
            self.leaf(bound);
            return;
        }
        if let Some(need) = share.as_ref().and_then(|share| self.unsure(share)) {
            self.both(Step::Meet(need), |prices| &mut prices.met[need as usize]);
            return;
        }
        let split = share.as_ref().and_then(|share| self.split(share));
        match split.or_else(|| self.pick()) {
            Some(pair) => self.both(Step::Branch(pair), |prices| &mut prices.fix[pair as usize]),
            // Nobody disagrees, so the choice was tried and is the best here.
            None => self.leaf(bound),
        }
    }

    /// Looks into both branches of a decision.
    fn both(&mut self, step: Step, decided: impl Fn(&mut Prices) -> &mut Fix) {
        self.nodes_left -= 1;
        self.found.steps.push(step);
        for fix in [Fix::In, Fix::Out] {
            *decided(self.prices) = fix;
            self.node();
        }
        *decided(self.prices) = Fix::Free;
    }

    /// The bound by the best prices there are, and how the programme shares out the pairs. Takes its choice where it gives
    /// everybody all or nothing.
    fn solve(&mut self, bound: i128) -> (i128, Option<Share>) {
        let prices = &mut *self.prices;
        let (problem, scope, pivots_max) = (self.problem, self.scope, self.pivots_max);
        let made = self.programme.get_or_insert_with(|| Programme::new(problem, scope, prices, pivots_max));
        let Some(programme) = made else { return (bound, None) };
        let Some(Outcome { bound, end }) = programme.solve(prices, bound, self.value) else {
            return (i128::MIN, None);
        };
        match end {
            End::Solved(share) => {
                if share.taken.values().all(|taken| *taken == share.whole) {
                    self.try_pairs(share.taken.keys().copied().collect());
                }
                (bound, Some(share))
            }
            End::Enough => (bound, None),
            End::Lost => {
                *made = None;
                (bound, None)
            }
        }
    }

    /// The need met in part of which it is least sure whether it is met, the weightier first. It has all its seats or none:
    /// no pair alone decides as much.
    fn unsure(&self, share: &Share) -> Option<u32> {
        let met = |&need: &u32| {
            let visit = &self.problem.visits[need as usize];
            let all: i64 = share.taken.range(self.problem.pairs_of(need)).map(|(_, taken)| taken).sum();
            let seats = i64::from(visit.seats);
            let is_open = self.prices.met[need as usize] == Fix::Free && (visit.together || seats == 1);
            let weight = i64::from(visit.urgency) * seats;
            // Of a thousand, how far from a half.
            (is_open && all > 0 && all < share.whole * seats)
                .then(|| ((2_000 * all / (share.whole * seats) - 1_000).abs(), Reverse(weight), need))
        };
        self.scope.needs.iter().filter_map(met).min().map(|(_, _, need)| need)
    }

    /// The pair shared out most evenly, the weightier first.
    fn split(&self, share: &Share) -> Option<u32> {
        let free = |pair: u32| self.scope.has_inner(pair) && self.prices.fix[pair as usize] == Fix::Free;
        let shared = share.taken.iter().filter(|(pair, taken)| free(**pair) && **taken < share.whole);
        let best = shared.min_by_key(|(pair, taken)| {
            ((2 * **taken - share.whole).abs(), Reverse(self.problem.gain[**pair as usize]))
        });
        best.map(|(pair, _)| *pair)
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
        self.try_pairs(agree(self.problem, self.prices, self.scope));
    }

    fn try_pairs(&mut self, choice: Vec<u32>) {
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
        disputed.sort_by_key(|&pair| Reverse(self.problem.gain[pair as usize]));
        disputed.truncate(TRIES);
        if disputed.len() < 2 {
            return disputed.first().copied();
        }
        let before = self.prices.within(self.scope);
        let mut best: Option<(i128, i128, u32)> = None;
        for pair in disputed {
            let mut bounds = [i128::MIN; 2];
            for (fix, bound) in [Fix::In, Fix::Out].into_iter().zip(&mut bounds) {
                self.prices.fix[pair as usize] = fix;
                let after = self.prices.ascend(self.problem, self.scope, TRY_SWEEPS, self.value);
                *bound = after.unwrap_or(i128::MIN).max(self.value);
                self.prices.set_within(self.scope, &before);
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
}
