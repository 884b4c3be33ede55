//! The whole chain behind a record, for an auditor: every signal with both clocks, the rule of the grade, every change,
//! and where the journal holds it. It is read only, and each look is noted down.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use db::{Outcome, Tx, params};
use journal::{Call, Linked};
use kernel::{Action, Id, Instant, Minutes, Person, Refusal};
use places::Edition;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Page, html, json};

use crate::{
    Attendance, Evidence, Grade, RecordLine, ServiceRecord, Source,
    imported::origin,
    location::LocationHint,
    policy::policy_and_tree,
    presence::{Presence, evidence_and_presence, load},
    rules::{By, ByRules, by, short},
};

/// One signal, as an auditor reads it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditedSignal {
    /// `arrived`, `left`, `served` or `denied`.
    pub kind: String,
    /// By what it was given.
    pub source: String,
    /// `self`, or `other` than who served.
    pub witness_kind: String,
    /// Who gave it: an id.
    pub witness: String,
    /// The same number for the same witness, from 1.
    pub witness_number: usize,
    /// Whether it counts as given by somebody else who was there at the time.
    pub on_site: bool,
    /// The device it was given with, in hexadecimal; empty where there is none.
    pub device: String,
    /// The time it speaks of, RFC 3339.
    pub at: String,
    /// When it reached the server, RFC 3339.
    pub entered_at: String,
    #[serde(skip)]
    times: (Instant, Instant),
}

/// One record of the chain.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditedRecord {
    /// Its id.
    pub id: String,
    /// `service`, `correction` or `regrade`.
    pub kind: String,
    /// Whole minutes; negative where they are taken back.
    pub minutes: i64,
    /// `a` to `d`.
    pub grade: String,
    /// From when, RFC 3339.
    pub from: String,
    /// Until when, RFC 3339.
    pub to: String,
    /// Number of the rule set it was counted by.
    pub policy: i64,
    /// Who put it on record: an id.
    pub recorded_by: String,
    /// When, RFC 3339.
    pub recorded_at: String,
    #[serde(skip)]
    at: Instant,
}

/// The line of a sheet that an hour was brought in with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditedOrigin {
    /// SHA-256 of the file, in hexadecimal.
    pub file: String,
    /// The line in it, as a spreadsheet counts.
    pub line: i64,
    /// What was done, in its words.
    pub what: String,
    /// The unit that recorded it.
    pub unit: String,
}

/// Where the journal holds a step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditedEvent {
    /// The district whose chain it is in.
    pub district: u32,
    /// Its place in the chain.
    pub seq: i64,
    /// What happened.
    pub kind: String,
    /// When, RFC 3339.
    pub at: String,
    /// When it was sealed, RFC 3339.
    pub sealed_at: String,
    /// Its link in the chain, in hexadecimal.
    pub digest: String,
    #[serde(skip)]
    sealed: Instant,
}

/// Everything that speaks for a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Audited {
    /// The record that was asked for.
    pub record: String,
    /// The presence it belongs to.
    pub attendance: String,
    /// Who served: an id.
    pub person: String,
    /// Where, twelve digits.
    pub division: String,
    /// The day, `2026-03-09`.
    pub day: String,
    /// Word of the category.
    pub category: String,
    /// The planned time, RFC 3339.
    pub planned_from: String,
    /// The planned time, RFC 3339.
    pub planned_to: String,
    /// `open`, `recorded` or `denied`.
    pub state: String,
    /// Minutes of the day that count today.
    pub minutes: i64,
    /// The grade on record; its rule is that of the same letter.
    pub grade: String,
    /// The grade that all signals together are worth by the rule; a grade on record is never lowered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade_by_signals: Option<String>,
    /// What the person's phone said of being near the meeting point, where they let it: it decides nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub location_hints: Vec<LocationHint>,
    /// The engagement whose paper sheet speaks for it; its photographs are looked at there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet_of: Option<String>,
    /// By which rules the record was counted.
    pub by: ByRules,
    #[serde(skip)]
    tree: Edition,
    /// Minutes round the planned time in which a signal counts as given at the time.
    pub grace_minutes: i64,
    /// Minutes after it in which a paper sheet or a resident's nod does.
    pub sheet_minutes: i64,
    /// Where it comes from, when a sheet brought it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<AuditedOrigin>,
    /// Every signal, in the order in which they came in.
    pub signals: Vec<AuditedSignal>,
    /// Every record of the day that belongs to this presence, in the order in which they were made.
    pub records: Vec<AuditedRecord>,
    /// What the journal holds of the presence and its records; what is not sealed yet is on its way.
    pub journal: Vec<AuditedEvent>,
    #[serde(skip)]
    planned: (Instant, Instant),
}

/// The records of the same presence and day as `id`, whose they are, and the text of the rules that `id` was counted by; one
/// statement.
fn chain(tx: &mut Tx<'_>, id: Id<ServiceRecord>) -> Outcome<(Id<Person>, Vec<RecordLine>, Option<String>)> {
    let (mut person, mut rules, mut lines) = (None, None, Vec::new());
    tx.each(
        "SELECT l.person, (SELECT s.rules FROM rule_set s WHERE s.district = r.district AND s.number = r.policy), l.id, l.attendance, l.division, l.category, l.day, l.from_at, l.to_at, l.minutes, l.grade, l.kind,
             l.corrects, l.policy, l.recorded_by, l.recorded_at, l.engagement
         FROM service_record r
         JOIN service_record l ON l.district = r.district AND l.person = r.person AND l.day = r.day
             AND l.attendance = r.attendance
         WHERE r.district = $1 AND r.id = $2 ORDER BY l.recorded_at, l.id",
        params![id.district(), id],
        |row| {
            (person, rules) = (Some(row.take()?), row.take()?);
            lines.push(db::FromRow::from_row(row)?);
            Ok(())
        },
    )?;
    Ok((person.ok_or_else(Refusal::missing)?, lines, rules))
}

/// The chain behind a record, for an auditor of the place where it was served. The look is noted down.
///
/// # Errors
/// 404 for a record of another place, or none.
pub fn audited(tx: &mut Tx<'_>, call: &Call, id: Id<ServiceRecord>) -> Outcome<Audited> {
    let (person, lines, rules) = chain(tx, id)?;
    let line = lines.iter().find(|line| line.id == id).ok_or_else(Refusal::missing)?;
    if !call.actor.may(Action::Audit, line.division) {
        return Err(Refusal::missing().into());
    }
    people::look_at_evidence(tx, call, person)?;
    let (presence, signals) = evidence_and_presence(tx, line.attendance)?;
    let (policy, decided, tree) = policy_and_tree(tx, presence.division, presence.planned.0.day())?;
    let by = ByRules::of(line.policy, rules.as_deref(), &decided);
    let setting = policy.setting(&presence);
    let mut witnesses: Vec<Id<Person>> = Vec::new();
    let mut number = |who: Id<Person>| {
        let at = witnesses.iter().position(|one| *one == who).unwrap_or_else(|| {
            witnesses.push(who);
            witnesses.len() - 1
        });
        at + 1
    };
    let signal = |one: &Evidence| AuditedSignal {
        kind: one.kind.word().to_owned(),
        source: one.source.word().to_owned(),
        witness_kind: if one.witness == person { "self" } else { "other" }.to_owned(),
        witness: one.witness.to_string(),
        witness_number: number(one.witness),
        on_site: setting.is_on_site(one),
        device: vault::hex(&one.device),
        at: one.at.rfc3339(),
        entered_at: one.entered_at.rfc3339(),
        times: (one.at, one.entered_at),
    };
    let origin = if presence.is_imported() { origin(tx, presence.engagement)? } else { None };
    let origin = origin.map(|origin| AuditedOrigin {
        file: vault::hex(&origin.file),
        line: origin.line,
        what: origin.what,
        unit: origin.unit,
    });
    Ok(Audited {
        origin,
        record: id.to_string(),
        attendance: line.attendance.to_string(),
        person: person.to_string(),
        division: line.division.to_string(),
        day: line.day.to_string(),
        category: line.category.clone(),
        planned_from: presence.planned.0.rfc3339(),
        planned_to: presence.planned.1.rfc3339(),
        minutes: lines.iter().map(|line| line.minutes).sum::<Minutes>().number(),
        grade: presence.grade.unwrap_or(line.grade).word().to_owned(),
        sheet_of: signals
            .iter()
            .any(|one| one.source == Source::Paper)
            .then(|| presence.engagement.to_string()),
        location_hints: LocationHint::all(presence.hints),
        grade_by_signals: setting.grade(&signals).map(|grade: Grade| grade.word().to_owned()),
        by,
        tree,
        grace_minutes: policy.grace.number(),
        sheet_minutes: policy.sheet.number(),
        signals: signals.iter().map(signal).collect(),
        journal: sealed(tx, &presence, &lines)?,
        records: lines.iter().map(AuditedRecord::from).collect(),
        planned: presence.planned,
        state: presence.state,
    })
}

impl From<&RecordLine> for AuditedRecord {
    fn from(line: &RecordLine) -> Self {
        Self {
            id: line.id.to_string(),
            kind: line.kind.word().to_owned(),
            minutes: line.minutes.number(),
            grade: line.grade.word().to_owned(),
            from: line.from.rfc3339(),
            to: line.to.rfc3339(),
            policy: line.policy,
            recorded_by: line.recorded_by.to_string(),
            recorded_at: line.recorded_at.rfc3339(),
            at: line.recorded_at,
        }
    }
}

/// What the journals of both districts hold: one statement where they are the same.
fn sealed(tx: &mut Tx<'_>, presence: &Presence, lines: &[RecordLine]) -> Outcome<Vec<AuditedEvent>> {
    let (here, home) = (presence.id.district(), presence.person.district());
    let mut subjects: Vec<Id<Attendance>> = lines.iter().map(|line| line.id.cast()).collect();
    let mut found: Vec<Linked> = Vec::new();
    if here == home {
        subjects.push(presence.id);
    } else {
        found.extend(journal::events_of(tx, here, &[presence.id])?);
    }
    found.extend(journal::events_of(tx, home, &subjects)?);
    found.sort_by_key(|linked| (linked.event.at, linked.event.seq));
    let event = |Linked { event, link }: Linked| AuditedEvent {
        district: event.district.number(),
        seq: event.seq,
        kind: event.kind,
        at: event.at.rfc3339(),
        sealed_at: event.sealed_at.rfc3339(),
        digest: vault::hex(&link),
        sealed: event.sealed_at,
    };
    Ok(found.into_iter().map(event).collect())
}

#[derive(Template)]
#[template(path = "templates/audit.html")]
struct AuditPage {
    page: Page,
    by: Option<By>,
    audited: Audited,
}

impl AuditPage {
    fn total(&self) -> String {
        Minutes(self.audited.minutes).to_string()
    }

    fn planned(&self) -> String {
        self.page.window(self.audited.planned.0, self.audited.planned.1)
    }

    fn witness(&self, signal: &AuditedSignal) -> String {
        match signal.witness_kind.as_str() {
            "self" => self.page.t("audit-witness-self"),
            _ => self.page.ta("audit-witness-other", "number", signal.witness_number),
        }
    }

    fn clocks(&self, signal: &AuditedSignal) -> String {
        let (at, entered) = signal.times;
        self.page.tb("audit-clocks", "at", self.page.moment(at), "entered", self.page.moment(entered))
    }

    fn made(&self, record: &AuditedRecord) -> String {
        match short(record.policy) {
            old if old.is_empty() => self.page.ta("audit-record-old", "at", self.page.moment(record.at)),
            rules => self.page.tb("audit-record", "at", self.page.moment(record.at), "rules", rules),
        }
    }

    fn when(&self, event: &AuditedEvent) -> String {
        self.page.moment(event.sealed)
    }
}

pub(crate) async fn audit_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (audited, page) =
        ask.app.look(&ask, "audit_page", move |tx, call| audited(tx, call, id)).await.or_failed(&ask)?;
    let page = page.back("/verify");
    Ok(html(StatusCode::OK, &AuditPage { by: Some(by(&page, &audited.tree, &audited.by)), page, audited }))
}

/// The first record of a presence, for an auditor of its place.
///
/// # Errors
/// 404 for a presence of another place, or none, and for one of which nothing is on record.
pub fn record_of(tx: &mut Tx<'_>, call: &Call, attendance: Id<Attendance>) -> Outcome<Id<ServiceRecord>> {
    let presence = load(tx, attendance)?;
    if !call.actor.may(Action::Audit, presence.division) {
        return Err(Refusal::missing().into());
    }
    let first: Option<(Id<ServiceRecord>,)> = tx.query_opt(
        "SELECT id FROM service_record WHERE district = $1 AND person = $2 AND attendance = $3 AND kind = 'service'
         ORDER BY day, id LIMIT 1",
        params![presence.person.district(), presence.person, attendance],
    )?;
    let (record,) = first.ok_or_else(Refusal::missing)?;
    Ok(record)
}

/// Leads to the chain behind the first record of a presence.
pub(crate) async fn presence_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let read = ask.app.read(&ask, "audit_presence", move |tx, call| record_of(tx, call, id));
    let (record, _) = read.await.or_failed(&ask)?;
    Ok(Redirect::to(&format!("/x/hours/{record}")).into_response())
}

/// The whole evidence of a record, for auditors. Each look is noted down, and the person sees it.
#[utoipa::path(get, path = "/api/v1/records/{id}/evidence", params(("id" = String, Path)), responses(
    (status = 200, body = Audited), (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn audit_api(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (audited, _) =
        ask.app.look(&ask, "audit_api", move |tx, call| audited(tx, call, id)).await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &audited))
}
