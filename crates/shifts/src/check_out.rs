//! Who checked in and not out is asked the same evening when they left.

use std::sync::Arc;

use db::{Db, Fault, Outcome, unless_refused};
use journal::{Call, Kit};
use kernel::{Actor, District};

use crate::{
    notice::{Notice, tell},
    shift,
};

/// Asks everybody of these districts who is to be asked now, each in a transaction of their own; gives how many. Several processes may.
///
/// # Errors
/// A [`Fault`].
pub(crate) fn tick(db: &Db, kit: &Arc<Kit>, districts: &[District]) -> Result<usize, Fault> {
    let mut asked = 0;
    for &district in districts {
        let now = kit.clock.now();
        for one in db.read_now("left_due", move |tx| hours::unleft(tx, district, now))? {
            let kit = Arc::clone(kit);
            let outcome: Outcome<bool> = db.write_now("left_ask", move |tx| {
                let call = Call::new(&kit, Actor::system());
                if !hours::ask_left(tx, &call, one.attendance)? {
                    return Ok(false);
                }
                let shift = shift::shift(tx, one.engagement.cast())?;
                tell(tx, &call, Notice::Left, one.person, &shift)?;
                Ok(true)
            });
            asked += usize::from(unless_refused(outcome)? == Some(true));
        }
    }
    Ok(asked)
}
