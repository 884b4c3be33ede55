//! The person's own word: "yes, I did that", which typed hours need, and "no, I did not", which ends them. Nothing is
//! counted behind anybody's back.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use db::{Failure, Fault, FromRow, Outcome, Row, Span, Tx, Value, params, spanning};
use journal::{Call, Event, append};
use kernel::{Action, Arg, District, Id, Instant, Minutes, Person, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed};

use crate::{
    Attendance, Confirmed, Evidence, NO_HOUR, Signal, SignalKind, Source,
    confirm::put_on_record,
    correct::change,
    policy::{Policy, policy},
    presence::{self, DENIED, OPEN, Presence, evidence, give},
    record::services,
    reviews::{REVIEWS_MAX, refuse_reviews},
    rules::number_of,
    tell::{Notice, tell},
    typed::{self, typed_for},
};

/// A presence that only its person speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The presence.
    pub attendance: Id<Attendance>,
    /// Whose.
    pub person: Id<Person>,
    /// The planned time.
    pub planned: (Instant, Instant),
    /// Since when it is claimed.
    pub claimed_at: Instant,
    /// Until when the place answers.
    pub answer_by: Option<Instant>,
}

impl FromRow for Claim {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            attendance: row.take()?,
            person: row.take()?,
            planned: (row.take()?, row.take()?),
            claimed_at: row.take()?,
            answer_by: row.take()?,
        })
    }
}

/// Whose word on paper, list or screen it is, given on purpose: a scanned code is none, for nobody looked.
fn is_somebodys_word(signal: &Evidence, presence: &Presence) -> bool {
    signal.witness != presence.person
        && matches!(
            signal.source,
            Source::RollCall | Source::Resident | Source::Paper | Source::Typed | Source::Imported
        )
}

/// The presence of which the asker speaks, both locks held; 404 for anybody else's.
pub(crate) fn own(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>) -> Outcome<(Presence, Policy)> {
    let me = call.actor.signed_in()?;
    if presence::load(tx, id)?.person != me {
        return Err(Refusal::missing().into());
    }
    people::lock(tx, me)?;
    let presence = presence::lock(tx, id)?;
    if call.now < presence.planned.0 {
        return Err(Refusal::conflict("claim-too-early").with("from", presence.planned.0).into());
    }
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    Ok((presence, policy))
}

pub(crate) fn own_word(presence: &Presence, kind: SignalKind, at: Instant) -> Signal<'static> {
    Signal { kind, source: Source::SelfTap, witness: presence.person, device: &[], at }
}

/// "Yes, I did that." Where somebody else said so too and the times are known, the hours are recorded; else the claim
/// waits for somebody of the place ([`answer_claim`]). Saying it again is harmless.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// `claim-too-early`, `claim-answered` when somebody of the place has said no, `typed-lapsed` when the time for a yes to
/// typed hours has passed, `hours-too-late`, `hours-denied` after a no to hours on record, `hours-overlap` (conflict); 404
/// for anybody else's presence.
pub fn claim(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>) -> Outcome<Option<Confirmed>> {
    let (mut presence, policy) = own(tx, call, id)?;
    match presence.grade {
        Some(_) if presence.state == DENIED => return Err(Refusal::conflict("hours-denied").into()),
        Some(_) => return put_on_record(tx, call, presence, &policy, None).map(Some),
        None => match typed_for(tx, id)? {
            Some(typed) if typed.is_lapsed(call.now) => {
                return Err(Refusal::conflict("typed-lapsed").with("until", typed.until()).into());
            }
            Some(typed) if typed.is_open() => {}
            _ => policy.must_be_in_time(call, &presence)?,
        },
    }
    if presence.state == OPEN && presence.claimed_at.is_some() {
        return Ok(None);
    }
    let is_yes = |one: &Evidence| (one.kind, one.source) == (SignalKind::Served, Source::SelfTap);
    if presence.state == OPEN && evidence(tx, id)?.iter().any(is_yes) {
        return Err(Refusal::conflict("claim-answered").into());
    }
    let yes = own_word(&presence, SignalKind::Served, call.now);
    let signals = match give(tx, call, &mut presence, &policy, &yes)? {
        Some(signals) => signals,
        None => evidence(tx, id)?,
    };
    keep_word(tx, call, &mut presence, Some(policy.answer_days))?;
    if signals.iter().any(|signal| is_somebodys_word(signal, &presence)) {
        match put_on_record(tx, call, presence, &policy, None) {
            Ok(confirmed) => return Ok(Some(confirmed)),
            Err(Failure::Refused(refusal)) if NO_HOUR.contains(&refusal.rule) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(None)
}

/// "No, I did not." Nothing can be recorded for the presence then; what is on record is corrected to nothing, and what
/// waits for a review is refused. Saying it again is harmless.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// `claim-too-early` (conflict); 404 for anybody else's presence.
pub fn deny(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>) -> Outcome<()> {
    let (mut presence, policy) = own(tx, call, id)?;
    if presence.state == DENIED {
        return Ok(());
    }
    let no = own_word(&presence, SignalKind::Denied, call.now);
    give(tx, call, &mut presence, &policy, &no)?;
    if presence.grade.is_some() {
        refuse_reviews(tx, call, &presence)?;
        let rules = number_of(tx, call, presence.person.district(), &policy.rules)?;
        for one in services(tx, presence.person, policy.days(&presence))? {
            if one.record.attendance == id && one.minutes() != Minutes::ZERO {
                let (_, version) = change(tx, call, &presence, &one, Minutes::ZERO, rules)?;
                presence.version = version;
            }
        }
    }
    keep_word(tx, call, &mut presence, None)
}

/// Notes in the row what the person says now: that they claim it, which is answered within so many days, or that they deny
/// it.
pub(crate) fn keep_word(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &mut Presence,
    answer_days: Option<i32>,
) -> Outcome<()> {
    let claimed_at = answer_days.map(|_| call.now);
    let answer_by = answer_days.map(|days| call.now.day().plus(days).plus(1).start());
    typed::was_said(tx, presence.id)?;
    let (state, kind) =
        if claimed_at.is_some() { (OPEN, "attendance.claimed") } else { (DENIED, "attendance.denied") };
    presence.version += 1;
    // A denied presence counts nothing, and a claimed one nothing yet.
    tx.execute_one(
        "UPDATE attendance SET state = $3, claimed_at = $4, answer_by = $5, escalated_at = NULL, minutes = 0,
             version = $6
         WHERE district = $1 AND id = $2",
        params![presence.id.district(), presence.id, state, claimed_at, answer_by, presence.version],
    )?;
    (presence.state, presence.claimed_at, presence.minutes) = (state.to_owned(), claimed_at, Minutes::ZERO);
    let event = Event::new(kind, presence.id.district(), presence.id, presence.version)
        .with("division", presence.division.to_string());
    Ok(append(tx, call, event)?)
}

/// Somebody of the place answers a claim: so many minutes, which then count at grade C unless the signals are worth
/// more, or none. Who says no leaves the presence as it was: another witness may still come.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// Forbidden; `claim-minutes` (invalid); `hours-own`, `typed-second` for who typed it in, `claim-answered` and those of
/// [`crate::confirm`] (conflict); 404.
pub fn answer_claim(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<Attendance>,
    minutes: Option<Minutes>,
) -> Outcome<Option<Confirmed>> {
    let before = presence::load(tx, id)?;
    call.actor.must(Action::ReviewHours, before.division)?;
    let me = call.actor.signed_in()?;
    if me == before.person {
        return Err(Refusal::conflict("hours-own").into());
    }
    people::lock(tx, before.person)?;
    let mut presence = presence::lock(tx, id)?;
    if presence.state != OPEN || presence.claimed_at.is_none() {
        return Err(Refusal::conflict("claim-answered").into());
    }
    if minutes.is_some() && typed_for(tx, id)?.is_some_and(|typed| typed.entered_by == me) {
        return Err(Refusal::conflict("typed-second").into());
    }
    let Some(minutes) = minutes else {
        presence.version += 1;
        tx.execute_one(
            "UPDATE attendance SET claimed_at = NULL, version = $3 WHERE district = $1 AND id = $2",
            params![id.district(), id, presence.version],
        )?;
        let event = Event::new("attendance.claim_refused", id.district(), id, presence.version)
            .with("division", presence.division.to_string());
        append(tx, call, event)?;
        return Ok(None);
    };
    let most = presence.planned_minutes();
    if minutes <= Minutes::ZERO || minutes > most {
        let mut refusal = Refusal::invalid("minutes", "claim-minutes");
        for field in &mut refusal.fields {
            field.args.push(("most", most.number().into()));
        }
        return Err(refusal.into());
    }
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    let word =
        Signal { kind: SignalKind::Served, source: Source::Typed, witness: me, device: &[], at: call.now };
    give(tx, call, &mut presence, &policy, &word)?;
    put_on_record(tx, call, presence, &policy, Some(minutes)).map(Some)
}

const OPEN_CLAIMS: (&str, &str) = spanning!(
    "SELECT id, person, planned_from, planned_to, claimed_at, answer_by FROM attendance",
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND state = 'open' AND division BETWEEN $1 AND $2 AND claimed_at IS NOT NULL AND id > $3 ORDER BY id LIMIT $4"
);

/// Claims of an area that wait for an answer, behind `after`; one more than is shown, the oldest presence first.
pub(crate) fn open_claims(
    tx: &mut Tx<'_>,
    area: Span,
    after: Option<Id<Attendance>>,
) -> Result<Vec<Claim>, Fault> {
    let behind = Value::Uuid(after.map_or([0; 16], Id::bytes));
    area.query(tx, OPEN_CLAIMS, &[behind, Value::Int(REVIEWS_MAX + 1)])
}

/// Claims in one look.
const LOOK_MAX: i64 = 200;

/// Claims of one district that nobody answered in time, and of which the level above has not heard.
pub(crate) fn unanswered(
    tx: &mut Tx<'_>,
    district: District,
    now: Instant,
) -> Result<Vec<Id<Attendance>>, Fault> {
    let rows: Vec<(Id<Attendance>,)> = tx.query(
        "SELECT id FROM attendance WHERE district = $1 AND state = 'open' AND claimed_at IS NOT NULL
             AND escalated_at IS NULL AND answer_by <= $2 ORDER BY answer_by LIMIT $3",
        params![district, now, LOOK_MAX],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Tells the level above, once, of a claim that nobody answered in time; `false` when it was told or answered meanwhile.
pub(crate) fn escalate(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>) -> Outcome<bool> {
    let mut presence = presence::lock(tx, id)?;
    let escalated = tx.execute(
        "UPDATE attendance SET escalated_at = $3 WHERE district = $1 AND id = $2 AND state = 'open'
             AND claimed_at IS NOT NULL AND escalated_at IS NULL AND answer_by <= $3",
        params![id.district(), id, call.now],
    )?;
    if escalated == 0 {
        return Ok(false);
    }
    let above =
        people::workers(tx, people::Workers::Above, presence.division, Some(presence.person), call.now)?;
    let told = i64::try_from(above.len()).unwrap_or(i64::MAX);
    presence.follow(tx, call, "attendance.claim_escalated", |event| event.with("told", told))?;
    for worker in above {
        let args = [("when", Arg::from(presence.planned.0))];
        tell(tx, call, Notice::ClaimLate, id.district(), worker, &args)?;
    }
    Ok(true)
}

/// What somebody of the place gives for a claim: minutes, or none for a no.
fn typed(text: &str, decision: &str) -> Result<Option<Minutes>, Refusal> {
    match decision {
        "accept" => {
            let minutes =
                text.trim().parse().map_err(|_| Refusal::invalid("minutes", "claim-minutes-missing"));
            Ok(Some(Minutes(minutes?)))
        }
        "refuse" => Ok(None),
        _ => Err(Refusal::invalid("decision", "decision-missing")),
    }
}

pub(crate) async fn answer_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let (text, decision) = (fields.text("minutes").to_owned(), fields.text("decision").to_owned());
    let given = text.clone();
    let digest = fields.digest();
    let answer = ask.app.command(&ask, "claim_answer", fields.key(), digest, move |tx, call| {
        answer_claim(tx, call, id, typed(&text, &decision)?)?;
        Ok(Answer::go("/w/reviews"))
    });
    match answer.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == kernel::Kind::Invalid => {
            crate::mine::show_why(&ask, id, &given, Some(&refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

/// The answer to a claim.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimAnswer {
    /// Whole minutes that were served, the planned time at most; absent for a no.
    minutes: Option<i64>,
}

/// Answers the claim of somebody who says that they were there.
#[utoipa::path(post, path = "/api/v1/attendance/{id}/claim-answer", request_body = ClaimAnswer,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses(
    (status = 200, description = "answered: the minutes on record"),
    (status = "4XX", body = web::Problem, content_type = "application/problem+json")
))]
pub(crate) async fn answer_api(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<ClaimAnswer>,
) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let minutes = body.value.minutes.map(Minutes);
    let digest = body.digest;
    let answer = ask.app.command(&ask, "claim_answer", None, digest, move |tx, call| {
        let confirmed = answer_claim(tx, call, id, minutes)?;
        let minutes = confirmed.map_or(Minutes::ZERO, |confirmed| confirmed.minutes);
        Ok(Answer::json(200, &serde_json::json!({ "minutes": minutes })))
    });
    Ok(answer.await.or_failed(&ask)?.into_response())
}
