//! Places: the national tree of divisions as it stands in this installation, the stations where people are
//! received, and the dated policies that a division decides and everything below it inherits.
//!
//! The tree in force is the newest that was imported, else the one compiled into `divisions`. It is decoded
//! once a process and version ([`tree_in`], [`tree`]).
//!
//! What this crate must not know: people, needs, activities, and what any policy's value means.

mod browse;
mod calendar;
mod choice;
mod edition;
mod policy;
mod station;
#[cfg(test)]
mod tests;

use kernel::{Action, DivisionCode};
use web::{Access, Routes};

pub use calendar::{
    CALENDAR_ROWS_MAX, CalendarError, CalendarFault, CalendarImported, CalendarWrong, import_calendar,
    missing_year, read_calendar, stored_calendar,
};
pub use choice::{choices, own};
pub use edition::{
    Edition, EditionWish, ImportRefused, ImportReport, Imported, fault_sentence, import_divisions, tree,
    tree_in,
};
pub use policy::{
    Binding, Decision, POLICY_NAME_CHARS_MAX, Policy, decisions, in_force, must_be_left, policies,
    policies_and_tree, policy, seed_policy, set_policy,
};
pub use station::{
    Contact, Function, NewStation, STATION_TEXT_CHARS_MAX, Station, StationKind, StationTable,
    change_station, create_station, station, stations_around,
};

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    let manage = Access::Staff(Action::ManagePlaces);
    Routes::new()
        .get("/places", Access::Guest, browse::pages::find)
        .get("/places/{code}", Access::Guest, browse::pages::area)
        .get("/w/places/new", manage, station::pages::new)
        .post("/w/places/new", manage, station::pages::create)
        .get("/w/places/{id}", manage, station::pages::edit)
        .post("/w/places/{id}", manage, station::pages::change)
        .api(Access::Guest, utoipa_axum::routes!(browse::api::find))
        .api(Access::Guest, utoipa_axum::routes!(browse::api::area))
        .api(manage, utoipa_axum::routes!(station::api::create))
        .api(manage, utoipa_axum::routes!(station::api::change))
}

/// The bounds of a subtree as parameters of a statement.
pub(crate) fn bounds(code: DivisionCode) -> (i64, i64) {
    let subtree = code.subtree();
    (subtree.start().cast_signed(), subtree.end().cast_signed())
}
