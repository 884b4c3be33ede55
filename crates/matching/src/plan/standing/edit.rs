//! Small steps that keep all prices right and leave open seats and holes, from which shortest paths go.
//!
//! After each step every pair that is not held costs at least what it gains, every pair that is held at most that; what
//! is not settled is in [`Open`].

use super::super::{
    amount::Amount,
    exact::Open,
    market::{FREE, Market, NONE, Unit},
};

impl<T: Amount> Market<T> {
    /// The need has so many seats more.
    pub(super) fn add_seats(&mut self, need: usize, count: u32, open: &mut Open) {
        if self.needs[need].dual == T::ZERO {
            self.needs[need].unfilled += count;
        } else {
            open.seats.extend(std::iter::repeat_n(need as u32, count as usize));
        }
    }

    /// The need has a seat less: an empty one, else the one that gains least.
    pub(super) fn take_seat(&mut self, need: usize, open: &mut Open) {
        if self.needs[need].unfilled > 0 {
            self.needs[need].unfilled -= 1;
        } else if let Some(at) = open.seats.iter().position(|&of| of as usize == need) {
            open.seats.swap_remove(at);
        } else {
            let gain = |pair: usize| {
                let unit = if self.held[pair] { self.unit_held(pair) } else { None };
                unit.map(|unit| (-self.pairs[pair].cost - self.units[unit].price, pair))
            };
            let least = self.pairs_of(need).filter_map(gain).min();
            if let Some((gain, pair)) = least {
                self.needs[need].dual = self.needs[need].dual.max(gain);
                self.vacate(pair, open);
            }
        }
    }

    /// The need lets this pair go; the seat looks for somebody else.
    pub(super) fn displace(&mut self, pair: usize, open: &mut Open) {
        self.vacate(pair, open);
        self.add_seats(self.pairs[pair].need as usize, 1, open);
    }

    /// Nobody may choose this pair from now on.
    pub(super) fn shut_pair(&mut self, pair: usize, open: &mut Open) {
        if self.held[pair] {
            self.displace(pair, open);
        }
        self.set_cost(pair, self.shut);
    }

    /// What a pair not held offers its volunteer.
    fn offer(&self, pair: usize) -> T {
        if self.held[pair] {
            T::ZERO
        } else {
            -self.pairs[pair].cost - self.needs[self.pairs[pair].need as usize].dual
        }
    }

    /// Another unit, in the place behind the last one, for one slot or for any. Nobody has offered more than its price.
    pub(super) fn add_unit(&mut self, volunteer: usize, slot: u32, open: &mut Open) {
        let head = self.home[volunteer] as usize;
        let best = |is_asked: &dyn Fn(u32) -> bool| {
            let pairs = self.pairs_with(volunteer);
            let asked = pairs.filter(|&pair| is_asked(self.needs[self.pairs[pair].need as usize].slot));
            asked.map(|pair| self.offer(pair)).fold(T::ZERO, T::max)
        };
        let count = self.units[head].slot;
        let floor = if count == 0 { best(&|of| of != slot) } else { self.units[head].price };
        let price = if slot == FREE { floor } else { floor.max(best(&|of| of == slot)) };
        self.units[head] = Unit { price: floor, slot: count + 1, ..self.units[head] };
        self.units[head + 1 + count as usize] = Unit { price, pair: NONE, slot };
        open.volunteers.push(volunteer as u32);
    }

    /// The volunteer has a shift less: a free one, else the one that is worth least to them.
    pub(super) fn drop_unit(&mut self, volunteer: usize, open: &mut Open) {
        let head = self.home[volunteer] as usize;
        let bears = |unit: usize| match self.units[unit] {
            Unit { pair: NONE, price, .. } => price,
            Unit { pair, .. } => {
                -self.pairs[pair as usize].cost - self.needs[self.pairs[pair as usize].need as usize].dual
            }
        };
        let least = self.units_of(head).map(|unit| (bears(unit), unit)).min();
        let Some((least, unit)) = least else { return };
        // A unit that would go at this price: so all others cost as much.
        for at in head..self.units_of(head).end {
            self.units[at].price = self.units[at].price.max(least);
        }
        if self.units[unit].pair != NONE {
            self.displace(self.units[unit].pair as usize, open);
        }
        self.remove_unit(head, unit);
    }

    /// This unit, which nobody holds, is no more.
    pub(super) fn remove_unit(&mut self, head: usize, unit: usize) {
        let last = self.units_of(head).end - 1;
        self.units.swap(unit, last);
        self.units[head].slot -= 1;
        if self.units[head].slot == 0 {
            self.units[head].price = self.shut;
        }
    }
}
