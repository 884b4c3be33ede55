//! What happens to hours because time passes: typed hours are asked for once more and lapse, and claims that nobody answers
//! go to the level above.

use std::sync::Arc;

use db::{Db, Fault, Tx, params, unless_refused};
use journal::{Call, Kit};
use kernel::{Actor, District, Instant};

use crate::{claim, typed};

/// What one [`tick`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// People who were asked once more for their yes.
    pub reminded: usize,
    /// Typed hours that ended without a yes.
    pub lapsed: usize,
    /// Claims that went to the level above.
    pub escalated: usize,
}

/// Does what is due, each in a transaction of its own, so that being stopped in the middle or run twice changes nothing.
/// Several processes may.
///
/// # Errors
/// A [`Fault`]; what a rule refuses is left.
pub fn tick(db: &Db, kit: &Arc<Kit>) -> Result<Ticked, Fault> {
    let mut done = Ticked::default();
    let now = kit.clock.now();
    for (district,) in db.read_now("hours_districts", move |tx| due_in(tx, now))? {
        for one in db.read_now("typed_due", move |tx| typed::due(tx, district, now))? {
            let kit = Arc::clone(kit);
            let gone = db.write_now("typed_go_on", move |tx| {
                typed::go_on(tx, &Call::new(&kit, Actor::system()), &one)
            });
            match unless_refused(gone)?.flatten() {
                Some(typed::State::Lapsed) => done.lapsed += 1,
                Some(_) => done.reminded += 1,
                None => {}
            }
        }
        for id in db.read_now("claims_due", move |tx| claim::unanswered(tx, district, now))? {
            let kit = Arc::clone(kit);
            let gone = db.write_now("claim_escalate", move |tx| {
                claim::escalate(tx, &Call::new(&kit, Actor::system()), id)
            });
            done.escalated += usize::from(unless_refused(gone)? == Some(true));
        }
    }
    Ok(done)
}

/// The districts in which something is due. Both have an index that holds nothing else.
fn due_in(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<(District,)>, Fault> {
    tx.query(
        "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM typed_hours t WHERE t.district = h.district AND t.state = 'open' AND t.next_at <= $1)
         OR EXISTS
             (SELECT 1 FROM attendance a WHERE a.district = h.district AND a.state = 'open' AND a.claimed_at IS NOT NULL
                  AND a.escalated_at IS NULL AND a.answer_by <= $1)",
        params![now],
    )
}
