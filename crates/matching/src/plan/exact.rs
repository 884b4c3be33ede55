//! From any plan and any prices to the optimum with its proof, by shortest paths.
//!
//! The caller lowers prices to what others would pay ([`Market::lower`]). Then the duals of the needs are set so that every
//! pair not held is right, and the pairs that are held wrongly are given up ([`Market::review`]): each leaves an empty
//! *seat*, and a *hole* in a volunteer who has a price. From every seat a shortest path (Dijkstra, reduced costs) leads
//! to a hole, to a volunteer with a free shift, or to a seat that had better stay empty; from every hole that is left a
//! path back leads to somebody who gains by filling it, or to its being free. After each path the duals are right
//! again, so at the end the plan is the optimum whatever it was at first. The better the prices, the shorter the paths.

use super::{
    Demand,
    amount::Amount,
    market::{FREE, Market, NONE},
    problem::Scale,
    search::{Node, Search},
    watch::{Stage, Watch},
};

/// What waits for a path.
#[derive(Clone, Debug, Default)]
pub(super) struct Open {
    /// A need for each seat that looks for somebody.
    pub(super) seats: Vec<u32>,
    /// Volunteers who may have holes.
    pub(super) volunteers: Vec<u32>,
}

impl<T: Amount> Market<T> {
    /// From nobody holding anybody to the best plan, unless the watch stops it.
    pub(super) fn find_best(
        &mut self,
        demands: &[Demand],
        scale: &Scale,
        search: &mut Search<T>,
        watch: &mut Watch<'_>,
    ) {
        if self.auction(demands, scale, watch) {
            self.raise_starved(demands, scale);
        }
        self.lower();
        if !watch.is_stopped() {
            self.perfect(search, watch);
        }
    }

    /// Makes the plan optimal, unless the watch stops it.
    pub(super) fn perfect(&mut self, search: &mut Search<T>, watch: &mut Watch<'_>) {
        let mut open = Open::default();
        for need in 0..self.needs.len() {
            self.review(need, &mut open);
        }
        open.volunteers.sort_unstable();
        open.volunteers.dedup();
        watch.begin(Stage::Proving, (open.seats.len() + open.volunteers.len()) as u64);
        let mut done = 0;
        let mut work = 0;
        for need in open.seats {
            if !watch.go_on(work, done) {
                return;
            }
            self.place(search, need as usize);
            (work, done) = (search.width() as u64, done + 1);
        }
        for volunteer in open.volunteers {
            if !watch.go_on(work, done) {
                return;
            }
            let visited = self.fill_all(search, self.home[volunteer as usize] as usize);
            (work, done) = (visited as u64, done + 1);
        }
    }

    /// Goes all paths that are open. Gives how many places were looked at.
    pub(super) fn settle(&mut self, search: &mut Search<T>, open: Open) -> usize {
        let mut visited = 0;
        for &need in &open.seats {
            self.place(search, need as usize);
            visited += search.width();
        }
        for &volunteer in &open.volunteers {
            visited += self.fill_all(search, self.home[volunteer as usize] as usize);
        }
        visited
    }

    /// Sets the dual of every need to what a pair it does not hold would gain it.
    pub(super) fn set_duals(&mut self) {
        for need in 0..self.needs.len() {
            self.needs[need].dual = self.best_gain(need);
        }
    }

    /// Lowers prices to what others would pay at the most: a bid always pays a little more.
    fn lower(&mut self) {
        self.set_duals();
        let mut offers: Vec<T> = Vec::new();
        for volunteer in 0..self.home.len() {
            let head = self.home[volunteer] as usize;
            let units = self.units_of(head);
            if self.units[units.clone()].iter().all(|unit| unit.price == T::ZERO) {
                continue;
            }
            // What somebody else would pay in the unit's own slot, and in any other.
            offers.clear();
            offers.resize(units.len(), T::ZERO);
            let mut elsewhere = T::ZERO;
            for pair in self.pairs_with(volunteer) {
                if self.held[pair] {
                    continue;
                }
                let need = self.pairs[pair].need as usize;
                let offer = -self.pairs[pair].cost - self.needs[need].dual;
                match self.unit_in(head, self.needs[need].slot) {
                    Some(unit) => {
                        let own = &mut offers[unit - units.start];
                        *own = offer.max(*own);
                    }
                    None => elsewhere = elsewhere.max(offer),
                }
            }
            for (unit, offer) in self.units[units].iter_mut().zip(&offers) {
                if unit.slot != FREE {
                    unit.price = unit.price.min(elsewhere.max(*offer));
                }
            }
            self.settle_floor(head);
        }
    }

    /// Sets the dual of a need by what it does not hold, and gives up the pairs held that gain less.
    pub(super) fn review(&mut self, need: usize, open: &mut Open) {
        let dual = self.best_gain(need);
        self.needs[need].dual = dual;
        if dual > T::ZERO {
            open.seats.extend(std::iter::repeat_n(need as u32, self.needs[need].unfilled as usize));
            self.needs[need].unfilled = 0;
        }
        let is_wrong = |&pair: &usize| {
            let unit = if self.held[pair] { self.unit_held(pair) } else { None };
            unit.is_some_and(|unit| -self.pairs[pair].cost - self.units[unit].price < dual)
        };
        let wrong: Vec<usize> = self.pairs_of(need).filter(is_wrong).collect();
        for pair in wrong {
            self.vacate(pair, open);
            open.seats.push(need as u32);
        }
    }

    /// The need lets this pair go, and the seat with it; the unit is a hole.
    pub(super) fn vacate(&mut self, pair: usize, open: &mut Open) {
        if let Some(unit) = self.unit_held(pair) {
            self.units[unit].pair = NONE;
            self.flip(pair, false);
            open.volunteers.push(self.volunteer(self.pairs[pair].head as usize) as u32);
        }
    }

    pub(super) fn flip(&mut self, pair: usize, is_held: bool) {
        self.held[pair] = is_held;
        self.flips.push(pair as u32);
    }

    /// Everything nearer than the end moves by what it is nearer.
    pub(super) fn reprice(
        &mut self,
        search: &Search<T>,
        best: T,
        move_dual: impl Fn(&mut T, T),
        move_price: impl Fn(&mut T, T),
    ) {
        for (node, by) in search.nearer(best) {
            match node {
                Node::Need(need) => move_dual(&mut self.needs[need].dual, by),
                Node::Unit(unit) => move_price(&mut self.units[unit].price, by),
                Node::Head(head) => {
                    move_price(&mut self.units[head].price, by);
                    // A unit that nobody holds in any slot is worth the floor.
                    let floor = self.units[head].price;
                    for unit in self.units_of(head) {
                        if self.units[unit].slot == FREE {
                            self.units[unit].price = floor;
                        }
                    }
                }
            }
        }
    }
}
