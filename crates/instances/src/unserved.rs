//! Needs that nobody can serve, and which reason cuts whom.

use matching::{
    candidates::{Offered, Wanted},
    plan::Problem,
};
use serde::Serialize;

use crate::Instance;

/// Needs of which everything is counted.
const TOLD_MAX: usize = 20;

/// What is known of the needs that nobody can serve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unserved {
    /// How many there are.
    pub needs: usize,
    /// Places they ask for.
    pub seats: u64,
    /// The first of them, each with who is cut by what.
    pub first: Vec<Cut>,
}

/// Who is left for one need, as one reason after the other cuts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// The row of the need; its line is two more.
    pub need: usize,
    /// The skill it asks.
    pub skill: u8,
    /// The slot it is in.
    pub slot: u8,
    /// All volunteers.
    pub volunteers: usize,
    /// Of them, who hold the skill.
    pub skilled: usize,
    /// Of them, who are free in the slot.
    pub free: usize,
    /// Of them, who serve at all: `max_shifts` is not 0.
    pub serving: usize,
    /// How far the nearest of them lives, in metres.
    pub nearest_m: Option<u64>,
}

/// Looks for the needs that ask for somebody and have no pair with a volunteer who serves.
pub(crate) fn find(instance: &Instance, problem: &Problem) -> Unserved {
    let mut has = vec![false; instance.needs.len()];
    for pair in problem.pairs() {
        let serves = instance.volunteers.get(pair.volunteer as usize).is_some_and(|of| of.shifts_max > 0);
        if let Some(has) = has.get_mut(pair.need as usize).filter(|_| serves) {
            *has = true;
        }
    }
    let mut found = Unserved::default();
    for (need, (wanted, _)) in
        instance.needs.iter().zip(has).enumerate().filter(|(_, (of, has))| of.seats > 0 && !has)
    {
        found.needs += 1;
        found.seats += u64::from(wanted.seats);
        if found.first.len() < TOLD_MAX {
            found.first.push(cut(need, wanted, &instance.volunteers));
        }
    }
    found
}

/// Who is left for a need, as one reason after the other cuts.
pub(crate) fn cut(need: usize, wanted: &Wanted, volunteers: &[Offered]) -> Cut {
    let (mut skilled, mut free, mut serving, mut nearest) = (0, 0, 0, None::<u128>);
    for of in volunteers.iter().filter(|of| wanted.is_skill_of(of)) {
        skilled += 1;
        if !wanted.is_slot_of(of) {
            continue;
        }
        free += 1;
        if of.shifts_max > 0 {
            serving += 1;
            let square = wanted.square_dm(of);
            nearest = Some(nearest.map_or(square, |nearest| nearest.min(square)));
        }
    }
    Cut {
        need,
        skill: wanted.skill,
        slot: wanted.slot,
        volunteers: volunteers.len(),
        skilled,
        free,
        serving,
        nearest_m: nearest.map(|square| (square.isqrt() / 10) as u64),
    }
}
