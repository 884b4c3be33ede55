//! A volunteer's own hours, why one of them is not there yet, and the own word to it.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Day, Id, Instant, Kind, Minutes, Person, Refusal};
use places::Edition;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Ask, Body, Choice, Failed, Fields, OrFailed, Page, html, json};

use crate::{
    Attendance, Confirmed, Counted, Evidence, Grade, RecordKind, RecordLine, ServiceRecord, SignalKind,
    Source,
    claim::{claim, deny},
    count::{BELOW_LEAST, count},
    imported::{origin, unclaimed},
    left::tell_left,
    location::LocationHint,
    policy::policy_and_tree,
    presence::{self, DENIED, OPEN, RECORDED},
    record::{newest_records, services},
    reviews::reviews_of,
    rules::{By, ByRules, by, by_rules},
    typed::{self, typed_for},
};

/// Records shown at once.
pub const RECORDS_SHOWN: usize = 20;
/// Presences without a record shown at once.
const OPEN_MAX: usize = 20;

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
    /// Whole minutes; negative where they are taken back.
    pub minutes: i64,
    /// `a` to `d`.
    pub grade: String,
    /// `service`, `correction` or `regrade`.
    pub kind: String,
    #[serde(skip)]
    from: Instant,
}

impl From<RecordLine> for OwnRecord {
    fn from(line: RecordLine) -> Self {
        Self {
            id: line.id.to_string(),
            attendance: line.attendance.to_string(),
            day: line.day.to_string(),
            category: line.category,
            minutes: line.minutes.number(),
            grade: line.grade.word().to_owned(),
            kind: line.kind.word().to_owned(),
            from: line.from,
        }
    }
}

impl OwnRecord {
    fn hours(&self) -> String {
        Minutes(self.minutes).to_string()
    }

    fn is_service(&self) -> bool {
        self.kind == RecordKind::Service.word()
    }
}

/// A presence of which nothing is on record yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenPresence {
    /// Its id.
    pub attendance: String,
    /// Planned beginning, RFC 3339.
    pub planned_from: String,
    /// Word of the category.
    pub category: String,
    #[serde(skip)]
    from: Instant,
}

/// Somebody's hours: the sum by grade, some records, and presences that are not on record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnHours {
    /// Minutes on record.
    pub minutes: i64,
    /// Minutes by grade, `a` to `d`.
    pub by_grade: Vec<i64>,
    /// Records, the newest day first.
    pub records: Vec<OwnRecord>,
    /// Give it as `before` for the older ones; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Presences that have begun and have no record yet, newest first.
    pub open: Vec<OpenPresence>,
    /// How many presences stand in a sheet that was brought in and wait for the person's yes.
    pub imported: i64,
}

/// Somebody's hours in sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnRecord {
    /// Minutes by grade, `a` to `d`.
    pub by_grade: [i64; 4],
    /// How many presences have begun and have no record yet.
    pub open: i64,
    /// How many of these stand in a sheet that was brought in.
    pub imported: i64,
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
pub fn on_record(tx: &mut Tx<'_>, person: Id<Person>, now: Instant) -> Outcome<OnRecord> {
    let rows: Vec<(String, i64)> = tx.query(
        "SELECT grade, CAST(SUM(minutes) AS BIGINT) FROM service_record
         WHERE district = $1 AND person = $2 GROUP BY grade
         UNION ALL SELECT 'open', COUNT(*) FROM attendance
         WHERE district = $1 AND person = $2 AND state = 'open' AND planned_from <= $3
         UNION ALL SELECT 'imported', COUNT(*) FROM attendance
         WHERE district = $1 AND person = $2 AND state = 'open' AND kind = 'import'",
        params![person.district(), person, now],
    )?;
    let of = |word: &str| rows.iter().find(|(one, _)| one == word).map_or(0, |(_, sum)| *sum);
    let by_grade = std::array::from_fn(|at| Grade::ALL.get(at).map_or(0, |grade| of(grade.word())));
    Ok(OnRecord { by_grade, open: of("open"), imported: of("imported") })
}

/// The hours of who asks: the newest records, and the sum of all.
///
/// # Errors
/// Sign in first.
pub fn own_hours(tx: &mut Tx<'_>, call: &Call) -> Outcome<OwnHours> {
    own_hours_before(tx, call, None)
}

/// The same with the records before the record `before`.
///
/// # Errors
/// Sign in first; `hours-before` (invalid).
pub fn own_hours_before(
    tx: &mut Tx<'_>,
    call: &Call,
    before: Option<Id<ServiceRecord>>,
) -> Outcome<OwnHours> {
    let me = call.actor.signed_in()?;
    let mut records = newest_records(tx, me, before, RECORDS_SHOWN + 1)?;
    let more = records.len() > RECORDS_SHOWN;
    records.truncate(RECORDS_SHOWN);
    let next = records.last().filter(|_| more).map(|line| line.id.to_string());
    let sums = on_record(tx, me, call.now)?;
    let open = presence::unrecorded(tx, me, call.now, OPEN_MAX)?.into_iter().map(|(id, from, category)| {
        OpenPresence { attendance: id.to_string(), planned_from: from.rfc3339(), category, from }
    });
    Ok(OwnHours {
        minutes: sums.minutes().number(),
        by_grade: sums.by_grade.to_vec(),
        records: records.into_iter().map(OwnRecord::from).collect(),
        next,
        open: open.collect(),
        imported: sums.imported,
    })
}

/// Why a presence has no hours yet, or not all of them: each word has its sentence `hours-why-{word}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Why {
    /// Minutes on record.
    pub minutes: i64,
    /// The grade they have, `a` to `d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Planned beginning, RFC 3339.
    pub planned: String,
    /// What stands in the way, in the order to mend it.
    pub reasons: Vec<String>,
    /// The last day on which it can still be mended.
    pub until: String,
    /// What was done, where a sheet from elsewhere says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// The unit that recorded it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The evidence, the oldest signal first.
    pub signals: Vec<WhySignal>,
    /// What the person's phone said of being near the meeting point, where they let it: it decides nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub location_hints: Vec<LocationHint>,
    /// Why a leader typed it in later, where that waits for the person's yes or has lapsed: a word of
    /// `hours-typed-reason-…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed_reason: Option<String>,
    /// The last day for that yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yes_until: Option<String>,
    /// The last day for the place to answer the claim; then the level above is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_until: Option<String>,
    /// Whether the asker can say "yes, I did that".
    pub may_say_yes: bool,
    /// Whether the asker can say "no, I did not".
    pub may_say_no: bool,
    /// Whether the asker can say when they left, because nobody saw it.
    pub may_tell_left: bool,
    /// Minutes that the asker may give at most for this claim; absent where there is none, or it is not theirs to
    /// answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_answer: Option<i64>,
    /// Its records by id, the oldest first, for their owner: each has a proof at `/api/v1/records/{id}/proof` when its day
    /// is sealed.
    pub records: Vec<String>,
    /// Why nothing of it counts, where it is no volunteering: words of `kind-…`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Minutes of breaks that were kept apart and do not count.
    pub break_minutes: i64,
    /// Minutes of the way there and back that were kept apart and do not count.
    pub travel_minutes: i64,
    /// By which rules it was counted, for its owner and who may correct it; absent where nothing is on record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<ByRules>,
    #[serde(skip)]
    tree: Edition,
    /// What is on record of it, for those who may correct it.
    #[serde(skip)]
    correctable: Vec<Counted>,
    #[serde(skip)]
    planned_from: Instant,
    #[serde(skip)]
    due: Day,
    #[serde(skip)]
    yes_day: Option<Day>,
    #[serde(skip)]
    answer_day: Option<Day>,
}

/// A signal of a presence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhySignal {
    /// What it says: a word of `hours-signal-…`.
    pub kind: String,
    /// Where it came from: a word of `hours-source-…`.
    pub source: String,
    /// Of when it speaks, RFC 3339.
    pub at: String,
    #[serde(skip)]
    moment: Instant,
}

impl Why {
    /// Whether something can still be mended.
    fn is_open(&self) -> bool {
        const NO_DUE_DAY: [&str; 7] =
            ["not-service", "too-late", "imported", "typed", "lapsed", "claimed", "answer-late"];
        self.grade.is_none() && !self.reasons.iter().any(|reason| NO_DUE_DAY.contains(&reason.as_str()))
    }
}

/// Why is this 0? For who was there, for whoever runs the place and for an auditor.
///
/// # Errors
/// 404 for anybody else.
pub fn why(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>) -> Outcome<Why> {
    let presence = presence::load(tx, id)?;
    let mine = call.actor.person == Some(presence.person);
    let watched = [Action::RunShifts, Action::ReviewHours, Action::Audit];
    if !mine && !watched.iter().any(|action| call.actor.may(*action, presence.division)) {
        return Err(Refusal::missing().into());
    }
    let signals = presence::evidence(tx, id)?;
    let (policy, decided, tree) = policy_and_tree(tx, presence.division, presence.planned.0.day())?;
    let reviews = reviews_of(tx, &presence)?;
    let in_review = |state| reviews.iter().any(|review| review.state == state);
    let setting = policy.setting(&presence);
    let in_time = policy.must_be_in_time(call, &presence).is_ok();
    let typed = typed_for(tx, id)?;
    let saw = |kind: SignalKind| signals.iter().any(|s: &Evidence| s.kind == kind);
    let mut reasons = Vec::new();
    if presence.state == OPEN && !presence.no_hours.is_empty() {
        reasons.push("not-service");
    } else if presence.state == OPEN && presence.is_imported() {
        reasons.push("imported");
    } else if presence.state == OPEN {
        if signals.is_empty() {
            reasons.push("no-signal");
        } else if !saw(SignalKind::Arrived) && !saw(SignalKind::Served) {
            reasons.push("no-check-in");
        } else if !saw(SignalKind::Left) && !saw(SignalKind::Served) {
            reasons.push("no-check-out");
        } else if setting.grade(&signals).is_none() {
            let waits = setting.has_other_witness(&signals) && !setting.has_own_yes(&signals);
            reasons.push(if waits { "no-own-yes" } else { "no-second-word" });
        } else if count(&presence, &policy, &signals, None, call.now).is_err_and(|no| no.rule == BELOW_LEAST)
        {
            reasons.push("below-least");
        }
        reasons.push(match (&typed, presence.answer_by) {
            (Some(typed), _) if typed.is_lapsed(call.now) => "lapsed",
            (Some(typed), _) if typed.is_open() => "typed",
            (_, Some(until)) if presence.claimed_at.is_some() && call.now >= until => "answer-late",
            _ if presence.claimed_at.is_some() => "claimed",
            _ if !in_time => "too-late",
            _ => "not-confirmed",
        });
    }
    if presence.state != DENIED && setting.came_again(&signals).is_some() {
        reasons.push("came-again");
    }
    if presence.state == DENIED {
        reasons.push("denied");
    }
    if in_review("open") {
        reasons.push("in-review");
    }
    if presence.state == RECORDED && in_review("refused") {
        reasons.push("review-refused");
    }
    if presence.state == RECORDED && presence.minutes == Minutes::ZERO && reviews.is_empty() {
        reasons.push("corrected");
    }
    let own_yes = signals.iter().any(|s| (s.kind, s.source) == (SignalKind::Served, Source::SelfTap));
    let begun = mine && call.now >= presence.planned.0;
    let due = policy.due(call, &presence);
    let reviewer = !mine && call.actor.may(Action::ReviewHours, presence.division);
    let is_first = typed.is_some_and(|typed| Some(typed.entered_by) == call.actor.person);
    let answers = reviewer && !is_first && presence.state == OPEN && presence.claimed_at.is_some();
    let yes_in_time =
        typed.map_or(in_time, |typed| !typed.is_lapsed(call.now) && (typed.is_open() || in_time));
    let answered = presence.answer_by.filter(|_| presence.state == OPEN && presence.claimed_at.is_some());
    let asked = typed.filter(|typed| presence.state == OPEN && typed.state != typed::State::Said);
    let (mut correctable, mut records, mut by) = (Vec::new(), Vec::new(), None);
    if (reviewer || mine) && presence.state == RECORDED {
        let mut held = services(tx, presence.person, policy.days(&presence))?;
        held.retain(|one| one.record.attendance == id);
        if let Some(first) = held.first() {
            by = Some(by_rules(tx, presence.person.district(), first.record.policy, &decided)?);
        }
        if mine {
            records = held.iter().map(|one| one.record.id.to_string()).collect();
        } else {
            correctable = held;
        }
    }
    let origin = if presence.is_imported() { origin(tx, presence.engagement)? } else { None };
    let (what, unit) = origin.map(|origin| (origin.what, origin.unit)).unzip();
    let may_tell_left = mine && in_time && call.now > presence.planned.1 && reasons.contains(&"no-check-out");
    Ok(Why {
        what,
        unit,
        minutes: presence.minutes.number(),
        kinds: presence.no_hours.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        break_minutes: presence.apart.pause.number(),
        travel_minutes: presence.apart.travel.number(),
        grade: presence.grade.map(|grade| grade.word().to_owned()),
        planned: presence.planned.0.rfc3339(),
        reasons: reasons.into_iter().map(str::to_owned).collect(),
        until: due.to_string(),
        location_hints: LocationHint::all(presence.hints),
        signals: signals
            .iter()
            .map(|s| WhySignal {
                kind: s.kind.word().to_owned(),
                source: s.source.word().to_owned(),
                at: s.at.rfc3339(),
                moment: s.at,
            })
            .collect(),
        typed_reason: asked.map(|typed| typed.reason.word().to_owned()),
        yes_until: asked.map(|typed| typed.until().to_string()),
        answer_until: answered.map(|until| until.day().plus(-1).to_string()),
        may_say_yes: begun
            && yes_in_time
            && presence.grade.is_none()
            && (presence.state == DENIED || !own_yes),
        may_say_no: begun && presence.state != DENIED,
        may_tell_left,
        may_answer: answers.then(|| presence.planned_minutes().number()),
        records,
        by,
        tree,
        correctable,
        planned_from: presence.planned.0,
        due,
        yes_day: asked.map(|typed| typed.until()),
        answer_day: answered.map(|until| until.day().plus(-1)),
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
    /// The page with the older records.
    fn older(&self, before: &str) -> String {
        format!("/v/hours?before={before}")
    }

    /// Per cent of the whole that has the `n`-th grade.
    fn grade(&self, n: usize) -> i64 {
        self.hours.by_grade.get(n).copied().unwrap_or(0) * 100 / self.hours.minutes.max(1)
    }
}

/// Where a list begins.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct Older {
    /// `next` of the page before.
    before: Option<String>,
}

impl Older {
    fn record(&self) -> Result<Option<Id<ServiceRecord>>, Refusal> {
        let wrong = |_| Refusal::invalid("before", "hours-before");
        self.before.as_deref().map(str::parse).transpose().map_err(wrong)
    }
}

pub(crate) async fn hours_page(ask: Ask, Query(older): Query<Older>) -> Result<Response, Failed> {
    let (hours, page) = ask
        .app
        .read(&ask, "hours_page", move |tx, call| own_hours_before(tx, call, older.record()?))
        .await
        .or_failed(&ask)?;
    let page = page.back("/me").tab("volunteer/me");
    let total = Minutes(hours.minutes).to_string();
    Ok(html(StatusCode::OK, &HoursPage { page, hours, total }))
}

#[derive(Template)]
#[template(path = "templates/why.html")]
struct WhyPage {
    page: Page,
    id: String,
    why: Why,
    total: String,
    by: Option<By>,
    /// Minutes that were typed before.
    typed: String,
}

impl WhyPage {
    fn when(&self) -> String {
        self.page.moment(self.why.planned_from)
    }

    fn due(&self) -> String {
        self.page.day(self.why.due)
    }

    /// What has its last day: the person's yes to typed hours, or the place's answer to a claim.
    fn clock(&self) -> Option<String> {
        let yes = self.why.yes_day.map(|day| self.page.ta("hours-yes-until", "day", self.page.day(day)));
        yes.or_else(|| {
            self.why.answer_day.map(|day| self.page.ta("hours-answer-until", "day", self.page.day(day)))
        })
    }

    /// The records that can be corrected, each with its day and what it comes to.
    fn records(&self) -> Vec<Choice> {
        let label = |one: &Counted| {
            let day = self.page.day(one.record.day);
            self.page.tb("correct-one", "day", day, "minutes", one.minutes().number())
        };
        let choices = self.why.correctable.iter();
        choices.map(|one| Choice::new(one.record.id.to_string(), label(one))).collect()
    }
}

pub(crate) async fn why_page(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    show_why(&ask, id, "", None).await
}

/// The page, with what was typed into the answer to a claim and what is wrong with it.
pub(crate) async fn show_why(
    ask: &Ask,
    id: Id<Attendance>,
    typed: &str,
    refusal: Option<&Refusal>,
) -> Result<Response, Failed> {
    let (why, page) =
        ask.app.read(ask, "why_page", move |tx, call| why(tx, call, id)).await.or_failed(ask)?;
    let (back, tab) = match why.may_answer {
        None if why.correctable.is_empty() => ("/v/hours", "volunteer/me"),
        _ => ("/w/reviews", "worker/reviews"),
    };
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page = page.back(back).tab(tab).wrong(wrong);
    let shown = WhyPage {
        by: why.by.as_ref().map(|rules| by(&page, &why.tree, rules)),
        page,
        id: id.to_string(),
        total: Minutes(why.minutes).to_string(),
        why,
        typed: typed.to_owned(),
    };
    Ok(html(refusal.map_or(StatusCode::OK, web::status_of), &shown))
}

/// The own word: yes or no.
fn say(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>, served: bool) -> Outcome<Option<Confirmed>> {
    if served { claim(tx, call, id) } else { deny(tx, call, id).map(|()| None) }
}

pub(crate) async fn say_form(ask: Ask, Path(path): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (said, clock) = (fields.text("said").to_owned(), fields.text("left").to_owned());
    let (digest, typed) = (fields.digest(), clock.clone());
    let answer = ask.app.command(&ask, "hours_claim", fields.key(), digest, move |tx, call| {
        match said.as_str() {
            "yes" | "no" => drop(say(tx, call, id, said == "yes")?),
            "left" => tell_left(tx, call, id, &clock)?,
            _ => return Err(Refusal::invalid("said", "claim-said-missing").into()),
        }
        Ok(Answer::go(format!("/v/hours/{id}")))
    });
    match answer.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.fields.iter().any(|one| one.field == "left") => {
            show_why(&ask, id, &typed, Some(&refusal)).await
        }
        Err(failure) => Err(failure).or_failed(&ask),
    }
}

/// Presences that one tap says yes to, at most.
const CLAIMED_AT_ONCE: i64 = 200;

/// "Yes, I did all that", of everything that sheets brought in. Each is a transaction of its own: what cannot be recorded
/// stays open, and its page says why.
pub(crate) async fn claim_all_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "hours_unclaimed", |tx, call| unclaimed(tx, call, CLAIMED_AT_ONCE));
    let (unclaimed, _) = read.await.or_failed(&ask)?;
    if fields.text("said") != "yes" {
        return Err(Failed::new(&ask, Refusal::invalid("said", "claim-said-missing").into()));
    }
    for id in unclaimed {
        let claimed = ask.app.command(&ask, "hours_claim", None, fields.digest(), move |tx, call| {
            claim(tx, call, id)?;
            Ok(Answer::go("/v/hours"))
        });
        match claimed.await {
            Err(Failure::Refused(refusal))
                if refusal.kind == Kind::Conflict && refusal.rule != "cross-site" => {}
            other => drop(other.or_failed(&ask)?),
        }
    }
    Ok(Answer::go("/v/hours").into_response())
}

/// The own word to a presence.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnWord {
    /// `true`: "yes, I did that"; `false`: "no, I did not".
    served: bool,
    /// With `true`, of somebody who checked in and not out: the clock when they left, `16:30`.
    left: Option<String>,
}

/// Says of an own presence whether one was there. Typed hours count with this yes only; a no takes back what was counted.
#[utoipa::path(post, path = "/api/v1/attendance/{id}/word", request_body = OwnWord,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, body = Why), (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn say_api(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<OwnWord>,
) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let OwnWord { served, left } = body.value;
    let digest = body.digest;
    let answer = ask.app.command(&ask, "hours_claim", None, digest, move |tx, call| {
        match &left {
            Some(clock) if served => tell_left(tx, call, id, clock)?,
            _ => drop(say(tx, call, id, served)?),
        }
        Ok(Answer::json(200, &serde_json::json!(why(tx, call, id)?)))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}

/// My hours: the sum by grade, and the records page by page.
#[utoipa::path(get, path = "/api/v1/me/hours", params(Older), responses(
    (status = 200, body = OwnHours), (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn hours_api(ask: Ask, Query(older): Query<Older>) -> Result<Response, Failed> {
    let (hours, _) = ask
        .app
        .read(&ask, "hours_api", move |tx, call| own_hours_before(tx, call, older.record()?))
        .await
        .or_failed(&ask)?;
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
