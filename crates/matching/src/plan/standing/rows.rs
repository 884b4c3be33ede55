//! Where rows of a standing plan lie: added and removed in place, and used again.

use super::super::{
    amount::Amount,
    market::{Bond, FREE, Market, NONE, Post, Unit},
    ties::Tie,
};

/// Places for the units of volunteers that are no longer used, by the power of two that fits into them.
#[derive(Clone, Debug)]
pub(super) struct Places {
    unused: Vec<Vec<u32>>,
    /// Units that fit behind each volunteer's head.
    fits: Vec<u32>,
}

impl Places {
    pub(super) fn new<T: Amount>(market: &Market<T>) -> Self {
        let fits = market.home.iter().map(|&head| market.units[head as usize].slot).collect();
        Self { unused: vec![Vec::new(); 32], fits }
    }

    /// Makes room for one more unit of this volunteer.
    pub(super) fn widen<T: Amount>(&mut self, market: &mut Market<T>, volunteer: usize) {
        let from = market.home[volunteer] as usize;
        let count = market.units[from].slot;
        if count < self.fits[volunteer] {
            return;
        }
        let power = (count + 2).next_power_of_two().ilog2();
        let to = self.place(market, power);
        for at in 0..=count as usize {
            market.units[to + at] = market.units[from + at];
        }
        let pairs: Vec<usize> = market.pairs_with(volunteer).collect();
        for pair in pairs {
            market.pairs[pair].head = to as u32;
        }
        market.home[volunteer] = to as u32;
        let left = (self.fits[volunteer] + 1).ilog2();
        self.unused[left as usize].push(from as u32);
        self.fits[volunteer] = (1 << power) - 1;
    }

    /// A new volunteer without units.
    pub(super) fn add_volunteer<T: Amount>(&mut self, market: &mut Market<T>) {
        let head = self.place(market, 1);
        market.units[head] = Unit { price: market.shut, pair: market.home.len() as u32, slot: 0 };
        market.home.push(head as u32);
        market.ties.add_volunteer();
        self.fits.push(1);
    }

    fn place<T: Amount>(&mut self, market: &mut Market<T>, power: u32) -> usize {
        if let Some(place) = self.unused[power as usize].pop() {
            return place as usize;
        }
        let place = market.units.len();
        let free = Unit { price: T::ZERO, pair: NONE, slot: FREE };
        market.units.resize(place + (1 << power), free);
        place
    }
}

impl<T: Amount> Market<T> {
    /// A new need without pairs and seats.
    pub(super) fn add_need(&mut self) {
        self.first.push(0);
        self.count.push(0);
        self.more.push(NONE);
        self.needs.push(Post { dual: T::ZERO, slot: 0, unfilled: 0 });
    }

    /// Puts a pair behind the others of its need, at `unused` or at a new place.
    pub(super) fn chain_pair(&mut self, need: usize, volunteer: usize, unused: Option<u32>) -> usize {
        let pair = unused.map_or(self.pairs.len(), |pair| pair as usize);
        if unused.is_none() {
            self.pairs.push(Bond { cost: T::ZERO, head: 0, need: 0 });
            self.held.push(false);
            self.after.push(NONE);
        }
        self.after[pair - self.in_rows] = std::mem::replace(&mut self.more[need], pair as u32);
        self.pairs[pair].need = need as u32;
        self.put(pair, volunteer);
        pair
    }

    /// Gives a pair that lies in its need's row and that nobody uses to this volunteer.
    pub(super) fn put(&mut self, pair: usize, volunteer: usize) {
        self.pairs[pair].head = self.home[volunteer];
        self.pairs[pair].cost = self.shut;
        self.held[pair] = false;
        self.ties.add(volunteer, Tie { cost: self.shut, pair: pair as u32, need: self.pairs[pair].need });
    }

    /// Takes a pair, shut and not held, from its volunteer; and from its need, unless it lies in a row. Gives whether
    /// another need can use the place.
    pub(super) fn unlink(&mut self, pair: usize, volunteer: usize) -> bool {
        self.ties.remove(volunteer, pair);
        // A place in a row is still looked at: it leads to somebody without shifts.
        self.pairs[pair].head = 0;
        if pair < self.in_rows {
            return false;
        }
        let need = self.pairs[pair].need as usize;
        let after = self.after[pair - self.in_rows];
        let before = self
            .pairs_of(need)
            .find(|&at| at >= self.in_rows && self.after[at - self.in_rows] == pair as u32);
        match before {
            Some(before) => self.after[before - self.in_rows] = after,
            None => self.more[need] = after,
        }
        true
    }
}
