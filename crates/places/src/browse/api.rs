//! Divisions over the API.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use kernel::{DivisionCode, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, Fields, OrFailed, Problem, json};

use super::{Entry, STATIONS_MAX, entry, kind_key, search};
use crate::{station::api::StationView, stations_around, tree_in};

/// A division in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceEntry {
    /// Twelve digits.
    code: String,
    /// Its own name.
    name: String,
    /// The name as in an address, province first.
    full_name: String,
}

/// What a search found, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlacesFound {
    /// Inside the area this installation stands for.
    here: Vec<PlaceEntry>,
    /// In the rest of the country.
    elsewhere: Vec<PlaceEntry>,
}

/// A division with what lies around it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceView {
    #[serde(flatten)]
    place: PlaceEntry,
    /// `province`, `city`, `district`, `street`, `residents`, `villagers`, `like-residents`, `like-villagers` or
    /// `community`.
    kind: String,
    /// Those above it, province first.
    above: Vec<PlaceEntry>,
    /// Those right below it.
    children: Vec<PlaceEntry>,
    /// Where its people are received.
    stations: Vec<StationView>,
}

impl From<Entry> for PlaceEntry {
    fn from(entry: Entry) -> Self {
        Self { code: entry.code, name: entry.name, full_name: entry.full_name }
    }
}

/// Divisions by part of the name or by pinyin initials, those of this installation's area first.
#[utoipa::path(get, path = "/api/v1/places/search", params(("q" = String, Query, description = "`江汉 民族` or `jhq`")),
    responses((status = 200, body = PlacesFound), (status = "4XX", body = Problem)))]
pub(crate) async fn find(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes()).text("q").to_owned();
    let own = ask.app.place().division;
    let (tree, _) = ask
        .app
        .read(&ask, "api_places_search", {
            let missing = query.is_empty();
            move |tx, _| {
                if missing {
                    return Err(Refusal::invalid("q", "place-query-missing").into());
                }
                tree_in(tx)
            }
        })
        .await
        .or_failed(&ask)?;
    let (here, elsewhere) = search(&tree, &query, own);
    let views = |list: Vec<Entry>| list.into_iter().map(PlaceEntry::from).collect();
    Ok(json(StatusCode::OK, &PlacesFound { here: views(here), elsewhere: views(elsewhere) }))
}

/// One division: what it is, what lies above and below it, its stations.
#[utoipa::path(get, path = "/api/v1/places/{code}", params(("code" = String, Path)),
    responses((status = 200, body = PlaceView), (status = "4XX", body = Problem)))]
pub(crate) async fn area(ask: Ask, Path(code): Path<String>) -> Result<Response, Failed> {
    let (view, _) = ask
        .app
        .read(&ask, "api_place", move |tx, _| {
            let code = DivisionCode::parse(&code).map_err(|_| Refusal::missing())?;
            let tree = tree_in(tx)?;
            let place = entry(&tree, code).ok_or_else(Refusal::missing)?;
            let view = |code| entry(&tree, code).map(PlaceEntry::from);
            let mut above: Vec<PlaceEntry> =
                tree.path(code).iter().filter_map(|one| view(one.code)).collect();
            above.pop();
            Ok(PlaceView {
                place: place.into(),
                kind: kind_key(code).trim_start_matches("place-kind-").to_owned(),
                above,
                children: tree.children(code).filter_map(|one| view(one.code)).collect(),
                stations: stations_around(tx, code, STATIONS_MAX)?
                    .into_iter()
                    .map(StationView::from)
                    .collect(),
            })
        })
        .await
        .or_failed(&ask)?;
    Ok(json(StatusCode::OK, &view))
}
