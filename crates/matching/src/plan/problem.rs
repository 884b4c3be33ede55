//! What a plan is asked for: needs with seats, volunteers with shifts, and who could serve which need.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

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
    /// This need and this volunteer are fixed, but they are no pair.
    FixedNoPair {
        /// Index of the need.
        need: u32,
        /// Index of the volunteer.
        volunteer: u32,
    },
    /// More people are fixed for this need than it has seats.
    FixedAboveSeats {
        /// Index of the need.
        need: u32,
    },
    /// This volunteer is fixed for more needs than they have shifts.
    FixedAboveShifts {
        /// Index of the volunteer.
        volunteer: u32,
    },
    /// This volunteer is fixed for two needs in one slot, or twice for the same.
    FixedTwoPlaces {
        /// Index of the volunteer.
        volunteer: u32,
        /// The slot.
        slot: u16,
    },
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
            Self::FixedNoPair { need, volunteer } => {
                write!(
                    f,
                    "volunteer {volunteer} is fixed for need {need}, but no pair says that they could serve it"
                )
            }
            Self::FixedAboveSeats { need } => {
                write!(f, "more people are fixed for need {need} than it has seats; free one or add seats")
            }
            Self::FixedAboveShifts { volunteer } => {
                write!(f, "volunteer {volunteer} is fixed for more needs than they have shifts; free one")
            }
            Self::FixedTwoPlaces { volunteer, slot } => {
                write!(f, "volunteer {volunteer} is fixed twice in slot {slot}; free one of the two")
            }
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
    /// Pairs that every plan must choose, rising.
    pub(super) fixed: Vec<u32>,
    pub(crate) scale: Scale,
}

/// How the levels of the objective become one integer: each level's unit outweighs all that is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    pub(crate) served: i128,
    pub(crate) kept: i128,
    pub(crate) urgency: i128,
    pub(crate) whole: i128,
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
        Ok(Self { demands, supplies, pairs, fixed: Vec::new(), scale })
    }

    /// The same, where every plan must choose these pairs, each a need and a volunteer: promises nobody may move.
    ///
    /// # Errors
    /// [`ProblemError`], when one of them does not exist or they contradict each other.
    pub fn with_fixed(mut self, promised: &[(u32, u32)]) -> Result<Self, ProblemError> {
        let mut fixed = Vec::with_capacity(promised.len());
        let mut seats: HashMap<u32, u32> = HashMap::new();
        let mut shifts: HashMap<u32, u32> = HashMap::new();
        let mut places = HashSet::new();
        for &(need, volunteer) in promised {
            let first = self.pairs.partition_point(|pair| pair.need < need);
            let row = self.pairs[first..].iter().take_while(|pair| pair.need == need);
            let at = row.map(|pair| pair.volunteer).position(|of| of == volunteer);
            let at = at.ok_or(ProblemError::FixedNoPair { need, volunteer })?;
            fixed.push((first + at) as u32);
            let demand = self.demands[need as usize];
            let (seats, shifts) = (seats.entry(need).or_default(), shifts.entry(volunteer).or_default());
            (*seats, *shifts) = (*seats + 1, *shifts + 1);
            if !places.insert((volunteer, demand.slot)) {
                return Err(ProblemError::FixedTwoPlaces { volunteer, slot: demand.slot });
            }
            if *seats > demand.seats {
                return Err(ProblemError::FixedAboveSeats { need });
            }
            if *shifts > self.supplies[volunteer as usize].shifts_max {
                return Err(ProblemError::FixedAboveShifts { volunteer });
            }
        }
        fixed.sort_unstable();
        self.fixed = fixed;
        Ok(self)
    }

    /// The pairs that every plan must choose, as indices of [`Self::pairs`], rising.
    pub fn fixed(&self) -> &[u32] {
        &self.fixed
    }

    /// The pairs that nobody may choose freely: those that are fixed, and those whose volunteer is fixed in their slot.
    pub(super) fn shut_pairs(&self) -> impl Iterator<Item = u32> {
        let place = |pair: &Pair| (pair.volunteer, self.demands[pair.need as usize].slot);
        let places: HashSet<(u32, u16)> =
            self.fixed.iter().map(|&pair| place(&self.pairs[pair as usize])).collect();
        let all = if places.is_empty() { &[] } else { self.pairs.as_slice() };
        all.iter().enumerate().filter(move |(_, pair)| places.contains(&place(pair))).map(|(at, _)| at as u32)
    }

    /// The seats of each need that are not fixed.
    pub(super) fn seats_left(&self) -> Vec<u32> {
        let mut seats: Vec<u32> = self.demands.iter().map(|demand| demand.seats).collect();
        for &pair in &self.fixed {
            seats[self.pairs[pair as usize].need as usize] -= 1;
        }
        seats
    }

    /// A whole plan: these pairs, none of them fixed and rising, and the fixed ones.
    pub(super) fn with_fixed_pairs(&self, chosen: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut chosen: Vec<u32> = chosen.collect();
        if !self.fixed.is_empty() {
            chosen.extend(&self.fixed);
            chosen.sort_unstable();
        }
        chosen
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
    pub(crate) fn cost(&self, pair: &Pair) -> i128 {
        let urgency = self.demands.get(pair.need as usize).map_or(0, |demand| demand.urgency);
        self.scale.cost(pair, urgency)
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

/// What the levels of the objective come to at the most, all needs together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) metres: i128,
    pub(super) served: i128,
    pub(super) kept: i128,
    pub(super) urgency: i128,
}

impl Sums {
    /// Of one need with these pairs.
    pub(super) fn of<'a>(demand: &Demand, pairs: impl Iterator<Item = &'a Pair>) -> Self {
        let (mut most, mut count) = (Self::default(), 0_i128);
        for pair in pairs {
            count += 1;
            most.metres = most.metres.max(pair.metres.into());
            most.served = most.served.max(pair.served.into());
            most.kept = most.kept.max(pair.kept.into());
        }
        // At least one, so that no single pair outweighs the whole.
        let seats = i128::from(demand.seats).min(count).max(1);
        most.urgency = if count == 0 { 0 } else { demand.urgency.into() };
        most.each(|sum| sum * seats)
    }

    pub(super) fn each(self, f: impl Fn(i128) -> i128) -> Self {
        Self { metres: f(self.metres), served: f(self.served), kept: f(self.kept), urgency: f(self.urgency) }
    }

    /// Whether no level is above that of the other.
    pub(super) fn is_within(self, room: Self) -> bool {
        self.metres <= room.metres
            && self.served <= room.served
            && self.kept <= room.kept
            && self.urgency <= room.urgency
    }

    /// Level by level.
    pub(super) fn with(self, other: Self, f: impl Fn(i128, i128) -> i128) -> Self {
        Self {
            metres: f(self.metres, other.metres),
            served: f(self.served, other.served),
            kept: f(self.kept, other.kept),
            urgency: f(self.urgency, other.urgency),
        }
    }
}

impl Scale {
    /// `None` when the whole does not fit.
    fn of(demands: &[Demand], pairs: &[Pair]) -> Option<Self> {
        let mut sums = Sums::default();
        for run in pairs.chunk_by(|a, b| a.need == b.need) {
            let Some(demand) = run.first().and_then(|pair| demands.get(pair.need as usize)) else { continue };
            sums = sums.with(Sums::of(demand, run.iter()), |sum, of| sum + of);
        }
        Self::for_sums(sums)
    }

    /// What choosing a pair of a need of this urgency costs.
    pub(super) fn cost(&self, pair: &Pair, urgency: u32) -> i128 {
        i128::from(pair.metres) + i128::from(pair.served) * self.served
            - i128::from(pair.kept) * self.kept
            - i128::from(urgency) * self.urgency
    }

    /// The levels of a sum of costs, as long as none of them is above half of what the scale holds.
    pub(super) fn levels(&self, amount: i128) -> Sums {
        let nearest = |amount: i128, unit: i128| (amount + unit / 2).div_euclid(unit);
        let urgency = nearest(amount, self.urgency);
        let amount = amount - urgency * self.urgency;
        let kept = nearest(amount, self.kept);
        let amount = amount - kept * self.kept;
        let served = nearest(amount, self.served);
        Sums { metres: amount - served * self.served, served, kept, urgency }
    }

    /// The sum of these levels.
    pub(super) fn amount(&self, levels: Sums) -> i128 {
        levels.metres + levels.served * self.served + levels.kept * self.kept + levels.urgency * self.urgency
    }

    /// One that holds these sums; `None` when the whole does not fit.
    pub(super) fn for_sums(sums: Sums) -> Option<Self> {
        let per_served = sums.metres + 1;
        let per_kept = per_served.checked_mul(sums.served + 1)?;
        let per_urgency = per_kept.checked_mul(sums.kept + 1)?;
        let whole = per_urgency.checked_mul(sums.urgency + 1)?;
        (whole <= OBJECTIVE_MAX).then_some(Self {
            served: per_served,
            kept: per_kept,
            urgency: per_urgency,
            whole,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_costs_keeps_its_levels() {
        let scale = Scale::for_sums(Sums { metres: 100, served: 7, kept: 0, urgency: 20 }).unwrap();
        for (metres, served, urgency) in [(0, 0, 0), (50, 3, 10), (-50, 3, -10), (50, -3, 0), (-1, 0, 1)] {
            let levels = Sums { metres, served, kept: 0, urgency };
            assert_eq!(scale.levels(scale.amount(levels)), levels);
        }
    }
}
