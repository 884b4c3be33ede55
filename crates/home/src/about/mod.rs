//! Pages about the installation itself: help, accessibility, personal data, the public roots of the journal.

pub(crate) mod api;

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use db::{Fault, Tx};
use journal::DayRoot;
use kernel::{Day, District};
use places::Station;
use web::{Ask, Failed, OrFailed, Page, html};

/// Stations shown on the help page.
const STATIONS_MAX: i64 = 12;
/// Closed days shown: a month and a few days.
const DAYS_MAX: i64 = 35;

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

#[derive(Template)]
#[template(path = "about/templates/transparency.html")]
struct TransparencyPage {
    page: Page,
    district: String,
    days: Vec<ClosedDay>,
}

/// A closed day in text.
struct ClosedDay {
    day: String,
    first_seq: i64,
    last_seq: i64,
    /// The root in groups of eight, between which a narrow screen may break the line.
    root: Vec<String>,
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

fn days(tx: &mut Tx<'_>, district: District, before: Option<Day>) -> Result<Vec<DayRoot>, Fault> {
    journal::day_roots(tx, district, before, DAYS_MAX)
}

pub(crate) async fn transparency(ask: Ask) -> Result<Response, Failed> {
    let district = ask.app.place().division.district();
    let (roots, page) = ask
        .app
        .read(&ask, "transparency_page", move |tx, _| Ok(days(tx, district, None)?))
        .await
        .or_failed(&ask)?;
    let day = |root: &DayRoot| ClosedDay {
        day: root.day.to_string(),
        first_seq: root.first_seq,
        last_seq: root.last_seq,
        root: root.root.chunks(4).map(journal::hex).collect(),
    };
    let days = roots.iter().map(day).collect();
    Ok(html(StatusCode::OK, &TransparencyPage { page: page.back("/"), district: district.to_string(), days }))
}

/// The roots in the form that `linli journal verify --roots FILE` reads: `district day root`, oldest first.
pub(crate) async fn roots_file(ask: Ask) -> Result<Response, Failed> {
    let district = ask.app.place().division.district();
    let (roots, _) = ask
        .app
        .read(&ask, "transparency_file", move |tx, _| Ok(days(tx, district, None)?))
        .await
        .or_failed(&ask)?;
    let line = |root: &DayRoot| format!("{} {} {}\n", root.district, root.day, journal::hex(&root.root));
    let text: String = roots.iter().rev().map(line).collect();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
