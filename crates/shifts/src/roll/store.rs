//! Rows of `roll_call`.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{District, Id, Instant, Minutes, Person};

use super::{Present, RollCall, Said};
use crate::shift::Shift;

/// Answers taken up in one round of one district.
const DUE_MAX: i64 = 200;

impl FromRow for Said {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            shift: row.take()?,
            present: Present {
                person: row.take()?,
                came: row.take::<i64>()? == 1,
                late: row.take()?,
                early: row.take()?,
            },
            source: row.take()?,
            called_by: row.take()?,
            called_at: row.take()?,
            settles_at: row.take()?,
            state: row.take()?,
            refused: row.take()?,
            reason: row.take()?,
            version: row.take()?,
        })
    }
}

macro_rules! select_said {
    ($rest:literal) => {
        concat!(
            "SELECT id, shift, person, came, late, early, source, called_by, called_at, settles_at, state, refused,
                 reason, version
             FROM roll_call WHERE district = $1 ",
            $rest
        )
    };
}

/// Everything that was said at the roll calls of a shift.
pub(super) fn of_shift(tx: &mut Tx<'_>, shift: Id<Shift>) -> Result<Vec<Said>, Fault> {
    tx.query(select_said!("AND shift = $2"), params![shift.district(), shift])
}

/// The same under the lock of its row.
pub(super) fn locked(tx: &mut Tx<'_>, id: Id<RollCall>) -> Result<Option<Said>, Fault> {
    tx.query_opt(select_said!("AND id = $2 FOR UPDATE"), params![id.district(), id])
}

/// What one caller said and may still take back, under the locks of its rows.
pub(super) fn open_locked(
    tx: &mut Tx<'_>,
    shift: Id<Shift>,
    caller: Id<Person>,
    now: Instant,
) -> Result<Vec<Said>, Fault> {
    tx.query(
        select_said!(
            "AND shift = $2 AND called_by = $3 AND state = 'called' AND settles_at > $4 ORDER BY id FOR UPDATE"
        ),
        params![shift.district(), shift, caller, now],
    )
}

pub(super) fn due(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<Vec<Said>, Fault> {
    tx.query(
        select_said!("AND state = 'called' AND settles_at <= $2 ORDER BY settles_at, id LIMIT $3"),
        params![district, now, DUE_MAX],
    )
}

pub(super) fn districts_due(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<(District,)>, Fault> {
    tx.query(
        "SELECT DISTINCT district FROM roll_call WHERE state = 'called' AND settles_at <= $1",
        params![now],
    )
}

pub(super) fn insert(tx: &mut Tx<'_>, said: &Said) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO roll_call (district, id, shift, person, came, late, early, called_by, called_at, settles_at,
             state, source, refused, reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', $13, 1)",
        params![
            said.id.district(),
            said.id,
            said.shift,
            said.present.person,
            i64::from(said.present.came),
            said.present.late,
            said.present.early,
            said.called_by,
            said.called_at,
            said.settles_at,
            said.state,
            said.source,
            said.reason
        ],
    )
}

pub(super) fn update(tx: &mut Tx<'_>, said: &Said) -> Result<(), Fault> {
    let Present { came, late, early, .. } = said.present;
    let (came, late, early): (i64, Minutes, Minutes) = (i64::from(came), late, early);
    let (by, at): (Id<Person>, Instant) = (said.called_by, said.called_at);
    tx.execute_one(
        "UPDATE roll_call SET came = $3, late = $4, early = $5, called_by = $6, called_at = $7, settles_at = $8,
             state = $9, refused = $10, version = $11, source = $12, reason = $13
         WHERE district = $1 AND id = $2",
        params![
            said.id.district(),
            said.id,
            came,
            late,
            early,
            by,
            at,
            said.settles_at,
            said.state,
            said.refused,
            said.version,
            said.source,
            said.reason
        ],
    )
}
