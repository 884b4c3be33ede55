//! The JSON API of activities: the same use cases as the pages.

use std::collections::HashMap;

use axum::{
    body::to_bytes,
    extract::{Path, Query, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome};
use hours::{SignalKind, Source};
use journal::Call;
use kernel::{FieldRefusal, Id, Instant, Minutes, Person, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use crate::{
    check_in::{self as code, Ticket, pages::counted},
    nearby::{Located, Point, pages::nearby_digest},
    project::{NewProject, Protection},
    roll::{Present, photos::pages as photos},
    shift::{
        NewShift, Shift, ShiftCard,
        pages::{page_of, position},
    },
    sign_up::{self as signup, SignedUp},
    view,
};

/// A shift as the API tells it. Instants are RFC 3339 in UTC.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShiftJson {
    id: String,
    project: String,
    division: String,
    title: String,
    category: String,
    address: String,
    starts_at: String,
    ends_at: String,
    /// Youngest age in completed years.
    min_age: i64,
    /// Minutes of breaks within its time; they count only where the place says so.
    break_minutes: i64,
    /// Minutes of the way there and back within its time; they count only where the place says so.
    travel_minutes: i64,
    places: i64,
    taken: i64,
    waiting: i64,
    /// `draft`, `published` or `cancelled`.
    state: String,
    /// For which kinds nothing of it counts: words of `kind-…`; empty where it counts.
    no_hours: Vec<String>,
}

impl ShiftJson {
    fn new(shift: &ShiftCard) -> Self {
        Self {
            id: shift.id.to_string(),
            project: shift.project.to_string(),
            division: shift.division.to_string(),
            title: shift.title.clone(),
            category: shift.category.clone(),
            address: shift.address.clone(),
            starts_at: shift.starts_at.rfc3339(),
            ends_at: shift.ends_at.rfc3339(),
            min_age: shift.min_age,
            break_minutes: shift.apart.pause.number(),
            travel_minutes: shift.apart.travel.number(),
            places: shift.places,
            taken: shift.taken,
            waiting: shift.waiting,
            state: shift.state.clone(),
            no_hours: shift.no_hours.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        }
    }
}

/// A page of open shifts by time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShiftPage {
    shifts: Vec<ShiftJson>,
    /// The `after` of the next page; absent on the last.
    next: Option<String>,
}

/// A shift with what one must know before coming.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShiftDetail {
    #[serde(flatten)]
    shift: ShiftJson,
    /// What is done, and how hard it is.
    summary: String,
    /// What may go wrong.
    risk: String,
    /// Who leads it, masked.
    leader: String,
    /// The asker's own sign-up: `placed`, `waiting`, `withdrawn`, `cancelled`; absent without one.
    own: Option<String>,
    /// The asker's place in the queue, from 1; 0 for who does not wait.
    position: i64,
}

/// Open shifts by time.
#[utoipa::path(get, path = "/api/v1/shifts", params(
    ("category" = Option<String>, Query), ("day" = Option<String>, Query, description = "YYYY-MM-DD"),
    ("place" = Option<String>, Query, description = "division code"), ("after" = Option<String>, Query)
), responses((status = 200, body = ShiftPage),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn shift_list(
    ask: Ask,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let installation = ask.app.place().division;
    // A page starts anew where it cannot read the cursor; a program would go round for ever.
    if query.get("after").is_some_and(|after| !after.is_empty() && position(after).is_none()) {
        return Err(Failure::from(Refusal::invalid("after", "after-unreadable"))).or_failed(&ask);
    }
    let ((shifts, next), _) = ask
        .app
        .read(&ask, "shift_list_api", move |tx, call| page_of(tx, call, &query, installation))
        .await
        .or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &ShiftPage { shifts: shifts.iter().map(ShiftJson::new).collect(), next }))
}

/// One shift.
#[utoipa::path(get, path = "/api/v1/shifts/{id}", params(("id" = String, Path)),
    responses((status = 200, body = ShiftDetail),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn shift_detail(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let (detail, _) = ask
        .app
        .read(&ask, "shift_detail_api", move |tx, call| {
            let shift = crate::shift_seen(tx, call, id)?;
            let project = crate::project(tx, shift.project)?;
            let cards = people::cards(tx, &[shift.leader])?;
            let own = signup::own(tx, call, id)?;
            Ok(ShiftDetail {
                leader: cards.get(&shift.leader).map(|card| card.name_masked.clone()).unwrap_or_default(),
                shift: ShiftJson::new(&shift),
                summary: project.summary,
                risk: project.risk,
                position: own.as_ref().map_or(0, |(_, position)| *position),
                own: own.map(|(card, _)| card.state),
            })
        })
        .await
        .or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &detail))
}

/// One of the asker's sign-ups.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyShiftJson {
    /// `placed`, `waiting`, `cancelled` with the shift, or `released` when it moved to a time that is promised elsewhere.
    own: String,
    /// The shift.
    id: String,
    title: String,
    category: String,
    address: String,
    starts_at: String,
    ends_at: String,
}

/// The asker's own shifts that are not over.
#[utoipa::path(get, path = "/api/v1/my/shifts", responses((status = 200, body = Vec<MyShiftJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn my_shift_list(ask: Ask) -> Result<Response, Failed> {
    let (mine, _) = ask
        .app
        .read(&ask, "my_shifts_api", move |tx, call| signup::my_shifts(tx, call, call.now))
        .await
        .or_failed(&ask)?;
    let mine: Vec<MyShiftJson> = mine
        .into_iter()
        .map(|mine| MyShiftJson {
            own: mine.state,
            id: mine.shift.to_string(),
            title: mine.title,
            category: mine.category,
            address: mine.address,
            starts_at: mine.starts_at.rfc3339(),
            ends_at: mine.ends_at.rfc3339(),
        })
        .collect();
    Ok(web::json(StatusCode::OK, &mine))
}

async fn command(
    ask: &Ask,
    name: &'static str,
    digest: [u8; 32],
    work: impl FnMut(&mut db::Tx<'_>, &Call) -> Outcome<Answer> + Send + 'static,
) -> Result<Response, Failed> {
    Ok(ask.app.command(ask, name, None, digest, work).await.or_failed(ask)?.into_response())
}

/// A team of a place.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct NewTeamJson {
    name: String,
    /// Division code of the place it works in.
    division: String,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Made {
    id: String,
}

fn made<T>(id: Id<T>) -> Answer {
    Answer::json(201, &json!(Made { id: id.to_string() }))
}

/// Makes a team.
#[utoipa::path(post, path = "/api/v1/teams", request_body = NewTeamJson,
    params(("idempotency-key" = String, Header)), responses((status = 201, body = Made),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn team_create(ask: Ask, body: Body<NewTeamJson>) -> Result<Response, Failed> {
    let team = body.value;
    command(&ask, "team_create", body.digest, move |tx, call| {
        Ok(made(crate::team::create_team(tx, call, ("division", &team.division), &team.name)?))
    })
    .await
}

/// A leader of a team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeaderJson {
    person: String,
    /// Masked.
    name: String,
    phone_last4: String,
}

/// Who leads a team.
#[utoipa::path(get, path = "/api/v1/teams/{id}/leaders", params(("id" = String, Path)),
    responses((status = 200, body = Vec<LeaderJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn team_leader_list(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((_, leaders), _) = ask
        .app
        .read(&ask, "team_leader_list_api", move |tx, call| crate::team::team(tx, call, id))
        .await
        .or_failed(&ask)?;
    let json: Vec<LeaderJson> = leaders
        .into_iter()
        .map(|card| LeaderJson {
            person: card.id.to_string(),
            name: card.name_masked,
            phone_last4: card.phone_last4,
        })
        .collect();
    Ok(web::json(StatusCode::OK, &json))
}

/// A person by their phone.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct PhoneJson {
    phone: String,
}

/// Somebody who was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundJson {
    person: String,
}

/// Makes somebody a leader of a team.
#[utoipa::path(post, path = "/api/v1/teams/{id}/leaders", request_body = PhoneJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 201, body = FoundJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn team_leader_name(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<PhoneJson>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "leader_name", body.digest, move |tx, call| {
        let phone = people::sign_in::read_phone("phone", &typed.phone)?;
        let person = crate::name_leader(tx, call, id, &phone)?;
        Ok(Answer::json(201, &json!(FoundJson { person: person.to_string() })))
    })
    .await
}

/// A project to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct NewProjectJson {
    organisation: String,
    title: String,
    summary: String,
    category: String,
    risk: String,
    /// Only for who is insured that day.
    #[serde(default)]
    insurance: bool,
    /// Only for who has the basic training.
    #[serde(default)]
    training: bool,
    /// Only for who has this skill.
    skill: Option<String>,
    /// Whether a worker must have seen a proof of it that is valid on the day; the volunteer's own word is enough
    /// when false.
    #[serde(default = "proof_is_asked")]
    skill_proof: bool,
    /// The project it is a copy of.
    copied_from: Option<String>,
}

const fn proof_is_asked() -> bool {
    true
}

/// Makes a project as a draft.
#[utoipa::path(post, path = "/api/v1/projects", request_body = NewProjectJson,
    params(("idempotency-key" = String, Header)), responses((status = 201, body = Made),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn project_create(ask: Ask, body: Body<NewProjectJson>) -> Result<Response, Failed> {
    let typed = body.value;
    command(&ask, "project_create", body.digest, move |tx, call| {
        let organisation = typed.organisation.parse();
        let project = NewProject {
            organisation: organisation
                .map_err(|_| Refusal::invalid("organisation", "project-organisation-missing"))?,
            title: typed.title.clone(),
            summary: typed.summary.clone(),
            category: typed.category.clone(),
            risk: typed.risk.clone(),
            protection: Protection {
                insurance: typed.insurance,
                training: typed.training,
                skill: typed.skill.clone(),
                skill_proof: typed.skill_proof,
            },
            copied_from: typed.copied_from.as_deref().map(view::id).transpose()?,
        };
        Ok(made(crate::create_project(tx, call, &project)?))
    })
    .await
}

/// A shift to be made. Instants are RFC 3339.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct NewShiftJson {
    starts_at: String,
    ends_at: String,
    places: i64,
    address: String,
    /// Who leads it; the asker when absent.
    leader: Option<String>,
    #[serde(default)]
    min_age: i64,
    /// Minutes of breaks within its time.
    #[serde(default)]
    break_minutes: i64,
    /// Minutes of the way there and back within its time.
    #[serde(default)]
    travel_minutes: i64,
}

impl NewShiftJson {
    fn read(&self, call: &Call) -> Outcome<NewShift> {
        let mut wrong = Vec::new();
        let mut time = |field, text: &str| {
            let at = Instant::parse_rfc3339(text);
            if at.is_none() {
                wrong.push(FieldRefusal { field, rule: "time-unreadable", args: Vec::new() });
            }
            at
        };
        let times = (time("starts_at", &self.starts_at), time("ends_at", &self.ends_at));
        let (Some(starts_at), Some(ends_at)) = times else { return Err(Refusal::fields(wrong).into()) };
        let leader: Id<Person> = match &self.leader {
            Some(text) => text.parse().map_err(|_| Refusal::invalid("leader", "shift-leader-missing"))?,
            None => call.actor.signed_in()?,
        };
        let (places, min_age, address) = (self.places, self.min_age, self.address.clone());
        let apart = hours::Apart { pause: Minutes(self.break_minutes), travel: Minutes(self.travel_minutes) };
        Ok(NewShift { starts_at, ends_at, places, address, leader, min_age, apart })
    }
}

/// Makes a shift of a project as a draft.
#[utoipa::path(post, path = "/api/v1/projects/{id}/shifts", request_body = NewShiftJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 201, body = Made),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn shift_create(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<NewShiftJson>,
) -> Result<Response, Failed> {
    let project = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "shift_create", body.digest, move |tx, call| {
        let shift = typed.read(call)?;
        Ok(made(crate::create_shift(tx, call, project, &shift)?))
    })
    .await
}

/// Nothing more to say.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Nothing {}

/// The state something is in now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct State {
    state: String,
}

fn state(word: &str) -> Answer {
    Answer::json(200, &json!(State { state: word.to_owned() }))
}

/// How to publish.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Publish {
    /// `true` opens also what is no volunteering; no hours are recorded then.
    #[serde(default)]
    without_hours: bool,
}

/// Opens a shift for sign-up. The state is `published`; `waits` when it looks like no volunteering and a second person is to say
/// what it is, `no-service` when it is none and stays a draft.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/publish", request_body = Publish,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = State),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn shift_publish(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Publish>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "shift_publish", body.digest, move |tx, call| {
        let published = match typed.without_hours {
            true => crate::publish_without_hours(tx, call, id)?,
            false => crate::publish_shift(tx, call, id)?,
        };
        Ok(state(published.word()))
    })
    .await
}

/// A change of a shift: everything it is then, and what people are told.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct ChangeJson {
    #[serde(flatten)]
    shift: NewShiftJson,
    /// Goes into the message to everybody in it, when time or place change.
    #[serde(default)]
    note: String,
}

/// Changes a shift; everybody in it follows a change of time or place, and is told.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/change", request_body = ChangeJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = State),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn shift_change(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<ChangeJson>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "shift_change", body.digest, move |tx, call| {
        let new = typed.shift.read(call)?;
        crate::change_shift(tx, call, id, &new, &typed.note)?;
        Ok(state("changed"))
    })
    .await
}

/// Why a shift is called off.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct CancelJson {
    /// Goes into the message to everybody in it.
    reason: String,
}

/// Calls a shift off.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/cancel", request_body = CancelJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = State),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn shift_cancel(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<CancelJson>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "shift_cancel", body.digest, move |tx, call| {
        crate::cancel_shift(tx, call, id, &typed.reason)?;
        Ok(state("cancelled"))
    })
    .await
}

/// What came of a sign-up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedUpJson {
    /// `placed` or `waiting`.
    state: String,
    /// The place in the queue, from 1; 0 for who has a place.
    position: i64,
}

/// Signs the asker up.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/sign-up", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = SignedUpJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sign_up(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Nothing>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    command(&ask, "signup_make", body.digest, move |tx, call| {
        let (state, position) = match signup::sign_up(tx, call, id)? {
            SignedUp::Placed => ("placed", 0),
            SignedUp::Waiting { position } => ("waiting", position),
        };
        Ok(Answer::json(200, &json!(SignedUpJson { state: state.to_owned(), position })))
    })
    .await
}

/// Takes the asker's sign-up back.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/withdraw", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = State),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn withdraw(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Nothing>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    command(&ask, "signup_withdraw", body.digest, move |tx, call| {
        signup::withdraw(tx, call, id)?;
        Ok(state("withdrawn"))
    })
    .await
}

/// The code of this half minute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeJson {
    /// What the square code leads to, behind `/c/`.
    token: String,
    /// The same as six digits.
    digits: String,
    /// When the next one comes (RFC 3339).
    until: String,
}

/// The code that the leader shows.
#[utoipa::path(get, path = "/api/v1/shifts/{id}/code", params(("id" = String, Path)),
    responses((status = 200, body = CodeJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn shift_code(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let (code, _) = ask
        .app
        .read(&ask, "shift_code_api", move |tx, call| Ok(code::code(call, &crate::shift(tx, id)?)?))
        .await
        .or_failed(&ask)?;
    let json = CodeJson { token: code.token, digits: code.digits, until: code.until.rfc3339() };
    Ok(web::json(StatusCode::OK, &json))
}

/// A code that was seen, and what it is for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct CheckInJson {
    /// The token or the six digits.
    code: String,
    /// `arrived` or `left`.
    kind: String,
}

/// What was noted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckedJson {
    /// `arrived` or `left`.
    kind: String,
    /// When (RFC 3339).
    at: String,
}

/// Checks the asker in or out with a code that was just seen.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/check-in", request_body = CheckInJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = CheckedJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn check_in(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<CheckInJson>,
) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    if !typed.code.contains('.') {
        counted(&ask).await.or_failed(&ask)?;
    }
    // A program has no browser; its session is the device.
    let device = vault::digest(ask.token.as_deref().unwrap_or_default().as_bytes());
    command(&ask, "check_in", body.digest, move |tx, call| {
        let kind = SignalKind::from_word(&typed.kind)
            .filter(|kind| *kind != SignalKind::Served)
            .ok_or_else(|| Refusal::invalid("kind", "check-in-kind-unknown"))?;
        let ticket = read_code(tx, call, id, &typed.code, device)?;
        let done = code::check_in(tx, call, &ticket, kind)?;
        let json = CheckedJson { kind: done.kind.word().to_owned(), at: done.at.rfc3339() };
        Ok(Answer::json(200, &json!(json)))
    })
    .await
}

fn read_code(
    tx: &mut db::Tx<'_>,
    call: &Call,
    id: Id<Shift>,
    typed: &str,
    device: [u8; 32],
) -> Outcome<Ticket> {
    if typed.contains('.') {
        let (shift, ticket) = code::scan(tx, call, typed, device)?;
        if shift.id != id || ticket.source != Source::RotatingCode {
            return Err(Refusal::conflict("check-in-code-wrong").into());
        }
        return Ok(ticket);
    }
    Ok({
        let shift = crate::shift(tx, id)?;
        code::typed(tx, call, &shift, typed, device)?
    })
}

/// Where a phone is, in degrees and metres. It is held against the meeting point and forgotten.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PositionJson {
    /// Degrees north (WGS 84).
    lat: f64,
    /// Degrees east (WGS 84).
    lon: f64,
    /// Within so many metres of it, with 95 per cent confidence.
    accuracy_m: f64,
}

/// What was kept of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HintJson {
    /// `arrived` or `left`.
    kind: String,
    /// `inside`, `outside` or `unknown`.
    hint: String,
}

/// Says, with the consent of whoever has just come or gone, whether their phone is near the meeting point. It decides nothing.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/nearby", request_body = PositionJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = HintJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn nearby(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<PositionJson>,
) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let PositionJson { lat, lon, accuracy_m } = body.value;
    command(&ask, "location_hint", nearby_digest(id), move |tx, call| {
        let position = Located::of(lat, lon, accuracy_m)
            .ok_or_else(|| Refusal::invalid("lat", "position-unreadable"))?;
        let (kind, hint) = crate::tell_nearby(tx, call, id, position)?;
        let json = HintJson { kind: kind.word().to_owned(), hint: hint.word().to_owned() };
        Ok(Answer::json(200, &json!(json)))
    })
    .await
}

/// Where one meets; both absent to take it back.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct MeetingPointJson {
    /// Degrees north (WGS 84).
    lat: Option<f64>,
    /// Degrees east (WGS 84).
    lon: Option<f64>,
}

/// Says where one meets, for every date of the project at the shift's address.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/meeting-point", request_body = MeetingPointJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = MeetingPointJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn meeting_point(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<MeetingPointJson>,
) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "meeting_point", body.digest, move |tx, call| {
        let unreadable = || Refusal::invalid("lat", "meeting-point-unreadable");
        let point = match (typed.lat, typed.lon) {
            (None, None) => None,
            (lat, lon) => {
                let degrees = lat.zip(lon).ok_or_else(unreadable)?;
                Some(Point::of_degrees(degrees.0, degrees.1).ok_or_else(unreadable)?)
            }
        };
        crate::meet_at(tx, call, id, point)?;
        Ok(Answer::json(200, &json!(MeetingPointJson { lat: typed.lat, lon: typed.lon })))
    })
    .await
}

/// One person of a roll.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RollJson {
    person: String,
    /// Masked.
    name: String,
    phone_last4: String,
    /// RFC 3339; absent when not known.
    arrived_at: Option<String>,
    left_at: Option<String>,
    /// Whether the hours are recorded.
    recorded: bool,
    /// What became of what was said: `called`, `undone`, `settled`, `waits` for the person's own yes, `refused`; absent when
    /// nothing was said.
    said: Option<String>,
    /// By what it was said: `roll_call` or `paper`.
    source: Option<String>,
    /// Whether the person came, as was said last.
    came: Option<bool>,
    /// Name of the rule by which no hours could be made of it.
    rule: Option<String>,
}

/// Everybody who has a place.
#[utoipa::path(get, path = "/api/v1/shifts/{id}/roll", params(("id" = String, Path)),
    responses((status = 200, body = Vec<RollJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn roll_list(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((_, lines), _) = ask
        .app
        .read(&ask, "roll_list_api", move |tx, call| crate::roll(tx, call, id))
        .await
        .or_failed(&ask)?;
    let at = |at: Option<Instant>| at.map(Instant::rfc3339);
    let json: Vec<RollJson> = lines
        .into_iter()
        .map(|line| RollJson {
            person: line.card.id.to_string(),
            name: line.card.name_masked,
            phone_last4: line.card.phone_last4,
            arrived_at: at(line.presence.as_ref().and_then(|row| row.arrived_at)),
            left_at: at(line.presence.as_ref().and_then(|row| row.left_at)),
            recorded: line.presence.as_ref().is_some_and(crate::roll::is_recorded),
            source: line.said.as_ref().map(|said| said.source.word().to_owned()),
            came: line.said.as_ref().map(|said| said.present.came),
            rule: line.said.as_ref().map(|said| said.refused.clone()).filter(|rule| !rule.is_empty()),
            said: line.said.map(|said| said.state),
        })
        .collect();
    Ok(web::json(StatusCode::OK, &json))
}

/// What the leader says of one person.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct PresentJson {
    person: String,
    came: bool,
    /// Minutes late.
    #[serde(default)]
    late: i64,
    /// Minutes gone early.
    #[serde(default)]
    early: i64,
}

/// A roll call; who is not named is not called.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct RollCallJson {
    people: Vec<PresentJson>,
    /// More than an hour after the end, of people whose coming and going nobody saw: why so late, `no_phone`, `no_network`,
    /// `busy` or `sheet_late`.
    reason: Option<String>,
}

/// A roll call that was noted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalledJson {
    /// Until when it can be taken back (RFC 3339); then it becomes hours, and the roll says what of each person.
    settles_at: String,
}

/// Calls the roll, for everybody named or for nobody.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/roll", request_body = RollCallJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = CalledJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn roll_call(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<RollCallJson>,
) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "roll_call", body.digest, move |tx, call| {
        let said = typed.people.iter().map(|one| {
            let person = one.person.parse();
            let person = person.map_err(|_| Refusal::conflict("roll-not-signed-up"))?;
            Ok(Present { person, came: one.came, late: Minutes(one.late), early: Minutes(one.early) })
        });
        let said: Vec<Present> = said.collect::<Result<_, Refusal>>()?;
        let reason = view::reason(typed.reason.as_deref())?;
        let settles_at = crate::call_roll(tx, call, id, &said, reason)?;
        Ok(Answer::json(200, &json!(CalledJson { settles_at: settles_at.rfc3339() })))
    })
    .await
}

/// A signed row of a paper sheet.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct SheetRowJson {
    person: String,
    /// When they came, as it stands on the sheet (RFC 3339).
    came_at: String,
    /// When they went (RFC 3339).
    left_at: String,
}

/// The signed rows of a paper sheet, in its order; who did not sign is left out.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct SheetJson {
    rows: Vec<SheetRowJson>,
    /// More than a day after the end: why so late, as for a roll call.
    reason: Option<String>,
}

/// Types in a signed paper sheet, every row or none. A row that is refused is named by `row`, from 1.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/sheet", request_body = SheetJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = CalledJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sheet_enter(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<SheetJson>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "sheet_enter", body.digest, move |tx, call| {
        let row = |(n, row): (usize, &SheetRowJson)| crate::SheetRow {
            number: n + 1,
            person: row.person.parse().ok(),
            came_at: Instant::parse_rfc3339(&row.came_at),
            left_at: Instant::parse_rfc3339(&row.left_at),
        };
        let rows: Vec<_> = typed.rows.iter().enumerate().map(row).collect();
        let reason = view::reason(typed.reason.as_deref())?;
        let settles_at = crate::enter_sheet(tx, call, id, &rows, reason)?;
        Ok(Answer::json(200, &json!(CalledJson { settles_at: settles_at.rfc3339() })))
    })
    .await
}

/// A photograph of a sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhotoJson {
    /// The picture is at `/team/photos/{id}`.
    id: String,
    /// SHA-256 of the picture, hexadecimal.
    sha256: String,
    /// RFC 3339.
    sent_at: String,
}

/// Sends a photograph of a signed sheet, JPEG or PNG; it is kept upright, small and without where it was taken.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/sheet/photos",
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "the picture"),
    responses((status = 201, description = "`{id}`"),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn photo_send(
    ask: Ask,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    photos::must_run(&ask, id).await.or_failed(&ask)?;
    let too_large = |_| Failure::from(Refusal::invalid("photo", "photo-too-large"));
    let bytes =
        to_bytes(request.into_body(), crate::PHOTO_BYTES_MAX).await.map_err(too_large).or_failed(&ask)?;
    let made = |_, photo: Id<crate::Photo>| Answer::json(201, &json!({ "id": photo.to_string() }));
    let kept = photos::keep(&ask, id, None, bytes.to_vec(), made).await;
    Ok(kept.or_failed(&ask)?.into_response())
}

/// Every photograph of a sheet, the oldest first.
#[utoipa::path(get, path = "/api/v1/shifts/{id}/sheet/photos", params(("id" = String, Path)),
    responses((status = 200, body = Vec<PhotoJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn photo_list(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let look = ask.app.look(&ask, "sheet_photos_api", move |tx, call| crate::photos(tx, call, id));
    let ((_, found), _) = look.await.or_failed(&ask)?;
    let json = |photo: crate::PhotoCard| PhotoJson {
        id: photo.id.to_string(),
        sha256: vault::hex(&photo.sha256),
        sent_at: photo.sent_at.rfc3339(),
    };
    Ok(web::json(StatusCode::OK, &found.into_iter().map(json).collect::<Vec<_>>()))
}

/// Takes the last roll call back, as far as it has not become hours.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/roll/undo", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = State),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn roll_undo(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Nothing>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    command(&ask, "roll_undo", body.digest, move |tx, call| {
        crate::undo_roll(tx, call, id)?;
        Ok(state("undone"))
    })
    .await
}

/// Puts a volunteer who came without a sign-up on the list.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/walk-in", request_body = PhoneJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = FoundJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn walk_in(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<PhoneJson>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "walk_in", body.digest, move |tx, call| {
        let phone = people::sign_in::read_phone("phone", &typed.phone)?;
        let person = crate::walk_in(tx, call, id, &phone)?;
        Ok(Answer::json(200, &json!(FoundJson { person: person.to_string() })))
    })
    .await
}

/// Somebody on an offline roster.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RosterPersonJson {
    /// Masked.
    name: String,
    phone_last4: String,
}

/// A roster for a phone without network, good for a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RosterJson {
    /// To be brought back as it is.
    text: String,
    /// Of the text, hexadecimal (SM2 with SM3).
    signature: String,
    /// In the order of the text.
    people: Vec<RosterPersonJson>,
}

/// A signed roster of everybody who has a place. Nothing is written.
#[utoipa::path(get, path = "/api/v1/shifts/{id}/roster", params(("id" = String, Path)),
    responses((status = 200, body = RosterJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn roster_issue(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let (issued, _) = ask
        .app
        .read(&ask, "roster_api", move |tx, call| crate::issue_roster(tx, call, id))
        .await
        .or_failed(&ask)?;
    let person =
        |card: people::Card| RosterPersonJson { name: card.name_masked, phone_last4: card.phone_last4 };
    let people = issued.people.into_iter().map(person).collect();
    Ok(web::json(StatusCode::OK, &RosterJson { text: issued.text, signature: issued.signature, people }))
}

/// What a phone noted without network. Clocks are three numbers: the wall clock in milliseconds since 1970, milliseconds
/// since the page was loaded, which loading it was.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct RosterSentJson {
    /// As it was given.
    text: String,
    /// As it was given.
    signature: String,
    /// The phone's clocks when it had the roster.
    issued: [i64; 3],
    /// The phone's clocks now.
    sent: [i64; 3],
    /// In their order: whose, by the place on the roster from 0; 0 came, 1 went; the phone's clocks then.
    notes: Vec<[i64; 5]>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SyncedJson {
    /// Notes that count as a roll call of their moment.
    in_time: i64,
    /// Notes whose time our clock does not bound: typed later.
    late: i64,
}

/// Brings back what was noted without network; a roster comes back once.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/roster", request_body = RosterSentJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = SyncedJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn roster_sync(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<RosterSentJson>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let RosterSentJson { text, signature, issued, sent, notes } = body.value;
    let sent = crate::Sent { text, signature, issued, sent, notes };
    command(&ask, "roster_sync", body.digest, move |tx, call| {
        let crate::Synced { in_time, late } = crate::sync_roster(tx, call, id, &sent)?;
        Ok(Answer::json(200, &json!(SyncedJson { in_time, late })))
    })
    .await
}
