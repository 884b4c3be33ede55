//! People: who they are, how they come in, what they may do, when they are promised.
//!
//! A person's rows live in their home district. Names stand in clear and are masked by every view; phones and
//! document numbers are sealed, found by blind index, and shown by their last four characters.
//!
//! What this crate must not know: needs, shifts, hours, coins. What is promised to them is an engagement's id and time
//! ([`commit`]).

mod account;
mod card;
mod catalogue;
mod claim;
mod commitment;
mod community;
mod cover;
mod facts;
mod imported;
mod join;
mod listed;
mod lock;
mod lookup;
mod members;
mod name;
mod organisation;
mod outbox;
mod profile;
mod register;
mod reindex;
mod roles;
mod session;
pub mod sign_in;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod vaulted;
mod weekly;

use kernel::Action;
use web::{Access, Routes};

pub use account::{
    Account, CLOSED, FROZEN, Fit, MERGED, Origin, account, close, fit, freeze, merge, must_be, thaw,
};
pub use card::{Card, Identity, cards, full_name, identity, volunteer_number};
pub use catalogue::SKILLS;
pub use claim::{ASLEEP, wake};
pub use commitment::{commit, is_busy, release};
pub use cover::{Cover, Gained, NewCover, PROOF_CHARS_MAX, Proven, cover, own_cover, qualify, record_cover};
pub use facts::{
    ALSO_MAX, BASIC_TRAINING, Facts, called, served, volunteer_facts, volunteer_with_proofs, volunteers_for,
};
pub use imported::{
    Brought, ImportedVolunteer, import_volunteer, standing, volunteer_by_number, volunteers_by_number,
};
pub use join::{
    ADULT_AGE, Guardian, JOIN_AGE_MIN, Join, Joined, LIST_MAX, RADIUS_M_MAX, VOLUNTEER_NUMBER_CHARS,
    WEEKLY_TIMES_MAX, document_owner, is_volunteer_number, join, owner_elsewhere, read_document,
};
pub use listed::{Listed, listed, named, named_in_notices};
pub use lock::{Locked, birth_day, lock, lock_two};
pub use lookup::{
    Caller, FOUND_MAX, Field, Found, InClear, Look, Masked, REASON_CHARS_MAX, REASON_CHARS_MIN,
    REVEALED_AT_ONCE_MAX, Reveal, age_band, caller, find_people, look_at_caller, look_at_evidence, looks,
    masked, phone_to_call, reason, reveal, reveal_many,
};
pub use members::{MEMBERS_AT_ONCE, Member, MemberSkill, members, members_called};
pub use name::{NAME_CHARS_MAX, initials, mask, surname};
pub use organisation::{
    KINDS, OrganisationCard, create_organisation, organisation, organisations_in, wrong_organisation_name,
};
pub use profile::{Preferences, Profile, change_profile, profile};
pub use register::{
    ADDRESS_CHARS_MAX, ForSomebody, Registration, person_by_phone, phone_of, register, register_for,
};
pub use reindex::{ENCRYPTED, reindex};
pub use roles::{
    Held, RoleGrant, Workers, actor, auditors_over, end_grant, end_leader, grant, grant_until,
    grants_in_scope, grants_of, leaders, name_leader, workers,
};
pub use session::{
    AGE_MAX, IDLE_MAX, OpenSession, STAFF_AGE_MAX, Session, SessionTable, TOUCH_EVERY, end_all_sessions,
    end_session, open_session, own_sessions,
};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[
    ("team_leader", "person"),
    ("account_origin", "account"),
    ("account_origin", "made_by"),
    ("person", "merged_into"),
];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    let (see, reveal) = (Access::Staff(Action::SeePeople), Access::Staff(Action::RevealPeople));
    let grants = Access::Staff(Action::GrantRoles);
    Routes::new()
        .get("/join", Access::Guest, join::pages::begin)
        .post("/join", Access::Guest, join::pages::step)
        .get("/join/done", Access::SignedIn, join::pages::done)
        .get("/v/profile", Access::SignedIn, profile::pages::look)
        .post("/v/profile", Access::SignedIn, profile::pages::change)
        .get("/w/people", see, lookup::pages::find)
        .get("/w/people/{id}", see, lookup::pages::person_page)
        .post("/w/people/{id}", reveal, lookup::pages::reveal_form)
        .get("/w/people/{id}/cover", reveal, cover::pages::look)
        .post("/w/people/{id}/cover", reveal, cover::pages::note)
        .get("/me/looks", Access::SignedIn, lookup::pages::own_looks)
        .get("/a/roles", grants, roles::pages::list)
        .post("/a/roles", grants, roles::pages::give_form)
        .post("/a/roles/{id}/end", Access::SignedIn, roles::pages::end_form)
        .api(Access::SignedIn, utoipa_axum::routes!(join::api::volunteers))
        .api(Access::SignedIn, utoipa_axum::routes!(profile::api::look))
        .api(Access::SignedIn, utoipa_axum::routes!(profile::api::change))
        .api(see, utoipa_axum::routes!(lookup::api::find))
        .api(see, utoipa_axum::routes!(lookup::api::person))
        .api(reveal, utoipa_axum::routes!(lookup::api::reveals))
        .api(reveal, utoipa_axum::routes!(cover::api::note))
        .api(Access::SignedIn, utoipa_axum::routes!(lookup::api::own))
        .api(grants, utoipa_axum::routes!(roles::api::list))
        .api(grants, utoipa_axum::routes!(roles::api::grant))
        .api(Access::SignedIn, utoipa_axum::routes!(roles::api::end))
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
