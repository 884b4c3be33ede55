//! Where the work is done: who holds whom, and at what price.
//!
//! A volunteer is as many *units* as they have shifts. A need *holds* pairs; a held pair occupies one unit, which is
//! then of the need's slot: no second pair of that slot may be held with the same volunteer. The duals of the linear
//! programme are the `dual` of a need (what its last seat gains), the *floor* of a volunteer (what one more shift of
//! theirs is worth) and the `price` of a unit: the floor, and above it what the slot itself is worth.
//!
//! At the optimum, with `c` the cost of a pair (negative, since a filled seat is worth much):
//! * a pair not held: `c + dual + price ≥ 0`; a pair held: `c + dual + price ≤ 0`;
//! * an unfilled seat: `dual = 0`; a free unit: `floor = 0`; always `dual ≥ 0`, `price ≥ floor ≥ 0`.
//!
//! The units of a volunteer lie side by side behind a *head*, whose price is the floor, and a pair knows the head: one
//! way into memory a pair. Everything may grow: a need's pairs are a row and behind it a chain for those that came later,
//! and a volunteer who needs more units moves to another place.

use super::{
    amount::Amount,
    problem::{Problem, Scale},
    proof::Proof,
    ties::Ties,
};

/// No pair, no node.
pub(super) const NONE: u32 = u32::MAX;
/// The slot of a unit that nobody holds and no slot keeps.
pub(super) const FREE: u32 = u32::MAX;

/// One shift of a volunteer; or the head of their units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit<T> {
    /// Of a head: the floor.
    pub(super) price: T,
    /// The held pair; [`NONE`] in a free unit, and in a *hole*, which has a price that nobody pays yet. Of a head: the
    /// volunteer.
    pub(super) pair: u32,
    /// The slot it is used in; a hole of a slot may be filled at its own price. Of a head: how many units follow.
    pub(super) slot: u32,
}

impl<T> Unit<T> {
    /// The pair that holds it.
    pub(super) fn held(&self) -> Option<usize> {
        (self.pair != NONE).then_some(self.pair as usize)
    }
}

/// A need, with what a path must know of it in one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Post<T> {
    pub(super) dual: T,
    pub(super) slot: u32,
    pub(super) unfilled: u32,
}

/// A pair, as its need sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bond<T> {
    /// `shut` where nobody may choose it.
    pub(super) cost: T,
    /// Where the volunteer's head is.
    pub(super) head: u32,
    pub(super) need: u32,
}

/// A problem while it is solved.
#[derive(Clone, Debug)]
pub(super) struct Market<T> {
    // Of needs.
    pub(super) first: Vec<u32>,
    pub(super) count: Vec<u32>,
    /// The first pair that came later.
    pub(super) more: Vec<u32>,
    pub(super) needs: Vec<Post<T>>,
    // Of pairs.
    pub(super) pairs: Vec<Bond<T>>,
    /// Apart, since most steps ask for nothing else.
    pub(super) held: Vec<bool>,
    /// Of the pairs behind the rows: the next of the same need.
    pub(super) after: Vec<u32>,
    /// How many pairs are in rows.
    pub(super) in_rows: usize,
    // Of volunteers.
    pub(super) ties: Ties<T>,
    pub(super) home: Vec<u32>,
    pub(super) units: Vec<Unit<T>>,
    /// More than any pair gains.
    pub(super) shut: T,
    /// Pairs that were taken or given up by paths, as often as they were.
    pub(super) flips: Vec<u32>,
}

impl<T: Amount> Market<T> {
    /// Nobody holds anybody, nothing has a price. Fixed pairs, and what they keep from being chosen, are not in it.
    pub(super) fn new(problem: &Problem) -> Self {
        let (needs, pairs, volunteers) = (problem.demands.len(), problem.pairs.len(), problem.supplies.len());
        let shut = T::of(problem.scale.whole);
        let mut cost: Vec<T> = problem.pairs.iter().map(|pair| T::of(problem.cost(pair))).collect();
        let mut unfilled: Vec<u32> = problem.demands.iter().map(|demand| demand.seats).collect();
        let mut shifts: Vec<u32> = problem.supplies.iter().map(|supply| supply.shifts_max).collect();
        for &pair in &problem.fixed {
            let pair = &problem.pairs[pair as usize];
            unfilled[pair.need as usize] -= 1;
            shifts[pair.volunteer as usize] -= 1;
        }
        for pair in problem.shut_pairs() {
            cost[pair as usize] = shut;
        }
        let mut first = vec![0_u32; needs + 1];
        let mut open = vec![0_u32; volunteers];
        for (index, pair) in problem.pairs.iter().enumerate() {
            first[pair.need as usize + 1] += 1;
            open[pair.volunteer as usize] += u32::from(cost[index] < shut);
        }
        let ties = problem.pairs.iter().zip(&cost).map(|(pair, &cost)| (pair.volunteer, pair.need, cost));
        let ties = Ties::new(volunteers, ties);
        let count = first[1..].to_vec();
        for need in 0..needs {
            first[need + 1] += first[need];
        }
        first.pop();
        let mut home = Vec::with_capacity(volunteers);
        let mut units = Vec::with_capacity(2 * volunteers);
        // The head at nought is nobody's: to it leads a pair that is no more.
        units.push(Unit { price: shut, pair: NONE, slot: 0 });
        for volunteer in 0..volunteers {
            home.push(units.len() as u32);
            // A volunteer never serves more needs than there are pairs of theirs.
            let count = shifts[volunteer].min(open[volunteer]);
            let floor = if count == 0 { shut } else { T::ZERO };
            units.push(Unit { price: floor, pair: volunteer as u32, slot: count });
            let free = Unit { price: T::ZERO, pair: NONE, slot: FREE };
            units.extend(std::iter::repeat_n(free, count as usize));
        }
        let posts = problem.demands.iter().zip(unfilled);
        let posts =
            posts.map(|(demand, unfilled)| Post { dual: T::ZERO, slot: demand.slot.into(), unfilled });
        let bonds = problem.pairs.iter().zip(cost);
        let bonds =
            bonds.map(|(pair, cost)| Bond { cost, head: home[pair.volunteer as usize], need: pair.need });
        Self {
            first,
            count,
            more: vec![NONE; needs],
            needs: posts.collect(),
            pairs: bonds.collect(),
            held: vec![false; pairs],
            after: Vec::new(),
            in_rows: pairs,
            ties,
            home,
            units,
            shut,
            flips: Vec::new(),
        }
    }

    /// The same in wider integers.
    pub(super) fn widened<W: Amount>(self) -> Market<W> {
        let widen = |amount: T| W::of(amount.wide());
        let unit = |unit: &Unit<T>| Unit { price: widen(unit.price), pair: unit.pair, slot: unit.slot };
        let post = |post: &Post<T>| Post { dual: widen(post.dual), slot: post.slot, unfilled: post.unfilled };
        let bond = |bond: &Bond<T>| Bond { cost: widen(bond.cost), head: bond.head, need: bond.need };
        Market {
            first: self.first,
            count: self.count,
            more: self.more,
            needs: self.needs.iter().map(post).collect(),
            pairs: self.pairs.iter().map(bond).collect(),
            held: self.held,
            after: self.after,
            in_rows: self.in_rows,
            ties: self.ties.widened(),
            home: self.home,
            units: self.units.iter().map(unit).collect(),
            shut: widen(self.shut),
            flips: self.flips,
        }
    }

    /// Counts every price at another scale.
    pub(super) fn rescale(&mut self, before: &Scale, scale: &Scale) {
        let shut = std::mem::replace(&mut self.shut, T::of(scale.whole));
        for unit in &mut self.units {
            unit.price = if unit.price == shut {
                self.shut
            } else {
                T::of(scale.amount(before.levels(unit.price.wide())).max(0))
            };
        }
        for volunteer in 0..self.home.len() {
            self.settle_floor(self.home[volunteer] as usize);
        }
    }

    /// The pairs of a need.
    pub(super) fn pairs_of(&self, need: usize) -> impl Iterator<Item = usize> {
        let mut at = self.more[need];
        let chain = std::iter::from_fn(move || {
            let pair = (at != NONE).then_some(at as usize)?;
            at = self.after[pair - self.in_rows];
            Some(pair)
        });
        self.row_of(need).chain(chain)
    }

    /// The pairs that a need began with.
    pub(super) fn row_of(&self, need: usize) -> std::ops::Range<usize> {
        let first = self.first[need] as usize;
        first..first + self.count[need] as usize
    }

    /// The units behind a head.
    pub(super) fn units_of(&self, head: usize) -> std::ops::Range<usize> {
        head + 1..head + 1 + self.units[head].slot as usize
    }

    /// The unit behind this head that is of this slot.
    pub(super) fn unit_in(&self, head: usize, slot: u32) -> Option<usize> {
        self.units_of(head).find(|&unit| self.units[unit].slot == slot)
    }

    /// A unit behind this head that is free.
    pub(super) fn free_unit(&self, head: usize) -> Option<usize> {
        self.unit_in(head, FREE)
    }

    /// What a need of this slot pays for this volunteer, and the unit of that slot, or the head.
    pub(super) fn price(&self, head: usize, slot: u32) -> (usize, T) {
        let at = self.unit_in(head, slot).unwrap_or(head);
        (at, self.units[at].price)
    }

    /// Sets what a pair costs.
    pub(super) fn set_cost(&mut self, pair: usize, cost: T) {
        self.pairs[pair].cost = cost;
        self.ties.set_cost(pair, cost);
    }

    /// Every pair of a volunteer.
    pub(super) fn pairs_with(&self, volunteer: usize) -> impl Iterator<Item = usize> {
        self.ties.of(volunteer).iter().map(|tie| tie.pair as usize)
    }

    /// The volunteer behind a head.
    pub(super) fn volunteer(&self, head: usize) -> usize {
        self.units[head].pair as usize
    }

    /// Sets the floor to the lowest price; who has no shift keeps theirs.
    pub(super) fn settle_floor(&mut self, head: usize) {
        if let Some(lowest) = self.units_of(head).map(|unit| self.units[unit].price).min() {
            self.units[head].price = lowest;
        }
    }

    /// What the best pair not held would gain a need, and nothing at the least.
    pub(super) fn best_gain(&self, need: usize) -> T {
        let slot = self.needs[need].slot;
        let mut best = T::ZERO;
        self.pairs_of(need).for_each(|pair| {
            // No price is below zero, so who costs too much alone is not looked up.
            if -self.pairs[pair].cost > best && !self.held[pair] {
                let (_, price) = self.price(self.pairs[pair].head as usize, slot);
                best = best.max(-self.pairs[pair].cost - price);
            }
        });
        best
    }

    /// The unit of a pair that is held.
    pub(super) fn unit_held(&self, pair: usize) -> Option<usize> {
        self.unit_in(self.pairs[pair].head as usize, self.needs[self.pairs[pair].need as usize].slot)
    }

    /// Whether this unit has a price that nobody pays.
    pub(super) fn is_hole(&self, unit: usize) -> bool {
        let Unit { pair, slot, price } = self.units[unit];
        pair == NONE && (slot != FREE || price != T::ZERO)
    }

    /// The pairs held, rising.
    pub(super) fn chosen(&self) -> impl Iterator<Item = u32> {
        (0..self.held.len() as u32).filter(|&pair| self.held[pair as usize])
    }

    /// The duals as anyone can check them.
    pub(super) fn proof(&self) -> Proof {
        let extra = |(volunteer, &head): (usize, &u32)| {
            let floor = self.units[head as usize].price;
            self.units_of(head as usize).filter_map(move |unit| {
                let unit = self.units[unit];
                (unit.slot != FREE && unit.price > floor)
                    .then(|| (volunteer as u32, unit.slot as u16, (unit.price - floor).wide()))
            })
        };
        Proof {
            needs: self.needs.iter().map(|need| need.dual.wide()).collect(),
            volunteers: self.home.iter().map(|&head| self.units[head as usize].price.wide()).collect(),
            slots: self.home.iter().enumerate().flat_map(extra).collect(),
        }
    }
}
