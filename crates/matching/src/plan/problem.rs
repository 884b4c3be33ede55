//! What a plan is asked for: needs with seats, volunteers with shifts, and who could serve which need.

use std::fmt;

/// Seats of a need at most.
pub const SEATS_MAX: u32 = 10_000;
/// Needs, volunteers and pairs at most, each.
pub const ROWS_MAX: usize = 200_000_000;
/// The greatest objective that fits with room for the sums on the way: 2^120.
const OBJECTIVE_MAX: i128 = 1 << 120;

/// A need: so many seats at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// When: a volunteer serves one need in a slot.
    pub slot: u16,
    /// How many are needed; none is allowed and asks for nobody.
    pub seats: u32,
    /// What a filled seat weighs.
    pub urgency: u32,
}

/// A volunteer: so many shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supply {
    /// Needs served at most, in all.
    pub shifts_max: u32,
}

/// Somebody who could serve a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Index of the need.
    pub need: u32,
    /// Index of the volunteer.
    pub volunteer: u32,
    /// How far they live apart.
    pub metres: u32,
    /// Minutes the volunteer served lately: those who served least come first.
    pub served: u32,
    /// Promised or continued: kept where that costs no filled seat.
    pub kept: bool,
}

/// Why there is no such problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemError {
    /// The pair at this index names a need or a volunteer that is not there.
    UnknownRow {
        /// Index of the pair.
        pair: usize,
    },
    /// The need has more seats than [`SEATS_MAX`].
    TooManySeats {
        /// Index of the need.
        need: usize,
    },
    /// The same volunteer stands twice with the same need.
    TwiceTheSame {
        /// Index of the second, when pairs stand by need.
        pair: usize,
    },
    /// More rows than [`ROWS_MAX`].
    TooManyRows,
    /// Urgencies, minutes and metres are so great that their sums do not fit.
    TooGreat,
}

impl fmt::Display for ProblemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRow { pair } => {
                write!(f, "pair {pair} names a need or a volunteer that does not exist")
            }
            Self::TooManySeats { need } => {
                write!(f, "need {need} has more than {SEATS_MAX} seats; split it")
            }
            Self::TwiceTheSame { pair } => write!(f, "pair {pair} stands there before"),
            Self::TooManyRows => write!(f, "more than {ROWS_MAX} rows; split the area"),
            Self::TooGreat => write!(f, "urgencies, minutes and metres are too great to be added up"),
        }
    }
}

impl std::error::Error for ProblemError {}

/// A checked problem. Pairs stand by need, in the order given.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) demands: Vec<Demand>,
    pub(super) supplies: Vec<Supply>,
    pub(super) pairs: Vec<Pair>,
    pub(super) scale: Scale,
}

/// How the levels of the objective become one integer: each level's unit outweighs all that is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) served: i128,
    pub(super) kept: i128,
    pub(super) urgency: i128,
    pub(super) whole: i128,
}

impl Problem {
    /// Checks and sorts.
    ///
    /// # Errors
    /// [`ProblemError`]; nothing of it is used then.
    pub fn new(
        demands: Vec<Demand>,
        supplies: Vec<Supply>,
        mut pairs: Vec<Pair>,
    ) -> Result<Self, ProblemError> {
        if [demands.len(), supplies.len(), pairs.len()].into_iter().any(|rows| rows > ROWS_MAX) {
            return Err(ProblemError::TooManyRows);
        }
        if let Some(need) = demands.iter().position(|demand| demand.seats > SEATS_MAX) {
            return Err(ProblemError::TooManySeats { need });
        }
        let unknown =
            |pair: &Pair| pair.need as usize >= demands.len() || pair.volunteer as usize >= supplies.len();
        if let Some(pair) = pairs.iter().position(unknown) {
            return Err(ProblemError::UnknownRow { pair });
        }
        if !pairs.is_sorted_by_key(|pair| pair.need) {
            pairs.sort_by_key(|pair| pair.need);
        }
        no_pair_twice(&pairs, supplies.len())?;
        let scale = Scale::of(&demands, &pairs).ok_or(ProblemError::TooGreat)?;
        Ok(Self { demands, supplies, pairs, scale })
    }

    /// The needs.
    pub fn demands(&self) -> &[Demand] {
        &self.demands
    }

    /// The volunteers.
    pub fn supplies(&self) -> &[Supply] {
        &self.supplies
    }

    /// Who could serve which need, by need.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// A [`gap`](super::Plan::gap) in urgencies: no plan fills seats of more urgency than this above the plan that has
    /// the gap.
    pub fn urgency_in(&self, gap: i128) -> u64 {
        // What the lower levels lose may make up for nearly one urgency.
        let most = gap.max(0).saturating_add(self.scale.urgency - 1) / self.scale.urgency;
        u64::try_from(most).unwrap_or(u64::MAX)
    }

    /// What choosing this pair costs; negative, since a filled seat outweighs everything else.
    pub(super) fn cost(&self, pair: &Pair) -> i128 {
        let urgency = self.demands.get(pair.need as usize).map_or(0, |demand| demand.urgency);
        i128::from(pair.metres) + i128::from(pair.served) * self.scale.served
            - i128::from(pair.kept) * self.scale.kept
            - i128::from(urgency) * self.scale.urgency
    }
}

fn no_pair_twice(pairs: &[Pair], volunteers: usize) -> Result<(), ProblemError> {
    let mut last = vec![u32::MAX; volunteers];
    for (index, pair) in pairs.iter().enumerate() {
        let Some(last) = last.get_mut(pair.volunteer as usize) else { continue };
        if *last == pair.need {
            return Err(ProblemError::TwiceTheSame { pair: index });
        }
        *last = pair.need;
    }
    Ok(())
}

impl Scale {
    /// `None` when the whole does not fit.
    fn of(demands: &[Demand], pairs: &[Pair]) -> Option<Self> {
        let (mut metres, mut served, mut kept, mut urgency) = (0_i128, 0_i128, 0_i128, 0_i128);
        for run in pairs.chunk_by(|a, b| a.need == b.need) {
            let Some(demand) = run.first().and_then(|pair| demands.get(pair.need as usize)) else { continue };
            // At least one, so that no single pair outweighs the whole.
            let seats = i128::from(demand.seats).min(run.len() as i128).max(1);
            let most = |level: fn(&Pair) -> u32| i128::from(run.iter().map(level).max().unwrap_or(0));
            metres += seats * most(|pair| pair.metres);
            served += seats * most(|pair| pair.served);
            kept += seats * most(|pair| u32::from(pair.kept));
            urgency += seats * i128::from(demand.urgency);
        }
        let per_served = metres + 1;
        let per_kept = per_served.checked_mul(served + 1)?;
        let per_urgency = per_kept.checked_mul(kept + 1)?;
        let whole = per_urgency.checked_mul(urgency + 1)?;
        (whole <= OBJECTIVE_MAX).then_some(Self {
            served: per_served,
            kept: per_kept,
            urgency: per_urgency,
            whole,
        })
    }
}
