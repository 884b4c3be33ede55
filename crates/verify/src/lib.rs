//! Checking certificates and proofs of service with the public key alone: no network, no database, nobody to trust but who
//! gave the key.
//!
//! [`export_verdict`] says the same of a table that was taken away.
//!
//! [`Evidence::read`] takes the files as they are handed over: the PDF of a certificate, a proof of a certificate or of a
//! record, the list of what was taken back. [`Evidence::verdict`] says what they come to; `linli-verify` prints it.

mod export;
mod pdf;
mod said;
mod verdict;

pub use export::export_verdict;
pub use pdf::attached;
pub use said::Said;
pub use verdict::{Evidence, Finding, Unread, Verdict};
