//! The digest of an insert-only row, and a row as a file carries it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    Null(()),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Bytes, an id among them.
    Bytes {
        /// In a file, hexadecimal.
        #[serde(with = "hexadecimal")]
        bytes: Vec<u8>,
    },
}

/// A row of an insert-only table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The table.
    pub table: String,
    /// Each column's name and value, in the table's order.
    pub columns: Vec<(String, Cell)>,
}

mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&vault::hex(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        vault::unhex(&text).ok_or_else(|| D::Error::custom("not hexadecimal"))
    }
}

/// A value of a column where it stands, as it is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain<'v> {
    /// Nothing.
    Null,
    /// A whole number.
    Number(i64),
    /// A text.
    Text(&'v str),
    /// Bytes, an id among them.
    Bytes(&'v [u8]),
}

impl Cell {
    fn plain(&self) -> Plain<'_> {
        match self {
            Self::Null(()) => Plain::Null,
            Self::Number(number) => Plain::Number(*number),
            Self::Text(text) => Plain::Text(text),
            Self::Bytes { bytes } => Plain::Bytes(bytes),
        }
    }
}

/// SHA-256 over each column's name and value: the name's length as 8 bytes, most significant first, the name, a byte that
/// says what the value is (0 nothing, 1 number, 2 text, 3 bytes), its length, its bytes; a number has 8 bytes.
pub fn row_digest<'v>(columns: impl IntoIterator<Item = (&'v str, Plain<'v>)>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (name, value) in columns {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
        let (tag, bytes): (u8, &[u8]) = match value {
            Plain::Null => (0, &[]),
            Plain::Number(number) => (1, &number.to_be_bytes()),
            Plain::Text(text) => (2, text.as_bytes()),
            Plain::Bytes(bytes) => (3, bytes),
        };
        hash.update([tag]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

/// What an event calls the row: `table:id`, the id hexadecimal.
pub fn row_name(table: &str, id: &[u8; 16]) -> String {
    format!("{table}:{}", vault::hex(id))
}

impl Row {
    /// Its [`row_digest`].
    pub(crate) fn digest(&self) -> [u8; 32] {
        row_digest(self.columns.iter().map(|(name, cell)| (name.as_str(), cell.plain())))
    }

    /// What an event calls it; `None` without an id.
    pub(crate) fn name(&self) -> Option<String> {
        match self.get("id")? {
            Cell::Bytes { bytes } => Some(row_name(&self.table, bytes.as_slice().try_into().ok()?)),
            Cell::Null(()) | Cell::Number(_) | Cell::Text(_) => None,
        }
    }

    /// The value of a column.
    pub fn get(&self, name: &str) -> Option<&Cell> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, cell)| cell)
    }
}
