//! `GET /api/v1/verify/{code}`.

use std::collections::BTreeMap;

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, json};

use super::{Verdict, check, pages::count, prove, revoke};
use crate::{Code, Line, Statement};

/// What a code leads to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Checked {
    /// `genuine`, `changed`, `revoked` or `unknown`.
    verdict: String,
    /// When it was revoked (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
    /// What the statement says: of a genuine one, and of one whose record was corrected afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<Said>,
}

/// What a statement says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Said {
    /// Its number.
    number: String,
    /// The masked name.
    name: String,
    /// The volunteer number.
    volunteer_number: String,
    /// First day it speaks of (ISO 8601).
    first: String,
    /// Last day it speaks of (ISO 8601).
    last: String,
    /// Minutes served.
    minutes: i64,
    /// Minutes by grade of evidence, `a` to `d`.
    grades: BTreeMap<String, i64>,
    /// Each service.
    services: Vec<SaidLine>,
    /// The recording unit.
    unit: String,
    /// The smallest area in which all of it was served.
    division: String,
    /// When it was issued (RFC 3339).
    issued_at: String,
}

/// What a statement says of one service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaidLine {
    /// Day of service (ISO 8601).
    day: String,
    /// Category of service.
    category: String,
    /// What the activity was called; empty where a resident's need was served.
    title: String,
    /// Where it was served.
    place: String,
    /// Minutes served.
    minutes: i64,
}

impl Said {
    pub(crate) fn of(statement: &Statement) -> Self {
        let line = |line: &Line| SaidLine {
            day: line.day.to_string(),
            category: line.category.clone(),
            title: line.title.clone(),
            place: line.place.clone(),
            minutes: crate::fact::minutes(&line.grades).number(),
        };
        Self {
            number: statement.number.clone(),
            name: statement.name_masked.clone(),
            volunteer_number: statement.volunteer_number.clone(),
            first: statement.first.to_string(),
            last: statement.last.to_string(),
            minutes: statement.minutes().number(),
            grades: statement.grades(),
            services: statement.lines.iter().map(line).collect(),
            unit: statement.unit.clone(),
            division: statement.division.to_string(),
            issued_at: statement.issued_at.rfc3339(),
        }
    }
}

/// Whether a statement is genuine. Public; 30 checks a minute from one address.
#[utoipa::path(get, path = "/api/v1/verify/{code}",
    params(("code" = String, Path, description = "seven groups of four; small letters and spaces are read too")),
    responses((status = 200, body = Checked), (status = 422, body = web::Problem), (status = 429, body = web::Problem)))]
pub(crate) async fn verify_statement(ask: Ask, Path(code): Path<String>) -> Result<Response, Failed> {
    count(&ask)?;
    let code = code.parse::<Code>();
    let (verdict, _) = ask
        .app
        .read(&ask, "verify_api", move |tx, call| {
            let code = code.map_err(|_| Refusal::invalid("code", "verify-code"))?;
            Ok(check(tx, call, code)?)
        })
        .await
        .or_failed(&ask)?;
    let revoked_at = match verdict {
        Verdict::Revoked(at) => Some(at.rfc3339()),
        _ => None,
    };
    let statement = verdict.statement().map(Said::of);
    let checked = Checked { verdict: verdict.word().to_owned(), revoked_at, statement };
    Ok(json(StatusCode::OK, &checked).into_response())
}

/// The proof that a statement was issued on its day: a file for `linli-verify`, which needs no network. Public for who has
/// the code; 30 checks a minute from one address.
#[utoipa::path(get, path = "/api/v1/verify/{code}/proof",
    params(("code" = String, Path)),
    responses((status = 200, description = "a file of the form linli-proof-1", content_type = "application/json"),
        (status = 404, body = web::Problem), (status = 409, body = web::Problem),
        (status = 422, body = web::Problem), (status = 429, body = web::Problem)))]
pub(crate) async fn prove_statement(ask: Ask, Path(code): Path<String>) -> Result<Response, Failed> {
    count(&ask)?;
    let code = code.parse::<Code>();
    let ((statement, proof), _) = ask
        .app
        .read(&ask, "verify_proof", move |tx, call| {
            prove(tx, call, code.map_err(|_| Refusal::invalid("code", "verify-code"))?)
        })
        .await
        .or_failed(&ask)?;
    let name = format!("linli-{}.proof.json", statement.number);
    Ok(web::download(&name, "application/json", proof.bytes()))
}

/// Why a statement is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revoking {
    /// In 4 to 200 characters; staff of the place can read it later.
    reason: String,
}

/// Takes a statement back: a worker of the whole area it speaks of.
#[utoipa::path(post, path = "/api/v1/verify/{code}/revoke", request_body = Revoking,
    params(("code" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, description = "revoked"), (status = 403, body = web::Problem),
        (status = 404, body = web::Problem), (status = 409, body = web::Problem), (status = 422, body = web::Problem)))]
pub(crate) async fn revoke_statement(
    ask: Ask,
    Path(code): Path<String>,
    body: Body<Revoking>,
) -> Result<Response, Failed> {
    count(&ask)?;
    let (code, reason) = (code.parse::<Code>(), body.value.reason);
    let answer = ask
        .app
        .command(&ask, "statement_revoke_api", None, body.digest, move |tx, call| {
            revoke(tx, call, code.map_err(|_| Refusal::missing())?, &reason)?;
            Ok(Answer::json(200, &serde_json::json!({"verdict": "revoked"})))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}
