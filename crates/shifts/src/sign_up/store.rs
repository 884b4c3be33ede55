//! Rows of `signup`.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{Id, Instant, Person};

use super::{MyShift, SignupCard};
use crate::shift::{ROLE, Shift, ShiftCard};

/// Sign-ups of one person shown at most.
const MINE_MAX: i64 = 100;

impl FromRow for SignupCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            shift: row.take()?,
            person: row.take()?,
            state: row.take()?,
            queued_at: row.take()?,
            moves: row.take()?,
            version: row.take()?,
        })
    }
}

pub(super) fn of(tx: &mut Tx<'_>, shift: Id<Shift>, person: Id<Person>) -> Result<Option<SignupCard>, Fault> {
    tx.query_opt(
        "SELECT id, shift, person, state, queued_at, moves, version FROM signup
         WHERE district = $1 AND shift = $2 AND person = $3",
        params![shift.district(), shift, person],
    )
}

impl FromRow for MyShift {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (state, shift, title) = (row.take()?, row.take()?, row.take()?);
        let (category, address) = (row.take()?, row.take()?);
        let (starts_at, ends_at): (Instant, Instant) = (row.take()?, row.take()?);
        let opens_at = starts_at - hours::OPENS_USUAL;
        Ok(Self { state, shift, title, category, address, starts_at, ends_at, opens_at })
    }
}

pub(super) fn insert(tx: &mut Tx<'_>, card: &SignupCard) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO signup (district, id, shift, role, person, state, queued_at, moves, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
        params![
            card.id.district(),
            card.id,
            card.shift,
            ROLE,
            card.person,
            card.state,
            card.queued_at,
            card.moves
        ],
    )
}

pub(super) fn set(tx: &mut Tx<'_>, card: &SignupCard) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE signup SET state = $3, queued_at = $4, moves = $5, version = $6 WHERE district = $1 AND id = $2",
        params![card.id.district(), card.id, card.state, card.queued_at, card.moves, card.version],
    )
}

/// The person's own copy, in the home district, as the sign-up stands now; under the person's lock.
pub(super) fn set_own(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    card: &ShiftCard,
    state: &str,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO own_signup (district, person, shift, state, title, category, address, starts_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (district, person, shift) DO UPDATE SET state = excluded.state, address = excluded.address,
             starts_at = excluded.starts_at, ends_at = excluded.ends_at",
        params![
            person.district(),
            person,
            card.id,
            state,
            card.title,
            card.category,
            card.address,
            card.starts_at,
            card.ends_at
        ],
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
        "SELECT id, shift, person, state, queued_at, moves, version FROM signup
         WHERE district = $1 AND shift = $2 AND role = $3 AND state = $4 ORDER BY queued_at, id",
        params![shift.district(), shift, ROLE, state],
    )
}

/// A person's own sign-ups of shifts that end after `from`, by time.
pub(crate) fn mine(tx: &mut Tx<'_>, person: Id<Person>, from: Instant) -> Result<Vec<MyShift>, Fault> {
    tx.query(
        "SELECT state, shift, title, category, address, starts_at, ends_at FROM own_signup
         WHERE district = $1 AND person = $2 AND ends_at > $3 AND state IN ('placed', 'waiting', 'cancelled', 'released')
         ORDER BY starts_at, shift LIMIT $4",
        params![person.district(), person, from, MINE_MAX],
    )
}
