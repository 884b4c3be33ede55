//! The lock of a person's row, which holds what must stay true of one person: no two promises at one time, one
//! volunteer, one sum of hours a day.

use db::{Outcome, Tx, params};
use kernel::{Day, DivisionCode, Id, Person, Refusal};

/// A person whose row this transaction holds until it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Who.
    pub id: Id<Person>,
    /// The community they live in.
    pub home: DivisionCode,
    /// Day of birth, where a document was given.
    pub birth_day: Option<Day>,
    /// 0 not known, 1 male, 2 female (GB/T 2261.1).
    pub sex: i64,
    /// `active`, or `asleep` when somebody else registered the person.
    pub state: String,
    /// Whether the person is a volunteer today.
    pub volunteer: bool,
    /// How many changes the row has seen.
    pub version: i64,
}

/// Takes the person's row until the end of the transaction; taking it twice is harmless.
///
/// # Errors
/// 404 when there is no such person.
pub fn lock(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Locked> {
    let row: Option<(DivisionCode, Option<Day>, i64, String, i64)> = tx.query_opt(
        "SELECT division, birth_day, sex, state, version FROM person WHERE district = $1 AND id = $2 FOR UPDATE",
        params![person.district(), person],
    )?;
    let (home, birth_day, sex, state, version) = row.ok_or_else(Refusal::missing)?;
    // A statement of its own: one that waited for the lock would still see the volunteer of before.
    let volunteer: Option<(String,)> = tx.query_opt(
        "SELECT state FROM volunteer WHERE district = $1 AND person = $2",
        params![person.district(), person],
    )?;
    let volunteer = volunteer.is_some_and(|(state,)| state == "active");
    Ok(Locked { id: person, home, birth_day, sex, state, volunteer, version })
}

/// The person's day of birth, where a document was given. One statement, no lock.
///
/// # Errors
/// 404 when there is no such person.
pub fn birth_day(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Option<Day>> {
    let row: Option<(Option<Day>,)> = tx.query_opt(
        "SELECT birth_day FROM person WHERE district = $1 AND id = $2",
        params![person.district(), person],
    )?;
    Ok(row.ok_or_else(Refusal::missing)?.0)
}

/// Takes both rows in the order of (district, id), whichever way round they are asked for, and gives them as asked.
///
/// # Errors
/// As [`lock`].
pub fn lock_two(tx: &mut Tx<'_>, a: Id<Person>, b: Id<Person>) -> Outcome<(Locked, Locked)> {
    if (a.district(), a) <= (b.district(), b) {
        let first = lock(tx, a)?;
        Ok((first, lock(tx, b)?))
    } else {
        let second = lock(tx, b)?;
        Ok((lock(tx, a)?, second))
    }
}

/// Counts a change of a person whose row is held; the new version goes into the event.
pub(crate) fn bump(tx: &mut Tx<'_>, locked: &Locked) -> Outcome<i64> {
    tx.execute_one(
        "UPDATE person SET version = version + 1 WHERE district = $1 AND id = $2",
        params![locked.id.district(), locked.id],
    )?;
    Ok(locked.version + 1)
}
