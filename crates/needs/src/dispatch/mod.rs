//! Asking volunteers: whom, in which order and why, the 60 seconds in which it can be undone, and their answer. The
//! first who accepts has it; whoever says no or nothing makes room for the next.

mod answer;
mod candidates;
mod offer;
#[cfg(test)]
mod tests;
mod timer;
pub(crate) mod words;

pub(crate) use answer::engagement_of;
pub use answer::{accept, decline, give_back};
pub use candidates::{CANDIDATES_MAX, Candidate, SUGGESTED, against, candidates};
pub(crate) use candidates::{Known, ranked};
pub use offer::{Offer, OfferState};
pub(crate) use offer::{close_open, my_offers, of_need};
pub use timer::{Ticked, tick};

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, Id, Instant, Person, Refusal};

use crate::{
    need::{self, Need},
    promise::Promises,
    state::State,
};

/// Seconds in which asking can be undone: nothing is sent before they are over.
pub const UNDO_SECONDS: i64 = 60;
/// Volunteers asked at once at most.
pub const ASKED_AT_ONCE_MAX: usize = 5;

/// Asks volunteers for a need: the first of the ranking when none is named. Nothing is sent for [`UNDO_SECONDS`].
///
/// # Errors
/// Forbidden outside the worker's area; `need-nobody-fits` when nobody is found; `need-volunteer-not-fitting` when one
/// who was named is not among those who fit; `need-too-many-asked`; `need-moved-on`.
pub fn dispatch(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, chosen: &[Id<Person>]) -> Outcome<Vec<Offer>> {
    let mut need = need::lock(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    if chosen.len() > ASKED_AT_ONCE_MAX {
        return Err(Refusal::conflict("need-too-many-asked").with("most", ASKED_AT_ONCE_MAX as i64).into());
    }
    if !need.state.may(State::Offered) {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    let best = ranked(tx, call, &need, usize::MAX)?;
    let picked: Vec<Candidate> = if chosen.is_empty() {
        best.into_iter().take(1).collect()
    } else {
        best.into_iter().filter(|one| chosen.contains(&one.person)).collect()
    };
    if picked.is_empty() && chosen.is_empty() {
        return Err(Refusal::conflict("need-nobody-fits").into());
    }
    if picked.len() < chosen.len() {
        return Err(Refusal::conflict("need-volunteer-not-fitting").into());
    }
    ask(tx, call, &mut need, &picked, call.now.plus_seconds(UNDO_SECONDS))
}

/// Writes the offers and moves the need on; `sent_at` is when they become visible.
fn ask(
    tx: &mut Tx<'_>,
    call: &Call,
    need: &mut Need,
    picked: &[Candidate],
    sent_at: Instant,
) -> Outcome<Vec<Offer>> {
    let first = !offer::asked_before(tx, need.id)?;
    let promises = Promises::load(tx, need.division, call.now.day())?;
    // An answer after the last moment to set out would help nobody.
    let last = need.ends_at - need.minutes;
    let answer_by = promises.answer_by(sent_at, need.urgent).min(last.max(sent_at));
    let offers = offer::insert(tx, call, need, picked, sent_at, answer_by)?;
    let count = offers.len() as i64;
    need.advance(tx, call, State::Offered, "", |event| {
        event.with("offers", count).with("first", i64::from(first))
    })?;
    Ok(offers)
}

/// Takes back what was asked and not yet sent.
///
/// # Errors
/// Forbidden outside the worker's area; `need-already-sent` when nothing can be taken back any more.
pub fn take_back(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let mut need = need::lock(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    if need.state != State::Offered || offer::delete_unsent(tx, &need, call.now)? == 0 {
        return Err(Refusal::conflict("need-already-sent").into());
    }
    if offer::open_count(tx, id)? == 0 {
        need.advance(tx, call, State::Verified, "taken-back", |event| event)?;
    }
    Ok(())
}

/// Asks the next of the ranking when nobody who was asked can still say yes; when there is nobody left, the need goes
/// back to the worker's list.
fn ask_next(tx: &mut Tx<'_>, call: &Call, need: &mut Need) -> Outcome<()> {
    if need.state != State::Offered || offer::open_count(tx, need.id)? > 0 {
        return Ok(());
    }
    let call = call.by_system();
    let still_time = call.now + need.minutes <= need.ends_at;
    let next = if still_time { ranked(tx, &call, need, 1)? } else { Vec::new() };
    if next.is_empty() {
        return need.advance(tx, &call, State::Verified, "nobody-left", |event| event);
    }
    ask(tx, &call, need, &next, call.now).map(drop)
}

/// Every offer of a need, the first asked first.
///
/// # Errors
/// Forbidden outside the worker's area; 404.
pub fn offers(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<Vec<Offer>> {
    call.actor.must(Action::DispatchNeeds, need::load(tx, id)?.division)?;
    offer::of_need(tx, id)
}
