//! Sealing: committed events get their place in the chain of their district.

use db::{Fault, Tx, params};
use kernel::{Day, District, Id, Instant};
use proof::DayLine;

use crate::{Journal, Sealed};

/// Events sealed in one transaction at most.
const SEAL_MAX: i64 = 256;

pub(crate) struct ChainHead {
    pub(crate) seq: i64,
    pub(crate) link: [u8; 32],
    pub(crate) day: Day,
    pub(crate) day_first_seq: i64,
    pub(crate) sealed_at: Instant,
}

impl db::FromRow for ChainHead {
    fn from_row(row: &mut db::Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            seq: row.take()?,
            link: row.take()?,
            day: row.take()?,
            day_first_seq: row.take()?,
            sealed_at: row.take()?,
        })
    }
}

/// Seals what is pending in `district`, at most 256 events, and closes the days that are over; says how many
/// events were sealed. The row of `journal_head` is the lock: several processes may try, a kill is safe.
///
/// # Errors
/// A [`Fault`]; [`Fault::Defect`] when a pending body is not an event.
pub fn seal(tx: &mut Tx<'_>, district: District, now: Instant, keys: &vault::Keys) -> Result<usize, Fault> {
    let mut head = lock_head(tx, district, now)?;
    let pending: Vec<(Id<Journal>, Vec<u8>)> = tx.query(
        "SELECT id, body FROM journal_pending WHERE district = $1 ORDER BY id LIMIT $2",
        params![district, SEAL_MAX],
    )?;
    // A clock that was set back, or another node's, does not make the chain run backwards.
    let sealed_at = now.max(head.sealed_at);
    if sealed_at.day() > head.day {
        close_day(tx, district, &mut head, sealed_at, keys)?;
    } else if pending.is_empty() {
        return Ok(0);
    }
    for (id, body) in &pending {
        head.seq += 1;
        head.link = proof::link_hash(&head.link, head.seq, sealed_at.micros(), &proof::leaf_hash(body));
        let event = Sealed::read(district, head.seq, sealed_at, body)
            .ok_or_else(|| Fault::Defect(format!("pending event {id} is not an event")))?;
        tx.execute_one(
            "INSERT INTO journal (district, seq, id, kind, subject, version, actor, at, sealed_at, body, link)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            params![
                district, head.seq, event.id, event.kind, event.subject, event.version, event.actor, event.at,
                sealed_at, body, head.link
            ],
        )?;
        tx.execute_one("DELETE FROM journal_pending WHERE district = $1 AND id = $2", params![district, id])?;
    }
    move_head(tx, district, &head, sealed_at)?;
    if !pending.is_empty() {
        tx.wake(district);
    }
    Ok(pending.len())
}

/// A pending event that cannot be sealed, and keeps those behind it in its district waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Whose journal.
    pub district: District,
    /// The event.
    pub id: Id<Journal>,
    /// Why it cannot be sealed.
    pub why: String,
}

/// What keeps districts from sealing: the pending events that are none, or that tell what was told before.
///
/// # Errors
/// A [`Fault`].
pub fn stuck(tx: &mut Tx<'_>) -> Result<Vec<Stuck>, Fault> {
    let mut found = Vec::new();
    let districts: Vec<(District,)> = tx.query("SELECT DISTINCT district FROM journal_pending", params![])?;
    for (district,) in districts {
        let pending: Vec<(Id<Journal>, Vec<u8>, Option<i64>)> = tx.query(
            "SELECT p.id, p.body, j.seq FROM journal_pending p
             LEFT JOIN journal j ON j.district = p.district AND j.subject = p.subject AND j.version = p.version
             WHERE p.district = $1 ORDER BY p.id LIMIT $2",
            params![district, SEAL_MAX],
        )?;
        for (id, body, told) in pending {
            let why = match (told, Sealed::read(district, 0, Instant::from_micros(0), &body)) {
                (Some(seq), _) => format!("tells what event {seq} has told"),
                (None, None) => "is not an event".to_owned(),
                (None, Some(_)) => continue,
            };
            found.push(Stuck { district, id, why });
        }
    }
    Ok(found)
}

/// Closes the days of `district` that are over and seals nothing: a pending event that cannot be sealed keeps no day
/// open.
///
/// # Errors
/// A [`Fault`].
pub(crate) fn close_days(
    tx: &mut Tx<'_>,
    district: District,
    now: Instant,
    keys: &vault::Keys,
) -> Result<(), Fault> {
    let mut head = lock_head(tx, district, now)?;
    let at = now.max(head.sealed_at);
    if at.day() <= head.day {
        return Ok(());
    }
    close_day(tx, district, &mut head, at, keys)?;
    move_head(tx, district, &head, at)
}

fn move_head(tx: &mut Tx<'_>, district: District, head: &ChainHead, at: Instant) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE journal_head SET seq = $2, link = $3, day = $4, day_first_seq = $5, sealed_at = $6
         WHERE district = $1",
        params![district, head.seq, head.link, head.day, head.day_first_seq, at],
    )
}

fn lock_head(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<ChainHead, Fault> {
    const LOCK: &str = "SELECT seq, link, day, day_first_seq, sealed_at FROM journal_head
                        WHERE district = $1 FOR UPDATE";
    if let Some(head) = tx.query_opt(LOCK, params![district])? {
        return Ok(head);
    }
    tx.execute(
        "INSERT INTO journal_head (district, seq, link, day, day_first_seq, sealed_at)
         VALUES ($1, 0, $2, $3, 1, $4) ON CONFLICT (district) DO NOTHING",
        params![district, [0_u8; 32], now.day(), now],
    )?;
    tx.query_one(LOCK, params![district])
}

/// Closes the day of the head: the root over its events, signed. A day without events has no root.
fn close_day(
    tx: &mut Tx<'_>,
    district: District,
    head: &mut ChainHead,
    now: Instant,
    keys: &vault::Keys,
) -> Result<(), Fault> {
    if head.seq >= head.day_first_seq {
        let leaves = leaves(tx, district, (head.day_first_seq, head.seq))?;
        let root = proof::merkle_root(&leaves);
        let (first, last) = (head.day_first_seq, head.seq);
        let line = DayLine { district, day: head.day, first, last, root, closed_at: now };
        let signature = keys.sign(line.to_string().as_bytes()).map_err(|e| Fault::Defect(e.to_string()))?;
        tx.execute_one(
            "INSERT INTO journal_day (district, day, first_seq, last_seq, root, link, signature, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                district,
                head.day,
                head.day_first_seq,
                head.seq,
                root,
                head.link,
                signature.as_bytes(),
                now
            ],
        )?;
    }
    head.day = now.day();
    head.day_first_seq = head.seq + 1;
    Ok(())
}

/// The hashes of the events of `district` from the first to the last, in their order.
pub(crate) fn leaves(
    tx: &mut Tx<'_>,
    district: District,
    (first, last): (i64, i64),
) -> Result<Vec<[u8; 32]>, Fault> {
    let mut leaves = Vec::new();
    tx.each(
        "SELECT body FROM journal WHERE district = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq",
        params![district, first, last],
        |row| {
            leaves.push(proof::leaf_hash(&row.take::<Vec<u8>>()?));
            Ok(())
        },
    )?;
    Ok(leaves)
}
