//! Grants for programs of security administrators.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Over, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json};

use super::{
    Held, end_grant, grants_in_scope,
    pages::{SHOWN_MAX, Typed, give},
};

/// A role held by a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantAnswer {
    /// The grant.
    id: String,
    /// Who holds it.
    person: String,
    /// Word of the role.
    role: String,
    /// The division and everything below it, twelve digits; none over an organisation.
    division: Option<String>,
    /// The organisation; none over a division.
    organisation: Option<String>,
    /// Until when, RFC 3339.
    until: Option<String>,
}

/// Grants of the asker's areas.
#[derive(Serialize, ToSchema)]
pub(crate) struct Grants {
    /// The grants, at most sixty.
    grants: Vec<GrantAnswer>,
}

/// A role to give.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GrantBody {
    /// The person's phone or id.
    person: String,
    /// Word of the role.
    role: String,
    /// The division, 2 to 12 digits.
    division: String,
    /// Last day, `2026-12-31`; without one until it is ended.
    #[serde(default)]
    until: Option<String>,
}

/// The grant that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Granted {
    /// The grant.
    id: String,
}

/// Ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ended {
    /// Always true.
    ended: bool,
}

fn answer(held: &Held) -> GrantAnswer {
    let (division, organisation) = match held.over {
        Over::Subtree(code) => (Some(code.to_string()), None),
        Over::Organisation(id) => (None, Some(id.to_string())),
    };
    GrantAnswer {
        id: held.id.to_string(),
        person: held.person.to_string(),
        role: held.role.word().to_owned(),
        division,
        organisation,
        until: held.until.map(kernel::Instant::rfc3339),
    }
}

#[utoipa::path(get, path = "/api/v1/role-grants",
    responses((status = 200, body = Grants), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(ask: Ask) -> Result<Response, Failed> {
    let (held, _) = ask
        .app
        .read(&ask, "roles_api", |tx, call| grants_in_scope(tx, call, SHOWN_MAX))
        .await
        .or_failed(&ask)?;
    Ok(json(StatusCode::OK, &Grants { grants: held.iter().map(answer).collect() }))
}

#[utoipa::path(post, path = "/api/v1/role-grants", request_body = GrantBody,
    params(("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 201, body = Granted), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn grant(ask: Ask, body: Body<GrantBody>) -> Result<Response, Failed> {
    let wish = body.value;
    let typed = Typed {
        person: wish.person,
        role: wish.role,
        division: wish.division,
        until: wish.until.unwrap_or_default(),
    };
    let made = ask
        .app
        .command(&ask, "role_grant", None, body.digest, move |tx, call| {
            let id = give(tx, call, &typed)?;
            Ok(Answer::json(201, &serde_json::json!({ "id": id.to_string() })))
        })
        .await
        .or_failed(&ask)?;
    Ok(made.into_response())
}

#[utoipa::path(post, path = "/api/v1/role-grants/{id}/end",
    params(("id" = String, Path), ("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 200, body = Ended), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(crate) async fn end(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let grant = id.parse().map_err(|_| Failed::new(&ask, Refusal::missing().into()))?;
    let ended = ask
        .app
        .command(&ask, "role_end", None, vault::digest(id.as_bytes()), move |tx, call| {
            end_grant(tx, call, grant)?;
            Ok(Answer::json(200, &serde_json::json!({ "ended": true })))
        })
        .await
        .or_failed(&ask)?;
    Ok(ended.into_response())
}
