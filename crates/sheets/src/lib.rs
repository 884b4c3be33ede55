//! Spreadsheets as community workers keep them: written so that an identity number stays one, read so that no file
//! can do harm.
//!
//! [`Book`] writes one sheet of typed columns with a frozen heading, and a second sheet with notes; numbers of documents
//! and phones are text cells, since a spreadsheet keeps 15 digits of a number only. [`read`] takes what somebody uploads:
//! at most [`FILE_BYTES_MAX`] packed and [`UNPACKED_BYTES_MAX`] unpacked, [`ROWS_MAX`] rows, no macros, no formulas; what
//! is wrong is said with row and column.
//!
//! [`csv_line`] writes a line of a text table, for what is signed byte for byte.
//!
//! What this crate must not know: databases, clocks, what a column means, sentences of any language.

mod column;
mod csv;
mod read;
#[cfg(test)]
mod tests;
mod unpack;
mod write;

pub use column::{column_name, plain};
pub use csv::{CSV_BEGIN, csv_line};
pub use read::{Cell, CellFault, Heading, Refused, Row, Table, read};
pub use write::{Book, Column, Unwritable, Value};

/// Bytes of a file that is read, at most.
pub const FILE_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Bytes of everything in a file, unpacked, at most: 20,000 full rows come to about 15 MB.
pub const UNPACKED_BYTES_MAX: u64 = 48 * 1024 * 1024;
/// Bytes of one unpacked part that is no sheet (texts, styles), at most: what a reader keeps in memory.
pub const PART_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Rows below the heading, at most, both ways.
pub const ROWS_MAX: u32 = 20_000;
/// Characters of one cell, at most.
pub const CELL_CHARS_MAX: usize = 500;
/// Media type of what [`Book::bytes`] gives (ISO/IEC 29500).
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
