//! What waits for somebody of the place: minutes over the daily limit, and presences that only the person speaks for.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Fault, FromRow, Outcome, Row, Span, Tx, Value, params, spanning};
use journal::{Call, Event, append};
use kernel::{Action, Day, DivisionCode, Id, Instant, Minutes, Person, Refusal};
use people::Card;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed, Page, html, json};

use crate::{
    Attendance, Grade,
    claim::{Claim, open_claims},
    policy::policy,
    presence::{self, Presence},
    record::{New, RecordKind, keep, record},
    rules::number_of,
    served::{Part, Share},
};

/// Mark of a review's id.
#[derive(Debug)]
pub enum HoursReview {}

/// Reviews shown at once, and claims.
pub(crate) const REVIEWS_MAX: i64 = 20;

const OPEN_REVIEWS: (&str, &str) = spanning!(
    "SELECT r.id, r.person, r.attendance, r.division, r.decider, r.day, r.from_at, r.to_at, r.minutes, r.level,
         r.state, r.version, a.grade
     FROM hours_review r JOIN attendance a ON a.district = r.district AND a.id = r.attendance",
    "r.district = $5",
    "r.district BETWEEN $5 AND $6",
    " AND r.state = 'open' AND r.decider BETWEEN $1 AND $2 AND r.id > $3 ORDER BY r.id LIMIT $4"
);

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
    /// The place that decides.
    pub decider: DivisionCode,
    /// The day.
    pub day: Day,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// How many minutes wait.
    pub minutes: Minutes,
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
            decider: row.take()?,
            day: row.take()?,
            from: row.take()?,
            to: row.take()?,
            minutes: row.take()?,
            level: row.take()?,
            state: row.take()?,
            version: row.take()?,
        })
    }
}

/// Puts minutes over a limit of the day before the place, or the level above it. The row stands in the person's
/// district, where it counts for the day, and once more in the place's, where those look who decide.
pub(crate) fn open_review(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &Presence,
    part: Part,
    share: Share,
) -> Outcome<()> {
    let id: Id<HoursReview> = call.id(presence.person.district());
    let (level, decider) = match share {
        Share::Above => ("above", presence.division.parent()),
        _ => ("parent", presence.division),
    };
    let mut districts = vec![id.district(), presence.id.district()];
    districts.dedup();
    for district in districts {
        tx.execute_one(
            "INSERT INTO hours_review (district, id, person, attendance, division, decider, day, from_at, to_at,
                 minutes, level, state, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', 1)",
            params![
                district,
                id,
                presence.person,
                presence.id,
                presence.division,
                decider,
                part.day,
                part.from,
                part.to,
                part.minutes,
                level
            ],
        )?;
    }
    let event = Event::new("review.opened", id.district(), id, 1)
        .with("division", presence.division.to_string())
        .with("minutes", part.minutes.number())
        .with("level", level)
        .with_id("attendance", presence.id);
    Ok(append(tx, call, event)?)
}

/// Says yes or no to minutes over the daily limit. A yes makes a record, at the grade the presence has now.
///
/// Runs in a transaction that may write in two districts. It takes the person's lock, then the attendance's.
///
/// # Errors
/// Forbidden; `hours-own`, `review-decided` (conflict); 404.
pub fn decide_review(tx: &mut Tx<'_>, call: &Call, id: Id<HoursReview>, accept: bool) -> Outcome<()> {
    let row: Option<Review> = tx.query_opt(
        "SELECT id, person, attendance, division, decider, day, from_at, to_at, minutes, level, state, version
         FROM hours_review WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let review = row.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::ReviewHours, review.decider)?;
    if call.actor.person == Some(review.person) {
        return Err(Refusal::conflict("hours-own").into());
    }
    people::lock(tx, review.person)?;
    let presence = presence::lock(tx, review.attendance)?;
    close_review(tx, call, &review, accept)?;
    if accept {
        let grade = presence
            .grade
            .ok_or_else(|| Fault::Defect(format!("review {id} of a presence without a grade")))?;
        let policy = policy(tx, presence.division, presence.planned.0.day())?;
        let policy = number_of(tx, call, presence.person.district(), &policy.rules)?;
        let part = Part { day: review.day, from: review.from, to: review.to, minutes: review.minutes };
        let new = New { presence: &presence, part, grade, kind: RecordKind::Service, corrects: None, policy };
        let (_, version) = record(tx, call, &new)?;
        keep(tx, &presence, presence.minutes + part.minutes, version)?;
    }
    Ok(())
}

/// Ends an open review, in both districts; both locks are held.
fn close_review(tx: &mut Tx<'_>, call: &Call, review: &Review, accept: bool) -> Outcome<()> {
    let id = review.id;
    let mut districts = vec![id.district(), review.attendance.district()];
    districts.dedup();
    for district in districts {
        let changed = tx.execute(
            "UPDATE hours_review SET state = $3, decided_by = $4, decided_at = $5, version = version + 1
             WHERE district = $1 AND id = $2 AND state = 'open'",
            params![district, id, if accept { "accepted" } else { "refused" }, call.actor.person, call.now],
        )?;
        if changed == 0 {
            return Err(Refusal::conflict("review-decided").into());
        }
    }
    let event = Event::new("review.decided", id.district(), id, review.version + 1)
        .with("division", review.division.to_string())
        .with("accepted", i64::from(accept));
    Ok(append(tx, call, event)?)
}

/// Every review of a presence, the oldest first.
pub(crate) fn reviews_of(tx: &mut Tx<'_>, presence: &Presence) -> Result<Vec<Review>, Fault> {
    tx.query(
        "SELECT id, person, attendance, division, decider, day, from_at, to_at, minutes, level, state, version
         FROM hours_review WHERE district = $1 AND person = $2 AND attendance = $3 ORDER BY id",
        params![presence.person.district(), presence.person, presence.id],
    )
}

/// Ends every open review of a presence with a no; both locks are held.
pub(crate) fn refuse_reviews(tx: &mut Tx<'_>, call: &Call, presence: &Presence) -> Outcome<()> {
    for review in reviews_of(tx, presence)?.iter().filter(|review| review.state == "open") {
        close_review(tx, call, review, false)?;
    }
    Ok(())
}

/// What waits at the asker's places.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// Minutes over the daily limit, each with its grade today; the oldest first.
    pub reviews: Vec<(Review, Grade)>,
    /// Behind which the reviews go on; none when these are the last.
    pub next_review: Option<Id<HoursReview>>,
    /// Presences that their person claims; the oldest first.
    pub claims: Vec<Claim>,
    /// Behind which the claims go on; none when these are the last.
    pub next_claim: Option<Id<Attendance>>,
    /// The masked cards of their people.
    pub cards: BTreeMap<Id<Person>, Card>,
}

/// Behind which review and which claim a list goes on.
#[derive(Clone, Copy, Debug, Default)]
pub struct After {
    /// The last review that was shown.
    pub review: Option<Id<HoursReview>>,
    /// The presence of the last claim that was shown.
    pub claim: Option<Id<Attendance>>,
}

impl After {
    fn of(typed: &Fields) -> Result<Self, Refusal> {
        let wrong = |name| Refusal::invalid(name, "after-unreadable");
        let review = typed.given("after").map(str::parse).transpose().map_err(|_| wrong("after"))?;
        let claim = typed.given("claims_after").map(str::parse).transpose();
        Ok(Self { review, claim: claim.map_err(|_| wrong("claims_after"))? })
    }
}

/// Cuts a list that was read one longer than it is shown; gives the last shown when there are more.
fn cut<T, I>(list: &mut Vec<T>, id: impl Fn(&T) -> I) -> Option<I> {
    let most = usize::try_from(REVIEWS_MAX).unwrap_or_default();
    let are_more = list.len() > most;
    list.truncate(most);
    list.last().filter(|_| are_more).map(id)
}

/// What waits for the asker's yes or no, wherever its people live, at most `REVIEWS_MAX` of each; two statements an
/// area, also where an area is a city. Nobody is asked about themselves.
///
/// # Errors
/// A fault.
pub fn waiting(tx: &mut Tx<'_>, call: &Call, after: After) -> Outcome<Waiting> {
    let mut waiting = Waiting::default();
    for range in call.actor.scope(Action::ReviewHours) {
        let area = Span::of_range(&range);
        let behind = Value::Uuid(after.review.map_or([0; 16], Id::bytes));
        area.each(tx, OPEN_REVIEWS, &[behind, Value::Int(REVIEWS_MAX + 1)], |row| {
            waiting.reviews.push((Review::from_row(row)?, row.take()?));
            Ok(())
        })?;
        waiting.claims.extend(open_claims(tx, area, after.claim)?);
    }
    waiting.reviews.sort_by_key(|(review, _)| review.id);
    waiting.reviews.dedup_by_key(|(review, _)| review.id);
    waiting.claims.sort_by_key(|claim| claim.attendance);
    waiting.claims.dedup_by_key(|claim| claim.attendance);
    waiting.next_review = cut(&mut waiting.reviews, |(review, _)| review.id);
    waiting.next_claim = cut(&mut waiting.claims, |claim| claim.attendance);
    let me = call.actor.person;
    waiting.reviews.retain(|(review, _)| Some(review.person) != me);
    waiting.claims.retain(|claim| Some(claim.person) != me);
    let people: Vec<_> = waiting
        .reviews
        .iter()
        .map(|(review, _)| review.person)
        .chain(waiting.claims.iter().map(|claim| claim.person))
        .collect();
    waiting.cards = people::cards(tx, &people)?;
    Ok(waiting)
}

struct Line {
    id: String,
    attendance: String,
    name: String,
    when: String,
    hours: String,
    grade: &'static str,
    level: String,
}

struct ClaimLine {
    attendance: String,
    name: String,
    when: String,
    /// Until when the place answers, or that it did not.
    clock: String,
}

#[derive(Template)]
#[template(path = "templates/reviews.html")]
struct ReviewsPage {
    page: Page,
    lines: Vec<Line>,
    claims: Vec<ClaimLine>,
    /// Where the claims go on.
    more_claims: Option<String>,
    /// Where the reviews go on.
    more_reviews: Option<String>,
}

pub(crate) async fn reviews_page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    // A page starts anew where it cannot read what to go on behind.
    let after = After::of(&Fields::parse(query.unwrap_or_default().as_bytes())).unwrap_or_default();
    let ((Waiting { reviews, next_review, claims, next_claim, cards }, now), page) = ask
        .app
        .read(&ask, "reviews_page", move |tx, call| Ok((waiting(tx, call, after)?, call.now)))
        .await
        .or_failed(&ask)?;
    let kept = |name: &str, id: Option<String>| id.map(|id| format!("&{name}={id}")).unwrap_or_default();
    let more_claims = next_claim.map(|id| {
        format!("/w/reviews?claims_after={id}{}", kept("after", after.review.map(|id| id.to_string())))
    });
    let more_reviews = next_review.map(|id| {
        format!("/w/reviews?after={id}{}", kept("claims_after", after.claim.map(|id| id.to_string())))
    });
    let page = page.back("/w").tab("worker/reviews");
    let clock = |until: Option<Instant>| match until {
        Some(until) if now >= until => page.t("claims-late"),
        Some(until) => page.ta("claims-until", "day", page.day(until.day().plus(-1))),
        None => String::new(),
    };
    let name = |person| cards.get(&person).map(|card| card.name_masked.clone()).unwrap_or_default();
    let lines = reviews
        .into_iter()
        .map(|(review, grade)| Line {
            id: review.id.to_string(),
            attendance: review.attendance.to_string(),
            name: name(review.person),
            when: page.window(review.from, review.to),
            hours: review.minutes.to_string(),
            grade: grade.word(),
            level: review.level,
        })
        .collect();
    let claims = claims
        .into_iter()
        .map(|claim| ClaimLine {
            attendance: claim.attendance.to_string(),
            name: name(claim.person),
            when: page.window(claim.planned.0, claim.planned.1),
            clock: clock(claim.answer_by),
        })
        .collect();
    Ok(html(StatusCode::OK, &ReviewsPage { page, lines, claims, more_claims, more_reviews }))
}

/// Minutes over the daily limit, as a program reads them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewJson {
    /// Id of the review.
    id: String,
    /// The presence it belongs to.
    attendance: String,
    /// Who, masked.
    name: String,
    /// From when, RFC 3339.
    from: String,
    /// Until when, RFC 3339.
    to: String,
    /// Minutes that wait.
    minutes: i64,
    /// Grade of the presence today.
    grade: String,
    /// `parent`: the place decides; `above`: the level above it.
    level: String,
}

/// A presence that only its person speaks for, as a program reads it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimJson {
    /// The presence.
    attendance: String,
    /// Who, masked.
    name: String,
    /// The planned time, RFC 3339.
    planned_from: String,
    /// The planned time, RFC 3339.
    planned_to: String,
    /// Since when it is claimed, RFC 3339.
    claimed_at: String,
    /// Until when the place answers, RFC 3339; then the level above is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_by: Option<String>,
}

/// What waits for the asker's yes or no.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingJson {
    /// Minutes over the daily limit, the oldest first.
    reviews: Vec<ReviewJson>,
    /// Claims, the oldest first.
    claims: Vec<ClaimJson>,
    /// Give it as `after` for the reviews behind these; absent when these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Give it as `claims_after` for the claims behind these; absent when these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims_next: Option<String>,
}

/// What waits at my places: minutes over the daily limit, and presences that only their person speaks for.
#[utoipa::path(get, path = "/api/v1/reviews", params(
    ("after" = Option<String>, Query, description = "`next` of the page before"),
    ("claims_after" = Option<String>, Query, description = "`claims_next` of the page before")
), responses(
    (status = 200, body = WaitingJson), (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn waiting_api(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let after = After::of(&Fields::parse(query.unwrap_or_default().as_bytes()));
    let after = after.map_err(Into::into).or_failed(&ask)?;
    let (Waiting { reviews, next_review, claims, next_claim, cards }, _) =
        ask.app.read(&ask, "reviews_api", move |tx, call| waiting(tx, call, after)).await.or_failed(&ask)?;
    let name = |person| cards.get(&person).map(|card| card.name_masked.clone()).unwrap_or_default();
    let review = |(review, grade): (Review, Grade)| ReviewJson {
        id: review.id.to_string(),
        attendance: review.attendance.to_string(),
        name: name(review.person),
        from: review.from.rfc3339(),
        to: review.to.rfc3339(),
        minutes: review.minutes.number(),
        grade: grade.word().to_owned(),
        level: review.level,
    };
    let claim = |claim: Claim| ClaimJson {
        attendance: claim.attendance.to_string(),
        name: name(claim.person),
        planned_from: claim.planned.0.rfc3339(),
        planned_to: claim.planned.1.rfc3339(),
        claimed_at: claim.claimed_at.rfc3339(),
        answer_by: claim.answer_by.map(Instant::rfc3339),
    };
    let answer = WaitingJson {
        reviews: reviews.into_iter().map(review).collect(),
        claims: claims.into_iter().map(claim).collect(),
        next: next_review.map(|id| id.to_string()),
        claims_next: next_claim.map(|id| id.to_string()),
    };
    Ok(json(StatusCode::OK, &answer))
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
