//! Cases, for programs.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Id, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed, Problem, json};

use super::{Case, cases, decide as decide_it, look_at_case, pages::upheld};

/// A case as it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseBody {
    /// Its id.
    id: String,
    /// The account.
    person: String,
    /// The community in which it is registered.
    division: String,
    /// The place that decides.
    decider: String,
    /// `phone` or `desk`: how the person proved who they are.
    via: String,
    /// `open`, `withdrawn`, `upheld` or `not_upheld`.
    state: String,
    /// When it was opened, RFC 3339.
    opened_at: String,
    /// The last day on which it is decided in time.
    due: String,
    /// Why it was decided so.
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
}

impl From<&Case> for CaseBody {
    fn from(case: &Case) -> Self {
        Self {
            id: case.id.to_string(),
            person: case.person.to_string(),
            division: case.division.to_string(),
            decider: case.decider.to_string(),
            via: case.via.word().to_owned(),
            state: case.state.word().to_owned(),
            opened_at: case.opened_at.rfc3339(),
            due: case.due.to_string(),
            reason: case.reason.clone(),
        }
    }
}

/// Cases of the asker's areas.
#[derive(Serialize, ToSchema)]
pub(crate) struct Cases {
    /// Those that wait, the oldest first.
    cases: Vec<CaseBody>,
    /// The newest twenty that are over, the newest first; empty but on the first page.
    over: Vec<CaseBody>,
    /// Give it as `after` for the next ones; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Cases that wait for the asker's decision, and those that are over.
#[utoipa::path(get, path = "/api/v1/cases",
    params(("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = Cases), (status = "4XX", body = Problem)))]
pub(crate) async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes());
    let after = typed.given("after").map(str::parse::<Id<Case>>).transpose();
    let after = after.map_err(|_| Refusal::invalid("after", "after-unreadable").into()).or_failed(&ask)?;
    let read = ask.app.read(&ask, "cases_api", move |tx, call| cases(tx, call, after));
    let (listed, _) = read.await.or_failed(&ask)?;
    let cases = listed.cases.iter().map(CaseBody::from).collect();
    let over = listed.over.iter().map(CaseBody::from).collect();
    Ok(json(StatusCode::OK, &Cases { cases, over, next: listed.next.map(|id| id.to_string()) })
        .into_response())
}

/// A case with what speaks in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneCase {
    /// The case.
    case: CaseBody,
    /// Minutes of every hour that was brought in, the newest day first.
    hours: Vec<i64>,
    /// SHA-256 of the file from which the account was made, where a sheet told.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The line in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<i64>,
}

/// One case; the look is on record.
#[utoipa::path(get, path = "/api/v1/cases/{id}", params(("id" = String, Path)),
    responses((status = 200, body = OneCase), (status = "4XX", body = Problem)))]
pub(crate) async fn one(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let look = ask.app.look(&ask, "case_api", move |tx, call| look_at_case(tx, call, id));
    let (evidence, _) = look.await.or_failed(&ask)?;
    let line = evidence.account.origins.first().and_then(|origin| origin.line);
    let body = OneCase {
        case: CaseBody::from(&evidence.case),
        hours: evidence.hours.iter().map(|hour| hour.minutes.number()).collect(),
        file: line.map(|(file, _)| vault::hex(&file)),
        line: line.map(|(_, line)| line),
    };
    Ok(json(StatusCode::OK, &body).into_response())
}

/// How a case is decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    /// `uphold`: the refusal was right; `keep`: it was not.
    decision: String,
    /// Why, 4 to 200 characters; the person reads it.
    reason: String,
}

/// Decides a case; the person is told.
#[utoipa::path(post, path = "/api/v1/cases/{id}/decision", request_body = Decision,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, description = "the state it has now"), (status = "4XX", body = Problem)))]
pub(crate) async fn decide(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<Decision>,
) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let Decision { decision, reason } = body.value;
    let answer = ask.app.command(&ask, "case_decide", None, body.digest, move |tx, call| {
        let case = decide_it(tx, call, id, upheld(&decision)?, &reason)?;
        Ok(Answer::json(200, &serde_json::json!({ "state": case.state.word() })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
