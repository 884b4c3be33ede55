//! `/w/groups`: what a worker or a leader puts into the groups of their neighbours: a text and a square code for each
//! thing, and nobody's name, since lists of people in groups are how they got about.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, DivisionCode, Level};
use web::{Access, Ask, Failed, OrFailed, Page, Routes, html};

use crate::{
    qr,
    shift::{Filter, ShiftCard, open_shifts},
    view::ShiftView,
};

/// Activities that get a card of their own; the rest is found behind the list's.
const ACTIVITIES_MAX: i64 = 6;
/// How far ahead.
const AHEAD_DAYS: i32 = 14;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/w/groups", Access::Staff(Action::PublishShifts), groups_page)
}

/// A text to send on, and the code to scan.
struct Card {
    /// Names the picture and the text.
    id: String,
    title: String,
    text: String,
    svg: String,
}

#[derive(Template)]
#[template(path = "groups/templates/groups.html")]
struct GroupsPage {
    page: Page,
    cards: Vec<Card>,
    has_activities: bool,
}

/// The widest area in which the caller publishes activities, or where they live.
fn area(call: &Call) -> DivisionCode {
    let areas = call.actor.scope(Action::PublishShifts);
    let widest = areas.into_iter().max_by_key(|codes| codes.end() - codes.start());
    let area = widest.and_then(|codes| DivisionCode::new(*codes.start())).unwrap_or(call.actor.home);
    // Activities are listed a district at a time.
    if area.level() < Level::District { call.actor.home.district().division() } else { area }
}

fn read(tx: &mut Tx<'_>, call: &Call) -> Outcome<(String, Vec<ShiftCard>)> {
    let place = area(call);
    let to = call.now.day().plus(AHEAD_DAYS).start();
    let filter = Filter { place, category: None, from: call.now, to };
    let shifts = open_shifts(tx, place.district(), &filter, None, ACTIVITIES_MAX)?;
    let tree = places::tree_in(tx)?;
    Ok((tree.get(place).map_or_else(String::new, |division| division.name.to_owned()), shifts))
}

async fn groups_page(ask: Ask) -> Result<Response, Failed> {
    let ((area, shifts), page) = ask.app.read(&ask, "groups_page", read).await.or_failed(&ask)?;
    let page = page.back("/w").tab("worker/groups");
    let phone = ask.app.place().phone.clone();
    let card = |id: &str, path: &str, title: String, text: String| {
        let link = format!("{}{path}", ask.origin);
        let svg = qr::square(&link).or_failed(&ask)?;
        Ok::<_, Failed>(Card { id: id.to_owned(), title, text: format!("{text}\n{link}"), svg })
    };
    let general = |id: &str, path: &str| {
        let text = page.tb(&format!("groups-{id}-text"), "area", area.as_str(), "phone", phone.as_str());
        card(id, path, page.t(&format!("groups-{id}")), text)
    };
    let mut cards = vec![general("ask", "/need/new")?, general("join", "/join")?];
    for shift in &shifts {
        let view = ShiftView::new(&page, shift);
        let free = if view.is_full { 0 } else { view.free() };
        let places = page.ta(if free > 0 { "groups-places" } else { "groups-full" }, "count", free);
        let lines = [view.title.clone(), view.when.clone(), view.address.clone(), view.needs.clone(), places];
        let text: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        cards.push(card(&view.id, &view.to("/activities/", ""), view.title.clone(), text.join("\n"))?);
    }
    let has_activities = !shifts.is_empty();
    Ok(html(StatusCode::OK, &GroupsPage { page, cards, has_activities }))
}
