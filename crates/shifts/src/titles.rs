//! What the shifts are called that a person has served in, for lists and certificates.

use std::collections::BTreeMap;

use db::{Fault, Tx, Value};
use hours::AnyEngagement;
use kernel::{District, Id};

use crate::Project;

/// What was served in, as certificates name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The project of the shift.
    pub project: Id<Project>,
    /// What the shift was called.
    pub title: String,
}

/// Ids asked for in one statement.
const BATCH: usize = 32;

/// Project and title of each of these that is a shift: one statement for each 32 of a district. A need has none.
///
/// # Errors
/// A fault.
pub fn titles(
    tx: &mut Tx<'_>,
    engagements: impl IntoIterator<Item = Id<AnyEngagement>>,
) -> Result<BTreeMap<Id<AnyEngagement>, Served>, Fault> {
    let mut by_district: BTreeMap<District, Vec<Id<AnyEngagement>>> = BTreeMap::new();
    for id in engagements {
        by_district.entry(id.district()).or_default().push(id);
    }
    let mut found = BTreeMap::new();
    for (district, mut ids) in by_district {
        ids.sort_unstable();
        ids.dedup();
        for batch in ids.chunks(BATCH) {
            let mut values = vec![Value::Int(i64::from(district.number()))];
            values.extend(batch.iter().map(|id| Value::Uuid(id.bytes())));
            values.resize(BATCH + 1, Value::Null);
            tx.each(
                "SELECT id, project, title FROM shift WHERE district = $1 AND id IN (
                 $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)",
                &values,
                |row| {
                    found.insert(row.take()?, Served { project: row.take()?, title: row.take()? });
                    Ok(())
                },
            )?;
        }
    }
    Ok(found)
}
