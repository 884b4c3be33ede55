//! From the nearest and longest rested leaf to the next, until nobody better can come.
//!
//! One heap holds runs of leaves and leaves, by the best that anybody in them could be, and people, by what they are. What
//! is on top comes first: a run is opened and its leaves go into the heap, a leaf is opened and its people do, a person is
//! told. So people come in the order of [`rank`](crate::rank), and nothing is opened that holds nobody better than the
//! last who was told.
//!
//! Where few have what is asked, most runs would be opened for nothing. Then everybody is found at once along the
//! columns, which lie side by side, while the leaves of a run lie anywhere: before anything is opened where the columns
//! promise less than one for each run, else after [`LEAVES_MAX`] leaves.

use std::{cmp::Reverse, collections::BinaryHeap};

use kernel::{Day, Id, Instant, Person};

use super::{
    Index,
    columns::CONSENT,
    filter::{Filter, metres},
    ground::{Ground, Target},
    row::Row,
    store::{Slot, ones},
};
use crate::{
    DISTANCE_BANDS, Distance, Engagement, Limits, Metres, Purpose,
    rank::{Bond, Key},
};

/// Leaves looked at one by one before everybody is found along the columns; few in tests, so that these get there.
const LEAVES_MAX: usize = if cfg!(test) { 5 } else { 1_500 };
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

    fn band(self) -> usize {
        (self.0 >> 64 & 0xff) as usize
    }

    /// Whether nobody of this band or a farther one can come before.
    fn comes_before_band(self, band: usize) -> bool {
        self < Self::new(Bond::None, band, i32::MIN, 0)
    }
}

/// At equal worth a run comes before leaves and these before people, who come by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Run { run: u32 },
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
    /// Puts the runs of a band into the heap.
    fn widen(&self, heap: &mut Heap, band: usize) {
        let runs = (0..).zip(self.index.order.runs());
        for (run, found) in runs.filter(|(_, run)| self.target.begins(&run.ground, band)) {
            // Somebody there may never have served.
            let worth = self.worth(&found.ground, i32::MIN);
            heap.push(Reverse((worth, What::Run { run })));
        }
    }

    /// The most that anybody on this ground can be worth, if they served last on this day.
    fn worth(&self, ground: &Ground, last_served: i32) -> Worth {
        let nearest = self.target.metres(ground);
        Worth::new(Bond::None, Distance::Exact(nearest).band(), last_served, metres(nearest))
    }

    /// Puts the leaves of a run into the heap; says how many were looked at.
    fn open_run(&self, heap: &mut Heap, run: u32) -> usize {
        let Index { store, order, .. } = self.index;
        let leaves = order.runs()[run as usize].leaves();
        leaves.map(|leaf| self.put(heap, leaf, self.filter.people(store, leaf))).count()
    }

    /// Puts the leaves of all runs but these into the heap, found along the columns.
    fn put_all(&self, heap: &mut Heap, but: &[u32]) {
        let Index { store, order, .. } = self.index;
        let mut opened: Vec<u32> = but.iter().flat_map(|run| order.runs()[*run as usize].leaves()).collect();
        opened.sort_unstable();
        for first in store.pages() {
            let people = self.filter.people_of_page(store, first);
            for (leaf, people) in (first..).zip(people).filter(|(_, people)| *people != 0) {
                if opened.binary_search(&leaf).is_err() {
                    self.put(heap, leaf, people);
                }
            }
        }
    }

    /// Puts a leaf into the heap, unless nobody in it can come.
    fn put(&self, heap: &mut Heap, leaf: u32, people: u64) {
        if people == 0 {
            return;
        }
        let store = &self.index.store;
        let worth = self.worth(store.ground(leaf), store.span(leaf).last_served_min);
        let people = people & self.filter.beyond(store, leaf, worth.band());
        if people != 0 {
            heap.push(Reverse((worth, What::Leaf { leaf, people })));
        }
    }

    /// Puts the people of a leaf into the heap.
    fn open(&self, heap: &mut Heap, leaf: u32, people: u64) {
        let store = &self.index.store;
        let consent = store.word(CONSENT, leaf);
        for bit in ones(self.filter.free(store, leaf, people)) {
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
            if !has(self.filter.free(store, slot.leaf(), self.filter.people(store, slot.leaf()))) {
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
    /// Runs that were opened, and how many leaves were looked at for that.
    opened: Vec<u32>,
    leaves: usize,
    /// Bands whose runs, or whose leaves, are in the heap.
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
        let mut search = Self { question, heap, opened: Vec::new(), leaves: 0, bands: 0 };
        if search.question.as_ref().is_some_and(|question| {
            question.filter.about(&index.store, index.len()) < index.order.runs().len()
        }) {
            search.put_all();
        }
        search
    }

    /// Finds everybody who was not looked at yet; from then on runs are no more of use.
    fn put_all(&mut self) {
        let Self { question: Some(question), heap, opened, .. } = self else { return };
        heap.retain(|Reverse((_, what))| !matches!(what, What::Run { .. }));
        question.put_all(heap, opened);
        self.bands = BANDS;
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
        loop {
            let question = self.question.as_ref()?;
            let ready =
                self.heap.peek().is_some_and(|Reverse((worth, _))| worth.comes_before_band(self.bands));
            if !ready && self.bands < BANDS {
                question.widen(&mut self.heap, self.bands);
                self.bands += 1;
                continue;
            }
            match self.heap.pop()?.0 {
                (_, What::Run { run }) => {
                    self.leaves += question.open_run(&mut self.heap, run);
                    self.opened.push(run);
                    if self.leaves > LEAVES_MAX {
                        self.put_all();
                    }
                }
                (_, What::Leaf { leaf, people }) => {
                    question.open(&mut self.heap, leaf, people);
                    self.leaves += 1;
                }
                (worth, What::Person { id, slot }) if question.tells(id, slot) => {
                    return Some(key(worth, id));
                }
                (_, What::Person { .. }) => {}
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
    Key { bond, band: Worth(worth).band(), last_served, metres: Metres(i64::from(worth as u32)), id }
}
