//! What happens by itself: offers become visible and are told when they can no longer be taken back, those without an
//! answer end, the next wave goes when its time has come, and recordings that were never sent are forgotten.

use std::{collections::BTreeSet, sync::Arc};

use db::{Db, Failure, Fault, Outcome, Tx, params};
use journal::{Call, Kit};
use kernel::{Actor, District, Id, Instant};

use crate::{
    dispatch::{Offer, OfferState, go_on, messages, offer},
    need::{self, Need},
    voice,
};

/// Offers, and needs, looked at in one round of one district.
const DUE_MAX: i64 = 200;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Volunteers told that they are asked.
    pub told: usize,
    /// Offers that ended without an answer.
    pub expired: usize,
    /// Needs for which it was decided anew whom to ask, because a wave had waited long enough.
    pub looked: usize,
}

/// What is due.
enum Due {
    /// To be told.
    Tell(Offer),
    /// Not answered in time.
    Expire(Offer),
    /// To be decided anew.
    Look(Id<Need>),
}

/// Does what is due at `now`, each in a transaction of its own; several processes may do so at once.
///
/// # Errors
/// The last fault; the rest was done nevertheless.
pub fn tick(db: &Db, kit: &Arc<Kit>, now: Instant) -> Result<Ticked, Failure> {
    let mut done = Ticked::default();
    let mut failed = None;
    for district in db.read_now("need_districts", move |tx| districts(tx, now))? {
        for due in db.read_now("need_due", move |tx| due(tx, district, now))? {
            let mut call = Call::new(kit, Actor::system());
            call.now = now;
            let (outcome, count): (Outcome<bool>, _) = match due {
                Due::Tell(offer) => {
                    (db.write_now("need_tell", move |tx| tell(tx, &call, &offer)), &mut done.told)
                }
                Due::Expire(offer) => {
                    (db.write_now("need_expire", move |tx| expire(tx, &call, &offer)), &mut done.expired)
                }
                Due::Look(need) => {
                    (db.write_now("need_look", move |tx| look(tx, &call, need)), &mut done.looked)
                }
            };
            match outcome {
                Ok(was_due) => *count += usize::from(was_due),
                Err(failure) => {
                    tracing::warn!(%failure, "an asking could not be followed up");
                    failed = Some(failure);
                }
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

/// Forgets the recordings that were never sent. To be called now and then.
///
/// # Errors
/// A fault.
pub fn forget_recordings(db: &Db, now: Instant) -> Result<(), Failure> {
    let districts: Vec<(District,)> =
        db.read_now("voice_districts", |tx| tx.query("SELECT DISTINCT district FROM blob", params![]))?;
    for (district,) in districts {
        db.write_now("voice_forget", move |tx| voice::forget_unsent(tx, district, now))?;
    }
    Ok(())
}

/// Districts in which an offer or a need is due.
fn districts(tx: &mut Tx<'_>, now: Instant) -> Result<BTreeSet<District>, Fault> {
    let offers: Vec<(District,)> = tx.query(
        "SELECT DISTINCT district FROM offer
         WHERE state IN ('held', 'sent') AND (answer_by < $1 OR (state = 'held' AND sent_at <= $1))",
        params![now],
    )?;
    let needs: Vec<(District,)> =
        tx.query("SELECT DISTINCT district FROM need WHERE look_at <= $1", params![now])?;
    Ok(offers.into_iter().chain(needs).map(|(district,)| district).collect())
}

/// What is due in a district: first the answers that did not come, which decide anew themselves.
fn due(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<Vec<Due>, Fault> {
    let offers = offer::due(tx, district, now, DUE_MAX)?;
    let mut due: Vec<Due> = offers
        .into_iter()
        .map(|offer| if offer.answer_by < now { Due::Expire(offer) } else { Due::Tell(offer) })
        .collect();
    let needs: Vec<(Id<Need>,)> = tx.query(
        "SELECT id FROM need WHERE district = $1 AND look_at <= $2 ORDER BY look_at LIMIT $3",
        params![district, now, DUE_MAX],
    )?;
    due.extend(needs.into_iter().map(|(id,)| Due::Look(id)));
    Ok(due)
}

/// Tells a volunteer; from now on it cannot be taken back and they are left in peace for a while.
fn tell(tx: &mut Tx<'_>, call: &Call, offer: &Offer) -> Outcome<bool> {
    people::lock(tx, offer.volunteer)?;
    let need = need::lock(tx, offer.need)?;
    if !offer::mark_sent(tx, offer)? {
        return Ok(false);
    }
    people::called(tx, offer.volunteer, offer.sent_at)?;
    messages::tell(tx, call, &need, offer)?;
    Ok(true)
}

fn expire(tx: &mut Tx<'_>, call: &Call, offer: &Offer) -> Outcome<bool> {
    let mut need = need::lock(tx, offer.need)?;
    if !offer::answer(tx, offer, OfferState::Expired, call.now)? {
        return Ok(false);
    }
    go_on(tx, call, &mut need)?;
    Ok(true)
}

/// Decides anew whom to ask for a need, if it is still time to.
fn look(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<bool> {
    let mut need = need::lock(tx, id)?;
    if need.look_at.is_none_or(|at| at > call.now) {
        return Ok(false);
    }
    go_on(tx, call, &mut need)?;
    Ok(true)
}
