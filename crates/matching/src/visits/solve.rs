//! From the relaxation to a plan: prices, a first plan, then piece by piece what is not settled.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    Effort,
    agree::agree,
    branch::{Found, Goal, branch},
    local::Fix,
    prices::Prices,
    problem::Problem,
    proof::{Piece, Proof, Step},
    scope::Scope,
};
use crate::plan;

/// Sweeps of the ascent over everything.
const SWEEPS_MAX: u32 = 60;

/// A piece is looked through for a better plan again when it has grown by one part of so many, and with one part of so
/// many branches.
const IMPROVE_SHARE: usize = 4;
/// A piece grows by one part of so many at a time, when there is so much to grow into.
const GROW_SHARE: usize = 8;

/// A need or a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Need(u32),
    Visitor(u32),
}

/// Needs and visitors, sorted.
#[derive(Clone, Debug, Default)]
struct Members {
    needs: BTreeSet<u32>,
    volunteers: BTreeSet<u32>,
}

impl Members {
    fn add(&mut self, side: Side) {
        match side {
            Side::Need(need) => self.needs.insert(need),
            Side::Visitor(volunteer) => self.volunteers.insert(volunteer),
        };
    }

    fn len(&self) -> usize {
        self.needs.len() + self.volunteers.len()
    }

    fn sides(&self) -> impl Iterator<Item = Side> {
        let needs = self.needs.iter().map(|&need| Side::Need(need));
        needs.chain(self.volunteers.iter().map(|&volunteer| Side::Visitor(volunteer)))
    }
}

/// What was settled of some needs and visitors.
struct Settled {
    members: Members,
    steps: Vec<Step>,
    bound: i128,
}

/// What came out.
pub(super) struct Solved {
    pub(super) chosen: Vec<u32>,
    pub(super) proof: Proof,
    /// No plan comes to more.
    pub(super) bound: i128,
}

pub(super) fn solve(problem: &Problem, effort: Effort) -> Solved {
    let relaxed = plan::solve(&problem.flow);
    let mut prices = Prices::new(problem, &relaxed.proof);
    let whole = Scope::whole(problem);
    prices.ascend(problem, &whole, SWEEPS_MAX, i128::MIN);
    let mut is_chosen = vec![false; problem.gain.len()];
    for pair in agree(problem, &prices, &whole) {
        is_chosen[pair as usize] = true;
    }
    let mut work =
        Work { problem, effort, prices, is_chosen, settled: BTreeMap::new(), owner: BTreeMap::new() };
    for side in work.unsettled() {
        work.settle(side);
    }
    let bound = work.bound();
    let pieces = work.settled.into_values().map(|settled| Piece {
        needs: settled.members.needs.into_iter().collect(),
        volunteers: settled.members.volunteers.into_iter().collect(),
        steps: settled.steps,
    });
    let chosen = (0..problem.gain.len() as u32).filter(|&pair| work.is_chosen[pair as usize]).collect();
    Solved { chosen, proof: Proof { prices: work.prices.price, pieces: pieces.collect() }, bound }
}

struct Work<'a> {
    problem: &'a Problem,
    effort: Effort,
    prices: Prices,
    is_chosen: Vec<bool>,
    settled: BTreeMap<Side, Settled>,
    /// The first member of the piece that a side belongs to.
    owner: BTreeMap<Side, Side>,
}

impl Work<'_> {
    fn sides(&self) -> impl Iterator<Item = Side> + use<> {
        let needs = (0..self.problem.visits.len() as u32).map(Side::Need);
        needs.chain((0..self.problem.visitors.len() as u32).map(Side::Visitor))
    }

    /// What a side would choose for itself, and what that comes to.
    fn choice(&self, side: Side) -> (i128, Vec<u32>) {
        let best = match side {
            Side::Need(need) => self.prices.team(self.problem, need),
            Side::Visitor(volunteer) => self.prices.round(self.problem, volunteer),
        };
        best.map(|best| (best.value, best.chosen)).unwrap_or_default()
    }

    /// What the plan gives a side.
    fn has(&self, side: Side) -> i128 {
        let (price, gain) = (&self.prices.price, &self.problem.gain);
        let chosen = |pair: &u32| self.is_chosen[*pair as usize];
        match side {
            Side::Need(need) => {
                self.problem.pairs_of(need).filter(chosen).map(|pair| price[pair as usize]).sum()
            }
            Side::Visitor(volunteer) => {
                let pairs = self.problem.pairs_with(volunteer).filter(chosen);
                pairs.map(|pair| gain[pair as usize] - price[pair as usize]).sum()
            }
        }
    }

    /// What a side would get if it chose for itself and the plan does not give it.
    fn lack(&self, side: Side) -> i128 {
        self.choice(side).0 - self.has(side)
    }

    /// Sides that lack something, those that lack most first.
    fn unsettled(&self) -> Vec<Side> {
        let mut all: Vec<(Reverse<i128>, Side)> = self
            .sides()
            .map(|side| (Reverse(self.lack(side)), side))
            .filter(|(lack, _)| lack.0 > 0)
            .collect();
        all.sort_unstable();
        all.into_iter().map(|(_, side)| side).collect()
    }

    fn bound(&self) -> i128 {
        let alone = self.sides().filter(|side| !self.owner.contains_key(side));
        alone.map(|side| self.choice(side).0).sum::<i128>()
            + self.settled.values().map(|settled| settled.bound).sum::<i128>()
    }

    /// The side at the other end of a pair.
    fn across(&self, pair: u32, side: Side) -> Side {
        let row = self.problem.pair(pair);
        match side {
            Side::Need(_) => Side::Visitor(row.volunteer),
            Side::Visitor(_) => Side::Need(row.need),
        }
    }

    /// Adds a side, and with it the whole piece it belongs to.
    fn join(&self, members: &mut Members, side: Side) {
        members.add(side);
        let piece = self.owner.get(&side).and_then(|first| self.settled.get(first));
        for side in piece.into_iter().flat_map(|piece| piece.members.sides()) {
            members.add(side);
        }
    }

    /// Those whom a side has or would choose.
    fn neighbours(&self, side: Side) -> Vec<Side> {
        let mut pairs = self.choice(side).1;
        let all: Vec<u32> = match side {
            Side::Need(need) => self.problem.pairs_of(need).collect(),
            Side::Visitor(volunteer) => self.problem.pairs_with(volunteer).collect(),
        };
        pairs.extend(all.into_iter().filter(|&pair| self.is_chosen[pair as usize]));
        pairs.into_iter().map(|pair| self.across(pair, side)).collect()
    }

    /// Looks at a side and those around it, farther and farther, until nothing there can be better.
    fn settle(&mut self, side: Side) {
        if self.owner.contains_key(&side) || self.lack(side) == 0 {
            return;
        }
        let mut members = Members::default();
        self.join(&mut members, side);
        for next in self.neighbours(side) {
            self.join(&mut members, next);
        }
        let mut improve_from = 0;
        loop {
            let scope = Scope::new(self.problem, &members.needs, &members.volunteers);
            if members.len() >= improve_from {
                self.improve(&scope);
                improve_from = members.len() + members.len() / IMPROVE_SHARE;
            }
            let value = self.value(&scope);
            let is_last = members.len() >= self.effort.piece_max;
            let goal = if is_last { Goal::Bound } else { Goal::Nothing };
            let found = branch(self.problem, &mut self.prices, &scope, value, goal, self.effort);
            let Some(better) = found.better.as_ref().filter(|_| !is_last) else {
                self.keep(members, found);
                return;
            };
            let has = |pair: u32| better.binary_search(&pair).is_ok();
            let outside: Vec<Side> = (scope.border.iter())
                .filter(|(pair, _)| has(*pair) != self.is_chosen[*pair as usize])
                .map(|&(pair, is_need)| {
                    let row = self.problem.pair(pair);
                    if is_need { Side::Visitor(row.volunteer) } else { Side::Need(row.need) }
                })
                .collect();
            if outside.is_empty() {
                self.take(&scope, better);
            }
            let enough = members.len() + members.len() / GROW_SHARE;
            for side in outside {
                self.join(&mut members, side);
                // A large piece grows in larger steps, or it would be searched too often.
                for next in self.neighbours(side) {
                    if members.len() < enough {
                        self.join(&mut members, next);
                    }
                }
            }
        }
    }

    fn value(&self, scope: &Scope) -> i128 {
        scope.value(self.problem, &self.prices.price, |pair| self.is_chosen[pair as usize])
    }

    fn take(&mut self, scope: &Scope, choice: &[u32]) {
        for &pair in &scope.inner {
            self.is_chosen[pair as usize] = choice.binary_search(&pair).is_ok();
        }
    }

    /// Looks for a better plan within, with all else as it is.
    fn improve(&mut self, scope: &Scope) {
        let value = self.value(scope);
        for &(pair, _) in &scope.border {
            self.prices.fix[pair as usize] = if self.is_chosen[pair as usize] { Fix::In } else { Fix::Out };
        }
        let effort = Effort { nodes_max: self.effort.nodes_max / IMPROVE_SHARE as u32, ..self.effort };
        let found = branch(self.problem, &mut self.prices, scope, value, Goal::Best, effort);
        for &(pair, _) in &scope.border {
            self.prices.fix[pair as usize] = Fix::Free;
        }
        if let Some(better) = found.better {
            self.take(scope, &better);
        }
    }

    /// Keeps what was found of a piece, unless it says less than what is known of its parts.
    fn keep(&mut self, members: Members, found: Found) {
        let Some(first) = members.sides().next() else { return };
        let parts: BTreeSet<Side> =
            members.sides().filter_map(|side| self.owner.get(&side).copied()).collect();
        let alone = members.sides().filter(|side| !self.owner.contains_key(side));
        let known = alone.map(|side| self.choice(side).0).sum::<i128>()
            + parts.iter().filter_map(|part| self.settled.get(part)).map(|part| part.bound).sum::<i128>();
        if found.bound >= known {
            return;
        }
        for part in parts {
            self.settled.remove(&part);
        }
        for side in members.sides() {
            self.owner.insert(side, first);
        }
        self.settled.insert(first, Settled { members, steps: found.steps, bound: found.bound });
    }
}
