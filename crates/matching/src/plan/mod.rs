//! The optimal plan for many needs at once, with a proof that anyone can check.
//!
//! The objective is lexicographic, in integers: first the urgency of the filled seats, then the pairs that were
//! promised or continue, then that those serve who served least lately, then the metres. A volunteer serves one need in
//! a slot and at most so many in all. This is a flow of least cost, so the best fractional plan is whole, and its linear
//! programme has duals: [`Proof`]. [`verify`] needs nothing but the [`Problem`], the [`Plan`] and those.
//!
//! [`solve`] is an auction that comes near (`auction.rs`) and shortest paths that come home (`exact.rs`): the paths start
//! from any plan and any prices, so the auction need not be careful. [`solve_while`] shows its [`Progress`] and can be
//! stopped: the plan that is there then is allowed, and its [`Plan::gap`] says how far it may be from the best.
//! [`Standing`] is a plan that is repaired when something changes, without solving again.
//!
//! ```
//! use matching::plan::{Demand, Pair, Problem, Supply, solve, solve_while, verify};
//!
//! let needs = vec![Demand { slot: 0, seats: 1, urgency: 1 }, Demand { slot: 0, seats: 1, urgency: 3 }];
//! let volunteers = vec![Supply { shifts_max: 2 }];
//! let pair = |need, metres| Pair { need, volunteer: 0, metres, served: 0, kept: false };
//! let problem = Problem::new(needs, volunteers, vec![pair(0, 100), pair(1, 900)])?;
//! let plan = solve(&problem);
//! // One person, one slot: the more urgent need has them, though it is farther.
//! assert_eq!((plan.totals.weighted, plan.totals.metres), (3, 900));
//! assert!(plan.is_proved());
//! verify(&problem, &plan.chosen, &plan.proof)?;
//!
//! // Stopped before it began: allowed, not proved.
//! let stop = std::sync::atomic::AtomicBool::new(true);
//! let early = solve_while(&problem, &mut |_| !stop.load(std::sync::atomic::Ordering::Relaxed));
//! assert!(!early.is_proved() || verify(&problem, &early.chosen, &early.proof).is_ok());
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
mod fill;
mod goals;
mod market;
mod order;
mod place;
mod problem;
mod proof;
mod queue;
mod search;
mod standing;
mod starved;
mod stop;
#[cfg(test)]
mod tests;
mod ties;
mod toward;
mod watch;

pub use problem::{Demand, Pair, Problem, ProblemError, ROWS_MAX, SEATS_MAX, Supply};
pub use proof::{Fault, Proof, gap, verify};
pub use standing::{Candidate, Change, ChangeError, Placement, Promise, Repair, Standing};
pub use watch::{Progress, Stage};

use amount::Amount;
use market::Market;
use order::Order;
use problem::Scale;
use search::Search;
use watch::Watch;

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
    /// What this choice among the pairs of a problem comes to.
    ///
    /// # Panics
    /// When there is no such pair.
    pub fn of(problem: &Problem, chosen: &[u32]) -> Self {
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
    /// Why none is better, or how much better one might be.
    pub proof: Proof,
    /// What the best plan might gain above this one at the most, in units of the whole objective; nothing when it is
    /// proved to be the best. [`Problem::urgency_in`] says it in urgencies.
    pub gap: i128,
}

impl Plan {
    /// Whether no plan is better: [`verify`] says so too.
    pub fn is_proved(&self) -> bool {
        self.gap == 0
    }
}

/// The best plan there is.
pub fn solve(problem: &Problem) -> Plan {
    solve_while(problem, &mut |_| true)
}

/// The best plan there is, or the best so far when `go_on` says no.
///
/// `go_on` is asked at the beginning of each [`Stage`] and then at least every few thousand steps, which is less than a
/// millisecond on most problems; after its first no it is not asked again, and the plan comes back within about the
/// time that reading the problem once takes. The plan is the same whatever `go_on` does as long as it says yes.
pub fn solve_while(problem: &Problem, go_on: &mut dyn FnMut(Progress) -> bool) -> Plan {
    let watch = Watch::new(go_on);
    if is_narrow(&problem.scale) { solve_in::<i64>(problem, watch) } else { solve_in::<i128>(problem, watch) }
}

/// Whether 64 bits are enough: sums on the way stay below a few times the whole objective.
fn is_narrow(scale: &Scale) -> bool {
    scale.whole < 1 << 60
}

fn solve_in<T: Amount>(problem: &Problem, watch: Watch<'_>) -> Plan {
    if !Order::pays(problem) {
        return solve_as_numbered::<T>(problem, watch);
    }
    let order = Order::of(problem);
    let near = order.problem(problem);
    let plan = solve_as_numbered::<T>(&near, watch);
    order.turned().plan(&near, plan)
}

fn solve_as_numbered<T: Amount>(problem: &Problem, mut watch: Watch<'_>) -> Plan {
    let mut market = Market::<T>::new(problem);
    market.find_best(&problem.demands, &problem.scale, &mut Search::new(), &mut watch);
    if watch.is_stopped() { stop::read_off(problem, market) } else { read_off(problem, &market) }
}

fn read_off<T: Amount>(problem: &Problem, market: &Market<T>) -> Plan {
    let chosen = problem.with_fixed_pairs(market.chosen());
    Plan { totals: Totals::of(problem, &chosen), chosen, proof: market.proof(), gap: 0 }
}
