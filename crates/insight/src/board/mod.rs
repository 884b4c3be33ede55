//! The board: the figures of an area on a phone and in the API, with small cells hidden.

mod api;
mod chart;
mod pages;
mod publish;

use kernel::{Day, DivisionCode, Refusal};
use web::{Access, Fields, Routes};

pub use publish::{PublishedFigures, PublishedWeek, SMALL_CELL};

pub(crate) fn routes(access: Access) -> Routes {
    Routes::new()
        .get("/board", access, pages::board)
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

#[cfg(test)]
mod tests;
