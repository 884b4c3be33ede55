//! Asking volunteers in waves: whom, how many at a time and why, the 60 seconds in which it can be undone, and their
//! answer. The first who accepts has it, and whoever else was asked hears so in kind words. Who says no is replaced at
//! once; when a wave has waited long enough the next one goes ([`tick`]); when nobody is left, enough were asked or the
//! promised time is here, the need is back on its worker's list with the reason. The rule of all this is
//! [`matching::waves`]; here is what it looks at ([`Wave`]) and what follows ([`follow`]).

mod answer;
mod candidates;
mod history;
mod messages;
mod offer;
#[cfg(test)]
mod tests;
mod timer;
mod wave;
#[cfg(test)]
mod wave_tests;
pub(crate) mod words;

pub(crate) use answer::engagement_of;
pub use answer::{accept, decline, give_back};
pub use candidates::{CANDIDATES_MAX, Candidate, SUGGESTED, against, candidates};
pub(crate) use candidates::{Crowd, Known};
pub(crate) use messages::{Closing, close_open, say, tell_heard};
pub use offer::{Offer, OfferState};
pub(crate) use offer::{my_offers, of_need};
pub use timer::{Ticked, forget_recordings, tick};
pub(crate) use wave::{Wave, until};

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
/// Volunteers a worker can name at once: as many as the largest wave holds.
pub const ASKED_AT_ONCE_MAX: usize = 15;

/// Asks volunteers for a need: those named, or else the first wave; later waves follow by themselves. Nothing is sent for
/// [`UNDO_SECONDS`]. Nobody is asked at once where all who fit are left in peace for a while: [`Need::look_at`] says
/// until when.
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
    let promises = Promises::load(tx, need.division, call.now.day())?;
    need.ask_until = Some(until(&need, call, &promises));
    let crowd = Crowd::load(tx, call, &need, chosen)?;
    let wave = Wave::decide(tx, call, &need, (&crowd, &promises), true)?;
    let sent_at = call.now.plus_seconds(UNDO_SECONDS);
    if chosen.is_empty() || wave.is_of(chosen) {
        if wave.decision.stop.is_some() {
            return Err(Refusal::conflict("need-nobody-fits").into());
        }
        return follow(tx, call, &mut need, (&wave, &crowd.known, &promises), sent_at);
    }
    let named = crowd.among(chosen, call.now);
    if named.len() < chosen.len() {
        return Err(Refusal::conflict("need-volunteer-not-fitting").into());
    }
    // Who was named has their time to answer; then the waves go on.
    let answer_by = answer_by(&need, &promises, sent_at);
    need.look_at = Some(answer_by);
    need.asking = words::NAMED.to_owned();
    ask(tx, call, &mut need, &named, (sent_at, answer_by))
}

/// By when somebody who is told at `sent_at` must answer: later than the last moment to set out would help nobody.
fn answer_by(need: &Need, promises: &Promises, sent_at: Instant) -> Instant {
    let last = need.ends_at - need.minutes;
    promises.answer_by(sent_at, need.urgent).min(last.max(sent_at))
}

/// Does what was decided: asks those of the wave, or notes when it is decided again. When nobody is being asked any more
/// the need is open to whoever comes by themselves; when it stops as well, it waits for its worker.
fn follow(
    tx: &mut Tx<'_>,
    call: &Call,
    need: &mut Need,
    (wave, known, promises): (&Wave, &Known, &Promises),
    sent_at: Instant,
) -> Outcome<Vec<Offer>> {
    need.look_at = wave.decision.next_at;
    need.asking = words::of_decision(&wave.decision);
    if !wave.ask.is_empty() {
        let answer_by = answer_by(need, promises, sent_at);
        return ask(tx, call, need, &wave.ask, (sent_at, answer_by));
    }
    let awaited = known.offers.iter().any(|offer| offer.state.is_open());
    if need.state == State::Offered && !awaited {
        let note = wave.decision.stop.map_or("later", |stop| stop.rule());
        need.advance(tx, call, State::Verified, note, |event| event)?;
    } else {
        need.note_asking(tx)?;
    }
    Ok(Vec::new())
}

/// Writes the offers and moves the need on; `sent_at` is when they become visible.
fn ask(
    tx: &mut Tx<'_>,
    call: &Call,
    need: &mut Need,
    picked: &[Candidate],
    (sent_at, answer_by): (Instant, Instant),
) -> Outcome<Vec<Offer>> {
    let first = !offer::asked_before(tx, need.id)?;
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
        need.stop_asking();
        need.advance(tx, call, State::Verified, "taken-back", |event| event)?;
    }
    Ok(())
}

/// Decides anew for a need for which volunteers are asked: somebody said no or nothing, or the wave has waited long enough.
fn go_on(tx: &mut Tx<'_>, call: &Call, need: &mut Need) -> Outcome<()> {
    if !need.state.is_open() {
        return Ok(());
    }
    let call = call.by_system();
    let crowd = Crowd::load(tx, &call, need, &[])?;
    let promises = Promises::load(tx, need.division, call.now.day())?;
    let wave = Wave::decide(tx, &call, need, (&crowd, &promises), false)?;
    follow(tx, &call, need, (&wave, &crowd.known, &promises), call.now).map(drop)
}

/// Every offer of a need, the first asked first.
///
/// # Errors
/// Forbidden outside the worker's area; 404.
pub fn offers(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<Vec<Offer>> {
    call.actor.must(Action::DispatchNeeds, need::load(tx, id)?.division)?;
    of_need(tx, id)
}
