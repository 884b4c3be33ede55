//! From evidence to a record: confirm, review, correct. What is recorded stays; a change is a new record.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, SealedTable, append, sealed_table};
use kernel::{Action, Day, DivisionCode, Id, Instant, Minutes, Person, Refusal};

use crate::{
    Attendance, Grade,
    policy::policy,
    presence::{self, Presence, evidence},
    served::{Part, Share, by_limits, served, split_days},
};

/// Mark of a service record's id.
#[derive(Debug)]
pub enum ServiceRecord {}
/// Mark of a review's id.
#[derive(Debug)]
pub enum HoursReview {}

/// The hour, insert-only, in the home district of who gave it.
pub(crate) static SERVICE_RECORD: SealedTable = sealed_table!(
    "service_record": "district" 1, "id" 2, "person" 3, "attendance" 4, "engagement" 5, "category" 6, "division" 7,
    "home_division" 8, "day" 9, "from_at" 10, "to_at" 11, "minutes" 12, "grade" 13, "kind" 14, "corrects" 15,
    "policy" 16, "recorded_by" 17, "recorded_at" 18
);

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

/// What stands in a new record.
struct New<'a> {
    presence: &'a Presence,
    part: Part,
    grade: Grade,
    kind: &'static str,
    corrects: Option<Id<ServiceRecord>>,
    policy: i64,
}

/// Puts what was served on record. Who may confirm is the caller's question (the leader of a shift, the resident who
/// was helped, a worker); nobody confirms their own hours. Confirming again gives the same answer.
///
/// Runs in a transaction that may write in two districts: the person's and the place's.
///
/// # Errors
/// `hours-own`, `hours-no-evidence`, `hours-no-check-in`, `hours-no-check-out`, `hours-zero`, `hours-overlap`
/// (conflict); 404.
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
    let mut presence = crate::presence::lock(tx, attendance)?;
    if presence.state == "recorded" {
        return already(tx, &presence);
    }
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    let setting = policy.setting(&presence);
    let signals = evidence(tx, attendance)?;
    let grade = setting.grade(&signals).ok_or_else(|| Refusal::conflict("hours-no-evidence"))?;
    let (arrived, left) = setting.times(&signals);
    let (from, to) = match (arrived, left, minutes) {
        // What is stated stands in for what nobody noted; it is never more than what the signals show.
        (Some(from), left, Some(minutes)) => (from, left.map_or(from + minutes, |to| to.min(from + minutes))),
        (None, _, Some(minutes)) => (presence.planned.0, presence.planned.0 + minutes),
        (Some(from), Some(to), None) => (from, to),
        (None, _, None) => return Err(Refusal::conflict("hours-no-check-in").into()),
        (_, None, None) => return Err(Refusal::conflict("hours-no-check-out").into()),
    };
    let (from, counted) = served((from, to), presence.planned, policy.tolerance, policy.unit, call.now);
    if counted == Minutes::ZERO {
        return Err(Refusal::conflict("hours-zero").into());
    }
    let mut confirmed = Confirmed { minutes: Minutes::ZERO, grade, review: Minutes::ZERO };
    for part in split_days(from, counted) {
        let already = on_day(tx, person, &part)?;
        for (part, share) in by_limits(part, already, policy.limits) {
            if share == Share::AtOnce {
                let new = New {
                    presence: &presence,
                    part,
                    grade,
                    kind: "service",
                    corrects: None,
                    policy: policy.version,
                };
                presence.version = record(tx, call, &new)?.1;
                confirmed.minutes += part.minutes;
            } else {
                open_review(tx, call, &presence, part, grade, share)?;
                confirmed.review += part.minutes;
            }
        }
    }
    tx.execute_one(
        "UPDATE attendance SET state = 'recorded', grade = $3, minutes = $4, decided_by = $5, decided_at = $6,
             version = $7
         WHERE district = $1 AND id = $2",
        params![
            attendance.district(),
            attendance,
            grade.word(),
            confirmed.minutes,
            call.actor.person,
            call.now,
            presence.version + 1
        ],
    )?;
    let event = Event::new("attendance.confirmed", attendance.district(), attendance, presence.version + 1)
        .with("grade", grade.word())
        .with("minutes", confirmed.minutes.number())
        .with("review", confirmed.review.number());
    append(tx, call, event)?;
    people::served(tx, person, from + counted)?;
    Ok(confirmed)
}

/// What an earlier confirmation came to.
fn already(tx: &mut Tx<'_>, presence: &Presence) -> Outcome<Confirmed> {
    let (review,): (i64,) = tx.query_one(
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM hours_review
         WHERE district = $1 AND person = $2 AND attendance = $3 AND state = 'open'",
        params![presence.person.district(), presence.person, presence.id],
    )?;
    let grade = presence.grade.as_deref().and_then(Grade::from_word);
    let grade = grade.ok_or_else(|| Fault::Defect(format!("attendance {} has no grade", presence.id)))?;
    Ok(Confirmed { minutes: presence.minutes, grade, review: Minutes(review) })
}

/// Minutes of the day that stand on record or wait for a review; refuses what overlaps them.
fn on_day(tx: &mut Tx<'_>, person: Id<Person>, part: &Part) -> Outcome<Minutes> {
    let rows: Vec<(Instant, Instant, Minutes, String)> = tx.query(
        "SELECT from_at, to_at, minutes, kind FROM service_record WHERE district = $1 AND person = $2 AND day = $3",
        params![person.district(), person, part.day],
    )?;
    let clash =
        rows.iter().find(|(from, to, _, kind)| kind != "correction" && *from < part.to && part.from < *to);
    if let Some((from, to, ..)) = clash {
        let refusal =
            Refusal::conflict("hours-overlap").with("from", from.local_text()).with("to", to.local_text());
        return Err(refusal.into());
    }
    let (waiting,): (i64,) = tx.query_one(
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM hours_review
         WHERE district = $1 AND person = $2 AND day = $3 AND state = 'open'",
        params![person.district(), person, part.day],
    )?;
    Ok(rows.iter().map(|(_, _, minutes, _)| *minutes).sum::<Minutes>() + Minutes(waiting))
}

/// Writes one record and tells both districts; gives its id and the attendance's new version.
fn record(tx: &mut Tx<'_>, call: &Call, new: &New<'_>) -> Outcome<(Id<ServiceRecord>, i64)> {
    let (presence, part) = (new.presence, new.part);
    let person = presence.person;
    let id: Id<ServiceRecord> = call.id(person.district());
    let by = call.actor.person.unwrap_or(person);
    let digest = SERVICE_RECORD.insert(
        tx,
        params![
            person.district(),
            id,
            person,
            presence.id,
            presence.engagement,
            presence.category,
            presence.division,
            presence.home_division,
            part.day,
            part.from,
            part.to,
            part.minutes,
            new.grade.word(),
            new.kind,
            new.corrects,
            new.policy,
            by,
            call.now
        ],
    )?;
    let told = |kind, district, subject: Id<ServiceRecord>, version| {
        Event::new(kind, district, subject, version)
            .with("division", presence.division.to_string())
            .with("home_division", presence.home_division.to_string())
            .with("minutes", part.minutes.number())
            .with("grade", new.grade.word().to_uppercase())
            .with("day", part.day.number())
            .with("category", presence.category.clone())
            .with_id("person", person)
    };
    let made = told("record.made", person.district(), id, 1)
        .with("policy", new.policy)
        .with("kind", new.kind)
        .with_id("attendance", presence.id);
    let made = match new.corrects {
        Some(old) => made.with_id("corrects", old),
        None => made,
    };
    append(tx, call, made.row(&digest))?;
    let version = presence.version + 1;
    let here = told("attendance.recorded", presence.id.district(), presence.id.cast(), version)
        .with_id("record", id);
    append(tx, call, here)?;
    Ok((id, version))
}

fn open_review(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &Presence,
    part: Part,
    grade: Grade,
    share: Share,
) -> Outcome<()> {
    let id: Id<HoursReview> = call.id(presence.person.district());
    let level = if share == Share::Above { "above" } else { "parent" };
    tx.execute_one(
        "INSERT INTO hours_review (district, id, person, attendance, engagement, category, division, home_division,
             day, from_at, to_at, minutes, grade, level, state, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open', 1)",
        params![
            id.district(),
            id,
            presence.person,
            presence.id,
            presence.engagement,
            presence.category,
            presence.division,
            presence.home_division,
            part.day,
            part.from,
            part.to,
            part.minutes,
            grade.word(),
            level
        ],
    )?;
    let event = Event::new("review.opened", id.district(), id, 1)
        .with("division", presence.division.to_string())
        .with("minutes", part.minutes.number())
        .with("level", level);
    append(tx, call, event)?;
    Ok(())
}

/// A review as it stands.
#[derive(Clone, Debug)]
pub struct Review {
    /// Its id.
    pub id: Id<HoursReview>,
    /// Whose minutes.
    pub person: Id<Person>,
    /// The presence they belong to.
    pub attendance: Id<Attendance>,
    /// Where it was served.
    pub division: DivisionCode,
    /// The day.
    pub day: Day,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// How many minutes wait.
    pub minutes: Minutes,
    /// Word of the grade.
    pub grade: String,
    /// `parent`: the place decides; `above`: the level above it.
    pub level: String,
    /// `open`, `accepted` or `refused`.
    pub state: String,
    /// How many changes it has seen.
    pub version: i64,
}

impl FromRow for Review {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            person: row.take()?,
            attendance: row.take()?,
            division: row.take()?,
            day: row.take()?,
            from: row.take()?,
            to: row.take()?,
            minutes: row.take()?,
            grade: row.take()?,
            level: row.take()?,
            state: row.take()?,
            version: row.take()?,
        })
    }
}

/// Says yes or no to minutes over the daily limit. A yes makes a record.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// Forbidden; `hours-own`, `review-decided` (conflict); 404.
pub fn decide_review(tx: &mut Tx<'_>, call: &Call, id: Id<HoursReview>, accept: bool) -> Outcome<()> {
    let row: Option<Review> = tx.query_opt(
        "SELECT id, person, attendance, division, day, from_at, to_at, minutes, grade, level, state, version
         FROM hours_review WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let before = row.ok_or_else(Refusal::missing)?;
    let place = if before.level == "above" { before.division.parent() } else { before.division };
    call.actor.must(Action::ReviewHours, place)?;
    if call.actor.person == Some(before.person) {
        return Err(Refusal::conflict("hours-own").into());
    }
    people::lock(tx, before.person)?;
    let state = if accept { "accepted" } else { "refused" };
    let changed = tx.execute(
        "UPDATE hours_review SET state = $3, decided_by = $4, decided_at = $5, version = version + 1
         WHERE district = $1 AND id = $2 AND state = 'open'",
        params![id.district(), id, state, call.actor.person, call.now],
    )?;
    if changed == 0 {
        return Err(Refusal::conflict("review-decided").into());
    }
    let event = Event::new("review.decided", id.district(), id, before.version + 1)
        .with("division", before.division.to_string())
        .with("accepted", i64::from(accept));
    append(tx, call, event)?;
    if accept {
        let presence = crate::presence::lock(tx, before.attendance)?;
        let policy = policy(tx, presence.division, presence.planned.0.day())?;
        let grade = Grade::from_word(&before.grade)
            .ok_or_else(|| Fault::Defect(format!("review {id} has no grade")))?;
        let part = Part { day: before.day, from: before.from, to: before.to, minutes: before.minutes };
        let new =
            New { presence: &presence, part, grade, kind: "service", corrects: None, policy: policy.version };
        let (_, version) = record(tx, call, &new)?;
        count(tx, &presence, presence.minutes + part.minutes, version)?;
    }
    Ok(())
}

/// Keeps the attendance's sum and version in step with its records.
fn count(tx: &mut Tx<'_>, presence: &Presence, minutes: Minutes, version: i64) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE attendance SET minutes = $3, version = $4 WHERE district = $1 AND id = $2",
        params![presence.id.district(), presence.id, minutes, version],
    )
}

/// Corrects a record to `minutes` by a new record that refers to it (Order 67 art. 13). The old one stays.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// Forbidden; `minutes-negative` (invalid); `hours-own`, `correction-of-correction`, `correction-same` (conflict); 404.
pub fn correct(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<ServiceRecord>,
    minutes: Minutes,
) -> Outcome<Id<ServiceRecord>> {
    if minutes < Minutes::ZERO {
        return Err(Refusal::invalid("minutes", "minutes-negative").into());
    }
    type Old = (Id<Person>, Id<Attendance>, Day, Instant, Instant, Minutes, String, String);
    let row: Option<Old> = tx.query_opt(
        "SELECT person, attendance, day, from_at, to_at, minutes, grade, kind FROM service_record
         WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let (person, attendance, day, from, to, recorded, grade, kind) = row.ok_or_else(Refusal::missing)?;
    let place = presence::load(tx, attendance)?.division;
    call.actor.must(Action::ReviewHours, place)?;
    if call.actor.person == Some(person) {
        return Err(Refusal::conflict("hours-own").into());
    }
    if kind == "correction" {
        return Err(Refusal::conflict("correction-of-correction").into());
    }
    people::lock(tx, person)?;
    let presence = crate::presence::lock(tx, attendance)?;
    let (changed,): (i64,) = tx.query_one(
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM service_record
         WHERE district = $1 AND person = $2 AND day = $3 AND corrects = $4",
        params![person.district(), person, day, id],
    )?;
    if minutes > to.minutes_since(from) {
        return Err(Refusal::conflict("correction-too-long").into());
    }
    let difference = minutes - recorded - Minutes(changed);
    if difference == Minutes::ZERO {
        return Err(Refusal::conflict("correction-same").into());
    }
    let grade = Grade::from_word(&grade).ok_or_else(|| Fault::Defect(format!("record {id} has no grade")))?;
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    let part = Part { day, from, to, minutes: difference };
    let new = New {
        presence: &presence,
        part,
        grade,
        kind: "correction",
        corrects: Some(id),
        policy: policy.version,
    };
    let (correction, version) = record(tx, call, &new)?;
    count(tx, &presence, presence.minutes + difference, version)?;
    Ok(correction)
}
