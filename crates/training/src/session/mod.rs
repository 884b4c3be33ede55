//! Sessions: one date of a course, at a place, with places to learn.

pub(crate) mod pages;
pub(crate) mod rules;
pub(crate) mod store;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Action, District, DivisionCode, Id, Instant, Minutes, Person, Refusal};

use crate::{
    Gives,
    course::{self, Course},
};
pub use rules::{NewSession, PLACES_MAX, SESSION_HOURS_MAX};

/// Mark of a session's id.
#[derive(Debug)]
pub enum Session {}

/// Days for which a trainer still sees what is over.
const SEEN_DAYS: i32 = 45;
/// Sessions that a trainer sees of one area at most.
const HELD_MAX: i64 = 60;

/// A session as it stands, with what the course was when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCard {
    /// Its id.
    pub id: Id<Session>,
    /// Of which course.
    pub course: Id<Course>,
    /// The how-manieth session of it, from 1.
    pub number: i64,
    /// Where it takes place.
    pub division: DivisionCode,
    /// The course's name.
    pub title: String,
    /// What it teaches.
    pub content: String,
    /// What passing gives.
    pub gives: Gives,
    /// For how many months; 0 for good.
    pub months: i64,
    /// Which unit holds it.
    pub unit: String,
    /// Where to go.
    pub address: String,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Minutes of breaks in it.
    pub pause: Minutes,
    /// How many may come.
    pub places: i64,
    /// How many have a place.
    pub taken: i64,
    /// Who holds it.
    pub trainer: Id<Person>,
    /// `planned`; `closing` while its results can be taken back, then `held`; `cancelled`.
    pub state: String,
    /// Why it was called off, or empty.
    pub notice: String,
    /// Who closed its results.
    pub closed_by: Option<Id<Person>>,
    /// When the timer has something to do with it.
    pub follow_at: Option<Instant>,
    /// How many changes it has seen, enrolments not counted.
    pub version: i64,
}

impl SessionCard {
    /// Places that nobody has.
    pub const fn free(&self) -> i64 {
        self.places - self.taken
    }

    /// Learning time: from beginning to end without the breaks.
    pub fn minutes(&self) -> Minutes {
        self.ends_at.minutes_since(self.starts_at) - self.pause
    }

    /// Whether people can still enrol at `now`.
    pub fn is_open(&self, now: Instant) -> bool {
        self.state == "planned" && now < self.starts_at
    }

    /// The same time of the same weekday, as many weeks later as it takes to lie ahead of `now`.
    pub(crate) fn next_time(&self, now: Instant) -> Instant {
        let week = Minutes::from_hours(7 * 24);
        let gone = now.minutes_since(self.starts_at).number().max(0) / week.number();
        self.starts_at + Minutes((gone + 1) * week.number())
    }

    /// Refuses who does not hold trainings at its place.
    pub(crate) fn must_be_held_by(&self, call: &Call) -> Result<(), Refusal> {
        call.actor.must(Action::HoldTraining, self.division)
    }
}

/// Plans a session of a course; who makes it holds it.
///
/// # Errors
/// 404; forbidden outside the asker's area, of the course or of the place; every field refusal of
/// [`NewSession::wrong_fields`].
pub fn create_session(
    tx: &mut Tx<'_>,
    call: &Call,
    course: Id<Course>,
    new: &NewSession,
) -> Outcome<Id<Session>> {
    let of = course::course(tx, course)?.written;
    call.actor.must(Action::HoldTraining, of.division)?;
    call.actor.must(Action::HoldTraining, new.division)?;
    let trainer = call.actor.signed_in()?;
    let mut wrong = new.wrong_fields(call.now);
    if new.division.district() != course.district() {
        wrong.extend(Refusal::invalid("division", "training-other-district").fields);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let card = SessionCard {
        id: call.id(course.district()),
        course,
        number: course::store::count_session(tx, course)?,
        division: new.division,
        title: of.title,
        content: of.content,
        gives: of.gives,
        months: of.months,
        unit: of.unit,
        address: new.address.trim().to_owned(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        pause: new.pause,
        places: new.places,
        taken: 0,
        trainer,
        state: "planned".to_owned(),
        notice: String::new(),
        closed_by: None,
        follow_at: None,
        version: 1,
    };
    store::insert(tx, &card)?;
    append(tx, call, event("training.planned", &card).with_id("trainer", trainer))?;
    Ok(card.id)
}

/// The same session a week later, or as many weeks later as it takes to lie ahead; who copies it holds it.
///
/// # Errors
/// As [`create_session`].
pub fn copy_session(tx: &mut Tx<'_>, call: &Call, from: Id<Session>) -> Outcome<Id<Session>> {
    let old = session(tx, from)?;
    let starts_at = old.next_time(call.now);
    let new = NewSession {
        division: old.division,
        address: old.address,
        starts_at,
        ends_at: starts_at + old.ends_at.minutes_since(old.starts_at),
        pause: old.pause,
        places: old.places,
    };
    create_session(tx, call, old.course, &new)
}

/// Calls a session off, with the reason that everybody in it is told; [`crate::tick`] tells them, a transaction for each.
///
/// # Errors
/// 404; forbidden; `training-cancelled`, `results-closed` (conflict); `training-reason-missing`,
/// `training-reason-too-long` (invalid).
pub fn cancel_session(tx: &mut Tx<'_>, call: &Call, session: Id<Session>, reason: &str) -> Outcome<()> {
    let card = store::locked(tx, session)?.ok_or_else(Refusal::missing)?;
    card.must_be_held_by(call)?;
    must_be_planned(&card)?;
    rules::reason(reason)?;
    let cancelled = SessionCard {
        state: "cancelled".to_owned(),
        notice: reason.trim().to_owned(),
        follow_at: Some(call.now),
        version: card.version + 1,
        ..card
    };
    store::set(tx, &cancelled)?;
    append(tx, call, event("training.cancelled", &cancelled))?;
    Ok(())
}

/// Refuses what is called off, or whose results are closed.
pub(crate) fn must_be_planned(card: &SessionCard) -> Result<(), Refusal> {
    match card.state.as_str() {
        "planned" => Ok(()),
        "cancelled" => Err(Refusal::conflict("training-cancelled")),
        _ => Err(Refusal::conflict("results-closed")),
    }
}

/// The session, whatever its state.
///
/// # Errors
/// 404 when there is none.
pub fn session(tx: &mut Tx<'_>, id: Id<Session>) -> Outcome<SessionCard> {
    Ok(store::seen(tx, id)?.ok_or_else(Refusal::missing)?)
}

/// Sessions of one district that people can still enrol in, by time; at most `limit`. One statement.
///
/// # Errors
/// A fault.
pub fn open_sessions(
    tx: &mut Tx<'_>,
    district: District,
    now: Instant,
    limit: i64,
) -> Outcome<Vec<SessionCard>> {
    Ok(store::open(tx, district, now, limit)?)
}

/// Sessions of the areas in which the asker holds trainings, by time: those to come, and those of the last weeks; at most
/// sixty of each area, those that are still to be closed before others, the asker's own before those.
///
/// # Errors
/// Sign in first.
pub fn sessions_held(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<SessionCard>> {
    let (from, me) = (call.now.day().plus(-SEEN_DAYS).start(), call.actor.signed_in()?);
    let mut all = Vec::new();
    for range in call.actor.scope(Action::HoldTraining) {
        all.extend(store::in_area(tx, db::Span::of_range(&range), from, me, HELD_MAX)?);
    }
    all.sort_by_key(|one: &SessionCard| (one.starts_at, one.id));
    all.dedup_by_key(|one| one.id);
    Ok(all)
}

/// An event of the session as it stands after the change.
pub(crate) fn event(kind: &'static str, card: &SessionCard) -> Event {
    Event::new(kind, card.id.district(), card.id, card.version)
        .with("division", card.division.to_string())
        .with_id("course", card.course)
        .with("number", card.number)
}
