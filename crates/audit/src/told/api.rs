//! `GET /api/v1/alarms/told`, and looking at one and closing it.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json};

use super::{ToldAlarm, close, concern_words, look_at, pages::id_of, told};

/// An alarm that the auditors were told of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToldJson {
    id: String,
    /// Which: the words are in docs/alarms.md.
    alarm: &'static str,
    /// `team`, `typist` or `place`.
    concern_kind: &'static str,
    /// Its id, of a place its code: while the asker looks at it with a reason, and a place always.
    #[serde(skip_serializing_if = "Option::is_none")]
    concern: Option<String>,
    /// First day of the quarter in which it was found (ISO 8601).
    quarter: String,
    /// The smallest place that holds all of the evidence.
    division: String,
    /// What was measured when it was told.
    measured: i64,
    /// The threshold it reached, in the same unit.
    threshold: i64,
    /// What honest thing it looks like and is asked about first: `every_week`, `family`, `forgotten_check_out`, `sheets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    looks_like: Option<&'static str>,
    /// RFC 3339.
    told_at: String,
    /// `open`, `looked_at` or `closed`.
    state: &'static str,
    /// Why it is looked at, or was closed; empty until then.
    note: String,
}

impl ToldJson {
    fn of(one: ToldAlarm, actor: &Actor) -> Self {
        let (concern_kind, concern) = concern_words(one.concern);
        let concern = (concern_kind == "place" || one.is_named_to(actor)).then_some(concern);
        Self {
            id: one.id.to_string(),
            alarm: one.alarm.word(),
            concern_kind,
            concern,
            quarter: one.quarter.to_string(),
            division: one.division.to_string(),
            measured: one.measured,
            threshold: one.threshold,
            looks_like: one.looks_like.map(alarms::Alike::word),
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
    let read = ask.app.read(&ask, "alarms_told_api", |tx, call| {
        let all = told(tx, call)?.into_iter();
        Ok(all.map(|one| ToldJson::of(one, &call.actor)).collect::<Vec<_>>())
    });
    let (all, _) = read.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &all))
}

/// Why it is looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookBody {
    /// At least four characters that name nobody; the journal keeps them.
    reason: String,
}

/// Opens an alarm for the asker, who is told whom it concerns until it is closed.
#[utoipa::path(post, path = "/api/v1/alarms/told/{id}/look", request_body = LookBody,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = ToldJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn told_look(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<LookBody>,
) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let reason = body.value.reason;
    let answer = ask.app.command(&ask, "alarm_look_at", None, body.digest, move |tx, call| {
        let one = look_at(tx, call, id, &reason)?;
        Ok(Answer::json(200, &serde_json::json!(ToldJson::of(one, &call.actor))))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}

/// What came of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseBody {
    /// At least four characters that name nobody.
    note: String,
}

/// Closes an alarm with what came of it. Nobody closes what concerns themselves.
#[utoipa::path(post, path = "/api/v1/alarms/told/{id}/close", request_body = CloseBody,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, description = "closed"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn told_close(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<CloseBody>,
) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let note = body.value.note;
    let answer = ask.app.command(&ask, "alarm_close", None, body.digest, move |tx, call| {
        close(tx, call, id, &note)?;
        Ok(Answer::json(200, &serde_json::json!({})))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
