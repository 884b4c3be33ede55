//! The shifts of an area and who signed up for them, for the rules that find what should be checked and
//! for tables of what was served.

use std::collections::HashMap;

use db::{Outcome, Span, Tx, params, spanning};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Id, Instant, Organisation, Person};

use crate::{Shift, Signup};

/// A shift as far as the rules ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldIn {
    /// Whose.
    pub organisation: Id<Organisation>,
    /// For how many.
    pub places: i64,
    /// Who signed up, and when for the first time.
    pub signed_up: HashMap<Id<Person>, Instant>,
}

const HELD: (&str, &str) = spanning!(
    "SELECT s.id, s.organisation, s.places, g.person, g.id
     FROM shift s LEFT JOIN signup g ON g.district = s.district AND g.shift = s.id",
    "s.district = $5",
    "s.district BETWEEN $5 AND $6",
    " AND s.division BETWEEN $1 AND $2 AND s.starts_at >= $3 AND s.starts_at < $4"
);

/// The shifts of the area that begin on the days `first` to `last`, whatever became of them, with everybody who signed up.
/// One statement.
///
/// # Errors
/// Sign in first, forbidden.
pub fn held_in(
    tx: &mut Tx<'_>,
    call: &Call,
    area: DivisionCode,
    (first, last): (Day, Day),
) -> Outcome<HashMap<Id<Shift>, HeldIn>> {
    call.actor.must(Action::Audit, area)?;
    let mut held: HashMap<Id<Shift>, HeldIn> = HashMap::new();
    Span::of(area).each(tx, HELD, params![first.start(), last.plus(1).start()], |row| {
        let (shift, organisation, places) = (row.take()?, row.take()?, row.take()?);
        let (person, signup): (Option<Id<Person>>, Option<Id<Signup>>) = (row.take()?, row.take()?);
        let one =
            held.entry(shift).or_insert_with(|| HeldIn { organisation, places, signed_up: HashMap::new() });
        one.signed_up.extend(person.zip(signup.map(Id::born)));
        Ok(())
    })?;
    Ok(held)
}

/// A shift, its team, and the name of the team.
pub type ShiftOfTeam = (Id<Shift>, Id<Organisation>, String);

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
) -> Outcome<Vec<ShiftOfTeam>> {
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
