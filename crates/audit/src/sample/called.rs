//! `/w/called`: what those who may put hours right are told of the calls.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use db::{Outcome, Span, Tx};
use hours::Attendance;
use journal::Call;
use kernel::{Action, DivisionCode, Id, Instant, Minutes, Person};
use people::Card;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, Fields, OrFailed, Page, Problem, html, json};

use super::{Answer, OutcomeId, store};

/// Services on one page.
const DOUBTED_SHOWN: usize = 30;

/// A service of which somebody said to an auditor that it is on record wrongly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubted {
    /// Id of what the call came to.
    pub id: Id<OutcomeId>,
    /// Other hours, or not there.
    pub answer: Answer,
    /// How long it was said to have taken.
    pub said: Option<Minutes>,
    /// The auditor's words.
    pub note: String,
    /// When it was entered.
    pub at: Instant,
    /// The presence.
    pub attendance: Id<Attendance>,
    /// Who served.
    pub person: Id<Person>,
    /// From when until when.
    pub served: (Instant, Instant),
    /// Minutes on record when the sample was drawn.
    pub recorded: Minutes,
    /// Minutes on record now.
    pub now: Minutes,
    /// Where.
    pub division: DivisionCode,
}

/// Doubted services with the cards of their people, and before which the list goes on.
pub type DoubtedList = (Vec<Doubted>, BTreeMap<Id<Person>, Card>, Option<Id<OutcomeId>>);

/// The services in the asker's places of which somebody said to an auditor that they are on record wrongly, the newest
/// first, those before `before`; one's own are left out. One statement an area.
///
/// # Errors
/// A fault.
pub fn doubted(tx: &mut Tx<'_>, call: &Call, before: Option<Id<OutcomeId>>) -> Outcome<DoubtedList> {
    let most = i64::try_from(DOUBTED_SHOWN + 1).unwrap_or(i64::MAX);
    let mut all: Vec<Doubted> = Vec::new();
    for range in call.actor.scope(Action::ReviewHours) {
        all.extend(store::doubted(tx, Span::of_range(&range), before, most)?);
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.id));
    all.dedup_by_key(|one| one.id);
    let next = all.get(DOUBTED_SHOWN - 1).filter(|_| all.len() > DOUBTED_SHOWN).map(|one| one.id);
    all.truncate(DOUBTED_SHOWN);
    all.retain(|one| call.actor.person != Some(one.person));
    let people: Vec<Id<Person>> = all.iter().map(|one| one.person).collect();
    let cards = people::cards(tx, &people)?;
    Ok((all, cards, next))
}

fn before(query: Option<String>) -> Option<Id<OutcomeId>> {
    // A page starts anew where it cannot read what to go on behind.
    Fields::parse(query.unwrap_or_default().as_bytes()).given("before").and_then(|text| text.parse().ok())
}

#[derive(Template)]
#[template(path = "sample/templates/called.html")]
struct CalledPage {
    page: Page,
    lines: Vec<Line>,
    more: Option<String>,
}

struct Line {
    name: String,
    when: String,
    said: String,
    /// What is on record now, where it is not what it was.
    mended: Option<String>,
    note: String,
    href: String,
}

pub(crate) async fn called_page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let before = before(query);
    let read = ask.app.read(&ask, "called_page", move |tx, call| doubted(tx, call, before));
    let ((all, cards, next), page) = read.await.or_failed(&ask)?;
    let line = |one: &Doubted| Line {
        name: cards.get(&one.person).map(|card| card.name_masked.clone()).unwrap_or_default(),
        when: page.window(one.served.0, one.served.1),
        said: match one.said {
            Some(said) => {
                page.tb("called-other", "said", said.to_string(), "hours", one.recorded.to_string())
            }
            None => page.ta("called-not-there", "hours", one.recorded.to_string()),
        },
        mended: (one.now != one.recorded).then(|| page.ta("called-mended", "hours", one.now.to_string())),
        note: one.note.clone(),
        href: format!("/v/hours/{}", one.attendance),
    };
    let lines = all.iter().map(line).collect();
    let more = next.map(|id| format!("/w/called?before={id}"));
    Ok(html(StatusCode::OK, &CalledPage { page: page.back("/w").tab("worker/called"), lines, more }))
}

/// A service that somebody said is on record wrongly.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoubtedService {
    /// Id of what the call came to.
    id: String,
    /// `other_hours` or `not_there`.
    outcome: &'static str,
    /// Whole minutes it was said to have taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes_said: Option<i64>,
    /// The presence; its page shows the evidence, and corrects.
    attendance: String,
    /// Whole minutes on record when the sample was drawn.
    minutes_recorded: i64,
    /// Whole minutes on record now.
    minutes_now: i64,
    /// When it was entered, RFC 3339.
    at: String,
}

/// Services that somebody said are on record wrongly.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoubtedServices {
    /// The newest first.
    services: Vec<DoubtedService>,
    /// Give it as `before` for the next; absent when these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The services of one's places that somebody, called by an auditor, said are on record wrongly.
#[utoipa::path(get, path = "/api/v1/called",
    params(("before" = Option<String>, Query, description = "`next` of the page before")), responses(
    (status = 200, body = DoubtedServices), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn called_api(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let before = before(query);
    let read = ask.app.read(&ask, "called_api", move |tx, call| doubted(tx, call, before));
    let ((all, _, next), _) = read.await.or_failed(&ask)?;
    let service = |one: Doubted| DoubtedService {
        id: one.id.to_string(),
        outcome: one.answer.word(),
        minutes_said: one.said.map(Minutes::number),
        attendance: one.attendance.to_string(),
        minutes_recorded: one.recorded.number(),
        minutes_now: one.now.number(),
        at: one.at.rfc3339(),
    };
    let services = all.into_iter().map(service).collect();
    Ok(json(StatusCode::OK, &DoubtedServices { services, next: next.map(|id| id.to_string()) }))
}
