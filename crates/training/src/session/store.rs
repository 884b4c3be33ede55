//! Rows of `training_session`.

use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{District, Id, Instant, Person};

use super::{Session, SessionCard};
use crate::course;

macro_rules! select_sessions {
    () => {
        "SELECT id, course, number, division, title, content, gives, months, unit, address, starts_at, ends_at,
         break_minutes, places, taken, trainer, state, notice, closed_by, follow_at, version
     FROM training_session"
    };
    ($rest:literal) => {
        concat!(select_sessions!(), " WHERE district = $1 AND ", $rest)
    };
}

const IN_AREA: (&str, &str) = spanning!(
    select_sessions!(),
    "district = $6",
    "district BETWEEN $6 AND $7",
    " AND division BETWEEN $1 AND $2 AND starts_at >= $3
     ORDER BY CASE WHEN state <> 'planned' THEN 2 WHEN trainer = $4 THEN 0 ELSE 1 END, starts_at, id LIMIT $5"
);

impl FromRow for SessionCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            course: row.take()?,
            number: row.take()?,
            division: row.take()?,
            title: row.take()?,
            content: row.take()?,
            gives: course::store::gives(row)?,
            months: row.take()?,
            unit: row.take()?,
            address: row.take()?,
            starts_at: row.take()?,
            ends_at: row.take()?,
            pause: row.take()?,
            places: row.take()?,
            taken: row.take()?,
            trainer: row.take()?,
            state: row.take()?,
            notice: row.take()?,
            closed_by: row.take()?,
            follow_at: row.take()?,
            version: row.take()?,
        })
    }
}

pub(super) fn insert(tx: &mut Tx<'_>, card: &SessionCard) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO training_session (district, id, course, number, division, title, content, gives, months, unit,
             address, starts_at, ends_at, break_minutes, places, taken, trainer, state, notice, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, '', 1)",
        params![
            card.id.district(),
            card.id,
            card.course,
            card.number,
            card.division,
            card.title,
            card.content,
            card.gives.word(),
            card.months,
            card.unit,
            card.address,
            card.starts_at,
            card.ends_at,
            card.pause,
            card.places,
            card.trainer,
            card.state
        ],
    )
}

/// The session without a lock.
pub(super) fn seen(tx: &mut Tx<'_>, id: Id<Session>) -> Result<Option<SessionCard>, Fault> {
    tx.query_opt(select_sessions!("id = $2"), params![id.district(), id])
}

/// The row that holds "not one person too many": taken after the person's.
pub(crate) fn locked(tx: &mut Tx<'_>, id: Id<Session>) -> Result<Option<SessionCard>, Fault> {
    tx.query_opt(select_sessions!("id = $2 FOR UPDATE"), params![id.district(), id])
}

/// Writes what changes of a locked session, with its new version.
pub(crate) fn set(tx: &mut Tx<'_>, card: &SessionCard) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE training_session SET state = $3, notice = $4, closed_by = $5, follow_at = $6, version = $7
         WHERE district = $1 AND id = $2",
        params![
            card.id.district(),
            card.id,
            card.state,
            card.notice,
            card.closed_by,
            card.follow_at,
            card.version
        ],
    )
}

/// Writes how many places of a locked session are taken.
pub(crate) fn set_taken(tx: &mut Tx<'_>, id: Id<Session>, taken: i64) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE training_session SET taken = $3 WHERE district = $1 AND id = $2",
        params![id.district(), id, taken],
    )
}

pub(super) fn open(
    tx: &mut Tx<'_>,
    district: District,
    now: Instant,
    limit: i64,
) -> Result<Vec<SessionCard>, Fault> {
    tx.query(
        select_sessions!("starts_at > $2 AND state = 'planned' ORDER BY starts_at, id LIMIT $3"),
        params![district, now, limit],
    )
}

/// Sessions of an area that begin from `from` on: first those still to be closed, the trainer's own before those of others.
pub(super) fn in_area(
    tx: &mut Tx<'_>,
    area: Span,
    from: Instant,
    trainer: Id<Person>,
    most: i64,
) -> Result<Vec<SessionCard>, Fault> {
    let mut found = Vec::new();
    area.each(tx, IN_AREA, params![from, trainer, most], |row| {
        found.push(SessionCard::from_row(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Districts in which the timer has something to do.
pub(crate) fn districts_due(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<(District,)>, Fault> {
    tx.query("SELECT DISTINCT district FROM training_session WHERE follow_at <= $1", params![now])
}

/// Sessions of a district with which the timer has something to do.
pub(crate) fn due(
    tx: &mut Tx<'_>,
    district: District,
    now: Instant,
    limit: i64,
) -> Result<Vec<SessionCard>, Fault> {
    tx.query(
        select_sessions!("follow_at <= $2 ORDER BY follow_at, id LIMIT $3"),
        params![district, now, limit],
    )
}
