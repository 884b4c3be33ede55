//! The best few of a million, at once: an index by place, skill and time that is kept up to date in memory.
//!
//! Volunteers stand in leaves of 64 who live near one another. Each thing that an engagement may ask (a skill, an hour of
//! the week, a language) is a column with one bit a volunteer, so one instruction asks 64 people (`store.rs`,
//! `filter.rs`). A search opens leaves by the best that anybody on their ground could be (`search.rs`) and so tells people
//! in the order of [`rank`](crate::rank), as few as are needed.
//!
//! The index knows a part of the rules and in doubt says "perhaps": hours of the week in place of minutes, promises
//! without the journey between, proofs without their days. It never leaves out anybody whom the rules let through. The
//! caller gathers all facts of those few whom it names, the rules are asked about them, and the answer is that of `rank`
//! over everybody:
//!
//! ```
//! # use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person};
//! # use matching::*;
//! # fn example(engagement: Engagement, volunteers: Vec<Volunteer>, now: Instant) {
//! let mut index = Index::default();
//! volunteers.iter().for_each(|one| index.put(one));
//! let facts = |id| volunteers.iter().find(|one| one.id == id);
//! let best = index.best(&engagement, 3, now, &Limits::default(), facts);
//! # }
//! ```
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "Places are given out by the store and stay within it; a leaf's number has 26 bits, a table a power of two"
)]

mod columns;
mod filter;
mod ground;
mod hours;
mod ids;
mod order;
mod promises;
mod row;
mod search;
mod store;
#[cfg(test)]
mod tests;

use std::{borrow::Borrow, collections::BTreeMap, convert::Infallible};

use kernel::{Id, Instant, Person};

use crate::{
    Commitment, Engagement, Limits, Ranked, Volunteer, passes,
    rank::{Key, key, ranked},
};
use columns::Columns;
use ground::Ground;
use ids::Ids;
use order::Order;
use promises::Promises;
use row::{Row, bits, day_or_never};
use search::Search;
use store::{Slot, Store, ones};

/// No place: the end of a list.
const NONE: u32 = u32::MAX;

/// Volunteers, to be ranked without looking at all of them.
#[derive(Clone, Debug, Default)]
pub struct Index {
    store: Store,
    order: Order,
    ids: Ids,
    columns: Columns,
    promises: Promises,
    /// Who wishes to serve a resident.
    wishes: BTreeMap<Id<Person>, Vec<Id<Person>>>,
    /// Whom a volunteer wishes to serve.
    wished: BTreeMap<Id<Person>, Vec<Id<Person>>>,
}

impl Index {
    /// How many volunteers it holds.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it holds nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn slot(&self, id: Id<Person>) -> Option<Slot> {
        self.ids.get(id, |slot| self.store.row(Slot(slot)).id).map(Slot)
    }

    /// Puts somebody in, or in place of what was known of them.
    pub fn put(&mut self, volunteer: &Volunteer) {
        let mut row = Row::of(volunteer);
        let columns = bits(volunteer, &mut self.columns);
        let known = self.slot(volunteer.id);
        let stays = known.filter(|slot| order::Key::of(self.store.row(*slot)) == order::Key::of(&row));
        self.forget_lists(volunteer.id, known);
        for promise in &volunteer.commitments {
            self.promises.add(&mut row.promises, promise);
        }
        match stays {
            Some(slot) => {
                self.store.change(slot, |place| *place = row);
                self.store.set_columns(slot, &columns);
            }
            None => {
                if known.is_some() {
                    self.take_out(volunteer.id);
                }
                self.insert(row, &columns);
            }
        }
        for resident in &volunteer.wishes {
            self.wishes.entry(*resident).or_default().push(volunteer.id);
        }
        if !volunteer.wishes.is_empty() {
            self.wished.insert(volunteer.id, volunteer.wishes.clone());
        }
    }

    /// Takes somebody out; says whether they were there.
    pub fn remove(&mut self, id: Id<Person>) -> bool {
        let known = self.slot(id);
        self.forget_lists(id, known);
        if known.is_some() {
            self.take_out(id);
        }
        known.is_some()
    }

    /// Notes that somebody was called.
    pub fn called(&mut self, id: Id<Person>, at: Instant) {
        if let Some(slot) = self.slot(id) {
            self.store.change(slot, |row| row.call(at));
        }
    }

    /// Notes that somebody served.
    pub fn served(&mut self, id: Id<Person>, at: Instant) {
        if let Some(slot) = self.slot(id) {
            self.store.change(slot, |row| row.last_served = day_or_never(Some(at)));
        }
    }

    /// Notes a promise.
    pub fn promised(&mut self, id: Id<Person>, promise: &Commitment) {
        let Some(slot) = self.slot(id) else { return };
        let promises = &mut self.promises;
        self.store.change(slot, |row| promises.add(&mut row.promises, promise));
    }

    /// Forgets a promise, kept or taken back.
    pub fn released(&mut self, id: Id<Person>, promise: &Commitment) {
        let Some(slot) = self.slot(id) else { return };
        let promises = &mut self.promises;
        self.store.change(slot, |row| promises.drop_one(&mut row.promises, promise));
    }

    /// The promises and wishes of somebody, before they are told anew.
    fn forget_lists(&mut self, id: Id<Person>, slot: Option<Slot>) {
        let promises = &mut self.promises;
        if let Some(slot) = slot {
            self.store.change(slot, |row| promises.clear(&mut row.promises));
        }
        for resident in self.wished.remove(&id).unwrap_or_default() {
            if let Some(who) = self.wishes.get_mut(&resident) {
                who.retain(|one| *one != id);
                if who.is_empty() {
                    self.wishes.remove(&resident);
                }
            }
        }
    }

    fn insert(&mut self, row: Row, columns: &[u32]) {
        let key = order::Key::of(&row);
        if self.order.runs().is_empty() {
            let leaf = self.store.take();
            self.order.begin(leaf);
        }
        let Some((mut position, mut leaf)) = self.order.find(&key) else { return };
        if self.store.alive(leaf) == u64::MAX {
            self.split(position, leaf, &key);
            let Some(found) = self.order.find(&key) else { return };
            (position, leaf) = found;
        }
        self.order.cover(position, &row);
        let slot = self.store.add(leaf, row, columns);
        let store = &self.store;
        self.ids.insert(row.id, slot.0, |slot| store.row(Slot(slot)).id);
    }

    /// Makes room in a full leaf into which `key` belongs.
    fn split(&mut self, position: order::Position, leaf: u32, key: &order::Key) {
        let mut keys: Vec<(order::Key, u32)> =
            ones(u64::MAX).map(|bit| (order::Key::of(self.store.row(Slot::new(leaf, bit))), bit)).collect();
        keys.sort_unstable();
        let new = self.store.take();
        // Who come in order, as from a sorted list, fill their leaves.
        let at_end = self.order.is_last(position) && keys.last().is_some_and(|(last, _)| last < key);
        let go = keys.get(if at_end { keys.len() } else { keys.len() / 2 }..).unwrap_or_default();
        let low = go.first().map_or(*key, |(low, _)| *low);
        let mask = go.iter().fold(0, |mask, (_, bit)| mask | 1 << bit);
        for (_, bit) in go {
            let (slot, to) = (Slot::new(leaf, *bit), Slot::new(new, *bit));
            let store = &self.store;
            self.ids.shift(store.row(slot).id, to.0, |slot| id_before(store, slot, leaf, new));
        }
        self.store.move_bits(leaf, new, mask);
        self.order.insert_after(position, low, new, &self.store);
    }

    fn take_out(&mut self, id: Id<Person>) {
        let Some(slot) = self.slot(id) else { return };
        let key = order::Key::of(self.store.row(slot));
        let store = &self.store;
        self.ids.remove(id, |slot| store.row(Slot(slot)).id);
        if self.store.take_out(slot)
            && let Some((position, leaf)) = self.order.find(&key)
        {
            self.order.remove(position);
            self.store.give_back(leaf);
        }
    }

    /// The best `k` for an engagement, best first: what [`rank`](crate::rank) answers over all volunteers who were put in,
    /// if `facts` gives what is put in.
    pub fn best<'a>(
        &self,
        engagement: &Engagement,
        k: usize,
        now: Instant,
        limits: &Limits,
        mut facts: impl FnMut(Id<Person>) -> Option<&'a Volunteer>,
    ) -> Vec<Ranked<'a>> {
        let gather =
            |ids: &[Id<Person>]| Ok::<_, Infallible>(ids.iter().filter_map(|id| facts(*id)).collect());
        let Ok(best) = self.choose(engagement, k, now, limits, 1, gather);
        best.into_iter().map(|(key, one)| ranked(engagement, one, &key, limits)).collect()
    }

    /// The best `k` by facts that are gathered for a few at once, `at_once` at least, best first.
    ///
    /// The answer is that of [`rank`](crate::rank) over everybody whom the index holds, by the facts gathered, also where
    /// these are newer: the index must only not know of anything that is over. A promise or a call that it has not
    /// heard of costs gathering one more; somebody it has not heard of, a radius that grew or a home that came nearer
    /// costs their place, so whoever keeps the index must tell it of these.
    ///
    /// # Errors
    /// What `gather` failed with.
    pub fn gathered<V: Borrow<Volunteer>, E>(
        &self,
        engagement: &Engagement,
        k: usize,
        now: Instant,
        limits: &Limits,
        at_once: usize,
        gather: impl FnMut(&[Id<Person>]) -> Result<Vec<V>, E>,
    ) -> Result<Vec<V>, E> {
        let best = self.choose(engagement, k, now, limits, at_once, gather)?;
        Ok(best.into_iter().map(|(_, one)| one).collect())
    }

    fn choose<V: Borrow<Volunteer>, E>(
        &self,
        engagement: &Engagement,
        k: usize,
        now: Instant,
        limits: &Limits,
        at_once: usize,
        mut gather: impl FnMut(&[Id<Person>]) -> Result<Vec<V>, E>,
    ) -> Result<Vec<(Key, V)>, E> {
        let mut best: Vec<(Key, V)> = Vec::new();
        let mut search = Search::new(self, engagement, now, limits).peekable();
        while let Some(next) = search.peek() {
            // Who is told next is worth no more than this, so the first k are known.
            if k == 0 || best.get(k - 1).is_some_and(|(worst, _)| worst < next) {
                break;
            }
            let ids: Vec<_> = search.by_ref().take(at_once.max(1)).map(|key| key.id).collect();
            for one in gather(&ids)? {
                if passes(engagement, one.borrow(), now, limits) {
                    let key = key(engagement, one.borrow());
                    best.insert(best.partition_point(|(before, _)| *before < key), (key, one));
                }
            }
            best.truncate(k);
        }
        Ok(best)
    }

    /// Bytes of memory it takes; what the allocator adds is not counted.
    pub fn bytes(&self) -> usize {
        let lists = [&self.wishes, &self.wished].into_iter().flatten();
        let wishes: usize = lists.map(|(_, ids)| 64 + ids.capacity() * size_of::<Id<Person>>()).sum();
        self.store.bytes()
            + self.order.bytes()
            + self.ids.bytes()
            + self.columns.bytes()
            + self.promises.bytes()
            + wishes
    }
}

/// Who stood at a place before a leaf was split: those who are told to stand in the new leaf stand in the old one still.
fn id_before(store: &Store, slot: u32, old: u32, new: u32) -> Id<Person> {
    let slot = Slot(slot);
    let leaf = if slot.leaf() == new { old } else { slot.leaf() };
    store.row(Slot::new(leaf, slot.bit())).id
}
