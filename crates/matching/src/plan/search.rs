//! What a shortest path remembers: how far each need, unit and head is, and from where.
//!
//! Only needs wait in the queue: a unit leads to the one need that holds it, and a head to its own units, so both are
//! passed through at once, at times more than once. Together with the queue it took a quarter off all repairs.
//!
//! Marks are valid for one search, so that none must be cleared; they grow with the market.

use super::{
    amount::Amount,
    market::{Market, NONE},
    queue::Queue,
};

/// Set in the number of a unit or a head; needs have it not.
const IN_UNITS: u32 = 1 << 31;
/// Set in the number of a head.
const IS_HEAD: u32 = 1 << 30;

#[derive(Clone, Copy, Debug)]
struct Mark<T> {
    distance: T,
    /// The search in which it was set.
    stamp: u32,
    from: u32,
}

/// Somebody whom a need could take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<T> {
    /// How far they are without their price.
    pub(super) free_of_charge: T,
    /// How far they are at the least.
    pub(super) least: T,
    pub(super) pair: u32,
    pub(super) head: u32,
}

/// One search after the other.
#[derive(Clone, Debug)]
pub(super) struct Search<T> {
    needs: Vec<Mark<T>>,
    units: Vec<Mark<T>>,
    seen: Vec<u32>,
    queue: Queue<T>,
    /// Whom the need at hand could take; kept for its memory.
    pub(super) asked: Vec<Asked<T>>,
    now: u32,
    /// Needs that were reached or came nearer since this was emptied, while another search comes the other way.
    fresh: Vec<u32>,
    is_met: bool,
    /// The search that comes the other way; kept for its memory.
    other: Option<Box<Search<T>>>,
    /// How many places that one looked at.
    other_width: usize,
    /// After how many places it is long; `None` is a share of the needs and volunteers.
    long: Option<usize>,
}

/// A search that looked at this share of the needs and volunteers without an end is joined by one from the other ends: that
/// one must look at all of them at first.
const LONG_SHARE: usize = 32;

/// What a path goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Need(usize),
    Unit(usize),
    /// Any unit of a volunteer.
    Head(usize),
}

impl Node {
    fn number(self) -> u32 {
        match self {
            Self::Need(need) => need as u32,
            Self::Unit(unit) => unit as u32 | IN_UNITS,
            Self::Head(head) => head as u32 | IN_UNITS | IS_HEAD,
        }
    }

    fn of(number: u32) -> Self {
        if number & IN_UNITS == 0 {
            Self::Need(number as usize)
        } else if number & IS_HEAD == 0 {
            Self::Unit((number & !IN_UNITS) as usize)
        } else {
            Self::Head((number & !(IN_UNITS | IS_HEAD)) as usize)
        }
    }
}

impl<T: Amount> Search<T> {
    pub(super) fn new() -> Self {
        Self {
            needs: Vec::new(),
            units: Vec::new(),
            seen: Vec::new(),
            queue: Queue::new(),
            asked: Vec::new(),
            now: 0,
            fresh: Vec::new(),
            is_met: false,
            other: None,
            other_width: 0,
            long: None,
        }
    }

    /// One that is long after so many places.
    #[cfg(test)]
    pub(super) fn long_after(places: usize) -> Self {
        Self { long: Some(places), ..Self::new() }
    }

    /// The same in other integers, before it begins.
    pub(super) fn anew<W: Amount>(&self) -> Search<W> {
        Search { long: self.long, ..Search::new() }
    }

    /// Whether one of the searches was ever joined by another.
    #[cfg(test)]
    pub(super) fn was_joined(&self) -> bool {
        self.other.is_some()
    }

    /// Whether another should join it.
    pub(super) fn is_long(&self, market: &Market<T>) -> bool {
        self.width() >= self.long.unwrap_or((market.needs.len() + market.home.len()) / LONG_SHARE)
    }

    /// The search that comes the other way, before it begins; from now on both remember which needs they reach.
    pub(super) fn take_other(&mut self, market: &Market<T>) -> Box<Self> {
        let mut other = self.other.take().unwrap_or_else(|| Box::new(Self::new()));
        other.begin(market);
        (self.is_met, other.is_met) = (true, true);
        other
    }

    /// Keeps the search that came the other way for the next time.
    pub(super) fn put_other(&mut self, other: Box<Self>) {
        self.other_width = other.seen.len();
        self.other = Some(other);
    }

    /// Forgets the search before.
    pub(super) fn begin(&mut self, market: &Market<T>) {
        self.queue.clear();
        self.seen.clear();
        self.fresh.clear();
        self.is_met = false;
        self.other_width = 0;
        if self.now == u32::MAX {
            self.needs.clear();
            self.units.clear();
            self.now = 0;
        }
        self.now += 1;
        let mark = Mark { distance: T::ZERO, stamp: 0, from: NONE };
        self.needs.resize(market.needs.len(), mark);
        self.units.resize(market.units.len(), mark);
    }

    fn mark(&mut self, node: Node) -> &mut Mark<T> {
        match node {
            Node::Need(need) => &mut self.needs[need],
            Node::Unit(at) | Node::Head(at) => &mut self.units[at],
        }
    }

    /// Gives whether it is nearer than it was known to be.
    pub(super) fn reach(&mut self, node: Node, distance: T, from: u32) -> bool {
        let now = self.now;
        let mark = self.mark(node);
        let is_new = mark.stamp != now;
        if !is_new && mark.distance <= distance {
            return false;
        }
        *mark = Mark { distance, stamp: now, from };
        if is_new {
            self.seen.push(node.number());
        }
        if let Node::Need(need) = node {
            self.queue.push(distance, need as u32);
            if self.is_met {
                self.fresh.push(need as u32);
            }
        }
        true
    }

    /// Puts a head that nothing leads to into the queue; [`Search::next_node`] gives it.
    pub(super) fn wait(&mut self, head: usize, distance: T) {
        self.queue.push(distance, Node::Head(head).number());
    }

    /// The nearest need whose distance is final and below `end`.
    pub(super) fn next(&mut self, end: T) -> Option<(T, usize)> {
        while let Some((distance, need)) = self.queue.pop() {
            if distance >= end {
                return None;
            }
            if distance == self.needs[need as usize].distance {
                return Some((distance, need as usize));
            }
        }
        None
    }

    /// The same, where heads wait too.
    pub(super) fn next_node(&mut self, end: T) -> Option<(T, Node)> {
        while let Some((distance, number)) = self.queue.pop() {
            if distance >= end {
                return None;
            }
            let node = Node::of(number);
            if self.far(node).is_none_or(|nearest| nearest >= distance) {
                return Some((distance, node));
            }
        }
        None
    }

    /// Everything that was reached nearer than this, with what it is nearer.
    pub(super) fn nearer(&self, end: T) -> impl Iterator<Item = (Node, T)> {
        self.seen.iter().filter_map(move |&number| {
            let node = Node::of(number);
            let mark = match node {
                Node::Need(need) => &self.needs[need],
                Node::Unit(at) | Node::Head(at) => &self.units[at],
            };
            (mark.distance < end).then(|| (node, end - mark.distance))
        })
    }

    /// One of the needs that were reached or came nearer.
    pub(super) fn next_fresh(&mut self) -> Option<usize> {
        self.fresh.pop().map(|need| need as usize)
    }

    /// How far something is, if it was reached.
    pub(super) fn far(&self, node: Node) -> Option<T> {
        let mark = match node {
            Node::Need(need) => &self.needs[need],
            Node::Unit(at) | Node::Head(at) => &self.units[at],
        };
        (mark.stamp == self.now).then_some(mark.distance)
    }

    /// How many wait in the queue.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// From where the need was reached.
    pub(super) fn came_to_need(&self, need: usize) -> u32 {
        self.needs[need].from
    }

    /// From where the unit or the head was reached.
    pub(super) fn came_to_unit(&self, unit: usize) -> u32 {
        self.units[unit].from
    }

    /// How many places were looked at.
    pub(super) fn width(&self) -> usize {
        self.seen.len() + self.other_width
    }
}
