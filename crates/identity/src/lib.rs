//! "Was I volunteered?" Whoever proves who they are sees every account and every hour that somebody else registered for
//! them, and claims it or refuses it.
//!
//! Nothing that was brought in counts before its person claims it. A refusal freezes the account and opens a case, which
//! the level above those who brought it in decides. What proves how much is in `docs/identity.md`.
//!
//! What this crate must not know: how an hour is believed, how an account is stored. It asks the areas.

mod case;
mod claim;
mod desk;
mod own;
mod proof;
#[cfg(test)]
mod testing;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use case::{
    CASE_WORKING_DAYS, Case, CaseState, Via, cases, decide, latest_case, look_at_case, refuse, take_back,
};
pub use claim::{Claimed, claim};
pub use own::{Under, under};
pub use proof::{Found, Typed, look, read_ticket};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[
    ("identity_case", "recorded_by"),
    ("identity_case", "made_by"),
    ("identity_case", "decided_by"),
    ("identity_case_item", "brought_by"),
];

/// What this area keeps encrypted.
pub const ENCRYPTED: &[journal::EncryptedColumn] =
    &[journal::encrypted_column!("identity_case" "id" "contact", case::CONTACT)];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    let (staff, desk) = (Access::Staff(Action::SeePeople), Access::Staff(Action::KeepDesk));
    Routes::new()
        .get("/me/identity", Access::Guest, own::pages::page)
        .post("/me/identity", Access::Guest, own::pages::step)
        .get("/w/people/{id}/phone", desk, desk::pages::form)
        .post("/w/people/{id}/phone", desk, desk::pages::step)
        .get("/w/cases", staff, case::pages::list)
        .get("/w/cases/{id}", staff, case::pages::one)
        .post("/w/cases/{id}", staff, case::pages::decide_form)
        .api(Access::Guest, routes!(own::api::look))
        .api(Access::Guest, routes!(own::api::claim))
        .api(Access::Guest, routes!(own::api::refuse))
        .api(Access::Guest, routes!(own::api::take_back))
        .api(Access::SignedIn, routes!(own::api::mine))
        .api(desk, routes!(desk::api::give_phone))
        .api(desk, routes!(desk::api::refuse))
        .api(staff, routes!(case::api::list))
        .api(staff, routes!(case::api::one))
        .api(staff, routes!(case::api::decide))
}
