//! `/a/typed`: how much of what each team and each typist put on record was typed in later, for whoever sees the figures of
//! the place or of a level above. It is a plain figure and accuses nobody.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use alarms::{Concern, TypedShare};
use askama::Template;
use axum::{
    extract::{Query, RawQuery},
    http::StatusCode,
    response::Response,
};
use db::{Failure, Outcome, Tx};
use journal::Call;
use kernel::{Action, Id, Kind, Organisation, Person, Refusal};
use places::Edition;
use utoipa_axum::routes;
use web::{Access, Ask, Choice, Failed, OrFailed, Page, Problem, Routes, html, json, status_of};

use crate::{
    area::{Typed, Wish},
    found::{
        SERVICES_MAX,
        api::{ShareFound, Wanted},
        look_in, tail, typist,
    },
};

pub(crate) fn routes() -> Routes {
    let figures = Access::Staff(Action::SeeFigures);
    Routes::new().get("/a/typed", figures, typed_page).api(figures, routes!(typed_list))
}

/// The shares of a place on some days, with the names of those whose they are.
#[derive(Debug)]
pub struct Shares {
    /// What was looked at.
    pub wish: Wish,
    /// Whose and how much, the greatest share first.
    pub shares: Vec<TypedShare>,
    /// Masked names of whoever typed.
    typists: HashMap<Id<Person>, String>,
    teams: HashMap<Id<Organisation>, String>,
}

/// How much of what every team, place and typist put on record was typed in later.
///
/// # Errors
/// Sign in first, forbidden; `audit-too-many` (invalid) above [`SERVICES_MAX`].
pub fn typed_shares_in(tx: &mut Tx<'_>, call: &Call, wish: Wish) -> Outcome<Shares> {
    call.actor.must(Action::SeeFigures, wish.area)?;
    // Only sums leave here; the evidence they come from is the auditor's.
    let (evidence, _) = look_in(tx, &call.by_system(), wish, SERVICES_MAX)?;
    let shares = alarms::typed_shares(&evidence);
    let people: Vec<Id<Person>> = shares.iter().filter_map(|one| typist(one.concern)).collect();
    let cards = people::cards(tx, &people)?;
    let typists = cards.into_iter().map(|(id, card)| (id, card.name_masked)).collect();
    let teams = people::organisations_in(tx, wish.area)?;
    let teams = teams.into_iter().map(|card| (card.id, card.name)).collect();
    Ok(Shares { wish, shares, typists, teams })
}

impl Shares {
    fn whose(&self, page: &Page, tree: &Edition, concern: Concern) -> String {
        match concern {
            Concern::Team(id) => {
                let name = self.teams.get(&id.cast()).cloned();
                name.unwrap_or_else(|| page.ta("alarms-team", "tail", tail(id)))
            }
            Concern::Typist(id) => match self.typists.get(&id) {
                Some(name) => page.ta("typed-typist", "name", name.as_str()),
                None => page.ta("alarms-typist", "tail", tail(id)),
            },
            Concern::Place(code) => {
                page.ta("alarms-place", "name", tree.full_name(code).unwrap_or_else(|| code.to_string()))
            }
        }
    }
}

#[derive(Template)]
#[template(path = "typed/templates/typed.html")]
struct TypedPage {
    page: Page,
    areas: Vec<Choice>,
    from: String,
    to: String,
    lines: Vec<Line>,
    is_refused: bool,
}

struct Line {
    whose: String,
    typed: String,
    all: String,
    hundredths: i64,
}

async fn typed_page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = Typed::of(query.as_deref());
    let reading = typed.clone();
    let read = ask.app.read(&ask, "typed_page", move |tx, call| {
        let wish = reading.read(tx, call, Action::SeeFigures)?;
        Ok((typed_shares_in(tx, call, wish)?, places::own(call, Action::SeeFigures), places::tree_in(tx)?))
    });
    match read.await {
        Ok(((found, own, tree), page)) => {
            let line = |one: &TypedShare| Line {
                whose: found.whose(&page, &tree, one.concern),
                typed: one.typed.to_string(),
                all: one.all.to_string(),
                hundredths: one.hundredths(),
            };
            let shown = TypedPage {
                areas: places::choices(&tree, &own, &found.wish.area.to_string()),
                from: found.wish.days.0.to_string(),
                to: found.wish.days.1.to_string(),
                lines: found.shares.iter().map(line).collect(),
                is_refused: false,
                page: page.back("/a").tab("area/typed"),
            };
            Ok(html(StatusCode::OK, &shown))
        }
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => again(&ask, typed, &refusal).await,
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

/// The form with what was wrong in it.
async fn again(ask: &Ask, typed: Typed, refusal: &Refusal) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "typed_form", |tx, call| {
        Ok((places::own(call, Action::SeeFigures), places::tree_in(tx)?))
    });
    let ((own, tree), page) = read.await.or_failed(ask)?;
    let shown = TypedPage {
        areas: places::choices(&tree, &own, &typed.division),
        from: typed.from,
        to: typed.to,
        lines: Vec::new(),
        is_refused: true,
        page: page.back("/a").tab("area/typed").wrong(&refusal.fields),
    };
    Ok(html(status_of(refusal), &shown))
}

/// How much of what each team, place and typist of an area put on record was typed in later, the greatest share first.
#[utoipa::path(get, path = "/api/v1/typed-shares", params(Wanted), responses((status = 200, body = Vec<ShareFound>),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn typed_list(ask: Ask, Query(wanted): Query<Wanted>) -> Result<Response, Failed> {
    let typed = wanted.typed();
    let read = ask.app.read(&ask, "typed_shares_api", move |tx, call| {
        let wish = typed.read(tx, call, Action::SeeFigures)?;
        typed_shares_in(tx, call, wish)
    });
    let (found, _) = read.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &found.shares.into_iter().map(ShareFound::from).collect::<Vec<_>>()))
}
