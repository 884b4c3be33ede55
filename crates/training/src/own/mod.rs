//! What a volunteer has and lacks, where they can learn it, and the record of what they learned: name, main content, learning
//! time, unit and date (志愿服务记录与证明出具办法, art. 8), with the result.
//!
//! What an activity asks for is [`shifts::readiness`]'s to say; this crate adds the sessions beside it.

pub(crate) mod api;
pub(crate) mod pages;
pub(crate) mod store;

use db::{Outcome, Tx};
use journal::Call;
use kernel::{DivisionCode, Id, Instant, Minutes};
use shifts::{Asked, Has, Line, Readiness};

use crate::{
    Gives,
    session::{self, Session, SessionCard},
};

/// Open sessions looked at.
const OPEN_MAX: i64 = 60;
/// Trainings of one person that are shown.
const OWN_MAX: i64 = 60;
/// What ends within so many days is said to end soon.
pub(crate) const SOON_DAYS: i32 = 30;

/// One training of one person, as their own district knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTraining {
    /// The session.
    pub session: Id<Session>,
    /// Name of the course.
    pub title: String,
    /// Its main content.
    pub content: String,
    /// Which unit held it.
    pub unit: String,
    /// Where.
    pub address: String,
    /// When it began.
    pub starts_at: Instant,
    /// When it ended.
    pub ends_at: Instant,
    /// Learning time.
    pub minutes: Minutes,
    /// `enrolled`, `withdrawn`, `cancelled`, `passed`, `failed` or `absent`.
    pub state: String,
}

impl OwnTraining {
    /// Whether it belongs to the record: the person was there.
    pub fn is_attended(&self) -> bool {
        matches!(self.state.as_str(), "passed" | "failed")
    }

    /// Whether the person is to come, or waits for the result.
    pub fn is_ahead(&self) -> bool {
        self.state == "enrolled"
    }
}

/// The asker's own trainings, the newest first: one statement.
///
/// # Errors
/// Sign in first.
pub fn own_trainings(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<OwnTraining>> {
    Ok(store::of(tx, call.actor.signed_in()?, OWN_MAX)?)
}

/// What the asker has and lacks; beside each line the sessions that give it, the nearest first; and their trainings.
pub(crate) struct Own {
    pub(crate) lines: Vec<(Line, Vec<SessionCard>)>,
    pub(crate) is_resting: bool,
    pub(crate) trainings: Vec<OwnTraining>,
    pub(crate) now: Instant,
}

pub(crate) fn own(tx: &mut Tx<'_>, call: &Call) -> Outcome<Own> {
    let Readiness { lines, is_resting } = shifts::readiness(tx, call)?;
    let trainings = own_trainings(tx, call)?;
    let mut open = session::open_sessions(tx, call.actor.home.district(), call.now, OPEN_MAX)?;
    open.retain(|one| one.free() > 0 && one.trainer != call.actor.person.unwrap_or(one.trainer));
    open.retain(|one| trainings.iter().all(|own| own.session != one.id || !own.is_ahead()));
    open.sort_by_key(|one| (distance(call.actor.home, one.division), one.starts_at, one.id));
    let beside = |line: Line| {
        let wanted = gives(&line.asked).filter(|_| is_wanted(&line.has, call.now));
        let fits = |one: &&SessionCard| Some(&one.gives) == wanted.as_ref();
        let sessions = open.iter().filter(fits).cloned().collect();
        (line, sessions)
    };
    Ok(Own { lines: lines.into_iter().map(beside).collect(), is_resting, trainings, now: call.now })
}

/// What a training would have to give for this.
fn gives(asked: &Asked) -> Option<Gives> {
    match asked {
        Asked::Insurance => None,
        Asked::Training => Some(Gives::Basic),
        Asked::Skill(word) => Some(Gives::Skill(word.clone())),
    }
}

/// Whether it is lacking, only told, over, or ends soon.
fn is_wanted(has: &Has, now: Instant) -> bool {
    match has {
        Has::No | Has::Told => true,
        Has::Noted(until) => until.is_some_and(|until| until < now.day().plus(SOON_DAYS)),
    }
}

/// The same community before the same street before the rest of the district.
fn distance(home: DivisionCode, place: DivisionCode) -> u8 {
    match () {
        () if place == home => 0,
        () if place.street() == home.street() => 1,
        () => 2,
    }
}
