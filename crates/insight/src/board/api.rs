//! The figures and their definitions as JSON.

use axum::{extract::RawQuery, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Problem, json};

use super::{PublishedFigures, chosen, figures_of};
use crate::DEFINITIONS;

/// The figures of an area at the end of a day, with the twelve weeks that led to them.
#[utoipa::path(
    get,
    path = "/api/v1/figures",
    tag = "figures",
    params(
        ("division" = Option<String>, Query, description = "2, 4, 6, 9 or 12 digits; this installation's area by default"),
        ("day" = Option<String>, Query, description = "YYYY-MM-DD, from 2000-01-01 until today; today by default"),
    ),
    responses(
        (status = 200, body = PublishedFigures),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn figures(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let today = ask.app.kit().clock.now().day();
    let (division, day) =
        chosen(query.as_deref(), ask.app.place().division, today).map_err(Into::into).or_failed(&ask)?;
    let read = ask.app.read(&ask, "figures", move |tx, _| {
        let edition = places::tree_in(tx)?;
        figures_of(tx, &edition, division, day)
    });
    let ((trend, told), _) = read.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &PublishedFigures::of(&trend, &told, day < today)))
}

/// What one figure counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct PublishedDefinition {
    /// Name of the figure.
    pub(super) id: String,
    /// Raised with every change of what is counted.
    pub(super) version: i64,
    /// Its name in the language of the request.
    pub(super) name: String,
    /// What it counts, in the language of the request.
    pub(super) definition: String,
    /// The document or practice it follows, in the language of the request.
    pub(super) source: String,
}

/// The definition of every figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct PublishedDefinitions {
    /// The definitions, headline figures first.
    pub(super) definitions: Vec<PublishedDefinition>,
}

pub(super) fn published_definitions(ask: &Ask) -> Vec<PublishedDefinition> {
    let sentence = |key: String| ask.app.text().get(ask.language, &key, &[]);
    let published = DEFINITIONS.iter().map(|definition| PublishedDefinition {
        id: definition.id.to_owned(),
        version: definition.version,
        name: sentence(format!("figure-{}", definition.id)),
        definition: sentence(format!("figure-{}-definition", definition.id)),
        source: sentence(format!("figure-source-{}", definition.source)),
    });
    published.collect()
}

/// What every figure counts, with the version of its definition.
#[utoipa::path(
    get,
    path = "/api/v1/figures/definitions",
    tag = "figures",
    responses(
        (status = 200, body = PublishedDefinitions),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn definitions(ask: Ask) -> Result<Response, Failed> {
    // Nothing is read, but the route's access is checked where all are.
    ask.app.read(&ask, "figure_definitions", |_, _| Ok(())).await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &PublishedDefinitions { definitions: published_definitions(&ask) }))
}
