//! Minutes over the daily limit, before the eyes of who may say yes.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Outcome, Tx, params};
use journal::Call;
use kernel::{Action, DivisionCode, Id, Person, Refusal};
use people::Card;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed, Page, html};

use crate::{Review, correct, decide_review};

/// Reviews shown at once.
const REVIEWS_MAX: i64 = 50;

/// Open reviews, and the masked cards of their people.
pub type Reviews = (Vec<Review>, BTreeMap<Id<Person>, Card>);

/// Open reviews of the asker's area, with the masked cards of their people. A review lives in the person's home
/// district; those of people from elsewhere are shown by their own place.
///
/// # Errors
/// Forbidden for who reviews nowhere.
pub fn open_reviews(tx: &mut Tx<'_>, call: &Call) -> Outcome<Reviews> {
    let mut reviews: Vec<Review> = Vec::new();
    for range in call.actor.scope(Action::ReviewHours) {
        let first = DivisionCode::new(*range.start()).unwrap_or_default();
        let last = DivisionCode::new(*range.end()).unwrap_or_default();
        let found: Vec<Review> = tx.query(
            "SELECT id, person, attendance, division, day, from_at, to_at, minutes, grade, level, state, version
             FROM hours_review WHERE district = $1 AND state = 'open' AND division BETWEEN $2 AND $3
             ORDER BY division, id LIMIT $4",
            params![first.district(), first, last, REVIEWS_MAX],
        )?;
        reviews.extend(found);
    }
    reviews.sort_by_key(|review| review.id);
    reviews.dedup_by_key(|review| review.id);
    let people: Vec<_> = reviews.iter().map(|review| review.person).collect();
    let cards = people::cards(tx, &people)?;
    Ok((reviews, cards))
}

struct Line {
    id: String,
    attendance: String,
    name: String,
    day: String,
    hours: String,
    grade: String,
    level: String,
}

#[derive(Template)]
#[template(path = "templates/reviews.html")]
struct ReviewsPage {
    page: Page,
    lines: Vec<Line>,
}

pub(crate) async fn reviews_page(ask: Ask) -> Result<Response, Failed> {
    let ((reviews, cards), page) = ask.app.read(&ask, "reviews_page", open_reviews).await.or_failed(&ask)?;
    let lines = reviews
        .into_iter()
        .map(|review| Line {
            id: review.id.to_string(),
            attendance: review.attendance.to_string(),
            name: cards.get(&review.person).map(|card| card.name_masked.clone()).unwrap_or_default(),
            day: review.day.to_string(),
            hours: review.minutes.to_string(),
            grade: review.grade,
            level: review.level,
        })
        .collect();
    Ok(html(StatusCode::OK, &ReviewsPage { page: page.back("/w").tab("worker/reviews"), lines }))
}

pub(crate) async fn decide_form(
    ask: Ask,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let decision = fields.text("decision").to_owned();
    let answer = ask.app.command(&ask, "review_decide", fields.key(), fields.digest(), move |tx, call| {
        let accept = match decision.as_str() {
            "accept" => true,
            "refuse" => false,
            _ => return Err(Refusal::invalid("decision", "decision-missing").into()),
        };
        decide_review(tx, call, id, accept)?;
        Ok(Answer::go("/w/reviews"))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}

/// A yes or a no.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Decision {
    /// Whether the minutes count.
    accept: bool,
}

/// Decides a review.
#[utoipa::path(post, path = "/api/v1/reviews/{id}/decision", request_body = Decision,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, description = "decided"),
    (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn decide_api(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Decision>,
) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let accept = body.value.accept;
    let answer = ask.app.command(&ask, "review_decide", None, body.digest, move |tx, call| {
        decide_review(tx, call, id, accept)?;
        Ok(Answer::json(200, &serde_json::json!({ "accepted": accept })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
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
    let minutes = kernel::Minutes(body.value.minutes);
    let answer = ask.app.command(&ask, "record_correct", None, body.digest, move |tx, call| {
        let correction = correct(tx, call, id, minutes)?;
        Ok(Answer::json(201, &serde_json::json!({ "id": correction.to_string() })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
