//! The books of a standing plan: all rows, the market, and the scale of the objective.

use super::{
    super::{
        amount::Amount,
        exact::Open,
        market::Market,
        problem::{Scale, Sums},
        search::Search,
        watch::Watch,
    },
    Change, ChangeError, Demand, Pair, Placement, Problem, Repair, Supply, roomy,
    rows::Places,
};

/// What is known of a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    pub(super) pair: Pair,
    /// Nobody uses this row.
    pub(super) is_gone: bool,
    pub(super) is_fixed: bool,
    /// Whether it was in the plan that was last reported.
    pub(super) is_planned: bool,
}

/// The books of a standing plan, in integers that hold its objective.
#[derive(Clone, Debug)]
pub(super) struct Ledger<T> {
    pub(super) market: Market<T>,
    pub(super) search: Search<T>,
    pub(super) demands: Vec<Demand>,
    pub(super) supplies: Vec<Supply>,
    pub(super) facts: Vec<Fact>,
    pub(super) fixed_at: Vec<u32>,
    pub(super) fixed_of: Vec<u32>,
    pub(super) scale: Scale,
    /// What the scale holds, and what it must hold.
    room: Sums,
    load: Sums,
    pub(super) places: Places,
    pub(super) needs_gone: Vec<u32>,
    pub(super) volunteers_gone: Vec<u32>,
    pub(super) pairs_gone: Vec<u32>,
    pub(super) is_need: Vec<bool>,
    pub(super) is_volunteer: Vec<bool>,
}

impl<T: Amount> Ledger<T> {
    /// Makes the best plan of a problem.
    pub(super) fn new(mut problem: Problem, load: Sums, (room, scale): (Sums, Scale)) -> Self {
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
        Self {
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
        }
    }

    /// Lets something happen that was allowed, and brings the plan to its new optimum.
    pub(super) fn run(&mut self, change: &Change) -> Repair {
        let mut open = Open::default();
        let number = self.step(change, &mut open);
        let visited = self.market.settle(&mut self.search, open);
        self.report(number, visited)
    }

    /// Checks that a change may happen, and that the objective fits: gives a wider scale where it would not.
    pub(super) fn prepare(&mut self, change: &Change) -> Result<Option<(Sums, Scale)>, ChangeError> {
        let growth = self.allow(change)?;
        let plus = |sums: Sums| sums.with(growth, |sum, more| sum + more);
        if !plus(self.load).is_within(self.room) {
            // What went since is counted off only here.
            let needs = (0..self.demands.len() as u32).map(|need| self.sums(need));
            self.load = needs.fold(Sums::default(), |sum, of| sum.with(of, |sum, of| sum + of));
        }
        let load = plus(self.load);
        let wider = if load.is_within(self.room) {
            None
        } else {
            Some(roomy(load, self.seats()).ok_or(ChangeError::TooGreat)?)
        };
        self.load = load;
        Ok(wider)
    }

    /// How many seats there are.
    fn seats(&self) -> i128 {
        self.demands.iter().map(|demand| i128::from(demand.seats)).sum()
    }

    /// The same books in wider integers.
    pub(super) fn widened<W: Amount>(&self) -> Ledger<W> {
        let of = self.clone();
        Ledger {
            market: of.market.widened(),
            search: self.search.anew(),
            demands: of.demands,
            supplies: of.supplies,
            facts: of.facts,
            fixed_at: of.fixed_at,
            fixed_of: of.fixed_of,
            scale: of.scale,
            room: of.room,
            load: of.load,
            places: of.places,
            needs_gone: of.needs_gone,
            volunteers_gone: of.volunteers_gone,
            pairs_gone: of.pairs_gone,
            is_need: of.is_need,
            is_volunteer: of.is_volunteer,
        }
    }

    /// Everything at another scale. Prices keep their levels, so the plan is still the best, as a rule; it is mended
    /// where a level had outgrown the scale before.
    pub(super) fn rescale(&mut self, (room, scale): (Sums, Scale)) {
        self.market.rescale(&self.scale, &scale);
        (self.room, self.scale) = (room, scale);
        for pair in 0..self.facts.len() {
            self.set_cost(pair);
        }
        self.market.perfect(&mut self.search, &mut Watch::new(&mut |_| true));
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
