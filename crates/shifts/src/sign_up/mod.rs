//! Sign-up: one person, one place, one time.
//!
//! Two rows hold the two promises. The person's row, taken first, holds "never two places at once": her
//! commitments are read and written under it. The shift's row, taken second, holds "never one person too many":
//! `taken` and `waiting` are read and written under it. Who waits has no commitment and may be placed elsewhere.

pub(crate) mod pages;
pub(crate) mod rules;
pub(crate) mod store;
pub(crate) mod waiting;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Id, Instant, Person, Refusal};

use crate::{
    check_in::AROUND_MINUTES,
    shift::{self, Shift, ShiftCard},
};

/// Mark of a sign-up's id.
#[derive(Debug)]
pub enum Signup {}

/// A sign-up as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignupCard {
    /// Its id.
    pub id: Id<Signup>,
    /// For which shift.
    pub shift: Id<Shift>,
    /// Whose.
    pub person: Id<Person>,
    /// `placed`, `waiting`, `withdrawn`, `cancelled` with the shift, or `released` because the shift moved to a time at
    /// which the person has promised to be elsewhere.
    pub state: String,
    /// Since when it stands in the queue.
    pub queued_at: Instant,
    /// Which change of the shift's time or place it follows.
    pub(crate) moves: i64,
    /// How many changes it has seen.
    pub version: i64,
}

impl SignupCard {
    /// Whether it stands: with a place, or waiting for one.
    pub fn stands(&self) -> bool {
        matches!(self.state.as_str(), "placed" | "waiting")
    }
}

/// What came of a sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedUp {
    /// The person has a place.
    Placed,
    /// The person waits.
    Waiting {
        /// At this place of the queue, from 1.
        position: i64,
    },
}

/// One of a person's own sign-ups, as the person's own district knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyShift {
    /// `placed`, `waiting`, `cancelled` or `released`.
    pub state: String,
    /// The shift.
    pub shift: Id<Shift>,
    /// The project's title.
    pub title: String,
    /// The project's category.
    pub category: String,
    /// Where to go.
    pub address: String,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// From when one may check in where the place did not decide otherwise; whoever comes too early reads from when.
    pub opens_at: Instant,
}

impl MyShift {
    /// Whether the person may check in or out at `now`.
    pub fn is_around(&self, now: Instant) -> bool {
        self.state == "placed" && now >= self.opens_at && now <= self.ends_at + AROUND_MINUTES
    }

    /// Whether any place may let the person check in at `now`.
    pub(crate) fn may_open_by(&self, now: Instant) -> bool {
        now >= self.starts_at - hours::OPENS_MOST
    }
}

/// Signs the actor up: a place, or the next place of the waiting list when the shift is full or others wait.
/// Its transaction is called `signup_make`: it writes in the person's and in the place's district.
///
/// # Errors
/// Sign in first; 404; `sign-up-not-eligible` (conflict) with every reason in `fields`; `busy-then` (conflict).
pub fn sign_up(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<SignedUp> {
    let person = call.actor.signed_in()?;
    people::lock(tx, person)?;
    let card = shift::store::locked(tx, shift)?.filter(|card| card.state != "draft");
    let card = card.ok_or_else(Refusal::missing)?;
    let old = store::of(tx, shift, person)?;
    let stands = old.as_ref().is_some_and(SignupCard::stands);
    let facts = people::volunteer_with_proofs(tx, person, (card.starts_at, card.ends_at))?;
    let reasons = rules::reasons(&card, facts.as_ref(), stands, call.now);
    if !reasons.is_empty() {
        return Err(rules::refusal(reasons).into());
    }
    // Who came before goes before: a place that is free while others wait is theirs.
    let placed = card.free() > 0 && card.waiting == 0;
    let (state, kind) = if placed { ("placed", "signup.made") } else { ("waiting", "signup.waiting") };
    let signup = stand(tx, call, &card, person, old, state)?;
    if placed {
        people::commit(tx, person, shift, card.division, card.starts_at, card.ends_at)?;
        shift::store::set_counts(tx, shift, card.taken + 1, card.waiting)?;
    } else {
        shift::store::set_counts(tx, shift, card.taken, card.waiting + 1)?;
    }
    append(tx, call, event(kind, &card, &signup))?;
    Ok(if placed { SignedUp::Placed } else { SignedUp::Waiting { position: card.waiting + 1 } })
}

/// Writes a sign-up that did not stand before, in both districts.
pub(crate) fn stand(
    tx: &mut Tx<'_>,
    call: &Call,
    card: &ShiftCard,
    person: Id<Person>,
    old: Option<SignupCard>,
    state: &str,
) -> Outcome<SignupCard> {
    let signup = match old {
        Some(old) => SignupCard {
            state: state.to_owned(),
            queued_at: call.now,
            moves: card.moves,
            version: old.version + 1,
            ..old
        },
        None => SignupCard {
            id: call.id(card.id.district()),
            shift: card.id,
            person,
            state: state.to_owned(),
            queued_at: call.now,
            moves: card.moves,
            version: 1,
        },
    };
    if signup.version == 1 {
        store::insert(tx, &signup)?;
    } else {
        store::set(tx, &signup)?;
    }
    store::set_own(tx, person, card, state)?;
    Ok(signup)
}

/// Takes the actor's sign-up back. A place that gets free goes to who waits, by `waiting::tick`. Its transaction
/// is called `signup_withdraw`.
///
/// # Errors
/// Sign in first; 404; `withdraw-not-signed-up`, `withdraw-too-late` (conflict).
pub fn withdraw(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<()> {
    let person = call.actor.signed_in()?;
    people::lock(tx, person)?;
    let card = shift::store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    let signup = store::of(tx, shift, person)?.filter(SignupCard::stands);
    let signup = signup.ok_or_else(|| Refusal::conflict("withdraw-not-signed-up"))?;
    if card.starts_at <= call.now {
        return Err(Refusal::conflict("withdraw-too-late").into());
    }
    leave(tx, call, &card, &signup, "withdrawn")
}

/// Ends a sign-up that stands, under the locks of person and shift.
pub(crate) fn leave(
    tx: &mut Tx<'_>,
    call: &Call,
    card: &ShiftCard,
    signup: &SignupCard,
    state: &'static str,
) -> Outcome<()> {
    let next = SignupCard { state: state.to_owned(), version: signup.version + 1, ..signup.clone() };
    store::set(tx, &next)?;
    store::set_own(tx, signup.person, card, state)?;
    if signup.state == "placed" {
        people::release(tx, signup.person, card.id)?;
        shift::store::set_counts(tx, card.id, card.taken - 1, card.waiting)?;
    } else {
        shift::store::set_counts(tx, card.id, card.taken, card.waiting - 1)?;
    }
    let kind = if state == "withdrawn" { "signup.withdrawn" } else { "signup.cancelled" };
    append(tx, call, event(kind, card, &next))?;
    Ok(())
}

/// The actor's own sign-up for a shift and, when it waits, its place of the queue from 1.
///
/// # Errors
/// A fault.
pub fn own(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<Option<(SignupCard, i64)>> {
    let Some(person) = call.actor.person else { return Ok(None) };
    let Some(card) = store::of(tx, shift, person)? else { return Ok(None) };
    let position = if card.state == "waiting" { store::before(tx, &card)? + 1 } else { 0 };
    Ok(Some((card, position)))
}

/// The actor's own sign-ups of shifts that end after `from`, by time, wherever the shifts are: one statement.
///
/// # Errors
/// Sign in first.
pub fn my_shifts(tx: &mut Tx<'_>, call: &Call, from: Instant) -> Outcome<Vec<MyShift>> {
    Ok(store::mine(tx, call.actor.signed_in()?, from)?)
}

/// Who has a place in the shift, in the order of sign-up; for those who run it.
///
/// # Errors
/// Sign in first, or forbidden.
pub fn placed(tx: &mut Tx<'_>, call: &Call, shift: &ShiftCard) -> Outcome<Vec<SignupCard>> {
    shift.must_be_run_by(call)?;
    Ok(store::in_state(tx, shift.id, "placed")?)
}

/// The person's sign-up for the shift, whatever its state.
pub(crate) fn signup_of(
    tx: &mut Tx<'_>,
    shift: Id<Shift>,
    person: Id<Person>,
) -> Outcome<Option<SignupCard>> {
    Ok(store::of(tx, shift, person)?)
}

/// Whether the person has a place in the shift.
pub(crate) fn has_place(tx: &mut Tx<'_>, shift: Id<Shift>, person: Id<Person>) -> Outcome<bool> {
    Ok(signup_of(tx, shift, person)?.is_some_and(|signup| signup.state == "placed"))
}

pub(crate) fn event(kind: &'static str, card: &ShiftCard, signup: &SignupCard) -> Event {
    Event::new(kind, signup.id.district(), signup.id, signup.version)
        .with("division", card.division.to_string())
        .with_id("shift", card.id)
        .with_id("person", signup.person)
}
