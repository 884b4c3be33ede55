//! `GET /api/v1/verify/{code}`.

use std::collections::BTreeMap;

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Refusal;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, json};

use super::{Verdict, check, pages::count};
use crate::{Code, Statement};

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
    /// Day of service (ISO 8601).
    day: String,
    /// Category of service.
    category: String,
    /// Minutes served.
    minutes: i64,
    /// Minutes by grade of evidence, `a` to `d`.
    grades: BTreeMap<String, i64>,
    /// The recording unit.
    unit: String,
    /// Where it was served, twelve digits.
    division: String,
    /// When it was issued (RFC 3339).
    issued_at: String,
}

impl Said {
    fn of(statement: &Statement) -> Self {
        Self {
            number: statement.number.clone(),
            name: statement.name_masked.clone(),
            volunteer_number: statement.volunteer_number.clone(),
            day: statement.day.to_string(),
            category: statement.category.clone(),
            minutes: statement.minutes().number(),
            grades: statement.grades.clone(),
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
