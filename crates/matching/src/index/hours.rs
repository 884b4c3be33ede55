//! Hours of the week in which somebody may be free, and those that a visit cannot do without.

use kernel::Instant;

use super::{
    columns::HOURS,
    store::{PAGE, Words},
};
use crate::{
    Engagement, Purpose, Volunteer,
    time::{Starts, starts},
};

/// Leaves of a page are asked at once if there are more than this, and no more runs than this; else one by one, those
/// whose turn comes.
const LEAVES_FEW: usize = PAGE.div_ceil(5);
const RUNS_FEW: usize = 8;
const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * HOUR_MINUTES;
const HOUR_US: i64 = HOUR_MINUTES * 60_000_000;

/// The hours of the week in any minute of which the volunteer may be free, some of them several times.
pub(super) fn free(volunteer: &Volunteer) -> impl Iterator<Item = u32> {
    let always = volunteer.times.is_empty().then_some(0..HOURS);
    let weekly = volunteer.times.iter().map(|time| (time.weekday, time.from_minute, time.to_minute));
    let other = volunteer.exceptions.iter().filter_map(|one| Some((one.day.weekday(), one.free?)));
    let spans = weekly.chain(other.map(|(weekday, (from, to))| (weekday, from, to)));
    let touched = spans.map(|(weekday, from, to)| {
        let (from, to) = (from.max(0), to.min(DAY_MINUTES));
        let day = u32::from(weekday.number()) * 24;
        let hour = |minute: i64| day + u32::try_from(minute / HOUR_MINUTES).unwrap_or(0);
        if from < to { hour(from)..hour(to - 1) + 1 } else { 0..0 }
    });
    always.into_iter().chain(touched).flatten()
}

/// One way to lie in the window: free in so many hours from one on, round the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u32,
    hours: u32,
}

/// What the window asks of the hours of the week: one of these runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Hours(Vec<Run>);

impl Hours {
    /// For an engagement; none where the volunteer's own times do not bind.
    pub(super) fn of(engagement: &Engagement) -> Self {
        if engagement.purpose == Purpose::SignUp {
            return Self::default();
        }
        let Starts { from, latest, length } = starts(engagement);
        let mut runs = Vec::new();
        // A start within an hour needs this hour, and those up to the end of a visit that begins as early in it as can be.
        let mut begin = from;
        while begin <= latest && runs.len() < HOURS as usize {
            let hour = hour_of(begin);
            let last = hour_of(Instant::from_micros(begin.micros().saturating_add(length.max(1) - 1)));
            let hours = u32::try_from(last - hour + 1).unwrap_or(HOURS).min(HOURS);
            runs.push(Run { first: week_hour(hour), hours });
            begin = start_of(hour + 1);
        }
        Self(runs)
    }

    /// Of the volunteers of `mask`, those who are free in the hours of a run.
    pub(super) fn free(&self, mask: u64, word: impl Fn(u32) -> u64) -> u64 {
        let Some(Run { first: begin, .. }) = self.0.first() else { return mask };
        // Each run begins an hour after the one before, so every word is read once.
        let mut known = Vec::with_capacity(self.0.len() + 1);
        let mut found = 0;
        for (at, run) in self.0.iter().enumerate() {
            let mut free = mask & !found;
            for hour in at..at + run.hours as usize {
                if free == 0 {
                    break;
                }
                if hour == known.len() {
                    known.push(word((begin + hour as u32) % HOURS));
                }
                free &= known[hour];
            }
            found |= free;
            if found == mask {
                break;
            }
        }
        found
    }

    /// The same for the leaves of a page at once, unless these are few or the runs are many: then nobody is cut.
    pub(super) fn free_of_page<'w>(&self, masks: &mut Words, words: impl Fn(u32) -> &'w Words) {
        let busy = masks.iter().filter(|mask| **mask != 0).count();
        if self.0.is_empty() || self.0.len() > RUNS_FEW || busy <= LEAVES_FEW {
            return;
        }
        let mut found = [0; PAGE];
        for run in &self.0 {
            let mut free = *masks;
            for hour in run.first..run.first + run.hours {
                free.iter_mut().zip(words(hour % HOURS)).for_each(|(free, word)| *free &= word);
            }
            found.iter_mut().zip(free).for_each(|(found, free)| *found |= free);
        }
        *masks = found;
    }
}

/// Hours since local midnight of 1970-01-01.
fn hour_of(at: Instant) -> i64 {
    i64::from(at.day().number()) * 24 + at.minute_of_day() / HOUR_MINUTES
}

/// Hour of the week, from Monday; 1970-01-01 was a Thursday.
fn week_hour(hour: i64) -> u32 {
    (hour + 3 * 24).rem_euclid(i64::from(HOURS)) as u32
}

fn start_of(hour: i64) -> Instant {
    let origin = kernel::Day::from_number(0).start().micros();
    Instant::from_micros(origin.saturating_add(hour.saturating_mul(HOUR_US)))
}
