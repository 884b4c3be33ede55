//! From evidence to a record. What is recorded stays; evidence that comes later may raise its grade, never lower it.

use db::{Fault, Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Id, Instant, Minutes, Refusal};

use crate::{
    Attendance, Evidence, Grade,
    policy::{Policy, policy},
    presence::{self, Presence, evidence},
    recording::{DayBook, New, REGRADE, SERVICE, chains, record},
    reviews::open_review,
    served::{DAYS_MAX, Share, by_limits, served, split_days},
};

/// What came of a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Minutes on record now.
    pub minutes: Minutes,
    /// How far they can be believed.
    pub grade: Grade,
    /// Minutes over the daily limit, which wait for a review.
    pub review: Minutes,
}

/// Puts what was served on record, or what the confirmer states: `minutes` may only be fewer than the signals say, and
/// stand in for a coming or going that nobody noted. Who may confirm is the caller's question (the leader of a shift,
/// the resident who was helped, a worker); nobody confirms their own hours. Confirming again gives the same answer,
/// unless evidence came since that raises the grade before the due date.
///
/// Runs in a transaction that may write in two districts: the person's and the place's (`roll_call`, `need_close`,
/// `hours_confirm`). It takes the person's lock, then the attendance's.
///
/// # Errors
/// `hours-own`, `hours-no-evidence`, `hours-no-check-in`, `hours-no-check-out`, `hours-more-than-served`,
/// `hours-zero`, `hours-too-many-days`, `hours-overlap` (conflict); 404.
pub fn confirm(
    tx: &mut Tx<'_>,
    call: &Call,
    attendance: Id<Attendance>,
    minutes: Option<Minutes>,
) -> Outcome<Confirmed> {
    let person = presence::load(tx, attendance)?.person;
    if call.actor.person == Some(person) {
        return Err(Refusal::conflict("hours-own").into());
    }
    people::lock(tx, person)?;
    let mut presence = presence::lock(tx, attendance)?;
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    let signals = evidence(tx, attendance)?;
    if let Some(grade) = presence.grade {
        return again(tx, call, presence, grade, &policy, &signals);
    }
    let setting = policy.setting(&presence);
    let grade = setting.grade(&signals).ok_or_else(|| Refusal::conflict("hours-no-evidence"))?;
    let (from, counted) = counted(&presence, &policy, setting.times(&signals), minutes, call.now)?;
    let parts = split_days(from, counted);
    if parts.len() > DAYS_MAX {
        return Err(Refusal::conflict("hours-too-many-days").into());
    }
    let mut confirmed = Confirmed { minutes: Minutes::ZERO, grade, review: Minutes::ZERO };
    for part in parts {
        let book = DayBook::read(tx, person, part.day)?;
        book.must_be_free((part.from, part.to), None)?;
        for (part, share) in by_limits(part, book.minutes(None), policy.limits) {
            if share == Share::AtOnce {
                let version = policy.version;
                let new =
                    New { presence: &presence, part, grade, kind: SERVICE, corrects: None, policy: version };
                presence.version = record(tx, call, &new)?.1;
                confirmed.minutes += part.minutes;
            } else {
                open_review(tx, call, &presence, part, grade, share)?;
                confirmed.review += part.minutes;
            }
        }
    }
    let (state, version) =
        (if confirmed.review > Minutes::ZERO { "in_review" } else { "recorded" }, presence.version + 1);
    tx.execute_one(
        "UPDATE attendance SET state = $3, grade = $4, minutes = $5, decided_by = $6, decided_at = $7, version = $8
         WHERE district = $1 AND id = $2",
        params![
            attendance.district(),
            attendance,
            state,
            grade,
            confirmed.minutes,
            call.actor.person,
            call.now,
            version
        ],
    )?;
    let event = Event::new("attendance.confirmed", attendance.district(), attendance, version)
        .with("grade", grade.word())
        .with("minutes", confirmed.minutes.number())
        .with("review", confirmed.review.number());
    append(tx, call, event)?;
    people::served(tx, person, from + counted)?;
    Ok(confirmed)
}

/// From when on how many minutes count.
fn counted(
    presence: &Presence,
    policy: &Policy,
    times: (Option<Instant>, Option<Instant>),
    stated: Option<Minutes>,
    now: Instant,
) -> Result<(Instant, Minutes), Refusal> {
    let within = |from, to| served((from, to), presence.planned, policy.tolerance, policy.unit, now);
    let (from, counted) = match (times, stated) {
        ((Some(from), Some(to)), None) => within(from, to),
        // Breaks are taken off the end.
        ((Some(from), Some(to)), Some(minutes)) => {
            let (from, most) = within(from, to);
            if minutes > most {
                return Err(Refusal::conflict("hours-more-than-served").with("most", most.number()));
            }
            within(from, from + minutes)
        }
        ((Some(from), None), Some(minutes)) => within(from, from + minutes),
        ((None, Some(to)), Some(minutes)) => within(to - minutes, to),
        ((None, None), Some(minutes)) => within(presence.planned.0, presence.planned.0 + minutes),
        ((None, _), None) => return Err(Refusal::conflict("hours-no-check-in")),
        ((_, None), None) => return Err(Refusal::conflict("hours-no-check-out")),
    };
    if counted == Minutes::ZERO { Err(Refusal::conflict("hours-zero")) } else { Ok((from, counted)) }
}

/// What an earlier confirmation came to, at the grade that the evidence until the due date is worth.
fn again(
    tx: &mut Tx<'_>,
    call: &Call,
    mut presence: Presence,
    before: Grade,
    policy: &Policy,
    signals: &[Evidence],
) -> Outcome<Confirmed> {
    let due = policy.due(call.calendar(), presence.planned.1.day()).plus(1).start();
    let in_time: Vec<Evidence> = signals.iter().filter(|signal| signal.entered_at < due).cloned().collect();
    // The better grade is the smaller one.
    let grade = policy.setting(&presence).grade(&in_time).map_or(before, |now| now.min(before));
    if grade < before {
        regrade(tx, call, &mut presence, before, grade, policy)?;
    }
    let (review,): (i64,) = tx.query_one(
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM hours_review
         WHERE district = $1 AND person = $2 AND attendance = $3 AND state = 'open'",
        params![presence.person.district(), presence.person, presence.id],
    )?;
    Ok(Confirmed { minutes: presence.minutes, grade, review: Minutes(review) })
}

/// Moves every minute of the attendance from one grade to a better one: a pair of records each, minus at the old grade
/// and plus at the new. Minutes in review are recorded at the attendance's grade when they are accepted.
fn regrade(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &mut Presence,
    before: Grade,
    after: Grade,
    policy: &Policy,
) -> Outcome<()> {
    let days =
        ((presence.planned.0 - policy.tolerance).day(), (presence.planned.1 + policy.tolerance).day());
    for chain in chains(tx, presence.person, days)? {
        if chain.attendance != presence.id || chain.minutes <= Minutes::ZERO {
            continue;
        }
        for (grade, minutes) in [(before, -chain.minutes), (after, chain.minutes)] {
            let part = crate::served::Part { day: chain.day, from: chain.from, to: chain.to, minutes };
            let corrects = Some(chain.root);
            let new = New { presence, part, grade, kind: REGRADE, corrects, policy: chain.policy };
            presence.version = record(tx, call, &new)?.1;
        }
    }
    presence.version += 1;
    tx.execute_one(
        "UPDATE attendance SET grade = $3, version = $4 WHERE district = $1 AND id = $2",
        params![presence.id.district(), presence.id, after, presence.version],
    )?;
    let event = Event::new("attendance.regraded", presence.id.district(), presence.id, presence.version)
        .with("grade", after.word());
    Ok(append(tx, call, event).map_err(Fault::from)?)
}
