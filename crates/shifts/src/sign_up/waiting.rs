//! Sign-ups move by themselves: up from the waiting list, along with a shift whose time or place changed, and out of
//! one that was called off.
//!
//! Driven by a timer, not by a consumer of the journal: a consumer's transaction takes many events, so it would hold
//! one shift while it locks the next person, against the order person, then shift, and it would write in as many
//! districts as people wait. Here every candidate is a transaction of its own, and what was missed in a crash is seen
//! at the next tick, because the condition is read from the rows: a place is free and somebody waits, or somebody has
//! not followed.

use std::sync::Arc;

use db::{Db, Failure, Fault, Outcome, Tx, unless_refused};
use journal::{Call, Kit};
use kernel::{Actor, District, Id, Instant, Refusal};

use super::{SignupCard, event, leave, rules, store};
use crate::{
    notice::{Notice, tell},
    shift::{self, Shift, ShiftCard},
};

/// What [`crate::tick`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// People who got a place.
    pub placed: usize,
    /// People who followed a change of time or place.
    pub followed: usize,
    /// People released from a shift that was called off, or that moved to a time at which they are promised elsewhere.
    pub released: usize,
    /// Answers of a roll call that became hours, or a refusal to be looked at.
    pub settled: usize,
    /// People who were asked when they left.
    pub asked: usize,
    /// People who were told that a record has its day.
    pub reminded: usize,
}

/// Moves what has to move in these districts. Several processes may.
///
/// # Errors
/// A [`Fault`]; one candidate's refusal is logged and the next is tried.
pub(crate) fn tick(db: &Db, kit: &Arc<Kit>, districts: &[District]) -> Result<Moved, Fault> {
    let mut moved = Moved::default();
    for &district in districts {
        let now = kit.clock.now();
        let shifts = db.read_now("waiting_shifts", move |tx| shift::store::to_move(tx, district, now))?;
        for (shift,) in shifts {
            let done = move_up(db, kit, shift)?;
            moved.placed += done.placed;
            moved.followed += done.followed;
            moved.released += done.released;
        }
    }
    Ok(moved)
}

/// `tick` for one shift.
///
/// # Errors
/// As `tick`.
pub fn move_up(db: &Db, kit: &Arc<Kit>, shift: Id<Shift>) -> Result<Moved, Fault> {
    let now = kit.clock.now();
    let queue = unless_refused(db.read_now("waiting_pick", move |tx| queue(tx, shift, now)))?;
    let mut moved = Moved::default();
    let Some(Queue { card, behind, waiting }) = queue else { return Ok(moved) };
    let take_one = |candidate: SignupCard| {
        let (kit, id) = (Arc::clone(kit), candidate.id);
        let outcome = db.write_now("waiting_move_up", move |tx| {
            let call = Call::new(&kit, Actor::system());
            take(tx, &call, &candidate)
        });
        let taken = unless_refused(outcome)?;
        if taken.is_none() {
            tracing::warn!(%shift, signup = %id, "could not be moved");
        }
        Ok::<_, Fault>(taken)
    };
    let is_behind = !behind.is_empty();
    for candidate in behind {
        match take_one(candidate)? {
            Some(Taken::Followed) => moved.followed += 1,
            Some(Taken::Released) => moved.released += 1,
            _ => {}
        }
    }
    if is_behind || card.unfollowed {
        db.write_now("waiting_followed", move |tx| {
            let card = shift::store::locked(tx, shift)?;
            card.map_or(Ok(false), |card| shift::store::settle_followed(tx, &card))
        })?;
    }
    for candidate in waiting {
        let (person, from, to) = (candidate.person, card.starts_at, card.ends_at);
        let busy = db.read_now("waiting_pick", move |tx| people::is_busy(tx, person, from, to, None));
        // Who is promised elsewhere keeps their place in the queue and costs no transaction.
        if unless_refused(busy)? == Some(true) {
            continue;
        }
        match take_one(candidate)? {
            Some(Taken::Placed) => moved.placed += 1,
            Some(Taken::Full) => break,
            _ => {}
        }
    }
    Ok(moved)
}

/// What is to be done for one shift, as seen without a lock.
struct Queue {
    card: ShiftCard,
    /// Who has not followed a change or the end.
    behind: Vec<SignupCard>,
    /// Who may get a free place, in order.
    waiting: Vec<SignupCard>,
}

fn queue(tx: &mut Tx<'_>, shift: Id<Shift>, now: Instant) -> Outcome<Queue> {
    let card = shift::shift(tx, shift)?;
    let mut waiting = store::in_state(tx, shift, "waiting")?;
    let mut behind = Vec::new();
    if card.unfollowed {
        behind = store::in_state(tx, shift, "placed")?;
        behind.append(&mut waiting);
        behind.retain(|signup| is_behind(&card, signup));
    } else if !card.is_open(now) || card.free() == 0 {
        waiting.clear();
    }
    Ok(Queue { card, behind, waiting })
}

fn is_behind(card: &ShiftCard, signup: &SignupCard) -> bool {
    card.state == "cancelled" || signup.moves < card.moves
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Placed,
    Followed,
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
        tell(tx, call, Notice::Cancelled, signup.person, &card)?;
        return Ok(Taken::Released);
    }
    if signup.moves < card.moves {
        return follow(tx, call, &card, signup);
    }
    if signup.state != "waiting" || !card.is_open(call.now) {
        return Ok(Taken::Passed);
    }
    if card.free() == 0 {
        return Ok(Taken::Full);
    }
    let facts = people::volunteer_with_proofs(tx, signup.person, (card.starts_at, card.ends_at))?;
    if !rules::reasons(&card, facts.as_ref(), false, call.now).is_empty() {
        return Ok(Taken::Passed);
    }
    let moved = SignupCard { state: "placed".to_owned(), version: signup.version + 1, ..signup };
    store::set(tx, &moved)?;
    store::set_own(tx, moved.person, &card, "placed")?;
    people::commit(tx, moved.person, card.id, card.division, card.starts_at, card.ends_at)?;
    shift::store::set_counts(tx, card.id, card.taken + 1, card.waiting - 1)?;
    journal::append(tx, call, event("signup.moved_up", &card, &moved))?;
    tell(tx, call, Notice::Place, moved.person, &card)?;
    Ok(Taken::Placed)
}

/// The sign-up goes along with the shift's new time and place; a promise elsewhere at that time ends it.
fn follow(tx: &mut Tx<'_>, call: &Call, card: &ShiftCard, signup: SignupCard) -> Outcome<Taken> {
    if signup.state == "placed" {
        match people::commit(tx, signup.person, card.id, card.division, card.starts_at, card.ends_at) {
            Ok(()) => {}
            Err(Failure::Refused(_)) => {
                leave(tx, call, card, &signup, "released")?;
                tell(tx, call, Notice::Clash, signup.person, card)?;
                return Ok(Taken::Released);
            }
            Err(fault) => return Err(fault),
        }
    }
    let moved = SignupCard { moves: card.moves, version: signup.version + 1, ..signup };
    store::set(tx, &moved)?;
    store::set_own(tx, moved.person, card, &moved.state)?;
    journal::append(tx, call, event("signup.followed", card, &moved))?;
    tell(tx, call, Notice::Changed, moved.person, card)?;
    Ok(Taken::Followed)
}
