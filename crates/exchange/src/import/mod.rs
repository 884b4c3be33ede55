//! Bringing a sheet in: a list of volunteers or of hours.
//!
//! A file is checked whole before anything of it is brought in. With one wrong line nothing is, and the same file comes
//! back with a column that says what is wrong. A right one waits, sealed, until its worker says yes, and then comes in
//! block by block, each a transaction with the place where the next begins: a kill in the middle loses and doubles
//! nothing, and [`tick`] goes on. The same file twice brings in nothing twice.

pub(crate) mod api;
mod check;
mod columns;
mod file;
mod hours_lines;
pub(crate) mod pages;
mod pasted;
mod people_lines;
mod run;
#[cfg(test)]
mod tests;

pub(crate) use file::PURPOSE;
pub use file::{ImportFile, ImportState};
pub use run::tick;

kernel::words! {
    /// What a sheet brings in.
    ImportKind {
        /// Volunteers.
        People = "people",
        /// Hours.
        Hours = "hours",
    }
}
