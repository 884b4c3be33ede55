//! Rows of `role_grant`.

use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{DivisionCode, Grant, Id, Instant, Over, Person, Role};

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

/// Auditors of the district, of what is below it and of what is above it.
pub(super) fn auditors_over(
    tx: &mut Tx<'_>,
    district: DivisionCode,
    now: Instant,
) -> Result<Vec<(DivisionCode, Id<Person>)>, Fault> {
    let (from, to) = district.subtree().into_inner();
    let [city, province] = [8, 10].map(|digits| {
        let width = 10_u64.pow(digits);
        (district.number() - district.number() % width).cast_signed()
    });
    tx.query(
        "SELECT division, person FROM role_grant
         WHERE role IN ('auditor', 'audit_administrator')
             AND (division BETWEEN $1 AND $2 OR division IN ($3, $4, 0))
             AND from_at <= $5 AND (until_at IS NULL OR until_at > $5)
         ORDER BY division, person",
        params![from.cast_signed(), to.cast_signed(), city, province, now],
    )
}

/// Workers of the district whose area holds the division, those of the smallest area first.
pub(super) fn workers_over(
    tx: &mut Tx<'_>,
    division: DivisionCode,
    now: Instant,
) -> Result<Vec<(DivisionCode, Id<Person>)>, Fault> {
    let [province, city, district, street] = [10, 8, 6, 3].map(|digits| {
        let width = 10_u64.pow(digits);
        (division.number() - division.number() % width).cast_signed()
    });
    tx.query(
        "SELECT division, person FROM role_grant
         WHERE district = $1 AND role = 'worker' AND division IN ($2, $3, $4, $5, $6, 0)
             AND from_at <= $7 AND (until_at IS NULL OR until_at > $7)
         ORDER BY division DESC, person",
        params![division.district(), division, street, district, city, province, now],
    )
}
