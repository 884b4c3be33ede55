//! Shortest paths back from holes: who gains by what a volunteer could do more.

use super::{
    amount::Amount,
    goals::Goals,
    market::{FREE, Market, NONE, Unit},
    search::{Node, Search},
    ties::Tie,
};

impl<T: Amount> Market<T> {
    /// Fills or frees every hole behind this head. Gives how many places were looked at.
    pub(super) fn fill_all(&mut self, search: &mut Search<T>, head: usize) -> usize {
        let mut visited = 0;
        for unit in self.units_of(head) {
            if self.is_hole(unit) {
                self.fill(search, head, unit);
                visited += search.width();
            }
        }
        visited
    }

    /// A shortest path back from a hole: somebody gains by filling it, or it becomes free.
    fn fill(&mut self, search: &mut Search<T>, home: usize, hole: usize) {
        search.begin(self);
        // No farther than the way home.
        let mut goals = Goals::new(self.units[hole].price + T::of(1));
        self.reach_vacant(search, (home, hole), T::ZERO, &mut goals);
        while let Some((distance, need)) = search.next(goals.bound) {
            self.reach_holders(search, need, distance, &mut goals);
            if search.is_long(self) {
                return self.fill_from_both(search, &mut goals);
            }
        }
        self.reprice(search, goals.bound, |dual, by| *dual += by, |price, by| *price -= by);
        if let Some(start) = goals.nearest() {
            self.pass_on(search, start);
        }
    }

    /// Whom a need could let go, since it could take another.
    pub(super) fn reach_holders(
        &self,
        search: &mut Search<T>,
        need: usize,
        distance: T,
        goals: &mut Goals<T, Node>,
    ) {
        let slot = self.needs[need].slot;
        self.pairs_of(need).for_each(|pair| {
            let unit =
                if self.held[pair] { self.unit_in(self.pairs[pair].head as usize, slot) } else { None };
            let Some(unit) = unit else { return };
            let on = distance - (self.pairs[pair].cost + self.needs[need].dual + self.units[unit].price);
            if on < goals.bound {
                self.reach_vacant(search, (self.pairs[pair].head as usize, unit), on, goals);
            }
        });
    }

    /// Who could take this unit, or any unit of its volunteer, if it were let go; or the volunteer is free.
    pub(super) fn reach_vacant(
        &self,
        search: &mut Search<T>,
        (head, unit): (usize, usize),
        on: T,
        goals: &mut Goals<T, Node>,
    ) {
        let Unit { slot, price, pair: held } = self.units[unit];
        let base = on + price;
        let is_unit_nearer = slot != FREE && search.reach(Node::Unit(unit), on, NONE);
        let at_head = base - self.units[head].price;
        let is_nearer = at_head < goals.bound && search.reach(Node::Head(head), at_head, unit as u32);
        if !is_unit_nearer && !is_nearer {
            return;
        }
        if is_nearer {
            goals.offer(base, Node::Head(head));
        }
        for &Tie { cost, pair, need } in self.ties.of(self.volunteer(head)) {
            let need = need as usize;
            let of = self.needs[need].slot;
            let is_open =
                if of == slot { pair != held } else { is_nearer && self.unit_in(head, of).is_none() };
            if !is_open {
                continue;
            }
            let on = base + cost + self.needs[need].dual;
            if on < goals.bound && search.reach(Node::Need(need), on, pair) && self.needs[need].unfilled > 0 {
                goals.offer(on, Node::Need(need));
            }
        }
    }

    /// Walks a path back from its start to the hole; every need on it leaves the unit it held for the next.
    pub(super) fn pass_on(&mut self, search: &Search<T>, start: Node) {
        let mut node = start;
        if let Node::Need(need) = node {
            self.needs[need].unfilled -= 1;
        }
        loop {
            let (unit, after) = match node {
                Node::Need(need) => {
                    let pair = search.came_to_need(need);
                    self.flip(pair as usize, true);
                    let slot = self.needs[need].slot;
                    let head = self.pairs[pair as usize].head as usize;
                    let (unit, price) = match self.price(head, slot) {
                        (at, price) if at == head => (search.came_to_unit(head) as usize, price),
                        in_slot => in_slot,
                    };
                    (unit, Unit { price, pair, slot })
                }
                Node::Head(head) => {
                    let unit = search.came_to_unit(head) as usize;
                    (unit, Unit { price: T::ZERO, pair: NONE, slot: FREE })
                }
                Node::Unit(_) => return,
            };
            let before = std::mem::replace(&mut self.units[unit], after);
            if before.pair == NONE {
                return;
            }
            self.flip(before.pair as usize, false);
            node = Node::Need(self.pairs[before.pair as usize].need as usize);
        }
    }
}
