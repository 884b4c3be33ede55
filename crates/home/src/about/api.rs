//! The public roots over the API.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Problem, json};

/// The root of one closed day of a district's journal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedRoot {
    /// Six digits of the district.
    district: String,
    /// The day of sealing, `YYYY-MM-DD`.
    day: String,
    /// First event of the day.
    first_seq: i64,
    /// Last event of the day.
    last_seq: i64,
    /// Merkle root over the day's events (RFC 9162), hexadecimal.
    root: String,
    /// The node's signature over `linli-journal-day DISTRICT DAY FIRST LAST ROOT`, hexadecimal.
    signature: String,
}

/// The closed days, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedRoots {
    /// At most 35.
    days: Vec<PublishedRoot>,
}

/// The roots of the last closed days of this installation's district.
#[utoipa::path(get, path = "/api/v1/journal/roots",
    responses((status = 200, body = PublishedRoots), (status = "4XX", body = Problem)))]
pub(crate) async fn roots(ask: Ask) -> Result<Response, Failed> {
    let district = ask.app.place().division.district();
    let (roots, _) = ask
        .app
        .read(&ask, "api_journal_roots", move |tx, _| Ok(super::days(tx, district)?))
        .await
        .or_failed(&ask)?;
    let days = roots
        .iter()
        .map(|one| PublishedRoot {
            district: one.district.to_string(),
            day: one.day.to_string(),
            first_seq: one.first_seq,
            last_seq: one.last_seq,
            root: journal::hex(&one.root),
            signature: journal::hex(&one.signature),
        })
        .collect();
    Ok(json(StatusCode::OK, &PublishedRoots { days }))
}
