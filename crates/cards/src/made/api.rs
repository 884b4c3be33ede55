//! Cards through the API: made, taken back. What the square code holds is told once.

use axum::{http::StatusCode, response::Response};
use db::Failure;
use kernel::{Id, Person, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json, secretly};

use super::{Made, make, revoke};

/// Whose card.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct CardOf {
    /// Id of the person; one's own when absent.
    person: Option<String>,
}

impl CardOf {
    fn person(&self, call: &journal::Call) -> Result<Id<Person>, Failure> {
        match &self.person {
            Some(id) => id.parse().map_err(|_| Refusal::missing().into()),
            None => Ok(call.actor.signed_in()?),
        }
    }
}

/// A card that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct CardJson {
    id: String,
    /// Eight digits, to be typed where no camera is.
    number: String,
    /// What the square code leads to, behind `/card/`; told once.
    token: String,
    /// The last day on which it is good.
    until: String,
}

/// How a card stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct CardState {
    /// `revoked`.
    state: &'static str,
}

/// Makes a card and takes back the one before.
#[utoipa::path(post, path = "/api/v1/cards", request_body = CardOf,
    params(("idempotency-key" = String, Header, description = "Any text; a repetition is not answered twice")),
    responses((status = 200, body = CardJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn card_make(ask: Ask, body: Body<CardOf>) -> Result<Response, Failed> {
    let of = body.value;
    let made = secretly(&ask, "card_make", body.digest, move |tx, call| {
        let person = of.person(call)?;
        make(tx, call, &[person])
    });
    let Some(Made { card, token }) = made.await.or_failed(&ask)?.pop() else {
        return Err(Failed::new(&ask, Refusal::missing().into()));
    };
    let card = CardJson {
        id: card.id.to_string(),
        number: card.number.as_str().to_owned(),
        token: token.to_string(),
        until: card.until.to_string(),
    };
    Ok(json(StatusCode::OK, &card))
}

/// Takes a card back; harmless when there is none.
#[utoipa::path(post, path = "/api/v1/cards/revoke", request_body = CardOf,
    params(("idempotency-key" = String, Header)), responses((status = 200, body = CardState),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn card_revoke(ask: Ask, body: Body<CardOf>) -> Result<Answer, Failed> {
    let of = body.value;
    let answer = ask.app.command(&ask, "card_revoke", None, body.digest, move |tx, call| {
        let person = of.person(call)?;
        revoke(tx, call, person)?;
        Ok(Answer::json(200, &serde_json::json!(CardState { state: "revoked" })))
    });
    answer.await.or_failed(&ask)
}
