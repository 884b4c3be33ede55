//! Plans that are not flows: visits with windows and the way between them, two who go together, the same face again.
//!
//! The objective is that of [`plan`](mod@crate::plan), exact in integers, below the pins. What is more than a flow can
//! say lies with one need (its team) or with one visitor (their round), so each of them alone is solved outright, and
//! prices on the pairs make them agree:
//!
//! 1. The flow without the rest is solved; its duals are the first prices and a bound (`slots.rs`, `prices.rs`).
//! 2. The prices move until needs and visitors agree almost everywhere. The bound falls with every step.
//! 3. What they agree on is a plan (`agree.rs`). Where it gives a need or a visitor less than they would choose, the
//!    piece around them is solved by branch and bound (`branch.rs`): first for a better plan, then to show that there
//!    is none. There the prices are the best there are, the duals of a linear programme solved in integers
//!    (`programme.rs`), which also tells what to branch on: whether anybody goes to a need, then single pairs. When a
//!    better choice would reach beyond the piece, the piece grows. So a city falls into as many small pieces as there
//!    are things that do not fit, and most of it is never branched on.
//! 4. The prices and the trees of the pieces are the [`Proof`], and [`verify`] takes the bound again from them
//!    and the rules alone. Where a limit of [`Effort`] ended a search, the bound is looser and [`Plan::gap`] says by how much.
//!
//! The bound is that of the Lagrangian decomposition (Guignard and Kim 1987), for capacities alone the bound of Fisher,
//! Jaikumar and Van Wassenhove (1986) for the generalised assignment; the ascent is MPLP (Globerson and Jaakkola 2007); growing pieces
//! is the tightening by clusters of Sontag et al. (2008).
//!
//! Limits: those who go together have a fixed time, since a time common to several rounds would tie them all; a wide
//! window lies within one day; a round is looked for among all orders, so dozens of wide windows in one day are slow.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "Every index is a row of a Problem, which checked it, and Problem keeps rows within 32 bits"
)]

mod agree;
mod branch;
mod local;
mod prices;
mod problem;
mod programme;
mod proof;
mod rules;
mod scope;
mod slots;
mod solve;
#[cfg(test)]
mod tests;

pub use problem::{Problem, ProblemError, Rules, Tie, Visit, Visitor};
pub use proof::{Fault, Piece, Proof, Step, verify};

use crate::plan::Totals;

/// How far to search. Steps are counted, not seconds, so the same problem gives the same plan everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Branches in one search at most.
    pub nodes_max: u32,
    /// A piece of so many needs and visitors grows no more.
    pub piece_max: usize,
    /// Changes of the basis in one solution of the linear programme at most; beyond, its search goes on without it.
    pub pivots_max: u32,
}

/// Enough that city-like plans are proved; a few seconds for what is not.
impl Default for Effort {
    fn default() -> Self {
        Self { nodes_max: 400, piece_max: 120, pivots_max: 2_000 }
    }
}

/// By how much another plan might be better at the most, the weightiest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// Pins.
    pub pins: u64,
    /// Urgencies of filled seats. When this is nought, no plan fills more.
    pub weighted: u64,
    /// Pairs kept.
    pub kept: u64,
    /// Minutes served lately.
    pub served: u64,
    /// Metres.
    pub metres: u64,
}

/// Who goes where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Indices into [`Problem::pairs`], rising.
    pub chosen: Vec<u32>,
    /// What it comes to.
    pub totals: Totals,
    /// Pins that are not kept, as they contradict each other or the rules: need and volunteer.
    pub unkept_pins: Vec<(u32, u32)>,
    /// Nought when the plan is proved to be the best.
    pub gap: Gap,
    /// Why it is not more.
    pub proof: Proof,
}

/// The best plan found, and what is proved of it.
pub fn solve(problem: &Problem, effort: Effort) -> Plan {
    let solved = solve::solve(problem, effort);
    let value: i128 = solved.chosen.iter().map(|&pair| problem.gain[pair as usize]).sum();
    let mut totals = Totals::default();
    for &pair in &solved.chosen {
        let row = problem.pair(pair);
        totals.filled += 1;
        totals.weighted += u64::from(problem.visit_of(pair).urgency);
        totals.kept += u64::from(row.kept);
        totals.served += u64::from(row.served);
        totals.metres += u64::from(row.metres);
    }
    let unkept = (0..problem.gain.len() as u32)
        .filter(|pair| problem.pinned[*pair as usize] && solved.chosen.binary_search(pair).is_err());
    Plan {
        totals,
        unkept_pins: unkept.map(|pair| (problem.pair(pair).need, problem.pair(pair).volunteer)).collect(),
        gap: problem.levels(solved.bound - value),
        chosen: solved.chosen,
        proof: solved.proof,
    }
}

impl Problem {
    /// Reads a difference of objectives level by level.
    pub fn levels(&self, difference: i128) -> Gap {
        let mut rest = difference.max(0);
        let mut level = |of: i128| {
            let whole = rest / of;
            rest -= whole * of;
            u64::try_from(whole).unwrap_or(u64::MAX)
        };
        let scale = &self.flow.scale;
        Gap {
            pins: level(self.pin),
            weighted: level(scale.urgency),
            kept: level(scale.kept),
            served: level(scale.served),
            metres: level(1),
        }
    }
}
