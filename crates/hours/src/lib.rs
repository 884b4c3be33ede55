//! Hours one can believe: attendance, the signals that speak for it, the grade, the record, its review and correction.
//!
//! Signals and records are insert-only, and their digests are in the journal. The grade is a pure function of the
//! signals ([`Setting::grade`]); it is never lowered, and a correction is a new record.
//!
//! What this crate must not know: needs and shifts. What is served is an [`Engagement`].

mod evidence;
mod policy;
mod presence;
mod recording;
mod served;
mod words;

pub use evidence::{Evidence, Grade, Setting, SignalKind, Source};
pub use presence::{
    AnyEngagement, Attendance, AttendanceRow, Engagement, EngagementKind, Signal, SignalRow, of_engagement, open, signal,
};
pub use recording::{Confirmed, HoursReview, Review, ServiceRecord, confirm, correct, decide_review};

/// The insert-only tables of this area.
pub static SEALED: &[&journal::SealedTable] = &[&presence::SIGNAL, &recording::SERVICE_RECORD];
