//! Rows of `role_grant`.

use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{Grant, Id, Instant, Over, Person, Role};

use super::{Held, RoleGrant};

impl FromRow for Held {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, person): (Id<RoleGrant>, _) = (row.take()?, row.take()?);
        let nothing = || Fault::Defect(format!("grant {id} has no role"));
        let Grant { role, over } = grant(row)?.ok_or_else(nothing)?;
        Ok(Self { id, person, role, over, until: row.take()?, version: row.take()? })
    }
}

/// The role, division and organisation that the row has next; `None` when it has no role.
pub(crate) fn grant(row: &mut Row<'_>) -> Result<Option<Grant>, Fault> {
    let Some(word) = row.take::<Option<String>>()? else { return Ok(None) };
    let role = Role::from_word(&word).ok_or_else(|| Fault::Defect(format!("no role `{word}`")))?;
    let over = match (row.take()?, row.take()?) {
        (Some(division), _) => Over::Subtree(division),
        (None, Some(organisation)) => Over::Organisation(organisation),
        (None, None) => return Err(Fault::Defect(format!("a grant of `{word}` is over nothing"))),
    };
    Ok(Some(Grant { role, over }))
}

pub(crate) fn of_person(tx: &mut Tx<'_>, person: Id<Person>, now: Instant) -> Result<Vec<Held>, Fault> {
    tx.query(
        "SELECT id, person, role, division, organisation, until_at, version FROM role_grant
         WHERE district = $1 AND person = $2 AND from_at <= $3 AND (until_at IS NULL OR until_at > $3)
         ORDER BY id",
        params![person.district(), person, now],
    )
}

pub(super) fn locked(tx: &mut Tx<'_>, grant: Id<RoleGrant>) -> Result<Option<Held>, Fault> {
    tx.query_opt(
        "SELECT id, person, role, division, organisation, until_at, version FROM role_grant
         WHERE district = $1 AND id = $2 FOR UPDATE",
        params![grant.district(), grant],
    )
}

/// Grants over divisions of an area.
pub(super) fn in_area(tx: &mut Tx<'_>, area: Span, now: Instant, limit: i64) -> Result<Vec<Held>, Fault> {
    const IN_AREA: (&str, &str) = spanning!(
        "SELECT id, person, role, division, organisation, until_at, version FROM role_grant",
        "district = $5",
        "district BETWEEN $5 AND $6",
        " AND division BETWEEN $1 AND $2 AND from_at <= $3 AND (until_at IS NULL OR until_at > $3)
         ORDER BY id LIMIT $4"
    );
    area.query(tx, IN_AREA, params![now, limit])
}
