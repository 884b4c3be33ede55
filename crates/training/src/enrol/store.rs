//! Rows of `enrolment`.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{Id, Instant, Person};

use super::EnrolmentCard;
use crate::{Mark, session::Session};

macro_rules! select_enrolments {
    ($rest:literal) => {
        concat!(
            "SELECT id, session, person, state, present, result, version FROM enrolment WHERE district = $1 AND ",
            $rest
        )
    };
}

impl FromRow for EnrolmentCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            session: row.take()?,
            person: row.take()?,
            state: row.take()?,
            present: row.take::<Option<i64>>()?.map(|present| present == 1),
            result: Mark::from_word(&row.take::<String>()?),
            version: row.take()?,
        })
    }
}

/// The person's enrolment in the session, whatever its state.
pub(crate) fn of(
    tx: &mut Tx<'_>,
    session: Id<Session>,
    person: Id<Person>,
) -> Result<Option<EnrolmentCard>, Fault> {
    tx.query_opt(
        select_enrolments!("session = $2 AND person = $3"),
        params![session.district(), session, person],
    )
}

/// Everybody who has or had a place and did not give it back, in the order in which they enrolled.
pub(crate) fn of_session(tx: &mut Tx<'_>, session: Id<Session>) -> Result<Vec<EnrolmentCard>, Fault> {
    tx.query(
        select_enrolments!("session = $2 AND state <> 'withdrawn' ORDER BY enrolled_at, id"),
        params![session.district(), session],
    )
}

/// Writes an enrolment as it stands now; the first time with when it was made, which stays unless it is made anew.
pub(crate) fn put(tx: &mut Tx<'_>, card: &EnrolmentCard, now: Instant) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO enrolment (district, id, session, person, state, enrolled_at, present, result, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (district, id) DO UPDATE SET state = excluded.state, present = excluded.present,
             result = excluded.result, version = excluded.version,
             enrolled_at = CASE WHEN enrolment.state = 'withdrawn' THEN excluded.enrolled_at
                 ELSE enrolment.enrolled_at END",
        params![
            card.id.district(),
            card.id,
            card.session,
            card.person,
            card.state,
            now,
            card.present.map(i64::from),
            card.result.map_or("", Mark::word),
            card.version
        ],
    )
}
