//! Call-backs through the API; missed calls, for a telephone system.

use axum::{extract::Path, http::StatusCode, response::Response};
use kernel::{Instant, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json, secretly};

use super::{Settled, board, missed, resume, settle, take, undo};
use crate::console::api::{CallView, answer, id};

/// The call-backs of the asker's places.
#[derive(Serialize, ToSchema)]
pub(crate) struct Calls {
    /// To be called now.
    due: Vec<CallView>,
    /// To be called later.
    later: Vec<CallView>,
    /// Left to a worker.
    given_up: Vec<CallView>,
    /// Calls that began today.
    today: i64,
    /// Of them those that needed no call-back.
    at_once: i64,
    /// Callers who wait.
    waiting: i64,
    /// Since when the one waits who waits longest, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_since: Option<String>,
}

/// Who is to be called back.
#[utoipa::path(get, path = "/api/v1/hotline/calls", tag = "hotline",
    responses((status = 200, body = Calls), (status = "4XX", body = Problem)))]
pub(crate) async fn call_list(ask: Ask) -> Result<Response, Failed> {
    let (seen, _) = ask.app.read(&ask, "hotline_calls_api", board).await.or_failed(&ask)?;
    let views = |calls: &[crate::PhoneCall]| calls.iter().map(CallView::from).collect();
    let calls = Calls {
        due: views(&seen.due),
        later: views(&seen.later),
        given_up: views(&seen.given_up),
        today: seen.figures.today,
        at_once: seen.figures.at_once,
        waiting: seen.figures.waiting,
        waiting_since: seen.figures.since.map(Instant::rfc3339),
    };
    Ok(json(StatusCode::OK, &calls))
}

/// A call that nobody took.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Missed {
    /// A mobile or a land line.
    number: String,
    /// When it rang, RFC 3339; within the last week.
    at: String,
}

/// Notes a call that nobody took, to be called back at once; who rings twice waits once.
#[utoipa::path(post, path = "/api/v1/hotline/missed", tag = "hotline", request_body = Missed,
    params(("idempotency-key" = String, Header)), responses((status = 200, body = CallView),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_missed(ask: Ask, body: Body<Missed>) -> Result<Answer, Failed> {
    let rang = body.value;
    let noted = ask.app.command(&ask, "hotline_missed", None, body.digest, move |tx, call| {
        let at = Instant::parse_rfc3339(&rang.at).ok_or_else(|| Refusal::invalid("at", "call-at"))?;
        Ok(answer(200, &missed(tx, call, &rang.number, at)?))
    });
    noted.await.or_failed(&ask)
}

/// Whom to call, told once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Taken {
    #[serde(flatten)]
    call: CallView,
    /// The number as it is dialled.
    number: String,
}

/// Takes a call-back and tells the number; both are on record.
#[utoipa::path(post, path = "/api/v1/hotline/calls/{id}/take", tag = "hotline",
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = Taken),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_take(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let taken = secretly(&ask, "hotline_take", [0; 32], move |tx, call| take(tx, call, id));
    let (one, number) = taken.await.or_failed(&ask)?;
    let taken = Taken { call: CallView::from(&one), number: number.as_str().to_owned() };
    Ok(json(StatusCode::OK, &taken))
}

/// What a call-back came to.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SettledJson {
    /// `reached`, `no_answer` or `otherwise`.
    settled: String,
    /// What was said; who was reached was told something.
    #[serde(default)]
    words: String,
}

/// Notes what a call-back came to.
#[utoipa::path(post, path = "/api/v1/hotline/calls/{id}/settle", tag = "hotline", request_body = SettledJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = CallView),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_settle(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<SettledJson>,
) -> Result<Answer, Failed> {
    let (id, came) = (id(&ask, &path)?, body.value);
    let noted = ask.app.command(&ask, "hotline_settle", None, body.digest, move |tx, call| {
        let settled = Settled::from_word(&came.settled)
            .ok_or_else(|| Refusal::invalid("settled", "call-settled-unknown"))?;
        Ok(answer(200, &settle(tx, call, id, (settled, came.words.trim()))?))
    });
    noted.await.or_failed(&ask)
}

/// Takes back what a call-back came to.
#[utoipa::path(post, path = "/api/v1/hotline/calls/{id}/undo", tag = "hotline",
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = CallView),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_undo(ask: Ask, Path(path): Path<String>) -> Result<Answer, Failed> {
    let id = id(&ask, &path)?;
    let undone = ask
        .app
        .command(&ask, "hotline_undo", None, [0; 32], move |tx, call| Ok(answer(200, &undo(tx, call, id)?)));
    undone.await.or_failed(&ask)
}

/// Puts a call-back on the line, so that what is said can be written down.
#[utoipa::path(post, path = "/api/v1/hotline/calls/{id}/resume", tag = "hotline",
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = CallView),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_resume(ask: Ask, Path(path): Path<String>) -> Result<Answer, Failed> {
    let id = id(&ask, &path)?;
    let resumed = ask.app.command(&ask, "hotline_resume", None, [0; 32], move |tx, call| {
        Ok(answer(200, &resume(tx, call, id)?))
    });
    resumed.await.or_failed(&ask)
}
