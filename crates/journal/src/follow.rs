//! Following the journal: consumers and the thread that feeds them.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::Duration,
};

use db::{Db, Failure, Fault, Outcome, Tx, params};
use kernel::{Actor, District};

use crate::{
    Call, Kit, Sealed,
    node::{NodeClosed, close_node_days, last_over},
    page::events_after,
    seal,
    seal::close_days,
};

/// Failures of one event before its consumer halts or the event is parked.
pub const CONSUMER_TRIES_MAX: i64 = 5;
/// Events a consumer takes in one transaction.
const FOLLOW_MAX: i64 = 64;
/// How often the thread looks without having been woken: other processes and days that end.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Something that must follow what happened: postings, figures, notices. Its effects and its cursor are one
/// transaction, so an event counts exactly once, however often the process dies.
pub trait Consumer: Send + Sync {
    /// Its name in `consumer` and in `doctor`'s words.
    fn name(&self) -> &'static str;

    /// Whether an event that fails again and again stops the district for this consumer (the time bank), or
    /// is parked for a person to look at, while later events are followed.
    fn halts(&self) -> bool {
        false
    }

    /// Raised with every change of what it writes: where a lower one followed a district, it forgets the district and
    /// follows its whole journal again, in one transaction. One that cannot forget goes on where it was.
    fn version(&self) -> i64 {
        1
    }

    /// Deletes everything this consumer wrote in `district`, so that [`retry`] follows the whole journal again
    /// and a parked event has its effect in its own place, before those that build on it. `false`: it cannot,
    /// and parked events are followed late.
    ///
    /// # Errors
    /// A [`Fault`].
    fn forget(&self, _tx: &mut Tx<'_>, _district: District) -> Result<bool, Fault> {
        Ok(false)
    }

    /// Follows one event. Events it does not care for are `Ok`.
    ///
    /// # Errors
    /// A failure; the event is tried again.
    fn follow(&self, tx: &mut Tx<'_>, call: &Call, event: &Sealed) -> Outcome<()>;
}

/// What [`Follower::drain`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Events sealed.
    pub sealed: usize,
    /// Events followed, summed over consumers.
    pub followed: usize,
}

/// Seals and follows. Several processes may each run one.
#[derive(Clone)]
pub struct Follower {
    db: Db,
    kit: Arc<Kit>,
    consumers: Arc<[Arc<dyn Consumer>]>,
    /// Until which day the node's days are closed, as far as this process knows.
    node_closed: Arc<AtomicI32>,
}

impl Follower {
    /// A follower that feeds these consumers, in this order.
    pub fn new(db: Db, kit: Arc<Kit>, consumers: Vec<Arc<dyn Consumer>>) -> Self {
        Self { db, kit, consumers: consumers.into(), node_closed: Arc::new(AtomicI32::new(i32::MIN)) }
    }

    /// Works until `stop` is set. Faults are logged and tried again; nothing is lost meanwhile.
    pub fn run(&self, stop: &AtomicBool) {
        let mut all_due = true;
        while !stop.load(Ordering::Relaxed) {
            let woken = self.db.woken(LOOK_EVERY);
            let districts = if all_due || woken.is_empty() { self.districts() } else { Ok(woken) };
            all_due = false;
            if let Err(fault) = districts.and_then(|districts| self.work(&districts)) {
                tracing::warn!(%fault, "the journal waits");
                all_due = true;
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }

    /// Seals and follows until nothing is left, in every district.
    ///
    /// # Errors
    /// A [`Fault`] of the database, or that of the first district that could not be sealed, after all others were;
    /// a consumer's failure is counted, not returned.
    pub fn drain(&self) -> Result<Drained, Fault> {
        let mut total = Drained::default();
        loop {
            let districts = self.districts()?;
            let (done, stuck) = self.work(&districts)?;
            total.sealed += done.sealed;
            total.followed += done.followed;
            if done == Drained::default() {
                return stuck.map_or(Ok(total), Err);
            }
        }
    }

    /// Seals and follows once in each district. A district that is stuck does not keep the others waiting; its
    /// fault comes beside what was done.
    fn work(&self, districts: &BTreeSet<District>) -> Result<(Drained, Option<Fault>), Fault> {
        let (mut done, mut stuck) = (Drained::default(), None);
        for &district in districts {
            match self.work_in(district, &mut done) {
                // The database is away, busy or full for all of them.
                Err(fault) if fault.passes() => return Err(fault),
                Err(fault) => {
                    tracing::error!(%district, %fault, "the journal of a district is stuck: `linli doctor` names the event");
                    self.close_days(district)?;
                    stuck.get_or_insert(fault);
                }
                Ok(()) => {}
            }
        }
        self.close_node()?;
        Ok((done, stuck))
    }

    fn close_days(&self, district: District) -> Result<(), Fault> {
        let kit = Arc::clone(&self.kit);
        self.db.write_now("close_days", move |tx| close_days(tx, district, kit.clock.now(), &kit.keys))
    }

    /// Closes the days of the node that are over; nothing to do for the rest of a day once that is done.
    fn close_node(&self) -> Result<(), Fault> {
        let now = self.kit.clock.now();
        let over = last_over(now).number();
        while self.node_closed.load(Ordering::Relaxed) < over {
            let kit = Arc::clone(&self.kit);
            let closed = self.db.write_now("close_node", move |tx| close_node_days(tx, now, &kit.keys))?;
            match closed {
                NodeClosed::All => self.node_closed.store(over, Ordering::Relaxed),
                NodeClosed::Some => {}
                NodeClosed::Waits => break,
            }
        }
        Ok(())
    }

    fn work_in(&self, district: District, done: &mut Drained) -> Result<(), Fault> {
        // What is sealed already is followed, whatever keeps the rest from being sealed.
        let sealed = self.seal(district).map(|count| done.sealed += count);
        for consumer in self.consumers.iter() {
            done.followed += self.follow(district, consumer)?;
        }
        sealed
    }

    fn districts(&self) -> Result<BTreeSet<District>, Fault> {
        self.db.read_now("journal_districts", |tx| {
            let sealed: Vec<(District,)> = tx.query("SELECT district FROM journal_head", params![])?;
            let pending: Vec<(District,)> =
                tx.query("SELECT DISTINCT district FROM journal_pending", params![])?;
            Ok(sealed.into_iter().chain(pending).map(|(district,)| district).collect())
        })
    }

    fn seal(&self, district: District) -> Result<usize, Fault> {
        let mut sealed = 0;
        loop {
            let kit = Arc::clone(&self.kit);
            let count =
                self.db.write_now("seal", move |tx| seal(tx, district, kit.clock.now(), &kit.keys))?;
            sealed += count;
            if count == 0 {
                return Ok(sealed);
            }
        }
    }

    fn follow(&self, district: District, consumer: &Arc<dyn Consumer>) -> Result<usize, Fault> {
        let mut followed = 0;
        let mut most = FOLLOW_MAX;
        loop {
            let (kit, one) = (Arc::clone(&self.kit), Arc::clone(consumer));
            let end = self.db.write_now("follow", move |tx| {
                let call = Call::new(&kit, Actor::system());
                follow(tx, &call, one.as_ref(), district, most)
            });
            match end {
                Ok(0) => return Ok(followed),
                Ok(count) => followed += count,
                // The event is not to blame when the database is away, busy or full.
                Err(Failure::Fault(fault)) if fault.passes() => return Err(fault),
                // One of many failed: take them one by one, so that only the bad one is held back.
                Err(_) if most > 1 => most = 1,
                Err(failure) => {
                    self.failed(district, consumer, &failure)?;
                    return Ok(followed);
                }
            }
        }
    }

    fn failed(
        &self,
        district: District,
        consumer: &Arc<dyn Consumer>,
        failure: &Failure,
    ) -> Result<(), Fault> {
        let words = failure.to_string();
        tracing::error!(consumer = consumer.name(), %district, words, "an event could not be followed");
        let (one, now) = (Arc::clone(consumer), self.kit.clock.now());
        self.db.write_now("follow_failed", move |tx| {
            let name = one.name();
            let cursor = lock_cursor(tx, district, one.as_ref())?.unwrap_or_default();
            if cursor.failures + 1 < CONSUMER_TRIES_MAX {
                return tx.execute_one(
                    "UPDATE consumer SET failures = failures + 1 WHERE district = $1 AND name = $2",
                    params![district, name],
                );
            }
            if one.halts() {
                return tx.execute_one(
                    "UPDATE consumer SET halted = $3 WHERE district = $1 AND name = $2",
                    params![district, name, words],
                );
            }
            tx.execute_one(
                "INSERT INTO parked_event (district, consumer, seq, reason, parked_at) VALUES ($1, $2, $3, $4, $5)",
                params![district, name, cursor.seq + 1, words, now],
            )?;
            tx.execute_one(
                "UPDATE consumer SET seq = seq + 1, failures = 0 WHERE district = $1 AND name = $2",
                params![district, name],
            )
        })
    }
}

/// Where a consumer stands in a district, how often the next event failed, and by which version of itself it came there.
#[derive(Default)]
struct Cursor {
    seq: i64,
    failures: i64,
    version: i64,
}

/// Locks the consumer's cursor; `None` while it is halted.
fn lock_cursor(
    tx: &mut Tx<'_>,
    district: District,
    consumer: &dyn Consumer,
) -> Result<Option<Cursor>, Fault> {
    const LOCK: &str =
        "SELECT seq, failures, version, halted FROM consumer WHERE district = $1 AND name = $2 FOR UPDATE";
    let name = consumer.name();
    let mut row: Option<(i64, i64, i64, Option<String>)> = tx.query_opt(LOCK, params![district, name])?;
    if row.is_none() {
        tx.execute(
            "INSERT INTO consumer (district, name, seq, version) VALUES ($1, $2, 0, $3)
             ON CONFLICT (district, name) DO NOTHING",
            params![district, name, consumer.version()],
        )?;
        row = tx.query_opt(LOCK, params![district, name])?;
    }
    let cursor = |(seq, failures, version, halted): (_, _, _, Option<String>)| {
        halted.is_none().then_some(Cursor { seq, failures, version })
    };
    Ok(row.and_then(cursor))
}

fn follow(
    tx: &mut Tx<'_>,
    call: &Call,
    consumer: &dyn Consumer,
    district: District,
    most: i64,
) -> Outcome<usize> {
    let Some(cursor) = lock_cursor(tx, district, consumer)? else { return Ok(0) };
    if cursor.version < consumer.version() {
        renew(tx, call, consumer, district, &cursor)?;
    }
    let events = events_after(tx, district, cursor.seq, most)?;
    let Some(last) = events.last() else { return Ok(0) };
    for event in &events {
        consumer.follow(tx, call, event)?;
    }
    tx.execute_one(
        "UPDATE consumer SET seq = $3, failures = 0 WHERE district = $1 AND name = $2",
        params![district, consumer.name(), last.seq],
    )?;
    Ok(events.len())
}

/// Brings what an older version of the consumer wrote to what this one writes. What is parked stays parked.
fn renew(
    tx: &mut Tx<'_>,
    call: &Call,
    consumer: &dyn Consumer,
    district: District,
    cursor: &Cursor,
) -> Outcome<()> {
    if consumer.forget(tx, district)? {
        let parked = parked(tx, district, consumer.name())?;
        follow_again(tx, call, consumer, (district, cursor.seq), &parked)?;
    }
    Ok(tx.execute_one(
        "UPDATE consumer SET version = $3 WHERE district = $1 AND name = $2",
        params![district, consumer.name(), consumer.version()],
    )?)
}

/// How far behind a consumer is, and what it holds back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lag {
    /// Which district's journal.
    pub district: District,
    /// Which consumer.
    pub consumer: String,
    /// Sealed events it has not followed.
    pub behind: i64,
    /// Events parked.
    pub parked: i64,
    /// Why it halted, if it did.
    pub halted: Option<String>,
}

/// Every consumer's lag in every district.
///
/// # Errors
/// A [`Fault`].
pub fn lag(tx: &mut Tx<'_>) -> Result<Vec<Lag>, Fault> {
    let rows: Vec<(District, String, i64, i64, Option<String>)> = tx.query(
        "SELECT h.district, c.name, h.seq - c.seq,
                (SELECT COUNT(*) FROM parked_event p WHERE p.district = c.district AND p.consumer = c.name), c.halted
         FROM journal_head h JOIN consumer c ON c.district = h.district
         ORDER BY h.district, c.name",
        params![],
    )?;
    let lag =
        |(district, consumer, behind, parked, halted)| Lag { district, consumer, behind, parked, halted };
    Ok(rows.into_iter().map(lag).collect())
}

/// Lets a halted consumer go on. Where `consumer` parked events, it forgets the district and follows everything
/// up to its cursor again, in this transaction, so that nobody sees half of it; a consumer that cannot forget
/// follows its parked events one by one.
///
/// # Errors
/// A failure of the consumer on an event: nothing has changed then.
pub fn retry(tx: &mut Tx<'_>, call: &Call, consumer: &dyn Consumer, district: District) -> Outcome<usize> {
    let name = consumer.name();
    tx.execute(
        "UPDATE consumer SET halted = NULL, failures = 0 WHERE district = $1 AND name = $2",
        params![district, name],
    )?;
    let parked = parked(tx, district, name)?;
    if !parked.is_empty() && consumer.forget(tx, district)? {
        if let Some(cursor) = lock_cursor(tx, district, consumer)? {
            follow_again(tx, call, consumer, (district, cursor.seq), &BTreeSet::new())?;
        }
    } else {
        for seq in &parked {
            for event in events_after(tx, district, seq - 1, 1)? {
                consumer.follow(tx, call, &event)?;
            }
        }
    }
    tx.execute("DELETE FROM parked_event WHERE district = $1 AND consumer = $2", params![district, name])?;
    tx.wake(district);
    Ok(parked.len())
}

/// The events that wait for a person to look at them, by their place in the district's journal.
fn parked(tx: &mut Tx<'_>, district: District, consumer: &str) -> Result<BTreeSet<i64>, Fault> {
    let parked: Vec<(i64,)> = tx.query(
        "SELECT seq FROM parked_event WHERE district = $1 AND consumer = $2",
        params![district, consumer],
    )?;
    Ok(parked.into_iter().map(|(seq,)| seq).collect())
}

/// Follows from the first event to the cursor, but for those in `except`.
fn follow_again(
    tx: &mut Tx<'_>,
    call: &Call,
    consumer: &dyn Consumer,
    (district, cursor): (District, i64),
    except: &BTreeSet<i64>,
) -> Outcome<()> {
    let mut at = 0;
    while at < cursor {
        let events = events_after(tx, district, at, FOLLOW_MAX.min(cursor - at))?;
        let Some(last) = events.last() else {
            return Err(Fault::Defect(format!("journal {district} ends at {at}, before {cursor}")).into());
        };
        at = last.seq;
        for event in events.iter().filter(|event| !except.contains(&event.seq)) {
            consumer.follow(tx, call, event)?;
        }
    }
    Ok(())
}
