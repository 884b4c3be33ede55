//! The resident's side of the API.

use axum::{extract::Path, response::Response};
use db::{Outcome, Tx};
use journal::Call;
use kernel::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{Access, Answer, Ask, Body, Failed, OrFailed, Problem, Routes};

use crate::{
    ask::api::ok,
    mine::{cancel, change_time, my_needs, refuse_helper},
    need::{self, Need},
    view::{Changed, NeedView, act, id_of},
    visit::{Answered, confirm},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::SignedIn, routes!(need_mine))
        .api(Access::SignedIn, routes!(need_read))
        .api(Access::SignedIn, routes!(need_cancel))
        .api(Access::SignedIn, routes!(need_change_time))
        .api(Access::SignedIn, routes!(need_confirm))
        .api(Access::SignedIn, routes!(need_refuse_helper))
}

/// Nothing to say.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct Nothing {}

/// Needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Needs {
    /// The needs, in the order the route says.
    needs: Vec<NeedView>,
}

/// Answers with a list of needs.
pub(crate) async fn needs_of(
    ask: &Ask,
    name: &'static str,
    list: fn(&mut Tx<'_>, &Call) -> Outcome<Vec<Need>>,
) -> Result<Response, Failed> {
    let read = ask.app.read(ask, name, move |tx, call| Ok((list(tx, call)?, places::tree_in(tx)?)));
    let ((needs, tree), _) = read.await.or_failed(ask)?;
    Ok(ok(&Needs { needs: needs.iter().map(|need| NeedView::of(need, &tree)).collect() }))
}

/// The caller's needs, the newest first.
#[utoipa::path(get, path = "/api/v1/needs/mine", tag = "needs",
    responses((status = 200, body = Needs), (status = "4XX", body = Problem)))]
async fn need_mine(ask: Ask) -> Result<Response, Failed> {
    needs_of(&ask, "need_mine", my_needs).await
}

/// One need, for whoever asked and for the workers of the place.
#[utoipa::path(get, path = "/api/v1/needs/{id}", tag = "needs", params(("id" = String, Path)),
    responses((status = 200, body = NeedView), (status = "4XX", body = Problem)))]
async fn need_read(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_read", move |tx, call| {
        let need = need::load(tx, id_of(&id)?)?;
        need.must_be_mine(call, Action::SeeNeeds)?;
        Ok((need, places::tree_in(tx)?))
    });
    let ((need, tree), _) = read.await.or_failed(&ask)?;
    Ok(ok(&NeedView::of(&need, &tree)))
}

/// Takes a need back.
#[utoipa::path(post, path = "/api/v1/needs/{id}/cancel", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_cancel(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_cancel", &id, body.digest, cancel).await
}

/// Another time.
#[derive(Debug, Deserialize, ToSchema)]
struct NewTime {
    /// `today`, `tomorrow`, `weekend` or `2026-03-09`.
    day: String,
    /// `any`, `morning`, `afternoon` or `evening`.
    part: String,
}

/// Moves a need to another time.
#[utoipa::path(post, path = "/api/v1/needs/{id}/time", tag = "needs", request_body = NewTime,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_change_time(ask: Ask, Path(id): Path<String>, body: Body<NewTime>) -> Result<Answer, Failed> {
    let time = body.value;
    act(&ask, "need_change_time", &id, body.digest, move |tx, call, id| {
        change_time(tx, call, id, &time.day, &time.part)
    })
    .await
}

/// What the resident says.
#[derive(Debug, Deserialize, ToSchema)]
struct Confirmation {
    /// Whether it is done.
    done: bool,
    /// 0 not said, 1 badly, 2 so-so, 3 well: how the visit went, never a person.
    #[serde(default)]
    rating: i64,
    /// For a worker: whether the resident called and said so. The resident is told of it.
    #[serde(default)]
    heard: bool,
}

/// Says whether it is done; if so, the hour counts.
#[utoipa::path(post, path = "/api/v1/needs/{id}/confirm", tag = "needs", request_body = Confirmation,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_confirm(ask: Ask, Path(id): Path<String>, body: Body<Confirmation>) -> Result<Answer, Failed> {
    let answered = match body.value {
        Confirmation { done: false, .. } => Answered::NotDone,
        Confirmation { rating, heard: true, .. } => Answered::Heard(rating),
        Confirmation { rating, .. } => Answered::Done(rating),
    };
    act(&ask, "need_close", &id, body.digest, move |tx, call, id| confirm(tx, call, id, answered)).await
}

/// Never this helper again; silently.
#[utoipa::path(post, path = "/api/v1/needs/{id}/refuse-helper", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_refuse_helper(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_refuse_helper", &id, body.digest, refuse_helper).await
}
