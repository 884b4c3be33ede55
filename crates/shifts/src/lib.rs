//! Projects, shifts, sign-up, the waiting list, the check-in code and the roll call.
//!
//! A project says what a team does and what may go wrong; a shift is one date of it with places and a leader. People
//! sign up ([`sign_up`]), wait when it is full, check in and out by a rotating code ([`check_in`]), and the leader
//! calls the roll ([`roll`]), which confirms their hours.
//!
//! All rows lie in the place's district; what a person promised lies in the person's. Lock order: person, shift.
//!
//! What this crate must not know: how hours become coins, records or figures; needs.

mod api;
mod check_in;
mod check_out;
mod duty;
mod gate;
mod groups;
mod held_in;
mod kinds;
mod members;
mod nearby;
mod notice;
mod offline;
mod presence;
mod project;
mod qr;
mod readiness;
mod roll;
mod shift;
mod sign_up;
mod team;
mod titles;
mod view;

use std::sync::Arc;

use db::{Db, Fault};
use journal::Kit;
use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use check_in::{
    AROUND_MINUTES, CODE_SECONDS, Checked, Code, TICKET_MINUTES, Ticket, check_in, code, count_try,
    next_kind, own_presence, scan, typed,
};
pub use gate::{AtGate, SAME_READING, at_gate, read_at_gate};
pub use held_in::{HeldIn, ShiftOfTeam, held_in, teams_in};
pub use kinds::{
    KIND_REVIEWS_SHOWN, KindReview, KindReviewCard, Suspected, decide_kind, kind_review, suspected,
};
pub use members::{MEMBERS_SHOWN, MemberLine, Members, members};
pub use nearby::{Located, Point, meet_at, meeting_point, tell_nearby};
pub use offline::{
    Issued, ROSTER_MINUTES, ROSTER_PEOPLE_MAX, Roster, Sent, Synced, clocks, issue_roster, sync_roster,
};
pub use project::{
    NewProject, Project, ProjectCard, Protection, SUMMARY_CHARS_MAX, TITLE_CHARS_MAX, create_project,
    project, publish_project, wrong_fields,
};
pub use readiness::{Asked, Has, Line, Readiness, readiness};
pub use roll::{
    Present, RollCall, RollLine, Said, UNDO_MINUTES, call_roll,
    paper::{SheetRow, enter_sheet},
    photos::{
        PHOTO_BYTES_MAX, PHOTO_DROP_MINUTES, PHOTOS_MAX, Photo, PhotoCard, drop_photo, keep_photo,
        open_photo, photos, tidied,
    },
    roll, undo_roll,
    walk_in::walk_in,
};
pub use shift::{
    Filter, NewShift, PLACES_MAX, Position, Published, SHIFT_HOURS_MAX, Shift, ShiftCard, cancel_shift,
    change_shift, copy_shift, create_shift, open_shifts, publish_shift, publish_without_hours, shift,
    shift_seen, shifts_run,
};
pub use sign_up::rules::{NOT_ELIGIBLE, reasons};
pub use sign_up::waiting::{Moved, move_up};
pub use sign_up::{MyShift, SignedUp, Signup, SignupCard, my_shifts, own, placed, sign_up, withdraw};
pub use team::{
    name_leader,
    promptness::{Promptness, promptness},
};
pub use titles::{Served, titles};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[
    ("project", "created_by"),
    ("shift", "leader"),
    ("signup", "person"),
    ("roll_call", "person"),
    ("roll_call", "called_by"),
    ("sheet_photo", "sent_by"),
    ("duty_told", "person"),
    ("offline_roster", "leader"),
    ("kind_review", "asked_by"),
    ("kind_review", "decided_by"),
];

/// What this crate keeps encrypted.
pub const ENCRYPTED: &[journal::EncryptedColumn] =
    &[journal::encrypted_column!("sheet_photo" "id" "content", roll::photos::PURPOSE)];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// What happens by itself: sign-ups move, roll calls that can no longer be taken back become hours, and who is to call one is
/// reminded. Four statements where nothing is due. To be called every second or so; several processes may.
///
/// # Errors
/// A [`db::Fault`].
pub fn tick(db: &Db, kit: &Arc<Kit>) -> Result<Moved, Fault> {
    let settled = roll::settle(db, kit)?;
    let now = kit.clock.now();
    let (unleft, due, moving) = db.read_now("shift_districts", move |tx| {
        Ok::<_, Fault>((
            hours::unleft_in(tx, now)?,
            duty::due_in(tx, now)?,
            shift::store::to_move_in(tx, now)?,
        ))
    })?;
    let asked = check_out::tick(db, kit, &unleft)?;
    let reminded = duty::tick(db, kit, &due)?;
    Ok(Moved { settled, asked, reminded, ..sign_up::waiting::tick(db, kit, &moving)? })
}

/// Pages and API of this area.
pub fn routes() -> Routes {
    let (publish, run) = (Access::Staff(Action::PublishShifts), Access::Staff(Action::RunShifts));
    shift::pages::routes()
        .and(groups::routes())
        .and(members::pages::routes())
        .and(shift::manage::routes())
        .and(kinds::pages::routes())
        .and(team::pages::routes())
        .and(sign_up::pages::routes())
        .and(check_in::pages::routes())
        .and(nearby::pages::routes())
        .and(roll::pages::routes())
        .and(roll::sheet::routes())
        .and(roll::photos::pages::routes())
        .and(offline::pages::routes())
        .api(Access::Guest, routes!(api::shift_list))
        .api(Access::Guest, routes!(api::shift_detail))
        .api(Access::SignedIn, routes!(api::my_shift_list))
        .api(Access::SignedIn, routes!(api::sign_up))
        .api(Access::SignedIn, routes!(api::withdraw))
        .api(Access::SignedIn, routes!(api::check_in))
        .api(Access::SignedIn, routes!(api::nearby))
        .api(publish, routes!(api::team_create))
        .api(publish, routes!(api::project_create))
        .api(publish, routes!(api::shift_create))
        .api(publish, routes!(api::shift_publish))
        .api(publish, routes!(api::team_leader_list))
        .api(publish, routes!(api::team_leader_name))
        .api(Access::Guest, routes!(team::promptness::team_promptness))
        .api(publish, routes!(api::shift_change))
        .api(publish, routes!(api::shift_cancel))
        .api(run, routes!(api::shift_code))
        .api(run, routes!(api::roll_list))
        .api(run, routes!(api::roll_call))
        .api(run, routes!(api::roll_undo))
        .api(run, routes!(api::sheet_enter))
        .api(run, routes!(api::photo_send))
        .api(run, routes!(api::photo_list))
        .api(run, routes!(api::walk_in))
        .api(run, routes!(api::meeting_point))
        .api(run, routes!(api::roster_issue))
        .api(run, routes!(api::roster_sync))
}

#[cfg(test)]
mod tests;
