//! Recognition: the signed statement of somebody's service over days, in a project or once, and checking one.
//!
//! What is signed is a canonical JSON statement (RFC 8785) with what decree 67 of the Ministry of Civil Affairs, art. 15,
//! requires: service time, content, recording unit; beside it the masked name, the volunteer number, the grade of the
//! evidence, a number and a date. Whoever holds its code may check it at `/verify/{code}`; the
//! code has 128 random bits and is stored by its hash, so nobody can list statements. A statement is free of charge
//! (decree 685, art. 19).
//!
//! What this crate must not know: how an hour came about. Of the hours it reads what a record says, of the shifts what
//! they were called.

mod certificate;
mod check;
mod code;
mod fact;
mod statement;
mod store;
#[cfg(test)]
mod tests;
mod words;

use web::{Access, Routes};

pub use certificate::{Issued, LINES_MAX, Scope, issue};
pub use check::{Standing, Verdict, check, numbered, prove, revoke, revoked_file};
pub use code::{Code, CodeError};
pub use statement::{Line, Statement, district_of_number};

/// Its sentences, Chinese and English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Its pages and operations.
pub fn routes() -> Routes {
    Routes::new()
        .get("/v/cert", Access::SignedIn, certificate::pages::list_page)
        .post("/v/cert", Access::SignedIn, certificate::pages::issue_form)
        .get("/v/cert/{ticket}", Access::SignedIn, certificate::pages::issued_page)
        .get("/v/cert/{ticket}/linli.pdf", Access::SignedIn, certificate::pdf::pdf)
        .get("/v/cert/{ticket}/linli.png", Access::SignedIn, certificate::pdf::picture)
        .post(
            "/w/people/{id}/cert",
            Access::Staff(kernel::Action::ReviewHours),
            certificate::pages::issue_for_form,
        )
        .get("/verify", Access::Guest, check::pages::form_page)
        .get("/verify/{code}", Access::Guest, check::pages::verdict_page)
        .post("/verify/{code}", Access::Guest, check::pages::compare_name)
        .post("/verify/{code}/revoke", Access::Staff(kernel::Action::ReviewHours), check::pages::revoke_form)
        .get("/transparency/revoked.txt", Access::Guest, check::pages::revoked_page)
        .api(Access::Guest, utoipa_axum::routes!(check::api::verify_statement))
        .api(Access::Guest, utoipa_axum::routes!(check::api::prove_statement))
        .api(Access::Staff(kernel::Action::ReviewHours), utoipa_axum::routes!(check::api::revoke_statement))
        .api(Access::SignedIn, utoipa_axum::routes!(certificate::api::issue_certificate))
        .api(Access::SignedIn, utoipa_axum::routes!(certificate::api::own_certificate))
}
