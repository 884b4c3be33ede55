//! The numbers of the rule: limits of a dated policy.

use kernel::{Instant, Minutes};

use crate::waves::Chance;

/// How fast and how often people are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How sure it shall be, over all waves, that every place is filled by the promised time.
    pub sure: Chance,
    /// Shortest time between two waves.
    pub wait: Minutes,
    /// The same where it is urgent.
    pub wait_urgent: Minutes,
    /// Waves that a search is planned for at most, however much time there is: help comes today rather than tomorrow.
    pub waves_max: u32,
    /// With so many waves left or fewer, time presses: who would be left in peace for the week's number or for silence is
    /// asked when nobody else is left.
    pub waves_pressing: u32,
    /// Time presses too when so many were asked in vain, for each place.
    pub asked_pressing: usize,
    /// People of one wave, for each place.
    pub at_once_max: usize,
    /// The same where it is urgent.
    pub at_once_max_urgent: usize,
    /// People asked in all, for each place; then a person takes over.
    pub asked_max: usize,
    /// Peace after any call, also an urgent one.
    pub rest_after_call: Minutes,
    /// Peace after a no, also from an urgent call.
    pub rest_after_no: Minutes,
    /// Longest peace after calls that found nobody: it doubles with each in a row.
    pub rest_after_silence_max: Minutes,
    /// Calls in seven days; what is urgent may exceed it.
    pub calls_a_week: usize,
    /// One of so many invitations goes to a newcomer by lot, if there is one; 0 for none.
    pub newcomer_every: u64,
    /// Who was asked less often than this is a newcomer.
    pub newcomer_calls: usize,
    /// So many calls within four weeks halve somebody's turn.
    pub calls_that_halve: usize,
    /// How far down the ranking one looks; the others are too far or less fitting.
    pub front: usize,
    /// From this minute of the day nobody is asked for what is not urgent.
    pub quiet_from: i64,
    /// To this minute.
    pub quiet_to: i64,
}

/// Seven at once is the number of the phased alerts of GoodSAM that did best in New Zealand (PLOS One, March 2026); the
/// rest of twelve hours is that of [`Limits`](crate::Limits). The other numbers are Linli's proposals, tried in `rehearsal`.
impl Default for Pace {
    fn default() -> Self {
        Self {
            sure: Chance::percent(97),
            wait: Minutes(60),
            wait_urgent: Minutes(10),
            waves_max: 6,
            waves_pressing: 2,
            asked_pressing: 14,
            at_once_max: 7,
            at_once_max_urgent: 15,
            asked_max: 60,
            rest_after_call: Minutes::from_hours(12),
            rest_after_no: Minutes::from_hours(24),
            rest_after_silence_max: Minutes::from_hours(7 * 24),
            calls_a_week: 4,
            newcomer_every: 5,
            newcomer_calls: 3,
            calls_that_halve: 4,
            front: 24,
            quiet_from: 21 * 60,
            quiet_to: 8 * 60,
        }
    }
}

/// How much time there is, and how it is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Division {
    /// Time left in which somebody may be asked.
    pub(super) left: Minutes,
    /// Waves that it holds.
    pub(super) waves: u32,
    /// Time from one to the next.
    pub(super) wait: Minutes,
}

impl Pace {
    /// People of one wave, for each place.
    pub(super) const fn at_once(&self, urgent: bool) -> usize {
        if urgent { self.at_once_max_urgent } else { self.at_once_max }
    }

    /// Divides the time from `now` to `deadline`. The waves never grow when the time shrinks.
    pub(super) fn divide(&self, now: Instant, deadline: Instant, urgent: bool, tapped: bool) -> Division {
        let all = deadline.minutes_since(now).max(Minutes::ZERO);
        let awake = if urgent { all } else { self.awake(now, deadline) };
        // A person who asks at night has said that it cannot wait for the morning.
        let left = if tapped && awake == Minutes::ZERO { all } else { awake };
        let wait = (if urgent { self.wait_urgent } else { self.wait }).max(Minutes(1));
        let held = u32::try_from(left.number() / wait.number()).unwrap_or(u32::MAX);
        let waves = held.clamp(1, self.waves_max.max(1));
        Division { left, waves, wait }
    }

    /// Whether this is a time to leave everybody in peace.
    pub(super) const fn quiet(&self, at: Instant) -> bool {
        let minute = at.minute_of_day();
        minute >= self.quiet_from || minute < self.quiet_to
    }

    /// When the next wave goes after one at `told_at`.
    pub fn next_wave_at(&self, told_at: Instant, deadline: Instant, urgent: bool) -> Instant {
        let next = told_at + if urgent { self.wait_urgent } else { self.wait }.max(Minutes(1));
        let next = if urgent { next } else { self.after_quiet(next) };
        next.min(deadline)
    }

    /// The first moment from `at` on that is not quiet.
    pub fn after_quiet(&self, at: Instant) -> Instant {
        if !self.quiet(at) {
            return at;
        }
        let day = if at.minute_of_day() >= self.quiet_from { at.day().plus(1) } else { at.day() };
        day.at_minute(self.quiet_to)
    }

    /// Minutes between two moments outside quiet hours; 0 when the second is not later.
    fn awake(&self, from: Instant, to: Instant) -> Minutes {
        let (opens, closes) = (self.quiet_to, self.quiet_from.max(self.quiet_to));
        let within = |at: Instant| at.minute_of_day().clamp(opens, closes) - opens;
        let days = i64::from(to.day().number()) - i64::from(from.day().number());
        Minutes((days * (closes - opens) + within(to) - within(from)).max(0))
    }
}
