//! From evidence to a record. What is recorded stays; evidence that comes later may raise its grade, never lower it.

use db::{Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Id, Minutes, Refusal};

use crate::{
    Attendance, DayHeld, Evidence, Grade,
    count::{Counted, NOT_SERVICE, count},
    imported,
    policy::{Policy, policy},
    presence::{self, DENIED, Presence, RECORDED, evidence},
    record::{DayBook, New, RecordKind, already, record, services},
    reviews::open_review,
    rules::number_of,
    served::{Part, Share, by_limits},
};

/// Why [`confirm`] finds no hour to count, before it has written anything: the caller may keep the signals and go on.
pub const NO_HOUR: [&str; 8] = [
    NOT_SERVICE,
    "hours-denied",
    "hours-too-late",
    "hours-no-evidence",
    "hours-no-check-in",
    "hours-no-check-out",
    "hours-zero",
    "hours-below-least",
];

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

/// Puts what was served on record. Who may confirm is the caller's question (the leader of a shift, the resident who
/// was helped, a worker); nobody confirms their own hours. Confirming again gives the same answer.
///
/// Runs in a transaction that may write in two districts: the person's and the place's. It takes the person's lock,
/// then the attendance's.
///
/// # Errors
/// `hours-own`, `hours-overlap` and those of [`NO_HOUR`] (conflict); 404.
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
    let presence = presence::lock(tx, attendance)?;
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    put_on_record(tx, call, presence, &policy, minutes)
}

/// Records a presence whose lock is held, after the person's.
pub(crate) fn put_on_record(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: Presence,
    policy: &Policy,
    minutes: Option<Minutes>,
) -> Outcome<Confirmed> {
    if presence.state == DENIED {
        return Err(Refusal::conflict("hours-denied").into());
    }
    if let Some(grade) = presence.grade {
        return confirmed_before(tx, &presence, grade);
    }
    policy.must_be_in_time(call, &presence)?;
    let signals = evidence(tx, presence.id)?;
    if presence.is_imported() {
        return record_imported(tx, call, presence, policy, &signals);
    }
    let counted = count(&presence, policy, &signals, minutes, call.now)?;
    write_down(tx, call, presence, policy, counted)
}

/// Records what a sheet says, once its person said yes: its minutes, from the time it tells, else from the first free
/// time of the day.
fn record_imported(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: Presence,
    policy: &Policy,
    signals: &[Evidence],
) -> Outcome<Confirmed> {
    let setting = policy.setting(&presence);
    let grade = setting.grade(signals).ok_or_else(|| Refusal::conflict("hours-no-evidence"))?;
    let minutes = imported::minutes(tx, presence.engagement)?;
    let from = match setting.times(signals).0 {
        Some(from) => from,
        None => {
            let day = presence.planned.0.day();
            let free = DayHeld::read(tx, presence.person, day)?.first_free(day, minutes);
            free.ok_or_else(|| Refusal::conflict("hours-day-full"))?
        }
    };
    write_down(tx, call, presence, policy, Counted::at_a_stretch(grade, from, minutes))
}

/// Writes the records of what was counted, and opens reviews of what is over the daily limit.
fn write_down(
    tx: &mut Tx<'_>,
    call: &Call,
    mut presence: Presence,
    policy: &Policy,
    Counted { grade, parts, apart }: Counted,
) -> Outcome<Confirmed> {
    let (attendance, person) = (presence.id, presence.person);
    let last = parts.last().map(|part| part.to);
    let mut confirmed = Confirmed { minutes: Minutes::ZERO, grade, review: Minutes::ZERO };
    let rules = number_of(tx, call, person.district(), &policy.rules)?;
    for part in parts {
        let book = DayBook::read(tx, person, part.day)?;
        book.must_be_free((part.from, part.to), None)?;
        let already = already(tx, person, part.day, policy.limits, book.minutes(None))?;
        for (part, share) in by_limits(part, already, policy.limits) {
            if share == Share::AtOnce {
                let new = New {
                    presence: &presence,
                    part,
                    grade,
                    kind: RecordKind::Service,
                    corrects: None,
                    policy: rules,
                };
                presence.version = record(tx, call, &new)?.1;
                confirmed.minutes += part.minutes;
            } else {
                open_review(tx, call, &presence, part, share)?;
                confirmed.review += part.minutes;
            }
        }
    }
    let version = presence.version + 1;
    tx.execute_one(
        "UPDATE attendance SET state = $3, grade = $4, minutes = $5, claimed_at = NULL, decided_by = $6,
             decided_at = $7, version = $8, break_apart = $9, travel_apart = $10
         WHERE district = $1 AND id = $2",
        params![
            attendance.district(),
            attendance,
            RECORDED,
            grade,
            confirmed.minutes,
            call.actor.person,
            call.now,
            version,
            apart.pause,
            apart.travel
        ],
    )?;
    let event = Event::new("attendance.confirmed", attendance.district(), attendance, version)
        .with("grade", grade.word())
        .with("minutes", confirmed.minutes.number())
        .with("review", confirmed.review.number())
        .with("break", apart.pause.number())
        .with("travel", apart.travel.number());
    append(tx, call, event)?;
    if let Some(last) = last {
        people::served(tx, person, last)?;
    }
    Ok(confirmed)
}

/// What an earlier confirmation came to.
fn confirmed_before(tx: &mut Tx<'_>, presence: &Presence, grade: Grade) -> Outcome<Confirmed> {
    let (review,): (i64,) = tx.query_one(
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM hours_review
         WHERE district = $1 AND person = $2 AND attendance = $3 AND state = 'open'",
        params![presence.person.district(), presence.person, presence.id],
    )?;
    Ok(Confirmed { minutes: presence.minutes, grade, review: Minutes(review) })
}

/// Raises what is on record to the grade that its signals are worth now, if that is better and the due date has not
/// passed. Both locks are held. Each service gets a pair of records: its minutes leave the old grade and come back at
/// the new one. Minutes in review are recorded at the attendance's grade when they are accepted.
pub(crate) fn raise(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &mut Presence,
    policy: &Policy,
    signals: &[Evidence],
) -> Outcome<()> {
    let (Some(before), Some(after)) = (presence.grade, policy.setting(presence).grade(signals)) else {
        return Ok(());
    };
    // The better grade is the smaller one.
    if after >= before || presence.state == DENIED || policy.must_be_in_time(call, presence).is_err() {
        return Ok(());
    }
    for one in services(tx, presence.person, policy.days(presence))? {
        if one.record.attendance != presence.id {
            continue;
        }
        let line = &one.record;
        for (grade, minutes) in one.grades.into_iter().filter(|(grade, _)| *grade != after) {
            for (grade, minutes) in [(grade, -minutes), (after, minutes)] {
                let part = Part { day: line.day, from: line.from, to: line.to, minutes };
                let (kind, corrects) = (RecordKind::Regrade, Some(line.id));
                let new = New { presence, part, grade, kind, corrects, policy: line.policy };
                presence.version = record(tx, call, &new)?.1;
            }
        }
    }
    presence.version += 1;
    tx.execute_one(
        "UPDATE attendance SET grade = $3, version = $4 WHERE district = $1 AND id = $2",
        params![presence.id.district(), presence.id, after, presence.version],
    )?;
    presence.grade = Some(after);
    let event = Event::new("attendance.regraded", presence.id.district(), presence.id, presence.version)
        .with("grade", after.word());
    Ok(append(tx, call, event)?)
}
