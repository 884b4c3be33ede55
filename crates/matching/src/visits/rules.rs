//! Whether one volunteer can keep all of these visits: the limits, and an order in which they can be reached in time.

use kernel::{Day, Instant, Minutes};

use super::{Rules, Visit, Visitor};
use crate::{Commitment, Place, time::travel};

/// Being somewhere within a window, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) length: i64,
    place: Place,
}

impl Stay {
    pub(super) fn of(visit: &Visit) -> Self {
        let (from, to) = (visit.window.from.micros(), visit.window.to.micros());
        let length = visit.minutes.micros().clamp(0, to.saturating_sub(from).max(0));
        Self { from, to, length, place: visit.place }
    }

    fn promised(commitment: &Commitment) -> Self {
        let (from, to) = (commitment.from.micros(), commitment.to.micros());
        Self { from, to: to.max(from), length: (to - from).max(0), place: commitment.place }
    }

    pub(super) fn is_fixed(&self) -> bool {
        self.length >= self.to - self.from
    }

    fn day(&self) -> Day {
        Instant::from_micros(self.from).day()
    }
}

/// A stay that has its time.
struct Kept {
    ends: i64,
    stay: Stay,
}

impl Rules {
    /// Whether the visitor can keep all of these besides what they promised: no two [`clash`](crate::clash), no day and
    /// no sum of minutes too long, rest between days. What two promises do to each other is not asked.
    pub(super) fn fits(&self, visitor: &Visitor, stays: &[Stay]) -> bool {
        let minutes: i64 = stays.iter().map(|stay| stay.length).fold(0, i64::saturating_add);
        if stays.len() > visitor.shifts_max as usize || minutes > visitor.minutes_max.micros() {
            return false;
        }
        let promised: Vec<Stay> = visitor.commitments.iter().map(Stay::promised).collect();
        let day_max = self.limits.day_max.micros();
        let too_long = |of: &Stay| {
            let day = of.day();
            let all = stays.iter().chain(&promised).filter(|stay| stay.day() == day);
            all.map(|stay| stay.length).fold(0, i64::saturating_add) > day_max
        };
        if stays.iter().any(too_long) {
            return false;
        }
        // What was promised may contradict itself; that is not for this plan to mend.
        let is_sound = (promised.iter().enumerate())
            .all(|(at, one)| promised.iter().skip(at + 1).all(|other| self.one_after_other(one, other)));
        let left: Vec<Stay> = if is_sound {
            stays.iter().chain(&promised).copied().collect()
        } else {
            let clear = stays.iter().all(|stay| promised.iter().all(|one| self.one_after_other(one, stay)));
            if !clear {
                return false;
            }
            stays.to_vec()
        };
        self.order(&mut Vec::with_capacity(left.len()), left)
    }

    fn one_after_other(&self, one: &Stay, other: &Stay) -> bool {
        self.order(&mut Vec::new(), vec![*one, *other])
    }

    /// From the end of one to the beginning of the next at the least.
    fn between(&self, earlier: &Stay, later: &Stay) -> i64 {
        let way = travel(&earlier.place, &later.place, &self.limits).micros();
        let rest = if earlier.day() == later.day() { Minutes::ZERO } else { self.night_rest };
        way.max(rest.micros())
    }

    /// Looks for an order in which each can begin in time, every one as early as it can: a later begin helps nobody.
    fn order(&self, kept: &mut Vec<Kept>, mut left: Vec<Stay>) -> bool {
        let begin = |kept: &[Kept], stay: &Stay| {
            let after = kept.iter().map(|one| one.ends.saturating_add(self.between(&one.stay, stay)));
            after.fold(stay.from, i64::max)
        };
        let ends = |kept: &[Kept], stay: &Stay| begin(kept, stay).saturating_add(stay.length);
        // Begins only move back as more is kept: one that cannot begin now never can.
        if left.iter().any(|stay| ends(kept, stay) > stay.to) {
            return false;
        }
        left.sort_by_key(|stay| (stay.to - stay.length, stay.from));
        let work: i64 = left.iter().map(|stay| stay.length).sum();
        let first = left.iter().map(|stay| stay.from).min().unwrap_or(0);
        if left.iter().map(|stay| stay.to).max().is_some_and(|last| first.saturating_add(work) > last) {
            return false;
        }
        for next in 0..left.len() {
            let stay = left[next];
            let at = ends(kept, &stay);
            let mut rest = left.clone();
            rest.remove(next);
            kept.push(Kept { ends: at, stay });
            let found = rest.is_empty() || self.order(kept, rest);
            kept.pop();
            if found {
                return true;
            }
        }
        left.is_empty()
    }
}
