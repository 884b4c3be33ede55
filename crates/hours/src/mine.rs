//! A volunteer's own hours, and why one of them is not there yet.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::Call;
use kernel::{Day, Id, Minutes, Person, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Page, html, json};

use crate::{Attendance, Evidence, Grade, SignalKind, presence, recording};

/// Records shown at once.
const RECORDS_MAX: i64 = 50;

/// One record as its owner sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnRecord {
    /// Its id.
    pub id: String,
    /// The presence it belongs to.
    pub attendance: String,
    /// The day, `2026-03-09`.
    pub day: String,
    /// Word of the category.
    pub category: String,
    /// Whole minutes; negative in a correction.
    pub minutes: i64,
    /// `a` to `d`.
    pub grade: String,
    /// `service` or `correction`.
    pub kind: String,
}

impl FromRow for OwnRecord {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take::<Id<recording::ServiceRecord>>()?.to_string(),
            attendance: row.take::<Id<Attendance>>()?.to_string(),
            day: row.take::<Day>()?.to_string(),
            category: row.take()?,
            minutes: row.take()?,
            grade: row.take()?,
            kind: row.take()?,
        })
    }
}

impl OwnRecord {
    fn hours(&self) -> String {
        Minutes(self.minutes).to_string()
    }
}

/// Somebody's hours: the sum by grade, the newest records, and presences that are not on record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnHours {
    /// Minutes on record.
    pub minutes: i64,
    /// Minutes by grade, `a` to `d`.
    pub by_grade: Vec<i64>,
    /// The newest records, newest first.
    pub records: Vec<OwnRecord>,
    /// Presences without a record yet, newest first.
    pub open: Vec<String>,
}

/// Somebody's hours in sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnRecord {
    /// Minutes by grade, `a` to `d`.
    pub by_grade: [i64; 4],
    /// How many presences have no record yet.
    pub open: i64,
}

impl OnRecord {
    /// Minutes of all grades.
    pub fn minutes(&self) -> Minutes {
        Minutes(self.by_grade.iter().sum())
    }
}

/// The sums of a person's hours, in one statement.
///
/// # Errors
/// A fault.
pub fn on_record(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<OnRecord> {
    let rows: Vec<(String, i64)> = tx.query(
        "SELECT grade, CAST(SUM(minutes) AS BIGINT) FROM service_record
         WHERE district = $1 AND person = $2 GROUP BY grade
         UNION ALL SELECT 'open', COUNT(*) FROM attendance WHERE district = $1 AND person = $2 AND state = 'open'",
        params![person.district(), person],
    )?;
    let of = |word: &str| rows.iter().find(|(one, _)| one == word).map_or(0, |(_, sum)| *sum);
    let by_grade = std::array::from_fn(|at| Grade::ALL.get(at).map_or(0, |grade| of(grade.word())));
    Ok(OnRecord { by_grade, open: of("open") })
}

/// The hours of who asks: the newest fifty records, and the sum of all.
///
/// # Errors
/// Sign in first.
pub fn own_hours(tx: &mut Tx<'_>, call: &Call) -> Outcome<OwnHours> {
    let me = call.actor.signed_in()?;
    let records = tx.query(
        "SELECT id, attendance, day, category, minutes, grade, kind FROM service_record
         WHERE district = $1 AND person = $2 ORDER BY day DESC, id DESC LIMIT $3",
        params![me.district(), me, RECORDS_MAX],
    )?;
    let sums = on_record(tx, me)?;
    let open: Vec<(Id<Attendance>,)> = tx.query(
        "SELECT id FROM attendance WHERE district = $1 AND person = $2 AND state = 'open' ORDER BY id DESC LIMIT $3",
        params![me.district(), me, RECORDS_MAX],
    )?;
    Ok(OwnHours {
        minutes: sums.minutes().number(),
        by_grade: sums.by_grade.to_vec(),
        records,
        open: open.into_iter().map(|(id,)| id.to_string()).collect(),
    })
}

/// Why a presence has no hours yet, or not all of them: each word has its sentence `hours-why-{word}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Why {
    /// Minutes on record.
    pub minutes: i64,
    /// Planned beginning, local time.
    pub planned: String,
    /// What stands in the way, in the order to mend it.
    pub reasons: Vec<String>,
    /// The last day on which it can still be mended.
    pub until: String,
    /// The evidence: kind, source and local time of each signal.
    pub signals: Vec<(String, String, String)>,
}

/// Why is this 0? For who was there, for whoever runs the place and for an auditor.
///
/// # Errors
/// 404 for anybody else.
pub fn why(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>) -> Outcome<Why> {
    let presence = presence::load(tx, id)?;
    let mine = call.actor.person == Some(presence.person);
    let watched = [kernel::Action::RunShifts, kernel::Action::ReviewHours, kernel::Action::Audit];
    if !mine && !watched.iter().any(|action| call.actor.may(*action, presence.division)) {
        return Err(Refusal::missing().into());
    }
    let signals = presence::evidence(tx, id)?;
    let policy = crate::policy::policy(tx, presence.division, presence.planned.0.day())?;
    let (waiting,): (i64,) = tx.query_one(
        "SELECT COUNT(*) FROM hours_review WHERE district = $1 AND person = $2 AND attendance = $3 AND state = 'open'",
        params![presence.person.district(), presence.person, id],
    )?;
    let saw = |kind: SignalKind| signals.iter().any(|s: &Evidence| s.kind == kind);
    let mut reasons = Vec::new();
    if presence.state == "open" {
        if signals.is_empty() {
            reasons.push("no-signal");
        } else if !saw(SignalKind::Arrived) && !saw(SignalKind::Served) {
            reasons.push("no-check-in");
        } else if !saw(SignalKind::Left) && !saw(SignalKind::Served) {
            reasons.push("no-check-out");
        } else if policy.setting(&presence).grade(&signals).is_none() {
            reasons.push("no-second-word");
        }
        reasons.push("not-confirmed");
    }
    if waiting > 0 {
        reasons.push("in-review");
    }
    let until = policy.due(call.calendar(), presence.planned.1.day());
    Ok(Why {
        minutes: presence.minutes.number(),
        planned: presence.planned.0.local_text().replace('T', " "),
        reasons: reasons.into_iter().map(str::to_owned).collect(),
        until: until.to_string(),
        signals: signals
            .iter()
            .map(|s| {
                (s.kind.word().to_owned(), s.source.word().to_owned(), s.at.local_text().replace('T', " "))
            })
            .collect(),
    })
}

#[derive(Template)]
#[template(path = "templates/hours.html")]
struct HoursPage {
    page: Page,
    hours: OwnHours,
    total: String,
}

impl HoursPage {
    /// Per cent of the whole that has the `n`-th grade.
    fn grade(&self, n: usize) -> i64 {
        self.hours.by_grade.get(n).copied().unwrap_or(0) * 100 / self.hours.minutes.max(1)
    }
}

pub(crate) async fn hours_page(ask: Ask) -> Result<Response, Failed> {
    let (hours, page) = ask.app.read(&ask, "hours_page", own_hours).await.or_failed(&ask)?;
    let page = page.back("/me").tab("volunteer/me");
    let total = Minutes(hours.minutes).to_string();
    Ok(html(StatusCode::OK, &HoursPage { page, hours, total }))
}

#[derive(Template)]
#[template(path = "templates/why.html")]
struct WhyPage {
    page: Page,
    why: Why,
    total: String,
}

pub(crate) async fn why_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (why, page) =
        ask.app.read(&ask, "why_page", move |tx, call| why(tx, call, id)).await.or_failed(&ask)?;
    let page = page.back("/v/hours").tab("volunteer/me");
    let total = Minutes(why.minutes).to_string();
    Ok(html(StatusCode::OK, &WhyPage { page, why, total }))
}

/// My hours: the sum by grade and the newest fifty records.
#[utoipa::path(get, path = "/api/v1/me/hours", responses(
    (status = 200, body = OwnHours), (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn hours_api(ask: Ask) -> Result<Response, Failed> {
    let (hours, _) = ask.app.read(&ask, "hours_api", own_hours).await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &hours))
}

/// Why a presence has no hours yet.
#[utoipa::path(get, path = "/api/v1/attendance/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = Why), (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn why_api(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (why, _) = ask.app.read(&ask, "why_api", move |tx, call| why(tx, call, id)).await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &why))
}
