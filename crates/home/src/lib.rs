//! The pages that compose several areas (`/`, `/v`, `/me`) and those that speak of the installation itself: how to
//! read it, whom to call, what is stored, how to check that nothing was changed afterwards.
//!
//! It owns no table and reads none but through the areas' functions.

mod about;
mod own;
mod prefs;
mod start;
#[cfg(test)]
mod tests;

use web::{Access, Routes};

/// Sentences of this area: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// Pages and API of this area.
pub fn routes() -> Routes {
    Routes::new()
        .get("/", Access::Guest, start::start)
        .get("/v", Access::SignedIn, own::today)
        .get("/me", Access::SignedIn, own::me)
        .get("/prefs", Access::Guest, prefs::form)
        .post("/prefs", Access::Guest, prefs::save)
        .get("/help", Access::Guest, about::help)
        .get("/accessibility", Access::Guest, about::accessibility)
        .get("/privacy", Access::Guest, about::privacy)
        .get("/transparency", Access::Guest, about::transparency)
        .get("/transparency/roots.txt", Access::Guest, about::roots_file)
        .get("/transparency/check.html", Access::Guest, about::check_page)
        .api(Access::Guest, utoipa_axum::routes!(about::api::roots))
        .api(Access::Guest, utoipa_axum::routes!(about::api::node_roots))
}
