//! Shortest paths for seats that look for somebody.

use super::{
    amount::Amount,
    goals::Goals,
    market::{FREE, Market, NONE, Unit},
    search::{Asked, Node, Search},
};

/// Set where a path came from the head with this number, not by a pair.
pub(super) const FROM_HEAD: u32 = 1 << 31;

/// Where a path from a seat may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A seat of this need stays empty.
    Empty(usize),
    /// This hole is filled.
    Hole(usize),
    /// The volunteer of this head has a shift left.
    Free(usize),
}

impl<T: Amount> Market<T> {
    /// A shortest path for one more seat of a need.
    pub(super) fn place(&mut self, search: &mut Search<T>, start: usize) {
        search.begin(self);
        search.reach(Node::Need(start), T::ZERO, NONE);
        // At the worst the seat stays empty.
        let mut goals = Goals::new(self.needs[start].dual);
        while let Some((distance, need)) = search.next(goals.bound) {
            self.reach_pairs(search, need, distance, &mut goals);
            if search.is_long(self) {
                return self.place_from_both(search, start, &mut goals);
            }
        }
        self.reprice(search, goals.bound, |dual, by| *dual -= by, |price, by| *price += by);
        self.pass_back(search, goals.nearest().unwrap_or(End::Empty(start)));
    }

    /// Whom a need could take instead: by the unit of its slot, or by the head.
    pub(super) fn reach_pairs(
        &self,
        search: &mut Search<T>,
        need: usize,
        distance: T,
        goals: &mut Goals<T, End>,
    ) {
        let slot = self.needs[need].slot;
        let base = distance + self.needs[need].dual;
        // All heads are read before anything depends on one, so that memory is waited for once: a tenth less time.
        let mut asked = std::mem::take(&mut search.asked);
        self.pairs_of(need).for_each(|pair| {
            let on = base + self.pairs[pair].cost;
            if !self.held[pair] && on < goals.bound {
                let head = self.pairs[pair].head;
                let least = on + self.units[head as usize].price;
                asked.push(Asked { free_of_charge: on, least, pair: pair as u32, head });
            }
        });
        for Asked { free_of_charge, least, pair, head } in asked.drain(..) {
            if least >= goals.bound {
                continue;
            }
            let head = head as usize;
            let (at, price) = self.price(head, slot);
            let on = free_of_charge + price;
            if on >= goals.bound {
                continue;
            }
            if at != head {
                self.reach_unit(search, at, on, pair, goals);
            } else {
                self.reach_head(search, head, on, pair, goals);
            }
        }
        search.asked = asked;
    }

    /// Any unit behind the head will do.
    pub(super) fn reach_head(
        &self,
        search: &mut Search<T>,
        head: usize,
        on: T,
        from: u32,
        goals: &mut Goals<T, End>,
    ) {
        if !search.reach(Node::Head(head), on, from) {
            return;
        }
        for unit in self.units_of(head) {
            let of = &self.units[unit];
            if of.slot == FREE {
                goals.offer(on, End::Free(head));
                continue;
            }
            let on = on + of.price - self.units[head].price;
            if on < goals.bound {
                self.reach_unit(search, unit, on, head as u32 | FROM_HEAD, goals);
            }
        }
    }

    /// The need that holds the unit would look for another.
    fn reach_unit(&self, search: &mut Search<T>, unit: usize, on: T, from: u32, goals: &mut Goals<T, End>) {
        if !search.reach(Node::Unit(unit), on, from) {
            return;
        }
        let Some(pair) = self.units[unit].held() else {
            goals.offer(on, End::Hole(unit));
            return;
        };
        let loser = self.pairs[pair].need as usize;
        let on = on - (self.pairs[pair].cost + self.needs[loser].dual + self.units[unit].price);
        if on < goals.bound
            && search.reach(Node::Need(loser), on, unit as u32)
            && on + self.needs[loser].dual < goals.bound
        {
            goals.offer(on + self.needs[loser].dual, End::Empty(loser));
        }
    }

    /// Walks a path from its end to the seat it began with; every need on it takes the unit that the next one left.
    pub(super) fn pass_back(&mut self, search: &Search<T>, end: End) {
        let (mut node, mut vacant) = match end {
            End::Empty(need) => {
                self.needs[need].unfilled += 1;
                (Node::Need(need), None)
            }
            End::Hole(unit) => (Node::Unit(unit), Some(unit)),
            End::Free(head) => (Node::Head(head), self.free_unit(head)),
        };
        loop {
            node = match node {
                Node::Need(need) => {
                    let unit = search.came_to_need(need);
                    if unit == NONE {
                        return;
                    }
                    let unit = unit as usize;
                    let pair = std::mem::replace(&mut self.units[unit].pair, NONE);
                    self.flip(pair as usize, false);
                    vacant = Some(unit);
                    Node::Unit(unit)
                }
                Node::Unit(at) | Node::Head(at) => {
                    let from = search.came_to_unit(at);
                    if from & FROM_HEAD != 0 {
                        Node::Head((from & !FROM_HEAD) as usize)
                    } else {
                        self.take(from, vacant, self.units[at].price)
                    }
                }
            };
        }
    }

    /// The need of this pair takes the vacant unit at this price.
    fn take(&mut self, pair: u32, vacant: Option<usize>, price: T) -> Node {
        let need = self.pairs[pair as usize].need as usize;
        self.flip(pair as usize, true);
        if let Some(unit) = vacant {
            self.units[unit] = Unit { price, pair, slot: self.needs[need].slot };
        }
        Node::Need(need)
    }
}
