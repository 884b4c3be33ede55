//! The proof of a plan, and the check of it. This file knows nothing of how a plan is made.

use std::{collections::HashMap, fmt};

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
    /// The proof has another number of needs or volunteers than the problem, or names one that is not there.
    OtherProblem,
    /// A price is below zero.
    NegativePrice,
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
            Self::OtherProblem => write!(f, "the proof is of another problem"),
            Self::NegativePrice => write!(f, "a price of the proof is below zero"),
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
    let gained = check_plan(problem, chosen)?;
    if proof.needs.len() != problem.demands.len() || proof.volunteers.len() != problem.supplies.len() {
        return Err(Fault::OtherProblem);
    }
    let slots: HashMap<(u32, u16), i128> =
        proof.slots.iter().map(|&(volunteer, slot, price)| ((volunteer, slot), price)).collect();
    if slots.len() != proof.slots.len()
        || slots.keys().any(|&(volunteer, _)| volunteer as usize >= problem.supplies.len())
    {
        return Err(Fault::OtherProblem);
    }
    let prices = || proof.needs.iter().chain(&proof.volunteers).chain(slots.values());
    if prices().any(|&price| price < 0) {
        return Err(Fault::NegativePrice);
    }
    // A pair may be chosen once: what it gains above all prices is the price of that.
    let over = problem.pairs.iter().map(|pair| {
        let slot = problem.demands[pair.need as usize].slot;
        let price = proof.needs[pair.need as usize]
            + proof.volunteers[pair.volunteer as usize]
            + slots.get(&(pair.volunteer, slot)).unwrap_or(&0);
        (-problem.cost(pair) - price).max(0)
    });
    let whole = over.sum::<i128>()
        + slots.values().sum::<i128>()
        + problem
            .demands
            .iter()
            .zip(&proof.needs)
            .map(|(of, price)| i128::from(of.seats) * price)
            .sum::<i128>()
        + shifts(problem).zip(&proof.volunteers).map(|(of, price)| i128::from(of) * price).sum::<i128>();
    if whole > gained { Err(Fault::NotProved { gap: whole - gained }) } else { Ok(()) }
}

/// The shifts of each volunteer that count: never more than there are pairs of theirs.
fn shifts(problem: &Problem) -> impl Iterator<Item = u32> {
    let mut pairs = vec![0_u32; problem.supplies.len()];
    for pair in &problem.pairs {
        pairs[pair.volunteer as usize] += 1;
    }
    problem.supplies.iter().zip(pairs).map(|(supply, pairs)| supply.shifts_max.min(pairs))
}

/// Whether the plan is allowed; gives what it gains.
fn check_plan(problem: &Problem, chosen: &[u32]) -> Result<i128, Fault> {
    let mut seats: Vec<u32> = problem.demands.iter().map(|demand| demand.seats).collect();
    let mut shifts: Vec<u32> = problem.supplies.iter().map(|supply| supply.shifts_max).collect();
    let mut places = std::collections::HashSet::new();
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
        if !places.insert((pair.volunteer, slot)) {
            return Err(Fault::TwoPlaces(pair.volunteer, slot));
        }
        gained -= problem.cost(pair);
    }
    Ok(gained)
}
