//! Giving a phone and writing a refusal down, for programs; the code is sent by `/api/v1/sign-in/codes`.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Id, Person, Refusal};
use people::sign_in::read_phone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json};

use super::pages::give;

/// A phone and the code that its owner read out.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GivenPhone {
    /// Mainland mobile number.
    phone: String,
    /// Six digits.
    code: String,
}

/// The account that has the phone.
#[derive(Serialize, ToSchema)]
pub(crate) struct Claimed {
    /// Its person: the one before it where the phone had an account already.
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
        Ok(claimed) => {
            let claimed = Claimed { person: claimed.person.to_string() };
            Ok(json(axum::http::StatusCode::OK, &claimed).into_response())
        }
        Err(refusal) => Err(Failed::new(&ask, refusal.into())),
    }
}

/// Where the person is told the decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refused {
    /// Mainland mobile number.
    phone: String,
}

/// Writes down that the person, whose document was seen, refuses the account: it is frozen until the case is decided.
#[utoipa::path(post, path = "/api/v1/people/{id}/refusal", request_body = Refused,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, description = "the case"), (status = "4XX", body = Problem)))]
pub(crate) async fn refuse(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Refused>,
) -> Result<Response, Failed> {
    let person: Id<Person> = id.parse().map_err(|_| Failed::new(&ask, Refusal::missing().into()))?;
    let phone = read_phone("phone", &body.value.phone).map_err(Failure::from).or_failed(&ask)?;
    let answer = ask.app.command(&ask, "person_refuse", None, body.digest, move |tx, call| {
        let case = super::refuse(tx, call, person, &phone)?;
        Ok(Answer::json(
            200,
            &serde_json::json!({ "case": case.id.to_string(), "due": case.due.to_string() }),
        ))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
