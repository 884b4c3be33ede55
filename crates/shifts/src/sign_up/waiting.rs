//! The waiting list moves by itself.
//!
//! Driven by a timer, not by a consumer of the journal: a consumer's transaction takes many events, so it would hold
//! one shift while it locks the next person, against the order person, then shift, and it would write in as many
//! districts as people wait. Here every candidate is a transaction of its own, and what was missed in a crash is seen
//! at the next tick, because the condition is read from the rows: a place is free and somebody waits.

use std::sync::Arc;

use db::{Db, Failure, Fault, Outcome, Tx, params};
use journal::{Call, Kit};
use kernel::{Actor, District, Id, Instant, Refusal};

use super::{SignupCard, event, leave, rules, store};
use crate::shift::{self, Shift, ShiftCard};

/// What [`tick`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// People who got a place.
    pub placed: usize,
    /// People released from a shift that was called off.
    pub released: usize,
}

/// Gives free places to those who wait and releases those whose shift was called off, in every district. To be called
/// every second or so; several processes may.
///
/// # Errors
/// A [`Fault`]; one candidate's refusal is logged and the next is tried.
pub fn tick(db: &Db, kit: &Arc<Kit>) -> Result<Moved, Fault> {
    let districts: Vec<(District,)> =
        db.read_now("waiting_districts", |tx| tx.query("SELECT district FROM journal_head", params![]))?;
    let mut moved = Moved::default();
    for (district,) in districts {
        let now = kit.clock.now();
        let shifts = db.read_now("waiting_shifts", move |tx| shift::store::to_move(tx, district, now))?;
        for (shift,) in shifts {
            let done = move_up(db, kit, shift)?;
            moved.placed += done.placed;
            moved.released += done.released;
        }
    }
    Ok(moved)
}

/// [`tick`] for one shift.
///
/// # Errors
/// As [`tick`].
pub fn move_up(db: &Db, kit: &Arc<Kit>, shift: Id<Shift>) -> Result<Moved, Fault> {
    let now = kit.clock.now();
    let queue = unless_refused(db.read_now("waiting_pick", move |tx| queue(tx, shift, now)))?;
    let mut moved = Moved::default();
    let Some((card, queue)) = queue else { return Ok(moved) };
    for candidate in queue {
        let (person, from, to) = (candidate.person, card.starts_at, card.ends_at);
        let is_busy = card.state == "published"
            && unless_refused(
                db.read_now("waiting_pick", move |tx| people::is_busy(tx, person, from, to, None)),
            )? == Some(true);
        // Who is promised elsewhere keeps their place in the queue and costs no transaction.
        if is_busy {
            continue;
        }
        let (kit, one) = (Arc::clone(kit), candidate.clone());
        let outcome = db.write_now("waiting_move_up", move |tx| {
            let call = Call::new(&kit, Actor::system());
            take(tx, &call, &one)
        });
        match unless_refused(outcome)? {
            Some(Taken::Placed) => moved.placed += 1,
            Some(Taken::Released) => moved.released += 1,
            Some(Taken::Passed) => {}
            Some(Taken::Full) => break,
            None => tracing::warn!(%shift, signup = %candidate.id, "could not be moved up"),
        }
    }
    Ok(moved)
}

fn unless_refused<T>(outcome: Outcome<T>) -> Result<Option<T>, Fault> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Fault(fault)) => Err(fault),
        Err(Failure::Refused(_)) => Ok(None),
    }
}

/// Without a lock: the shift and those whose sign-up may move, in order.
fn queue(tx: &mut Tx<'_>, shift: Id<Shift>, now: Instant) -> Outcome<(ShiftCard, Vec<SignupCard>)> {
    let card = shift::shift(tx, shift)?;
    let mut queue = Vec::new();
    if card.state == "cancelled" {
        queue.extend(store::in_state(tx, shift, "placed")?);
    }
    if card.state == "cancelled" || (card.is_open(now) && card.free() > 0) {
        queue.extend(store::in_state(tx, shift, "waiting")?);
    }
    Ok((card, queue))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Placed,
    Released,
    /// No longer waiting, busy, or not eligible: the next one's turn.
    Passed,
    /// No place is free: nobody's turn.
    Full,
}

/// Person, then shift, then everything is looked at again.
fn take(tx: &mut Tx<'_>, call: &Call, candidate: &SignupCard) -> Outcome<Taken> {
    people::lock(tx, candidate.person)?;
    let card = shift::store::locked(tx, candidate.shift)?.ok_or_else(Refusal::missing)?;
    let signup = store::of(tx, card.id, candidate.person)?.filter(SignupCard::stands);
    let Some(signup) = signup else { return Ok(Taken::Passed) };
    if card.state == "cancelled" {
        leave(tx, call, &card, &signup, "cancelled")?;
        return Ok(Taken::Released);
    }
    if signup.state != "waiting" {
        return Ok(Taken::Passed);
    }
    if card.free() == 0 {
        return Ok(Taken::Full);
    }
    let facts = people::volunteer_facts(tx, signup.person, (card.starts_at, card.ends_at))?;
    if !rules::reasons(&card, facts.as_ref(), false, call.now).is_empty() {
        return Ok(Taken::Passed);
    }
    store::set(tx, signup.id, "placed", signup.queued_at)?;
    people::commit(tx, signup.person, card.id, card.division, card.starts_at, card.ends_at)?;
    shift::store::set_counts(tx, card.id, card.taken + 1, card.waiting - 1)?;
    let moved = SignupCard { version: signup.version + 1, ..signup };
    journal::append(tx, call, event("signup.moved_up", &card, &moved))?;
    Ok(Taken::Placed)
}
