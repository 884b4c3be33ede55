//! Correcting a record: a new one that refers to it. The old one stays.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use db::{Failure, Fault, Outcome, Tx};
use journal::Call;
use kernel::{Action, Id, Minutes, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed};

use crate::{
    Attendance, ServiceRecord,
    policy::{Policy, policy},
    presence::{self, Presence},
    record::{Counted, DayBook, New, RecordKind, already, find_record, keep, record, services},
    reviews::reviews_of,
    rules::number_of,
    served::Part,
};

/// Corrects a record to `minutes` by a new record that refers to it (Order 67 art. 13). A correction gives no more than
/// the record's times hold, takes no time that another service has, and lifts no day over what counts without a
/// review, except back to minutes that a review accepted.
///
/// Runs in a transaction that may write in two districts. It takes the person's lock, then the attendance's.
///
/// # Errors
/// Forbidden; `minutes-negative` (invalid); `hours-own`, `hours-denied`, `correction-of-correction`, `correction-same`,
/// `correction-too-long`, `correction-over-day`, `hours-overlap` (conflict); 404.
pub fn correct(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<ServiceRecord>,
    minutes: Minutes,
) -> Outcome<Id<ServiceRecord>> {
    if minutes < Minutes::ZERO {
        return Err(Refusal::invalid("minutes", "minutes-negative").into());
    }
    let (person, line) = find_record(tx, id)?.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::ReviewHours, line.division)?;
    if call.actor.person == Some(person) {
        return Err(Refusal::conflict("hours-own").into());
    }
    if line.corrects.is_some() {
        return Err(Refusal::conflict("correction-of-correction").into());
    }
    people::lock(tx, person)?;
    let presence = presence::lock(tx, line.attendance)?;
    if presence.state == presence::DENIED {
        return Err(Refusal::conflict("hours-denied").into());
    }
    let one = services(tx, person, (line.day, line.day))?.into_iter().find(|one| one.record.id == id);
    let one = one.ok_or_else(|| Fault::Defect(format!("record {id} is not among those of its day")))?;
    if minutes == one.minutes() {
        return Err(Refusal::conflict("correction-same").into());
    }
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    if minutes > one.minutes() {
        must_fit(tx, &presence, &one, &policy, minutes)?;
    }
    let rules = number_of(tx, call, person.district(), &policy.rules)?;
    let (correction, version) = change(tx, call, &presence, &one, minutes, rules)?;
    keep(tx, &presence, presence.minutes + minutes - one.minutes(), version)?;
    Ok(correction)
}

/// Whether a service may grow to `minutes`.
fn must_fit(
    tx: &mut Tx<'_>,
    presence: &Presence,
    one: &Counted,
    policy: &Policy,
    minutes: Minutes,
) -> Outcome<()> {
    let line = &one.record;
    if minutes > line.to.minutes_since(line.from) {
        return Err(Refusal::conflict("correction-too-long").into());
    }
    let book = DayBook::read(tx, presence.person, line.day)?;
    book.must_be_free((line.from, line.to), Some(line.id))?;
    let limits = policy.limits;
    let already = already(tx, presence.person, line.day, limits, book.minutes(Some(line.id)))?;
    // The day is asked for without the service, the month and the year with it.
    let room = |limit: Option<Minutes>, held: Minutes| limit.map(|limit| limit - held + one.minutes());
    let rooms = [room(limits.month, already.month), room(limits.year, already.year)];
    let of_day = limits.at_once - already.day;
    let most = rooms.into_iter().flatten().fold(of_day, Minutes::min).max(Minutes::ZERO);
    if minutes <= most {
        return Ok(());
    }
    let accepted = reviews_of(tx, presence)?
        .into_iter()
        .find(|review| review.state == "accepted" && (review.day, review.from) == (line.day, line.from));
    if accepted.is_some_and(|review| minutes <= review.minutes) {
        return Ok(());
    }
    Err(Refusal::conflict("correction-over-day").with("most", most.number()).into())
}

/// Writes the difference between what a service comes to and `minutes`; gives the new record and the attendance's new
/// version.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &Presence,
    one: &Counted,
    minutes: Minutes,
    policy: i64,
) -> Outcome<(Id<ServiceRecord>, i64)> {
    let line = &one.record;
    let grade = presence
        .grade
        .ok_or_else(|| Fault::Defect(format!("presence {} has a record and no grade", presence.id)))?;
    let part = Part { day: line.day, from: line.from, to: line.to, minutes: minutes - one.minutes() };
    let (kind, corrects) = (RecordKind::Correction, Some(line.id));
    record(tx, call, &New { presence, part, grade, kind, corrects, policy })
}

pub(crate) async fn correct_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let attendance: Id<Attendance> = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (record, typed) = (fields.text("record").to_owned(), fields.text("minutes").to_owned());
    let given = typed.clone();
    let answer = ask.app.command(&ask, "record_correct", fields.key(), fields.digest(), move |tx, call| {
        let record = record.parse().map_err(|_| Refusal::missing())?;
        let minutes =
            typed.trim().parse().map_err(|_| Refusal::invalid("minutes", "claim-minutes-missing"))?;
        correct(tx, call, record, Minutes(minutes))?;
        Ok(Answer::go(format!("/v/hours/{attendance}")))
    });
    match answer.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == kernel::Kind::Invalid => {
            crate::mine::show_why(&ask, attendance, &given, Some(&refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
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
