//! A call through the API: begun, looked at, kept, sent.

use axum::{extract::Path, http::StatusCode, response::Response};
use kernel::{Id, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json};

use super::{Console, begin, console, save, send};
use crate::{Kind, Number, PhoneCall, Said};

/// A call as lists and answers tell it: no number in full, no name, no words.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallView {
    id: String,
    /// `open`, `closed`, `due` or `given_up`.
    state: &'static str,
    /// `help`, `enquiry` or `other`; absent before that is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// Twelve digits of the place.
    division: String,
    /// 138****0001; empty without a number.
    number_masked: String,
    /// When it began, RFC 3339.
    began_at: String,
    /// When to call back, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<String>,
    /// How often nobody answered.
    tries: i64,
    /// Id of the need it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    need: Option<String>,
    /// The number of the need, to be read out.
    #[serde(skip_serializing_if = "Option::is_none")]
    need_number: Option<String>,
    /// What the call-back came to: `reached`, `no_answer` or `otherwise`.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<&'static str>,
}

impl From<&PhoneCall> for CallView {
    fn from(one: &PhoneCall) -> Self {
        let (need, need_number) = one.need.clone().unzip();
        Self {
            id: one.id.to_string(),
            state: one.state.word(),
            kind: one.kind.map(Kind::word),
            division: one.division.to_string(),
            number_masked: one.number.as_ref().map(Number::masked).unwrap_or_default(),
            began_at: one.began_at.rfc3339(),
            due_at: one.due_at.map(kernel::Instant::rfc3339),
            tries: one.tries,
            need: need.map(|id| id.to_string()),
            need_number,
            settled: one.settled.map(crate::Settled::word),
        }
    }
}

/// The answer of an operation on one call.
pub(crate) fn answer(status: u16, one: &PhoneCall) -> Answer {
    Answer::json(status, &serde_json::json!(CallView::from(one)))
}

/// Reads the id of a path.
pub(crate) fn id(ask: &Ask, text: &str) -> Result<Id<PhoneCall>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

/// Whose number rings.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Ringing {
    /// A mobile or a land line; empty when it is withheld.
    #[serde(default)]
    number: String,
}

/// Begins a call, or puts the number of the one on the line right; who is known by it is recognised, which is a look on record.
#[utoipa::path(post, path = "/api/v1/hotline/calls", tag = "hotline", request_body = Ringing,
    params(("idempotency-key" = String, Header)), responses((status = 200, body = CallView),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_begin(ask: Ask, body: Body<Ringing>) -> Result<Answer, Failed> {
    let number = body.value.number;
    let begun = ask.app.command(&ask, "hotline_begin", None, body.digest, move |tx, call| {
        Ok(answer(200, &begin(tx, call, &number)?))
    });
    begun.await.or_failed(&ask)
}

/// Somebody known by the number.
#[derive(Serialize, ToSchema)]
struct KnownView {
    /// Id of the person.
    id: String,
    /// 李**.
    name_masked: String,
    /// Their community.
    community: String,
}

/// The call on the line, for the operator alone.
#[derive(Serialize, ToSchema)]
pub(crate) struct OnTheLine {
    #[serde(flatten)]
    call: CallView,
    /// The number as it is dialled; empty when it was withheld.
    number: String,
    /// What was written down.
    said: Said,
    /// Everybody known by the number.
    people: Vec<KnownView>,
    /// The name of who calls; empty while that is not clear.
    name: String,
    /// The community to go to.
    community: String,
    /// House and door to go to.
    address: String,
    /// Ids of the last needs of who calls, the newest first.
    needs: Vec<String>,
    /// Where else somebody with this number lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<String>,
}

impl From<Console> for OnTheLine {
    fn from(seen: Console) -> Self {
        let known = |known: &super::KnownBy| KnownView {
            id: known.card.id.to_string(),
            name_masked: known.card.name_masked.clone(),
            community: known.community.clone(),
        };
        Self {
            call: CallView::from(&seen.call),
            number: seen.call.number.as_ref().map(|number| number.as_str().to_owned()).unwrap_or_default(),
            people: seen.people.iter().map(known).collect(),
            name: seen.name().to_owned(),
            community: seen.community(),
            needs: seen.recalled.last.iter().map(|need| need.id.to_string()).collect(),
            elsewhere: seen.elsewhere.map(|(place, _)| place),
            address: seen.address,
            said: seen.call.said,
        }
    }
}

/// The call that the asker has on the line; 404 when there is none.
#[utoipa::path(get, path = "/api/v1/hotline/call", tag = "hotline",
    responses((status = 200, body = OnTheLine), (status = "4XX", body = Problem)))]
pub(crate) async fn call_open(ask: Ask) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "hotline_call_api", |tx, call| {
        console(tx, call)?.ok_or_else(|| Refusal::missing().into())
    });
    let (seen, _) = read.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &OnTheLine::from(seen)))
}

/// Keeps what is written down so far.
#[utoipa::path(post, path = "/api/v1/hotline/calls/{id}/save", tag = "hotline", request_body = Said,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = CallView),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_save(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<Said>,
) -> Result<Answer, Failed> {
    let (id, said) = (id(&ask, &path)?, body.value);
    let kept = ask.app.command(&ask, "hotline_save", None, body.digest, move |tx, call| {
        Ok(answer(200, &save(tx, call, id, &said)?))
    });
    kept.await.or_failed(&ask)
}

/// Ends the call as what it was.
#[utoipa::path(post, path = "/api/v1/hotline/calls/{id}/send", tag = "hotline", request_body = Said,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = CallView),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn call_send(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<Said>,
) -> Result<Answer, Failed> {
    let (id, said) = (id(&ask, &path)?, body.value);
    let sent = ask.app.command(&ask, "hotline_send", None, body.digest, move |tx, call| {
        Ok(answer(200, &send(tx, call, id, &said)?))
    });
    sent.await.or_failed(&ask)
}
