//! From the nearest and longest rested leaf to the next, until nobody better can come.
//!
//! One heap holds leaves, by the best that anybody in them could be, and people, by what they are. What is on top comes
//! first: a leaf is opened and its people go into the heap, a person is told. So people come in the order of
//! [`rank`](crate::rank), and no leaf is opened that holds nobody better than the last who was told.

use std::{cmp::Reverse, collections::BinaryHeap};

use kernel::{Day, Id, Instant, Person};

use super::{
    Index,
    columns::CONSENT,
    filter::{Filter, metres},
    ground::Target,
    row::Row,
    store::{Slot, ones},
};
use crate::{
    DISTANCE_BANDS, Distance, Engagement, Limits, Metres, Purpose,
    rank::{Bond, Key},
};

/// Bands in which leaves are found along the order of place; farther ones along the columns.
const NEAR_BANDS: usize = 3;
/// Bands in all.
const BANDS: usize = DISTANCE_BANDS.len() + 1;

/// The order but for the id, as one number: bond, band, last service, metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Worth(u128);

impl Worth {
    fn new(bond: Bond, band: usize, last_served: i32, metres: u32) -> Self {
        let rested = last_served as u32 ^ 1 << 31;
        Self((bond as u128) << 72 | (band as u128) << 64 | u128::from(rested) << 32 | u128::from(metres))
    }

    /// Whether nobody of this band or a farther one can come before.
    fn comes_before_band(self, band: usize) -> bool {
        self < Self::new(Bond::None, band, i32::MIN, 0)
    }
}

/// At equal worth a leaf comes before people, who come by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Leaf { leaf: u32, people: u64 },
    Person { id: Id<Person>, slot: u32 },
}

type Heap = BinaryHeap<Reverse<(Worth, What)>>;

/// What is searched for.
#[derive(Debug)]
struct Question<'q> {
    index: &'q Index,
    filter: Filter<'q>,
    target: Target,
    /// Who is not to be told, in order.
    out: Vec<Id<Person>>,
    /// Those whom a bond brings in, in order.
    bound: Vec<Id<Person>>,
}

impl Question<'_> {
    /// Puts the leaves of a band into the heap. Those of the far bands are found at once and wait in `far`.
    fn widen(&self, heap: &mut Heap, band: usize, far: &mut Vec<(u32, u64)>) {
        if band < NEAR_BANDS {
            return self.walk(heap, band);
        }
        if band == NEAR_BANDS {
            *far = self.far();
        }
        let store = &self.index.store;
        far.retain(|(leaf, people)| {
            let reached = self.target.reaches(store.ground(*leaf), band);
            if reached {
                self.put(heap, *leaf, band, *people);
            }
            !reached
        });
    }

    /// The leaves that no near band reaches, and the people in them, found along the columns.
    fn far(&self) -> Vec<(u32, u64)> {
        let store = &self.index.store;
        let mut far = Vec::new();
        for first in store.pages() {
            let people = self.filter.people_of_page(store, first, NEAR_BANDS);
            let some = (first..).zip(people).filter(|(_, people)| *people != 0);
            far.extend(some.filter(|(leaf, _)| !self.target.reaches(store.ground(*leaf), NEAR_BANDS - 1)));
        }
        far
    }

    /// Puts the leaves of a band into the heap, found along the order of place.
    fn walk(&self, heap: &mut Heap, band: usize) {
        let Index { store, order, .. } = self.index;
        for run in order.runs().iter().filter(|run| self.target.reaches(&run.ground, band)) {
            for leaf in run.leaves() {
                if self.target.begins(store.ground(leaf), band) {
                    self.put(heap, leaf, band, self.filter.people(store, leaf, band));
                }
            }
        }
    }

    /// Puts a leaf of at least this band into the heap, unless nobody in it can come.
    fn put(&self, heap: &mut Heap, leaf: u32, band: usize, people: u64) {
        if people == 0 {
            return;
        }
        let store = &self.index.store;
        let nearest = self.target.metres(store.ground(leaf));
        // A glance is generous: looked at closely, a leaf may be of a farther band.
        let band = Distance::Exact(nearest).band().max(band);
        let people = people & self.filter.beyond(store, leaf, band);
        let worth = Worth::new(Bond::None, band, store.span(leaf).last_served_min, metres(nearest));
        heap.push(Reverse((worth, What::Leaf { leaf, people })));
    }

    /// Puts the people of a leaf into the heap.
    fn open(&self, heap: &mut Heap, leaf: u32, people: u64) {
        let store = &self.index.store;
        let consent = store.word(CONSENT, leaf);
        for bit in ones(people) {
            let slot = Slot::new(leaf, bit);
            let row = store.row(slot);
            let Some(distance) = self.filter.admits(row, consent >> bit & 1 == 1) else { continue };
            if self.bound.binary_search(&row.id).is_err() {
                heap.push(Reverse(person(Bond::None, row, slot, distance)));
            }
        }
    }

    /// Puts those who know the resident into the heap.
    fn bring_in(&self, heap: &mut Heap, bonds: &[(Id<Person>, Bond)]) {
        let store = &self.index.store;
        for (id, bond) in bonds {
            let Some(slot) = self.index.slot(*id) else { continue };
            let has = |word: u64| word >> slot.bit() & 1 == 1;
            if !has(self.filter.people(store, slot.leaf(), 0)) {
                continue;
            }
            let row = store.row(slot);
            if let Some(distance) = self.filter.admits(row, has(store.word(CONSENT, slot.leaf()))) {
                heap.push(Reverse(person(*bond, row, slot, distance)));
            }
        }
    }

    /// Whether a person who came to the top is told.
    fn tells(&self, id: Id<Person>, slot: u32) -> bool {
        let row = self.index.store.row(Slot(slot));
        self.filter.leaves_room(&self.index.promises, row) && self.out.binary_search(&id).is_err()
    }
}

/// Who knows the resident, each by the strongest bond, in the order of their ids.
fn bonds(index: &Index, engagement: &Engagement) -> Vec<(Id<Person>, Bond)> {
    let wish = engagement.recipient.and_then(|resident| index.wishes.get(&resident));
    let all = [
        (Bond::Wished, engagement.wished.as_slice()),
        (Bond::CameBefore, &engagement.seen_before),
        (Bond::Wishes, wish.map_or(&[], Vec::as_slice)),
    ];
    let mut bonds: Vec<_> =
        all.into_iter().flat_map(|(bond, ids)| ids.iter().map(move |id| (*id, bond))).collect();
    bonds.sort_unstable();
    bonds.dedup_by_key(|(id, _)| *id);
    bonds
}

/// A search under way.
#[derive(Debug)]
pub(super) struct Search<'q> {
    /// `None` when a word is asked that nobody has.
    question: Option<Question<'q>>,
    heap: Heap,
    /// Leaves that are too far for now, and their people.
    far: Vec<(u32, u64)>,
    /// Bands whose leaves are in the heap.
    bands: usize,
}

impl<'q> Search<'q> {
    pub(super) fn new(
        index: &'q Index,
        engagement: &'q Engagement,
        now: Instant,
        limits: &'q Limits,
    ) -> Self {
        let mut heap = BinaryHeap::new();
        let question = Filter::new(engagement, now, limits, &index.columns, &index.store).map(|filter| {
            let mut out = engagement.refused.clone();
            if engagement.purpose == Purpose::Ask {
                out.extend(&engagement.asked);
            }
            out.sort_unstable();
            let bonds = bonds(index, engagement);
            let bound = bonds.iter().map(|(id, _)| *id).collect();
            let question = Question { index, filter, target: Target::new(engagement.place), out, bound };
            question.bring_in(&mut heap, &bonds);
            question
        });
        Self { question, heap, far: Vec::new(), bands: 0 }
    }
}

fn person(bond: Bond, row: &Row, slot: Slot, distance: Distance) -> (Worth, What) {
    let worth = Worth::new(bond, distance.band(), row.last_served, metres(distance.metres()));
    (worth, What::Person { id: row.id, slot: slot.0 })
}

/// Everybody whom nothing in the index stands against, in the order of the ranking.
impl Iterator for Search<'_> {
    type Item = Key;

    fn next(&mut self) -> Option<Key> {
        let question = self.question.as_ref()?;
        loop {
            let ready =
                self.heap.peek().is_some_and(|Reverse((worth, _))| worth.comes_before_band(self.bands));
            if !ready && self.bands < BANDS {
                question.widen(&mut self.heap, self.bands, &mut self.far);
                self.bands += 1;
                continue;
            }
            match self.heap.pop()? {
                Reverse((_, What::Leaf { leaf, people })) => question.open(&mut self.heap, leaf, people),
                Reverse((worth, What::Person { id, slot })) if question.tells(id, slot) => {
                    return Some(key(worth, id));
                }
                Reverse(_) => {}
            }
        }
    }
}

/// The ranking's key of a person.
fn key(Worth(worth): Worth, id: Id<Person>) -> Key {
    let last_served = (worth >> 32) as u32 ^ 1 << 31;
    let last_served = Some(last_served as i32).filter(|day| *day != i32::MIN).map(Day::from_number);
    let bond = match worth >> 72 {
        0 => Bond::Wished,
        1 => Bond::CameBefore,
        2 => Bond::Wishes,
        _ => Bond::None,
    };
    let band = (worth >> 64 & 0xff) as usize;
    Key { bond, band, last_served, metres: Metres(i64::from(worth as u32)), id }
}
