//! The shifts of an area and who signed up for them, for the rules that find what should be checked and
//! for tables of what was served.

use db::{Fault, FromRow, Outcome, Row, Span, Tx, params, spanning};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Id, Instant, Organisation, Person};

use crate::{Shift, Signup};

/// A shift as far as the rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldIn {
    /// The shift.
    pub shift: Id<Shift>,
    /// Whose.
    pub organisation: Id<Organisation>,
    /// For how many.
    pub places: i64,
}

impl FromRow for HeldIn {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { shift: row.take()?, organisation: row.take()?, places: row.take()? })
    }
}

/// A sign-up as far as the rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedUpIn {
    /// For what.
    pub shift: Id<Shift>,
    /// Who.
    pub person: Id<Person>,
    /// When for the first time.
    pub at: Instant,
}

impl FromRow for SignedUpIn {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (shift, person) = (row.take()?, row.take()?);
        Ok(Self { shift, person, at: row.take::<Id<Signup>>()?.born() })
    }
}

const HELD: (&str, &str) = spanning!(
    "SELECT id, organisation, places FROM shift",
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND division BETWEEN $1 AND $2 AND starts_at >= $3 AND starts_at < $4"
);

const SIGNED_UP: (&str, &str) = spanning!(
    "SELECT g.shift, g.person, g.id FROM shift s JOIN signup g ON g.district = s.district AND g.shift = s.id",
    "s.district = $5",
    "s.district BETWEEN $5 AND $6",
    " AND s.division BETWEEN $1 AND $2 AND s.starts_at >= $3 AND s.starts_at < $4"
);

/// The shifts of the area that begin on the days `first` to `last`, whatever became of them. One statement.
///
/// # Errors
/// Sign in first, forbidden.
pub fn held_in(tx: &mut Tx<'_>, call: &Call, area: DivisionCode, days: (Day, Day)) -> Outcome<Vec<HeldIn>> {
    call.actor.must(Action::Audit, area)?;
    let (from, to) = (days.0.start(), days.1.plus(1).start());
    Ok(Span::of(area).query(tx, HELD, params![from, to])?)
}

/// The shifts of an area within a district that begin on the days `first` to `last`, each with its team and the name of it.
/// One statement.
///
/// # Errors
/// Sign in first, forbidden.
pub fn teams_in(
    tx: &mut Tx<'_>,
    call: &Call,
    area: DivisionCode,
    days: (Day, Day),
) -> Outcome<Vec<(Id<Shift>, Id<Organisation>, String)>> {
    call.actor.must(Action::Audit, area)?;
    let (from, to) = (days.0.start(), days.1.plus(1).start());
    let codes = area.subtree();
    Ok(tx.query(
        "SELECT s.id, s.organisation, COALESCE(o.name, '') FROM shift s
         LEFT JOIN organisation o ON o.district = s.district AND o.id = s.organisation
         WHERE s.district = $1 AND s.division BETWEEN $2 AND $3 AND s.starts_at >= $4 AND s.starts_at < $5",
        params![area.district(), codes.start().cast_signed(), codes.end().cast_signed(), from, to],
    )?)
}

/// Who signed up for them, and when. One statement.
///
/// # Errors
/// Sign in first, forbidden.
pub fn signed_up_in(
    tx: &mut Tx<'_>,
    call: &Call,
    area: DivisionCode,
    days: (Day, Day),
) -> Outcome<Vec<SignedUpIn>> {
    call.actor.must(Action::Audit, area)?;
    let (from, to) = (days.0.start(), days.1.plus(1).start());
    Ok(Span::of(area).query(tx, SIGNED_UP, params![from, to])?)
}
