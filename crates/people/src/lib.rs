//! People: who they are, how they come in, what they may do, when they are promised.
//!
//! A person's rows live in their home district. Names stand in clear and are masked by every view; phones and
//! document numbers are sealed, found by blind index, and shown by their last four characters.
//!
//! What this crate must not know: needs, shifts, hours, coins. What is promised to them is an engagement's id and time
//! ([`commit`]).

mod card;
mod commitment;
mod facts;
mod join;
mod lock;
mod name;
mod organisation;
mod register;
mod roles;
mod session;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod vaulted;

pub use card::{Card, cards, full_name};
pub use commitment::{commit, is_busy, release};
pub use facts::{BASIC_TRAINING, called, served, volunteer_facts, volunteers_for};
pub use join::{
    ADULT_AGE, Guardian, JOIN_AGE_MIN, Join, Joined, LIST_MAX, RADIUS_M_MAX, VOLUNTEER_NUMBER_CHARS,
    WEEKLY_TIMES_MAX, is_volunteer_number, join, owner_elsewhere, read_document,
};
pub use lock::{Locked, lock, lock_two};
pub use name::{NAME_CHARS_MAX, initials, mask, surname};
pub use organisation::{KINDS, OrganisationCard, create_organisation, organisation, organisations_in};
pub use register::{
    ADDRESS_CHARS_MAX, ForSomebody, Registration, person_by_phone, phone_of, register, register_for,
};
pub use roles::{Held, RoleGrant, actor, end_grant, grant, grant_until, grants_in_scope, grants_of};
pub use session::{
    SESSION_IDLE, SESSION_MAX, STAFF_SESSION_MAX, Session, SessionTable, end_all_sessions, end_session,
    open_session, open_sessions,
};
