//! Asking through the API.

use axum::{http::StatusCode, response::Response};
use utoipa_axum::routes;
use web::{Access, Answer, Ask, Body, Failed, OrFailed, Problem, Routes};

use crate::{
    ask::{Typed, submit},
    view::NeedView,
};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::SignedIn, routes!(need_submit))
}

/// Asks for help, for oneself or for somebody else.
#[utoipa::path(
    post, path = "/api/v1/needs", tag = "needs", request_body = Typed,
    params(("idempotency-key" = String, Header, description = "the same key counts once")),
    responses((status = 201, body = NeedView), (status = "4XX", body = Problem))
)]
async fn need_submit(ask: Ask, body: Body<Typed>) -> Result<Answer, Failed> {
    let typed = body.value;
    let answer = ask.app.command(&ask, "need_submit", None, body.digest, move |tx, call| {
        let need = submit(tx, call, &typed)?;
        let tree = places::tree_in(tx)?;
        let view = NeedView::of(&need, &tree);
        let json = serde_json::to_value(view).map_err(|e| db::Fault::Defect(e.to_string()))?;
        Ok(Answer::json(201, &json))
    });
    answer.await.or_failed(&ask)
}

/// A page of JSON.
pub(crate) fn ok(value: &impl serde::Serialize) -> Response {
    web::json(StatusCode::OK, value)
}
