//! Stations over the API.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use kernel::{DivisionCode, FieldRefusal, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use super::{Contact, Function, NewStation, Station, StationKind};

/// A station to record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StationBody {
    /// Code of the division it serves.
    division: String,
    /// Its name, at most 80 characters, as all texts here.
    name: String,
    /// `community`, `party_member`, `youth` or `training_base`.
    kind: String,
    /// Of `needs`, `projects`, `training`, `activities`, `records`, `display`; one at least.
    functions: Vec<String>,
    /// Street and number, in words.
    address: String,
    /// As it is dialled.
    phone: String,
    /// Opening hours in words.
    opening_hours: String,
}

/// A station to change.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StationChange {
    /// The version that was looked at.
    version: i64,
    /// As it is from now on.
    station: StationBody,
}

/// A station as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StationView {
    id: String,
    division: String,
    name: String,
    kind: String,
    functions: Vec<String>,
    address: String,
    phone: String,
    opening_hours: String,
    version: i64,
}

impl From<Station> for StationView {
    fn from(station: Station) -> Self {
        let Station { id, recorded, version } = station;
        Self {
            id: id.to_string(),
            division: recorded.division.to_string(),
            name: recorded.name,
            kind: recorded.kind.word().to_owned(),
            functions: recorded.functions.iter().map(|one| one.word().to_owned()).collect(),
            address: recorded.contact.address,
            phone: recorded.contact.phone,
            opening_hours: recorded.contact.opening_hours,
            version,
        }
    }
}

impl StationBody {
    /// As typed things, or every member that is wrong.
    fn parse(&self) -> Result<NewStation, Refusal> {
        let contact = Contact {
            address: self.address.clone(),
            phone: self.phone.clone(),
            opening_hours: self.opening_hours.clone(),
        };
        let functions = self.functions.iter().map(String::as_str);
        parse(&self.division, &self.kind, functions, self.name.clone(), contact)
    }
}

/// Reads what is chosen rather than written, and names everything that is wrong; shared with the form.
pub(super) fn parse<'t>(
    division: &str,
    kind: &str,
    functions: impl Iterator<Item = &'t str>,
    mut name: String,
    mut contact: Contact,
) -> Result<NewStation, Refusal> {
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    let division = DivisionCode::parse(division);
    if division.is_err() {
        wrong.extend(Refusal::invalid("division", "place-code").fields);
    }
    let kind = StationKind::from_word(kind);
    if kind.is_none() {
        wrong.extend(Refusal::invalid("kind", "station-kind").fields);
    }
    let functions: Option<Vec<Function>> = functions.map(Function::from_word).collect();
    if functions.is_none() {
        wrong.extend(Refusal::invalid("functions", "station-functions").fields);
    }
    match (division, kind, functions) {
        (Ok(division), Some(kind), Some(functions)) => {
            Ok(NewStation { division, name, kind, functions, contact })
        }
        (_, _, functions) => {
            if functions.is_some_and(|functions| functions.is_empty()) {
                wrong.extend(Refusal::invalid("functions", "station-functions-missing").fields);
            }
            wrong.extend(super::wrong_texts(&mut name, &mut contact));
            Err(Refusal::fields(wrong))
        }
    }
}

/// Records a station.
#[utoipa::path(post, path = "/api/v1/stations", request_body = StationBody,
    params(("idempotency-key" = String, Header, description = "the same key counts once")),
    responses((status = 201, body = StationView), (status = "4XX", body = Problem)))]
pub(crate) async fn create(ask: Ask, body: Body<StationBody>) -> Result<Response, Failed> {
    let typed = body.value;
    let answer = ask
        .app
        .command(&ask, "station_create", None, body.digest, move |tx, call| {
            let id = super::create_station(tx, call, typed.parse()?)?;
            let made = StationView::from(super::station(tx, id)?);
            Ok(Answer::json(201, &serde_json::json!(made)))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

/// Changes a station.
#[utoipa::path(post, path = "/api/v1/stations/{id}", request_body = StationChange,
    params(("id" = String, Path), ("idempotency-key" = String, Header, description = "the same key counts once")),
    responses((status = 200, body = StationView), (status = "4XX", body = Problem)))]
pub(crate) async fn change(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<StationChange>,
) -> Result<Response, Failed> {
    let typed = body.value;
    let answer = ask
        .app
        .command(&ask, "station_change", None, body.digest, move |tx, call| {
            let id = id.parse().map_err(|_| Refusal::missing())?;
            super::change_station(tx, call, id, typed.version, typed.station.parse()?)?;
            let now = StationView::from(super::station(tx, id)?);
            Ok(Answer::json(200, &serde_json::json!(now)))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}
