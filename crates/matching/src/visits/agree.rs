//! From what each side would choose to a plan that is allowed.

use std::cmp::Reverse;

use super::{
    local::{Fix, best_team},
    prices::Prices,
    problem::Problem,
    scope::Scope,
};

/// Takes the pairs on which both sides agree (at the border, the one side there is), gives up what is not allowed
/// without the others, and fills what is left open as well as it goes. Gives pairs, rising.
pub(super) fn agree(problem: &Problem, prices: &Prices, scope: &Scope) -> Vec<u32> {
    let mut draft = Draft { problem, scope, is_picked: std::collections::BTreeSet::new() };
    for &pair in &scope.inner {
        if prices.by_need[pair as usize] && prices.by_visitor[pair as usize] {
            draft.is_picked.insert(pair);
        }
    }
    for &(pair, is_need) in &scope.border {
        let side = if is_need { &prices.by_need } else { &prices.by_visitor };
        if side[pair as usize] {
            draft.is_picked.insert(pair);
        }
    }
    draft.give_up();
    draft.fill();
    draft.is_picked.into_iter().collect()
}

struct Draft<'a> {
    problem: &'a Problem,
    scope: &'a Scope,
    is_picked: std::collections::BTreeSet<u32>,
}

impl Draft<'_> {
    fn team(&self, need: u32) -> Vec<u32> {
        self.is_picked.range(self.problem.pairs_of(need)).copied().collect()
    }

    /// Gives up pairs until every team and every item is whole. What is left of a round still fits.
    fn give_up(&mut self) {
        let problem = self.problem;
        loop {
            let before = self.is_picked.len();
            for &need in &self.scope.needs {
                let team = self.team(need);
                if problem.may_meet(need, &team) {
                    continue;
                }
                let picked = |pair: u32| if team.contains(&pair) { Fix::Free } else { Fix::Out };
                let best = best_team(problem, need, |pair| problem.gain[pair as usize], picked, Fix::Free);
                let kept = best.map(|best| best.chosen).unwrap_or_default();
                team.iter().filter(|pair| !kept.contains(pair)).for_each(|pair| {
                    self.is_picked.remove(pair);
                });
            }
            for &volunteer in &self.scope.volunteers {
                for item in problem.items[volunteer as usize].iter().filter(|item| item.pairs.len() > 1) {
                    if !item.pairs.iter().all(|pair| self.is_picked.contains(pair)) {
                        item.pairs.iter().for_each(|pair| {
                            self.is_picked.remove(pair);
                        });
                    }
                }
            }
            if self.is_picked.len() == before {
                return;
            }
        }
    }

    /// Adds to each team, the most urgent first, whom it can get without taking them from another.
    fn fill(&mut self) {
        let problem = self.problem;
        let mut needs = self.scope.needs.clone();
        needs.sort_by_key(|&need| Reverse(problem.visits[need as usize].urgency));
        for need in needs {
            let team = self.team(need);
            if team.len() >= problem.seats(need) {
                continue;
            }
            let fix = |pair: u32| {
                if team.contains(&pair) {
                    Fix::In
                } else if self.is_open(pair) {
                    Fix::Free
                } else {
                    Fix::Out
                }
            };
            if let Some(best) = best_team(problem, need, |pair| problem.gain[pair as usize], fix, Fix::Free) {
                self.is_picked.extend(best.chosen);
            }
        }
    }

    /// Whether its visitor could take this pair as well.
    fn is_open(&self, pair: u32) -> bool {
        let problem = self.problem;
        let volunteer = problem.pair(pair).volunteer;
        let item = &problem.items[volunteer as usize][problem.item_of[pair as usize] as usize];
        item.pairs.len() == 1 && self.scope.has_inner(pair) && {
            let round = problem.pairs_with(volunteer).filter(|pair| self.is_picked.contains(pair));
            problem.may_hold(volunteer, round.chain([pair]))
        }
    }
}
