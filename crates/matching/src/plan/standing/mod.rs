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
//! The objective is one integer, of 64 bits where the plan fits into them with room to grow. A change that goes beyond the
//! room (twice the sums of the beginning; more [`Promise::Kept`] than there was room for; minutes served where there
//! were none) counts every price at a wider scale and looks at every pair once. When every
//! doubling of the kept solved the whole again instead, 4,000 changes of 60,000 volunteers and 50,000 needs took more than
//! ten minutes.
//!
//! What is slow there is a volunteer less where none is to spare: nearly all needs hang together, the nearest free shift
//! is 100 to 1,000 m of detours away, by way of some 200 needs, and up to 190,000 of 220,000 places lie nearer; five seats
//! more take up to five such paths. A long one is looked for from both of its ends ([`toward`](super::toward)); how long
//! changes take stands in `docs/measurements.md`, what each idea brought in the README of the crate. Dropped: raising all prices to
//! what it would cost to do without, so that from every seat something leads to a free shift at no loss; it helped the first 40
//! changes and nothing after 150, since every shift taken bars the way for all who were led there. Without checks for overflow a
//! run takes 3 % less CPU, and in large pages of memory 1 to 2 %.
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
mod ledger;
mod names;
mod read;
mod rows;
mod steps;
#[cfg(test)]
mod tests;

pub use change::{Candidate, Change, ChangeError, Placement, Promise, Repair};

use super::{
    Demand, Pair, Plan, Problem, ProblemError, Supply, Totals,
    exact::Open,
    is_narrow,
    order::Order,
    problem::{Scale, Sums},
};
use ledger::{Fact, Ledger};

/// How much a standing plan may grow before its objective needs a wider scale, where that fits into 64 bits: these
/// sums, or twice what it began with.
const ROOM_NARROW: Sums = Sums { metres: 1 << 26, served: 1 << 12, kept: 0, urgency: 1 << 12 };
/// The same in 128 bits.
const ROOM_WIDE: Sums = Sums { metres: 1 << 36, served: 1 << 30, kept: 1 << 24, urgency: 1 << 26 };

/// A scale with room for what may come, and the room; `None` when not even these sums fit. Prefers 64 bits, with as many
/// seats kept as fit too.
fn roomy(sums: Sums, seats: i128) -> Option<(Sums, Scale)> {
    let twice = sums.each(|sum| 2 * sum);
    let keeping = Sums { kept: twice.kept.max(2 * seats), ..twice };
    let fewer = (0..64).map(|halved| Sums { kept: twice.kept.max(keeping.kept >> halved), ..twice });
    let narrow = std::iter::once(keeping.with(ROOM_NARROW, i128::max)).chain(fewer);
    let narrow = narrow.filter_map(with_scale).find(|(_, scale)| is_narrow(scale));
    let wide = [keeping.with(ROOM_WIDE, i128::max), twice, sums].into_iter();
    narrow.or_else(|| wide.filter_map(with_scale).next())
}

fn with_scale(room: Sums) -> Option<(Sums, Scale)> {
    Some((room, Scale::for_sums(room)?))
}

/// A plan with its prices, ready for the next change.
#[derive(Clone, Debug)]
pub struct Standing {
    /// In numbers of their own.
    books: Books,
    /// From the numbers of the books to those of the caller.
    given: Order,
    /// And back.
    near: Order,
}

#[derive(Clone, Debug)]
enum Books {
    Narrow(Ledger<i64>),
    Wide(Ledger<i128>),
}

/// Does the same with the books, however wide.
macro_rules! with_books {
    ($books:expr, $ledger:ident => $what:expr) => {
        match $books {
            Books::Narrow($ledger) => $what,
            Books::Wide($ledger) => $what,
        }
    };
}
use with_books;

impl Standing {
    /// Makes the best plan of a problem, which may have fixed pairs.
    ///
    /// # Errors
    /// [`ProblemError::TooGreat`], when the objective does not fit.
    pub fn new(problem: Problem) -> Result<Self, ProblemError> {
        let runs = problem.pairs.chunk_by(|a, b| a.need == b.need);
        let sums = runs.filter_map(|run| {
            let demand = problem.demands.get(run.first()?.need as usize)?;
            Some(Sums::of(demand, run.iter()))
        });
        let load = sums.fold(Sums::default(), |sum, of| sum.with(of, |sum, of| sum + of));
        let seats = problem.demands.iter().map(|demand| i128::from(demand.seats)).sum();
        let (room, scale) = roomy(load, seats).ok_or(ProblemError::TooGreat)?;
        let near = Order::of(&problem);
        let problem = near.problem(&problem);
        let books = if is_narrow(&scale) {
            Books::Narrow(Ledger::new(problem, load, (room, scale)))
        } else {
            Books::Wide(Ledger::new(problem, load, (room, scale)))
        };
        Ok(Self { books, given: near.turned(), near })
    }

    /// Lets something happen, and brings the plan to its new optimum.
    ///
    /// # Errors
    /// [`ChangeError`]; the plan is as before then.
    pub fn apply(&mut self, change: &Change) -> Result<Repair, ChangeError> {
        let change = change.renamed(&self.near);
        let wider = with_books!(&mut self.books, ledger => ledger.prepare(&change));
        if let Some((room, scale)) = wider.map_err(|error| error.renamed(&self.given))? {
            if let Books::Narrow(ledger) = &self.books
                && !is_narrow(&scale)
            {
                self.books = Books::Wide(ledger.widened());
            }
            with_books!(&mut self.books, ledger => ledger.rescale((room, scale)));
        }
        let repair = with_books!(&mut self.books, ledger => ledger.run(&change));
        let number = repair.number.map(|number| change.renamed_number(number, &self.given));
        Ok(Repair { number, ..repair.renamed(&self.given) })
    }
}
