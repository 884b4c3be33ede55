//! The volunteer's side of the API, and the public list.

use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use db::Failure;
use kernel::{DivisionCode, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{Access, Answer, Ask, Body, Failed, Fields, OrFailed, Problem, Routes};

use crate::{
    ask::api::ok,
    dispatch::{accept, decline},
    mine::api::Nothing,
    task::{After, OPEN_MAX, open_needs, tasks},
    view::{Changed, GlimpseView, NeedView, act},
    visit::{done, start},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Guest, routes!(need_open))
        .api(Access::SignedIn, routes!(task_list))
        .api(Access::SignedIn, routes!(need_accept))
        .api(Access::SignedIn, routes!(need_decline))
        .api(Access::SignedIn, routes!(need_start))
        .api(Access::SignedIn, routes!(need_done))
}

/// Open needs as anybody may know them.
#[derive(Debug, Serialize, ToSchema)]
struct Open {
    /// The first to end first.
    needs: Vec<GlimpseView>,
    /// Cursor of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Open needs of a street: category, community and time only.
#[utoipa::path(get, path = "/api/v1/needs/open", tag = "needs",
    params(("division" = Option<String>, Query, description = "twelve digits; the installation's own place without it"),
        ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = Open), (status = "4XX", body = Problem)))]
async fn need_open(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let own = ask.app.place().division;
    let place: DivisionCode = fields.given("division").and_then(|text| text.parse().ok()).unwrap_or(own);
    let after = fields.given("after").map(|text| {
        After::parse(text).ok_or_else(|| Failure::from(Refusal::invalid("after", "after-unreadable")))
    });
    let after = after.transpose().or_failed(&ask)?;
    let read = ask.app.read(&ask, "need_open", move |tx, call| {
        Ok((open_needs(tx, call, place, after)?, places::tree_in(tx)?))
    });
    let ((needs, tree), _) = read.await.or_failed(&ask)?;
    let full = needs.len() as i64 == OPEN_MAX;
    let next = needs.last().filter(|_| full).map(After::text);
    Ok(ok(&Open { needs: needs.iter().map(|one| GlimpseView::of(one, &tree)).collect(), next }))
}

/// What a volunteer is asked, promised and may choose from.
#[derive(Debug, Serialize, ToSchema)]
struct TaskList {
    /// Asked, the shortest time to answer first.
    asked: Vec<AskedView>,
    /// Promised and not ended.
    mine: Vec<NeedView>,
    /// Open and fitting.
    open: Vec<GlimpseView>,
}

/// One thing the volunteer is asked.
#[derive(Debug, Serialize, ToSchema)]
struct AskedView {
    /// The need.
    need: GlimpseView,
    /// By when an answer counts (RFC 3339).
    answer_by: String,
}

/// The caller's tasks.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "needs",
    responses((status = 200, body = TaskList), (status = "4XX", body = Problem)))]
async fn task_list(ask: Ask) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "task_list", |tx, call| Ok((tasks(tx, call)?, places::tree_in(tx)?)));
    let ((found, tree), _) = read.await.or_failed(&ask)?;
    let asked = found.asked.iter().map(|(need, offer)| AskedView {
        need: GlimpseView::of(need, &tree),
        answer_by: offer.answer_by.rfc3339(),
    });
    Ok(ok(&TaskList {
        asked: asked.collect(),
        mine: found.mine.iter().map(|need| NeedView::of(need, &tree)).collect(),
        open: found.open.iter().map(|one| GlimpseView::of(one, &tree)).collect(),
    }))
}

/// Promises to come; the first has it.
#[utoipa::path(post, path = "/api/v1/needs/{id}/accept", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_accept(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_accept", &id, body.digest, |tx, call, id| accept(tx, call, id).map(drop)).await
}

/// Says no; no reason is asked.
#[utoipa::path(post, path = "/api/v1/needs/{id}/decline", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_decline(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_decline", &id, body.digest, decline).await
}

/// The helper came.
#[utoipa::path(post, path = "/api/v1/needs/{id}/start", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_start(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_start", &id, body.digest, start).await
}

/// The helper is done.
#[utoipa::path(post, path = "/api/v1/needs/{id}/done", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_done(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_done", &id, body.digest, done).await
}
