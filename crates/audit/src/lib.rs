//! The auditor's seat: what of the hours of an area somebody should check, each with its evidence. It changes no hour,
//! and every look is in the journal.
//!
//! What this crate must not know: how an hour is believed, who may sign up. It asks the areas, and the rules of an alarm
//! are those of the crate `alarms`.

mod area;
mod found;
#[cfg(test)]
mod tests;
mod told;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use area::{DAYS_MAX, Wish};
pub use found::{Alarmed, SERVICES_MAX, alarmed};
pub use told::{AlarmTold, State, TOLD_SHOWN, ToldAlarm, close, look_at, tick, told};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[("alarm_told", "decided_by")];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    let audits = Access::Staff(Action::Audit);
    Routes::new()
        .get("/x", audits, found::pages::alarms_page)
        .api(audits, routes!(found::api::alarm_list))
        .and(told::pages::routes())
}
