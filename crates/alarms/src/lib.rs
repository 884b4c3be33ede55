//! Alarms: what in the evidence of a period somebody should look at again, each with the rows and the numbers behind it.
//!
//! Pure: no clock, no table, no file. [`look`] takes the evidence of an area and a period and gives [`Finding`]s. An alarm
//! is a question to be checked (需要核实), never a verdict, and it names a team, a community, or whoever typed by their id,
//! never a volunteer. Every rule is n log n. The rules, their thresholds and their sources: `docs/alarms.md`.
//!
//! What this crate must not know: where the evidence is kept and who may see a finding.

mod evidence;
mod finding;
pub mod rehearsal;
mod rules;
mod share;
#[cfg(test)]
mod tests;

pub use evidence::{Attendance, Engagement, Evidence, Given, Service, Signal};
pub use finding::{Alarm, Alike, Concern, Finding};
pub use rules::{look, thresholds};
pub use share::{TypedShare, typed_shares};
