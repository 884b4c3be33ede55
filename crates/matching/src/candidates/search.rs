//! The nearest for every need, on as many threads as one likes, with one result.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use super::{
    Offered, Reach, Wanted,
    crowd::{Crowd, Run, Spot, arrange},
};
use crate::plan::Pair;

/// Needs that a thread takes at a time: they lie together, so the same volunteers are looked at.
const BLOCK: usize = 512;

/// Somebody near: how far, squared, and their row. In this order they are ranked.
type Near = (u64, u32);

/// What a thread found: each need with how many it has, and those, one need after the other.
#[derive(Default)]
struct Found {
    counts: Vec<(u32, u32)>,
    near: Vec<(u32, u32)>,
}

/// Who could serve which need, by need, the nearest first.
///
/// `go_on` is asked now and then with the needs that are done and how many there are; `None` after its first no. The
/// pairs are the same on any number of threads; 0 is one.
pub fn nearest(
    volunteers: &[Offered],
    needs: &[Wanted],
    reach: Reach,
    threads: usize,
    go_on: &mut dyn FnMut(u64, u64) -> bool,
) -> Option<Vec<Pair>> {
    let crowd = Crowd::of(volunteers);
    let asking = needs.iter().enumerate().filter(|(_, need)| need.seats > 0);
    let mut order: Vec<Spot> =
        asking.map(|(row, need)| Spot { x_dm: need.x_dm, y_dm: need.y_dm, row: row as u32 }).collect();
    arrange(&mut order);

    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = |go_on: &mut dyn FnMut(u64, u64) -> bool| {
        let (mut found, mut search) = (Found::default(), Search::new(&crowd, reach));
        while !stopped.load(Ordering::Relaxed) {
            let from = next.fetch_add(BLOCK, Ordering::Relaxed).min(order.len());
            let block = order.get(from..order.len().min(from + BLOCK)).unwrap_or_default();
            if block.is_empty() {
                break;
            }
            for spot in block {
                if let Some(need) = needs.get(spot.row as usize) {
                    search.look(need);
                    found.counts.push((spot.row, search.best.len() as u32));
                    found.near.extend(search.best.iter().map(|&(square, row)| (metres(square), row)));
                }
            }
            if !go_on(from as u64, order.len() as u64) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
        found
    };
    let helpers = threads.clamp(1, order.len().div_ceil(BLOCK).max(1)) - 1;
    let found: Option<Vec<Found>> = thread::scope(|scope| {
        let others: Vec<_> = (0..helpers).map(|_| scope.spawn(|| work(&mut |_, _| true))).collect();
        let own = work(go_on);
        others.into_iter().map(|other| other.join().ok()).chain([Some(own)]).collect()
    });
    let found = found.filter(|_| !stopped.load(Ordering::Relaxed))?;
    Some(by_need(needs.len(), found))
}

/// Puts what the threads found in the order of the needs.
fn by_need(needs: usize, found: Vec<Found>) -> Vec<Pair> {
    let mut starts = vec![0_usize; needs + 1];
    for &(need, count) in found.iter().flat_map(|found| &found.counts) {
        if let Some(after) = starts.get_mut(need as usize + 1) {
            *after = count as usize;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut pairs = vec![Pair { need: 0, volunteer: 0, metres: 0, served: 0, kept: false }; sum];
    for found in found {
        let mut near = found.near.as_slice();
        for (need, count) in found.counts {
            let (own, rest) = near.split_at_checked(count as usize).unwrap_or_default();
            near = rest;
            let start = starts.get(need as usize).copied().unwrap_or(sum);
            let places = pairs.get_mut(start..).unwrap_or_default();
            for (place, &(metres, volunteer)) in places.iter_mut().zip(own) {
                *place = Pair { need, volunteer, metres, served: 0, kept: false };
            }
        }
    }
    pairs
}

/// The root of a square of decimetres, in whole metres, the nearest; a half goes to the even one, so that a city's
/// halves cancel out.
pub(super) const fn metres(square: u64) -> u32 {
    // Twice the root, so that the half can be told; a square is below 2^63.
    let up = ((square as u128 * 4).isqrt() as u64 + 10) / 20;
    let half = (10 * up).saturating_sub(5);
    let is_half = half > 0 && square == half * half;
    (if is_half { up & !1 } else { up }) as u32
}

/// A search for one need after the other.
struct Search<'a> {
    crowd: &'a Crowd,
    radius: u32,
    most: usize,
    /// The nearest so far, in order.
    best: Vec<Near>,
    stack: Vec<(u64, Run)>,
}

impl<'a> Search<'a> {
    fn new(crowd: &'a Crowd, reach: Reach) -> Self {
        // Two squares of this add up within 64 bits.
        let radius = reach.radius_dm.min(1 << 31);
        Self { crowd, radius, most: reach.most, best: Vec::new(), stack: Vec::new() }
    }

    /// The square of the distance, when it is within reach.
    fn square(&self, (x, y): (u32, u32)) -> Option<u64> {
        let (radius, x, y) = (u64::from(self.radius), u64::from(x), u64::from(y));
        if x > radius || y > radius {
            return None;
        }
        Some(x * x + y * y).filter(|&square| square <= radius * radius)
    }

    /// Whether nobody at this distance can be among the nearest.
    fn is_too_far(&self, square: u64) -> bool {
        self.best.len() == self.most && self.best.last().is_none_or(|&(worst, _)| square > worst)
    }

    fn look(&mut self, need: &Wanted) {
        self.best.clear();
        self.stack.clear();
        if let Some(root) = self.crowd.root().filter(|_| self.most > 0) {
            self.push(need, root);
        }
        while let Some((square, run)) = self.stack.pop() {
            if self.is_too_far(square) {
                continue;
            }
            match run.halves() {
                Err(leaf) => self.take(need, leaf),
                Ok([left, right]) => {
                    let before = self.stack.len();
                    self.push(need, left);
                    self.push(need, right);
                    // The nearer half is looked at first, which is the one on top.
                    if let Some([one, other]) = self.stack.get_mut(before..)
                        && one.0 < other.0
                    {
                        std::mem::swap(one, other);
                    }
                }
            }
        }
    }

    fn push(&mut self, need: &Wanted, run: Run) {
        let Some(node) = self.crowd.node(run) else { return };
        if !node.may_fit(need.skill, need.slot) {
            return;
        }
        if let Some(square) =
            self.square(node.apart(need.x_dm, need.y_dm)).filter(|&square| !self.is_too_far(square))
        {
            self.stack.push((square, run));
        }
    }

    fn take(&mut self, need: &Wanted, leaf: usize) {
        let crowd = self.crowd;
        for spot in crowd.fitting(leaf, need.skill, need.slot) {
            let apart = (need.x_dm.abs_diff(spot.x_dm), need.y_dm.abs_diff(spot.y_dm));
            let Some(square) = self.square(apart) else { continue };
            let near = (square, spot.row);
            if self.best.len() == self.most {
                if self.best.last().is_some_and(|worst| *worst < near) {
                    continue;
                }
                self.best.pop();
            }
            let at = self.best.partition_point(|other| *other < near);
            self.best.insert(at, near);
        }
    }
}
