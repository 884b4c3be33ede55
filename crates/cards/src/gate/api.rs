//! A card read by a program: a reader at a gate.

use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use super::{Reading, kind, read_card};
use crate::Number;

/// A card as it was shown: its token, or its number and the shift at whose gate it was typed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct ReadingJson {
    /// What the square code holds behind `/card/`.
    token: Option<String>,
    /// Eight digits.
    number: Option<String>,
    /// Id of the shift; with a number.
    shift: Option<String>,
    /// `arrived` or `left`.
    kind: String,
}

impl ReadingJson {
    fn reading(&self) -> Result<Reading, Refusal> {
        if let Some(token) = &self.token {
            return Ok(Reading::Token(token.clone()));
        }
        let number = self.number.as_deref().and_then(Number::parse);
        let number = number.ok_or_else(|| Refusal::invalid("number", "card-number-wrong"))?;
        let shift = self.shift.as_deref().unwrap_or_default().parse().map_err(|_| Refusal::missing())?;
        Ok(Reading::Number(shift, number))
    }
}

/// What was noted.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadJson {
    /// `arrived` or `left`.
    kind: String,
    /// When, RFC 3339; of a card read twice the first time.
    at: String,
}

/// Notes what a card says, for who minds the gate and for the volunteer at its resident's home.
#[utoipa::path(post, path = "/api/v1/card-readings", request_body = ReadingJson,
    params(("idempotency-key" = String, Header)), responses((status = 200, body = ReadJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn card_read(ask: Ask, body: Body<ReadingJson>) -> Result<Response, Failed> {
    let typed = body.value;
    // A program has no browser; its session is the device.
    let device = vault::digest(ask.token.as_deref().unwrap_or_default().as_bytes());
    let answer = ask.app.command(&ask, "card_read", None, body.digest, move |tx, call| {
        let kind = kind(&typed.kind)?;
        let at = read_card(tx, call, &typed.reading()?, kind, &device)?;
        Ok(Answer::json(200, &serde_json::json!(ReadJson { kind: kind.word().to_owned(), at: at.rfc3339() })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
