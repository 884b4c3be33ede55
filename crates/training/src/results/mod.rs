//! Results: who passed, said once for everybody. For ten minutes it can be taken back, and nothing comes of it; then
//! [`tick`] gives each learner their record and what passing gives, a transaction for each.

mod follow;
pub(crate) mod pages;

use db::{Outcome, Tx};
use journal::{Call, append};
use kernel::{FieldRefusal, Id, Instant, Minutes, Person, Refusal};

pub use follow::tick;

use crate::{
    enrol::store,
    roll::to_be_said_of,
    session::{self, Session, SessionCard},
};

/// So long results can be taken back.
pub const UNDO_MINUTES: Minutes = Minutes(10);

kernel::words! {
    /// What is said of one learner.
    Mark {
        /// 通过.
        Passed = "passed",
        /// 没通过: was there and did not pass.
        Failed = "failed",
        /// 没来.
        Absent = "absent",
    }
}

/// The result of one learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub person: Id<Person>,
    /// What.
    pub mark: Mark,
}

/// Says the result of everybody enrolled, and closes the session: until the instant it gives, [`undo_results`] takes it back.
/// The roll was called before. All or nothing.
///
/// # Errors
/// 404; forbidden; `training-cancelled`, `results-closed`, `training-not-begun`, `results-too-early`, `training-own`,
/// `results-roll-first`, `training-not-enrolled` (conflict); `result-missing` (invalid) for every person of whom nothing is
/// said, named by `person`.
pub fn close_results(tx: &mut Tx<'_>, call: &Call, session: Id<Session>, said: &[Said]) -> Outcome<Instant> {
    let (card, mut enrolled) = to_be_said_of(tx, call, session)?;
    if call.now < card.ends_at {
        return Err(Refusal::conflict("results-too-early").with("ends", card.ends_at).into());
    }
    if enrolled.iter().any(|one| one.present.is_none()) {
        return Err(Refusal::conflict("results-roll-first").into());
    }
    if said.iter().any(|said| enrolled.iter().all(|one| one.person != said.person)) {
        return Err(Refusal::conflict("training-not-enrolled").into());
    }
    let mut wrong = Vec::new();
    for one in &mut enrolled {
        let Some(said) = said.iter().find(|said| said.person == one.person) else {
            let args = vec![("person", one.person.to_string().into())];
            wrong.push(FieldRefusal { field: "result", rule: "result-missing", args });
            continue;
        };
        one.result = Some(said.mark);
        one.present = Some(said.mark != Mark::Absent);
        one.version += 1;
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    for one in &enrolled {
        store::put(tx, one, call.now)?;
    }
    let until = call.now + UNDO_MINUTES;
    let closed = SessionCard {
        state: "closing".to_owned(),
        closed_by: Some(call.actor.signed_in()?),
        follow_at: Some(until),
        version: card.version + 1,
        ..card
    };
    session::store::set(tx, &closed)?;
    let mut event = session::event("training.results_closed", &closed);
    for mark in Mark::ALL {
        let count = enrolled.iter().filter(|one| one.result == Some(*mark)).count();
        event = event.with(mark.word(), i64::try_from(count).unwrap_or(i64::MAX));
    }
    append(tx, call, event)?;
    Ok(until)
}

/// Takes the results back, as long as nothing has come of them; what was said stays as the proposal of the next time.
///
/// # Errors
/// 404; forbidden; `results-undo-late` (conflict).
pub fn undo_results(tx: &mut Tx<'_>, call: &Call, session: Id<Session>) -> Outcome<()> {
    let card = session::store::locked(tx, session)?.ok_or_else(Refusal::missing)?;
    card.must_be_held_by(call)?;
    if card.state != "closing" || card.follow_at.is_none_or(|until| until <= call.now) {
        return Err(Refusal::conflict("results-undo-late").into());
    }
    let open = SessionCard {
        state: "planned".to_owned(),
        closed_by: None,
        follow_at: None,
        version: card.version + 1,
        ..card
    };
    session::store::set(tx, &open)?;
    append(tx, call, session::event("training.results_undone", &open))?;
    Ok(())
}
