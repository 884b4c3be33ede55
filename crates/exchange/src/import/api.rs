//! Bringing a sheet in for programs: the same file, checked the same way.

use axum::{
    body::to_bytes,
    extract::{Path, Query, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Instant, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sheets::FILE_BYTES_MAX;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use super::{
    ImportFile,
    check::Checked,
    pages::{Upload, brought_in, counted, id_of, keep, looked_at},
};

/// What the file is.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wish {
    /// `people` or `hours`.
    #[serde(default)]
    sheet: String,
}

/// What is wrong with a line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemJson {
    /// The line, as a spreadsheet counts.
    line: u32,
    /// Letters of the column; empty where it is the whole line.
    column: String,
    /// Head of the column; empty where it is the whole line.
    head: &'static str,
    /// Name of the rule.
    rule: &'static str,
    /// How to mend it, in the language asked for.
    detail: String,
}

/// A line that was not brought in, because something stood against it when its turn came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftOut {
    /// The line, as a spreadsheet counts.
    line: String,
    /// Name of the rule.
    rule: String,
}

/// A file that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportJson {
    id: String,
    /// `people` or `hours`.
    sheet: &'static str,
    /// `wrong`, `checked`, `running`, `done` or `gone`.
    state: &'static str,
    /// SHA-256 of the file, hexadecimal.
    sha256: String,
    /// Lines that say something.
    rows: i64,
    /// Lines that bring in something new.
    fresh: i64,
    /// Things that are wrong; while there is one, nothing is brought in.
    wrong: i64,
    /// Lines that were brought in so far.
    made: i64,
    left_out: Vec<LeftOut>,
    /// Everything that is wrong today.
    problems: Vec<ProblemJson>,
    /// RFC 3339.
    sent_at: String,
}

impl ImportJson {
    fn new(ask: &Ask, file: &ImportFile, checked: Option<Checked>) -> Self {
        let problem = |one: super::check::Problem| ProblemJson {
            detail: ask.app.text().rule(ask.language, one.rule, &one.args),
            line: one.line,
            column: one.column,
            head: one.head,
            rule: one.rule,
        };
        let left_out = |(line, rule): (&str, &str)| LeftOut { line: line.to_owned(), rule: rule.to_owned() };
        Self {
            id: file.id.to_string(),
            sheet: file.kind.word(),
            state: file.state.word(),
            sha256: vault::hex(&file.sha256),
            rows: file.rows,
            fresh: file.fresh,
            wrong: file.wrong,
            made: file.made,
            left_out: file.left_out().map(left_out).collect(),
            problems: checked.into_iter().flat_map(|checked| checked.problems).map(problem).collect(),
            sent_at: Instant::rfc3339(file.created_at),
        }
    }
}

/// Sends a list of volunteers or of hours. It is checked whole; nothing of it is brought in yet.
#[utoipa::path(post, path = "/api/v1/imports",
    params(Wish, ("idempotency-key" = String, Header, description = "Any text; a repetition is the same file")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "the file, xlsx"),
    responses((status = 201, description = "`{id}`: right or wrong, it says at `/api/v1/imports/{id}`"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn send(ask: Ask, Query(wish): Query<Wish>, request: Request) -> Result<Response, Failed> {
    counted(&ask).await.or_failed(&ask)?;
    let too_large = |_| Failure::from(Refusal::invalid("file", "sheet-too-large"));
    let bytes = to_bytes(request.into_body(), FILE_BYTES_MAX).await.map_err(too_large).or_failed(&ask)?;
    let upload = Upload { kind: wish.sheet, bytes: bytes.to_vec(), ..Upload::default() };
    let kept = keep(&ask, &upload, |id| Answer::json(201, &json!({ "id": id.to_string() }))).await;
    Ok(kept.or_failed(&ask)?.into_response())
}

/// Where a file stands, and what is wrong with it.
#[utoipa::path(get, path = "/api/v1/imports/{id}", params(("id" = String, Path)),
    responses((status = 200, body = ImportJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn detail(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let ((file, checked), _) = looked_at(&ask, &id).await.or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &ImportJson::new(&ask, &file, checked)))
}

/// Nothing but the yes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Yes {}

/// Says yes to a right file and brings it in; the answer comes when all of it is.
#[utoipa::path(post, path = "/api/v1/imports/{id}/begin", request_body = Yes,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, description = "`{state}`: `begun`"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn begin(ask: Ask, Path(path): Path<String>, body: Body<Yes>) -> Result<Response, Failed> {
    let id = id_of(&path).or_failed(&ask)?;
    let answer = Answer::json(200, &json!({ "state": "begun" }));
    Ok(brought_in(&ask, id, (None, body.digest), answer).await.or_failed(&ask)?.into_response())
}
