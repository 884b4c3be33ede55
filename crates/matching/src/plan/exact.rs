//! From any plan and any prices to the optimum with its proof, by shortest paths.
//!
//! The caller lowers prices to what others would pay ([`Market::lower`]). Then the duals of the needs are set so that every
//! pair not held is right, and the pairs that are held wrongly are given up ([`Market::give_up`]): each leaves an empty
//! *seat*, and a *hole* in a volunteer who has a price. From every seat a shortest path (Dijkstra, reduced costs) leads
//! to a hole, to a volunteer with a free shift, or to a seat that had better stay empty; from every hole that is left a
//! path back leads to somebody who gains by filling it, or to its being free. After each path the duals are right
//! again, so at the end the plan is the optimum whatever it was at first. The better the prices, the shorter the paths.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    amount::Amount,
    market::{FREE, Market, NONE, Unit},
    watch::{Stage, Watch},
};

/// Came from the volunteer, not by a pair.
const FROM_VOLUNTEER: u32 = NONE - 1;

/// What a search knows of needs, units and volunteers, numbered in this order.
pub(super) struct Search<T> {
    distance: Vec<T>,
    /// The search in which the distance was set.
    stamp: Vec<u32>,
    from: Vec<u32>,
    seen: Vec<u32>,
    heap: BinaryHeap<Reverse<(T, u32)>>,
    now: u32,
    unit_base: usize,
    volunteer_base: usize,
}

/// A numbered thing, read back.
enum Node {
    Need(usize),
    Unit(usize),
    Volunteer(usize),
}

/// Where a path from a seat may end.
enum End {
    /// A seat of this need stays empty.
    Empty(usize),
    /// This hole is filled.
    Hole(usize),
    /// This volunteer has a shift left.
    Free(usize),
}

impl<T: Amount> Search<T> {
    pub(super) fn new(market: &Market<T>) -> Self {
        let (needs, units, volunteers) = (market.slot.len(), market.units.len(), market.floor.len());
        let nodes = needs + units + volunteers;
        Self {
            distance: vec![T::ZERO; nodes],
            stamp: vec![0; nodes],
            from: vec![NONE; nodes],
            seen: Vec::new(),
            heap: BinaryHeap::new(),
            now: 0,
            unit_base: needs,
            volunteer_base: needs + units,
        }
    }

    fn begin(&mut self) {
        self.heap.clear();
        self.seen.clear();
        if self.now == u32::MAX {
            self.stamp.fill(0);
            self.now = 0;
        }
        self.now += 1;
    }

    fn reach(&mut self, node: usize, distance: T, from: u32) {
        let is_new = self.stamp[node] != self.now;
        if is_new {
            self.stamp[node] = self.now;
            self.seen.push(node as u32);
        } else if self.distance[node] <= distance {
            return;
        }
        self.distance[node] = distance;
        self.from[node] = from;
        self.heap.push(Reverse((distance, node as u32)));
    }

    /// The nearest node whose distance is final and below `end`.
    fn next(&mut self, end: T) -> Option<(T, Node)> {
        while let Some(Reverse((distance, node))) = self.heap.pop() {
            if distance >= end {
                return None;
            }
            if distance == self.distance[node as usize] {
                return Some((distance, self.node(node as usize)));
            }
        }
        None
    }

    fn node(&self, node: usize) -> Node {
        if node < self.unit_base {
            Node::Need(node)
        } else if node < self.volunteer_base {
            Node::Unit(node - self.unit_base)
        } else {
            Node::Volunteer(node - self.volunteer_base)
        }
    }

    fn unit(&self, unit: usize) -> usize {
        self.unit_base + unit
    }

    fn volunteer(&self, volunteer: usize) -> usize {
        self.volunteer_base + volunteer
    }
}

impl<T: Amount> Market<T> {
    /// Makes the plan optimal, unless the watch stops it.
    pub(super) fn perfect(&mut self, search: &mut Search<T>, watch: &mut Watch<'_>) {
        let seats = self.give_up();
        let holes: Vec<usize> = (0..self.units.len()).filter(|&unit| self.is_hole(unit)).collect();
        watch.begin(Stage::Proving, (seats.len() + holes.len()) as u64);
        let mut done = 0;
        for need in seats {
            if !watch.go_on(search.seen.len() as u64, done) {
                return;
            }
            self.place(search, need as usize);
            done += 1;
        }
        for unit in holes {
            if !watch.go_on(search.seen.len() as u64, done) {
                return;
            }
            self.fill(search, unit);
            done += 1;
        }
    }

    /// Whether this unit has a price that nobody pays.
    fn is_hole(&self, unit: usize) -> bool {
        let Unit { pair, slot, price } = self.units[unit];
        pair == NONE && (slot != FREE || price != T::ZERO)
    }

    /// Lowers prices to what others would pay at the most: a bid always pays a little more.
    pub(super) fn lower(&mut self) {
        self.set_duals();
        let mut offers: Vec<T> = Vec::new();
        for volunteer in 0..self.floor.len() {
            let units = self.units_of(volunteer);
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
                match self.unit_in(volunteer, self.slot[need]) {
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
            self.settle_floor(volunteer);
        }
    }

    /// Sets the dual of every need to what a pair it does not hold would gain it.
    pub(super) fn set_duals(&mut self) {
        for need in 0..self.slot.len() {
            self.dual[need] = self.best_gain(need);
        }
    }

    /// Sets the duals of the needs by what they do not hold, and gives up the pairs held that gain less. Gives the
    /// seats that look for somebody.
    fn give_up(&mut self) -> Vec<u32> {
        let mut seats = Vec::new();
        for need in 0..self.slot.len() {
            let dual = self.best_gain(need);
            self.dual[need] = dual;
            if dual > T::ZERO {
                seats.extend(std::iter::repeat_n(need as u32, self.unfilled[need] as usize));
                self.unfilled[need] = 0;
            }
            for pair in self.pairs_of(need) {
                if !self.held[pair] {
                    continue;
                }
                let Some(unit) = self.unit_in(self.volunteer[pair] as usize, self.slot[need]) else {
                    continue;
                };
                if -self.cost[pair] - self.units[unit].price < dual {
                    self.held[pair] = false;
                    self.units[unit].pair = NONE;
                    seats.push(need as u32);
                }
            }
        }
        seats
    }

    /// A shortest path for one more seat of a need.
    fn place(&mut self, search: &mut Search<T>, need: usize) {
        search.begin();
        search.reach(need, T::ZERO, NONE);
        let mut best = T::MAX;
        let mut end = None;
        while let Some((distance, node)) = search.next(best) {
            match node {
                Node::Need(need) => {
                    if distance + self.dual[need] < best {
                        best = distance + self.dual[need];
                        end = Some(End::Empty(need));
                    }
                    self.reach_pairs(search, need, distance, best);
                }
                Node::Unit(unit) => {
                    let held = self.units[unit];
                    if held.pair == NONE {
                        best = distance;
                        end = Some(End::Hole(unit));
                        continue;
                    }
                    let loser = self.need[held.pair as usize] as usize;
                    let on = distance - (self.cost[held.pair as usize] + self.dual[loser] + held.price);
                    if on < best {
                        search.reach(loser, on, unit as u32);
                    }
                }
                Node::Volunteer(volunteer) => {
                    if self.free_unit(volunteer).is_some() {
                        best = distance;
                        end = Some(End::Free(volunteer));
                        continue;
                    }
                    for unit in self.units_of(volunteer) {
                        let on = distance + self.units[unit].price - self.floor[volunteer];
                        if on < best {
                            search.reach(search.unit(unit), on, FROM_VOLUNTEER);
                        }
                    }
                }
            }
        }
        self.reprice(search, best, |dual, by| *dual -= by, |price, by| *price += by);
        if let Some(end) = end {
            self.pass_back(search, end);
        }
    }

    /// Whom a need could take instead: by the unit of its slot, or by the volunteer.
    fn reach_pairs(&self, search: &mut Search<T>, need: usize, distance: T, best: T) {
        let slot = self.slot[need];
        let base = distance + self.dual[need];
        for pair in self.pairs_of(need) {
            if self.held[pair] {
                continue;
            }
            let volunteer = self.volunteer[pair] as usize;
            let (node, price) = match self.unit_in(volunteer, slot) {
                Some(unit) => (search.unit(unit), self.units[unit].price),
                None => (search.volunteer(volunteer), self.floor[volunteer]),
            };
            let on = base + self.cost[pair] + price;
            if on < best {
                search.reach(node, on, pair as u32);
            }
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
        for &node in &search.seen {
            let node = node as usize;
            if search.distance[node] >= best {
                continue;
            }
            let by = best - search.distance[node];
            match search.node(node) {
                Node::Need(need) => move_dual(&mut self.dual[need], by),
                Node::Unit(unit) => move_price(&mut self.units[unit].price, by),
                Node::Volunteer(volunteer) => {
                    move_price(&mut self.floor[volunteer], by);
                    // A unit that nobody holds in any slot is worth the floor.
                    let floor = self.floor[volunteer];
                    for unit in self.units_of(volunteer) {
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
            End::Free(volunteer) => (Node::Volunteer(volunteer), self.free_unit(volunteer)),
        };
        loop {
            node = match node {
                Node::Need(need) => {
                    let unit = search.from[need];
                    if unit == NONE {
                        return;
                    }
                    let unit = unit as usize;
                    let pair = std::mem::replace(&mut self.units[unit].pair, NONE);
                    self.held[pair as usize] = false;
                    vacant = Some(unit);
                    Node::Unit(unit)
                }
                Node::Unit(unit) => match search.from[search.unit(unit)] {
                    FROM_VOLUNTEER => Node::Volunteer(self.volunteer_of(unit)),
                    pair => self.take(pair, vacant, self.units[unit].price),
                },
                Node::Volunteer(volunteer) => {
                    let pair = search.from[search.volunteer(volunteer)];
                    self.take(pair, vacant, self.floor[volunteer])
                }
            };
        }
    }

    /// The need of this pair takes the vacant unit at this price.
    fn take(&mut self, pair: u32, vacant: Option<usize>, price: T) -> Node {
        let need = self.need[pair as usize] as usize;
        self.held[pair as usize] = true;
        if let Some(unit) = vacant {
            self.units[unit] = Unit { price, pair, slot: self.slot[need] };
        }
        Node::Need(need)
    }

    fn volunteer_of(&self, unit: usize) -> usize {
        self.unit_first.partition_point(|&first| first as usize <= unit) - 1
    }

    /// A shortest path back from a hole: somebody gains by filling it, or it becomes free.
    fn fill(&mut self, search: &mut Search<T>, hole: usize) {
        if !self.is_hole(hole) {
            return;
        }
        search.begin();
        let home = self.volunteer_of(hole);
        match self.units[hole].slot {
            FREE => search.reach(search.volunteer(home), T::ZERO, hole as u32),
            _ => search.reach(search.unit(hole), T::ZERO, NONE),
        }
        let mut best = T::MAX;
        let mut start = None;
        while let Some((distance, node)) = search.next(best) {
            match node {
                Node::Need(need) => {
                    if self.unfilled[need] > 0 && distance - self.dual[need] < best {
                        best = distance - self.dual[need];
                        start = Some(Node::Need(need));
                    }
                    for pair in self.pairs_of(need) {
                        if !self.held[pair] {
                            continue;
                        }
                        let volunteer = self.volunteer[pair] as usize;
                        let Some(unit) = self.unit_in(volunteer, self.slot[need]) else { continue };
                        let on = distance - (self.cost[pair] + self.dual[need] + self.units[unit].price);
                        if on < best {
                            search.reach(search.unit(unit), on, NONE);
                        }
                    }
                }
                Node::Unit(unit) => {
                    let volunteer = self.volunteer_of(unit);
                    let Unit { slot, price, .. } = self.units[unit];
                    self.reach_needs(search, volunteer, |of| of == slot, distance + price, best);
                    let on = distance + price - self.floor[volunteer];
                    if on < best {
                        search.reach(search.volunteer(volunteer), on, unit as u32);
                    }
                }
                Node::Volunteer(volunteer) => {
                    let floor = self.floor[volunteer];
                    if distance + floor < best {
                        best = distance + floor;
                        start = Some(Node::Volunteer(volunteer));
                    }
                    let taken = |of: u32| self.unit_in(volunteer, of).is_some();
                    self.reach_needs(search, volunteer, |of| !taken(of), distance + floor, best);
                }
            }
        }
        self.reprice(search, best, |dual, by| *dual += by, |price, by| *price -= by);
        if let Some(start) = start {
            self.pass_on(search, start);
        }
    }

    /// The needs whose slot `fits` and that could take this volunteer.
    fn reach_needs(
        &self,
        search: &mut Search<T>,
        volunteer: usize,
        fits: impl Fn(u32) -> bool,
        base: T,
        best: T,
    ) {
        for pair in self.pairs_with(volunteer) {
            let need = self.need[pair] as usize;
            if self.held[pair] || !fits(self.slot[need]) {
                continue;
            }
            let on = base + self.cost[pair] + self.dual[need];
            if on < best {
                search.reach(need, on, pair as u32);
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
                    let pair = search.from[need];
                    let volunteer = self.volunteer[pair as usize] as usize;
                    self.held[pair as usize] = true;
                    let slot = self.slot[need];
                    let (unit, price) = match self.unit_in(volunteer, slot) {
                        Some(unit) => (unit, self.units[unit].price),
                        None => (search.from[search.volunteer(volunteer)] as usize, self.floor[volunteer]),
                    };
                    (unit, Unit { price, pair, slot })
                }
                Node::Volunteer(volunteer) => {
                    let unit = search.from[search.volunteer(volunteer)] as usize;
                    (unit, Unit { price: T::ZERO, pair: NONE, slot: FREE })
                }
                Node::Unit(_) => return,
            };
            let before = std::mem::replace(&mut self.units[unit], after);
            if before.pair == NONE {
                return;
            }
            self.held[before.pair as usize] = false;
            node = Node::Need(self.need[before.pair as usize] as usize);
        }
    }
}
