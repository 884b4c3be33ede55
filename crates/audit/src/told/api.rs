//! `GET /api/v1/alarms/told`.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Problem, json};

use super::{ToldAlarm, concern_words, told};

/// An alarm that the auditors were told of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToldJson {
    id: String,
    /// Which: the words are in docs/alarms.md.
    alarm: &'static str,
    /// `team`, `typist` or `place`.
    concern_kind: &'static str,
    /// Its id; of a place its code.
    concern: String,
    /// First day of the quarter in which it was found (ISO 8601).
    quarter: String,
    /// The smallest place that holds all of the evidence.
    division: String,
    /// What was measured when it was told.
    measured: i64,
    /// The threshold it reached, in the same unit.
    threshold: i64,
    /// RFC 3339.
    told_at: String,
    /// `open`, `looked_at` or `closed`.
    state: &'static str,
    /// Why it was closed; empty until then.
    note: String,
}

impl From<ToldAlarm> for ToldJson {
    fn from(one: ToldAlarm) -> Self {
        let (concern_kind, concern) = concern_words(one.concern);
        Self {
            id: one.id.to_string(),
            alarm: one.alarm.word(),
            concern_kind,
            concern,
            quarter: one.quarter.to_string(),
            division: one.division.to_string(),
            measured: one.measured,
            threshold: one.threshold,
            told_at: one.told_at.rfc3339(),
            state: one.state.word(),
            note: one.note,
        }
    }
}

/// What the auditors of one's areas were told, what is not closed first, at most a hundred.
#[utoipa::path(get, path = "/api/v1/alarms/told", responses((status = 200, body = Vec<ToldJson>),
    (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn told_list(ask: Ask) -> Result<Response, Failed> {
    let (all, _) = ask.app.read(&ask, "alarms_told_api", told).await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &all.into_iter().map(ToldJson::from).collect::<Vec<_>>()))
}
