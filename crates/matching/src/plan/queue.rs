//! A queue for distances that never fall (a radix heap; Ahuja, Mehlhorn, Orlin & Tarjan 1990).
//!
//! What waits lies in a heap for the highest bit in which its distance differs from the last one taken, and moves to
//! lower heaps as that comes nearer: a distance is looked at a few times, one after the other in memory. Of those equally
//! near the last one put in comes first, so that a path on which nothing is lost is followed to its end.

use super::amount::Amount;

#[derive(Clone, Debug)]
pub(super) struct Queue<T> {
    /// The distance last taken.
    last: T,
    heaps: Vec<Vec<(T, u32)>>,
    count: usize,
    /// A bit for each heap that is not empty.
    used: u128,
}

impl<T: Amount> Queue<T> {
    pub(super) fn new() -> Self {
        Self { last: T::ZERO, heaps: Vec::new(), count: 0, used: 0 }
    }

    pub(super) fn clear(&mut self) {
        (self.last, self.count) = (T::ZERO, 0);
        while self.used != 0 {
            let heap = self.used.trailing_zeros();
            self.heaps[heap as usize].clear();
            self.used &= self.used - 1;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Nothing nearer than what was taken may be put in.
    pub(super) fn push(&mut self, distance: T, node: u32) {
        self.count += 1;
        self.put(distance, node);
    }

    fn put(&mut self, distance: T, node: u32) {
        let heap = distance.bits_beside(self.last);
        if heap >= self.heaps.len() {
            self.heaps.resize(heap + 1, Vec::new());
        }
        self.heaps[heap].push((distance, node));
        self.used |= 1 << heap;
    }

    /// The nearest.
    pub(super) fn pop(&mut self) -> Option<(T, u32)> {
        if self.used == 0 {
            return None;
        }
        let heap = self.used.trailing_zeros() as usize;
        if heap > 0 {
            self.spread(heap);
        }
        self.count -= 1;
        let nearest = self.heaps[0].pop();
        if self.heaps[0].is_empty() {
            self.used &= !1;
        }
        nearest
    }

    /// Moves all of a heap to lower ones, seen from its nearest.
    fn spread(&mut self, heap: usize) {
        let mut all = std::mem::take(&mut self.heaps[heap]);
        self.used &= !(1 << heap);
        self.last = all.iter().map(|of| of.0).min().unwrap_or(self.last);
        for (distance, node) in all.drain(..) {
            self.put(distance, node);
        }
        self.heaps[heap] = all;
    }
}
