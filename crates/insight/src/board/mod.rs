//! The board: the figures of an area on a phone and in the API, without any count that would point at somebody.

mod api;
pub(crate) mod chart;
pub(crate) mod pages;
mod publish;
mod screen;
mod structure;

use db::{Outcome, Tx};
use kernel::{Day, DivisionCode, Refusal};
use places::Edition;
use web::{Access, Fields, Routes};

use crate::{
    Trend,
    disclosure::{Disclosure, disclosure},
    figures::week_ends,
    trend,
};

pub use publish::{PublishedFigures, PublishedWeek};

pub(crate) fn routes(access: Access) -> Routes {
    Routes::new()
        .get("/board", access, pages::board)
        .get("/screen", access, screen::screen)
        .get("/a/definitions", access, pages::definitions)
        .api(access, utoipa_axum::routes!(api::figures))
        .api(access, utoipa_axum::routes!(api::definitions))
}

/// The area and the day a query asks for: this installation's and today, when it names none.
fn chosen(query: Option<&str>, place: DivisionCode, today: Day) -> Result<(DivisionCode, Day), Refusal> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let mut wrong = Vec::new();
    let division = asked.given("division").map_or(Ok(place), DivisionCode::parse);
    if division.is_err() {
        wrong.extend(Refusal::invalid("division", "figures-division").fields);
    }
    let first = Day::from_ymd(2000, 1, 1).unwrap_or(today);
    let day = asked.given("day").map_or(Ok(today), str::parse);
    let day = day.ok().filter(|day| (first..=today).contains(day));
    if day.is_none() {
        wrong.extend(Refusal::invalid("day", "figures-day").fields);
    }
    match (division, day) {
        (Ok(division), Some(day)) => Ok((division, day)),
        _ => Err(Refusal::fields(wrong)),
    }
}

/// The figures and the weeks that led to them, with what of them may be told.
fn figures_of(
    tx: &mut Tx<'_>,
    edition: &Edition,
    division: DivisionCode,
    day: Day,
) -> Outcome<(Trend, Disclosure)> {
    let told = disclosure(tx, edition, division, &week_ends(day))?;
    Ok((trend(tx, edition, division, day)?, told))
}

#[cfg(test)]
mod tests;
