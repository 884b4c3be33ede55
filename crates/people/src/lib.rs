//! People: who they are, how they come in, what they may do, when they are promised.
//!
//! A person's rows live in their home district. Names stand in clear and are masked by every view; phones and
//! document numbers are sealed, found by blind index, and shown by their last four characters.
//!
//! What this crate must not know: needs, shifts, hours, coins. What is promised to them is an engagement's id and time
//! ([`commit`]).

mod card;
mod commitment;
mod community;
mod facts;
mod join;
mod lock;
mod name;
mod organisation;
mod outbox;
mod register;
mod roles;
mod session;
pub mod sign_in;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod vaulted;

use web::{Access, Routes};

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
pub use session::{
    AGE_MAX, IDLE_MAX, OpenSession, STAFF_AGE_MAX, Session, SessionTable, TOUCH_EVERY, end_all_sessions, end_session,
    open_session, own_sessions,
};
pub use roles::{Held, RoleGrant, actor, end_grant, grant, grant_until, grants_in_scope, grants_of};

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    Routes::new()
        .get("/sign-in", Access::Guest, sign_in::pages::phone)
        .post("/sign-in", Access::Guest, sign_in::pages::send_code_form)
        .get("/sign-in/code", Access::Guest, sign_in::pages::begin_again)
        .post("/sign-in/code", Access::Guest, sign_in::pages::try_code_form)
        .get("/sign-in/new", Access::Guest, sign_in::pages::begin_again)
        .post("/sign-in/new", Access::Guest, sign_in::pages::register_form)
        .get("/demo/outbox", Access::Guest, outbox::outbox)
        .post("/sign-out", Access::Guest, session::pages::sign_out)
        .get("/me/sessions", Access::SignedIn, session::pages::sessions)
        .post("/me/sessions", Access::SignedIn, session::pages::end_everywhere)
        .api(Access::Guest, utoipa_axum::routes!(sign_in::api::codes))
        .api(Access::Guest, utoipa_axum::routes!(sign_in::api::sign_in))
        .api(Access::Guest, utoipa_axum::routes!(sign_in::api::new_resident))
        .api(Access::Guest, utoipa_axum::routes!(sign_in::api::sign_out))
}
