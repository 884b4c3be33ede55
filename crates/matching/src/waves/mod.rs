//! Whom to ask, when: invitations in waves.
//!
//! [`rank`](crate::rank) says who fits best; this module says how many of them to ask now, how long to wait before the
//! next wave, whom to leave in peace and when to stop and hand the need to a person. [`decide`] is a pure function of a
//! [`Search`]; it is called when a worker taps, when somebody says no, and when the time it named has come.
//!
//! # The rule
//! 1. *How many.* The time left until the promise holds so many waves; each wave is as large as it must be so that all
//!    together reach [`Pace::sure`]. Much time makes small waves, little time large ones: less time never asks fewer.
//!    Whoever says no is replaced at once (phased alerts with replacement: PLOS One, March 2026, on GoodSAM's alerts in
//!    New Zealand: seven at a time, each who rejects replaced).
//! 2. *Who.* Who knows the resident first. Then by [`Estimate::yes`], divided by how often they were called lately and
//!    eased by their place in the ranking. Spreading calls keeps people: a volunteer who was notified turns inactive for
//!    a while, so each call spends something (Manshadi and Rodilitz, Online Policies for Efficient Volunteer
//!    Crowdsourcing, Management Science 2022). Every [`Pace::newcomer_every`]th invitation goes to somebody new, drawn by
//!    lot: without being asked nobody gets a history.
//! 3. *How likely.* [`estimate`] shrinks what is usual towards the person, the kind of need and the hour. **A no costs
//!    nothing**: it is an answer, so it raises how surely we think the person answers; it lowers how likely a yes is at
//!    that hour of the day, and fades. At the level of the person and of the kind only a yes counts, so no number of
//!    refusals lowers anybody's standing. Silence lowers how surely somebody answers, and fades too.
//! 4. *In peace.* After a call, after a no, the longer the more calls in a row found nobody, and when the week's calls are
//!    spent: see [`peace`]. The last two yield to what is urgent, and to time that presses once nobody else is left. At
//!    night only what is urgent is asked. Whoever is left in peace may still come by themselves.
//! 5. *When to stop.* When the time is over, enough were asked, or nobody is left: [`Stop`]; a person takes over.
//!
//! Every number is an integer; a [`Chance`] is in millionths. The same search gives the same decision everywhere; chance
//! comes from [`Search::seed`] alone. What was decided is explained by [`Because`] and [`Pick`], codes with data.
//!
//! What the rule brings and where it loses against simpler ones is measured by the crate `rehearsal`.

mod chance;
mod decide;
mod history;
mod pace;
mod peace;
#[cfg(test)]
mod tests;

pub use chance::Chance;
pub use decide::{Because, Candidate, Decision, Invited, Open, Pick, Search, Stop, decide};
pub use history::{Answer, Asking, Estimate, Prior, estimate};
pub use pace::Pace;
pub use peace::{Peace, peace};
