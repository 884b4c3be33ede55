//! The look, the claim and the refusal, for programs; the code is sent by `/api/v1/sign-in/codes`.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome};
use kernel::{Id, Person};
use people::sign_in::{count_tries, read_phone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json, secretly};

use super::{Under, under};
use crate::{Found, Typed, case::api::CaseBody, look as look_up, refuse as refuse_it};

/// Who somebody says they are, and the code that proves the phone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Who {
    /// Name as on the document.
    name: String,
    /// Kind of document.
    kind: String,
    /// Its number.
    number: String,
    /// Mainland mobile number.
    phone: String,
    /// Six digits.
    code: String,
}

/// A line from which something was registered.
#[derive(Serialize, ToSchema)]
pub(crate) struct Made {
    /// When, RFC 3339.
    at: String,
    /// Masked name of who made it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// SHA-256 of the file, where a sheet told.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The line in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<i64>,
}

/// An hour that was brought in.
#[derive(Serialize, ToSchema)]
pub(crate) struct BroughtBody {
    /// Its presence.
    attendance: String,
    /// The day, `2026-03-09`.
    day: String,
    /// Minutes the line tells.
    minutes: i64,
    /// `open`, `recorded`, `denied` or `moved`.
    state: String,
    /// What was done.
    what: String,
    /// The unit that recorded it.
    unit: String,
    /// From which line.
    made: Made,
}

/// What stands under a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnderBody {
    /// `active`, `asleep`, `frozen`, `merged` or `closed`.
    state: String,
    /// The community.
    division: String,
    /// Accounts that somebody else made, this one among them.
    made: Vec<Made>,
    /// Hours that were brought in, the newest day first.
    hours: Vec<BroughtBody>,
    /// Shifts to come in which there is a place.
    shifts: Vec<String>,
    /// The newest case about a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseBody>,
}

impl From<Under> for UnderBody {
    fn from(under: Under) -> Self {
        let name = |by: Option<Id<Person>>| {
            by.and_then(|by| under.makers.get(&by)).map(|card| card.name_masked.clone())
        };
        let origins = under.account.origins.iter().map(|origin| Made {
            at: origin.made_at.rfc3339(),
            by: name(origin.made_by),
            file: origin.line.map(|(file, _)| vault::hex(&file)),
            line: origin.line.map(|(_, line)| line),
        });
        let hours = under.hours.iter().map(|hour| BroughtBody {
            attendance: hour.attendance.to_string(),
            day: hour.day().to_string(),
            minutes: hour.minutes.number(),
            state: hour.state.clone(),
            what: hour.what.clone(),
            unit: hour.unit.clone(),
            made: Made {
                at: hour.at.rfc3339(),
                by: name(Some(hour.by)),
                file: Some(vault::hex(&hour.file)),
                line: Some(hour.line),
            },
        });
        Self {
            made: origins.collect(),
            hours: hours.collect(),
            shifts: under.shifts.iter().map(|shift| shift.shift.to_string()).collect(),
            case: under.case.as_ref().map(CaseBody::from),
            division: under.account.division.to_string(),
            state: under.account.state,
        }
    }
}

/// What a look found.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundBody {
    /// `nothing`, `desk` (bring the document), `own` (sign in) or `shown`.
    found: &'static str,
    /// To claim or refuse with, for half an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
    /// What stands there, where it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    under: Option<UnderBody>,
}

#[utoipa::path(post, path = "/api/v1/identity/looks", request_body = Who,
    params(("idempotency-key" = String, Header)),
    responses((status = 200, body = FoundBody), (status = "4XX", body = Problem)))]
pub(crate) async fn look(ask: Ask, body: Body<Who>) -> Result<Response, Failed> {
    let who = body.value;
    let read = || -> Outcome<Typed> {
        let today = ask.app.kit().clock.now().day();
        let document = people::read_document(&who.kind, &who.number, today)?;
        let phone = read_phone("phone", &who.phone)?;
        count_tries(&ask)?;
        Ok(Typed { name: who.name.clone(), document, phone, code: who.code.clone() })
    };
    let typed = read().or_failed(&ask)?;
    let found = secretly(&ask, "identity_look", body.digest, move |tx, call| {
        let found = match look_up(tx, call, &typed)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let under = match &found {
            Found::Shown(person, _) => Some(under(tx, call, *person)?),
            _ => None,
        };
        Ok(Ok((found, under)))
    });
    let (found, under) = found.await.or_failed(&ask)?.map_err(Failure::from).or_failed(&ask)?;
    let (found, ticket) = match found {
        Found::Nothing => ("nothing", None),
        Found::Desk => ("desk", None),
        Found::Own(_) => ("own", None),
        Found::Shown(_, ticket) => ("shown", Some(ticket)),
    };
    Ok(json(StatusCode::OK, &FoundBody { found, ticket, under: under.map(UnderBody::from) }).into_response())
}

/// What stands under who is signed in.
#[utoipa::path(get, path = "/api/v1/me/identity",
    responses((status = 200, body = UnderBody), (status = "4XX", body = Problem)))]
pub(crate) async fn mine(ask: Ask) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "identity_api", |tx, call| {
        let me = call.actor.signed_in()?;
        under(tx, call, me)
    });
    let (under, _) = read.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &UnderBody::from(under)).into_response())
}

/// The ticket of a look.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticket {
    /// As the look gave it.
    ticket: String,
}

/// Claims the account that the ticket shows: it wakes, or becomes part of the account that the phone has.
#[utoipa::path(post, path = "/api/v1/identity/claims", request_body = Ticket,
    params(("idempotency-key" = String, Header)),
    responses((status = 200, description = "whose it is, and how many hours stay out"), (status = "4XX", body = Problem)))]
pub(crate) async fn claim(ask: Ask, body: Body<Ticket>) -> Result<Response, Failed> {
    let ticket = body.value.ticket;
    let answer = ask.app.command(&ask, "identity_claim", None, body.digest, move |tx, call| {
        let claimed = crate::claim(tx, call, &ticket)?;
        let said = serde_json::json!({ "person": claimed.person.to_string(), "left": claimed.left });
        Ok(Answer::json(200, &said))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}

/// Refuses the account that the ticket shows: it is frozen until the case is decided.
#[utoipa::path(post, path = "/api/v1/identity/refusals", request_body = Ticket,
    params(("idempotency-key" = String, Header)),
    responses((status = 200, description = "the case"), (status = "4XX", body = Problem)))]
pub(crate) async fn refuse(ask: Ask, body: Body<Ticket>) -> Result<Response, Failed> {
    let ticket = body.value.ticket;
    let answer = ask.app.command(&ask, "identity_refuse", None, body.digest, move |tx, call| {
        let case = refuse_it(tx, call, &ticket)?;
        Ok(Answer::json(
            200,
            &serde_json::json!({ "case": case.id.to_string(), "due": case.due.to_string() }),
        ))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}

/// Takes the refusal back while nobody has decided.
#[utoipa::path(post, path = "/api/v1/identity/refusals/taken-back", request_body = Ticket,
    params(("idempotency-key" = String, Header)),
    responses((status = 200, description = "the account sleeps again"), (status = "4XX", body = Problem)))]
pub(crate) async fn take_back(ask: Ask, body: Body<Ticket>) -> Result<Response, Failed> {
    let ticket = body.value.ticket;
    let answer = ask.app.command(&ask, "identity_take_back", None, body.digest, move |tx, call| {
        crate::take_back(tx, call, &ticket)?;
        Ok(Answer::json(200, &serde_json::json!({})))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
