//! Rows of `own_training`.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{Id, Person};

use super::OwnTraining;
use crate::session::SessionCard;

impl FromRow for OwnTraining {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            session: row.take()?,
            title: row.take()?,
            content: row.take()?,
            unit: row.take()?,
            address: row.take()?,
            starts_at: row.take()?,
            ends_at: row.take()?,
            minutes: row.take()?,
            state: row.take()?,
        })
    }
}

/// Writes how the person stands to the session now.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    session: &SessionCard,
    state: &str,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO own_training (district, person, session, title, content, unit, address, starts_at, ends_at,
             minutes, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (district, person, session) DO UPDATE SET state = excluded.state",
        params![
            person.district(),
            person,
            session.id,
            session.title,
            session.content,
            session.unit,
            session.address,
            session.starts_at,
            session.ends_at,
            session.minutes(),
            state
        ],
    )
}

pub(super) fn of(tx: &mut Tx<'_>, person: Id<Person>, limit: i64) -> Result<Vec<OwnTraining>, Fault> {
    tx.query(
        "SELECT session, title, content, unit, address, starts_at, ends_at, minutes, state FROM own_training
         WHERE district = $1 AND person = $2 ORDER BY starts_at DESC, session LIMIT $3",
        params![person.district(), person, limit],
    )
}
