//! Sheets going out and coming in: people, needs and hours of a place as a file that a community's computer opens, and
//! volunteers and hours that stand in one.
//!
//! What goes out is masked. Who needs it in clear gives a reason, and every person in it sees who looked
//! ([`people::reveal_many`]).
//!
//! What this crate must not know: how an hour is believed, who may volunteer. It asks the areas.

mod area;
mod export;
mod import;
#[cfg(test)]
mod testing;
mod words;

use axum::{extract::DefaultBodyLimit, handler::Handler};
use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use export::{DAYS_MAX, Gathered, Kind, Wish, gather};
pub use import::{ImportFile, ImportKind, ImportState, tick};

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[("import_file", "actor")];

/// What this crate keeps encrypted.
pub const ENCRYPTED: &[journal::EncryptedColumn] =
    &[journal::encrypted_column!("import_file" "id" "content", import::PURPOSE)];

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    let staff = Access::Staff(Action::ExchangeSheets);
    let upload = import::pages::upload.layer(DefaultBodyLimit::max(import::pages::UPLOAD_BYTES_MAX));
    Routes::new()
        .get("/w/export", staff, export::pages::form)
        .post("/w/export", staff, export::pages::take)
        .get("/w/import", staff, import::pages::form)
        .post("/w/import", staff, upload)
        .get("/w/import/people.xlsx", staff, import::pages::empty_people)
        .get("/w/import/hours.xlsx", staff, import::pages::empty_hours)
        .get("/w/import/{id}", staff, import::pages::look)
        .post("/w/import/{id}", staff, import::pages::bring_in)
        .get("/w/import/{id}/problems", staff, import::pages::problems)
        .api(staff, routes!(import::api::send))
        .api(staff, routes!(import::api::detail))
        .api(staff, routes!(import::api::begin))
        .api(staff, routes!(export::api::masked))
        .api(staff, routes!(export::api::in_clear))
}
