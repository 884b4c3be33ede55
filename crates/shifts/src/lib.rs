//! Projects, shifts, sign-up, the waiting list, the check-in code and the roll call.
//!
//! A project says what a team does and what may go wrong; a shift is one date of it with places and a leader. People
//! sign up ([`sign_up`]), wait when it is full, check in and out by a rotating code ([`check_in`]), and the leader
//! calls the roll ([`roll`]), which confirms their hours.
//!
//! All rows lie in the place's district; what a person promised lies in the person's. Lock order: person, shift.
//!
//! What this crate must not know: how hours become coins, records or figures; needs.

mod project;
mod shift;
mod sign_up;

pub use project::{
    CATEGORIES, NewProject, Project, ProjectCard, SUMMARY_CHARS_MAX, TITLE_CHARS_MAX, create_project, project,
    publish_project, wrong_fields,
};
pub use shift::{
    Filter, NewShift, PLACES_MAX, Position, SHIFT_HOURS_MAX, Shift, ShiftCard, cancel_shift, copy_shift,
    create_shift, open_shifts, publish_shift, shift, shift_seen, shifts_run,
};
pub use sign_up::rules::{NOT_ELIGIBLE, reasons};
pub use sign_up::waiting::{Moved, move_up, tick};
pub use sign_up::{MyShift, SignedUp, Signup, SignupCard, my_shifts, own, placed, sign_up, withdraw};

#[cfg(test)]
mod tests;
