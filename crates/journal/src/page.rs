//! Reading the journal: by cursor for consumers, by day for the public.

use db::{Fault, Tx, Value, params};
use kernel::{Day, District, Id, Instant};

use proof::DayLine;

use crate::Sealed;

/// The sealed events of `district` after `seq`, oldest first, at most `most`.
///
/// # Errors
/// [`Fault::Defect`] when a body is not an event: run `linli journal verify`.
pub fn events_after(tx: &mut Tx<'_>, district: District, seq: i64, most: i64) -> Result<Vec<Sealed>, Fault> {
    let mut events = Vec::new();
    tx.each(
        "SELECT seq, sealed_at, body FROM journal WHERE district = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        params![district, seq, most],
        |row| {
            let (seq, sealed_at, body): (i64, Instant, Vec<u8>) = (row.take()?, row.take()?, row.take()?);
            let event = Sealed::read(district, seq, sealed_at, &body)
                .ok_or_else(|| Fault::Defect(format!("journal {district}/{seq} is not an event")))?;
            events.push(event);
            Ok(())
        },
    )?;
    Ok(events)
}

/// The last event that is sealed in the journal of `district`; 0 where there is none.
///
/// # Errors
/// A [`Fault`].
pub fn sealed_to(tx: &mut Tx<'_>, district: District) -> Result<i64, Fault> {
    let head: Option<(i64,)> =
        tx.query_opt("SELECT seq FROM journal_head WHERE district = $1", params![district])?;
    Ok(head.map_or(0, |(seq,)| seq))
}

/// Subjects asked for in one statement.
const SUBJECTS: usize = 16;

/// A sealed event with the digest that holds it in its chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// The event.
    pub event: Sealed,
    /// The link: its digest together with that of everything before it.
    pub link: [u8; 32],
}

/// What is sealed of these subjects in the journal of `district`, in its order: one statement for each sixteen.
///
/// # Errors
/// [`Fault::Defect`] when a body is not an event: run `linli journal verify`.
pub fn events_of<T>(tx: &mut Tx<'_>, district: District, subjects: &[Id<T>]) -> Result<Vec<Linked>, Fault> {
    let mut events = Vec::new();
    for batch in subjects.chunks(SUBJECTS) {
        let mut values = vec![Value::Int(i64::from(district.number()))];
        values.extend(batch.iter().map(|id| Value::Uuid(id.bytes())));
        values.resize(SUBJECTS + 1, Value::Null);
        tx.each(
            "SELECT seq, sealed_at, body, link FROM journal WHERE district = $1
             AND subject IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ORDER BY seq",
            &values,
            |row| {
                let (seq, sealed_at, body): (i64, Instant, Vec<u8>) = (row.take()?, row.take()?, row.take()?);
                let event = Sealed::read(district, seq, sealed_at, &body)
                    .ok_or_else(|| Fault::Defect(format!("journal {district}/{seq} is not an event")))?;
                events.push(Linked { event, link: row.take()? });
                Ok(())
            },
        )?;
    }
    events.sort_by_key(|linked| linked.event.seq);
    Ok(events)
}

/// The public root of one district's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRoot {
    /// Whose journal.
    pub district: District,
    /// The day of sealing.
    pub day: Day,
    /// First event of the day.
    pub first_seq: i64,
    /// Last event of the day.
    pub last_seq: i64,
    /// Merkle root over the day's events (RFC 9162).
    pub root: [u8; 32],
    /// When the day was closed; signed with the root.
    pub closed_at: Instant,
    /// Signature over the day's statement, by the node's key.
    pub signature: Vec<u8>,
}

impl db::FromRow for DayRoot {
    fn from_row(row: &mut db::Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            district: row.take()?,
            day: row.take()?,
            first_seq: row.take()?,
            last_seq: row.take()?,
            root: row.take()?,
            closed_at: row.take()?,
            signature: row.take()?,
        })
    }
}

impl DayRoot {
    /// The line that is signed for the day.
    pub fn statement(&self) -> String {
        let Self { district, day, first_seq: first, last_seq: last, root, closed_at, .. } = *self;
        DayLine { district, day, first, last, root, closed_at }.to_string()
    }
}

/// The last `most` closed days of `district` before `before`, newest first.
///
/// # Errors
/// A [`Fault`].
pub fn day_roots(
    tx: &mut Tx<'_>,
    district: District,
    before: Option<Day>,
    most: i64,
) -> Result<Vec<DayRoot>, Fault> {
    tx.query(
        "SELECT district, day, first_seq, last_seq, root, closed_at, signature FROM journal_day
         WHERE district = $1 AND day < $2 ORDER BY day DESC LIMIT $3",
        params![district, before.map_or(i64::from(i32::MAX), |day| i64::from(day.number())), most],
    )
}
