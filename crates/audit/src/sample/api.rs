//! `/api/v1/samples/…`.

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Action, Minutes, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer as Done, Ask, Body, Failed, OrFailed, Problem, json, secretly};

use super::{
    Answer, Called, Drawn, Entry, NewEntry, Seen, again, draw, enter,
    pages::{TypedSample, id},
    phone, sample, samples,
};
use crate::area::Typed;

/// A wish for a sample.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleWish {
    /// The place, a district or below, with everything below it; one's own when it is not named.
    #[serde(default)]
    division: String,
    /// First day (ISO 8601); the first of the quarter when it is not named.
    #[serde(default)]
    from: String,
    /// Last day; today when it is not named.
    #[serde(default)]
    to: String,
    /// How many services, 200 at most; 20 when it is not said.
    count: Option<i64>,
    /// `a` to `d`; none is all.
    #[serde(default)]
    grades: Vec<String>,
    /// Id of a team whose shifts only are meant.
    team: Option<String>,
    /// A word or a number; a fresh one is drawn when it is empty.
    #[serde(default)]
    seed: String,
    /// The last event of the district's journal that is taken into account, to repeat what was drawn before.
    cut: Option<i64>,
}

impl From<SampleWish> for TypedSample {
    fn from(wish: SampleWish) -> Self {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            wish: Typed { division: wish.division, from: wish.from, to: wish.to },
            count: number(wish.count),
            grades: wish.grades,
            team: wish.team.unwrap_or_default(),
            seed: wish.seed,
            cut: number(wish.cut),
        }
    }
}

/// A sample.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleCard {
    /// Its id.
    id: String,
    /// The place.
    division: String,
    /// First day.
    from: String,
    /// Last day.
    to: String,
    /// `a` to `d`; none is all.
    grades: Vec<&'static str>,
    /// Id of the team, where only one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    /// By which seed.
    seed: String,
    /// Services that were drawn.
    count: i64,
    /// Services it was drawn out of.
    population: i64,
    /// The last event of the district's journal that was taken into account.
    cut: i64,
    /// When it was drawn, RFC 3339.
    drawn_at: String,
}

impl From<&Drawn> for SampleCard {
    fn from(drawn: &Drawn) -> Self {
        let days = drawn.drawing.wish.days;
        Self {
            id: drawn.id.to_string(),
            division: drawn.drawing.wish.area.to_string(),
            from: days.0.to_string(),
            to: days.1.to_string(),
            grades: drawn.drawing.grades.iter().map(|grade| grade.word()).collect(),
            team: drawn.drawing.team.map(|team| team.to_string()),
            seed: drawn.seed.clone(),
            count: drawn.wanted.min(drawn.population),
            population: drawn.population,
            cut: drawn.cut,
            drawn_at: drawn.drawn_at.rfc3339(),
        }
    }
}

/// The newest samples of a place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleList {
    /// The newest first.
    samples: Vec<SampleCard>,
}

/// What a call came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallEntry {
    /// `confirmed`, `other_hours`, `not_there`, `not_reached` or `declined`.
    outcome: &'static str,
    /// For other hours, how many whole minutes it was said to have taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<i64>,
    /// In the auditor's words.
    note: String,
    /// When it was entered, RFC 3339.
    at: String,
}

impl From<&Entry> for CallEntry {
    fn from(entry: &Entry) -> Self {
        Self {
            outcome: entry.answer.word(),
            minutes: entry.minutes.map(Minutes::number),
            note: entry.note.clone(),
            at: entry.at.rfc3339(),
        }
    }
}

/// A service of a sample, as it stood on record at the cut.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampledService {
    /// Its place in the sample, from 1.
    number: i64,
    /// The presence.
    attendance: String,
    /// Who served, masked.
    name: String,
    /// Where, twelve digits.
    division: String,
    /// Word of the category.
    category: String,
    /// From when, RFC 3339.
    from: String,
    /// Until when, RFC 3339.
    to: String,
    /// Whole minutes.
    minutes: i64,
    /// `a` to `d`.
    grade: &'static str,
    /// Everything that was entered of it, the first first; the last counts.
    outcomes: Vec<CallEntry>,
}

/// A sample with its services.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleAnswer {
    /// The sample.
    sample: SampleCard,
    /// Services somebody was called about.
    called: usize,
    /// Services of which somebody said what was so.
    answered: usize,
    /// Services said to be as on record.
    confirmed: usize,
    /// Between which whole per cent the share of what is as on record lies, with 95 % confidence (Wilson); absent until
    /// somebody answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<[i64; 2]>,
    /// Its services, in the order in which they were drawn.
    services: Vec<SampledService>,
}

impl From<Seen> for SampleAnswer {
    fn from(seen: Seen) -> Self {
        let summary = seen.summary();
        let service = |one: &Called| SampledService {
            number: one.number,
            attendance: one.attendance.to_string(),
            name: seen.cards.get(&one.person).map(|card| card.name_masked.clone()).unwrap_or_default(),
            division: one.division.to_string(),
            category: one.category.clone(),
            from: one.served.0.rfc3339(),
            to: one.served.1.rfc3339(),
            minutes: one.minutes.number(),
            grade: one.grade.word(),
            outcomes: one.entries.iter().map(CallEntry::from).collect(),
        };
        Self {
            sample: SampleCard::from(&seen.drawn),
            called: summary.called,
            answered: summary.answered(),
            confirmed: summary.confirmed,
            interval: summary.interval().map(|(low, high)| [low, high]),
            services: seen.calls.iter().map(service).collect(),
        }
    }
}

/// Draws a sample of services by a seed and keeps it.
#[utoipa::path(post, path = "/api/v1/samples", request_body = SampleWish,
    params(("idempotency-key" = String, Header)), responses((status = 201, description = "drawn"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sample_draw(ask: Ask, body: Body<SampleWish>) -> Result<Response, Failed> {
    let typed = TypedSample::from(body.value);
    let answer = ask.app.command(&ask, "sample_draw", None, body.digest, move |tx, call| {
        let new = typed.read(tx, call)?;
        let id = draw(tx, call, &new)?;
        Ok(Done::json(201, &serde_json::json!({ "id": id.to_string() })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}

/// Of which place.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// The place, with everything below it; one's own when it is not named.
    division: Option<String>,
}

/// The newest samples of a place.
#[utoipa::path(get, path = "/api/v1/samples", params(Of), responses((status = 200, body = SampleList),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn sample_list(ask: Ask, Query(of): Query<Of>) -> Result<Response, Failed> {
    let typed = Typed { division: of.division.unwrap_or_default(), ..Typed::default() };
    let read = ask.app.read(&ask, "samples_api", move |tx, call| {
        let wish = typed.read(tx, call, Action::Audit)?;
        samples(tx, call, wish.area)
    });
    let ((drawn, _), _) = read.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &SampleList { samples: drawn.iter().map(SampleCard::from).collect() }))
}

/// A sample with its services and what the calls came to. The look is in the journal.
#[utoipa::path(get, path = "/api/v1/samples/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = SampleAnswer), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sample_get(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let looked = ask.app.look(&ask, "sample_api", move |tx, call| sample(tx, call, id, |_| true));
    let (seen, _) = looked.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &SampleAnswer::from(seen)))
}

/// A sample that was drawn once more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawnAgain {
    /// Services that came again as they are kept.
    same: usize,
    /// Services of the sample.
    of: usize,
}

/// Draws a sample once more, by its own wish, seed and cut, and compares.
#[utoipa::path(get, path = "/api/v1/samples/{id}/again", params(("id" = String, Path)), responses(
    (status = 200, body = DrawnAgain), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sample_again(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let looked = ask.app.look(&ask, "sample_again", move |tx, call| again(tx, call, id));
    let ((_, same, of), _) = looked.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &DrawnAgain { same, of }))
}

/// What a call came to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutcomeBody {
    /// `confirmed`, `other_hours`, `not_there`, `not_reached` or `declined`.
    outcome: String,
    /// For other hours, how many whole minutes it was said to have taken.
    minutes: Option<i64>,
    /// In the auditor's words, 200 characters at most.
    #[serde(default)]
    note: String,
}

/// Enters what a call about a service of a sample of one's own came to. What was entered before stays; no hour changes.
#[utoipa::path(post, path = "/api/v1/samples/{id}/calls/{number}/outcomes", request_body = OutcomeBody,
    params(("id" = String, Path), ("number" = i64, Path), ("idempotency-key" = String, Header)), responses(
    (status = 201, description = "entered"), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn outcome_enter(
    ask: Ask,
    Path((path, number)): Path<(String, String)>,
    body: Body<OutcomeBody>,
) -> Result<Response, Failed> {
    let which = (id(&ask, &path)?, number.parse().unwrap_or(0));
    let OutcomeBody { outcome, minutes, note } = body.value;
    let answer = ask.app.command(&ask, "sample_call", None, body.digest, move |tx, call| {
        let answer = Answer::from_word(&outcome).ok_or_else(|| Refusal::invalid("outcome", "call-answer"))?;
        enter(tx, call, which, NewEntry { answer, minutes: minutes.map(Minutes), note: note.clone() })?;
        Ok(Done::json(201, &serde_json::json!({})))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneBody {
    /// At least four characters; the person can read it.
    reason: String,
}

/// A phone in clear.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhoneToCall {
    /// `phone`, or `guardian_phone` of a minor.
    field: &'static str,
    /// The number.
    value: String,
}

/// The phone of who served, for who drew the sample. The person sees who looked and why.
#[utoipa::path(post, path = "/api/v1/samples/{id}/calls/{number}/phone", request_body = PhoneBody,
    params(("id" = String, Path), ("number" = i64, Path),
        ("idempotency-key" = String, Header, description = "Any text; a repetition is not answered twice")), responses(
    (status = 200, body = PhoneToCall), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn phone_get(
    ask: Ask,
    Path((path, number)): Path<(String, String)>,
    body: Body<PhoneBody>,
) -> Result<Response, Failed> {
    let which = (id(&ask, &path)?, number.parse().unwrap_or(0));
    let reason = body.value.reason;
    let shown = secretly(&ask, "sample_phone", body.digest, move |tx, call| phone(tx, call, which, &reason));
    let (field, value) = shown.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &PhoneToCall { field: field.word(), value }))
}
