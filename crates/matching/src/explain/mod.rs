//! Why a plan is as it is, in codes with data: why this person, why not that one, why a place is empty, and whom to look
//! for.
//!
//! Every number is exact. What it would cost to move somebody is found by doing it: the plan is repaired with the pair
//! fixed or gone ([`Standing`], within a millisecond or so), the two optima are compared level by level, and the change is
//! taken back. The duals of the plan tell where to look first: what one more volunteer can bring is never more than
//! their pairs gain above the duals of the needs, so [`Explainer::recruits`] tries the most promising first and stops
//! when no other can do better.
//!
//! Who is no candidate at all is told by the rules ([`eligible`](crate::eligible)), not here; and there are no words here.
//!
//! ```
//! use matching::{explain::{Against, Explainer}, plan::{Demand, Pair, Problem, Supply, solve}};
//!
//! let needs = vec![Demand { slot: 0, seats: 1, urgency: 1 }, Demand { slot: 0, seats: 1, urgency: 3 }];
//! let pairs = [(0, 100), (1, 900)].map(|(need, metres)| Pair { need, volunteer: 0, metres, served: 0, kept: false });
//! let problem = Problem::new(needs, vec![Supply { shifts_max: 1 }], pairs.to_vec())?;
//! let mut explainer = Explainer::new(&problem, &solve(&problem).chosen)?;
//! // Why does volunteer 0 not serve need 0? They serve need 1 then, and moving them would cost two urgencies.
//! let Against::Busy { needs, costs } = explainer.why_not(0, 0)? else { panic!() };
//! assert_eq!((needs, costs.weighted, costs.metres), (vec![1], -2, -800));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "Every index is a row of a Problem, which checked it and keeps rows within 32 bits; others are asked first"
)]

mod recruit;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, fmt};

pub use recruit::{Offer, Recruit, TRIALS_MAX};

use crate::plan::{Change, ChangeError, Pair, Placement, Problem, ProblemError, Promise, Repair, Standing};

/// How another plan differs, level by level: more is positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Filled seats.
    pub filled: i64,
    /// Their urgencies.
    pub weighted: i64,
    /// Pairs kept.
    pub kept: i64,
    /// Minutes the chosen served lately; fewer is better.
    pub served: i64,
    /// Metres; fewer is better.
    pub metres: i64,
}

impl Difference {
    /// Greater is better.
    pub(crate) fn rank(&self) -> (i64, i64, i64, i64) {
        (self.weighted, self.kept, -self.served, -self.metres)
    }

    fn count(&mut self, pair: &Pair, urgency: u32, sign: i64) {
        self.filled += sign;
        self.weighted += sign * i64::from(urgency);
        self.kept += sign * i64::from(pair.kept);
        self.served += sign * i64::from(pair.served);
        self.metres += sign * i64::from(pair.metres);
    }
}

/// What speaks for a pair of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct For {
    /// The pair.
    pub pair: Pair,
    /// Candidates of the need.
    pub candidates: u32,
    /// Of them, who live nearer.
    pub nearer: u32,
    /// Of them, who served less lately.
    pub served_less: u32,
    /// Whether it is a promise that is fixed: there is no plan without it.
    pub is_fixed: bool,
    /// What the best plan without this pair would differ by; nothing where it is fixed.
    pub without: Difference,
}

/// What stands against a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// Nothing: they serve this need.
    Serves(For),
    /// They are no candidate: a rule stands against it, or there were enough others nearer.
    NoPair,
    /// The need asks for nobody, or the volunteer gives no shift.
    Nobody,
    /// They serve these needs instead: one in the same slot, or as many as they have shifts for.
    Busy {
        /// What they serve.
        needs: Vec<u32>,
        /// What the best plan in which they serve this one would differ by.
        costs: Difference,
    },
    /// They are free, and others serve it better.
    Others {
        /// Who serves it.
        volunteers: Vec<u32>,
        /// What the best plan in which they serve this one would differ by.
        costs: Difference,
    },
}

/// Why seats of a need are empty: where its candidates are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortage {
    /// Seats asked for.
    pub seats: u32,
    /// Seats filled.
    pub filled: u32,
    /// Candidates in all.
    pub candidates: u32,
    /// Of them, who serve another need in this slot.
    pub in_slot: u32,
    /// Of the others, who have no shift left.
    pub no_shift: u32,
    /// Of the others, who could come: none in a best plan, unless a seat here weighs nothing.
    pub free: u32,
    /// The candidate who would cost least, and what the best plan in which they come would differ by.
    pub cheapest: Option<(u32, Difference)>,
}

/// Why there is nothing to explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainError {
    /// There is no such need.
    UnknownNeed(u32),
    /// There is no such volunteer.
    UnknownVolunteer(u32),
    /// There is no pair of this index.
    UnknownPair(u32),
    /// The objective is too great for anything to change.
    TooGreat,
    /// A promise that is fixed stands in the way, and it is not to be moved.
    Fixed(ChangeError),
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownNeed(need) => write!(f, "there is no need {need}"),
            Self::UnknownVolunteer(volunteer) => write!(f, "there is no volunteer {volunteer}"),
            Self::UnknownPair(pair) => write!(f, "there is no pair {pair}"),
            Self::TooGreat => f.write_str("urgencies, minutes and metres are too great to compare plans"),
            Self::Fixed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExplainError {}

impl From<ProblemError> for ExplainError {
    fn from(_: ProblemError) -> Self {
        Self::TooGreat
    }
}

impl From<ChangeError> for ExplainError {
    fn from(error: ChangeError) -> Self {
        Self::Fixed(error)
    }
}

/// Explains one plan.
#[derive(Clone, Debug)]
pub struct Explainer<'a> {
    problem: &'a Problem,
    is_chosen: Vec<bool>,
    index: HashMap<(u32, u32), u32>,
    /// The needs that each volunteer serves.
    serves: HashMap<u32, Vec<u32>>,
    /// The problem with room in its objective for those who may come.
    roomy: Problem,
    /// What the last seat of each need gains, in units of the roomy objective.
    duals: Vec<i128>,
    standing: Standing,
}

impl<'a> Explainer<'a> {
    /// For a plan of this problem. What moving would cost is told against the best plan.
    ///
    /// # Errors
    /// When the plan names a pair that is not there, or the objective is too great.
    pub fn new(problem: &'a Problem, chosen: &[u32]) -> Result<Self, ExplainError> {
        let mut is_chosen = vec![false; problem.pairs().len()];
        let mut serves: HashMap<u32, Vec<u32>> = HashMap::new();
        for &pair in chosen {
            *is_chosen.get_mut(pair as usize).ok_or(ExplainError::UnknownPair(pair))? = true;
            let row = problem.pairs()[pair as usize];
            serves.entry(row.volunteer).or_default().push(row.need);
        }
        let index =
            (problem.pairs().iter().zip(0..)).map(|(pair, at)| ((pair.need, pair.volunteer), at)).collect();
        let standing = Standing::new(problem.clone())?;
        let (roomy, best) = standing.plan();
        Ok(Self { is_chosen, index, serves, roomy, duals: best.proof.needs, standing, problem })
    }

    fn pairs_of(&self, need: u32) -> impl Iterator<Item = &'a Pair> {
        let first = self.problem.pairs().partition_point(|pair| pair.need < need);
        self.problem.pairs()[first..].iter().take_while(move |pair| pair.need == need)
    }

    fn is_serving(&self, pair: &Pair) -> bool {
        self.serves.get(&pair.volunteer).is_some_and(|needs| needs.contains(&pair.need))
    }

    fn knows(&self, need: u32, volunteer: Option<u32>) -> Result<(), ExplainError> {
        if need as usize >= self.problem.demands().len() {
            return Err(ExplainError::UnknownNeed(need));
        }
        match volunteer.filter(|&volunteer| volunteer as usize >= self.problem.supplies().len()) {
            Some(volunteer) => Err(ExplainError::UnknownVolunteer(volunteer)),
            None => Ok(()),
        }
    }

    /// Who serves a need, nearest first, each with what speaks for them.
    ///
    /// # Errors
    /// When there is no such need.
    pub fn why(&mut self, need: u32) -> Result<Vec<For>, ExplainError> {
        self.knows(need, None)?;
        let mut serving: Vec<Pair> =
            self.pairs_of(need).filter(|pair| self.is_serving(pair)).copied().collect();
        serving.sort_by_key(|pair| (pair.metres, pair.volunteer));
        serving.into_iter().map(|pair| self.speaks_for(pair)).collect()
    }

    fn speaks_for(&mut self, pair: Pair) -> Result<For, ExplainError> {
        let Pair { need, volunteer, .. } = pair;
        let count =
            |worse: &dyn Fn(&Pair) -> bool| self.pairs_of(need).filter(|other| worse(other)).count() as u32;
        let (candidates, nearer) = (count(&|_| true), count(&|other| other.metres < pair.metres));
        let served_less = count(&|other| other.served < pair.served);
        let is_fixed = self.index.get(&(need, volunteer)).is_some_and(|at| self.problem.fixed().contains(at));
        let without = if is_fixed {
            Difference::default()
        } else {
            let repair = self.standing.apply(&Change::PairDeclined { need, volunteer })?;
            self.standing.apply(&Change::PairOpened { pair })?;
            self.difference(&repair, &[])
        };
        Ok(For { pair, candidates, nearer, served_less, is_fixed, without })
    }

    /// Why a volunteer does not serve a need, or what speaks for it when they do.
    ///
    /// # Errors
    /// When there is no such need or volunteer.
    pub fn why_not(&mut self, need: u32, volunteer: u32) -> Result<Against, ExplainError> {
        self.knows(need, Some(volunteer))?;
        let demand = self.problem.demands()[need as usize];
        let shifts_max = self.problem.supplies()[volunteer as usize].shifts_max;
        let Some(&at) = self.index.get(&(need, volunteer)) else { return Ok(Against::NoPair) };
        let pair = self.problem.pairs()[at as usize];
        if self.is_chosen[at as usize] {
            return Ok(Against::Serves(self.speaks_for(pair)?));
        }
        if demand.seats == 0 || shifts_max == 0 {
            return Ok(Against::Nobody);
        }
        let costs = self.costs(&pair)?;
        let serves = self.serves.get(&volunteer).cloned().unwrap_or_default();
        let slot = |need: &u32| self.problem.demands()[*need as usize].slot;
        let in_slot: Vec<u32> = serves.iter().copied().filter(|other| slot(other) == demand.slot).collect();
        Ok(if !in_slot.is_empty() {
            Against::Busy { needs: in_slot, costs }
        } else if serves.len() >= shifts_max as usize {
            Against::Busy { needs: serves, costs }
        } else {
            let others = self.pairs_of(need).filter(|pair| self.is_serving(pair));
            Against::Others { volunteers: others.map(|pair| pair.volunteer).collect(), costs }
        })
    }

    /// What the best plan that holds this pair differs by.
    fn costs(&mut self, pair: &Pair) -> Result<Difference, ExplainError> {
        let Pair { need, volunteer, .. } = *pair;
        let promised = |promise| Change::Promised { need, volunteer, promise };
        let repair = self.standing.apply(&promised(Promise::Fixed))?;
        self.standing.apply(&promised(if pair.kept { Promise::Kept } else { Promise::None }))?;
        Ok(self.difference(&repair, &[]))
    }

    /// Where the candidates of a need are, and who would cost least.
    ///
    /// # Errors
    /// When there is no such need.
    pub fn shortage(&mut self, need: u32) -> Result<Shortage, ExplainError> {
        self.knows(need, None)?;
        let demand = self.problem.demands()[need as usize];
        let mut told = Shortage { seats: demand.seats, ..Shortage::default() };
        let pairs: Vec<Pair> = self.pairs_of(need).copied().collect();
        for pair in pairs {
            told.candidates += 1;
            if self.is_serving(&pair) {
                told.filled += 1;
                continue;
            }
            let serves = self.serves.get(&pair.volunteer).map(Vec::as_slice).unwrap_or_default();
            if serves.iter().any(|other| self.problem.demands()[*other as usize].slot == demand.slot) {
                told.in_slot += 1;
            } else if serves.len() >= self.problem.supplies()[pair.volunteer as usize].shifts_max as usize {
                told.no_shift += 1;
            } else {
                told.free += 1;
            }
            let can = demand.seats > 0 && self.problem.supplies()[pair.volunteer as usize].shifts_max > 0;
            // A fixed promise in the way is no price to pay.
            let Some(costs) = can.then(|| self.costs(&pair).ok()).flatten() else { continue };
            if told.cheapest.is_none_or(|(_, least)| costs.rank() > least.rank()) {
                told.cheapest = Some((pair.volunteer, costs));
            }
        }
        Ok(told)
    }

    /// What a repair changed, in levels; pairs that are not of the problem are in `new`.
    fn difference(&self, repair: &Repair, new: &[Pair]) -> Difference {
        let mut sum = Difference::default();
        for (placements, sign) in [(&repair.joined, 1), (&repair.left, -1)] {
            for &Placement { need, volunteer } in placements {
                let known = self.index.get(&(need, volunteer)).map(|&at| &self.problem.pairs()[at as usize]);
                let mut all = known.into_iter().chain(new);
                if let Some(pair) = all.find(|pair| (pair.need, pair.volunteer) == (need, volunteer)) {
                    sum.count(pair, self.problem.demands()[need as usize].urgency, sign);
                }
            }
        }
        sum
    }
}
