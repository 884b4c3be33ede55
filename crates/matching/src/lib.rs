//! Who may be asked to serve, and whom to ask first.
//!
//! An [`Engagement`] is a need to be met or a shift to be filled; a [`Volunteer`] is the facts the caller gathered about
//! one person. [`eligible`] lists every [`Reason`] that stands against the two meeting, [`passes`] asks the same rules
//! and stops at the first, [`rank`] gives the best few of any number and says [`Why`], and an [`Index`] the same of a million
//! without looking at all of them. [`together`] finds a time for those who must go as two, [`eligible_two`] and
//! [`best_two`] ask the rules for both. [`Qualifications`] knows what a skill or training includes.
//!
//! Everything is in integers and depends on its arguments alone: the same facts give the same answer in the same
//! order on every machine. A rule has one home, in `rules.rs`, whoever asks it.
//!
//! The module [`plan`](mod@plan) gives the best of all plans for many needs at once, with a proof; [`visits`] does where
//! visits have windows and a way between them, and people go together. The module [`waves`] decides how many of the
//! ranked to ask now, who, and when to ask the next. The module [`explain`] says why a plan is as it is, and whom to look
//! for.
//!
//! Not here: where facts come from, words (a reason is a code with data).
#![doc = ""]
#![doc = include_str!("../README.md")]

pub mod candidates;
mod code;
pub mod explain;
mod facts;
mod index;
#[cfg(test)]
mod oracle;
mod place;
pub mod plan;
mod qualifications;
mod rank;
mod rules;
#[cfg(test)]
mod tests;
mod time;
mod two;
pub mod visits;
pub mod waves;

pub use code::{Code, CodeError};
pub use facts::{
    Commitment, Engagement, Exception, Limits, Proof, Purpose, Sex, Validity, Volunteer, WeeklyTime, Window,
};
pub use index::Index;
pub use place::{DISTANCE_BANDS, Distance, Metres, Place, Point};
pub use qualifications::Qualifications;
pub use rank::{Ranked, Why, rank};
pub use rules::{Reason, eligible, passes};
pub use time::{WINDOW_DAYS_MAX, clash, start, together};
pub use two::{AgainstTwo, Two, best_two, eligible_two};
