//! When volunteers have promised to be somewhere: short lists in one arena.

use kernel::Instant;

use super::NONE;
use crate::{Commitment, time::Starts};

const MINUTE_US: i64 = 60_000_000;

/// Whole minutes within a promise, and the next of the same person.
#[derive(Clone, Copy, Debug)]
struct Promise {
    from: i32,
    to: i32,
    next: u32,
}

/// All promises.
#[derive(Clone, Debug)]
pub(super) struct Promises {
    all: Vec<Promise>,
    /// The first that is free.
    free: u32,
}

impl Default for Promises {
    fn default() -> Self {
        Self { all: Vec::new(), free: NONE }
    }
}

/// The whole minutes within a promise; `None` when there are none that a visit could meet.
fn minutes(promise: &Commitment) -> Option<(i32, i32)> {
    let fit = |minute: i64| minute.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
    let from = fit(promise.from.micros().div_euclid(MINUTE_US).saturating_add(1));
    let exact = promise.from.micros().rem_euclid(MINUTE_US) == 0;
    let from = if exact { from.saturating_sub(1) } else { from };
    let to = fit(promise.to.micros().div_euclid(MINUTE_US));
    (from < to).then_some((from, to))
}

impl Promises {
    /// Adds one to the list that begins at `head`.
    pub(super) fn add(&mut self, head: &mut u32, promise: &Commitment) {
        let Some((from, to)) = minutes(promise) else { return };
        let new = Promise { from, to, next: *head };
        match self.all.get_mut(self.free as usize) {
            Some(place) => {
                *head = self.free;
                self.free = place.next;
                *place = new;
            }
            None => {
                *head = self.all.len() as u32;
                self.all.push(new);
            }
        }
    }

    /// Takes one out of the list, if it is there.
    pub(super) fn drop_one(&mut self, head: &mut u32, promise: &Commitment) {
        let Some(wanted) = minutes(promise) else { return };
        let (mut before, mut at) = (NONE, *head);
        while let Some(&found) = self.all.get(at as usize) {
            if (found.from, found.to) == wanted {
                match self.all.get_mut(before as usize) {
                    Some(before) => before.next = found.next,
                    None => *head = found.next,
                }
                self.give_back(at);
                return;
            }
            (before, at) = (at, found.next);
        }
    }

    /// Forgets a whole list.
    pub(super) fn clear(&mut self, head: &mut u32) {
        let mut at = std::mem::replace(head, NONE);
        while let Some(found) = self.all.get(at as usize).copied() {
            self.give_back(at);
            at = found.next;
        }
    }

    fn give_back(&mut self, at: u32) {
        if let Some(place) = self.all.get_mut(at as usize) {
            place.next = self.free;
            self.free = at;
        }
    }

    /// Whether a visit can lie between the promises, no journey counted.
    pub(super) fn leave_room(&self, head: u32, starts: &Starts) -> bool {
        let mut at = starts.from;
        loop {
            let over = Instant::from_micros(at.micros().saturating_add(starts.length));
            let ends = self.list(head).filter(|(from, to)| *from < over && at < *to).map(|(_, to)| to).max();
            let Some(next) = ends else { return true };
            if next > starts.latest {
                return false;
            }
            at = next;
        }
    }

    fn list(&self, head: u32) -> impl Iterator<Item = (Instant, Instant)> {
        let mut at = head;
        std::iter::from_fn(move || {
            let found = self.all.get(at as usize)?;
            at = found.next;
            let instant = |minute: i32| Instant::from_micros(i64::from(minute) * MINUTE_US);
            Some((instant(found.from), instant(found.to)))
        })
    }

    /// Bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.all.capacity() * size_of::<Promise>()
    }
}
