//! Records: written once, never changed. What a record comes to with everything that refers to it, and what a day of a
//! person holds.

use std::collections::BTreeMap;

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, SealedTable, append, sealed_table};
use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person, Refusal};

use crate::{
    AnyEngagement, Attendance, Grade,
    presence::Presence,
    served::{Already, Limits, Part, month_and_year},
    words::words,
};

/// Mark of a service record's id.
#[derive(Debug)]
pub enum ServiceRecord {}

/// The hour, insert-only, in the home district of who gave it.
pub(crate) static SERVICE_RECORD: SealedTable = sealed_table!(
    "service_record": "district" 1, "id" 2, "person" 3, "attendance" 4, "engagement" 5, "category" 6, "division" 7,
    "home_division" 8, "day" 9, "from_at" 10, "to_at" 11, "minutes" 12, "grade" 13, "kind" 14, "corrects" 15,
    "policy" 16, "recorded_by" 17, "recorded_at" 18
);

words! {
    /// What a record is. Every kind but the first refers to a record of the first.
    RecordKind {
        /// Minutes that were served.
        Service = "service",
        /// The difference to what should have been recorded.
        Correction = "correction",
        /// Half of a pair: the minutes leave their grade and come back at a higher one, so that sums by grade hold.
        Regrade = "regrade",
    }
}

/// One record, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordLine {
    /// Its id.
    pub id: Id<ServiceRecord>,
    /// The presence it belongs to.
    pub attendance: Id<Attendance>,
    /// Where it was served.
    pub division: DivisionCode,
    /// Word of the category.
    pub category: String,
    /// The day.
    pub day: Day,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// Whole minutes; negative where they are taken back.
    pub minutes: Minutes,
    /// How far they can be believed.
    pub grade: Grade,
    /// What it is.
    pub kind: RecordKind,
    /// The record it refers to.
    pub corrects: Option<Id<ServiceRecord>>,
    /// Number of the rule set it was counted by.
    pub policy: i64,
    /// Who put it on record.
    pub recorded_by: Id<Person>,
    /// When.
    pub recorded_at: Instant,
    /// The need or the shift.
    pub engagement: Id<AnyEngagement>,
}

impl FromRow for RecordLine {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            attendance: row.take()?,
            division: row.take()?,
            category: row.take()?,
            day: row.take()?,
            from: row.take()?,
            to: row.take()?,
            minutes: row.take()?,
            grade: row.take()?,
            kind: row.take()?,
            corrects: row.take()?,
            policy: row.take()?,
            recorded_by: row.take()?,
            recorded_at: row.take()?,
            engagement: row.take()?,
        })
    }
}

/// A service on record, and what it comes to with every record that refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The service as it was first recorded.
    pub record: RecordLine,
    /// Minutes that count today, by grade; a grade whose minutes cancel is not there.
    pub grades: BTreeMap<Grade, Minutes>,
}

impl Counted {
    /// The minutes that count today.
    pub fn minutes(&self) -> Minutes {
        self.grades.values().copied().sum()
    }
}

/// Puts what refers to a service together with it. What refers to a service that is not among `lines` is left out.
fn counted(lines: Vec<RecordLine>) -> Vec<Counted> {
    let (services, changes): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.corrects.is_none());
    let mut all: Vec<Counted> = services
        .into_iter()
        .map(|record| Counted { grades: BTreeMap::from([(record.grade, record.minutes)]), record })
        .collect();
    for change in changes {
        if let Some(one) = all.iter_mut().find(|one| Some(one.record.id) == change.corrects) {
            *one.grades.entry(change.grade).or_default() += change.minutes;
        }
    }
    for one in &mut all {
        one.grades.retain(|_, minutes| *minutes != Minutes::ZERO);
    }
    all
}

/// Every record of the person of the days `first` to `last`, in the order of days.
///
/// # Errors
/// A fault.
pub fn records(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    (first, last): (Day, Day),
) -> Result<Vec<RecordLine>, Fault> {
    tx.query(
        "SELECT id, attendance, division, category, day, from_at, to_at, minutes, grade, kind, corrects, policy,
             recorded_by, recorded_at, engagement FROM service_record
         WHERE district = $1 AND person = $2 AND day >= $3 AND day <= $4 ORDER BY day, id",
        params![person.district(), person, first, last],
    )
}

/// The person's services of the days `first` to `last`, as they count today.
///
/// # Errors
/// A fault.
pub fn services(tx: &mut Tx<'_>, person: Id<Person>, days: (Day, Day)) -> Result<Vec<Counted>, Fault> {
    Ok(counted(records(tx, person, days)?))
}

/// The person's newest records before the record `before`, the newest day first, at most `most`.
///
/// # Errors
/// `hours-before` (invalid) when `before` is no record of the person.
pub(crate) fn newest_records(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    before: Option<Id<ServiceRecord>>,
    most: usize,
) -> Outcome<Vec<RecordLine>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let (day, id) = match before {
        None => (Day::from_number(i32::MAX), db::Value::Uuid([0xff; 16])),
        Some(id) => match find_record(tx, id)? {
            Some((of, line)) if of == person => (line.day, db::Value::Uuid(id.bytes())),
            _ => return Err(Refusal::invalid("before", "hours-before").into()),
        },
    };
    Ok(tx.query(
        "SELECT id, attendance, division, category, day, from_at, to_at, minutes, grade, kind, corrects, policy,
             recorded_by, recorded_at, engagement FROM service_record
         WHERE district = $1 AND person = $2 AND (day < $3 OR (day = $3 AND id < $4))
         ORDER BY day DESC, id DESC LIMIT $5",
        params![person.district(), person, day, id, most],
    )?)
}

/// The person's services among their `most` newest records, as they count today, the newest day first.
///
/// # Errors
/// A fault.
pub fn newest_services(tx: &mut Tx<'_>, person: Id<Person>, most: usize) -> Outcome<Vec<Counted>> {
    Ok(counted(newest_records(tx, person, None, most)?))
}

/// A record, and whose it is; `None` when there is none.
///
/// # Errors
/// A fault.
pub fn find_record(
    tx: &mut Tx<'_>,
    id: Id<ServiceRecord>,
) -> Result<Option<(Id<Person>, RecordLine)>, Fault> {
    let mut found = None;
    tx.each(
        "SELECT person, id, attendance, division, category, day, from_at, to_at, minutes, grade, kind, corrects, policy,
             recorded_by, recorded_at, engagement FROM service_record WHERE district = $1 AND id = $2",
        params![id.district(), id],
        |row| {
            found = Some((row.take()?, RecordLine::from_row(row)?));
            Ok(())
        },
    )?;
    Ok(found)
}

/// What stands in a new record.
pub(crate) struct New<'a> {
    pub(crate) presence: &'a Presence,
    pub(crate) part: Part,
    pub(crate) grade: Grade,
    pub(crate) kind: RecordKind,
    pub(crate) corrects: Option<Id<ServiceRecord>>,
    pub(crate) policy: i64,
}

/// Writes one record and tells both districts; gives its id and the attendance's new version.
pub(crate) fn record(tx: &mut Tx<'_>, call: &Call, new: &New<'_>) -> Outcome<(Id<ServiceRecord>, i64)> {
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
            new.grade,
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
            .with("policy", new.policy)
            .with_id("person", person)
    };
    let made = told("record.made", person.district(), id, 1)
        .with("kind", new.kind.word())
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

/// What the month and the year of a day hold, on record and in review, as far as there are limits, beside what the day
/// holds. One statement for each limit. The caller holds the person's lock.
pub(crate) fn already(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    day: Day,
    limits: Limits,
    of_day: Minutes,
) -> Result<Already, Fault> {
    let [month, year] = month_and_year(day);
    let mut held = |limit: Option<Minutes>, (first, last): (Day, Day)| {
        if limit.is_none() {
            return Ok(Minutes::ZERO);
        }
        let sums: Vec<(i64,)> = tx.query(
            "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM service_record
             WHERE district = $1 AND person = $2 AND day >= $3 AND day <= $4
             UNION ALL SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM hours_review
             WHERE district = $1 AND person = $2 AND day >= $3 AND day <= $4 AND state = 'open'",
            params![person.district(), person, first, last],
        )?;
        Ok::<_, Fault>(Minutes(sums.into_iter().map(|(sum,)| sum).sum()))
    };
    Ok(Already { day: of_day, month: held(limits.month, month)?, year: held(limits.year, year)? })
}

/// What one day of a person holds: what is on record, and what waits for a review. The caller holds the person's lock.
pub(crate) struct DayBook {
    taken: Vec<(Option<Id<ServiceRecord>>, Instant, Instant, Minutes)>,
}

impl DayBook {
    pub(crate) fn read(tx: &mut Tx<'_>, person: Id<Person>, day: Day) -> Result<Self, Fault> {
        let waiting: Vec<(Instant, Instant, Minutes)> = tx.query(
            "SELECT from_at, to_at, minutes FROM hours_review
             WHERE district = $1 AND person = $2 AND day = $3 AND state = 'open'",
            params![person.district(), person, day],
        )?;
        let mut taken: Vec<_> =
            waiting.into_iter().map(|(from, to, minutes)| (None, from, to, minutes)).collect();
        for one in services(tx, person, (day, day))? {
            // What was corrected to nothing leaves its time free.
            if one.minutes() > Minutes::ZERO {
                taken.push((Some(one.record.id), one.record.from, one.record.to, one.minutes()));
            }
        }
        Ok(Self { taken })
    }

    /// Minutes on record or waiting; the service `except` not counted.
    pub(crate) fn minutes(&self, except: Option<Id<ServiceRecord>>) -> Minutes {
        self.others(except).map(|(.., minutes)| *minutes).sum()
    }

    /// Refuses a time that another service than `except` has.
    pub(crate) fn must_be_free(
        &self,
        (from, to): (Instant, Instant),
        except: Option<Id<ServiceRecord>>,
    ) -> Result<(), Refusal> {
        match self.others(except).find(|(_, begins, ends, _)| *begins < to && from < *ends) {
            Some((_, begins, ends, _)) => {
                Err(Refusal::conflict("hours-overlap").with("from", *begins).with("to", *ends))
            }
            None => Ok(()),
        }
    }

    /// The stretches that are taken.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = (Instant, Instant)> {
        self.taken.iter().map(|(_, from, to, _)| (*from, *to))
    }

    fn others(
        &self,
        except: Option<Id<ServiceRecord>>,
    ) -> impl Iterator<Item = &(Option<Id<ServiceRecord>>, Instant, Instant, Minutes)> {
        self.taken.iter().filter(move |(root, ..)| except.is_none() || *root != except)
    }
}

/// Keeps the attendance's sum and version in step with its records; the caller holds its lock and has told of the
/// version in an event.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    presence: &Presence,
    minutes: Minutes,
    version: i64,
) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE attendance SET minutes = $3, version = $4 WHERE district = $1 AND id = $2",
        params![presence.id.district(), presence.id, minutes, version],
    )
}
