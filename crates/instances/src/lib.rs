//! The files of a matching instance: who offers what, who needs whom, who could serve where; the plan and its proof.
//!
//! [`plan`](plan()) reads the tables, solves them and writes `plan.csv` and the proof; [`verify`](verify()) reads all of
//! them again and believes nothing. The command `linli match` is a thin face of these two. Formats: `docs/matching.md`.
//!
//! A table is read once, in blocks, straight into integers; what is wrong with it is a [`FileError`] with file, line,
//! column and what was expected. A file is written whole or not at all ([`Replacement`]).
//!
//! Not here: rules, candidates and the solver (`matching`), options and progress bars (`linli`).

mod error;
mod explain;
mod instance;
mod meter;
mod plan;
mod proof;
mod table;
#[cfg(test)]
mod tests;
mod unserved;
mod verify;
mod watch;
mod write;

pub use error::{FileError, Refused};
pub use explain::{
    AboutNeed, ExplainFiles, ExplainReport, HINTS_MAX, Hint, Levels, Serving, WhyNot, explain,
};
pub use instance::{Instance, Sources};
pub use meter::Cost;
pub use plan::{PlanFiles, PlanReport, plan};
pub use proof::{PROOF_VERSION, read_proof, write_proof};
pub use unserved::{Cut, Unserved};
pub use verify::{VerifyFiles, VerifyReport, verify};
pub use watch::{Stage, Unwatched, Watch};
pub use write::Replacement;
