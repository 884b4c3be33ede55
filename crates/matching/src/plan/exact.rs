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
    market::{FREE, Market, NONE, Unit},
    problem::Scale,
    search::{Node, Search},
    ties::Tie,
    watch::{Stage, Watch},
};

/// Set where a path came from the head with this number, not by a pair.
const FROM_HEAD: u32 = 1 << 31;

/// What waits for a path.
#[derive(Clone, Debug, Default)]
pub(super) struct Open {
    /// A need for each seat that looks for somebody.
    pub(super) seats: Vec<u32>,
    /// Volunteers who may have holes.
    pub(super) volunteers: Vec<u32>,
}

/// Where a path from a seat may end.
enum End {
    /// A seat of this need stays empty.
    Empty(usize),
    /// This hole is filled.
    Hole(usize),
    /// The volunteer of this head has a shift left.
    Free(usize),
}

/// The nearest end that a path from a seat reached. It is found when it is reached, not when it is its turn: where
/// nothing is lost on the way, nothing else is looked at.
struct Goal<T> {
    best: T,
    end: End,
}

/// The best start of a path to a hole that was reached; also found when it is reached.
struct Gain<T> {
    best: T,
    start: Option<Node>,
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
        self.auction(demands, scale, watch);
        self.lower();
        if !watch.is_stopped() {
            self.perfect(search, watch);
        }
    }

    /// Makes the plan optimal, unless the watch stops it.
    pub(super) fn perfect(&mut self, search: &mut Search<T>, watch: &mut Watch<'_>) {
        let mut open = Open::default();
        for need in 0..self.slot.len() {
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

    /// Sets the dual of every need to what a pair it does not hold would gain it.
    pub(super) fn set_duals(&mut self) {
        for need in 0..self.slot.len() {
            self.dual[need] = self.best_gain(need);
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
                let need = self.need[pair] as usize;
                let offer = -self.cost[pair] - self.dual[need];
                match self.unit_in(head, self.slot[need]) {
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
        self.dual[need] = dual;
        if dual > T::ZERO {
            open.seats.extend(std::iter::repeat_n(need as u32, self.unfilled[need] as usize));
            self.unfilled[need] = 0;
        }
        let is_wrong = |&pair: &usize| {
            let unit = if self.held[pair] { self.unit_held(pair) } else { None };
            unit.is_some_and(|unit| -self.cost[pair] - self.units[unit].price < dual)
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
            open.volunteers.push(self.volunteer(self.head[pair] as usize) as u32);
        }
    }

    fn flip(&mut self, pair: usize, is_held: bool) {
        self.held[pair] = is_held;
        self.flips.push(pair as u32);
    }

    /// A shortest path for one more seat of a need.
    pub(super) fn place(&mut self, search: &mut Search<T>, need: usize) {
        search.begin(self);
        search.reach(Node::Need(need), T::ZERO, NONE);
        let mut goal = Goal { best: self.dual[need], end: End::Empty(need) };
        while let Some((distance, need)) = search.next(goal.best) {
            self.reach_pairs(search, need, distance, &mut goal);
        }
        self.reprice(search, goal.best, |dual, by| *dual -= by, |price, by| *price += by);
        self.pass_back(search, goal.end);
    }

    /// Whom a need could take instead: by the unit of its slot, or by the head.
    fn reach_pairs(&self, search: &mut Search<T>, need: usize, distance: T, goal: &mut Goal<T>) {
        let slot = self.slot[need];
        let base = distance + self.dual[need];
        self.pairs_of(need).for_each(|pair| {
            if self.held[pair] || base + self.cost[pair] >= goal.best {
                return;
            }
            let head = self.head[pair] as usize;
            let (at, price) = self.price(head, slot);
            let on = base + self.cost[pair] + price;
            if on >= goal.best {
                return;
            }
            if at != head {
                self.reach_unit(search, at, on, pair as u32, goal);
            } else {
                self.reach_head(search, head, on, pair as u32, goal);
            }
        });
    }

    /// Any unit behind the head will do.
    fn reach_head(&self, search: &mut Search<T>, head: usize, on: T, from: u32, goal: &mut Goal<T>) {
        if !search.reach(Node::Head(head), on, from) {
            return;
        }
        for unit in self.units_of(head) {
            let of = &self.units[unit];
            if of.slot == FREE {
                *goal = Goal { best: on, end: End::Free(head) };
                return;
            }
            let on = on + of.price - self.units[head].price;
            if on < goal.best {
                self.reach_unit(search, unit, on, head as u32 | FROM_HEAD, goal);
            }
        }
    }

    /// The need that holds the unit would look for another.
    fn reach_unit(&self, search: &mut Search<T>, unit: usize, on: T, from: u32, goal: &mut Goal<T>) {
        if !search.reach(Node::Unit(unit), on, from) {
            return;
        }
        let Some(pair) = self.units[unit].held() else {
            *goal = Goal { best: on, end: End::Hole(unit) };
            return;
        };
        let loser = self.need[pair] as usize;
        let on = on - (self.cost[pair] + self.dual[loser] + self.units[unit].price);
        if on < goal.best
            && search.reach(Node::Need(loser), on, unit as u32)
            && on + self.dual[loser] < goal.best
        {
            *goal = Goal { best: on + self.dual[loser], end: End::Empty(loser) };
        }
    }

    /// Everything nearer than the end moves by what it is nearer.
    fn reprice(
        &mut self,
        search: &Search<T>,
        best: T,
        move_dual: impl Fn(&mut T, T),
        move_price: impl Fn(&mut T, T),
    ) {
        for (node, by) in search.nearer(best) {
            match node {
                Node::Need(need) => move_dual(&mut self.dual[need], by),
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

    /// Walks a path from its end to the seat it began with; every need on it takes the unit that the next one left.
    fn pass_back(&mut self, search: &Search<T>, end: End) {
        let (mut node, mut vacant) = match end {
            End::Empty(need) => {
                self.unfilled[need] += 1;
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
        let need = self.need[pair as usize] as usize;
        self.flip(pair as usize, true);
        if let Some(unit) = vacant {
            self.units[unit] = Unit { price, pair, slot: self.slot[need] };
        }
        Node::Need(need)
    }

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
        let mut goal = Gain { best: self.units[hole].price + T::of(1), start: None };
        self.reach_vacant(search, (home, hole), T::ZERO, &mut goal);
        while let Some((distance, need)) = search.next(goal.best) {
            self.pairs_of(need).for_each(|pair| {
                let unit = if self.held[pair] { self.unit_held(pair) } else { None };
                let Some(unit) = unit else { return };
                let on = distance - (self.cost[pair] + self.dual[need] + self.units[unit].price);
                if on < goal.best {
                    self.reach_vacant(search, (self.head[pair] as usize, unit), on, &mut goal);
                }
            });
        }
        self.reprice(search, goal.best, |dual, by| *dual += by, |price, by| *price -= by);
        if let Some(start) = goal.start {
            self.pass_on(search, start);
        }
    }

    /// Who could take this unit, or any unit of its volunteer, if it were let go; or the volunteer is free.
    fn reach_vacant(&self, search: &mut Search<T>, (head, unit): (usize, usize), on: T, goal: &mut Gain<T>) {
        let Unit { slot, price, pair: held } = self.units[unit];
        let base = on + price;
        if slot != FREE {
            search.reach(Node::Unit(unit), on, NONE);
        }
        let at_head = base - self.units[head].price;
        let is_nearer = at_head < goal.best && search.reach(Node::Head(head), at_head, unit as u32);
        if is_nearer && base < goal.best {
            *goal = Gain { best: base, start: Some(Node::Head(head)) };
        }
        for &Tie { cost, pair, need } in self.ties.of(self.volunteer(head)) {
            let need = need as usize;
            let of = self.slot[need];
            let is_open =
                if of == slot { pair != held } else { is_nearer && self.unit_in(head, of).is_none() };
            if !is_open {
                continue;
            }
            let on = base + cost + self.dual[need];
            if on < goal.best
                && search.reach(Node::Need(need), on, pair)
                && self.unfilled[need] > 0
                && on - self.dual[need] < goal.best
            {
                *goal = Gain { best: on - self.dual[need], start: Some(Node::Need(need)) };
            }
        }
    }

    /// Walks a path back from its start to the hole; every need on it leaves the unit it held for the next.
    fn pass_on(&mut self, search: &Search<T>, start: Node) {
        let mut node = start;
        if let Node::Need(need) = node {
            self.unfilled[need] -= 1;
        }
        loop {
            let (unit, after) = match node {
                Node::Need(need) => {
                    let pair = search.came_to_need(need);
                    self.flip(pair as usize, true);
                    let slot = self.slot[need];
                    let head = self.head[pair as usize] as usize;
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
            node = Node::Need(self.need[before.pair as usize] as usize);
        }
    }
}
