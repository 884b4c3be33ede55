//! The three tables of the roll-up, written in the district whose journal is followed.

use db::{Fault, FromRow, Row, Tx, params};
use journal::Sealed;
use kernel::{Day, District, DivisionCode, Id, Instant, Person};

/// What the roll-up remembers of a need.
pub(super) struct Clock {
    pub(super) division: DivisionCode,
    pub(super) category: String,
    pub(super) submitted_at: Instant,
    pub(super) answered_at: Option<Instant>,
    pub(super) accepted_at: Option<Instant>,
}

impl FromRow for Clock {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            division: row.take()?,
            category: row.take()?,
            submitted_at: row.take()?,
            answered_at: row.take()?,
            accepted_at: row.take()?,
        })
    }
}

/// First and last day on which a person counts as active, and where.
pub(super) struct Interval {
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) division: DivisionCode,
}

impl FromRow for Interval {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { from: row.take()?, to: row.take()?, division: row.take()? })
    }
}

/// Adds to a figure on the day the event was sealed.
pub(super) fn add(
    tx: &mut Tx<'_>,
    event: &Sealed,
    division: DivisionCode,
    figure: &'static str,
    part: &str,
    amount: i64,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO figure_day (district, division, day, figure, part, amount) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (district, division, day, figure, part)
         DO UPDATE SET amount = figure_day.amount + EXCLUDED.amount",
        params![event.district, division, event.sealed_at.day(), figure, part, amount],
    )
}

/// Deletes the roll-up of a district.
pub(super) fn forget(tx: &mut Tx<'_>, district: District) -> Result<(), Fault> {
    for table in [
        "DELETE FROM figure_day WHERE district = $1",
        "DELETE FROM active_interval WHERE district = $1",
        "DELETE FROM need_clock WHERE district = $1",
    ] {
        tx.execute(table, params![district])?;
    }
    Ok(())
}

pub(super) fn latest_interval(
    tx: &mut Tx<'_>,
    district: District,
    person: Id<Person>,
) -> Result<Option<Interval>, Fault> {
    tx.query_opt(
        "SELECT from_day, to_day, division FROM active_interval
         WHERE district = $1 AND person = $2 ORDER BY from_day DESC LIMIT 1",
        params![district, person],
    )
}

pub(super) fn add_interval(
    tx: &mut Tx<'_>,
    district: District,
    person: Id<Person>,
    interval: &Interval,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO active_interval (district, person, from_day, to_day, division) VALUES ($1, $2, $3, $4, $5)",
        params![district, person, interval.from, interval.to, interval.division],
    )
}

pub(super) fn change_interval(
    tx: &mut Tx<'_>,
    district: District,
    person: Id<Person>,
    interval: &Interval,
) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE active_interval SET to_day = $4, division = $5
         WHERE district = $1 AND person = $2 AND from_day = $3",
        params![district, person, interval.from, interval.to, interval.division],
    )
}

/// Remembers a need; false when it is known already.
pub(super) fn start_clock(
    tx: &mut Tx<'_>,
    event: &Sealed,
    division: DivisionCode,
    category: &str,
) -> Result<bool, Fault> {
    let started = tx.execute(
        "INSERT INTO need_clock (district, need, division, category, submitted_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (district, need) DO NOTHING",
        params![event.district, event.subject, division, category, event.at],
    )?;
    Ok(started == 1)
}

/// The clock of the need the event is about.
pub(super) fn clock(tx: &mut Tx<'_>, event: &Sealed) -> Result<Option<Clock>, Fault> {
    tx.query_opt(
        "SELECT division, category, submitted_at, answered_at, accepted_at FROM need_clock
         WHERE district = $1 AND need = $2",
        params![event.district, event.subject],
    )
}

pub(super) fn answered(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE need_clock SET answered_at = $3 WHERE district = $1 AND need = $2",
        params![event.district, event.subject, event.at],
    )
}

pub(super) fn accepted(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE need_clock SET accepted_at = $3 WHERE district = $1 AND need = $2",
        params![event.district, event.subject, event.at],
    )
}

pub(super) fn stop_clock(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    tx.execute_one(
        "DELETE FROM need_clock WHERE district = $1 AND need = $2",
        params![event.district, event.subject],
    )
}
