//! Giving a phone, for programs; the code is sent by `/api/v1/sign-in/codes`.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Id, Person, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Ask, Body, Failed, OrFailed, Problem, json};

use super::pages::give;
use crate::sign_in::read_phone;

/// A phone and the code that its owner read out.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GivenPhone {
    /// Mainland mobile number.
    phone: String,
    /// Six digits.
    code: String,
}

/// The person has the phone.
#[derive(Serialize, ToSchema)]
pub(crate) struct Claimed {
    /// The person.
    person: String,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/phone", request_body = GivenPhone,
    params(("id" = String, Path), ("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 200, body = Claimed), (status = "4XX", body = Problem)))]
pub(crate) async fn give_phone(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<GivenPhone>,
) -> Result<Response, Failed> {
    let person: Id<Person> = id.parse().map_err(|_| Failed::new(&ask, Refusal::missing().into()))?;
    let phone = read_phone("phone", &body.value.phone).map_err(Failure::from).or_failed(&ask)?;
    match give(&ask, body.digest, person, phone, body.value.code).await.or_failed(&ask)? {
        None => Ok(json(axum::http::StatusCode::OK, &Claimed { person: person.to_string() }).into_response()),
        Some(refusal) => Err(Failed::new(&ask, refusal.into())),
    }
}
