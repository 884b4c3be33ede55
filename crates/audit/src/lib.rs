//! The auditor's seat: what of the hours of an area somebody should check, samples to call people back about, signed tables
//! to take away, and the way from a number in hand to the evidence. It changes no hour, and every look is in the journal.
//!
//! What this crate must not know: how an hour is believed, who may sign up. It asks the areas, and the rules of an alarm
//! are those of the crate `alarms`.

mod area;
mod export;
mod find;
mod found;
mod sample;
#[cfg(test)]
mod tests;
mod told;
mod typed;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use area::{DAYS_MAX, Wish};
pub use find::{Volunteer, volunteer};
pub use found::{Alarmed, SERVICES_MAX, alarmed};
pub use sample::{
    Answer, COUNT_DEFAULT, COUNT_MAX, Called, Doubted, DoubtedList, Drawing, Drawn, Entry, NOTE_CHARS_MAX,
    NewEntry, NewSample, OutcomeId, SEED_CHARS_MAX, Sample, Seen, Summary, again, doubted, draw, enter,
    interval, phone, sample, samples,
};

pub use told::{AlarmTold, State, TOLD_SHOWN, ToldAlarm, close, look_at, names, tick, told};
pub use typed::{Shares, typed_shares_in};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[
    ("alarm_told", "decided_by"),
    ("audit_sample", "drawn_by"),
    ("audit_call", "person"),
    ("audit_outcome", "entered_by"),
];

/// The insert-only tables of this area.
pub static SEALED: &[&journal::SealedTable] = &[&sample::AUDIT_SAMPLE, &sample::AUDIT_OUTCOME];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    let (audits, calls) = (Access::Staff(Action::Audit), Access::Staff(Action::CallBack));
    let reviews = Access::Staff(Action::ReviewHours);
    Routes::new()
        .get("/x", audits, found::pages::alarms_page)
        .get("/x/find", audits, find::find_page)
        .get("/x/sample", audits, sample::pages::samples_page)
        .post("/x/sample", calls, sample::pages::draw_form)
        .get("/x/samples/{id}", audits, sample::pages::sample_page)
        .get("/x/samples/{id}/again", audits, sample::pages::again_page)
        .get("/x/samples/{id}/export.csv", audits, export::pages::sample_file)
        .get("/x/samples/{id}/calls/{number}", audits, sample::pages::call_page)
        .post("/x/samples/{id}/calls/{number}", calls, sample::pages::call_form)
        .post("/x/samples/{id}/calls/{number}/phone", calls, sample::pages::phone_form)
        .get("/x/export", audits, export::pages::export_page)
        .get("/x/export.csv", audits, export::pages::export_file)
        .get("/w/called", reviews, sample::called::called_page)
        .api(audits, routes!(found::api::alarm_list))
        .api(audits, routes!(find::find_api))
        .api(audits, routes!(sample::api::sample_list))
        .api(calls, routes!(sample::api::sample_draw))
        .api(audits, routes!(sample::api::sample_get))
        .api(audits, routes!(sample::api::sample_again))
        .api(audits, routes!(export::pages::sample_api))
        .api(calls, routes!(sample::api::outcome_enter))
        .api(calls, routes!(sample::api::phone_get))
        .api(audits, routes!(export::pages::export_api))
        .api(reviews, routes!(sample::called::called_api))
        .and(told::pages::routes())
        .and(typed::routes())
}
