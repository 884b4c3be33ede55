//! Training before skilled work (志愿服务条例 art. 16): courses, their sessions, who takes part, who was there, who passed.
//!
//! A trainer writes a course ([`create_course`]) and holds sessions of it ([`create_session`]); volunteers enrol ([`enrol`]),
//! the trainer calls the roll ([`call_roll`]) and says who passed ([`close_results`]). When that can no longer be taken back,
//! [`tick`] gives each learner their record and what passing gives: the basic training or a skill with its proof, through
//! `people`. Learning makes no service hours; learning time is a figure of its own.
//!
//! Rows of a session lie in its place's district, a learner's record in the learner's. Lock order: person, session.
//!
//! What this crate must not know: how an hour is believed, what an activity asks for (`shifts` says so).

mod api;
mod course;
mod enrol;
mod notice;
mod own;
mod results;
mod roll;
mod session;
#[cfg(test)]
mod tests;
mod view;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use course::{
    CONTENT_CHARS_MAX, Course, CourseCard, Gives, MONTHS_MAX, NewCourse, TITLE_CHARS_MAX, UNIT_CHARS_MAX,
    course, courses, create_course,
};
pub use enrol::{Enrolment, EnrolmentCard, enrol, own_state, withdraw};
pub use own::{OwnTraining, own_trainings};
pub use results::{Mark, Said, UNDO_MINUTES, close_results, tick, undo_results};
pub use roll::{RollLine, call_roll, roll, walk_in};
pub use session::{
    NewSession, PLACES_MAX, SESSION_HOURS_MAX, Session, SessionCard, cancel_session, copy_session,
    create_session, open_sessions, session, sessions_held,
};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[
    ("course", "created_by"),
    ("training_session", "trainer"),
    ("training_session", "closed_by"),
    ("enrolment", "person"),
];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    let hold = Access::Staff(Action::HoldTraining);
    Routes::new()
        .get("/t", hold, session::pages::courses_page)
        .post("/t", hold, session::pages::publish)
        .get("/t/{id}/roll", hold, roll::pages::look)
        .post("/t/{id}/roll", hold, roll::pages::sent)
        .post("/t/{id}/walk-in", hold, roll::pages::walk_in_sent)
        .post("/t/{id}/cancel", hold, roll::pages::cancel)
        .post("/t/{id}/copy", hold, session::pages::copy)
        .get("/t/{id}/results", hold, results::pages::look)
        .post("/t/{id}/results", hold, results::pages::sent)
        .post("/t/{id}/results/undo", hold, results::pages::undo)
        .get("/training", Access::Guest, enrol::pages::list)
        .get("/training/{id}", Access::Guest, enrol::pages::look)
        .post("/training/{id}/enrol", Access::SignedIn, enrol::pages::enrol)
        .post("/training/{id}/withdraw", Access::SignedIn, enrol::pages::withdraw)
        .get("/v/training", Access::SignedIn, own::pages::look)
        .api(hold, routes!(api::courses))
        .api(hold, routes!(api::course_create))
        .api(Access::Guest, routes!(api::sessions))
        .api(hold, routes!(api::session_create))
        .api(Access::Guest, routes!(api::session_detail))
        .api(hold, routes!(api::session_copy))
        .api(hold, routes!(api::session_cancel))
        .api(Access::SignedIn, routes!(api::enrol))
        .api(Access::SignedIn, routes!(api::withdraw))
        .api(hold, routes!(api::roll_list))
        .api(hold, routes!(api::roll_call))
        .api(hold, routes!(api::walk_in))
        .api(hold, routes!(api::results_close))
        .api(hold, routes!(api::results_undo))
        .api(Access::SignedIn, routes!(own::api::own_training))
}
