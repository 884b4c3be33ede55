//! Several seats that look for somebody at once, or several holes.
//!
//! One search looks for as many ends as there are seats and one more, and prices rise to the last of them. Who gives
//! somebody up at these prices leaves a hole, and a path back from there follows arcs that cost nothing to a seat. That
//! often places the first seat, at times the second; the way of the first bars that of the others, so that a seat that is left
//! still takes a path of its own. Holes likewise: prices fall, and seats that gain look for them. Where no shift is to
//! spare, the longest repair looks at 768,000 places instead of 961,000.
//!
//! Tried there and dropped:
//! * two, four, eight or twenty times as many ends: each that is not needed takes a path back (783,000 places, 1.4, 3.6
//!   and 8.6 million);
//! * keeping a search and labelling anew only what was reached through the path just gone: that is 99 % of all needs
//!   reached (of 1,313 searches over 2,000 needs), since all ways from a need to the far ends begin with the same pair;
//! * the exact distance of every need and unit from the nearest end, kept as prices: of 218,000 places 103,000 to 208,000
//!   have the same nearest end, so each shift taken would change most of them.

use super::{
    amount::Amount,
    exact::Open,
    market::{FREE, Market, NONE, Unit},
    search::{Node, Search},
};

impl<T: Amount> Market<T> {
    /// Goes all paths that are open. Gives how many places were looked at.
    pub(super) fn settle(&mut self, search: &mut Search<T>, mut open: Open) -> usize {
        let mut visited = 0;
        if let [need] = open.seats[..] {
            self.place(search, need as usize);
            visited += search.width();
            open.seats.clear();
        }
        if open.seats.is_empty() {
            visited += self.let_fall(search, &mut open);
            visited += self.serve_all(search, &open.seats);
            visited + self.fill_each(search, &open.volunteers)
        } else {
            visited += self.make_dear(search, &mut open);
            visited += self.fill_each(search, &open.volunteers);
            visited + self.serve_all(search, &open.seats)
        }
    }

    fn fill_each(&mut self, search: &mut Search<T>, volunteers: &[u32]) -> usize {
        volunteers
            .iter()
            .map(|&volunteer| self.fill_all(search, self.home[volunteer as usize] as usize))
            .sum()
    }

    /// Places the seats that stay empty though they would gain.
    fn serve_all(&mut self, search: &mut Search<T>, needs: &[u32]) -> usize {
        let mut visited = 0;
        for need in needs.iter().map(|&need| need as usize) {
            while self.unfilled[need] > 0 && self.dual[need] > T::ZERO {
                self.unfilled[need] -= 1;
                self.place(search, need);
                visited += search.width();
            }
        }
        visited
    }

    /// Raises prices until as many give up somebody, or a free shift, as there are seats: holes, from which paths back to
    /// the seats cost little.
    fn make_dear(&mut self, search: &mut Search<T>, open: &mut Open) -> usize {
        let ends = self.look_for(search, &open.seats, open.seats.len() + 1);
        self.raise_prices(search, ends.bound);
        for &need in &open.seats {
            self.unfilled[need as usize] += 1;
        }
        let moved: Vec<Node> = search.nearer(ends.bound).map(|of| of.0).collect();
        for node in moved {
            match node {
                Node::Need(need) if self.dual[need] < T::ZERO => self.give_up(need, open),
                Node::Head(head) if self.units_of(head).any(|unit| self.is_hole(unit)) => {
                    open.volunteers.push(self.volunteer(head) as u32);
                }
                _ => (),
            }
        }
        search.width()
    }

    /// A need that pays too much lets those go who cost more than they gain.
    fn give_up(&mut self, need: usize, open: &mut Open) {
        self.dual[need] = T::ZERO;
        let is_wrong = |&pair: &usize| {
            let unit = if self.held[pair] { self.unit_held(pair) } else { None };
            unit.is_some_and(|unit| self.cost[pair] + self.units[unit].price > T::ZERO)
        };
        let wrong: Vec<usize> = self.pairs_of(need).filter(is_wrong).collect();
        for pair in wrong {
            self.vacate(pair, open);
            self.unfilled[need] += 1;
        }
    }

    /// Lowers prices until as many look for somebody, or leave a need, as there are holes: seats, from which paths to the
    /// holes cost little.
    fn let_fall(&mut self, search: &mut Search<T>, open: &mut Open) -> usize {
        open.volunteers.sort_unstable();
        open.volunteers.dedup();
        let heads = open.volunteers.iter().map(|&volunteer| self.home[volunteer as usize] as usize);
        let holes = heads.flat_map(|head| self.units_of(head).map(move |unit| (head, unit)));
        let holes: Vec<(usize, usize)> = holes.filter(|&(_, unit)| self.is_hole(unit)).collect();
        if holes.len() < 2 {
            return 0;
        }
        let starts = self.look_back(search, &holes, holes.len() + 1);
        self.lower_prices(search, starts.bound);
        let moved: Vec<Node> = search.nearer(starts.bound).map(|of| of.0).collect();
        for node in moved {
            match node {
                Node::Need(need) if self.unfilled[need] > 0 => open.seats.push(need as u32),
                Node::Head(head) if self.units[head].price < T::ZERO => self.set_free(head, open),
                _ => (),
            }
        }
        search.width()
    }

    /// A volunteer whom nobody pays enough leaves those needs.
    fn set_free(&mut self, head: usize, open: &mut Open) {
        self.units[head].price = T::ZERO;
        for unit in self.units_of(head) {
            let Unit { price, pair, .. } = self.units[unit];
            if price >= T::ZERO {
                continue;
            }
            self.units[unit].price = T::ZERO;
            if pair != NONE {
                let need = self.need[pair as usize] as usize;
                if self.cost[pair as usize] + self.dual[need] <= T::ZERO {
                    continue;
                }
                self.flip(pair as usize, false);
                self.unfilled[need] += 1;
                open.seats.push(need as u32);
            }
            self.units[unit] = Unit { price: T::ZERO, pair: NONE, slot: FREE };
        }
    }
}
