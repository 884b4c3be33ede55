//! `/places` and the page of an area.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use kernel::{Action, DivisionCode, Level, Refusal};
use web::{Ask, Failed, Fields, OrFailed, Page, html};

use super::{Entry, STATIONS_MAX, entry, kind_key, search};
use crate::{Station, stations_around, tree_in};

#[derive(Template)]
#[template(path = "browse/templates/find.html")]
struct FindPage {
    page: Page,
    query: String,
    here: Vec<Entry>,
    elsewhere: Vec<Entry>,
    own: Option<Entry>,
    own_children: Vec<Entry>,
    provinces: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "browse/templates/area.html")]
struct AreaPage {
    page: Page,
    code: DivisionCode,
    name: String,
    full_name: String,
    kind: String,
    path: Vec<Entry>,
    children: Vec<Entry>,
    stations: Vec<Station>,
    /// Whether stations are looked for here: they are kept by district, so a city or province has its own only.
    above_district: bool,
    may_manage: bool,
    done: bool,
}

pub(crate) async fn find(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes()).text("q").to_owned();
    let own = ask.app.place().division;
    let (tree, page) = ask.app.read(&ask, "places_page", |tx, _| tree_in(tx)).await.or_failed(&ask)?;
    let (here, elsewhere) =
        if query.is_empty() { (Vec::new(), Vec::new()) } else { search(&tree, &query, own) };
    let list = |parent| tree.children(parent).filter_map(|one| entry(&tree, one.code)).collect::<Vec<_>>();
    let shown = FindPage {
        page: page.back("/"),
        query,
        here,
        elsewhere,
        own: entry(&tree, own),
        own_children: if own == DivisionCode::NATION { Vec::new() } else { list(own) },
        provinces: list(DivisionCode::NATION),
    };
    Ok(html(StatusCode::OK, &shown))
}

pub(crate) async fn area(
    ask: Ask,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    let done = Fields::parse(query.unwrap_or_default().as_bytes()).text("done") == "station";
    let ((tree, code, stations, may_manage), page) = ask
        .app
        .read(&ask, "place_page", move |tx, call| {
            let code = DivisionCode::parse(&code).map_err(|_| Refusal::missing())?;
            let tree = tree_in(tx)?;
            if !tree.contains(code) {
                return Err(Refusal::missing().into());
            }
            let stations = stations_around(tx, code, STATIONS_MAX)?;
            Ok((tree, code, stations, call.actor.may(Action::ManagePlaces, code)))
        })
        .await
        .or_failed(&ask)?;
    let path: Vec<Entry> = tree.path(code).iter().filter_map(|one| entry(&tree, one.code)).collect();
    let (above, own) = path.split_at(path.len().saturating_sub(1));
    let own = own.first().cloned().ok_or_else(|| Failed::new(&ask, Refusal::missing().into()))?;
    let back = above.last().map_or("/places".to_owned(), |up| format!("/places/{}", up.code));
    let shown = AreaPage {
        kind: page.t(kind_key(code)),
        page: page.back(back),
        code,
        name: own.name,
        full_name: own.full_name,
        path: above.to_vec(),
        children: tree.children(code).filter_map(|one| entry(&tree, one.code)).collect(),
        stations,
        above_district: code.level() < Level::District,
        may_manage,
        done,
    };
    Ok(html(StatusCode::OK, &shown))
}

impl AreaPage {
    fn kind_of(&self, station: &Station) -> String {
        self.page.t(&format!("station-kind-{}", station.recorded.kind.word()))
    }

    fn functions_of(&self, station: &Station) -> Vec<String> {
        let word = |one: &crate::Function| self.page.t(&format!("station-function-{}", one.word()));
        station.recorded.functions.iter().map(word).collect()
    }

    /// The telephone number as a `tel:` address takes it.
    fn dial(&self, station: &Station) -> String {
        station.recorded.contact.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}
