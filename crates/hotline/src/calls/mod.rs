//! Calling back: who waits, whose turn it is, what it came to. Nobody is called by two operators at once, and who cannot be
//! reached in three tries is left to a worker.

pub(crate) mod api;
pub(crate) mod pages;
mod rules;
mod store;

use std::{cmp::Reverse, collections::BTreeMap};

use db::{Outcome, Span, Tx};
use divisions::Tree;
use journal::Call;
use kernel::{Action, Id, Instant, Minutes, Person, Refusal};
use people::{Card, Field};

pub use rules::{RETRY_MINUTES, TRIES_MAX};

use crate::{
    Number, PhoneCall, State,
    console::{WORDS_CHARS_MAX, alone_known, hotline},
    phone_call::{from_number, lock, on_the_line},
};

/// So long a call-back is left to who took it.
pub const TAKEN_MINUTES: i64 = 15;
/// So long what a call-back came to can be taken back.
pub const UNDO_MINUTES: i64 = 10;
/// Calls on one list.
pub const BOARD_MAX: i64 = 60;
/// Areas of one operator that a list looks at.
const AREAS_MAX: usize = 3;

kernel::words! {
    /// What a call-back came to.
    Settled {
        /// The caller was told.
        Reached = "reached",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// It is done in another way: they came to the desk, a neighbour told them.
        Otherwise = "otherwise",
    }
}

/// The hotline today, in one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Calls that began today.
    pub today: i64,
    /// Of them those that needed no call-back.
    pub at_once: i64,
    /// Callers who wait to be called back.
    pub waiting: i64,
    /// Since when the one waits who waits longest.
    pub since: Option<Instant>,
}

/// Who waits, by what is to be done first.
#[derive(Debug)]
pub struct Board {
    /// To be called now, who waits longest first; never tried before those that were.
    pub due: Vec<PhoneCall>,
    /// To be called later: agreed upon, or tried in vain.
    pub later: Vec<PhoneCall>,
    /// Left to a worker.
    pub given_up: Vec<PhoneCall>,
    /// What the asker did just now and may take back.
    pub undoable: Vec<PhoneCall>,
    /// The hotline today.
    pub figures: Figures,
    /// Those who call and those who call back, masked.
    pub cards: BTreeMap<Id<Person>, Card>,
}

/// The call-backs of the asker's places. Five statements, and four more for each further area.
///
/// # Errors
/// Sign in first, forbidden.
pub fn board(tx: &mut Tx<'_>, call: &Call) -> Outcome<Board> {
    let me = call.actor.signed_in()?;
    let areas = call.actor.scope(Action::TakeCalls);
    if areas.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let fresh = call.now - Minutes(UNDO_MINUTES);
    let (mut calls, mut undoable, mut figures): (Vec<PhoneCall>, Vec<PhoneCall>, Figures) =
        Default::default();
    for area in areas.iter().take(AREAS_MAX) {
        let span = Span::of_range(area);
        calls.extend(store::waiting(tx, call, span)?);
        undoable.extend(store::settled(tx, call, span, (me, fresh))?);
        figures = figures.and(store::figures(tx, span, call.now.day().start())?);
    }
    calls.sort_by_key(|one| (one.tries > 0, one.due_at, one.id));
    calls.dedup_by_key(|one| one.id);
    undoable.retain(|one| may_undo(one, me, call.now));
    undoable.sort_by_key(|one| (Reverse(one.settled_at), one.id));
    undoable.dedup_by_key(|one| one.id);
    let seen = calls
        .iter()
        .chain(&undoable)
        .flat_map(|one| one.person.into_iter().chain(one.taken.map(|(by, _)| by)));
    let seen: Vec<Id<Person>> = seen.collect();
    let cards = people::cards(tx, &seen)?;
    let (waits, rest): (Vec<_>, Vec<_>) = calls.into_iter().partition(|one| one.state == State::Due);
    let (due, later) = waits.into_iter().partition(|one| one.due_at <= Some(call.now));
    Ok(Board { due, later, given_up: rest, undoable, figures, cards })
}

impl Figures {
    fn and(self, other: Self) -> Self {
        Self {
            today: self.today + other.today,
            at_once: self.at_once + other.at_once,
            waiting: self.waiting + other.waiting,
            since: self.since.into_iter().chain(other.since).min(),
        }
    }
}

impl PhoneCall {
    /// Who is calling back, as long as it is left to them and has come to nothing yet.
    pub fn taken_now(&self, now: Instant) -> Option<Id<Person>> {
        let taken = self.taken.filter(|(_, at)| self.settled.is_none() && now < *at + Minutes(TAKEN_MINUTES));
        taken.filter(|_| matches!(self.state, State::Due | State::GivenUp)).map(|(by, _)| by)
    }
}

fn may_undo(one: &PhoneCall, me: Id<Person>, now: Instant) -> bool {
    one.settled.is_some()
        && one.state != State::Open
        && one.taken.is_some_and(|(by, _)| by == me)
        && one.settled_at.is_some_and(|at| now < at + Minutes(UNDO_MINUTES))
}

/// Takes a call-back, and gives the number to call; both are on record. Taking it again is harmless. Its transaction is called
/// `hotline_take`: it notes the look in the person's district too.
///
/// # Errors
/// 404 for a call of another place; `call-done` when there is nothing to call back about, `call-taken` when somebody else
/// is at it, `call-number-gone` (conflict).
pub fn take(tx: &mut Tx<'_>, call: &Call, id: Id<PhoneCall>) -> Outcome<(PhoneCall, Number)> {
    let me = call.actor.signed_in()?;
    let mut one = lock(tx, call, id)?;
    if !matches!(one.state, State::Due | State::GivenUp) {
        return Err(Refusal::conflict("call-done").into());
    }
    if let Some(by) = one.taken_now(call.now).filter(|by| *by != me) {
        let who = people::cards(tx, &[by])?.remove(&by).map(|card| card.name_masked).unwrap_or_default();
        return Err(Refusal::conflict("call-taken").with("who", who).into());
    }
    let number = one.number.clone().ok_or_else(|| Refusal::conflict("call-number-gone"))?;
    if let Some(person) = one.person {
        people::look_at_caller(tx, call, person, Field::Phone)?;
    }
    (one.taken, one.settled, one.settled_at) = (Some((me, call.now)), None, None);
    one.put(tx, call, "phone_call.taken")?;
    Ok((one, number))
}

/// The call-back that the asker has taken.
fn mine(tx: &mut Tx<'_>, call: &Call, id: Id<PhoneCall>) -> Outcome<PhoneCall> {
    let me = call.actor.signed_in()?;
    let one = lock(tx, call, id)?;
    if one.taken_now(call.now) != Some(me) {
        return Err(Refusal::conflict("call-take-first").into());
    }
    Ok(one)
}

/// Notes what a call-back came to. Nobody answered: again in two hours of the office's time, and after the third time it is
/// given up.
///
/// # Errors
/// 404; `call-take-first` (conflict) for who has not taken it; `call-words-too-long`, `call-words-missing` (invalid) for
/// what was said to who was reached.
pub fn settle(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<PhoneCall>,
    (settled, words): (Settled, &str),
) -> Outcome<PhoneCall> {
    let mut one = mine(tx, call, id)?;
    if words.chars().count() > WORDS_CHARS_MAX {
        let most = i64::try_from(WORDS_CHARS_MAX).unwrap_or(i64::MAX);
        return Err(Refusal::invalid("words", "call-words-too-long").with("most", most).into());
    }
    if settled == Settled::Reached && words.is_empty() {
        return Err(Refusal::invalid("words", "call-words-missing").into());
    }
    if !words.is_empty() {
        words.clone_into(&mut one.said.answer);
    }
    let event = match settled {
        Settled::NoAnswer => {
            (one.tries, one.state, one.due_at) = rules::again(one.tries, (call.now, call.calendar()));
            "phone_call.not_reached"
        }
        Settled::Reached | Settled::Otherwise => {
            one.state = State::Closed;
            "phone_call.called_back"
        }
    };
    (one.settled, one.settled_at) = (Some(settled), Some(call.now));
    one.put(tx, call, event)?;
    Ok(one)
}

/// Takes back what a call-back came to: it waits again, and now.
///
/// # Errors
/// 404; `call-undo-late` (conflict) for another's, and after [`UNDO_MINUTES`].
pub fn undo(tx: &mut Tx<'_>, call: &Call, id: Id<PhoneCall>) -> Outcome<PhoneCall> {
    let me = call.actor.signed_in()?;
    let mut one = lock(tx, call, id)?;
    if !may_undo(&one, me, call.now) {
        return Err(Refusal::conflict("call-undo-late").into());
    }
    if one.settled == Some(Settled::NoAnswer) {
        one.tries -= 1;
    }
    (one.state, one.due_at) = (State::Due, Some(call.now));
    (one.settled, one.settled_at) = (None, None);
    one.put(tx, call, "phone_call.undone")?;
    Ok(one)
}

/// Who was reached has more to say: the call-back becomes the call on the line. Its transaction is called `hotline_resume`: it
/// notes the look in the person's district too.
///
/// # Errors
/// 404; `call-take-first`; `call-on-the-line` (conflict) when another call is open.
pub fn resume(tx: &mut Tx<'_>, call: &Call, id: Id<PhoneCall>) -> Outcome<PhoneCall> {
    let me = call.actor.signed_in()?;
    people::lock(tx, me)?;
    let mut one = mine(tx, call, id)?;
    let district = hotline(call)?.district();
    if district != one.id.district() || on_the_line(tx, call, district)?.is_some() {
        return Err(Refusal::conflict("call-on-the-line").into());
    }
    if let Some(person) = one.person {
        people::look_at_caller(tx, call, person, Field::Caller)?;
    }
    (one.state, one.operator) = (State::Open, Some(me));
    one.put(tx, call, "phone_call.resumed")?;
    Ok(one)
}

/// A call that nobody took, as a telephone system tells it: it is to be called back at once. Whoever rings twice waits once.
///
/// # Errors
/// Sign in first, forbidden; `call-number`, `call-at` (invalid).
pub fn missed(tx: &mut Tx<'_>, call: &Call, number: &str, at: Instant) -> Outcome<PhoneCall> {
    let division = hotline(call)?;
    let number = Number::parse(number).ok_or_else(|| Refusal::invalid("number", "call-number"))?;
    if at > call.now || at < call.now - Minutes(rules::MISSED_MINUTES_MAX) {
        return Err(Refusal::invalid("at", "call-at").into());
    }
    let before = from_number(tx, call, (division.district(), &number))?;
    if let Some(mut waits) = before.into_iter().find(|one| one.state == State::Due) {
        if waits.due_at > Some(call.now) {
            waits.due_at = Some(call.now);
            waits.put(tx, call, "phone_call.missed")?;
        }
        return Ok(waits);
    }
    let mut one = PhoneCall::new(call, division, State::Due, at);
    (one.number, one.ended_at, one.due_at) = (Some(number), Some(at), Some(call.now));
    if let Some(card) = alone_known(tx, call, &one)? {
        (one.person, one.division) = (Some(card.id), card.division);
    }
    one.put(tx, call, "phone_call.missed")?;
    Ok(one)
}

/// The name of the place of a call.
pub(crate) fn place_name(tree: &Tree, one: &PhoneCall) -> String {
    tree.get(one.division).map(|division| division.name.to_owned()).unwrap_or_default()
}
