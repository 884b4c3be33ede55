//! `/team/shifts/{id}/offline`: the one page that needs scripting, and its service worker, which sees this page alone.

use askama::Template;
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, Id};
use serde_json::json;
use web::{Access, Ask, Failed, OrFailed, Page, Routes, html};

use super::{Issued, issue_roster};
use crate::{
    shift::Shift,
    view::{self, ShiftView},
};

pub(crate) fn routes() -> Routes {
    let run = Access::Staff(Action::RunShifts);
    Routes::new()
        .get("/team/shifts/{id}/offline", run, page)
        .get("/team/shifts/{id}/offline/roster.js", Access::Guest, script)
        .get("/team/shifts/{id}/offline/worker.js", Access::Guest, worker)
}

#[derive(Template)]
#[template(path = "offline/templates/roster.html")]
struct RosterPage {
    page: Page,
    shift: ShiftView,
    people: Vec<(String, String, String)>,
    /// What the script keeps: the roster, when it ends, and the words it says.
    kept: String,
}

async fn page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let (issued, page) = ask
        .app
        .read(&ask, "roster_page", move |tx, call| issue_roster(tx, call, id))
        .await
        .or_failed(&ask)?;
    let page = page.back(format!("/team/shifts/{id}/roll")).tab("leader/team");
    let Issued { shift, people, text, signature } = issued;
    let words = ["kept", "keeping", "unkept", "waiting", "sent", "sent-late", "failed"];
    let words: serde_json::Map<_, _> =
        words.iter().map(|word| ((*word).to_owned(), page.tw("roster-say-", word).into())).collect();
    let kept = json!({
        "shift": id.to_string(), "text": text, "signature": signature, "words": words,
        "good_ms": super::ROSTER_MINUTES.number() * 60_000,
    });
    let view = RosterPage {
        shift: ShiftView::new(&page, &shift),
        people: people.into_iter().map(|card| (card.initial, card.name_masked, card.phone_last4)).collect(),
        // Inside a script element nothing may look like its end.
        kept: kept.to_string().replace('<', "\\u003c"),
        page,
    };
    Ok(html(StatusCode::OK, &view))
}

const JAVASCRIPT: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");

async fn script(Path(_): Path<String>) -> Response {
    ([JAVASCRIPT, (header::CACHE_CONTROL, "no-cache")], include_str!("roster.js")).into_response()
}

/// It may look after the page beside it, and nothing else.
async fn worker(Path(id): Path<String>) -> Response {
    let scope = id
        .parse::<Id<Shift>>()
        .map(|id| format!("/team/shifts/{id}/offline"))
        .unwrap_or_else(|_| "/team/shifts/none/offline".to_owned());
    let mut response =
        ([JAVASCRIPT, (header::CACHE_CONTROL, "no-cache")], include_str!("worker.js")).into_response();
    if let Ok(scope) = scope.parse() {
        response.headers_mut().insert("service-worker-allowed", scope);
    }
    response
}
