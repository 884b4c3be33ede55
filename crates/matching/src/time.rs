//! When a volunteer can come: free by their own times, not promised elsewhere, not overworked.

use kernel::{Day, Instant, Minutes};

use crate::{Commitment, Distance, Engagement, Limits, Place, Purpose, Volunteer};

/// A window is looked at for so many days from its beginning.
pub const WINDOW_DAYS_MAX: i32 = 366;

/// What stood against the starts that were tried.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// Their own times.
    pub(crate) not_free: bool,
    /// The first promise in the way, and the journey between the two.
    pub(crate) busy: Option<(Commitment, Minutes)>,
    /// The first day that would be too long, and what it holds already.
    pub(crate) day: Option<(Day, Minutes)>,
    /// Monday of the first week that would be too long, and what it holds already.
    pub(crate) week: Option<(Day, Minutes)>,
}

/// Time on the way from one place to the other. None inside a community whose points are not known: nobody is
/// refused on a guess of five minutes.
pub(crate) fn travel(a: &Place, b: &Place, limits: &Limits) -> Minutes {
    match Distance::between(a, b) {
        Distance::SameCommunity => Minutes::ZERO,
        distance => Minutes(distance.metres().0.max(0).unsigned_abs().div_ceil(pace(limits)) as i64),
    }
}

fn pace(limits: &Limits) -> u64 {
    limits.metres_per_minute.max(1).unsigned_abs()
}

/// Whether nobody can keep both promises, the journey between them counted. Symmetric; one that ends when the other
/// begins, at one place, is kept.
pub fn clash(a: &Commitment, b: &Commitment, limits: &Limits) -> bool {
    let way = travel(&a.place, &b.place, limits);
    a.from < b.to + way && b.from < a.to + way
}

/// The earliest time at which the volunteer can begin, if there is one in the window. Only time is looked at, no other
/// rule.
pub fn start(engagement: &Engagement, volunteer: &Volunteer, limits: &Limits) -> Option<Instant> {
    search(engagement, volunteer, limits, engagement.window.from, &mut Blocks::default())
}

/// The earliest time at which all of them can begin together, for what needs two.
pub fn together(engagement: &Engagement, volunteers: &[&Volunteer], limits: &Limits) -> Option<Instant> {
    let mut at = engagement.window.from;
    loop {
        let mut next = at;
        for volunteer in volunteers {
            next = search(engagement, volunteer, limits, next, &mut Blocks::default())?;
        }
        if next == at {
            return Some(at);
        }
        at = next;
    }
}

/// Where in its window an engagement may begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Starts {
    /// The earliest start.
    pub(crate) from: Instant,
    /// The latest start, never before the earliest.
    pub(crate) latest: Instant,
    /// How long it takes, in microseconds.
    pub(crate) length: i64,
}

/// The starts that the window leaves, of its first [`WINDOW_DAYS_MAX`] days.
pub(crate) fn starts(engagement: &Engagement) -> Starts {
    let window = engagement.window;
    let horizon = window.from.day().plus(WINDOW_DAYS_MAX).start();
    let end = window.to.min(horizon).max(window.from);
    let length = engagement.minutes.micros().clamp(0, span(window.from, end));
    Starts { from: window.from, latest: later(end, -length), length }
}

/// Looks for the earliest start from `at` on. Every rule that refuses a start names the next one it may allow; the
/// search goes to the latest of these, so it finds the earliest start there is and tries few.
pub(crate) fn search(
    engagement: &Engagement,
    volunteer: &Volunteer,
    limits: &Limits,
    at: Instant,
    blocks: &mut Blocks,
) -> Option<Instant> {
    let Starts { from, latest, length } = starts(engagement);
    let mut at = at.max(from);
    while at <= latest {
        let visit = Commitment { from: at, to: later(at, length), place: engagement.place };
        let mut next = at;
        let bound = engagement.purpose == Purpose::Ask
            && !(volunteer.times.is_empty() && volunteer.exceptions.is_empty());
        if bound {
            let free = free_from(volunteer, at, length, latest);
            blocks.not_free |= free != Some(at);
            next = free?;
        }
        for promise in volunteer.commitments.iter().filter(|promise| clash(promise, &visit, limits)) {
            let way = travel(&promise.place, &visit.place, limits);
            blocks.busy.get_or_insert((*promise, way));
            next = next.max(promise.to + way);
        }
        next = next.max(rested(volunteer, &visit, limits, blocks));
        if next == at {
            return Some(at);
        }
        at = next;
    }
    None
}

/// The earliest start, from the visit's on, at which no day and no week it touches gets too long. A day that has room for
/// `slack` more refuses every start until so little of the visit is left to it.
fn rested(volunteer: &Volunteer, visit: &Commitment, limits: &Limits, blocks: &mut Blocks) -> Instant {
    let week_max = volunteer.week_max.map_or(limits.week_max, |own| own.min(limits.week_max));
    let mut next = visit.from;
    let mut day = visit.from.day();
    while day.start() < visit.to {
        let load = load(volunteer, day, day.plus(1));
        if let Some(ends) = refused_until(visit, day, day.plus(1), limits.day_max.micros() - load) {
            blocks.day.get_or_insert((day, Minutes(load / Minutes(1).micros())));
            next = next.max(ends);
        }
        day = day.plus(1);
    }
    let mut monday = visit.from.day();
    monday = monday.plus(-i32::from(monday.weekday().number()));
    while monday.start() < visit.to {
        let load = load(volunteer, monday, monday.plus(7));
        if let Some(ends) = refused_until(visit, monday, monday.plus(7), week_max.micros() - load) {
            blocks.week.get_or_insert((monday, Minutes(load / Minutes(1).micros())));
            next = next.max(ends);
        }
        monday = monday.plus(7);
    }
    next
}

fn refused_until(visit: &Commitment, first: Day, after: Day, slack: i64) -> Option<Instant> {
    let part = overlap(visit.from, visit.to, first.start(), after.start());
    let slack = slack.max(0);
    (part > slack).then(|| later(after.start(), -slack))
}

/// Microseconds promised or on record from the first day to the day after the last.
fn load(volunteer: &Volunteer, first: Day, after: Day) -> i64 {
    let promised = volunteer.commitments.iter().map(|c| overlap(c.from, c.to, first.start(), after.start()));
    let days = volunteer.served.iter().filter(|(day, _)| (first..after).contains(day));
    promised.chain(days.map(|(_, minutes)| minutes.micros())).fold(0, i64::saturating_add)
}

fn overlap(a_from: Instant, a_to: Instant, b_from: Instant, b_to: Instant) -> i64 {
    span(a_from.max(b_from), a_to.min(b_to)).max(0)
}

/// The earliest start from `at` to `latest` from which they are free for `length` by their own times.
fn free_from(volunteer: &Volunteer, at: Instant, length: i64, latest: Instant) -> Option<Instant> {
    let mut begin = at;
    let mut until = at;
    // A start must itself be in a free time, also when it takes no time.
    while until < later(begin, length.max(1)) {
        if let Some(end) = free_times(volunteer, until.day())
            .filter(|(from, to)| *from <= until && until < *to)
            .map(|(_, to)| to)
            .max()
        {
            until = end;
            continue;
        }
        begin = next_free(volunteer, until, latest)?;
        until = begin;
    }
    (begin <= latest).then_some(begin)
}

fn next_free(volunteer: &Volunteer, after: Instant, latest: Instant) -> Option<Instant> {
    let mut day = after.day();
    while day <= latest.day() {
        let begins = free_times(volunteer, day).filter(|(from, to)| *from > after && from < to);
        if let Some(begin) = begins.map(|(from, _)| from).min() {
            return Some(begin);
        }
        day = day.plus(1);
    }
    None
}

/// Free times of a day, in no order: its exceptions, or else those of its weekday. Who named no weekly times is free
/// on every day without an exception.
fn free_times(volunteer: &Volunteer, day: Day) -> impl Iterator<Item = (Instant, Instant)> {
    let other = volunteer.exceptions.iter().any(|exception| exception.day == day);
    let exceptions = volunteer.exceptions.iter().filter(move |one| one.day == day).filter_map(|one| one.free);
    let weekly = volunteer.times.iter().filter(move |time| !other && time.weekday == day.weekday());
    let always = (!other && volunteer.times.is_empty()).then_some((0, DAY_MINUTES));
    exceptions
        .chain(weekly.map(|time| (time.from_minute, time.to_minute)))
        .chain(always)
        .map(move |(from, to)| (day.at_minute(from.max(0)), day.at_minute(to.min(DAY_MINUTES))))
}

const DAY_MINUTES: i64 = 24 * 60;

fn later(at: Instant, micros: i64) -> Instant {
    Instant::from_micros(at.micros().saturating_add(micros))
}

fn span(from: Instant, to: Instant) -> i64 {
    to.micros().saturating_sub(from.micros())
}
