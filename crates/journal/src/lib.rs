//! The journal: a fact is written once, everything else follows it.
//!
//! A use case that changes something calls [`append`] in its own transaction; the event waits in
//! `journal_pending`. [`seal`] gives a district's committed events a gapless sequence and links them in a hash
//! chain; at the end of a day the Merkle root (RFC 9162) over the day's events is signed and public, and then one
//! root over the roots of all districts of the node.
//! [`Follower`] seals and feeds the [`Consumer`]s, each of which keeps its effects and its cursor in one
//! transaction. [`verify`] recomputes everything and names what was changed; [`prove`] gives an outsider what shows that
//! one event is in it.
//!
//! A sealed payload holds ids, numbers and digests, never a name, a text or anything a person may have deleted.
//! What this crate must not know: what any event means.

mod call;
mod encrypted;
mod event;
mod follow;
mod node;
mod page;
mod prove;
mod seal;
mod sealed_table;
mod verify;

pub use call::{Call, Kit};
pub use encrypted::EncryptedColumn;
pub use event::{Event, Journal, Sealed, append};
pub use follow::{CONSUMER_TRIES_MAX, Consumer, Drained, Follower, Lag, lag, retry};
pub use node::{NodeRoot, node_roots, roots_file, roots_of_days};
pub use page::{DayRoot, Linked, day_roots, events_after, events_of, sealed_to};
pub use proof::{Proof, Published};
pub use prove::{Proved, prove};
pub use seal::{Stuck, seal, stuck};
pub use sealed_table::{RowDigest, SealedTable};
pub use verify::{Finding, Report, verify};
