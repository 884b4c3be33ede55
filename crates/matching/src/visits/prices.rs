//! Prices that split what a pair gains between its need and its visitor, and the ascent that makes the bound tight.
//!
//! Whatever the prices are, no plan gains more than all needs and all visitors together when each chooses for itself:
//! a need the best team at its prices, a visitor the best round at what the prices leave of the gains (Lagrangian
//! decomposition, Guignard and Kim 1987). The duals of the flow give the first prices, and a bound no worse than the
//! flow's. Where the two sides of a pair disagree, levelling what it is worth to each lowers the bound by as much as they
//! disagree (block coordinate ascent on max-marginals, as MPLP: Globerson and Jaakkola 2007). All in integers.

use super::{
    local::{Best, Fix, best_round, best_team},
    problem::Problem,
    scope::Scope,
};
use crate::plan;

/// Sweeps without a better bound after which the ascent stops.
const STALE_SWEEPS_MAX: u32 = 3;

/// The prices now, what is fixed, and what each side would choose.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    /// What the need gets of each pair's gain.
    pub(super) price: Vec<i128>,
    pub(super) fix: Vec<Fix>,
    /// Of each need, whether anybody goes; only of those with all seats or none.
    pub(super) met: Vec<Fix>,
    pub(super) by_need: Vec<bool>,
    pub(super) by_visitor: Vec<bool>,
}

impl Prices {
    /// From the duals of the relaxation.
    pub(super) fn new(problem: &Problem, relaxed: &plan::Proof) -> Self {
        let slots: std::collections::HashMap<(u32, u16), i128> =
            relaxed.slots.iter().map(|&(volunteer, slot, price)| ((volunteer, slot), price)).collect();
        let price = (problem.pairs().iter().zip(&problem.gain))
            .map(|(pair, gain)| {
                let slot = problem.flow.demands()[pair.need as usize].slot;
                let visitor = relaxed.volunteers[pair.volunteer as usize]
                    + slots.get(&(pair.volunteer, slot)).unwrap_or(&0);
                let need = relaxed.needs[pair.need as usize];
                need + (gain - need - visitor).div_euclid(2)
            })
            .collect();
        let none = vec![false; problem.gain.len()];
        Self {
            price,
            fix: vec![Fix::Free; none.len()],
            met: vec![Fix::Free; problem.visits.len()],
            by_need: none.clone(),
            by_visitor: none,
        }
    }

    pub(super) fn team(&self, problem: &Problem, need: u32) -> Option<Best> {
        best_team(
            problem,
            need,
            |pair| self.price[pair as usize],
            |pair| self.fix[pair as usize],
            self.met[need as usize],
        )
    }

    pub(super) fn round(&self, problem: &Problem, volunteer: u32) -> Option<Best> {
        let left = |pair: u32| problem.gain[pair as usize] - self.price[pair as usize];
        best_round(problem, volunteer, left, |pair| self.fix[pair as usize])
    }

    fn choose_team(&mut self, problem: &Problem, need: u32) -> Option<i128> {
        let best = self.team(problem, need)?;
        problem.pairs_of(need).for_each(|pair| self.by_need[pair as usize] = false);
        best.chosen.iter().for_each(|&pair| self.by_need[pair as usize] = true);
        Some(best.value)
    }

    fn choose_round(&mut self, problem: &Problem, volunteer: u32) -> Option<i128> {
        let best = self.round(problem, volunteer)?;
        problem.pairs_with(volunteer).for_each(|pair| self.by_visitor[pair as usize] = false);
        best.chosen.iter().for_each(|&pair| self.by_visitor[pair as usize] = true);
        Some(best.value)
    }

    /// Pairs within the scope on which the two sides disagree.
    pub(super) fn disputed<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = u32> + 'a {
        let both = scope.inner.iter().copied();
        both.filter(|&pair| self.by_need[pair as usize] != self.by_visitor[pair as usize])
    }

    /// The prices within a scope, in its order.
    pub(super) fn within(&self, scope: &Scope) -> Vec<i128> {
        scope.inner.iter().map(|&pair| self.price[pair as usize]).collect()
    }

    /// Sets the prices within a scope, in its order.
    pub(super) fn set_within(&mut self, scope: &Scope, prices: &[i128]) {
        for (&pair, &price) in scope.inner.iter().zip(prices) {
            self.price[pair as usize] = price;
        }
    }

    /// What each side of the scope chooses at these prices, and what they come to together; `None` when what is fixed
    /// allows no plan.
    pub(super) fn bound(&mut self, problem: &Problem, scope: &Scope) -> Option<i128> {
        Chosen::new(self, problem, scope).map(|chosen| chosen.bound())
    }

    /// Lowers the bound until nothing is disputed, nothing gets better, or the bound is no more than `enough`. Gives the
    /// best bound, whose prices stay; `None` when what is fixed allows no plan.
    pub(super) fn ascend(
        &mut self,
        problem: &Problem,
        scope: &Scope,
        sweeps_max: u32,
        enough: i128,
    ) -> Option<i128> {
        let mut chosen = Chosen::new(self, problem, scope)?;
        let mut bound = chosen.bound();
        let mut stale = 0;
        for _ in 0..sweeps_max {
            if bound <= enough || stale > STALE_SWEEPS_MAX {
                break;
            }
            let mut touched: Vec<u32> = Vec::new();
            for pair in self.disputed(scope) {
                let row = problem.pair(pair);
                touched.extend(problem.pairs_of(row.need).chain(problem.pairs_with(row.volunteer)));
            }
            if touched.is_empty() {
                break;
            }
            touched.sort_unstable();
            touched.dedup();
            let mut moved: (Vec<u32>, Vec<u32>) = Default::default();
            for pair in touched {
                if self.fix[pair as usize] == Fix::Free && scope.has_inner(pair) && self.level(problem, pair)
                {
                    moved.0.push(problem.pair(pair).need);
                    moved.1.push(problem.pair(pair).volunteer);
                }
            }
            chosen.again(self, problem, scope, moved)?;
            let lower = chosen.bound();
            stale = if lower < bound { 0 } else { stale + 1 };
            bound = lower;
        }
        Some(bound)
    }

    /// Makes a pair worth the same to both sides. Gives whether its price moved.
    fn level(&mut self, problem: &Problem, pair: u32) -> bool {
        let row = *problem.pair(pair);
        let at = pair as usize;
        let mut ask = |fix: Fix| {
            self.fix[at] = fix;
            let team = self.team(problem, row.need).map(|best| best.value);
            let round = self.round(problem, row.volunteer).map(|best| best.value);
            self.fix[at] = Fix::Free;
            (team, round)
        };
        let (team_in, round_in) = ask(Fix::In);
        let (team_out, round_out) = ask(Fix::Out);
        let move_to_need = match (team_in.zip(team_out), round_in.zip(round_out)) {
            (Some(team), Some(round)) => {
                let (need, visitor) = (team.0 - team.1, round.0 - round.1);
                (need + visitor).div_euclid(2) - need
            }
            // A side that cannot choose lets the other be indifferent.
            (None, Some(round)) => round.0 - round.1,
            (Some(team), None) => team.1 - team.0,
            (None, None) => 0,
        };
        self.price[at] += move_to_need;
        move_to_need != 0
    }
}

/// What each side of a scope would come to.
struct Chosen {
    teams: Vec<i128>,
    rounds: Vec<i128>,
}

impl Chosen {
    fn new(prices: &mut Prices, problem: &Problem, scope: &Scope) -> Option<Self> {
        let teams =
            scope.needs.iter().map(|&need| prices.choose_team(problem, need)).collect::<Option<_>>()?;
        let rounds = scope.volunteers.iter().map(|&volunteer| prices.choose_round(problem, volunteer));
        Some(Self { teams, rounds: rounds.collect::<Option<_>>()? })
    }

    fn bound(&self) -> i128 {
        self.teams.iter().chain(&self.rounds).sum()
    }

    /// Lets those needs and visitors choose again whose prices moved.
    fn again(
        &mut self,
        prices: &mut Prices,
        problem: &Problem,
        scope: &Scope,
        (mut needs, mut volunteers): (Vec<u32>, Vec<u32>),
    ) -> Option<()> {
        for rows in [&mut needs, &mut volunteers] {
            rows.sort_unstable();
            rows.dedup();
        }
        for need in needs {
            if let Ok(at) = scope.needs.binary_search(&need) {
                self.teams[at] = prices.choose_team(problem, need)?;
            }
        }
        for volunteer in volunteers {
            if let Ok(at) = scope.volunteers.binary_search(&volunteer) {
                self.rounds[at] = prices.choose_round(problem, volunteer)?;
            }
        }
        Some(())
    }
}
