//! What a new number would have done, added up. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::AddAssign,
};

use kernel::{Day, DivisionCode, Minutes};

use super::replay::{Came, Recorded};
use crate::Grade;

/// The largest changes that are told.
const LARGEST_MAX: usize = 10;

/// Minutes by the rules that held, and by the new one; those that count and those that wait for a review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// By the rules that held.
    pub before: Minutes,
    /// By the new one.
    pub after: Minutes,
}

impl Compared {
    /// What the new one adds; negative where it takes away.
    pub fn difference(self) -> Minutes {
        self.after - self.before
    }
}

impl AddAssign for Compared {
    fn add_assign(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
    }
}

/// How many presences changed in one direction, and by how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Presences.
    pub presences: i64,
    /// Minutes, never negative.
    pub minutes: Minutes,
}

/// One presence that would have come to something else; whose it is nobody needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The day on which it was planned.
    pub day: Day,
    /// Where.
    pub division: DivisionCode,
    /// What it would have come to.
    pub minutes: Compared,
}

/// What a number would have done in a place directly below the one that tries it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Below {
    /// Of what was served there.
    pub minutes: Compared,
    /// People who served there and whose minutes there would have been others.
    pub people: i64,
}

/// What a decision would have done. Minutes are those that count and those that wait for a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// Presences that were counted once more.
    pub presences: i64,
    /// Those that would have come to more.
    pub gain: Moved,
    /// Those that would have come to less.
    pub lose: Moved,
    /// People whose minutes would have been others. Who served in two districts is counted in each.
    pub people: i64,
    /// Minutes that would have waited for a review.
    pub waiting: Compared,
    /// Minutes by grade, `a` to `d`.
    pub by_grade: [Compared; 4],
    /// Minutes by the month in which service was planned, by its first day.
    pub by_month: BTreeMap<Day, Compared>,
    /// By place directly below the one that tries; the place itself where it has none.
    pub by_place: BTreeMap<DivisionCode, Below>,
    /// The largest changes, ten at most, the largest first.
    pub largest: Vec<Changed>,
}

/// The place directly below `area` that holds `division`; `area` itself where that is as low.
fn directly_below(area: DivisionCode, division: DivisionCode) -> DivisionCode {
    let below = division.ancestors();
    below.take_while(|one| *one != area && *one != DivisionCode::NATION).last().unwrap_or(area)
}

impl Simulated {
    /// Adds what one person served since the day, with what each comes to by the rules that held and by the new one.
    pub(super) fn add<'a>(
        &mut self,
        area: DivisionCode,
        served: impl Iterator<Item = (&'a Recorded, Came, Came)>,
    ) {
        let mut changed_in: BTreeSet<DivisionCode> = BTreeSet::new();
        for (Recorded { presence, .. }, before, after) in served {
            let (day, division) = (presence.planned.0.day(), presence.division);
            let (year, month, _) = day.ymd();
            let minutes = Compared { before: before.minutes(), after: after.minutes() };
            self.presences += 1;
            self.waiting += Compared { before: before.waits, after: after.waits };
            for (sums, grade) in self.by_grade.iter_mut().zip(Grade::ALL) {
                let of = |came: Came| if came.grade == Some(*grade) { came.minutes() } else { Minutes::ZERO };
                *sums += Compared { before: of(before), after: of(after) };
            }
            *self.by_month.entry(Day::from_ymd(year, month, 1).unwrap_or(day)).or_default() += minutes;
            let below = directly_below(area, division);
            self.by_place.entry(below).or_default().minutes += minutes;
            let difference = minutes.difference();
            if difference == Minutes::ZERO {
                continue;
            }
            changed_in.insert(below);
            let side = if difference > Minutes::ZERO { &mut self.gain } else { &mut self.lose };
            side.presences += 1;
            side.minutes += Minutes(difference.number().abs());
            self.largest.push(Changed { day, division, minutes });
        }
        self.people += i64::from(!changed_in.is_empty());
        for below in changed_in {
            self.by_place.entry(below).or_default().people += 1;
        }
        self.largest.sort_by_key(|one| std::cmp::Reverse(one.minutes.difference().number().abs()));
        self.largest.truncate(LARGEST_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_a_place_holds_what_was_served_there() {
        let code = |text: &str| DivisionCode::parse(text).unwrap();
        for (area, division, below) in [
            ("4201", "420103002001", "420103"),
            ("420103", "420103002001", "420103002"),
            ("420103002", "420103002001", "420103002001"),
            ("420103002001", "420103002001", "420103002001"),
        ] {
            assert_eq!(directly_below(code(area), code(division)), code(below), "{area}");
        }
        assert_eq!(directly_below(DivisionCode::NATION, code("420103002001")), code("42"));
    }
}
