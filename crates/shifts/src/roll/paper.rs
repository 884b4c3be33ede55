//! The signed paper sheet, typed in: who signed, and when they came and went as it stands there.
//!
//! It is noted as a roll call is, can be taken back as one, and becomes hours by the same [`super::settle`]. Only its
//! evidence differs: a sheet counts as of the time when it is entered within `hours.sheet_minutes` (a day) of the end, a
//! roll call within the hour. Later, the person's own yes is needed, as for everything that is typed late.

use db::{Outcome, Tx};
use hours::{Source, TypedReason};
use journal::Call;
use kernel::{FieldRefusal, Id, Instant, Minutes, Person, Refusal};

use super::{Present, note};
use crate::{
    shift::{self, Shift, ShiftCard},
    sign_up,
};

/// What is written this far from the planned time belongs to another day.
const FAR: Minutes = Minutes::from_hours(12);

/// A signed row of the sheet as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number on the sheet, from 1.
    pub number: usize,
    /// Who signed; `None` when what was sent is nobody's id.
    pub person: Option<Id<Person>>,
    /// When they came; `None` when it cannot be read.
    pub came_at: Option<Instant>,
    /// When they went; `None` when it cannot be read.
    pub left_at: Option<Instant>,
}

/// The instant that a time of day on the sheet means: of the day before, of the day or of the day after `planned`, whichever
/// lies nearest.
pub(crate) fn nearest(clock: &str, planned: Instant) -> Option<Instant> {
    let day = planned.day();
    let at = |n: i32| Instant::parse_local(&format!("{}T{clock}", day.plus(n)));
    [-1, 0, 1].into_iter().filter_map(at).min_by_key(|at| at.minutes_since(planned).number().abs())
}

/// Notes the signed rows of a sheet, all or none; until the instant it gives, [`super::undo_roll`] takes them back. Who is
/// on record by the leader's word already is passed over, as at a roll call; so late that it does not count by itself, a sheet
/// needs a `reason`, and after the due date somebody of the level above.
///
/// # Errors
/// 404; forbidden; `roll-too-early` (conflict) when the shift does not take place; `hours-too-late` (conflict);
/// `sheet-nothing`, `roll-reason-missing` (invalid); for every row
/// concerned, named by `row` and `person`: `sheet-row-unknown`, `sheet-row-own`, `sheet-row-twice`,
/// `sheet-row-unreadable`, `sheet-row-order`, `sheet-row-ahead` (invalid).
pub fn enter_sheet(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: Id<Shift>,
    rows: &[SheetRow],
    reason: Option<TypedReason>,
) -> Outcome<Instant> {
    let by = call.actor.signed_in()?;
    let shift = shift::store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    let placed: Vec<_> = sign_up::placed(tx, call, &shift)?.iter().map(|signup| signup.person).collect();
    if shift.state != "published" {
        return Err(Refusal::conflict("roll-too-early").into());
    }
    if rows.is_empty() {
        return Err(Refusal::invalid("rows", "sheet-nothing").into());
    }
    let (mut said, mut wrong): (Vec<Present>, Vec<FieldRefusal>) = (Vec::new(), Vec::new());
    for row in rows {
        let person = row.person.filter(|person| placed.contains(person));
        let read = match person {
            None => Err("sheet-row-unknown"),
            Some(person) if person == by => Err("sheet-row-own"),
            Some(person) if said.iter().any(|one| one.person == person) => Err("sheet-row-twice"),
            Some(person) => present(&shift, person, row, call.now),
        };
        match read {
            Ok(present) => said.push(present),
            Err(rule) => {
                let number = i64::try_from(row.number).unwrap_or(i64::MAX);
                let who = row.person.map(|person| person.to_string()).unwrap_or_default();
                let args = vec![("row", number.into()), ("person", who.into())];
                wrong.push(FieldRefusal { field: "rows", rule, args });
            }
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    note(tx, call, &shift, &said, (Source::Paper, reason))
}

/// What a row says of a person, or the rule that stands against it.
fn present(
    shift: &ShiftCard,
    person: Id<Person>,
    row: &SheetRow,
    now: Instant,
) -> Result<Present, &'static str> {
    let (Some(came_at), Some(left_at)) = (row.came_at, row.left_at) else {
        return Err("sheet-row-unreadable");
    };
    let is_near = came_at >= shift.starts_at - FAR && left_at <= shift.ends_at + FAR;
    let is_there = came_at < left_at && came_at < shift.ends_at && left_at > shift.starts_at;
    if !is_near || !is_there {
        return Err("sheet-row-order");
    }
    if left_at > now {
        return Err("sheet-row-ahead");
    }
    // Before the beginning is late by less than nothing.
    let (late, early) = (came_at.minutes_since(shift.starts_at), shift.ends_at.minutes_since(left_at));
    Ok(Present { person, came: true, late, early })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_the_nearest_one() {
        let planned = Instant::parse_local("2026-03-10T23:30").unwrap();
        let read = |clock| nearest(clock, planned).map(Instant::local_text);
        assert_eq!(read("23:10").as_deref(), Some("2026-03-10T23:10"));
        assert_eq!(read("00:20").as_deref(), Some("2026-03-11T00:20"));
        let planned = Instant::parse_local("2026-03-10T00:10").unwrap();
        assert_eq!(nearest("23:55", planned).map(Instant::local_text).as_deref(), Some("2026-03-09T23:55"));
        for wrong in ["", "九点", "25:00", "9", "09:60"] {
            assert_eq!(nearest(wrong, planned), None, "{wrong}");
        }
    }
}
