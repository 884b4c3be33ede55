//! Every published figure, computed once more from the exported journal by other code.
//!
//! It reads the lines of `linli export journal` into memory and walks them with plain loops, for each question
//! anew. It shares no code with the roll-up and knows no database: when both agree, an error must have been
//! made twice. The definitions are those of `docs/figures.md`; the JSON has the members of the API's figures.
//!
//! From `kernel` it takes the calendar and the division code, nothing else.

mod count;
mod read;

pub use count::{Counted, Hours, Population, Waits, count};
pub use read::{Entry, Unreadable, read_journal, read_population};
