//! Finding people and showing a field, for programs of the staff; one's own looks.

use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use kernel::{Id, Person, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Ask, Body, Failed, Fields, OrFailed, Problem, json, secretly};

use super::{Field, Masked, after_of, find_people, looks, masked, reveal};
use crate::Card;

/// A person as others see them.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonCard {
    /// The id.
    id: String,
    /// 李**.
    name_masked: String,
    /// Last four digits of the phone; empty without one.
    phone_last4: String,
    /// The community, twelve digits.
    division: String,
}

impl From<&Card> for PersonCard {
    fn from(card: &Card) -> Self {
        Self {
            id: card.id.to_string(),
            name_masked: card.name_masked.clone(),
            phone_last4: card.phone_last4.clone(),
            division: card.division.to_string(),
        }
    }
}

/// People that were found, at most thirty.
#[derive(Serialize, ToSchema)]
pub(crate) struct People {
    /// The people, in the order in which they came.
    people: Vec<PersonCard>,
    /// Give it as `after` for the next; absent when these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A person as staff see them.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonPage {
    #[serde(flatten)]
    card: PersonCard,
    /// `10-17`, `18-59`, …
    age_band: String,
    /// Kind of document.
    document_kind: String,
    /// Last four characters of its number; of a minor none.
    document_last4: String,
    /// Number of the volunteer.
    volunteer_number: String,
    /// Whether the account waits for its person.
    asleep: bool,
    /// Fields that can be shown with a reason.
    fields: Vec<String>,
}

impl From<Masked> for PersonPage {
    fn from(person: Masked) -> Self {
        Self {
            card: PersonCard::from(&person.card),
            age_band: person.age_band.to_owned(),
            document_kind: person.document_kind,
            document_last4: person.document_last4,
            volunteer_number: person.volunteer_number,
            asleep: person.asleep,
            fields: person.fields.iter().map(|field| field.word().to_owned()).collect(),
        }
    }
}

/// Which field, and why.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RevealBody {
    /// `name`, `phone`, `document`, `birth_day`, `address` or `guardian_phone`.
    field: String,
    /// At least four characters; the person can read it.
    reason: String,
}

/// The field in clear.
#[derive(Serialize, ToSchema)]
pub(crate) struct Revealed {
    /// Which.
    field: String,
    /// What it says.
    value: String,
}

/// One look at one's own fields.
#[derive(Serialize, ToSchema)]
pub(crate) struct LookAnswer {
    /// When, RFC 3339.
    at: String,
    /// Which field.
    field: String,
    /// Why.
    reason: String,
    /// Who looked, masked.
    by: Option<String>,
}

/// Who looked at one's own fields.
#[derive(Serialize, ToSchema)]
pub(crate) struct Looks {
    /// The last first.
    looks: Vec<LookAnswer>,
}

#[utoipa::path(get, path = "/api/v1/people", params(("q" = String, Query, description = "Beginning of the name, pinyin initials, or four digits of the phone"),
    ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = People), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn find(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes());
    let query = typed.text("q").to_owned();
    let after = after_of(&typed).map_err(Into::into).or_failed(&ask)?;
    let (found, _) = ask
        .app
        .read(&ask, "people_api", move |tx, call| find_people(tx, call, &query, after))
        .await
        .or_failed(&ask)?;
    let people = found.people.iter().map(PersonCard::from).collect();
    Ok(json(StatusCode::OK, &People { people, next: found.next.map(|after| after.to_string()) }))
}

fn id(ask: &Ask, text: &str) -> Result<Id<Person>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

#[utoipa::path(get, path = "/api/v1/people/{id}", params(("id" = String, Path)),
    responses((status = 200, body = PersonPage), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn person(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let (person, _) =
        ask.app.read(&ask, "person_api", move |tx, call| masked(tx, call, id)).await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &PersonPage::from(person)))
}

#[utoipa::path(post, path = "/api/v1/people/{id}/reveals", request_body = RevealBody,
    params(("id" = String, Path), ("idempotency-key" = String, Header, description = "Any text; a repetition is not answered twice")),
    responses((status = 200, body = Revealed), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn reveals(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<RevealBody>,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let wish = body.value;
    let value = secretly(&ask, "person_reveal", body.digest, move |tx, call| {
        let field =
            Field::from_word(&wish.field).ok_or_else(|| Refusal::invalid("field", "field-unknown"))?;
        Ok(Revealed { field: wish.field.clone(), value: reveal(tx, call, id, field, &wish.reason)? })
    })
    .await
    .or_failed(&ask)?;
    Ok(json(StatusCode::OK, &value))
}

#[utoipa::path(get, path = "/api/v1/me/looks",
    responses((status = 200, body = Looks), (status = 401, body = Problem)))]
pub(crate) async fn own(ask: Ask) -> Result<Response, Failed> {
    let (rows, _) = ask.app.read(&ask, "looks_api", looks).await.or_failed(&ask)?;
    let answer = |look: super::Look| LookAnswer {
        at: look.at.rfc3339(),
        field: look.field.word().to_owned(),
        reason: look.reason,
        by: look.by.map(|card| card.name_masked),
    };
    Ok(json(StatusCode::OK, &Looks { looks: rows.into_iter().map(answer).collect() }))
}
