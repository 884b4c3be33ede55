//! Reviews of what looks like no volunteering, over the API.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use super::{Suspected, decide_kind, suspected};
use crate::view;

/// An activity that looks like no volunteering.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuspectedJson {
    /// Id of the review.
    id: String,
    /// The project.
    project: String,
    title: String,
    summary: String,
    division: String,
    /// What it looks like: words of `kind-…`.
    kinds: Vec<String>,
    /// Since when it waits, RFC 3339.
    asked_at: String,
}

impl From<Suspected> for SuspectedJson {
    fn from(one: Suspected) -> Self {
        Self {
            id: one.review.id.to_string(),
            project: one.review.project.to_string(),
            kinds: one.review.words(),
            division: one.review.division.to_string(),
            asked_at: one.review.asked_at.rfc3339(),
            title: one.title,
            summary: one.summary,
        }
    }
}

/// Activities at my places that look like no volunteering and wait for a second person, the oldest first.
#[utoipa::path(get, path = "/api/v1/kinds", responses((status = 200, body = Vec<SuspectedJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn kind_list(ask: Ask) -> Result<Response, Failed> {
    let (all, _) = ask.app.read(&ask, "kinds_api", suspected).await.or_failed(&ask)?;
    let all: Vec<SuspectedJson> = all.into_iter().map(SuspectedJson::from).collect();
    Ok(web::json(StatusCode::OK, &all))
}

/// Whether an activity is volunteering.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindDecision {
    /// `true`: it is, and earns hours; `false`: it is not.
    service: bool,
    /// Why; its publisher reads it.
    reason: String,
}

/// Says whether an activity is volunteering.
#[utoipa::path(post, path = "/api/v1/kinds/{id}/decision", request_body = KindDecision,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, description = "decided"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn kind_decide(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<KindDecision>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(db::Failure::from).or_failed(&ask)?;
    let KindDecision { service, reason } = body.value;
    let answer = ask.app.command(&ask, "kind_decide", None, body.digest, move |tx, call| {
        decide_kind(tx, call, id, service, &reason)?;
        Ok(Answer::json(200, &serde_json::json!({ "service": service })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
