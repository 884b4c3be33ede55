//! The leader's roll call: who was there, late or gone early.
//!
//! What was said is noted at once, for everybody in one transaction, and can be taken back for ten minutes: until then
//! no signal, no hour and no message comes of it. Then [`settle`] makes it hours, a transaction for each person; what
//! is refused then stands on the roll with its reason. The signals say when the leader spoke, not when they were noted.

pub(crate) mod pages;
pub(crate) mod paper;
pub(crate) mod photos;
mod settle;
pub(crate) mod sheet;
mod store;
pub(crate) mod walk_in;

use db::{Outcome, Tx};
use hours::{AttendanceRow, Source, TypedReason};
use journal::{Call, Event, append};
use kernel::{Action, FieldRefusal, Id, Instant, Minutes, Person, Refusal};
use people::Card;

pub(crate) use settle::settle;

use crate::{
    shift::{self, Shift, ShiftCard},
    sign_up,
};

/// So long a roll call can be taken back.
pub const UNDO_MINUTES: Minutes = Minutes(10);

/// Mark of the id of what was said of one person.
#[derive(Debug)]
pub enum RollCall {}

/// One person of the list.
#[derive(Clone, Debug)]
pub struct RollLine {
    /// Who, masked.
    pub card: Card,
    /// What is known of their presence.
    pub presence: Option<AttendanceRow>,
    /// What the asker said of them, or else somebody else last.
    pub said: Option<Said>,
}

impl RollLine {
    /// Whether `caller` has still something to say of this person.
    pub(crate) fn is_open(&self, caller: Option<Id<Person>>) -> bool {
        let own = self.said.as_ref().filter(|said| Some(said.called_by) == caller);
        !self.presence.as_ref().is_some_and(is_recorded) && own.is_none_or(|said| !said.is_over())
    }
}

/// What the leader says of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub person: Id<Person>,
    /// Whether they came.
    pub came: bool,
    /// So much later than planned; on a paper sheet it may be less than nothing: they came before.
    pub late: Minutes,
    /// Gone so much earlier than planned; on a paper sheet it may be less than nothing: they stayed on.
    pub early: Minutes,
}

/// What was said of one person, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its id.
    pub id: Id<RollCall>,
    /// At which shift.
    pub shift: Id<Shift>,
    /// What.
    pub present: Present,
    /// By what: [`Source::RollCall`] or [`Source::Paper`].
    pub source: Source,
    /// Who said it.
    pub called_by: Id<Person>,
    /// When.
    pub called_at: Instant,
    /// Until when it can be taken back.
    pub settles_at: Instant,
    /// `called`, `undone`, `settled`, `waits` for the person's own yes because it was said too late to count by itself,
    /// or `refused` when no hours could be made of it.
    pub state: String,
    /// Name of the rule that refused, or empty.
    pub refused: String,
    /// Why it was said so late that it does not count by itself; nothing where it does.
    pub reason: Option<TypedReason>,
    /// How many changes it has seen.
    pub version: i64,
}

impl Said {
    /// Whether it became what it becomes, and is not said again.
    fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "settled" | "waits")
    }

    fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, self.id.district(), self.id, self.version)
            .with_id("shift", self.shift)
            .with_id("person", self.present.person)
    }
}

/// Everybody who has a place in the shift, in the order of sign-up.
///
/// # Errors
/// 404; forbidden.
pub fn roll(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<(ShiftCard, Vec<RollLine>)> {
    let shift = shift::shift(tx, shift)?;
    let signups = sign_up::placed(tx, call, &shift)?;
    let people: Vec<Id<Person>> = signups.iter().map(|signup| signup.person).collect();
    let cards = people::cards(tx, &people)?;
    let rows = hours::of_engagement(tx, shift.id.district(), shift.id)?;
    let said = store::of_shift(tx, shift.id)?;
    let lines = people.iter().filter_map(|person| {
        let presence = rows.iter().find(|row| row.person == *person).cloned();
        let own = |said: &&Said| (Some(said.called_by) == call.actor.person, said.called_at);
        let said = said.iter().filter(|said| said.present.person == *person).max_by_key(own).cloned();
        Some(RollLine { card: cards.get(person)?.clone(), presence, said })
    });
    let lines = lines.collect();
    Ok((shift, lines))
}

/// Notes what the caller says of these people; until the instant it gives, [`undo_roll`] takes it back. Who is called
/// again meanwhile is noted anew. Somebody beside the leader who calls too is a second witness, also of hours that are
/// on record: their grade may rise. What is said too late to count by itself needs a `reason`, and after the due date
/// somebody of the level above. All or nothing.
///
/// # Errors
/// 404; forbidden; `roll-too-early`, `roll-not-signed-up`, `hours-own`, `hours-too-late` (conflict);
/// `roll-reason-missing` (invalid); `roll-no-time-left` (invalid) for every person concerned, named by `person`.
pub fn call_roll(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: Id<Shift>,
    said: &[Present],
    reason: Option<TypedReason>,
) -> Outcome<Instant> {
    let called_by = call.actor.signed_in()?;
    let shift = shift::store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    let placed = sign_up::placed(tx, call, &shift)?;
    let mut wrong = Vec::new();
    for one in said {
        if one.person == called_by {
            return Err(Refusal::conflict("hours-own").into());
        }
        if !placed.iter().any(|signup| signup.person == one.person) {
            return Err(Refusal::conflict("roll-not-signed-up").into());
        }
        if fits(&shift, one) {
            check(&shift, one, call.now)?;
        } else {
            let args = vec![("person", one.person.to_string().into())];
            wrong.push(FieldRefusal { field: "late", rule: "roll-no-time-left", args });
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    note(tx, call, &shift, said, (Source::RollCall, reason))
}

/// Notes what was checked, under the lock of the shift; gives until when it can be taken back.
fn note(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: &ShiftCard,
    said: &[Present],
    (source, reason): (Source, Option<TypedReason>),
) -> Outcome<Instant> {
    let called_by = call.actor.signed_in()?;
    let is_late = is_late(tx, call, shift, source)?;
    let rows = hours::of_engagement(tx, shift.id.district(), shift.id)?;
    let before = store::of_shift(tx, shift.id)?;
    let settles_at = call.now + UNDO_MINUTES;
    for one in said {
        let old = before.iter().find(|old| (old.present.person, old.called_by) == (one.person, called_by));
        let recorded = rows.iter().any(|row| row.person == one.person && is_recorded(row));
        if (recorded && called_by == shift.leader) || old.is_some_and(Said::is_over) {
            continue;
        }
        // Whose coming and going is known needs no word of the leader for it.
        let row = rows.iter().find(|row| row.person == one.person);
        let is_known = row.is_some_and(|row| row.arrived_at.is_some() && row.left_at.is_some());
        let is_typed = is_late && one.came && !is_known;
        if is_typed && reason.is_none() {
            return Err(Refusal::invalid("reason", "roll-reason-missing").into());
        }
        let new = Said {
            reason: reason.filter(|_| is_typed),
            id: old.map_or_else(|| call.id(shift.id.district()), |old| old.id),
            shift: shift.id,
            present: *one,
            source,
            called_by,
            called_at: call.now,
            settles_at,
            state: "called".to_owned(),
            refused: String::new(),
            version: old.map_or(1, |old| old.version + 1),
        };
        if new.version == 1 {
            store::insert(tx, &new)?;
        } else {
            // The follow-up of the last call may be at work on it at this moment.
            let now = store::locked(tx, new.id)?;
            if now.is_none_or(|now| now.version + 1 != new.version) {
                return Err(db::Fault::Again("the roll was followed up meanwhile".to_owned()).into());
            }
            store::update(tx, &new)?;
        }
        let event = new
            .event("roll.called")
            .with("source", source.word())
            .with("came", i64::from(one.came))
            .with("late", one.late.number())
            .with("early", one.early.number());
        append(tx, call, event)?;
    }
    Ok(settles_at)
}

/// Whether what is said now comes too late to count by itself. After the due date nobody but the level above says anything.
fn is_late(tx: &mut Tx<'_>, call: &Call, shift: &ShiftCard, source: Source) -> Outcome<bool> {
    let deadlines = hours::deadlines(tx, call, shift.division, (shift.starts_at, shift.ends_at))?;
    let is_above = call.actor.may(Action::ReviewHours, shift.division.parent());
    if call.now.day() > deadlines.due && !is_above {
        return Err(Refusal::conflict("hours-too-late").with("until", deadlines.due).into());
    }
    Ok(call.now > if source == Source::Paper { deadlines.sheet } else { deadlines.roll })
}

/// Nothing is said of a time that has not been.
fn check(shift: &ShiftCard, said: &Present, now: Instant) -> Result<(), Refusal> {
    let from = if said.came { shift.ends_at - said.early } else { shift.starts_at };
    if shift.state != "published" || now < from { Err(Refusal::conflict("roll-too-early")) } else { Ok(()) }
}

/// Whether any time is left between coming and going.
fn fits(shift: &ShiftCard, said: &Present) -> bool {
    let length = shift.ends_at.minutes_since(shift.starts_at);
    let is_part = |minutes: Minutes| (Minutes::ZERO..length).contains(&minutes);
    !said.came || (is_part(said.late) && is_part(said.early) && said.late + said.early < length)
}

/// Takes back what the actor said at the last roll call, as far as it has not become hours.
///
/// # Errors
/// 404; forbidden; `roll-undo-late` (conflict).
pub fn undo_roll(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<usize> {
    let shift = shift::store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    shift.must_be_run_by(call)?;
    let open = store::open_locked(tx, shift.id, call.actor.signed_in()?, call.now)?;
    if open.is_empty() {
        return Err(Refusal::conflict("roll-undo-late").into());
    }
    let count = open.len();
    for said in open {
        let undone = Said { state: "undone".to_owned(), version: said.version + 1, ..said };
        store::update(tx, &undone)?;
        append(tx, call, undone.event("roll.undone"))?;
    }
    Ok(count)
}

/// Whether the hours of a presence are recorded.
pub(crate) fn is_recorded(row: &AttendanceRow) -> bool {
    row.state == "recorded"
}
