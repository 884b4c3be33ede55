//! Signing in for programs: a code, then a bearer token.

use axum::{http::StatusCode, response::Response};
use db::Failure;
use kernel::DivisionCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json, secretly};

use super::{
    Tried, pages, read_phone, refusal_of, register as register_resident, with_cookie, without_cookie,
};
use crate::session::end_session;

/// A phone to send a code to.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CodeWish {
    /// Mainland mobile number.
    phone: String,
}

/// That a code is on its way, whoever has the phone.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodeSent {
    /// Seconds for which the code may be used.
    seconds: i64,
}

/// A phone and the code that was sent to it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignIn {
    /// Mainland mobile number.
    phone: String,
    /// Six digits.
    code: String,
    /// For a phone that is not known yet: the name.
    #[serde(default)]
    name: Option<String>,
    /// For a phone that is not known yet: the community, twelve digits.
    #[serde(default)]
    division: Option<String>,
}

/// Signed in, or what is still needed.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// The bearer token; none when the phone is not known and no name was given.
    token: Option<String>,
    /// The person.
    person: Option<String>,
    /// For a phone that is not known: send it with name and community to `/api/v1/people`.
    ticket: Option<String>,
}

/// A proven phone, a name and a community.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewResident {
    /// The ticket of the answer to signing in.
    ticket: String,
    /// The name.
    name: String,
    /// The community, twelve digits.
    division: String,
}

/// Signed out.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedOut {
    /// Always true.
    signed_out: bool,
}

#[utoipa::path(post, path = "/api/v1/sign-in/codes", request_body = CodeWish,
    params(("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 200, body = CodeSent), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn codes(ask: Ask, body: Body<CodeWish>) -> Result<Response, Failed> {
    let phone = read_phone("phone", &body.value.phone).map_err(Failure::from).or_failed(&ask)?;
    pages::send(&ask, body.digest, &phone).await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &CodeSent { seconds: super::CODE_LIFE.number() * 60 }))
}

#[utoipa::path(post, path = "/api/v1/sign-in", request_body = SignIn,
    params(("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 200, body = SignedIn), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn sign_in(ask: Ask, body: Body<SignIn>) -> Result<Response, Failed> {
    let phone = read_phone("phone", &body.value.phone).map_err(Failure::from).or_failed(&ask)?;
    let tried = pages::try_typed(&ask, body.digest, &phone, &body.value.code).await.or_failed(&ask)?;
    if let Some(refusal) = refusal_of(&tried) {
        return Err(Failed::new(&ask, refusal.into()));
    }
    match (tried, body.value.name, body.value.division) {
        (Tried::SignedIn { person, token }, ..) => Ok(signed_in(&ask, person.to_string(), &token)),
        (Tried::NewPhone { ticket }, Some(name), Some(division)) => {
            register(&ask, body.digest, NewResident { ticket, name, division }).await
        }
        (Tried::NewPhone { ticket }, ..) => {
            Ok(json(StatusCode::OK, &SignedIn { token: None, person: None, ticket: Some(ticket) }))
        }
        (tried, ..) => Err(Failed::new(&ask, db::Fault::Defect(format!("unexpected {tried:?}")).into())),
    }
}

fn signed_in(ask: &Ask, person: String, token: &str) -> Response {
    let answer = SignedIn { token: Some(token.to_owned()), person: Some(person), ticket: None };
    with_cookie(ask, token, json(StatusCode::OK, &answer))
}

async fn register(ask: &Ask, digest: [u8; 32], new: NewResident) -> Result<Response, Failed> {
    let (person, token) = secretly(ask, "sign_in_register", digest, move |tx, call| {
        let tree = places::tree_in(tx)?;
        let division = new.division.parse::<DivisionCode>().ok().filter(|code| tree.contains(*code));
        register_resident(tx, call, &new.ticket, &new.name, division.unwrap_or(DivisionCode::NATION))
    })
    .await
    .or_failed(ask)?;
    Ok(signed_in(ask, person.to_string(), &token))
}

#[utoipa::path(post, path = "/api/v1/people", request_body = NewResident,
    params(("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 200, body = SignedIn), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn new_resident(ask: Ask, body: Body<NewResident>) -> Result<Response, Failed> {
    register(&ask, body.digest, body.value).await
}

#[utoipa::path(post, path = "/api/v1/sign-out",
    params(("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 200, body = SignedOut), (status = 422, body = Problem)))]
pub(crate) async fn sign_out(ask: Ask) -> Result<Response, Failed> {
    let token = ask.token.clone();
    ask.app
        .command(&ask, "sign_out", None, [0; 32], move |tx, call| {
            if let Some(token) = &token {
                end_session(tx, call, token)?;
            }
            Ok(Answer::json(200, &serde_json::json!({ "signed_out": true })))
        })
        .await
        .or_failed(&ask)?;
    Ok(without_cookie(&ask, json(StatusCode::OK, &SignedOut { signed_out: true })))
}
