//! Where the work is done: who holds whom, and at what price.
//!
//! A volunteer is as many *units* as they have shifts. A need *holds* pairs; a held pair occupies one unit, which is
//! then of the need's slot: no second pair of that slot may be held with the same volunteer. The duals of the linear
//! programme are the `dual` of a need (what its last seat gains), the `floor` of a volunteer (what one more shift of
//! theirs is worth) and the `price` of a unit: the floor, and above it what the slot itself is worth.
//!
//! At the optimum, with `c` the cost of a pair (negative, since a filled seat is worth much):
//! * a pair not held: `c + dual + price ≥ 0`; a pair held: `c + dual + price ≤ 0`;
//! * an unfilled seat: `dual = 0`; a free unit: `floor = 0`; always `dual ≥ 0`, `price ≥ floor ≥ 0`.

use super::{amount::Amount, problem::Problem, proof::Proof};

/// No pair, no node.
pub(super) const NONE: u32 = u32::MAX;
/// The slot of a unit that nobody holds and no slot keeps.
pub(super) const FREE: u32 = u32::MAX;

/// One shift of a volunteer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit<T> {
    pub(super) price: T,
    /// The held pair; [`NONE`] in a free unit, and in a *hole*, which has a price that nobody pays yet.
    pub(super) pair: u32,
    /// The slot it is used in; a hole of a slot may be filled at its own price.
    pub(super) slot: u32,
}

/// A problem while it is solved.
#[derive(Clone, Debug)]
pub(super) struct Market<T> {
    // Of needs.
    pub(super) first: Vec<u32>,
    pub(super) slot: Vec<u32>,
    pub(super) worth: Vec<T>,
    pub(super) dual: Vec<T>,
    pub(super) unfilled: Vec<u32>,
    // Of pairs.
    pub(super) volunteer: Vec<u32>,
    pub(super) need: Vec<u32>,
    pub(super) cost: Vec<T>,
    pub(super) held: Vec<bool>,
    /// The next pair of the same volunteer.
    pub(super) next: Vec<u32>,
    // Of volunteers.
    pub(super) newest: Vec<u32>,
    pub(super) unit_first: Vec<u32>,
    pub(super) floor: Vec<T>,
    // Of units.
    pub(super) units: Vec<Unit<T>>,
    /// The dearest pair but for its urgency.
    pub(super) dearest: T,
}

impl<T: Amount> Market<T> {
    /// Nobody holds anybody, nothing has a price.
    pub(super) fn new(problem: &Problem) -> Self {
        let (needs, pairs, volunteers) = (problem.demands.len(), problem.pairs.len(), problem.supplies.len());
        let mut first = vec![0_u32; needs + 1];
        let mut newest = vec![NONE; volunteers];
        let mut next = vec![NONE; pairs];
        let mut served = vec![0_u32; volunteers];
        for (index, pair) in problem.pairs.iter().enumerate() {
            first[pair.need as usize + 1] += 1;
            let newest = &mut newest[pair.volunteer as usize];
            next[index] = std::mem::replace(newest, index as u32);
            served[pair.volunteer as usize] += 1;
        }
        for need in 0..needs {
            first[need + 1] += first[need];
        }
        // A volunteer never serves more needs than there are pairs of theirs.
        let mut unit_first = vec![0_u32; volunteers + 1];
        for (index, supply) in problem.supplies.iter().enumerate() {
            unit_first[index + 1] = unit_first[index] + supply.shifts_max.min(served[index]);
        }
        let worth: Vec<T> = problem
            .demands
            .iter()
            .map(|demand| T::of(i128::from(demand.urgency) * problem.scale.urgency))
            .collect();
        let cost: Vec<T> = problem.pairs.iter().map(|pair| T::of(problem.cost(pair))).collect();
        let rest = |(pair, cost): (&super::Pair, &T)| *cost + worth[pair.need as usize];
        let dearest = problem.pairs.iter().zip(&cost).map(rest).max().unwrap_or(T::ZERO);
        Self {
            first,
            slot: problem.demands.iter().map(|demand| u32::from(demand.slot)).collect(),
            dual: vec![T::ZERO; needs],
            unfilled: problem.demands.iter().map(|demand| demand.seats).collect(),
            volunteer: problem.pairs.iter().map(|pair| pair.volunteer).collect(),
            need: problem.pairs.iter().map(|pair| pair.need).collect(),
            held: vec![false; pairs],
            next,
            newest,
            floor: (problem.supplies.iter())
                .map(|supply| T::of(if supply.shifts_max == 0 { problem.scale.whole } else { 0 }))
                .collect(),
            units: vec![Unit { price: T::ZERO, pair: NONE, slot: FREE }; unit_first[volunteers] as usize],
            unit_first,
            worth,
            cost,
            dearest,
        }
    }

    /// The pairs of a need.
    pub(super) fn pairs_of(&self, need: usize) -> std::ops::Range<usize> {
        self.first[need] as usize..self.first[need + 1] as usize
    }

    /// The units of a volunteer.
    pub(super) fn units_of(&self, volunteer: usize) -> std::ops::Range<usize> {
        self.unit_first[volunteer] as usize..self.unit_first[volunteer + 1] as usize
    }

    /// The unit of this volunteer that is of this slot.
    pub(super) fn unit_in(&self, volunteer: usize, slot: u32) -> Option<usize> {
        self.units_of(volunteer).find(|&unit| self.units[unit].slot == slot)
    }

    /// A unit of this volunteer that is free.
    pub(super) fn free_unit(&self, volunteer: usize) -> Option<usize> {
        self.unit_in(volunteer, FREE)
    }

    /// The unit that a need of this slot would take from this volunteer: that of the slot, else the cheapest. `None`
    /// when they have no shift.
    pub(super) fn unit_for(&self, volunteer: usize, slot: u32) -> Option<(usize, T)> {
        let mut cheapest = None;
        for index in self.units_of(volunteer) {
            let unit = &self.units[index];
            if unit.slot == slot {
                return Some((index, unit.price));
            }
            if cheapest.is_none_or(|(_, price)| unit.price < price) {
                cheapest = Some((index, unit.price));
            }
        }
        cheapest
    }

    /// Every pair of a volunteer.
    pub(super) fn pairs_with(&self, volunteer: usize) -> impl Iterator<Item = usize> {
        let mut at = self.newest[volunteer];
        std::iter::from_fn(move || {
            let pair = (at != NONE).then_some(at as usize)?;
            at = self.next[pair];
            Some(pair)
        })
    }

    /// Sets the floor to the lowest price; who has no shift keeps theirs.
    pub(super) fn settle_floor(&mut self, volunteer: usize) {
        if let Some(lowest) = self.units_of(volunteer).map(|unit| self.units[unit].price).min() {
            self.floor[volunteer] = lowest;
        }
    }

    /// What the best pair not held would gain a need, and nothing at the least.
    pub(super) fn best_gain(&self, need: usize) -> T {
        let slot = self.slot[need];
        let mut best = T::ZERO;
        for pair in self.pairs_of(need) {
            if self.held[pair] {
                continue;
            }
            if let Some((_, price)) = self.unit_for(self.volunteer[pair] as usize, slot) {
                best = best.max(-self.cost[pair] - price);
            }
        }
        best
    }

    /// The pairs held, rising.
    pub(super) fn chosen(&self) -> Vec<u32> {
        (0..self.held.len() as u32).filter(|&pair| self.held[pair as usize]).collect()
    }

    /// The duals as anyone can check them.
    pub(super) fn proof(&self) -> Proof {
        let extra = |volunteer: usize| {
            self.units_of(volunteer).filter_map(move |unit| {
                let (unit, floor) = (self.units[unit], self.floor[volunteer]);
                (unit.slot != FREE && unit.price > floor)
                    .then(|| (volunteer as u32, unit.slot as u16, (unit.price - floor).wide()))
            })
        };
        Proof {
            needs: self.dual.iter().map(|dual| dual.wide()).collect(),
            volunteers: self.floor.iter().map(|floor| floor.wide()).collect(),
            slots: (0..self.floor.len()).flat_map(extra).collect(),
        }
    }
}
