//! The optimal plan for many needs at once, with a proof that anyone can check.
//!
//! The objective is lexicographic, in integers: first the urgency of the filled seats, then the pairs that were
//! promised or continue, then that those serve who served least lately, then the metres. A volunteer serves one need in
//! a slot and at most so many in all. This is a flow of least cost, so the best fractional plan is whole, and its linear
//! programme has duals: [`Proof`]. [`verify`] needs nothing but the [`Problem`], the [`Plan`] and those.
//!
//! [`solve`] is an auction that comes near (`auction.rs`) and shortest paths that come home (`exact.rs`): the paths start
//! from any plan and any prices, so the auction need not be careful.
//!
//! ```
//! use matching::plan::{Demand, Pair, Problem, Supply, solve, verify};
//!
//! let needs = vec![Demand { slot: 0, seats: 1, urgency: 1 }, Demand { slot: 0, seats: 1, urgency: 3 }];
//! let volunteers = vec![Supply { shifts_max: 2 }];
//! let pair = |need, metres| Pair { need, volunteer: 0, metres, served: 0, kept: false };
//! let problem = Problem::new(needs, volunteers, vec![pair(0, 100), pair(1, 900)])?;
//! let plan = solve(&problem);
//! // One person, one slot: the more urgent need has them, though it is farther.
//! assert_eq!((plan.totals.weighted, plan.totals.metres), (3, 900));
//! verify(&problem, &plan.chosen, &plan.proof)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "Every index is a row of a Problem, which checked it, and Problem keeps rows within 32 bits"
)]

mod amount;
mod auction;
mod exact;
mod market;
mod problem;
mod proof;
#[cfg(test)]
mod tests;

pub use problem::{Demand, Pair, Problem, ProblemError, ROWS_MAX, SEATS_MAX, Supply};
pub use proof::{Fault, Proof, verify};

use amount::Amount;
use exact::Search;
use market::{FREE, Market};

/// The objective of a plan, the weightiest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Filled seats.
    pub filled: u64,
    /// Their urgencies; more is better.
    pub weighted: u64,
    /// Pairs kept; more is better.
    pub kept: u64,
    /// Minutes the chosen served lately, for each seat; less is better.
    pub served: u64,
    /// Metres from home to need, for each seat; less is better.
    pub metres: u64,
}

impl Totals {
    fn of(problem: &Problem, chosen: &[u32]) -> Self {
        let mut totals = Self::default();
        for pair in chosen.iter().map(|&index| &problem.pairs[index as usize]) {
            totals.filled += 1;
            totals.weighted += u64::from(problem.demands[pair.need as usize].urgency);
            totals.kept += u64::from(pair.kept);
            totals.served += u64::from(pair.served);
            totals.metres += u64::from(pair.metres);
        }
        totals
    }
}

/// Who serves which need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Indices into [`Problem::pairs`], rising.
    pub chosen: Vec<u32>,
    /// What it comes to.
    pub totals: Totals,
    /// Why none is better.
    pub proof: Proof,
}

/// The best plan there is.
pub fn solve(problem: &Problem) -> Plan {
    // Sums on the way stay below a few times the whole objective.
    if problem.scale.whole < 1 << 60 { solve_in::<i64>(problem) } else { solve_in::<i128>(problem) }
}

fn solve_in<T: Amount>(problem: &Problem) -> Plan {
    let mut market = Market::<T>::new(problem);
    market.auction(|need| problem.demands[need].urgency);
    market.perfect(&mut Search::new(&market));
    read_off(problem, &market)
}

fn read_off<T: Amount>(problem: &Problem, market: &Market<T>) -> Plan {
    let chosen: Vec<u32> = (0..market.held.len() as u32).filter(|&pair| market.held[pair as usize]).collect();
    let extra = |volunteer: usize| {
        market.units_of(volunteer).filter_map(move |unit| {
            let (unit, floor) = (market.units[unit], market.floor[volunteer]);
            (unit.slot != FREE && unit.price > floor)
                .then(|| (volunteer as u32, unit.slot as u16, (unit.price - floor).wide()))
        })
    };
    let proof = Proof {
        needs: market.dual.iter().map(|dual| dual.wide()).collect(),
        volunteers: market.floor.iter().map(|floor| floor.wide()).collect(),
        slots: (0..market.floor.len()).flat_map(extra).collect(),
    };
    Plan { totals: Totals::of(problem, &chosen), chosen, proof }
}
