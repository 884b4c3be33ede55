//! Late needs through the API.

use axum::{extract::Path, response::Response};
use kernel::Action;
use utoipa_axum::routes;
use web::{Access, Answer, Ask, Body, Failed, Problem, Routes};

use crate::{
    mine::api::{Needs, Nothing, needs_of},
    overdue::{overdue, urge},
    view::{Changed, act},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(Action::SeeNeeds), routes!(need_overdue))
        .api(Access::Staff(Action::UrgeNeeds), routes!(need_urge))
}

/// Needs of the caller's areas that are past their limit, the latest first.
#[utoipa::path(get, path = "/api/v1/needs/overdue", tag = "needs",
    responses((status = 200, body = Needs), (status = "4XX", body = Problem)))]
async fn need_overdue(ask: Ask) -> Result<Response, Failed> {
    needs_of(&ask, "need_overdue", |tx, call| overdue(tx, call, Action::SeeNeeds, None)).await
}

/// Urges a late need on: the workers nearest to it are told.
#[utoipa::path(post, path = "/api/v1/needs/{id}/urge", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_urge(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_urge", &id, body.digest, urge).await
}
