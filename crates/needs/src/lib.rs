//! A resident's need from asking to closed.
//!
//! [`submit`] takes it in; a worker checks it ([`verify`], [`refuse`]) and asks the volunteers that matching puts first
//! ([`candidates`], [`dispatch`]), a few at a time; nothing is sent for 60 seconds, in which [`take_back`] undoes it. The
//! first who accepts has it ([`accept`]); who declines is replaced, and the next wave follows by itself ([`decline`],
//! [`tick`]). The
//! helper says when they came and when it was done ([`start`], [`done`]); the resident's word closes it ([`confirm`]),
//! and that makes the hour. The states are a table in [`State`]; every change writes a step and an event.
//!
//! What this crate must not know: how an hour is graded and recorded (`hours`), what it earns, how figures are made.

mod ask;
mod category;
mod dispatch;
mod mine;
mod need;
mod number;
mod overdue;
mod place;
mod promise;
mod state;
mod task;
#[cfg(test)]
mod tests;
mod view;
mod visit;
mod voice;
mod when;
mod worker;

pub use ask::{DETAIL_CHARS_MAX, Typed, submit};
pub use category::{CATEGORIES, Category, Risk, category};
pub use dispatch::{
    ASKED_AT_ONCE_MAX, CANDIDATES_MAX, Candidate, Offer, OfferState, SUGGESTED, Ticked, UNDO_SECONDS, accept,
    against, candidates, decline, dispatch, forget_recordings, give_back, offers, take_back, tick,
};
pub use mine::{MY_NEEDS_MAX, cancel, change_time, my_needs, refuse_helper};
pub use need::{Channel, Need, Step};
pub use number::parse as parse_number;
pub use overdue::{OVERDUE_MAX, URGED_HOURS, overdue, urge};
pub use promise::{DEFAULTS, Promises, in_opening_hours, seed as seed_policies};
pub use state::{State, Turn};
pub use task::{After, Glimpse, OPEN_MAX, Task, Tasks, open_needs, task, tasks};
pub use visit::{Answered, AtHome, at_home, confirm, done, nod_by_card, start};
pub use voice::{Blob, UNSENT, VOICE_BYTES_MAX};
pub use when::{DAYS, PART_WORDS};
pub use worker::{
    AskedIn, INBOX_MAX, RECALLED_MAX, REFUSE_REASONS, Recalled, Verified, asked_in, hand_over, inbox, recall,
    refuse, verify,
};

/// The sentences of this crate: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[
    ("need", "recipient"),
    ("need", "asked_by"),
    ("need", "helper"),
    ("need_step", "actor"),
    ("offer", "volunteer"),
    ("refused_pair", "volunteer"),
];

/// What this crate keeps encrypted.
pub const ENCRYPTED: &[journal::EncryptedColumn] = &[
    journal::encrypted_column!("need" "id" "contact_phone", ask::CONTACT_PHONE),
    journal::encrypted_column!("blob" "id" "content", voice::PURPOSE),
];

/// Every route of this crate.
pub fn routes() -> web::Routes {
    ask::pages::routes()
        .and(mine::pages::routes())
        .and(worker::pages::routes())
        .and(task::pages::routes())
        .and(overdue::pages::routes())
        .and(
            ask::api::routes()
                .and(worker::api::routes())
                .and(task::api::routes())
                .and(mine::api::routes())
                .and(overdue::api::routes()),
        )
}
