//! Insert-only tables whose every row has its digest in the journal.

use db::{Fault, Row, Tx, Value, params};
use kernel::Id;
use proof::{Cell, Plain};

/// An insert-only table. The first two columns are `district` and `id`.
#[derive(Debug)]
pub struct SealedTable {
    /// Name of the table.
    pub name: &'static str,
    /// Every column, in the order of `insert`.
    pub columns: &'static [&'static str],
    /// `INSERT INTO name (columns) VALUES ($1, …)`.
    pub insert: &'static str,
}

/// Declares a [`SealedTable`]: its name, then each column with its number.
#[macro_export]
macro_rules! sealed_table {
    ($name:literal: $first:literal $_one:literal $(, $column:literal $number:literal)+ $(,)?) => {
        $crate::SealedTable {
            name: $name,
            columns: &[$first, $($column),+],
            insert: concat!(
                "INSERT INTO ", $name, " (", $first, $(", ", $column),+, ") VALUES ($1", $(", $", $number),+, ")"
            ),
        }
    };
}

/// SHA-256 of a row's canonical bytes, and which row it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDigest {
    pub(crate) table: &'static str,
    pub(crate) id: [u8; 16],
    pub(crate) sha256: [u8; 32],
}

impl RowDigest {
    pub(crate) fn name(&self) -> String {
        proof::row_name(self.table, &self.id)
    }
}

impl SealedTable {
    /// Inserts the row and gives its digest, which must go into an event of the same transaction
    /// ([`crate::Event::row`]).
    ///
    /// # Errors
    /// A [`Fault`]; [`Fault::Defect`] when the values do not fit the columns.
    pub fn insert(&self, tx: &mut Tx<'_>, values: &[Value<'_>]) -> Result<RowDigest, Fault> {
        let digest = self.digest(values)?;
        tx.execute_one(self.insert, values)?;
        Ok(digest)
    }

    fn digest(&self, values: &[Value<'_>]) -> Result<RowDigest, Fault> {
        let id = match values.get(1) {
            Some(Value::Uuid(id)) => *id,
            Some(Value::Bytes(bytes)) => (*bytes)
                .try_into()
                .map_err(|_| Fault::Defect(format!("{}: id of wrong length", self.name)))?,
            _ => return Err(Fault::Defect(format!("{}: no id", self.name))),
        };
        if values.len() != self.columns.len() {
            return Err(Fault::Defect(format!(
                "{}: {} values for {} columns",
                self.name,
                values.len(),
                self.columns.len()
            )));
        }
        let columns = self.columns.iter().zip(values).map(|(name, value)| (*name, plain(value)));
        Ok(RowDigest { table: self.name, id, sha256: proof::row_digest(columns) })
    }

    /// The row as it stands, for a proof.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn row<T>(&self, tx: &mut Tx<'_>, id: Id<T>) -> Result<Option<proof::Row>, Fault> {
        let mut found = None;
        tx.each_text(&format!("{} AND id = $2", self.select()), params![id.district(), id], |row| {
            let cells = self.columns.iter().map(|name| Ok(((*name).to_owned(), cell(&row.value()?))));
            let columns = cells.collect::<Result<Vec<_>, Fault>>()?;
            found = Some(proof::Row { table: self.name.to_owned(), columns });
            Ok(())
        })?;
        Ok(found)
    }

    /// The digest of a row as it stands in the table now; its columns in the order of [`SealedTable::columns`].
    pub(crate) fn digest_of(&self, row: &mut Row<'_>) -> Result<RowDigest, Fault> {
        let values = self.columns.iter().map(|_| row.value()).collect::<Result<Vec<_>, _>>()?;
        self.digest(&values)
    }

    pub(crate) fn select(&self) -> String {
        format!("SELECT {} FROM {} WHERE district = $1", self.columns.join(", "), self.name)
    }
}

fn plain<'v>(value: &'v Value<'v>) -> Plain<'v> {
    match value {
        Value::Null => Plain::Null,
        Value::Int(number) => Plain::Number(*number),
        Value::Text(text) => Plain::Text(text),
        Value::Bytes(bytes) => Plain::Bytes(bytes),
        Value::Uuid(bytes) => Plain::Bytes(bytes),
    }
}

fn cell(value: &Value<'_>) -> Cell {
    match value {
        Value::Null => Cell::Null(()),
        Value::Int(number) => Cell::Number(*number),
        Value::Text(text) => Cell::Text((*text).to_owned()),
        Value::Bytes(bytes) => Cell::Bytes { bytes: bytes.to_vec() },
        Value::Uuid(bytes) => Cell::Bytes { bytes: bytes.to_vec() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_writes_the_statement() {
        let table = sealed_table!("t": "district" 1, "id" 2, "n" 3);
        assert_eq!(table.insert, "INSERT INTO t (district, id, n) VALUES ($1, $2, $3)");
        assert_eq!(table.columns, ["district", "id", "n"]);
    }

    #[test]
    fn a_value_moved_to_the_next_column_changes_the_digest() {
        let table = sealed_table!("t": "district" 1, "id" 2, "a" 3, "b" 4);
        let row = |a, b| table.digest(&[Value::Int(1), Value::Uuid([0; 16]), a, b]).unwrap();
        assert_ne!(row(Value::Text("x"), Value::Text("")), row(Value::Text(""), Value::Text("x")));
        assert_ne!(row(Value::Null, Value::Text("")), row(Value::Text(""), Value::Null));
    }
}
