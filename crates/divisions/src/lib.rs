//! The national division tree: province, city, district, street, community, down to the last village.
//!
//! The tree of 2023 is compiled in ([`Tree::embedded`]) and decoded at first use; a newer one is read from a
//! text file ([`parse_csv`]), compared with the one in force ([`diff`]) and kept as one blob
//! ([`Tree::to_bytes`], [`Tree::from_bytes`]). Divisions are ordered by their twelve-digit code, so a subtree
//! is a contiguous slice of every column, and "inside" costs two binary searches.
//!
//! This crate knows no database, no clock and no language of the reader: faults are typed, their `Display` is
//! English for the command line.

mod diff;
mod import;
mod initials;
mod kind;
mod packed;
mod search;
mod tree;

pub use diff::{Changes, Continued, Renamed, Succession, diff};
pub use import::{FAULTS_MAX, Fault, ImportError, Imported, LineFault, NAME_CHARS_MAX, ROWS_MAX, parse_csv};
pub use kind::CommunityKind;
pub use packed::{FormatError, LEVEL_SHIPPED, LEVEL_STORED};
pub use search::{Hit, MatchKind, QUERY_CHARS_MAX, QUERY_WORDS_MAX, SEARCH_LIMIT_MAX};
pub use tree::{Division, Tree, Version};
