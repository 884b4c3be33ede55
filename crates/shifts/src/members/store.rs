//! Who has a place in the shifts of a team.

use std::collections::BTreeSet;

use db::{Fault, Tx, params};
use hours::AnyEngagement;
use kernel::{Id, Instant, Organisation, Person};

/// Everybody who has or had a place in a published shift of the team, with the beginning of the last; the last seen first,
/// at most so many.
pub(super) fn seen(
    tx: &mut Tx<'_>,
    team: Id<Organisation>,
    most: i64,
) -> Result<Vec<(Id<Person>, Instant)>, Fault> {
    tx.query(
        "SELECT g.person, MAX(s.starts_at) FROM signup g
         JOIN shift s ON s.district = g.district AND s.id = g.shift
         WHERE g.district = $1 AND s.organisation = $2 AND s.state = 'published' AND g.state = 'placed'
         GROUP BY g.person ORDER BY MAX(s.starts_at) DESC, g.person LIMIT $3",
        params![team.district(), team, most],
    )
}

/// Every shift of the team.
pub(super) fn shifts_of(
    tx: &mut Tx<'_>,
    team: Id<Organisation>,
) -> Result<BTreeSet<Id<AnyEngagement>>, Fault> {
    let rows: Vec<(Id<AnyEngagement>,)> = tx.query(
        "SELECT id FROM shift WHERE district = $1 AND organisation = $2",
        params![team.district(), team],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
