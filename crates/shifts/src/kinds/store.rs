//! Rows of `kind_review`.

use std::ops::RangeInclusive;

use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{Id, Instant, Person};

use super::{KindReview, KindReviewCard, Suspected};
use crate::project::Project;

impl FromRow for KindReviewCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            project: row.take()?,
            division: row.take()?,
            kinds: row.take()?,
            asked_by: row.take()?,
            asked_at: row.take()?,
            state: row.take()?,
            reason: row.take()?,
            version: row.take()?,
        })
    }
}

impl FromRow for Suspected {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { review: KindReviewCard::from_row(row)?, title: row.take()?, summary: row.take()? })
    }
}

pub(super) fn insert(tx: &mut Tx<'_>, review: &KindReviewCard) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO kind_review (district, id, project, division, kinds, asked_by, asked_at, state, reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            review.id.district(),
            review.id,
            review.project,
            review.division,
            review.kinds,
            review.asked_by,
            review.asked_at,
            review.state,
            review.reason,
            review.version
        ],
    )
}

/// Writes that it is asked about anew, as nobody had looked.
pub(super) fn ask_again(tx: &mut Tx<'_>, review: &KindReviewCard) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE kind_review SET kinds = $3, asked_by = $4, asked_at = $5, state = $6, reason = '', decided_by = NULL,
             decided_at = NULL, version = $7
         WHERE district = $1 AND id = $2",
        params![
            review.id.district(),
            review.id,
            review.kinds,
            review.asked_by,
            review.asked_at,
            review.state,
            review.version
        ],
    )
}

pub(super) fn of_project(tx: &mut Tx<'_>, project: Id<Project>) -> Result<Option<KindReviewCard>, Fault> {
    tx.query_opt(
        "SELECT id, project, division, kinds, asked_by, asked_at, state, reason, version FROM kind_review
         WHERE district = $1 AND project = $2",
        params![project.district(), project],
    )
}

pub(super) fn locked(tx: &mut Tx<'_>, id: Id<KindReview>) -> Result<Option<KindReviewCard>, Fault> {
    tx.query_opt(
        "SELECT id, project, division, kinds, asked_by, asked_at, state, reason, version FROM kind_review
         WHERE district = $1 AND id = $2 FOR UPDATE",
        params![id.district(), id],
    )
}

pub(super) fn decide(
    tx: &mut Tx<'_>,
    review: &KindReviewCard,
    by: Id<Person>,
    now: Instant,
) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE kind_review SET state = $3, reason = $4, decided_by = $5, decided_at = $6, version = $7
         WHERE district = $1 AND id = $2",
        params![review.id.district(), review.id, review.state, review.reason, by, now, review.version],
    )
}

const WAITING: (&str, &str) = spanning!(
    "SELECT r.id, r.project, r.division, r.kinds, r.asked_by, r.asked_at, r.state, r.reason, r.version, p.title, p.summary
     FROM kind_review r JOIN project p ON p.district = r.district AND p.id = r.project",
    "r.district = $4",
    "r.district BETWEEN $4 AND $5",
    " AND r.state = 'open' AND r.division BETWEEN $1 AND $2 ORDER BY r.id LIMIT $3"
);

pub(super) fn waiting(
    tx: &mut Tx<'_>,
    range: &RangeInclusive<u64>,
    most: i64,
) -> Result<Vec<Suspected>, Fault> {
    Span::of_range(range).query(tx, WAITING, params![most])
}
