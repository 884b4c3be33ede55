//! Rows of `role_grant`.

use std::ops::RangeInclusive;

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{District, DivisionCode, Grant, Id, Instant, Over, Person, Role};

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

/// Grants over divisions of `range`, which lies in one district.
pub(super) fn in_range(
    tx: &mut Tx<'_>,
    range: &RangeInclusive<u64>,
    now: Instant,
    limit: i64,
) -> Result<Vec<Held>, Fault> {
    let first = DivisionCode::new(*range.start()).unwrap_or_default();
    let last = DivisionCode::new(*range.end()).unwrap_or_default();
    let district: District = first.district();
    tx.query(
        "SELECT id, person, role, division, organisation, until_at, version FROM role_grant
         WHERE district = $1 AND division BETWEEN $2 AND $3
         AND from_at <= $4 AND (until_at IS NULL OR until_at > $4)
         ORDER BY id LIMIT $5",
        params![district, first, last, now, limit],
    )
}
