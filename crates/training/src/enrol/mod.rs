//! Enrolment: one volunteer, one place. The session's row holds "never one person too many": `taken` is read and written under
//! its lock, which is taken after the person's.
//!
//! Nobody is kept from learning by another promise; the page says that there is one. A volunteer of 10 to 17 has joined with
//! a guardian's consent, and no more is asked here.

pub(crate) mod pages;
pub(crate) mod store;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Id, Person, Refusal};
use people::Locked;

use crate::{
    Mark,
    notice::{Notice, tell},
    own,
    session::{self, Session, SessionCard},
};

/// Mark of an enrolment's id.
#[derive(Debug)]
pub enum Enrolment {}

/// An enrolment as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentCard {
    /// Its id.
    pub id: Id<Enrolment>,
    /// In which session.
    pub session: Id<Session>,
    /// Whose.
    pub person: Id<Person>,
    /// `enrolled`, `withdrawn`, `cancelled` with the session; the word of a [`Mark`] once results stand.
    pub state: String,
    /// Whether they were there; nothing until the roll is called.
    pub present: Option<bool>,
    /// What was said of them and may still be taken back.
    pub result: Option<Mark>,
    /// How many changes it has seen.
    pub version: i64,
}

/// Gives the asker, a volunteer, a place, and tells them. Its transaction is called `training_enrol`: it writes in the
/// person's and in the session's district.
///
/// # Errors
/// Sign in first; 404; `training-not-volunteer`, `training-cancelled`, `training-begun`, `training-own`,
/// `training-already`, `training-full` (conflict).
pub fn enrol(tx: &mut Tx<'_>, call: &Call, session: Id<Session>) -> Outcome<()> {
    let locked = people::lock(tx, call.actor.signed_in()?)?;
    let card = session::store::locked(tx, session)?.ok_or_else(Refusal::missing)?;
    if card.state != "cancelled" && card.starts_at <= call.now {
        return Err(Refusal::conflict("training-begun").into());
    }
    let enrolment = place(tx, call, &card, &locked, None)?;
    append(tx, call, event("training.enrolled", &card, &enrolment))?;
    tell(tx, call, Notice::Enrolled, locked.id, &card)
}

/// Writes a place in a session, in both districts, under the locks of person and session.
pub(crate) fn place(
    tx: &mut Tx<'_>,
    call: &Call,
    card: &SessionCard,
    locked: &Locked,
    present: Option<bool>,
) -> Outcome<EnrolmentCard> {
    session::must_be_planned(card)?;
    let old = store::of(tx, card.id, locked.id)?;
    let refuse = |rule| Err(Refusal::conflict(rule).into());
    if !locked.volunteer {
        return refuse("training-not-volunteer");
    }
    if locked.id == card.trainer {
        return refuse("training-own");
    }
    if old.as_ref().is_some_and(|old| old.state == "enrolled") {
        return refuse("training-already");
    }
    if card.free() <= 0 {
        return refuse("training-full");
    }
    let enrolment = EnrolmentCard {
        id: old.as_ref().map_or_else(|| call.id(card.id.district()), |old| old.id),
        session: card.id,
        person: locked.id,
        state: "enrolled".to_owned(),
        present,
        result: None,
        version: old.map_or(1, |old| old.version + 1),
    };
    store::put(tx, &enrolment, call.now)?;
    session::store::set_taken(tx, card.id, card.taken + 1)?;
    own::store::put(tx, locked.id, card, "enrolled")?;
    Ok(enrolment)
}

/// Gives the asker's place back, before the session begins. Its transaction is called `training_withdraw`: it writes in the
/// person's and in the session's district.
///
/// # Errors
/// Sign in first; 404; `training-not-enrolled`, `training-withdraw-late` (conflict).
pub fn withdraw(tx: &mut Tx<'_>, call: &Call, session: Id<Session>) -> Outcome<()> {
    let person = call.actor.signed_in()?;
    people::lock(tx, person)?;
    let card = session::store::locked(tx, session)?.ok_or_else(Refusal::missing)?;
    let old = store::of(tx, session, person)?.filter(|old| old.state == "enrolled");
    let old = old.ok_or_else(|| Refusal::conflict("training-not-enrolled"))?;
    if card.starts_at <= call.now {
        return Err(Refusal::conflict("training-withdraw-late").into());
    }
    let gone = EnrolmentCard { state: "withdrawn".to_owned(), version: old.version + 1, ..old };
    store::put(tx, &gone, call.now)?;
    session::store::set_taken(tx, session, card.taken - 1)?;
    own::store::put(tx, person, &card, "withdrawn")?;
    append(tx, call, event("training.withdrawn", &card, &gone))?;
    Ok(())
}

/// How the asker stands to the session: the state of their enrolment, or empty. One statement, none for a guest.
///
/// # Errors
/// A fault.
pub fn own_state(tx: &mut Tx<'_>, call: &Call, session: Id<Session>) -> Outcome<String> {
    let Some(person) = call.actor.person else { return Ok(String::new()) };
    Ok(store::of(tx, session, person)?.map(|one| one.state).unwrap_or_default())
}

/// An event of the enrolment as it stands after the change.
pub(crate) fn event(kind: &'static str, card: &SessionCard, enrolment: &EnrolmentCard) -> Event {
    Event::new(kind, enrolment.id.district(), enrolment.id, enrolment.version)
        .with("division", card.division.to_string())
        .with_id("session", card.id)
        .with_id("person", enrolment.person)
}
