//! From what an auditor holds in hand to the evidence: the code or the number of a certificate, the id of a record, or the
//! number on a volunteer's card.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use db::{Outcome, Tx};
use hours::{Counted, ServiceRecord, find_record, newest_services};
use journal::Call;
use kernel::{Action, Id, Minutes, Person, Refusal};
use people::{Card, is_volunteer_number, look_at_evidence, volunteer_by_number};
use recognition::{Standing, Statement, district_of_number};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, Fields, OrFailed, Page, Problem, html, json};

/// Records of a volunteer that are looked through; those of the asker's places are shown.
const RECORDS_MAX: usize = 200;

/// Where something leads.
#[derive(Debug)]
enum Found {
    /// The whole chain behind a record.
    Record(Id<ServiceRecord>),
    /// Nothing by itself: a presence, or the code of a certificate.
    Elsewhere,
    /// The records of a volunteer.
    Volunteer(Volunteer),
    /// What bears the number of a certificate.
    Certificates(Vec<(Statement, Standing)>),
}

/// A volunteer of the asker's places, with their records there.
#[derive(Debug)]
pub struct Volunteer {
    /// Masked.
    pub card: Card,
    /// Services in the asker's places as they count today, the newest day first.
    pub services: Vec<Counted>,
}

/// The volunteer with this number who lives in the asker's places, with what they served there. The look is noted down, and
/// the person sees it.
///
/// # Errors
/// 404 when there is nobody.
pub fn volunteer(tx: &mut Tx<'_>, call: &Call, number: &str) -> Outcome<Volunteer> {
    let mut person: Option<Id<Person>> = None;
    for range in call.actor.scope(Action::Audit) {
        if person.is_none() {
            person = volunteer_by_number(tx, &range, number)?;
        }
    }
    let person = person.ok_or_else(Refusal::missing)?;
    look_at_evidence(tx, call, person)?;
    let card = people::cards(tx, &[person])?.remove(&person).ok_or_else(Refusal::missing)?;
    let mut services = newest_services(tx, person, RECORDS_MAX)?;
    services.retain(|one| call.actor.may(Action::Audit, one.record.division));
    Ok(Volunteer { card, services })
}

/// What bears this number of a certificate and speaks of the asker's places. The look is noted down, and the person sees it.
///
/// # Errors
/// 404 when there is none.
fn certificates(tx: &mut Tx<'_>, call: &Call, number: &str) -> Outcome<Vec<(Statement, Standing)>> {
    let found = recognition::numbered(tx, call, number)?;
    if found.is_empty() {
        return Err(Refusal::missing().into());
    }
    for (statement, _) in &found {
        look_at_evidence(tx, call, statement.person)?;
    }
    Ok(found)
}

fn find(tx: &mut Tx<'_>, call: &Call, typed: &str) -> Outcome<Found> {
    if let Ok(id) = typed.parse::<Id<ServiceRecord>>() {
        return Ok(match find_record(tx, id)? {
            Some(_) => Found::Record(id),
            None => Found::Elsewhere,
        });
    }
    if district_of_number(typed).is_some() {
        return Ok(Found::Certificates(certificates(tx, call, typed)?));
    }
    let number = typed.to_ascii_uppercase();
    if is_volunteer_number(&number) {
        return Ok(Found::Volunteer(volunteer(tx, call, &number)?));
    }
    Ok(Found::Elsewhere)
}

#[derive(Template)]
#[template(path = "find/templates/found.html")]
struct FoundPage {
    page: Page,
    /// Whose, or which certificate; empty before anything was asked.
    whose: String,
    lines: Vec<Line>,
}

struct Line {
    href: String,
    when: String,
    what: String,
    hours: String,
    grade: &'static str,
}

/// Leads to the evidence. What is neither a record nor a volunteer's number is the code of a certificate, whose page says
/// what is wrong with it and shows an auditor the way on.
pub(crate) async fn find_page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes()).text("q").to_owned();
    let asked = typed.clone();
    let looked = ask.app.look(&ask, "audit_find", move |tx, call| {
        if asked.is_empty() { Ok(None) } else { find(tx, call, &asked).map(Some) }
    });
    let (found, page) = looked.await.or_failed(&ask)?;
    let page = page.back("/x").tab("audit/alarms");
    match found {
        None => Ok(html(StatusCode::OK, &FoundPage { page, whose: String::new(), lines: Vec::new() })),
        Some(Found::Record(id)) => Ok(Redirect::to(&format!("/x/hours/{id}")).into_response()),
        Some(Found::Elsewhere) => Ok(Redirect::to(&elsewhere(&typed)).into_response()),
        Some(Found::Volunteer(Volunteer { card, services })) => {
            let line = |one: &Counted| Line {
                href: format!("/x/hours/{}", one.record.id),
                when: page.window(one.record.from, one.record.to),
                what: page.tw("category-", &one.record.category),
                hours: one.minutes().to_string(),
                grade: one.record.grade.word(),
            };
            let lines = services.iter().map(line).collect();
            let name = format!("{} ****{}", card.name_masked, card.phone_last4);
            let whose = page.tb("find-whose", "number", typed, "name", name);
            Ok(html(StatusCode::OK, &FoundPage { page, whose, lines }))
        }
        Some(Found::Certificates(found)) => {
            let whose: Vec<String> = found.iter().map(|one| certificate_words(&page, one)).collect();
            let line = |one: &recognition::Line| Line {
                href: format!("/x/hours/{}", one.record),
                when: page.window(one.from, one.to),
                what: page.tw("category-", &one.category),
                hours: one.grades.values().copied().map(Minutes).sum::<Minutes>().to_string(),
                grade: "",
            };
            let lines = found.iter().flat_map(|(statement, _)| statement.lines.iter().map(line)).collect();
            Ok(html(StatusCode::OK, &FoundPage { page, whose: whose.join("　"), lines }))
        }
    }
}

/// Which certificate, whose, and whether it still stands.
fn certificate_words(page: &Page, (statement, standing): &(Statement, Standing)) -> String {
    let key = match standing {
        Standing::Stands => "find-certificate",
        Standing::Revoked => "find-certificate-revoked",
        Standing::Tampered => "find-certificate-tampered",
    };
    page.tb(key, "number", statement.number.as_str(), "name", statement.name_masked.as_str())
}

/// Where a presence or the code of a certificate is looked at.
fn elsewhere(typed: &str) -> String {
    if typed.parse::<Id<ServiceRecord>>().is_ok() {
        return format!("/x/presences/{typed}");
    }
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let code: String = typed.chars().filter(plain).take(80).collect();
    format!("/verify?code={code}")
}

/// A record of a volunteer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VolunteerRecord {
    /// The first record of the service; `/api/v1/records/{id}/evidence` has everything behind it.
    record: String,
    /// The day.
    day: String,
    /// Word of the category.
    category: String,
    /// Whole minutes: of a volunteer those that count today, of a certificate those that it names.
    minutes: i64,
    /// `a` to `d`, as it was first recorded; absent for a certificate, which has minutes of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<&'static str>,
}

/// What a volunteer served in the asker's places, or what of it a certificate names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VolunteerRecords {
    /// Masked.
    name: String,
    /// The newest day first.
    records: Vec<VolunteerRecord>,
}

/// What a volunteer of one's places served there, by their number, or what a certificate names, by its number. The look is
/// noted down, and the person sees it.
#[utoipa::path(get, path = "/api/v1/audit/records",
    params(("number" = String, Query, description = "The volunteer's number, ten characters; or that of a certificate, 19 digits")), responses((status = 200, body = VolunteerRecords),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn find_api(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let number = Fields::parse(query.unwrap_or_default().as_bytes()).text("number").to_ascii_uppercase();
    let looked = ask.app.look(&ask, "audit_find_api", move |tx, call| {
        if district_of_number(&number).is_some() {
            return Ok(of_certificates(certificates(tx, call, &number)?));
        }
        volunteer(tx, call, &number).map(of_volunteer)
    });
    let (found, _) = looked.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &found))
}

fn of_volunteer(found: Volunteer) -> VolunteerRecords {
    let record = |one: &Counted| VolunteerRecord {
        record: one.record.id.to_string(),
        day: one.record.day.to_string(),
        category: one.record.category.clone(),
        minutes: Minutes::number(one.minutes()),
        grade: Some(one.record.grade.word()),
    };
    VolunteerRecords { name: found.card.name_masked, records: found.services.iter().map(record).collect() }
}

fn of_certificates(found: Vec<(Statement, Standing)>) -> VolunteerRecords {
    let record = |one: &recognition::Line| VolunteerRecord {
        record: one.record.to_string(),
        day: one.day.to_string(),
        category: one.category.clone(),
        minutes: one.grades.values().sum(),
        grade: None,
    };
    let name = found.first().map(|(statement, _)| statement.name_masked.clone()).unwrap_or_default();
    let records = found.iter().flat_map(|(statement, _)| statement.lines.iter().map(record)).collect();
    VolunteerRecords { name, records }
}
