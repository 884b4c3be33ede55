//! Columns that hold encrypted values, and encrypting them again after a rotation of keys.

use std::sync::Arc;

use db::{Db, Fault, params};
use kernel::{District, Id};

use crate::Kit;

/// Rows looked at in one read; a recording may have 2 MB.
const BATCH: i64 = 16;

/// A column whose values are sealed by [`vault::Keys`] for one purpose.
#[derive(Clone, Copy, Debug)]
pub struct EncryptedColumn {
    /// `table.column`.
    pub name: &'static str,
    /// What the values are sealed for.
    pub purpose: &'static str,
    /// Every district that has rows.
    pub districts: &'static str,
    /// The next rows of district `$1` behind the key `$2`, at most `$3`.
    pub batch: &'static str,
    /// Puts `$3` in place of `$4` in the row of district `$1` and key `$2`.
    pub update: &'static str,
}

/// Declares an [`EncryptedColumn`]: table, key column, column, purpose.
#[macro_export]
macro_rules! encrypted_column {
    ($table:literal $key:literal $column:literal, $purpose:expr) => {
        $crate::EncryptedColumn {
            name: concat!($table, ".", $column),
            purpose: $purpose,
            districts: concat!("SELECT DISTINCT district FROM ", $table),
            batch: concat!(
                "SELECT ",
                $key,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE district = $1 AND ",
                $key,
                " > $2 AND ",
                $column,
                " IS NOT NULL ORDER BY ",
                $key,
                " LIMIT $3"
            ),
            update: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3 WHERE district = $1 AND ",
                $key,
                " = $2 AND ",
                $column,
                " = $4"
            ),
        }
    };
}

impl EncryptedColumn {
    /// Seals every value that was sealed with an older key anew; says how many. Killed in the middle and run again it
    /// goes on where it was, run twice it finds nothing. A value that changes meanwhile is left to its new writer.
    /// `passed` hears how many rows were looked at since the last time.
    ///
    /// # Errors
    /// A [`Fault`]; a defect when a value cannot be opened with any key held.
    pub fn renew(&self, db: &Db, kit: &Arc<Kit>, passed: &mut dyn FnMut(u64)) -> Result<u64, Fault> {
        type Rows = Vec<(Id<EncryptedColumn>, Vec<u8>)>;
        let (one, mut renewed) = (*self, 0);
        let districts: Vec<(District,)> =
            db.read_now("keys_districts", move |tx| tx.query(one.districts, &[]))?;
        for (district,) in districts {
            let mut after = [0_u8; 16];
            loop {
                let rows: Rows = db.read_now("keys_renew", move |tx| {
                    tx.query(one.batch, params![district, db::Value::Uuid(after), BATCH])
                })?;
                let Some((last, _)) = rows.last() else { break };
                after = last.bytes();
                passed(rows.len() as u64);
                let old = rows.into_iter().filter(|(_, sealed)| !kit.keys.is_current(sealed));
                let fresh = old
                    .map(|(id, sealed)| {
                        let plain = kit.keys.open(one.purpose, &sealed)?;
                        Ok((id, kit.keys.seal(one.purpose, &plain, kit.random.bytes())?, sealed))
                    })
                    .collect::<Result<Vec<_>, vault::VaultError>>()
                    .map_err(|error| Fault::Defect(format!("{}: {error}", one.name)))?;
                if !fresh.is_empty() {
                    renewed += db.write_now("keys_renew", move |tx| {
                        let mut changed = 0;
                        for (id, new, sealed) in &fresh {
                            changed += tx.execute(one.update, params![district, *id, *new, *sealed])?;
                        }
                        Ok::<_, Fault>(changed)
                    })?;
                }
            }
        }
        Ok(renewed)
    }
}
