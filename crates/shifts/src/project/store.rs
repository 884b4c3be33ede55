//! Rows of `project`.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{Id, Instant};

use super::{Project, ProjectCard, Protection};

impl FromRow for Protection {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let mut is = || Ok::<_, Fault>(row.take::<i64>()? == 1);
        let (insurance, training, skill_proof) = (is()?, is()?, is()?);
        Ok(Self { insurance, training, skill_proof, skill: row.take()? })
    }
}

impl FromRow for ProjectCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            division: row.take()?,
            organisation: row.take()?,
            title: row.take()?,
            summary: row.take()?,
            category: row.take()?,
            risk: row.take()?,
            protection: Protection::from_row(row)?,
            state: row.take()?,
            created_by: row.take()?,
            version: row.take()?,
        })
    }
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    card: &ProjectCard,
    copied_from: Option<Id<Project>>,
    now: Instant,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO project (district, id, division, organisation, title, summary, category, risk, insurance, training,
             skill_proof, skill, state, copied_from, created_by, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)",
        params![
            card.id.district(),
            card.id,
            card.division,
            card.organisation,
            card.title,
            card.summary,
            card.category,
            card.risk,
            i64::from(card.protection.insurance),
            i64::from(card.protection.training),
            i64::from(card.protection.skill_proof),
            card.protection.skill,
            card.state,
            copied_from,
            card.created_by,
            now
        ],
    )
}

pub(super) fn one(tx: &mut Tx<'_>, id: Id<Project>) -> Result<Option<ProjectCard>, Fault> {
    tx.query_opt(
        "SELECT id, division, organisation, title, summary, category, risk, insurance, training, skill_proof, skill,
             state, created_by, version
         FROM project WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )
}

pub(super) fn locked(tx: &mut Tx<'_>, id: Id<Project>) -> Result<Option<ProjectCard>, Fault> {
    tx.query_opt(
        "SELECT id, division, organisation, title, summary, category, risk, insurance, training, skill_proof, skill,
             state, created_by, version
         FROM project WHERE district = $1 AND id = $2 FOR UPDATE",
        params![id.district(), id],
    )
}

pub(super) fn publish(tx: &mut Tx<'_>, id: Id<Project>) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE project SET state = 'published', version = version + 1 WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )
}
