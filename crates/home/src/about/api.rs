//! The public roots over the API.

use std::collections::HashMap;

use axum::{extract::Query, http::StatusCode, response::Response};
use journal::{DayRoot, NodeRoot};
use kernel::{District, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Problem, json};

use super::transparency::{DAYS_MAX, day_of};

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
    /// When the day was closed, in microseconds since 1970-01-01T00:00Z.
    closed_at: i64,
    /// What is signed: `linli-journal-day DISTRICT DAY FIRST LAST ROOT CLOSED_AT`, without a line end.
    statement: String,
    /// The node's signature over `statement` with SM2 and SM3 (r then s), hexadecimal.
    signature: String,
}

/// The closed days, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedRoots {
    /// The key that signatures are checked with: a point of the SM2 curve, uncompressed (SEC 1), hexadecimal.
    public_key: String,
    /// At most 35.
    days: Vec<PublishedRoot>,
    /// Give it as `before` for the older days; absent when these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The roots of the closed days of a district, with all that is needed to check their signatures.
#[utoipa::path(get, path = "/api/v1/journal/roots",
    params(
        ("district" = Option<u32>, Query, description = "Six digits; this installation's district by default"),
        ("before" = Option<String>, Query, description = "`next` of the page before, YYYY-MM-DD"),
    ),
    responses((status = 200, body = PublishedRoots), (status = "4XX", body = Problem)))]
pub(crate) async fn roots(
    ask: Ask,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let here = ask.app.place().division.district();
    let (roots, _) = ask
        .app
        .read(&ask, "api_journal_roots", move |tx, _| {
            let district = match asked.get("district") {
                Some(text) => text.parse().ok().and_then(District::new),
                None => Some(here),
            };
            let district = district.ok_or_else(|| Refusal::invalid("district", "roots-district"))?;
            let before = day_of(asked.get("before").map(String::as_str), "before")?;
            Ok(journal::day_roots(tx, district, before, DAYS_MAX)?)
        })
        .await
        .or_failed(&ask)?;
    let is_full = i64::try_from(roots.len()).is_ok_and(|count| count == DAYS_MAX);
    let next = roots.last().filter(|_| is_full).map(|one| one.day.to_string());
    let days = roots.iter().map(PublishedRoot::from).collect();
    let public_key = vault::hex(ask.app.kit().keys.public_key().as_bytes());
    Ok(json(StatusCode::OK, &PublishedRoots { public_key, days, next }))
}

impl From<&DayRoot> for PublishedRoot {
    fn from(one: &DayRoot) -> Self {
        Self {
            district: one.district.to_string(),
            day: one.day.to_string(),
            first_seq: one.first_seq,
            last_seq: one.last_seq,
            root: vault::hex(&one.root),
            closed_at: one.closed_at.micros(),
            statement: one.statement(),
            signature: vault::hex(&one.signature),
        }
    }
}

/// The root of roots of one closed day of this node.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedNodeRoot {
    /// The day of sealing, `YYYY-MM-DD`.
    day: String,
    /// How many districts have a root of that day.
    districts: i64,
    /// Merkle root (RFC 9162) over the bytes of their `statement`, by district, hexadecimal.
    root: String,
    /// When the day was closed for the node, in microseconds since 1970-01-01T00:00Z.
    closed_at: i64,
    /// What is signed: `linli-node-day DAY DISTRICTS ROOT CLOSED_AT`, without a line end.
    statement: String,
    /// The node's signature over `statement` with SM2 and SM3 (r then s), hexadecimal.
    signature: String,
    /// The roots it is computed from, by district.
    roots: Vec<PublishedRoot>,
}

/// The closed days of the node, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedNodeRoots {
    /// The key that signatures are checked with: a point of the SM2 curve, uncompressed (SEC 1), hexadecimal.
    public_key: String,
    /// At most 35.
    days: Vec<PublishedNodeRoot>,
    /// Give it as `before` for the older days; absent when these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The root of roots of each closed day, with the roots of all districts it is computed from.
#[utoipa::path(get, path = "/api/v1/journal/node-roots",
    params(("before" = Option<String>, Query, description = "`next` of the page before, YYYY-MM-DD")),
    responses((status = 200, body = PublishedNodeRoots), (status = "4XX", body = Problem)))]
pub(crate) async fn node_roots(
    ask: Ask,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "api_journal_node_roots", move |tx, _| {
        let before = day_of(asked.get("before").map(String::as_str), "before")?;
        let nodes = journal::node_roots(tx, before, DAYS_MAX)?;
        let roots = match (nodes.last(), nodes.first()) {
            (Some(oldest), Some(newest)) => journal::roots_of_days(tx, oldest.day, newest.day)?,
            _ => Vec::new(),
        };
        Ok((nodes, roots))
    });
    let ((nodes, roots), _) = read.await.or_failed(&ask)?;
    let is_full = i64::try_from(nodes.len()).is_ok_and(|count| count == DAYS_MAX);
    let next = nodes.last().filter(|_| is_full).map(|one| one.day.to_string());
    let day = |node: &NodeRoot| PublishedNodeRoot {
        day: node.day.to_string(),
        districts: node.districts,
        root: vault::hex(&node.root),
        closed_at: node.closed_at.micros(),
        statement: node.statement(),
        signature: vault::hex(&node.signature),
        roots: roots.iter().filter(|root| root.day == node.day).map(PublishedRoot::from).collect(),
    };
    let days = nodes.iter().map(day).collect();
    let public_key = vault::hex(ask.app.kit().keys.public_key().as_bytes());
    Ok(json(StatusCode::OK, &PublishedNodeRoots { public_key, days, next }))
}
