//! Minutes over the daily limit, before the eyes of who may say yes.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, Day, District, DivisionCode, Id, Instant, Minutes, Person, Refusal};
use people::Card;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed, Page, html};

use crate::{
    Attendance, Grade,
    policy::policy,
    presence::{self, Presence},
    recording::{New, SERVICE, keep, record},
    served::{Part, Share},
};

/// Mark of a review's id.
#[derive(Debug)]
pub enum HoursReview {}

/// Reviews of one home district shown at once.
const REVIEWS_MAX: i64 = 50;

/// A review as it stands.
#[derive(Clone, Debug)]
pub struct Review {
    /// Its id.
    pub id: Id<HoursReview>,
    /// Whose minutes.
    pub person: Id<Person>,
    /// The presence they belong to.
    pub attendance: Id<Attendance>,
    /// Where it was served.
    pub division: DivisionCode,
    /// The day.
    pub day: Day,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// How many minutes wait.
    pub minutes: Minutes,
    /// Word of the grade at the confirmation.
    pub grade: String,
    /// `parent`: the place decides; `above`: the level above it.
    pub level: String,
    /// `open`, `accepted` or `refused`.
    pub state: String,
    /// How many changes it has seen.
    pub version: i64,
}

impl FromRow for Review {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            person: row.take()?,
            attendance: row.take()?,
            division: row.take()?,
            day: row.take()?,
            from: row.take()?,
            to: row.take()?,
            minutes: row.take()?,
            grade: row.take()?,
            level: row.take()?,
            state: row.take()?,
            version: row.take()?,
        })
    }
}

impl Review {
    /// Whether the asker is one of those who decide it: never the person themselves.
    fn is_for(&self, call: &Call) -> bool {
        call.actor.person != Some(self.person) && call.actor.may(Action::ReviewHours, self.decided_at())
    }

    /// The place that decides.
    fn decided_at(&self) -> DivisionCode {
        if self.level == "above" { self.division.parent() } else { self.division }
    }
}

/// Puts minutes over a limit of the day before the place, or the level above it.
pub(crate) fn open_review(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &Presence,
    part: Part,
    grade: Grade,
    share: Share,
) -> Outcome<()> {
    let id: Id<HoursReview> = call.id(presence.person.district());
    let level = if share == Share::Above { "above" } else { "parent" };
    tx.execute_one(
        "INSERT INTO hours_review (district, id, person, attendance, engagement, category, division, home_division,
             day, from_at, to_at, minutes, grade, level, state, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open', 1)",
        params![
            id.district(),
            id,
            presence.person,
            presence.id,
            presence.engagement,
            presence.category,
            presence.division,
            presence.home_division,
            part.day,
            part.from,
            part.to,
            part.minutes,
            grade,
            level
        ],
    )?;
    let event = Event::new("review.opened", id.district(), id, 1)
        .with("division", presence.division.to_string())
        .with("minutes", part.minutes.number())
        .with("level", level);
    Ok(append(tx, call, event)?)
}

/// Says yes or no to minutes over the daily limit. A yes makes a record, at the grade the attendance has now.
///
/// Runs in a transaction that may write in two districts (`review_decide`). It takes the person's lock, then the
/// attendance's.
///
/// # Errors
/// Forbidden; `hours-own`, `review-decided` (conflict); 404.
pub fn decide_review(tx: &mut Tx<'_>, call: &Call, id: Id<HoursReview>, accept: bool) -> Outcome<()> {
    let row: Option<Review> = tx.query_opt(
        "SELECT id, person, attendance, division, day, from_at, to_at, minutes, grade, level, state, version
         FROM hours_review WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let review = row.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::ReviewHours, review.decided_at())?;
    if call.actor.person == Some(review.person) {
        return Err(Refusal::conflict("hours-own").into());
    }
    people::lock(tx, review.person)?;
    let presence = presence::lock(tx, review.attendance)?;
    let state = if accept { "accepted" } else { "refused" };
    let changed = tx.execute(
        "UPDATE hours_review SET state = $3, decided_by = $4, decided_at = $5, version = version + 1
         WHERE district = $1 AND id = $2 AND state = 'open'",
        params![id.district(), id, state, call.actor.person, call.now],
    )?;
    if changed == 0 {
        return Err(Refusal::conflict("review-decided").into());
    }
    let event = Event::new("review.decided", id.district(), id, review.version + 1)
        .with("division", review.division.to_string())
        .with("accepted", i64::from(accept));
    append(tx, call, event)?;
    let (minutes, version) = if accept {
        let grade = presence
            .grade
            .ok_or_else(|| Fault::Defect(format!("review {id} of an attendance without a grade")))?;
        let policy = policy(tx, presence.division, presence.planned.0.day())?.version;
        let part = Part { day: review.day, from: review.from, to: review.to, minutes: review.minutes };
        let new = New { presence: &presence, part, grade, kind: SERVICE, corrects: None, policy };
        (review.minutes, record(tx, call, &new)?.1)
    } else {
        let version = presence.version + 1;
        let event = Event::new("attendance.refused", presence.id.district(), presence.id, version)
            .with("minutes", review.minutes.number());
        append(tx, call, event)?;
        (Minutes::ZERO, version)
    };
    let (open,): (i64,) = tx.query_one(
        "SELECT COUNT(*) FROM hours_review WHERE district = $1 AND person = $2 AND attendance = $3 AND state = 'open'",
        params![review.person.district(), review.person, review.attendance],
    )?;
    let state = if open == 0 { "recorded" } else { "in_review" };
    Ok(keep(tx, &presence, state, presence.minutes + minutes, version)?)
}

/// Open reviews that the asker may decide, oldest first, with the masked cards of their people. A review lives in
/// the person's home district: one statement finds who waits at the place, one more each home district.
///
/// # Errors
/// A fault.
pub fn open_reviews(tx: &mut Tx<'_>, call: &Call) -> Outcome<(Vec<Review>, BTreeMap<Id<Person>, Card>)> {
    let mut reviews: Vec<Review> = Vec::new();
    for range in call.actor.scope(Action::ReviewHours) {
        let first = DivisionCode::new(*range.start()).unwrap_or_default();
        let last = DivisionCode::new(*range.end()).unwrap_or_default();
        let waiting: Vec<(Id<Person>,)> = tx.query(
            "SELECT DISTINCT person FROM attendance
             WHERE district = $1 AND state = 'in_review' AND division BETWEEN $2 AND $3 LIMIT $4",
            params![first.district(), first, last, REVIEWS_MAX],
        )?;
        let homes: BTreeSet<District> = waiting.iter().map(|(person,)| person.district()).collect();
        for home in homes {
            let found: Vec<Review> = tx.query(
                "SELECT id, person, attendance, division, day, from_at, to_at, minutes, grade, level, state, version
                 FROM hours_review WHERE district = $1 AND state = 'open' AND division BETWEEN $2 AND $3
                 ORDER BY id LIMIT $4",
                params![home, first, last, REVIEWS_MAX],
            )?;
            reviews.extend(found.into_iter().filter(|review| review.is_for(call)));
        }
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
    Ok(html(StatusCode::OK, &ReviewsPage { page: page.back("/w").tab("worker/inbox"), lines }))
}

pub(crate) async fn decide_form(
    ask: Ask,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let accept = match fields.text("decision") {
        "accept" => true,
        "refuse" => false,
        _ => return Err(Failed::new(&ask, Refusal::invalid("decision", "decision-missing").into())),
    };
    let answer = ask.app.command(&ask, "review_decide", fields.key(), fields.digest(), move |tx, call| {
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
