//! The hotline: an operator takes a call, writes down what is asked on one page, reads it back and sends it; who could not
//! be told at once, or was not reached, is called back.
//!
//! A call ends as one of three: an enquiry (咨询), answered at once or to be called back; a call for help (求助), which makes a
//! need by the same use case as everywhere; or another (wrong number, silence). Number and words of a call are sealed. Who
//! calls is found by the number alone, and seeing their name is a look on record, as any other.
//!
//! What this crate must not know: what becomes of a need, how a person is registered.

mod calls;
mod console;
mod forget;
mod number;
mod phone_call;
#[cfg(test)]
mod tests;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use calls::{
    BOARD_MAX, Board, Figures, RETRY_MINUTES, Settled, TAKEN_MINUTES, TRIES_MAX, UNDO_MINUTES, board, missed,
    resume, settle, take, undo,
};
pub use console::{BACK_DAYS_MAX, Console, PLACES_MAX, WORDS_CHARS_MAX, begin, console, save, send};
pub use forget::{KEPT_DAYS, forget, reindex};
pub use number::Number;
pub use phone_call::{Kind, PhoneCall, Said, State};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] =
    &[("phone_call", "operator"), ("phone_call", "person"), ("phone_call", "taken_by")];

/// What this crate keeps encrypted.
pub const ENCRYPTED: &[journal::EncryptedColumn] = &[
    journal::encrypted_column!("phone_call" "id" "number", phone_call::NUMBER),
    journal::encrypted_column!("phone_call" "id" "said", phone_call::SAID),
];

/// Its sentences: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Its pages and operations.
pub fn routes() -> Routes {
    let takes = Access::Staff(Action::TakeCalls);
    Routes::new()
        .get("/h", takes, console::pages::look)
        .post("/h", takes, console::pages::begin_form)
        .post("/h/save", takes, console::pages::save_form)
        .post("/h/send", takes, console::pages::send_form)
        .get("/h/calls", takes, calls::pages::list)
        .post("/h/calls/{id}/take", takes, calls::pages::take_form)
        .post("/h/calls/{id}/settle", takes, calls::pages::settle_form)
        .post("/h/calls/{id}/undo", takes, calls::pages::undo_form)
        .post("/h/calls/{id}/resume", takes, calls::pages::resume_form)
        .api(takes, routes!(console::api::call_begin))
        .api(takes, routes!(console::api::call_open))
        .api(takes, routes!(console::api::call_save))
        .api(takes, routes!(console::api::call_send))
        .api(takes, routes!(calls::api::call_list))
        .api(takes, routes!(calls::api::call_missed))
        .api(takes, routes!(calls::api::call_take))
        .api(takes, routes!(calls::api::call_settle))
        .api(takes, routes!(calls::api::call_undo))
        .api(takes, routes!(calls::api::call_resume))
}
