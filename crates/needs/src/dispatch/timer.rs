//! What happens by itself: offers become visible and are told when they can no longer be taken back, those without an
//! answer end and the next is asked, and recordings that were never sent are forgotten.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use db::{Db, Failure, Fault, Outcome, Tx, params};
use journal::{Call, Kit};
use kernel::{Actor, Arg, District, Instant};
use web::{Language, Text};

use crate::{
    dispatch::{Offer, OfferState, ask_next, offer},
    need, voice,
};

/// Offers looked at in one round of one district.
const DUE_MAX: i64 = 200;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Volunteers told that they are asked.
    pub told: usize,
    /// Offers that ended without an answer.
    pub expired: usize,
}

/// Does what is due at `now`, each offer in a transaction of its own; several processes may do so at once.
///
/// # Errors
/// The last fault; the other offers were done nevertheless.
pub fn tick(db: &Db, kit: &Arc<Kit>, now: Instant) -> Result<Ticked, Failure> {
    let mut done = Ticked::default();
    let mut failed = None;
    for district in db.read_now("need_districts", districts)? {
        let due = db.read_now("need_due", move |tx| offer::due(tx, district, now, DUE_MAX))?;
        for offer in due {
            let late = offer.answer_by < now;
            let mut call = Call::new(kit, Actor::system());
            call.now = now;
            let name = if late { "need_expire" } else { "need_tell" };
            let outcome: Outcome<bool> =
                db.write_now(
                    name,
                    move |tx| {
                        if late { expire(tx, &call, &offer) } else { tell(tx, &call, &offer) }
                    },
                );
            match outcome {
                Ok(true) if late => done.expired += 1,
                Ok(true) => done.told += 1,
                Ok(false) => {}
                Err(failure) => {
                    tracing::warn!(%failure, "an offer could not be followed up");
                    failed = Some(failure);
                }
            }
        }
        db.write_now("voice_forget", move |tx| voice::forget_unsent(tx, district, now))?;
    }
    failed.map_or(Ok(done), Err)
}

/// Districts in which offers wait or recordings lie.
fn districts(tx: &mut Tx<'_>) -> Result<BTreeSet<District>, Fault> {
    let offers: Vec<(District,)> =
        tx.query("SELECT DISTINCT district FROM offer WHERE state IN ('held', 'sent')", params![])?;
    let blobs: Vec<(District,)> = tx.query("SELECT DISTINCT district FROM blob", params![])?;
    Ok(offers.into_iter().chain(blobs).map(|(district,)| district).collect())
}

/// Tells a volunteer; from now on it cannot be taken back and they are left in peace for a while.
fn tell(tx: &mut Tx<'_>, call: &Call, offer: &Offer) -> Outcome<bool> {
    people::lock(tx, offer.volunteer)?;
    let need = need::lock(tx, offer.need)?;
    if !offer::mark_sent(tx, offer)? {
        return Ok(false);
    }
    people::called(tx, offer.volunteer, offer.sent_at)?;
    if let Some(phone) = people::phone_of(tx, call.keys(), offer.volunteer)? {
        let words = message(need.category.word);
        let district = offer.id.district();
        notify::send(tx, call, district, notify::Channel::Sms, &phone, "offer", &words, offer.sent_at)?;
    }
    Ok(true)
}

fn expire(tx: &mut Tx<'_>, call: &Call, offer: &Offer) -> Outcome<bool> {
    let mut need = need::lock(tx, offer.need)?;
    if !offer::answer(tx, offer, OfferState::Expired, call.now)? {
        return Ok(false);
    }
    ask_next(tx, call, &mut need)?;
    Ok(true)
}

/// The text message: what for, and where to answer; never who or where.
fn message(category: &str) -> String {
    static TEXT: LazyLock<Option<Text>> = LazyLock::new(|| Text::new(&[web::LOCALES, crate::LOCALES]).ok());
    let Some(text) = TEXT.as_ref() else { return String::new() };
    let category = text.get(Language::Chinese, &format!("category-{category}"), &[]);
    text.get(Language::Chinese, "task-message", &[("category", Arg::from(category))])
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_message_names_every_category_in_words() {
        for category in crate::CATEGORIES {
            let words = super::message(category.word);
            assert!(!words.is_empty() && !words.contains('['), "{words}");
        }
    }
}
