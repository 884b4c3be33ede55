//! Public notices for programs.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Day, DivisionCode, FieldRefusal, Instant, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed, Problem};

use super::{NewNotice, NoticeCard, Read, Unnamed, notices, put_up, read_notice, take_down};

/// A notice; days as `2026-12-31`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeJson {
    id: String,
    /// Code of the area.
    division: String,
    /// First day of service.
    first: String,
    /// Last day of service.
    last: String,
    /// Last day on which it is up.
    until: String,
    /// RFC 3339.
    put_up_at: String,
    /// RFC 3339; absent unless it was taken down before its time.
    taken_down_at: Option<String>,
    /// Why it was taken down; empty otherwise.
    reason: String,
}

impl NoticeJson {
    fn new(card: NoticeCard) -> Self {
        Self {
            id: card.id.to_string(),
            division: card.about.division.to_string(),
            first: card.about.first.to_string(),
            last: card.about.last.to_string(),
            until: card.about.until.to_string(),
            put_up_at: card.put_up_at.rfc3339(),
            taken_down_at: card.taken_down_at.map(Instant::rfc3339),
            reason: card.reason,
        }
    }
}

/// What one volunteer served, who agreed to be named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedJson {
    /// Masked.
    name: String,
    /// Last four characters of the volunteer's number.
    number_end: String,
    services: i64,
    minutes: i64,
    /// Of these, minutes of grades A and B.
    witnessed_minutes: i64,
}

/// What a notice shows now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingJson {
    named: Vec<NamedJson>,
    /// Whether anybody served who is not named.
    has_unnamed: bool,
    /// How many are not named; absent while they are few.
    unnamed: Option<usize>,
    /// What they served; absent while they are few.
    unnamed_minutes: Option<i64>,
}

/// A notice and what it shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeDetail {
    #[serde(flatten)]
    notice: NoticeJson,
    is_up: bool,
    /// Absent once it is over, but for the staff of the area.
    listing: Option<ListingJson>,
}

impl NoticeDetail {
    fn new(read: Read) -> Self {
        let listing = read.listing.map(|listing| {
            let counted = match listing.unnamed {
                Unnamed::Nobody => Some((0, 0)),
                Unnamed::Few => None,
                Unnamed::Counted { people, minutes } => Some((people, minutes.number())),
            };
            let (unnamed, unnamed_minutes) = counted.unzip();
            let line = |one: super::NamedLine| NamedJson {
                name: one.name,
                number_end: one.number_end,
                services: one.services,
                minutes: one.minutes.number(),
                witnessed_minutes: one.witnessed.number(),
            };
            ListingJson {
                has_unnamed: listing.unnamed != Unnamed::Nobody,
                named: listing.named.into_iter().map(line).collect(),
                unnamed,
                unnamed_minutes,
            }
        });
        Self { notice: NoticeJson::new(read.card), is_up: read.is_up, listing }
    }
}

/// The area that was asked for, or this installation's.
pub(super) fn area(query: Option<&str>, installation: DivisionCode) -> Result<DivisionCode, Refusal> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let area = asked.given("division").map_or(Ok(installation), DivisionCode::parse);
    area.map_err(|_| Refusal::invalid("division", "notice-area"))
}

/// Notices of an area that are up.
#[utoipa::path(get, path = "/api/v1/notices", params(
    ("division" = Option<String>, Query, description = "code of an area; this installation's when left out")
), responses((status = 200, body = Vec<NoticeJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let area = area(query.as_deref(), ask.app.place().division).map_err(Failure::from).or_failed(&ask)?;
    let (up, _) = ask
        .app
        .read(&ask, "notice_list_api", move |tx, call| notices(tx, call, area))
        .await
        .or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &up.into_iter().map(NoticeJson::new).collect::<Vec<_>>()))
}

/// A notice and what it shows now.
#[utoipa::path(get, path = "/api/v1/notices/{id}", params(("id" = String, Path)),
    responses((status = 200, body = NoticeDetail),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn detail(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (read, _) =
        ask.app.read(&ask, "notice_api", move |tx, call| read_notice(tx, call, id)).await.or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &NoticeDetail::new(read)))
}

/// A notice to be put up; days as `2026-12-31`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct NewNoticeJson {
    /// Code of a district or of a part of one.
    pub(super) division: String,
    /// First day of service.
    pub(super) first: String,
    /// Last day of service.
    pub(super) last: String,
    /// Last day on which it is up, seven days from today at the earliest.
    pub(super) until: String,
}

impl NewNoticeJson {
    /// What is meant, or everything that cannot be read.
    pub(super) fn read(&self) -> Result<NewNotice, Refusal> {
        let mut wrong: Vec<FieldRefusal> = Vec::new();
        let division = DivisionCode::parse(&self.division);
        if division.is_err() {
            wrong.extend(Refusal::invalid("division", "notice-area").fields);
        }
        let mut day = |field, text: &str| {
            let day = text.parse::<Day>();
            if day.is_err() {
                wrong.extend(Refusal::invalid(field, "day-unknown").fields);
            }
            day
        };
        let days = (day("first", &self.first), day("last", &self.last), day("until", &self.until));
        match (division, days) {
            (Ok(division), (Ok(first), Ok(last), Ok(until))) => {
                Ok(NewNotice { division, first, last, until })
            }
            _ => Err(Refusal::fields(wrong)),
        }
    }
}

/// Puts a notice up.
#[utoipa::path(post, path = "/api/v1/notices", request_body = NewNoticeJson,
    params(("idempotency-key" = String, Header)), responses((status = 201, description = "`{id}`"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn make(ask: Ask, body: Body<NewNoticeJson>) -> Result<Response, Failed> {
    let typed = body.value;
    let answer = ask
        .app
        .command(&ask, "notice_put_up", None, body.digest, move |tx, call| {
            let id = put_up(tx, call, &typed.read()?)?;
            Ok(Answer::json(201, &json!({ "id": id.to_string() })))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

/// Why a notice is taken down.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct DownJson {
    /// Stands on the notice; it names nobody.
    reason: String,
}

/// Takes a notice down before its time.
#[utoipa::path(post, path = "/api/v1/notices/{id}/down", request_body = DownJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, description = "`{state}`: `down`"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn down(ask: Ask, Path(id): Path<String>, body: Body<DownJson>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let typed = body.value;
    let answer = ask
        .app
        .command(&ask, "notice_take_down", None, body.digest, move |tx, call| {
            take_down(tx, call, id, &typed.reason)?;
            Ok(Answer::json(200, &json!({ "state": "down" })))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}
