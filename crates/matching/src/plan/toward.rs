//! A long way, looked for from both of its ends at once.
//!
//! Where prices are right, most needs hang together at no loss or a small one: a seat reaches nearly all of them as soon as
//! it reaches any, and what is dear is the way in, or the way out to a shift that is free. So a search from one end looks at
//! everything before it finds the other. Two searches that come toward each other meet before either goes that far: each
//! walks one of the dear parts.
//!
//! From one end begins the seat (or the hole), from the other all that may end its path: every free shift, every hole and
//! every need, which may leave a seat empty for what that loses. The two have met for good when no way through what neither
//! has passed can be shorter. Then what is nearer to the first end than it went moves as ever; and all else,
//! but for what is near the other ends, by how far the others went: the other ends keep their prices, which are nothing.
//! That touches everything once, one after the other in memory.
//!
//! The two halves of a way share no place, so nobody is moved twice. By a need, a volunteer or a shift that both passed a way
//! without that circle leads through a need that both had reached before; it is no longer, and only what is shorter takes its
//! place.
//!
//! Next comes a need of the side where fewer wait. Over 1,200 changes of 60,000 volunteers and 50,000 needs that looks at 37.3
//! million places; the side that looked at fewer places 43.3, the side with fewer turns 41.8, the side that went less far 59.4.
//!
//! Tried there for several seats at once and dropped:
//! * one search for as many ends as there are seats and one more, prices raised to the last of them, and paths back from the
//!   holes of those who gave somebody up: it placed the first seat, at times the second, since the way of the first bars that
//!   of the others;
//! * keeping a search and labelling anew only what was reached through the path just gone: that is 99 % of all needs
//!   reached (of 1,313 searches over 2,000 needs), since all ways from a need to the far ends begin with the same pair;
//! * the exact distance of every need and unit from the nearest end, kept as prices: of 218,000 places 103,000 to 208,000
//!   have the same nearest end, so each shift taken would change most of them;
//! * keeping which needs a search back left with an end at no loss, but for those by way of somebody moved since, as ends for
//!   the seats that follow: the next search stops at the first of them, but the way there lies beyond what the search before
//!   went, so it looks at 185,000 places instead of 65,000. Searching back all the way for the first of two seats or more looks at 22 and
//!   9 % fewer places of long changes (two sets of 2,500), and at 543,000 and 415,000 at most instead of 481,000 and 539,000;
//!   to solve takes 3 % less;
//! * keeping the search back itself, and labelling anew only what led to the end just taken: what comes after may need what this
//!   path left out as too far. Left in, 4,000 changes took 47 s of CPU instead of 37, and the longest 195 ms instead of 118 and
//!   140 (beside other work): more than keeping it could save;
//! * putting seats that may stay empty into the search back only when it has gone as far as they lose: 500 changes
//!   looked at 12.9 million places instead of 13.0 and took 5.1 s of CPU, beside 4.8 a little earlier.
//!
//! Tried for one seat and dropped: a guess how long the way is, so that nothing beyond is labelled, and to begin again with a
//! longer one where nothing is found. How long it is comes out late: the last shorter way is found after 86 % of the time that
//! the two searches take together. Over 4,000 changes that looks at 144 million places instead of 161, with two needs along
//! for one back at 161; but the longest change looks at 586,000 and 672,000 instead of 545,000. The three beside each other
//! took 55.4, 55.4 and 57.0 s of CPU, the longest 236, 260 and 212 ms: no difference that is not noise.

use super::{
    amount::Amount,
    goals::Goals,
    market::{FREE, Market, NONE, Unit},
    place::{End, FROM_HEAD},
    search::{Node, Search},
};

/// How two searches met.
#[derive(Clone, Copy, Debug)]
struct Meeting<T> {
    /// The need, when the way by it is shorter than what was known.
    need: Option<usize>,
    /// How far the search along paths went, and the search back: together as far as the way is.
    along: T,
    back: T,
}

/// A need that takes a unit; or, without a need, a unit that is let go.
#[derive(Clone, Copy, Debug)]
struct Step {
    need: u32,
    pair: u32,
    unit: usize,
    /// Where any unit would have done.
    head: Option<usize>,
}

/// A path, from its beginning to its end.
#[derive(Clone, Debug)]
struct Path {
    steps: Vec<Step>,
    /// The need whose seat stays empty at the end.
    empty: Option<u32>,
}

impl<T: Amount> Market<T> {
    /// A search from a seat of a need has become long: goes on from the ends too.
    pub(super) fn place_from_both(
        &mut self,
        search: &mut Search<T>,
        start: usize,
        goals: &mut Goals<T, End>,
    ) {
        let mut back = search.take_other(self);
        self.begin_at_ends(&mut back, goals.bound);
        let mut nowhere = Goals::none(goals.bound);
        let met = self.go_toward((search, goals), (&mut back, &mut nowhere));
        self.reprice(search, met.along, |dual, by| *dual -= by, |price, by| *price += by);
        self.reprice_all(&back, met.back, |dual, by| *dual -= by, |price, by| *price += by);
        match met.need {
            Some(need) => self.go(self.path_through(search, &back, need)),
            None => self.pass_back(search, goals.nearest().unwrap_or(End::Empty(start))),
        }
        search.put_other(back);
    }

    /// The same for a search back from a hole.
    pub(super) fn fill_from_both(&mut self, search: &mut Search<T>, goals: &mut Goals<T, Node>) {
        let mut along = search.take_other(self);
        self.begin_at_starts(&mut along, goals.bound);
        let mut nowhere = Goals::none(goals.bound);
        let met = self.go_toward((&mut along, &mut nowhere), (search, goals));
        self.reprice(search, met.back, |dual, by| *dual += by, |price, by| *price -= by);
        self.reprice_all(&along, met.along, |dual, by| *dual += by, |price, by| *price -= by);
        if let Some(need) = met.need {
            let path = self.path_through(&along, search, need);
            if let Some(start) = path.steps.first()
                && start.need != NONE
            {
                self.needs[start.need as usize].unfilled -= 1;
            }
            self.go(path);
        } else if let Some(start) = goals.nearest() {
            self.pass_on(search, start);
        }
        search.put_other(along);
    }

    /// All where a path may end: whoever has a shift free, a hole, or a seat that may stay empty.
    fn begin_at_ends(&self, back: &mut Search<T>, bound: T) {
        let mut nowhere = Goals::none(bound);
        for &head in &self.home {
            let head = head as usize;
            for unit in self.units_of(head).filter(|&unit| self.units[unit].pair == NONE) {
                self.reach_vacant(back, (head, unit), T::ZERO, &mut nowhere);
            }
        }
        for (need, post) in self.needs.iter().enumerate() {
            if post.dual < bound {
                back.reach(Node::Need(need), post.dual, NONE);
            }
        }
    }

    /// All where a path may begin: a seat that is empty, or a volunteer who may be let go for what they are paid.
    fn begin_at_starts(&self, along: &mut Search<T>, bound: T) {
        for (need, post) in self.needs.iter().enumerate() {
            if post.unfilled > 0 {
                along.reach(Node::Need(need), T::ZERO, NONE);
            }
        }
        for &head in &self.home {
            let Unit { price, slot: count, .. } = self.units[head as usize];
            if count > 0 && price < bound {
                along.wait(head as usize, price);
            }
        }
    }

    /// Goes on from both sides until no way can be shorter than the shortest known.
    fn go_toward(
        &self,
        (along, ends): (&mut Search<T>, &mut Goals<T, End>),
        (back, starts): (&mut Search<T>, &mut Goals<T, Node>),
    ) -> Meeting<T> {
        let (mut bound, mut need) = (ends.bound, None);
        let (mut next_along, mut next_back) = (along.next_node(bound), back.next_node(bound));
        let mut is_along_last = true;
        loop {
            if let Some(far) = ends.far().or_else(|| starts.far())
                && far < bound
            {
                (bound, need) = (far, None);
            }
            while let Some(fresh) = along.next_fresh().or_else(|| back.next_fresh()) {
                let node = Node::Need(fresh);
                if let (Some(from), Some(to)) = (along.far(node), back.far(node))
                    && from + to < bound
                {
                    (bound, need) = (from + to, Some(fresh));
                }
            }
            let far = |next: Option<(T, Node)>| next.map_or(bound, |(distance, _)| distance.min(bound));
            let (so_far, so_back) = (far(next_along), far(next_back));
            if so_far + so_back >= bound {
                // What is beyond where the other search was before its last step was not looked at.
                let along = if is_along_last { bound - so_back } else { so_far };
                return Meeting { need, along, back: bound - along };
            }
            // What is nearer to the other side than that has gone was looked at from there.
            (ends.bound, starts.bound) = (bound - so_back, bound - so_far);
            is_along_last = along.waiting() < back.waiting();
            if is_along_last {
                match next_along {
                    Some((distance, Node::Need(need))) => self.reach_pairs(along, need, distance, ends),
                    Some((distance, Node::Head(head))) => {
                        // Nothing back looks at where a path begins.
                        ends.bound = bound;
                        self.reach_head(along, head, distance, NONE, ends);
                    }
                    _ => (),
                }
                next_along = along.next_node(bound);
            } else {
                if let Some((distance, Node::Need(need))) = next_back {
                    self.reach_holders(back, need, distance, starts);
                }
                next_back = back.next_node(bound);
            }
        }
    }

    /// Everything moves by as far as the search went, but what it reached by how far it is.
    fn reprice_all(
        &mut self,
        search: &Search<T>,
        far: T,
        move_dual: impl Fn(&mut T, T),
        move_price: impl Fn(&mut T, T),
    ) {
        if far == T::ZERO {
            return;
        }
        let by = |node: Node| search.far(node).map_or(far, |distance| distance.min(far));
        for (need, post) in self.needs.iter_mut().enumerate() {
            move_dual(&mut post.dual, by(Node::Need(need)));
        }
        for &head in &self.home {
            let head = head as usize;
            let units = head + 1..head + 1 + self.units[head].slot as usize;
            if units.is_empty() {
                continue;
            }
            move_price(&mut self.units[head].price, by(Node::Head(head)));
            let floor = self.units[head].price;
            for unit in units {
                match &mut self.units[unit] {
                    Unit { price, slot: FREE, .. } => *price = floor,
                    Unit { price, .. } => move_price(price, by(Node::Unit(unit))),
                }
            }
        }
    }

    /// The path through a need that both searches reached.
    fn path_through(&self, along: &Search<T>, back: &Search<T>, met: usize) -> Path {
        let mut steps = Vec::new();
        let mut need = met;
        loop {
            let unit = along.came_to_need(need);
            if unit == NONE {
                break;
            }
            let mut from = along.came_to_unit(unit as usize);
            let head = (from != NONE && from & FROM_HEAD != 0).then_some((from & !FROM_HEAD) as usize);
            if let Some(head) = head {
                from = along.came_to_unit(head);
            }
            if from == NONE {
                steps.push(Step { need: NONE, pair: NONE, unit: unit as usize, head });
                break;
            }
            need = self.pairs[from as usize].need as usize;
            steps.push(Step { need: need as u32, pair: from, unit: unit as usize, head });
        }
        steps.reverse();
        let mut need = met;
        let empty = loop {
            let pair = back.came_to_need(need);
            if pair == NONE {
                break Some(need as u32);
            }
            let head = self.pairs[pair as usize].head as usize;
            let (at, _) = self.price(head, self.needs[need].slot);
            let is_any = at == head;
            let unit = if is_any { back.came_to_unit(head) as usize } else { at };
            steps.push(Step { need: need as u32, pair, unit, head: is_any.then_some(head) });
            match self.units[unit].held() {
                Some(held) => need = self.pairs[held].need as usize,
                None => break None,
            }
        };
        Path { steps, empty }
    }

    /// Every need on the path takes what the next one leaves.
    fn go(&mut self, Path { steps, empty }: Path) {
        if let Some(need) = empty {
            self.needs[need as usize].unfilled += 1;
        }
        let after = |&Step { need, pair, unit, head }: &Step| {
            let after = if need == NONE {
                Unit { price: T::ZERO, pair: NONE, slot: FREE }
            } else {
                Unit {
                    price: self.units[head.unwrap_or(unit)].price,
                    pair,
                    slot: self.needs[need as usize].slot,
                }
            };
            (unit, after)
        };
        let after: Vec<(usize, Unit<T>)> = steps.iter().map(after).collect();
        for (unit, after) in after {
            let before = std::mem::replace(&mut self.units[unit], after);
            if let Some(pair) = before.held() {
                self.flip(pair, false);
            }
            if let Some(pair) = after.held() {
                self.flip(pair, true);
            }
        }
    }
}
