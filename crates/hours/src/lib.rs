//! Hours one can believe: attendance, the signals that speak for it, the grade, the record, its review and correction.
//!
//! Signals and records are insert-only, and their digests are in the journal. The grade is a pure function of the
//! signals ([`Setting::grade`]); it is never lowered, later evidence may raise it, and every change is a new record.
//!
//! What this crate must not know: needs and shifts. What is served is an [`Engagement`].

mod audit;
mod brought;
mod claim;
mod confirm;
mod correct;
mod count;
mod evidence;
mod evidence_in;
mod imported;
mod kinds;
mod left;
mod location;
mod mine;
mod notice;
mod policy;
mod presence;
mod proved;
mod quiet;
mod record;
mod recorded_in;
mod reviews;
mod rules;
mod served;
mod served_in;
mod tell;
#[cfg(test)]
mod tests;
mod tick;
mod typed;
mod words;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use audit::{Audited, AuditedEvent, AuditedOrigin, AuditedRecord, AuditedSignal, audited, record_of};
pub use brought::{
    BROUGHT_SHOWN, BroughtHour, MovedHours, brought_in, brought_to, move_brought, strike_brought,
};
pub use claim::{Claim, answer_claim, claim, deny};
pub use confirm::{Confirmed, NO_HOUR, confirm};
pub use correct::correct;
pub use evidence::{Evidence, Grade, Setting, SignalKind, Source};
pub use evidence_in::{EvidenceIn, evidence_in};
pub use imported::{
    DayHeld, IMPORT_YEARS_MAX, ImportedHour, ImportedRow, Origin, UNIT_CHARS_MAX, WHAT_CHARS_MAX,
    import_hour, imported_before, imported_words, origin,
};
pub use kinds::{NoService, Suspicion, suspected, suspicion};
pub use left::{Unleft, ask_left, tell_left, unleft, unleft_in};
pub use location::{HINT_MINUTES, Hint, Hints, note_hint};
pub use mine::{
    OnRecord, OpenPresence, OwnHours, OwnRecord, RECORDS_SHOWN, Why, on_record, own_hours, own_hours_before,
    why,
};
pub use notice::{
    Listing, NOTICE_DAYS_MAX, NOTICE_PERIOD_MAX, NOTICES_SHOWN, NamedLine, NewNotice, NoticeCard,
    PublicNotice, Read, UNNAMED_MIN, Unnamed, notice_days, notices, own_notices, put_up, read_notice,
    take_down,
};
pub use policy::{
    CheckInRule, Deadlines, OPENS_LEAST, OPENS_MOST, OPENS_USUAL, RULES, Rule, Stricter, Unit, check_in_rule,
    deadlines,
};
pub use presence::{
    AnyEngagement, Apart, Attendance, AttendanceRow, DENIED, Engagement, EngagementKind, OPEN, RECORDED,
    Signal, SignalRow, at_engagement, of_engagement, open, open_with, said_by, signal,
};
pub use proved::prove_record;
pub use quiet::not_at_night;
pub use record::{
    Counted, RecordKind, RecordLine, ServiceRecord, find_record, newest_services, records, services,
};
pub use recorded_in::{RecordedIn, recorded_in};
pub use reviews::{After, HoursReview, Review, Waiting, decide_review, waiting};
pub use rules::{
    Below, ByRules, Changed, Compared, CountedBy, Moved, PolicyTried, Simulated, Standing, TRIAL_MAX, Trial,
    decide, short, simulate, standing,
};
pub use served_in::{SERVED_BY_MAX, ServedBy, ServedIn, served_by, served_in};
pub use tick::{Ticked, tick};
pub use typed::{TypedReason, type_in};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[
    ("attendance", "person"),
    ("attendance", "decided_by"),
    ("signal", "witness"),
    ("hours_review", "person"),
    ("service_record", "recorded_by"),
    ("imported_hour", "imported_by"),
    ("public_notice", "put_up_by"),
    ("public_notice", "taken_down_by"),
    ("typed_hours", "person"),
    ("typed_hours", "entered_by"),
];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    notice::pages::routes()
        .and(rules::routes())
        .get("/v/hours", Access::SignedIn, mine::hours_page)
        .post("/v/hours", Access::SignedIn, mine::claim_all_form)
        .get("/v/hours/{id}", Access::SignedIn, mine::why_page)
        .post("/v/hours/{id}", Access::SignedIn, mine::say_form)
        .get("/x/hours/{id}", Access::Staff(Action::Audit), audit::audit_page)
        .get("/x/presences/{id}", Access::Staff(Action::Audit), audit::presence_page)
        .get("/w/reviews", Access::Staff(Action::ReviewHours), reviews::reviews_page)
        .post("/w/reviews/{id}", Access::Staff(Action::ReviewHours), reviews::decide_form)
        .post("/w/hours/{id}/correct", Access::Staff(Action::ReviewHours), correct::correct_form)
        .post("/w/claims/{id}", Access::Staff(Action::ReviewHours), claim::answer_form)
        .api(Access::SignedIn, routes!(mine::hours_api))
        .api(Access::SignedIn, routes!(mine::why_api))
        .api(Access::SignedIn, routes!(mine::say_api))
        .api(Access::SignedIn, routes!(proved::prove_api))
        .api(Access::Staff(Action::Audit), routes!(audit::audit_api))
        .api(Access::Staff(Action::ReviewHours), routes!(reviews::waiting_api))
        .api(Access::Staff(Action::ReviewHours), routes!(reviews::decide_api))
        .api(Access::Staff(Action::ReviewHours), routes!(correct::correct_api))
        .api(Access::Staff(Action::ReviewHours), routes!(claim::answer_api))
}

/// The insert-only tables of this area.
pub static SEALED: &[&journal::SealedTable] =
    &[&presence::SIGNAL, &record::SERVICE_RECORD, &imported::IMPORTED_HOUR, &rules::RULE_SET];
