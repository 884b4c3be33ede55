//! Rows of `signup`.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{District, Id, Instant, Person};

use super::{Signup, SignupCard};
use crate::shift::{ROLE, Shift};

impl FromRow for SignupCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            shift: row.take()?,
            person: row.take()?,
            state: row.take()?,
            queued_at: row.take()?,
            version: row.take()?,
        })
    }
}

pub(super) fn of(tx: &mut Tx<'_>, shift: Id<Shift>, person: Id<Person>) -> Result<Option<SignupCard>, Fault> {
    tx.query_opt(
        "SELECT id, shift, person, state, queued_at, version FROM signup
         WHERE district = $1 AND shift = $2 AND person = $3",
        params![shift.district(), shift, person],
    )
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: Id<Signup>,
    shift: Id<Shift>,
    person: Id<Person>,
    state: &str,
    now: Instant,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO signup (district, id, shift, role, person, state, queued_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        params![id.district(), id, shift, ROLE, person, state, now],
    )
}

pub(super) fn set(tx: &mut Tx<'_>, id: Id<Signup>, state: &str, queued_at: Instant) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE signup SET state = $3, queued_at = $4, version = version + 1 WHERE district = $1 AND id = $2",
        params![id.district(), id, state, queued_at],
    )
}

/// How many wait before this one.
pub(super) fn before(tx: &mut Tx<'_>, card: &SignupCard) -> Result<i64, Fault> {
    let (count,): (i64,) = tx.query_one(
        "SELECT COUNT(*) FROM signup WHERE district = $1 AND shift = $2 AND role = $3 AND state = 'waiting'
             AND queued_at <= $4 AND (queued_at < $4 OR id < $5)",
        params![card.shift.district(), card.shift, ROLE, card.queued_at, card.id],
    )?;
    Ok(count)
}

/// The sign-ups of a shift in one state, in the order of the queue.
pub(crate) fn in_state(tx: &mut Tx<'_>, shift: Id<Shift>, state: &str) -> Result<Vec<SignupCard>, Fault> {
    tx.query(
        "SELECT id, shift, person, state, queued_at, version FROM signup
         WHERE district = $1 AND shift = $2 AND role = $3 AND state = $4 ORDER BY queued_at, id",
        params![shift.district(), shift, ROLE, state],
    )
}

/// A person's own sign-ups in one district, their shift beside them, those that end after `from`, by time.
pub(super) fn mine(
    tx: &mut Tx<'_>,
    district: District,
    person: Id<Person>,
    from: Instant,
) -> Result<Vec<super::MyShift>, Fault> {
    let mut all = Vec::new();
    tx.each(
        "SELECT g.state, s.id, s.project, s.division, s.organisation, s.title, s.category, s.address, s.leader,
             s.starts_at, s.ends_at, s.min_age, s.places, s.taken, s.waiting, s.state, s.code_secret, s.version
         FROM signup g JOIN shift s ON s.district = g.district AND s.id = g.shift
         WHERE g.district = $1 AND g.person = $2 AND g.state IN ('placed', 'waiting', 'cancelled')
             AND s.ends_at > $3
         ORDER BY s.starts_at, s.id LIMIT 100",
        params![district, person, from],
        |row| {
            all.push(super::MyShift { state: row.take()?, shift: FromRow::from_row(row)? });
            Ok(())
        },
    )?;
    Ok(all)
}
