//! What an outsider needs to check an hour without trusting who shows it: hashes, signed lines, the path from an event
//! to the signed root of its day, and the file that carries all of it.
//!
//! * [`leaf_hash`], [`merkle_root`], [`merkle_path`], [`root_by_path`], [`link_hash`]: the trees and the chain (RFC 9162).
//! * [`DayLine`], [`NodeLine`], [`RevokedLine`], [`ExportLine`]: what is signed of a day, of all districts, of the
//!   statements that were taken back, and of a table that was taken away.
//! * [`Proof`]: one event, its path and the signatures, as a file; [`Proof::check`] needs nothing else.
//! * [`Published`] and [`Trust`]: the roots and keys that somebody kept, and what follows from them.
//!
//! The journal makes proofs with this crate and `linli-verify` checks them with it, so both mean the same. What this crate
//! must not know: a database, a network, a clock, what an event means.

mod canonical;
mod export;
mod file;
mod hash;
mod lines;
mod published;
mod revoked;
mod row;

pub use canonical::canonical_json;
pub use export::{export_end, read_export};
pub use file::{Broken, FORM, Held, Part, Proof, Signed, Within};
pub use hash::{leaf_hash, link_hash, merkle_path, merkle_root, root_by_path};
pub use lines::{DayLine, ExportLine, NodeLine, RevokedLine};
pub use published::{Doubt, Published, Trust};
pub use revoked::Revoked;
pub use row::{Cell, Plain, Row, row_digest, row_name};
