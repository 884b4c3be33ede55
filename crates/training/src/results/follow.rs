//! What follows by itself: results that can no longer be taken back become records and qualifications; who was enrolled in a
//! session that was called off is told and freed.

use std::sync::Arc;

use db::{Db, Fault, Outcome, Tx, unless_refused};
use journal::{Call, Kit, append};
use kernel::{Actor, Id};
use people::{Gained, Proven};

use super::Mark;
use crate::{
    EnrolmentCard, Gives,
    course::rules::good_until,
    enrol::{event, store},
    notice::{Notice, proof, tell},
    own,
    session::{self, Session, SessionCard},
};

/// Sessions followed in one round of one district.
const DUE_MAX: i64 = 20;

/// Follows everything that is due, in every district; gives for how many people. To be called every second or so; several
/// processes may, and one that is killed in the middle is followed by the next. One statement where nothing is due.
///
/// # Errors
/// A [`Fault`].
pub fn tick(db: &Db, kit: &Arc<Kit>) -> Result<usize, Fault> {
    let now = kit.clock.now();
    let mut followed = 0;
    for (district,) in db.read_now("training_districts", move |tx| session::store::districts_due(tx, now))? {
        let due = db.read_now("training_due", move |tx| session::store::due(tx, district, now, DUE_MAX))?;
        for card in due {
            let id = card.id;
            for one in db.read_now("training_enrolled", move |tx| store::of_session(tx, id))? {
                if one.state != "enrolled" {
                    continue;
                }
                let (card, kit) = (card.clone(), Arc::clone(kit));
                let outcome =
                    db.write_now("training_settle", move |tx| settle(tx, &following(&kit, &card), id, &one));
                followed += usize::from(unless_refused(outcome)? == Some(true));
            }
            let (card, kit) = (card.clone(), Arc::clone(kit));
            unless_refused(
                db.write_now("training_followed", move |tx| end(tx, &following(&kit, &card), id)),
            )?;
        }
    }
    Ok(followed)
}

/// Linli follows up what was said by who closed the results.
fn following(kit: &Arc<Kit>, card: &SessionCard) -> Call {
    Call::new(kit, Actor { person: card.closed_by, ..Actor::system() })
}

/// The session under its lock, unless it was taken back or followed meanwhile.
fn still(tx: &mut Tx<'_>, call: &Call, id: Id<Session>) -> Outcome<Option<SessionCard>> {
    let card = session::store::locked(tx, id)?;
    Ok(card.filter(|card| card.follow_at.is_some_and(|at| at <= call.now)))
}

/// One person: their row, then the session's. It writes in the person's and in the session's district.
fn settle(tx: &mut Tx<'_>, call: &Call, id: Id<Session>, read: &EnrolmentCard) -> Outcome<bool> {
    let locked = people::lock(tx, read.person)?;
    let Some(card) = still(tx, call, id)? else { return Ok(false) };
    let now = store::of(tx, id, read.person)?.filter(|now| now.state == "enrolled");
    let Some(one) = now else { return Ok(false) };
    let (kind, state) = match (card.state.as_str(), one.result) {
        ("cancelled", _) => ("training.freed", "cancelled"),
        (_, Some(mark)) => ("training.settled", mark.word()),
        (_, None) => return Err(Fault::Defect(format!("session {id} is closed without a result")).into()),
    };
    let settled = EnrolmentCard { state: state.to_owned(), version: one.version + 1, ..one };
    store::put(tx, &settled, call.now)?;
    own::store::put(tx, locked.id, &card, state)?;
    let learned = settled.result.filter(|_| state != "cancelled").is_some_and(|mark| mark != Mark::Absent);
    let minutes = if learned { card.minutes().number() } else { 0 };
    append(tx, call, event(kind, &card, &settled).with("state", state).with("minutes", minutes))?;
    match (card.state.as_str(), settled.result) {
        ("cancelled", _) => tell(tx, call, Notice::Cancelled, locked.id, &card)?,
        (_, Some(Mark::Passed)) => {
            if let Some(gained) = gained(&card) {
                people::qualify(tx, call, &locked, &gained)?;
            }
            tell(tx, call, Notice::Passed, locked.id, &card)?;
        }
        _ => {}
    }
    Ok(true)
}

/// What passing this session gives, from its day on.
fn gained(card: &SessionCard) -> Option<Gained> {
    let until = good_until(card.starts_at.day(), card.months);
    match &card.gives {
        Gives::Nothing => None,
        Gives::Basic => until.map(Gained::Training),
        Gives::Skill(skill) => {
            Some(Gained::Skill(Proven { skill: skill.clone(), proof: proof(card), until }))
        }
    }
}

/// The session itself, once everybody is followed.
fn end(tx: &mut Tx<'_>, call: &Call, id: Id<Session>) -> Outcome<()> {
    let Some(card) = still(tx, call, id)? else { return Ok(()) };
    if store::of_session(tx, id)?.iter().any(|one| one.state == "enrolled") {
        return Ok(());
    }
    let is_held = card.state == "closing";
    let state = if is_held { "held".to_owned() } else { card.state.clone() };
    let ended = SessionCard { state, follow_at: None, version: card.version + 1, ..card };
    session::store::set(tx, &ended)?;
    append(tx, call, session::event(if is_held { "training.held" } else { "training.told" }, &ended))?;
    Ok(())
}
