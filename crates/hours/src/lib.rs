//! Hours one can believe: attendance, the signals that speak for it, the grade, the record, its review and correction.
//!
//! Signals and records are insert-only, and their digests are in the journal. The grade is a pure function of the
//! signals ([`Setting::grade`]); it is never lowered, and a correction is a new record.
//!
//! What this crate must not know: needs and shifts. What is served is an [`Engagement`].

mod evidence;
mod mine;
mod policy;
mod presence;
mod recording;
mod reviews;
mod served;
#[cfg(test)]
mod tests;
mod words;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use evidence::{Evidence, Grade, Setting, SignalKind, Source};
pub use mine::{OnRecord, OwnHours, OwnRecord, Why, on_record, own_hours, why};
pub use presence::{
    AnyEngagement, Attendance, AttendanceRow, Engagement, EngagementKind, Signal, SignalRow, of_engagement,
    open, signal,
};
pub use recording::{Confirmed, HoursReview, Review, ServiceRecord, confirm, correct, decide_review};

pub use reviews::{Reviews, open_reviews};

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    Routes::new()
        .get("/v/hours", Access::SignedIn, mine::hours_page)
        .get("/v/hours/{id}", Access::SignedIn, mine::why_page)
        .get("/w/reviews", Access::Staff(Action::ReviewHours), reviews::reviews_page)
        .post("/w/reviews/{id}", Access::Staff(Action::ReviewHours), reviews::decide_form)
        .api(Access::SignedIn, routes!(mine::hours_api))
        .api(Access::SignedIn, routes!(mine::why_api))
        .api(Access::Staff(Action::ReviewHours), routes!(reviews::decide_api))
        .api(Access::Staff(Action::ReviewHours), routes!(reviews::correct_api))
}

/// The insert-only tables of this area.
pub static SEALED: &[&journal::SealedTable] = &[&presence::SIGNAL, &recording::SERVICE_RECORD];
