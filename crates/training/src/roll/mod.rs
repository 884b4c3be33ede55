//! The roll of a session: who was there, said by who holds it, from its beginning until its results are closed.

pub(crate) mod pages;

use db::{Outcome, Tx};
use journal::{Call, append};
use kernel::{Id, Person, Refusal};
use people::Card;
use vault::Phone;

use crate::{
    EnrolmentCard,
    enrol::{self, event, store},
    notice::{Notice, tell},
    session::{self, Session, SessionCard},
};

/// One person of the list.
#[derive(Clone, Debug)]
pub struct RollLine {
    /// Who, masked.
    pub card: Card,
    /// Their place, and what was said of them.
    pub enrolment: EnrolmentCard,
}

/// Everybody who has a place, in the order in which they enrolled; of a session that is over, with their results.
///
/// # Errors
/// 404; forbidden outside the asker's area.
pub fn roll(tx: &mut Tx<'_>, call: &Call, session: Id<Session>) -> Outcome<(SessionCard, Vec<RollLine>)> {
    let session = session::session(tx, session)?;
    session.must_be_held_by(call)?;
    let enrolments = store::of_session(tx, session.id)?;
    let people: Vec<Id<Person>> = enrolments.iter().map(|one| one.person).collect();
    let mut cards = people::cards(tx, &people)?;
    let lines = enrolments
        .into_iter()
        .filter_map(|enrolment| Some(RollLine { card: cards.remove(&enrolment.person)?, enrolment }));
    Ok((session, lines.collect()))
}

/// Notes who of the enrolled was there; who is not named stays as they were. It may be said again until the results are
/// closed. All or nothing.
///
/// # Errors
/// 404; forbidden; `training-cancelled`, `results-closed`, `training-not-begun`, `training-own`, `training-not-enrolled`
/// (conflict).
pub fn call_roll(
    tx: &mut Tx<'_>,
    call: &Call,
    session: Id<Session>,
    said: &[(Id<Person>, bool)],
) -> Outcome<()> {
    let (card, mut enrolled) = to_be_said_of(tx, call, session)?;
    for (person, present) in said {
        let one = enrolled.iter_mut().find(|one| one.person == *person);
        let one = one.ok_or_else(|| Refusal::conflict("training-not-enrolled"))?;
        if one.present != Some(*present) {
            // What was said of the result before it was taken back goes with it.
            (one.present, one.result, one.version) = (Some(*present), None, one.version + 1);
            store::put(tx, one, call.now)?;
        }
    }
    let there = enrolled.iter().filter(|one| one.present == Some(true)).count();
    let called = SessionCard { version: card.version + 1, ..card };
    session::store::set(tx, &called)?;
    let event = session::event("training.roll_called", &called)
        .with("enrolled", i64::try_from(enrolled.len()).unwrap_or(i64::MAX))
        .with("present", i64::try_from(there).unwrap_or(i64::MAX));
    append(tx, call, event)?;
    Ok(())
}

/// The session under its lock and who is enrolled, for who may say something of them now: nobody says anything of a session
/// in which they learn themselves.
pub(crate) fn to_be_said_of(
    tx: &mut Tx<'_>,
    call: &Call,
    session: Id<Session>,
) -> Outcome<(SessionCard, Vec<EnrolmentCard>)> {
    let card = session::store::locked(tx, session)?.ok_or_else(Refusal::missing)?;
    card.must_be_held_by(call)?;
    session::must_be_planned(&card)?;
    if call.now < card.starts_at {
        return Err(Refusal::conflict("training-not-begun").with("starts", card.starts_at).into());
    }
    let mut enrolled = store::of_session(tx, session)?;
    enrolled.retain(|one| one.state == "enrolled");
    if enrolled.iter().any(|one| Some(one.person) == call.actor.person) {
        return Err(Refusal::conflict("training-own").into());
    }
    Ok((card, enrolled))
}

/// Gives the volunteer with this phone a free place on the spot and notes that they are there; they are told. Its transaction
/// is called `training_walk_in`: it writes in the person's and in the session's district.
///
/// # Errors
/// 404; forbidden; `training-walk-in-unknown` (invalid); `training-not-begun`, and as [`enrol::enrol`] (conflict).
pub fn walk_in(tx: &mut Tx<'_>, call: &Call, session: Id<Session>, phone: &Phone) -> Outcome<Id<Person>> {
    session::session(tx, session)?.must_be_held_by(call)?;
    let unknown = || Refusal::invalid("phone", "training-walk-in-unknown");
    let person = people::person_by_phone(tx, call.keys(), phone)?.ok_or_else(unknown)?;
    let locked = people::lock(tx, person)?;
    if !locked.volunteer {
        return Err(unknown().into());
    }
    let (card, _) = to_be_said_of(tx, call, session)?;
    let enrolment = enrol::place(tx, call, &card, &locked, Some(true))?;
    append(tx, call, event("training.walked_in", &card, &enrolment))?;
    tell(tx, call, Notice::WalkIn, person, &card)?;
    Ok(person)
}
