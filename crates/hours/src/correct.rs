//! Correcting a record: a new one that refers to it. The old one stays.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use db::{Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Id, Minutes, Person, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed};

use crate::{
    Attendance, ServiceRecord,
    policy::policy,
    presence,
    recording::{CORRECTION, DayBook, New, chains, keep, record},
    served::Part,
};

/// Corrects a record to `minutes` by a new record that refers to it (Order 67 art. 13). A correction cannot lift a day
/// over what counts without a review, nor take time that another record has.
///
/// Runs in a transaction that may write in two districts (`record_correct`).
///
/// # Errors
/// Forbidden; `minutes-negative`, `minutes-over-midnight` (invalid); `hours-own`, `correction-of-correction`,
/// `correction-same`, `correction-over-day`, `hours-overlap` (conflict); 404.
pub fn correct(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<ServiceRecord>,
    minutes: Minutes,
) -> Outcome<Id<ServiceRecord>> {
    if minutes < Minutes::ZERO {
        return Err(Refusal::invalid("minutes", "minutes-negative").into());
    }
    type Old = (Id<Person>, Id<Attendance>, Day, DivisionCode, Option<Id<ServiceRecord>>);
    let row: Option<Old> = tx.query_opt(
        "SELECT person, attendance, day, division, corrects FROM service_record WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let (person, attendance, day, place, corrects) = row.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::ReviewHours, place)?;
    if call.actor.person == Some(person) {
        return Err(Refusal::conflict("hours-own").into());
    }
    if corrects.is_some() {
        return Err(Refusal::conflict("correction-of-correction").into());
    }
    people::lock(tx, person)?;
    let presence = presence::lock(tx, attendance)?;
    let chain = chains(tx, person, (day, day))?.into_iter().find(|chain| chain.root == id);
    let chain = chain.ok_or_else(|| db::Fault::Defect(format!("record {id} is not among its day's")))?;
    let difference = minutes - chain.minutes;
    if difference == Minutes::ZERO {
        return Err(Refusal::conflict("correction-same").into());
    }
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    let to = chain.from + minutes;
    if difference > Minutes::ZERO {
        // It cannot pass midnight, nor now.
        if to > day.plus(1).start().min(call.now) {
            return Err(Refusal::invalid("minutes", "minutes-over-midnight").into());
        }
        let book = DayBook::read(tx, person, day)?;
        book.must_be_free((chain.from, to), Some(id))?;
        if book.minutes(Some(id)) + minutes > policy.limits.at_once.max(chain.minutes) {
            let most = (policy.limits.at_once - book.minutes(Some(id))).max(Minutes::ZERO);
            return Err(Refusal::conflict("correction-over-day").with("most", most.number()).into());
        }
    }
    let grade = presence
        .grade
        .ok_or_else(|| db::Fault::Defect(format!("attendance {attendance} has a record and no grade")))?;
    let part = Part { day, from: chain.from, to: to.max(chain.from), minutes: difference };
    let corrects = Some(id);
    let new =
        New { presence: &presence, part, grade, kind: CORRECTION, corrects, policy: policy.version };
    let (correction, version) = record(tx, call, &new)?;
    keep(tx, &presence, &presence.state, presence.minutes + difference, version)?;
    Ok(correction)
}

/// What a record should have been.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Correction {
    /// The whole minutes that were really served.
    minutes: i64,
}

/// Corrects a record by a new one.
#[utoipa::path(post, path = "/api/v1/records/{id}/corrections", request_body = Correction,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses(
    (status = 201, description = "corrected"),
    (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn correct_api(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Correction>,
) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let minutes = Minutes(body.value.minutes);
    let answer = ask.app.command(&ask, "record_correct", None, body.digest, move |tx, call| {
        let correction = correct(tx, call, id, minutes)?;
        Ok(Answer::json(201, &serde_json::json!({ "id": correction.to_string() })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
