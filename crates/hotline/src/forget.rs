//! What is forgotten because time passes, and found again after a rotation of keys.

use std::sync::Arc;

use db::{Db, Failure, Outcome, Value, params};
use journal::Kit;
use kernel::{District, Id, Instant, Minutes};

use crate::phone_call::{NUMBER, PhoneCall, Sealed, call_columns};

/// So many days number and words of a call are kept of which no need came.
pub const KEPT_DAYS: i32 = 180;
/// Rows looked at in one read.
const BATCH: i64 = 100;

/// Forgets number and words of the calls of which no need came, [`KEPT_DAYS`] after they began; what still waits then is
/// over. To be called now and then.
///
/// # Errors
/// A fault.
pub fn forget(db: &Db, now: Instant) -> Result<(), Failure> {
    let before = now - Minutes(i64::from(KEPT_DAYS) * 24 * 60);
    let due: Vec<(District,)> = db.read_now("hotline_districts", move |tx| {
        tx.query(
            "SELECT DISTINCT district FROM phone_call WHERE began_at < $1 AND need IS NULL AND said IS NOT NULL",
            params![before],
        )
    })?;
    for (district,) in due {
        db.write_now("hotline_forget", move |tx| {
            tx.execute(
                "UPDATE phone_call SET number = NULL, number_index = NULL, said = NULL, state = 'closed'
                 WHERE district = $1 AND began_at < $2 AND need IS NULL AND said IS NOT NULL",
                params![district, before],
            )
        })?;
    }
    Ok(())
}

/// Computes the blind index of every number anew that was made with an older key; says how many. Each is one transaction, so
/// killed in the middle it goes on where it was.
///
/// # Errors
/// A fault; a defect when a number cannot be opened.
pub fn reindex(db: &Db, kit: &Arc<Kit>) -> Outcome<u64> {
    let mut moved = 0;
    let all: Vec<(District,)> = db.read_now("hotline_districts", |tx| {
        tx.query("SELECT DISTINCT district FROM phone_call", params![])
    })?;
    for (district,) in all {
        let mut after = [0_u8; 16];
        loop {
            let rows: Vec<Sealed> = db.read_now("hotline_reindex", move |tx| {
                tx.query(
                    concat!(
                        call_columns!(),
                        " WHERE district = $1 AND id > $2 AND number IS NOT NULL ORDER BY id LIMIT $3"
                    ),
                    params![district, Value::Uuid(after), BATCH],
                )
            })?;
            let Some(last) = rows.last() else { break };
            after = last.id().bytes();
            for row in rows {
                let one = row.open(&kit.keys)?;
                let Some(number) = &one.number else { continue };
                let (id, index): (Id<PhoneCall>, _) = (one.id, kit.keys.blind_index(NUMBER, number.as_str()));
                moved += db.write_now("hotline_reindex", move |tx| {
                    tx.execute(
                        "UPDATE phone_call SET number_index = $3 WHERE district = $1 AND id = $2 AND number_index <> $3",
                        params![district, id, index],
                    )
                })?;
            }
        }
    }
    Ok(moved)
}
