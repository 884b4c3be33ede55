//! The root of roots: one signed root over the day's roots of all districts of this node.
//!
//! A district's day root commits to its events; the node's root commits to what was published of every district on
//! that day, so that nobody can show one district's roots to some and others to others. It is no second truth: each
//! leaf is the signed line of a row of `journal_day`, by district, and verification computes it again.
//!
//! A day is closed for the node when it is over in every district that has a journal, and an hour has passed: until
//! then a process whose clock is late may still begin a district's journal.

use std::{collections::HashMap, fmt::Write as _};

use db::{Fault, Tx, params};
use kernel::{Day, District, DivisionCode, Instant, Minutes};
use proof::{DayLine, NodeLine, Published};

use crate::DayRoot;

/// How long after its end a day may still get a district's root.
const GRACE: Minutes = Minutes::from_hours(1);
/// Days closed in one transaction at most.
const CLOSE_MAX: i64 = 32;
/// The word that stands for the node in a file of roots, where else a district stands.
const NODE_WORD: &str = "node";

/// Where the rows of the whole node stand.
pub(crate) const fn node() -> District {
    DivisionCode::NATION.district()
}

/// The public root of one day of all districts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRoot {
    /// The day of sealing.
    pub day: Day,
    /// How many districts have a root of that day.
    pub districts: i64,
    /// Merkle root (RFC 9162) over the statements of their roots, by district.
    pub root: [u8; 32],
    /// When the day was closed for the node; signed with the root.
    pub closed_at: Instant,
    /// Signature over the statement, by the node's key.
    pub signature: Vec<u8>,
}

impl db::FromRow for NodeRoot {
    fn from_row(row: &mut db::Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            day: row.take()?,
            districts: row.take()?,
            root: row.take()?,
            closed_at: row.take()?,
            signature: row.take()?,
        })
    }
}

impl NodeRoot {
    /// The line that is signed for the day.
    pub fn statement(&self) -> String {
        let Self { day, districts, root, closed_at, .. } = *self;
        NodeLine { day, districts, root, closed_at }.to_string()
    }
}

/// The root over the signed lines of the districts' roots, which come by district.
pub(crate) fn root_of_roots<'s>(statements: impl Iterator<Item = &'s str>) -> [u8; 32] {
    let leaves: Vec<[u8; 32]> = statements.map(|line| proof::leaf_hash(line.as_bytes())).collect();
    proof::merkle_root(&leaves)
}

/// The last day that may be closed for the node at `now`.
pub(crate) fn last_over(now: Instant) -> Day {
    (now - GRACE).day().plus(-1)
}

/// What [`close_node_days`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeClosed {
    /// Every day that is over is closed.
    All,
    /// There are more to close.
    Some,
    /// A district has not closed its day yet.
    Waits,
}

/// Closes the days that are over in every district, a few at a time.
///
/// # Errors
/// A [`Fault`].
pub(crate) fn close_node_days(
    tx: &mut Tx<'_>,
    now: Instant,
    keys: &vault::Keys,
) -> Result<NodeClosed, Fault> {
    let (open,): (Option<Day>,) = tx.query_one("SELECT MIN(day) FROM journal_head", params![])?;
    let Some(open) = open else { return Ok(NodeClosed::All) };
    let over = last_over(now);
    let last = over.min(open.plus(-1));
    let closed: Option<(Day,)> = tx.query_opt(
        "SELECT day FROM node_day WHERE district = $1 ORDER BY day DESC LIMIT 1",
        params![node()],
    )?;
    let after = closed.map_or(i64::from(i32::MIN), |(day,)| i64::from(day.number()));
    let days: Vec<(Day,)> = tx.query(
        "SELECT DISTINCT day FROM journal_day WHERE day > $1 AND day <= $2 ORDER BY day LIMIT $3",
        params![after, last, CLOSE_MAX],
    )?;
    let are_more = i64::try_from(days.len()).is_ok_and(|count| count == CLOSE_MAX);
    for (day,) in days {
        let roots = roots_of_days(tx, day, day)?;
        let statements: Vec<String> = roots.iter().map(DayRoot::statement).collect();
        let root = root_of_roots(statements.iter().map(String::as_str));
        let districts = i64::try_from(roots.len()).unwrap_or(i64::MAX);
        let line = NodeLine { day, districts, root, closed_at: now };
        let signature = keys.sign(line.to_string().as_bytes()).map_err(|e| Fault::Defect(e.to_string()))?;
        // Another process may have closed it.
        tx.execute(
            "INSERT INTO node_day (district, day, districts, root, signature, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (district, day) DO NOTHING",
            params![node(), day, districts, root, signature.as_bytes(), now],
        )?;
    }
    Ok(if are_more {
        NodeClosed::Some
    } else if last < over {
        NodeClosed::Waits
    } else {
        NodeClosed::All
    })
}

/// The last `most` closed days of the node before `before`, newest first.
///
/// # Errors
/// A [`Fault`].
pub fn node_roots(tx: &mut Tx<'_>, before: Option<Day>, most: i64) -> Result<Vec<NodeRoot>, Fault> {
    tx.query(
        "SELECT day, districts, root, closed_at, signature FROM node_day
         WHERE district = $1 AND day < $2 ORDER BY day DESC LIMIT $3",
        params![node(), before.map_or(i64::from(i32::MAX), |day| i64::from(day.number())), most],
    )
}

/// The roots of all districts from `first` to `last`, by day and district.
///
/// # Errors
/// A [`Fault`].
pub fn roots_of_days(tx: &mut Tx<'_>, first: Day, last: Day) -> Result<Vec<DayRoot>, Fault> {
    tx.query(
        "SELECT district, day, first_seq, last_seq, root, closed_at, signature FROM journal_day
         WHERE day >= $1 AND day <= $2 ORDER BY day, district",
        params![first, last],
    )
}

/// Every root of this node as a file that is whole in itself: the public keys, then each day's districts and their
/// root of roots. What is signed can be put together again from a line.
///
/// # Errors
/// A [`Fault`].
pub fn roots_file(tx: &mut Tx<'_>, keys: &vault::Keys) -> Result<String, Fault> {
    let ever = (Day::from_number(i32::MIN), Day::from_number(i32::MAX));
    let roots = roots_of_days(tx, ever.0, ever.1)?;
    let nodes: HashMap<Day, NodeRoot> =
        node_roots(tx, None, i64::MAX)?.into_iter().map(|node| (node.day, node)).collect();
    let mut file = String::new();
    if roots.is_empty() {
        return Ok(file);
    }
    let _ = writeln!(file, "# district day root first last closed_at signature");
    let _ = writeln!(file, "# {NODE_WORD} day root districts closed_at signature");
    file.push_str(&Published::key_lines(&keys.public_key(), keys.former_signers()));
    for (at, one) in roots.iter().enumerate() {
        let DayRoot { district, day, first_seq, last_seq, root, closed_at, signature } = one;
        let (root, closed_at) = (vault::hex(root), closed_at.micros());
        let _ = writeln!(
            file,
            "{district} {day} {root} {first_seq} {last_seq} {closed_at} {}",
            vault::hex(signature)
        );
        let is_last = roots.get(at + 1).is_none_or(|next| next.day != *day);
        if let Some(node) = nodes.get(day).filter(|_| is_last) {
            let (root, closed_at) = (vault::hex(&node.root), node.closed_at.micros());
            let _ = writeln!(
                file,
                "{NODE_WORD} {day} {root} {} {closed_at} {}",
                node.districts,
                vault::hex(&node.signature)
            );
        }
    }
    Ok(file)
}

/// The signed line of a row of `journal_day` as it stands; nothing when it can be none.
pub(crate) fn line_of_row(
    (district, day, first, last): (i64, i64, i64, i64),
    root: &[u8],
    closed_at: Instant,
) -> Option<(Day, District, String)> {
    let district = u32::try_from(district).ok().and_then(District::new)?;
    let day = i32::try_from(day).ok().map(Day::from_number)?;
    let root = root.try_into().ok()?;
    Some((day, district, DayLine { district, day, first, last, root, closed_at }.to_string()))
}
