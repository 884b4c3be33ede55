//! The proof of a plan, and the check of it. This file knows nothing of how a plan is made.

use std::fmt;

use super::Problem;

/// Prices under which no plan can come to more than this one does.
///
/// They are the duals of the linear programme "choose pairs; each need at most its seats, each volunteer at most their
/// shifts, each volunteer once in a slot". By weak duality every plan gains at most what all of it costs at these prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What one more seat of each need would gain; 0 or more.
    pub needs: Vec<i128>,
    /// What one more shift of each volunteer would gain; 0 or more.
    pub volunteers: Vec<i128>,
    /// What being there twice would gain: volunteer, slot, gain; those that are not named gain nothing. By volunteer.
    pub slots: Vec<(u32, u16, i128)>,
}

/// What is wrong with a plan or its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no pair of this index, or it is chosen twice, or the indices do not rise.
    UnknownPair(u32),
    /// This need has more people than seats.
    TooManyAtNeed(u32),
    /// This volunteer has more needs than shifts.
    TooManyShifts(u32),
    /// This volunteer is in two places in one slot.
    TwoPlaces(u32, u16),
    /// This pair is fixed and not chosen.
    FixedMissing(u32),
    /// The proof has another number of needs or volunteers than the problem, or names one that is not there.
    OtherProblem,
    /// A price is below zero.
    NegativePrice,
    /// Prices are so great that they do not add up.
    TooGreat,
    /// At these prices another plan might gain this much more.
    NotProved {
        /// What is missing, in units of the whole objective.
        gap: i128,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownPair(pair) => {
                write!(f, "pair {pair} does not exist or does not stand in rising order")
            }
            Self::TooManyAtNeed(need) => write!(f, "need {need} has more people than seats"),
            Self::TooManyShifts(volunteer) => write!(f, "volunteer {volunteer} has more needs than shifts"),
            Self::TwoPlaces(volunteer, slot) => {
                write!(f, "volunteer {volunteer} is in two places in slot {slot}")
            }
            Self::FixedMissing(pair) => write!(f, "pair {pair} is fixed and not chosen"),
            Self::OtherProblem => write!(f, "the proof is of another problem"),
            Self::NegativePrice => write!(f, "a price of the proof is below zero"),
            Self::TooGreat => write!(f, "the prices of the proof are too great"),
            Self::NotProved { gap } => write!(f, "the plan is not proved to be the best: {gap} is missing"),
        }
    }
}

impl std::error::Error for Fault {}

/// Checks that the plan is allowed and that the proof shows it to be the best.
///
/// # Errors
/// The first [`Fault`] found.
pub fn verify(problem: &Problem, chosen: &[u32], proof: &Proof) -> Result<(), Fault> {
    match gap(problem, chosen, proof)? {
        0 => Ok(()),
        gap => Err(Fault::NotProved { gap }),
    }
}

/// Checks that the plan is allowed, and gives what the best plan might gain above it at the most, going by the prices of
/// the proof.
///
/// # Errors
/// The first [`Fault`] found; never [`Fault::NotProved`].
pub fn gap(problem: &Problem, chosen: &[u32], proof: &Proof) -> Result<i128, Fault> {
    let gained = check_plan(problem, chosen)?;
    let bound = bound(problem, proof)?;
    // By weak duality the bound is never below what an allowed plan gains.
    bound.checked_sub(gained).map(|gap| gap.max(0)).ok_or(Fault::TooGreat)
}

/// What every plan gains at the most, going by these prices.
fn bound(problem: &Problem, proof: &Proof) -> Result<i128, Fault> {
    if proof.needs.len() != problem.demands.len() || proof.volunteers.len() != problem.supplies.len() {
        return Err(Fault::OtherProblem);
    }
    let slots = SlotPrices::of(proof).ok_or(Fault::OtherProblem)?;
    let prices =
        || proof.needs.iter().chain(&proof.volunteers).chain(proof.slots.iter().map(|(.., price)| price));
    if prices().any(|&price| price < 0) {
        return Err(Fault::NegativePrice);
    }
    // A price above the whole objective proves nothing that the whole would not, and might not add up.
    if prices().any(|&price| price > problem.scale.whole) {
        return Err(Fault::TooGreat);
    }
    let mut is_shut = vec![false; problem.pairs.len()];
    problem.shut_pairs().for_each(|pair| is_shut[pair as usize] = true);
    // A pair may be chosen once: what it gains above all prices is the price of that.
    let over = problem.pairs.iter().zip(&is_shut).map(|(pair, &is_shut)| {
        let above = -problem.cost(pair) - proof.needs[pair.need as usize];
        // No other price is below zero: most pairs end here, and nothing is read of their volunteers.
        if is_shut || above <= 0 {
            return Some(0);
        }
        let slot = problem.demands[pair.need as usize].slot;
        let price = proof.volunteers[pair.volunteer as usize] + slots.price(pair.volunteer, slot);
        Some((above - price).max(0))
    });
    let seats = problem.seats_left().into_iter().zip(&proof.needs);
    let seats = seats.map(|(of, price)| price.checked_mul(of.into()));
    let shifts = shifts(problem, &is_shut).into_iter().zip(&proof.volunteers);
    let shifts = shifts.map(|(of, price)| price.checked_mul(of.into()));
    let fixed = problem.fixed.iter().map(|&pair| Some(-problem.cost(&problem.pairs[pair as usize])));
    over.chain(seats)
        .chain(fixed)
        .chain(shifts)
        .chain(proof.slots.iter().map(|&(.., price)| Some(price)))
        .try_fold(0_i128, |sum, part| sum.checked_add(part?))
        .ok_or(Fault::TooGreat)
}

/// The prices of slots, found by volunteer.
struct SlotPrices {
    /// Where those of each volunteer begin.
    first: Vec<u32>,
    prices: Vec<(u16, i128)>,
}

impl SlotPrices {
    /// `None` when a volunteer is not there, or a slot of theirs has two prices.
    fn of(proof: &Proof) -> Option<Self> {
        let mut sorted = proof.slots.clone();
        sorted.sort_unstable_by_key(|&(volunteer, slot, _)| (volunteer, slot));
        let is_twice = |pair: &[(u32, u16, i128)]| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1);
        if sorted.windows(2).any(is_twice) {
            return None;
        }
        let mut first = vec![0; proof.volunteers.len() + 1];
        for &(volunteer, ..) in &sorted {
            *first.get_mut(volunteer as usize + 1)? += 1;
        }
        for volunteer in 0..proof.volunteers.len() {
            first[volunteer + 1] += first[volunteer];
        }
        Some(Self { first, prices: sorted.into_iter().map(|(_, slot, price)| (slot, price)).collect() })
    }

    fn price(&self, volunteer: u32, slot: u16) -> i128 {
        let volunteer = volunteer as usize;
        let own = &self.prices[self.first[volunteer] as usize..self.first[volunteer + 1] as usize];
        own.binary_search_by_key(&slot, |price| price.0).map_or(0, |at| own[at].1)
    }
}

/// The shifts of each volunteer that count: those not fixed, and never more than there are pairs for them.
fn shifts(problem: &Problem, is_shut: &[bool]) -> Vec<u32> {
    let mut pairs = vec![0_u32; problem.supplies.len()];
    let mut shifts: Vec<u32> = problem.supplies.iter().map(|supply| supply.shifts_max).collect();
    for (pair, &is_shut) in problem.pairs.iter().zip(is_shut) {
        pairs[pair.volunteer as usize] += u32::from(!is_shut);
    }
    for &pair in &problem.fixed {
        shifts[problem.pairs[pair as usize].volunteer as usize] -= 1;
    }
    shifts.into_iter().zip(pairs).map(|(shifts, pairs)| shifts.min(pairs)).collect()
}

/// Whether the plan is allowed; gives what it gains.
fn check_plan(problem: &Problem, chosen: &[u32]) -> Result<i128, Fault> {
    let mut seats: Vec<u32> = problem.demands.iter().map(|demand| demand.seats).collect();
    let mut shifts: Vec<u32> = problem.supplies.iter().map(|supply| supply.shifts_max).collect();
    let mut places = Vec::with_capacity(chosen.len());
    let mut last = None;
    let mut gained = 0;
    for &index in chosen {
        let pair = problem.pairs.get(index as usize).filter(|_| last.is_none_or(|last| last < index));
        let Some(pair) = pair else { return Err(Fault::UnknownPair(index)) };
        last = Some(index);
        let (seats, shifts) = (&mut seats[pair.need as usize], &mut shifts[pair.volunteer as usize]);
        *seats = seats.checked_sub(1).ok_or(Fault::TooManyAtNeed(pair.need))?;
        *shifts = shifts.checked_sub(1).ok_or(Fault::TooManyShifts(pair.volunteer))?;
        let slot = problem.demands[pair.need as usize].slot;
        places.push((pair.volunteer, slot));
        gained -= problem.cost(pair);
    }
    places.sort_unstable();
    if let Some(&[(volunteer, slot), _]) = places.array_windows().find(|[one, next]| one == next) {
        return Err(Fault::TwoPlaces(volunteer, slot));
    }
    let missing = problem.fixed.iter().find(|pair| chosen.binary_search(pair).is_err());
    missing.map_or(Ok(gained), |&pair| Err(Fault::FixedMissing(pair)))
}
