//! A plan that stands while things change: a need more, a decline, a volunteer gone.
//!
//! [`Standing`] keeps the market of a plan with its prices. A [`Change`] is a few small steps that keep every price right
//! (`edit.rs`) and leave seats without a volunteer and volunteers without a seat; a shortest path from each brings the
//! plan to its new optimum ([`exact`](super::exact)). Nothing is solved again and nothing as long as the whole is
//! touched: what a change costs is the pairs of those it names and the places its paths look at
//! ([`Repair::visited`]).
//!
//! Promises: what is [`Promise::Fixed`] is never moved; the plan is the optimum of the rest. What is [`Promise::Kept`]
//! is moved where a seat of more urgency is filled by it, and then as few as possible are: that level of the objective
//! comes right after the urgency. All else moves freely. The plan does not promise by itself: say so with
//! [`Change::Promised`] when somebody was told.
//!
//! Needs and volunteers keep their numbers; the number of one that is gone is given to the next that comes.
//!
//! ```
//! use matching::plan::{Candidate, Change, Demand, Pair, Placement, Problem, Promise, Standing, Supply, verify};
//!
//! let needs = vec![Demand { slot: 0, seats: 1, urgency: 1 }];
//! let volunteers = vec![Supply { shifts_max: 1 }, Supply { shifts_max: 1 }];
//! let pair = |volunteer, metres| Pair { need: 0, volunteer, metres, served: 0, kept: false };
//! let mut standing = Standing::new(Problem::new(needs, volunteers, vec![pair(0, 100), pair(1, 900)])?)?;
//!
//! // The nearer one declines: the other is asked.
//! let repair = standing.apply(&Change::PairDeclined { need: 0, volunteer: 0 })?;
//! assert_eq!(repair.joined, [Placement { need: 0, volunteer: 1 }]);
//! standing.apply(&Change::Promised { need: 0, volunteer: 1, promise: Promise::Fixed })?;
//!
//! // A promise is not broken for a more urgent need.
//! let pairs = vec![Candidate { other: 1, metres: 50, served: 0 }];
//! let urgent = Change::NeedCame { demand: Demand { slot: 0, seats: 1, urgency: 5 }, pairs };
//! assert!(standing.apply(&urgent)?.joined.is_empty());
//!
//! let (problem, plan) = standing.plan();
//! verify(&problem, &plan.chosen, &plan.proof)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod allow;
mod change;
mod edit;
mod read;
mod rows;
mod steps;
#[cfg(test)]
mod tests;

pub use change::{Candidate, Change, ChangeError, Placement, Promise, Repair};

use super::{
    Demand, Pair, Plan, Problem, ProblemError, Supply, Totals,
    exact::Open,
    market::Market,
    problem::{Scale, Sums},
    search::Search,
    watch::Watch,
};
use rows::Places;

/// How much a standing plan may grow before its objective needs a wider scale: these sums, or twice what it began with.
const ROOM: Sums = Sums { metres: 1 << 36, served: 1 << 30, kept: 1 << 24, urgency: 1 << 26 };

/// A scale with room for what may come, and the room; `None` when not even these sums fit.
fn roomy(sums: Sums) -> Option<(Sums, Scale)> {
    let rooms = [sums.with(ROOM, |sum, room| room.max(2 * sum)), sums.each(|sum| 2 * sum), sums];
    rooms.into_iter().find_map(|room| Some((room, Scale::for_sums(room)?)))
}

/// What is known of a pair.
#[derive(Clone, Copy, Debug)]
struct Fact {
    pair: Pair,
    /// Nobody uses this row.
    is_gone: bool,
    is_fixed: bool,
    /// Whether it was in the plan that was last reported.
    is_planned: bool,
}

/// A plan with its prices, ready for the next change.
#[derive(Clone, Debug)]
pub struct Standing {
    market: Market<i128>,
    search: Search<i128>,
    demands: Vec<Demand>,
    supplies: Vec<Supply>,
    facts: Vec<Fact>,
    fixed_at: Vec<u32>,
    fixed_of: Vec<u32>,
    scale: Scale,
    /// What the scale holds, and what it must hold.
    room: Sums,
    load: Sums,
    places: Places,
    needs_gone: Vec<u32>,
    volunteers_gone: Vec<u32>,
    pairs_gone: Vec<u32>,
    is_need: Vec<bool>,
    is_volunteer: Vec<bool>,
}

impl Standing {
    /// Makes the best plan of a problem, which may have fixed pairs.
    ///
    /// # Errors
    /// [`ProblemError::TooGreat`], when there is no room for anything to change.
    pub fn new(mut problem: Problem) -> Result<Self, ProblemError> {
        let runs = problem.pairs.chunk_by(|a, b| a.need == b.need);
        let sums = runs.filter_map(|run| {
            let demand = problem.demands.get(run.first()?.need as usize)?;
            Some(Sums::of(demand, run.iter()))
        });
        let load = sums.fold(Sums::default(), |sum, of| sum.with(of, |sum, of| sum + of));
        let (room, scale) = roomy(load).ok_or(ProblemError::TooGreat)?;
        problem.scale = scale;
        let mut market = Market::new(&problem);
        let mut search = Search::new();
        market.find_best(&problem.demands, &scale, &mut search, &mut Watch::new(&mut |_| true));
        market.flips.clear();
        let fact = |pair: &Pair| Fact { pair: *pair, is_gone: false, is_fixed: false, is_planned: false };
        let mut facts: Vec<Fact> = problem.pairs.iter().map(fact).collect();
        let mut fixed_at = vec![0; problem.demands.len()];
        let mut fixed_of = vec![0; problem.supplies.len()];
        for &pair in &problem.fixed {
            let fact = &mut facts[pair as usize];
            fact.is_fixed = true;
            fixed_at[fact.pair.need as usize] += 1;
            fixed_of[fact.pair.volunteer as usize] += 1;
        }
        for (fact, &is_held) in facts.iter_mut().zip(&market.held) {
            fact.is_planned = is_held || fact.is_fixed;
        }
        Ok(Self {
            places: Places::new(&market),
            market,
            search,
            is_need: vec![true; problem.demands.len()],
            is_volunteer: vec![true; problem.supplies.len()],
            demands: problem.demands,
            supplies: problem.supplies,
            facts,
            fixed_at,
            fixed_of,
            scale,
            room,
            load,
            needs_gone: Vec::new(),
            volunteers_gone: Vec::new(),
            pairs_gone: Vec::new(),
        })
    }

    /// Lets something happen, and brings the plan to its new optimum.
    ///
    /// # Errors
    /// [`ChangeError`]; the plan is as before then.
    pub fn apply(&mut self, change: &Change) -> Result<Repair, ChangeError> {
        let growth = self.allow(change)?;
        let wider = self.widen_for(growth)?;
        let mut open = Open::default();
        let number = self.step(change, &mut open);
        if let Some((room, scale)) = wider {
            (self.room, self.scale) = (room, scale);
            self.solve_again();
            open = Open::default();
        }
        let visited = self.market.settle(&mut self.search, open);
        Ok(self.report(number, visited))
    }

    /// Makes sure that the objective fits: gives a wider scale where it would not.
    fn widen_for(&mut self, growth: Sums) -> Result<Option<(Sums, Scale)>, ChangeError> {
        let plus = |sums: Sums| sums.with(growth, |sum, more| sum + more);
        if !plus(self.load).is_within(self.room) {
            // What went since is counted off only here.
            let needs = (0..self.demands.len() as u32).map(|need| self.sums(need));
            self.load = needs.fold(Sums::default(), |sum, of| sum.with(of, |sum, of| sum + of));
        }
        let load = plus(self.load);
        let wider =
            if load.is_within(self.room) { None } else { Some(roomy(load).ok_or(ChangeError::TooGreat)?) };
        self.load = load;
        Ok(wider)
    }

    /// Everything at a wider scale, from nothing: once in a long while.
    fn solve_again(&mut self) {
        self.market.shut = self.scale.whole;
        for pair in 0..self.facts.len() {
            self.set_cost(pair);
        }
        let seats = self.demands.iter().zip(&self.fixed_at).map(|(demand, fixed)| demand.seats - fixed);
        self.market.empty(seats.collect());
        self.market.find_best(&self.demands, &self.scale, &mut self.search, &mut Watch::new(&mut |_| true));
        self.market.flips = (0..self.facts.len() as u32).collect();
    }

    /// What changed since the last report.
    fn report(&mut self, number: Option<u32>, visited: usize) -> Repair {
        let mut repair = Repair { number, visited, ..Repair::default() };
        for pair in std::mem::take(&mut self.market.flips) {
            let is_planned = self.is_planned(pair as usize);
            let fact = &mut self.facts[pair as usize];
            if is_planned != std::mem::replace(&mut fact.is_planned, is_planned) {
                let list = if is_planned { &mut repair.joined } else { &mut repair.left };
                list.push(Placement { need: fact.pair.need, volunteer: fact.pair.volunteer });
            }
        }
        repair.left.sort_unstable();
        repair.joined.sort_unstable();
        repair
    }
}
