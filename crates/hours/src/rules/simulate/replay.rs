//! Counting what one person served once more. Pure.

use std::collections::BTreeMap;

use kernel::{Day, Instant, Minutes};

use crate::{
    Evidence, Grade,
    count::count,
    policy::Policy,
    presence::Presence,
    served::{Already, Part, Share, by_limits, month_and_year},
};

/// A presence on record with what it was counted from.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub(super) presence: Presence,
    pub(super) decided_at: Instant,
    pub(super) signals: Vec<Evidence>,
}

/// What a presence comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Came {
    pub(super) grade: Option<Grade>,
    pub(super) at_once: Minutes,
    pub(super) waits: Minutes,
}

impl Came {
    pub(super) fn minutes(self) -> Minutes {
        self.at_once + self.waits
    }
}

/// What of a person's time is taken, and what they have on record or in review.
#[derive(Default)]
struct Taken {
    times: BTreeMap<Day, Vec<(Instant, Instant)>>,
    /// By day, by first day of the month, and of the year.
    minutes: [BTreeMap<Day, Minutes>; 3],
}

impl Taken {
    fn keys(day: Day) -> [Day; 3] {
        let [(month, _), (year, _)] = month_and_year(day);
        [day, month, year]
    }

    fn overlaps(&self, part: &Part) -> bool {
        let of_day = self.times.get(&part.day).into_iter().flatten();
        of_day.into_iter().any(|(from, to)| *from < part.to && part.from < *to)
    }

    fn already(&self, day: Day) -> Already {
        let [day, month, year] = Self::keys(day);
        let [of_day, of_month, of_year] = &self.minutes;
        let held = |of: &BTreeMap<Day, Minutes>, key| of.get(&key).copied().unwrap_or_default();
        Already { day: held(of_day, day), month: held(of_month, month), year: held(of_year, year) }
    }

    fn take(&mut self, part: Part) {
        self.times.entry(part.day).or_default().push((part.from, part.to));
        for (of, key) in self.minutes.iter_mut().zip(Self::keys(part.day)) {
            *of.entry(key).or_default() += part.minutes;
        }
    }
}

/// Counts what one person served, in the order in which it was confirmed: of a day what came first takes its time and the
/// minutes that count at once. What was stated is known where the signals lack an end: it is what is on record.
pub(super) fn replay(all: &[Recorded], mut policy: impl FnMut(&Presence) -> Policy) -> Vec<Came> {
    let mut taken = Taken::default();
    let mut came = Vec::with_capacity(all.len());
    for Recorded { presence, decided_at, signals } in all {
        let policy = policy(presence);
        let counted = |stated| count(presence, &policy, signals, stated, *decided_at);
        let counted = match counted(None) {
            Err(no) if ["hours-no-check-in", "hours-no-check-out"].contains(&no.rule) => {
                counted(Some(presence.minutes))
            }
            counted => counted,
        };
        let mut one = Came::default();
        if let Ok(counted) = counted
            && !counted.parts.iter().any(|part| taken.overlaps(part))
        {
            one.grade = Some(counted.grade);
            for part in counted.parts {
                for (share, of) in by_limits(part, taken.already(part.day), policy.limits) {
                    let sum = if of == Share::AtOnce { &mut one.at_once } else { &mut one.waits };
                    *sum += share.minutes;
                }
                taken.take(part);
            }
        }
        came.push(one);
    }
    came
}
