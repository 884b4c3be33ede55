//! `POST /api/v1/certificates`, `GET /api/v1/certificates/{ticket}`.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, json};

use super::{Scope, issue, of_ticket, pages::read_day, ticket};
use crate::check::api::Said;

/// What a certificate is to speak of: one record, a project, or days; everything when nothing is named.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Whose; oneself when it is not named. A worker certifies what was served in their place.
    person: Option<String>,
    /// One service record.
    record: Option<String>,
    /// Every service in this project.
    project: Option<String>,
    /// First day (ISO 8601), with `to`.
    from: Option<String>,
    /// Last day (ISO 8601).
    to: Option<String>,
}

impl Wanted {
    fn scope(&self) -> Result<Scope, Refusal> {
        let day = |field: &'static str, text: &str| {
            read_day(text).ok_or_else(|| Refusal::invalid(field, "statement-day"))
        };
        match (&self.record, &self.project, &self.from, &self.to) {
            (Some(record), None, None, None) => {
                record.parse().map(Scope::Record).map_err(|_| Refusal::missing())
            }
            (None, Some(project), None, None) => {
                project.parse().map(Scope::Project).map_err(|_| Refusal::missing())
            }
            (None, None, Some(from), Some(to)) => Ok(Scope::Days(day("from", from)?, day("to", to)?)),
            (None, None, None, None) => Ok(Scope::All),
            _ => Err(Refusal::invalid("from", "statement-scope")),
        }
    }
}

/// Issues a certificate; free of charge, as often as wanted. The ticket is for who asked: it leads to the code.
#[utoipa::path(post, path = "/api/v1/certificates", request_body = Wanted,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, description = "issued: `ticket`, `number`"), (status = 404, body = web::Problem),
        (status = 409, body = web::Problem), (status = 422, body = web::Problem)))]
pub(crate) async fn issue_certificate(ask: Ask, body: Body<Wanted>) -> Result<Response, Failed> {
    let place = ask.app.place().clone();
    let wanted = body.value;
    let answer = ask
        .app
        .command(&ask, "statement_issue_api", None, body.digest, move |tx, call| {
            let me = call.actor.signed_in()?;
            let person = match &wanted.person {
                Some(text) => text.parse().map_err(|_| Refusal::missing())?,
                None => me,
            };
            let issued = issue(tx, call, person, wanted.scope()?, (place.division, &place.name))?;
            let ticket = ticket(call, issued.code)?;
            Ok(Answer::json(201, &serde_json::json!({"ticket": ticket, "number": issued.statement.number})))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

/// A certificate as who asked for it has it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Had {
    /// The code by which anybody checks it.
    code: String,
    /// `genuine`, `changed` or `revoked`.
    verdict: String,
    /// What it says.
    statement: Said,
}

/// A certificate that one asked for.
#[utoipa::path(get, path = "/api/v1/certificates/{ticket}", params(("ticket" = String, Path)),
    responses((status = 200, body = Had), (status = 404, body = web::Problem)))]
pub(crate) async fn own_certificate(ask: Ask, Path(ticket): Path<String>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "statement_api", move |tx, call| of_ticket(tx, call, &ticket));
    let (held, _) = read.await.or_failed(&ask)?;
    let had = Had {
        code: held.issued.code.to_string(),
        verdict: held.verdict.word().to_owned(),
        statement: Said::of(&held.issued.statement),
    };
    Ok(json(StatusCode::OK, &had))
}
