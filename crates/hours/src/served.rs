//! Minutes: from coming and going to what each local day counts.

use kernel::{Day, Instant, Minutes};

/// A stretch of one local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The day.
    pub(crate) day: Day,
    /// Where it begins.
    pub(crate) from: Instant,
    /// Where it ends.
    pub(crate) to: Instant,
    /// Whole minutes it counts.
    pub(crate) minutes: Minutes,
}

/// Who must say yes before minutes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// Nobody: they count at once.
    AtOnce,
    /// The place where it was served.
    Parent,
    /// The level above that place.
    Above,
}

/// Minutes of one local day that count without a review, and up to which the place itself may review (广东 i志愿:
/// 8 and 12 hours); and what a month and a year may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Up to here at once.
    pub(crate) at_once: Minutes,
    /// From there up to here the place reviews, above it the level above.
    pub(crate) parent: Minutes,
    /// Minutes a month above which the level above reviews, where there is such a limit.
    pub(crate) month: Option<Minutes>,
    /// The same of a year.
    pub(crate) year: Option<Minutes>,
}

/// What a person has on record or in review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Already {
    /// Of the day.
    pub(crate) day: Minutes,
    /// Of its month; asked for where there is a limit.
    pub(crate) month: Minutes,
    /// Of its year; asked for where there is a limit.
    pub(crate) year: Minutes,
}

/// First and last day of the month and of the year of a day.
pub(crate) fn month_and_year(day: Day) -> [(Day, Day); 2] {
    let (year, month, _) = day.ymd();
    let first = |year, month| Day::from_ymd(year, month, 1).unwrap_or(day);
    let next = if month == 12 { first(year + 1, 1) } else { first(year, month + 1) };
    [(first(year, month), next.plus(-1)), (first(year, 1), first(year + 1, 1).plus(-1))]
}

/// The minutes really served: from coming to going, within the planned time widened by `tolerance` at both ends,
/// not after now, rounded down to a multiple of `unit` whole minutes.
pub(crate) fn served(
    (arrived, left): (Instant, Instant),
    planned: (Instant, Instant),
    tolerance: Minutes,
    unit: Minutes,
    now: Instant,
) -> (Instant, Minutes) {
    let from = arrived.max(planned.0 - tolerance);
    let to = left.min(planned.1 + tolerance).min(now);
    let whole = to.minutes_since(from).number().max(0);
    (from, Minutes(whole - whole % unit.number().max(1)))
}

/// Splits so many minutes from `from` on at local midnights. The parts' minutes add up to the whole.
pub(crate) fn split_days(from: Instant, minutes: Minutes) -> Vec<Part> {
    let end = from + minutes;
    let mut parts = Vec::new();
    let mut here = from;
    while here < end {
        let day = here.day();
        let to = day.plus(1).start().min(end);
        let counted = to.minutes_since(from) - here.minutes_since(from);
        if counted > Minutes::ZERO {
            parts.push(Part { day, from: here, to, minutes: counted });
        }
        here = to;
    }
    parts
}

/// Cuts a part where limits are reached, when so much stands on record `already` or waits for a review. The shares add up to
/// the part.
pub(crate) fn by_limits(part: Part, already: Already, limits: Limits) -> Vec<(Part, Share)> {
    let whole = part.minutes.number();
    let up_to = |limit: Minutes, already: Minutes| (limit - already).number().clamp(0, whole);
    let most = |limit: Option<Minutes>, already| limit.map_or(whole, |limit| up_to(limit, already));
    let above = most(limits.month, already.month).min(most(limits.year, already.year));
    let first = up_to(limits.at_once, already.day).min(above);
    let second = up_to(limits.parent, already.day).min(above).max(first);
    [(0, first, Share::AtOnce), (first, second, Share::Parent), (second, whole, Share::Above)]
        .into_iter()
        .filter(|(from, to, _)| to > from)
        .map(|(from, to, share)| {
            let end = if to == whole { part.to } else { part.from + Minutes(to) };
            let minutes = Minutes(to - from);
            (Part { day: part.day, from: part.from + Minutes(from), to: end, minutes }, share)
        })
        .collect()
}
