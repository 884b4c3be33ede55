//! Printed cards: of a volunteer for the leader to read at the gate, of a resident to hand to the volunteer who helped.
//!
//! A card shows a masked name, a number of eight digits and a square code. The code holds 128 random bits and leads to
//! `/card/{token}`; of the bits the digest is stored alone, so that nobody who reads the database can print a card. What a
//! reading is worth as evidence is decided in `hours`. Who lost a card takes it back, alone or at the desk; a new card takes
//! back the one before.
//!
//! What this crate must not know: how hours come about, what a need or a shift is made of.

mod gate;
mod made;
mod number;
#[cfg(test)]
mod tests;
mod token;

use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Routes};

pub use gate::{Reading, Seen, read_card, seen, seen_by_number};
pub use made::{CARDS_AT_ONCE_MAX, Card, Made, PrintedCard, VALID_DAYS, make, of_person, revoke};
pub use number::Number;
pub use token::Token;

/// Columns that name a person, who may be of another district and then has no foreign key.
pub const PEOPLE: &[(&str, &str)] = &[("card", "made_by"), ("card", "revoked_by")];

/// Its sentences: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Its pages and operations.
pub fn routes() -> Routes {
    let (desk, run) = (Access::Staff(Action::KeepDesk), Access::Staff(Action::RunShifts));
    Routes::new()
        .get("/me/card", Access::SignedIn, made::pages::own)
        .post("/me/card", Access::SignedIn, made::pages::print_own)
        .post("/me/card/revoke", Access::SignedIn, made::pages::revoke_own)
        .get("/w/people/{id}/card", desk, made::pages::of_somebody)
        .post("/w/people/{id}/card", desk, made::pages::print_for)
        .post("/w/people/{id}/card/revoke", desk, made::pages::revoke_for)
        .get("/w/cards", desk, made::pages::choose)
        .post("/w/cards", desk, made::pages::print_many)
        .get("/card/{token}", Access::Guest, gate::pages::look)
        .post("/card/{token}", Access::SignedIn, gate::pages::read)
        .get("/team/shifts/{id}/card", run, gate::pages::number_form)
        .post("/team/shifts/{id}/card", run, gate::pages::number_sent)
        .api(Access::SignedIn, routes!(made::api::card_make))
        .api(Access::SignedIn, routes!(made::api::card_revoke))
        .api(Access::SignedIn, routes!(gate::api::card_read))
}
