//! Pages about the installation itself: help, accessibility, personal data, the public roots of the journal.

pub(crate) mod api;
mod transparency;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use places::Station;
pub(crate) use transparency::{check_page, roots_file, transparency};
use web::{Ask, Failed, OrFailed, Page, html};

/// Stations shown on the help page.
const STATIONS_MAX: i64 = 12;

#[derive(Template)]
#[template(path = "about/templates/help.html")]
struct HelpPage {
    page: Page,
    stations: Vec<Station>,
    place: String,
}

#[derive(Template)]
#[template(path = "about/templates/accessibility.html")]
struct AccessibilityPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "about/templates/privacy.html")]
struct PrivacyPage {
    page: Page,
}

/// What is stored, in the order of the table; each has its name, why it is stored and how it is protected.
pub(crate) const ROWS: [&str; 8] =
    ["name", "phone", "document", "address", "needs", "hours", "signals", "looks"];

impl PrivacyPage {
    fn cell(&self, row: &str, part: &str) -> String {
        self.page.t(&format!("privacy-{row}{part}"))
    }
}

pub(crate) async fn help(ask: Ask) -> Result<Response, Failed> {
    let place = ask.app.place().division;
    let (stations, page) = ask
        .app
        .read(&ask, "help_page", move |tx, _| places::stations_around(tx, place, STATIONS_MAX))
        .await
        .or_failed(&ask)?;
    Ok(html(StatusCode::OK, &HelpPage { page: page.back("/"), stations, place: place.to_string() }))
}

impl HelpPage {
    /// The telephone number as a `tel:` address takes it.
    fn dial(&self, station: &Station) -> String {
        station.recorded.contact.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

pub(crate) async fn accessibility(ask: Ask) -> Result<Response, Failed> {
    let ((), page) = ask.app.read(&ask, "accessibility_page", |_, _| Ok(())).await.or_failed(&ask)?;
    Ok(html(StatusCode::OK, &AccessibilityPage { page: page.back("/") }))
}

pub(crate) async fn privacy(ask: Ask) -> Result<Response, Failed> {
    let ((), page) = ask.app.read(&ask, "privacy_page", |_, _| Ok(())).await.or_failed(&ask)?;
    Ok(html(StatusCode::OK, &PrivacyPage { page: page.back("/") }))
}
