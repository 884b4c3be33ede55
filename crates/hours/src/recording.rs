//! Records: written once, never changed. What a day holds, and what a record comes to with its corrections.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, SealedTable, append, sealed_table};
use kernel::{Day, Id, Instant, Minutes, Person, Refusal};

use crate::{Attendance, Grade, presence::Presence, served::Part};

/// Mark of a service record's id.
#[derive(Debug)]
pub enum ServiceRecord {}

/// The hour, insert-only, in the home district of who gave it.
pub(crate) static SERVICE_RECORD: SealedTable = sealed_table!(
    "service_record": "district" 1, "id" 2, "person" 3, "attendance" 4, "engagement" 5, "category" 6, "division" 7,
    "home_division" 8, "day" 9, "from_at" 10, "to_at" 11, "minutes" 12, "grade" 13, "kind" 14, "corrects" 15,
    "policy" 16, "recorded_by" 17, "recorded_at" 18
);

/// An hour that was served; the other two kinds refer to one.
pub(crate) const SERVICE: &str = "service";
/// The difference to what should have been recorded.
pub(crate) const CORRECTION: &str = "correction";
/// Half of a pair: the minutes leave their grade and come back at a higher one, so that sums by grade stay right.
pub(crate) const REGRADE: &str = "regrade";

/// What stands in a new record.
pub(crate) struct New<'a> {
    pub(crate) presence: &'a Presence,
    pub(crate) part: Part,
    pub(crate) grade: Grade,
    pub(crate) kind: &'static str,
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

/// A service on record, and what it comes to with everything that refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) root: Id<ServiceRecord>,
    pub(crate) attendance: Id<Attendance>,
    pub(crate) day: Day,
    pub(crate) from: Instant,
    pub(crate) to: Instant,
    pub(crate) minutes: Minutes,
    pub(crate) policy: i64,
}

struct Line {
    chain: Chain,
    corrects: Option<Id<ServiceRecord>>,
}

impl FromRow for Line {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let chain = Chain {
            root: row.take()?,
            attendance: row.take()?,
            day: row.take()?,
            from: row.take()?,
            to: row.take()?,
            minutes: row.take()?,
            policy: row.take()?,
        };
        Ok(Self { chain, corrects: row.take()? })
    }
}

/// The person's services of the days `first` to `last`, as they count now. The caller holds the person's lock when
/// it relies on them.
pub(crate) fn chains(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    (first, last): (Day, Day),
) -> Result<Vec<Chain>, Fault> {
    let lines: Vec<Line> = tx.query(
        "SELECT id, attendance, day, from_at, to_at, minutes, policy, corrects FROM service_record
         WHERE district = $1 AND person = $2 AND day >= $3 AND day <= $4 ORDER BY day, id",
        params![person.district(), person, first, last],
    )?;
    let (roots, changes): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.corrects.is_none());
    let mut chains: Vec<Chain> = roots.into_iter().map(|line| line.chain).collect();
    for change in changes {
        if let Some(chain) = chains.iter_mut().find(|chain| Some(chain.root) == change.corrects) {
            chain.minutes += change.chain.minutes;
        }
    }
    Ok(chains)
}

/// What one day of a person holds: what is on record, and what waits for a review.
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
        for chain in chains(tx, person, (day, day))? {
            // What was corrected to nothing leaves its time free.
            if chain.minutes > Minutes::ZERO {
                taken.push((Some(chain.root), chain.from, chain.to, chain.minutes));
            }
        }
        Ok(Self { taken })
    }

    /// Minutes on record or waiting; the service `except` not counted.
    pub(crate) fn minutes(&self, except: Option<Id<ServiceRecord>>) -> Minutes {
        self.others(except).map(|(.., minutes)| *minutes).sum()
    }

    /// Refuses a time that is taken by another service than `except`.
    pub(crate) fn must_be_free(
        &self,
        (from, to): (Instant, Instant),
        except: Option<Id<ServiceRecord>>,
    ) -> Result<(), Refusal> {
        match self.others(except).find(|(_, begins, ends, _)| *begins < to && from < *ends) {
            Some((_, begins, ends, _)) => Err(Refusal::conflict("hours-overlap")
                .with("from", begins.local_text().replace('T', " "))
                .with("to", ends.local_text().replace('T', " "))),
            None => Ok(()),
        }
    }

    fn others(
        &self,
        except: Option<Id<ServiceRecord>>,
    ) -> impl Iterator<Item = &(Option<Id<ServiceRecord>>, Instant, Instant, Minutes)> {
        self.taken.iter().filter(move |(root, ..)| except.is_none() || *root != except)
    }
}

/// Keeps the attendance's sum, state and version in step with its records; the caller holds its lock and has told of
/// the version in an event.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    presence: &Presence,
    state: &str,
    minutes: Minutes,
    version: i64,
) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE attendance SET state = $3, minutes = $4, version = $5 WHERE district = $1 AND id = $2",
        params![presence.id.district(), presence.id, state, minutes, version],
    )
}
