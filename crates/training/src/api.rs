//! The JSON API of courses and their sessions: the same use cases as the pages.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Outcome, Tx};
use journal::Call;
use kernel::{DivisionCode, Id, Instant, Minutes, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use crate::{
    CourseCard, Gives, Mark, NewCourse, NewSession, RollLine, Said, SessionCard, course::Course,
    enrol::pages::listed, session::Session, view,
};

/// A course.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CourseJson {
    id: String,
    division: String,
    title: String,
    /// What it teaches.
    content: String,
    /// What passing gives: `basic`, the word of a skill, or empty.
    gives: String,
    /// For how many months; 0 for good.
    months: i64,
    /// Which unit holds it.
    unit: String,
    /// How many sessions it has had.
    sessions: i64,
}

impl CourseJson {
    fn new(card: &CourseCard) -> Self {
        let course = &card.written;
        Self {
            id: card.id.to_string(),
            division: course.division.to_string(),
            title: course.title.clone(),
            content: course.content.clone(),
            gives: course.gives.word().to_owned(),
            months: course.months,
            unit: course.unit.clone(),
            sessions: card.sessions,
        }
    }
}

/// A course to write.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct NewCourseJson {
    /// Nine or twelve digits.
    division: String,
    title: String,
    content: String,
    /// `basic`, the word of a skill, or empty.
    #[serde(default)]
    gives: String,
    /// For how many months; 0 for good, which the basic training cannot be.
    #[serde(default)]
    months: i64,
    unit: String,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeJson {
    id: String,
}

/// The state something is in now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrainingState {
    state: String,
}

/// Nothing more to say.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct Empty {}

fn made<T>(id: Id<T>) -> Answer {
    Answer::json(201, &json!(MadeJson { id: id.to_string() }))
}

fn state(word: &str) -> Answer {
    Answer::json(200, &json!(TrainingState { state: word.to_owned() }))
}

fn division(text: &str) -> Result<DivisionCode, Refusal> {
    DivisionCode::parse(text).map_err(|_| Refusal::invalid("division", "training-place-missing"))
}

fn time(field: &'static str, text: &str) -> Result<Instant, Refusal> {
    Instant::parse_rfc3339(text).ok_or_else(|| Refusal::invalid(field, "time-unreadable"))
}

async fn command(
    ask: &Ask,
    name: &'static str,
    digest: [u8; 32],
    work: impl FnMut(&mut Tx<'_>, &Call) -> Outcome<Answer> + Send + 'static,
) -> Result<Response, Failed> {
    Ok(ask.app.command(ask, name, None, digest, work).await.or_failed(ask)?.into_response())
}

/// Courses of the areas in which the asker holds trainings, the newest first.
#[utoipa::path(get, path = "/api/v1/courses", responses((status = 200, body = Vec<CourseJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn courses(ask: Ask) -> Result<Response, Failed> {
    let (found, _) = ask.app.read(&ask, "courses_api", crate::courses).await.or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &found.iter().map(CourseJson::new).collect::<Vec<_>>()))
}

/// Writes a course.
#[utoipa::path(post, path = "/api/v1/courses", request_body = NewCourseJson,
    params(("idempotency-key" = String, Header)), responses((status = 201, body = MadeJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn course_create(ask: Ask, body: Body<NewCourseJson>) -> Result<Response, Failed> {
    let typed = body.value;
    command(&ask, "course_create", body.digest, move |tx, call| {
        let gives = Gives::from_word(&typed.gives);
        let new = NewCourse {
            division: division(&typed.division)?,
            title: typed.title.clone(),
            content: typed.content.clone(),
            gives: gives.ok_or_else(|| Refusal::invalid("gives", "course-gives-unknown"))?,
            months: typed.months,
            unit: typed.unit.clone(),
        };
        Ok(made(crate::create_course(tx, call, &new)?))
    })
    .await
}

/// A session of a course.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionJson {
    id: String,
    course: String,
    /// The how-manieth of its course.
    number: i64,
    division: String,
    title: String,
    /// What it teaches.
    content: String,
    /// What passing gives: `basic`, the word of a skill, or empty.
    gives: String,
    /// For how many months; 0 for good.
    months: i64,
    /// Which unit holds it.
    unit: String,
    address: String,
    /// RFC 3339.
    starts_at: String,
    ends_at: String,
    /// Minutes of breaks in it.
    break_minutes: i64,
    /// Learning time.
    minutes: i64,
    places: i64,
    taken: i64,
    /// `planned`, `closing`, `held` or `cancelled`.
    state: String,
}

impl SessionJson {
    pub(crate) fn new(session: &SessionCard) -> Self {
        Self {
            id: session.id.to_string(),
            course: session.course.to_string(),
            number: session.number,
            division: session.division.to_string(),
            title: session.title.clone(),
            content: session.content.clone(),
            gives: session.gives.word().to_owned(),
            months: session.months,
            unit: session.unit.clone(),
            address: session.address.clone(),
            starts_at: session.starts_at.rfc3339(),
            ends_at: session.ends_at.rfc3339(),
            break_minutes: session.pause.number(),
            minutes: session.minutes().number(),
            places: session.places,
            taken: session.taken,
            state: session.state.clone(),
        }
    }
}

/// Sessions of the asker's district that people can still enrol in, by time; a guest's is the installation's.
#[utoipa::path(get, path = "/api/v1/training-sessions", responses((status = 200, body = Vec<SessionJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sessions(ask: Ask) -> Result<Response, Failed> {
    let installation = ask.app.place().division;
    let (found, _) = ask
        .app
        .read(&ask, "training_sessions_api", move |tx, call| listed(tx, call, installation))
        .await
        .or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &found.iter().map(SessionJson::new).collect::<Vec<_>>()))
}

/// A session to plan.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct NewSessionJson {
    /// Id of the course.
    course: String,
    /// Nine or twelve digits.
    division: String,
    address: String,
    /// RFC 3339.
    starts_at: String,
    ends_at: String,
    #[serde(default)]
    break_minutes: i64,
    places: i64,
}

/// Plans a session of a course; the asker holds it.
#[utoipa::path(post, path = "/api/v1/training-sessions", request_body = NewSessionJson,
    params(("idempotency-key" = String, Header)), responses((status = 201, body = MadeJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn session_create(ask: Ask, body: Body<NewSessionJson>) -> Result<Response, Failed> {
    let typed = body.value;
    command(&ask, "training_plan", body.digest, move |tx, call| {
        let course: Id<Course> = view::id(&typed.course)?;
        let new = NewSession {
            division: division(&typed.division)?,
            address: typed.address.clone(),
            starts_at: time("starts_at", &typed.starts_at)?,
            ends_at: time("ends_at", &typed.ends_at)?,
            pause: Minutes(typed.break_minutes),
            places: typed.places,
        };
        Ok(made(crate::create_session(tx, call, course, &new)?))
    })
    .await
}

/// A session with what one must know before coming.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionDetail {
    #[serde(flatten)]
    session: SessionJson,
    /// Who holds it, masked.
    trainer: String,
    /// Why it was called off, or empty.
    notice: String,
    /// The asker's own enrolment: `enrolled`, `withdrawn`, `cancelled`, `passed`, `failed`, `absent`; absent without one.
    own: Option<String>,
}

/// One session.
#[utoipa::path(get, path = "/api/v1/training-sessions/{id}", params(("id" = String, Path)),
    responses((status = 200, body = SessionDetail),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn session_detail(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let ((session, trainer, own), _) = ask
        .app
        .read(&ask, "training_session_api", move |tx, call| {
            let session = crate::session(tx, id)?;
            let trainer = people::cards(tx, &[session.trainer])?.remove(&session.trainer);
            Ok((session, trainer, crate::own_state(tx, call, id)?))
        })
        .await
        .or_failed(&ask)?;
    let json = SessionDetail {
        trainer: trainer.map(|card| card.name_masked).unwrap_or_default(),
        notice: session.notice.clone(),
        own: Some(own).filter(|own| !own.is_empty()),
        session: SessionJson::new(&session),
    };
    Ok(web::json(StatusCode::OK, &json))
}

/// The same session a week later, or as many as it takes to lie ahead; the asker holds it.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/copy", request_body = Empty,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 201, body = MadeJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn session_copy(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Empty>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    command(&ask, "training_copy", body.digest, move |tx, call| Ok(made(crate::copy_session(tx, call, id)?)))
        .await
}

/// Why a session is called off.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct CancelSessionJson {
    /// Goes into the message to everybody in it.
    reason: String,
}

/// Calls a session off; everybody in it is told.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/cancel", request_body = CancelSessionJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = TrainingState),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn session_cancel(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<CancelSessionJson>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "training_cancel", body.digest, move |tx, call| {
        crate::cancel_session(tx, call, id, &typed.reason)?;
        Ok(state("cancelled"))
    })
    .await
}

/// Gives the asker, a volunteer, a place.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/enrol", request_body = Empty,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = TrainingState),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn enrol(ask: Ask, Path(id): Path<String>, body: Body<Empty>) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    command(&ask, "training_enrol", body.digest, move |tx, call| {
        crate::enrol(tx, call, id)?;
        Ok(state("enrolled"))
    })
    .await
}

/// Gives the asker's place back.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/withdraw", request_body = Empty,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = TrainingState),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn withdraw(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Empty>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    command(&ask, "training_withdraw", body.digest, move |tx, call| {
        crate::withdraw(tx, call, id)?;
        Ok(state("withdrawn"))
    })
    .await
}

/// One person of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LearnerJson {
    person: String,
    /// Masked.
    name: String,
    phone_last4: String,
    /// `enrolled`, `cancelled`, `passed`, `failed` or `absent`.
    state: String,
    /// Whether they were there; absent until the roll is called.
    present: Option<bool>,
    /// What was said and may still be taken back: `passed`, `failed` or `absent`.
    result: Option<String>,
}

impl LearnerJson {
    fn new(line: &RollLine) -> Self {
        Self {
            person: line.card.id.to_string(),
            name: line.card.name_masked.clone(),
            phone_last4: line.card.phone_last4.clone(),
            state: line.enrolment.state.clone(),
            present: line.enrolment.present,
            result: line.enrolment.result.map(|mark| mark.word().to_owned()),
        }
    }
}

/// Everybody who has a place, for who holds trainings there.
#[utoipa::path(get, path = "/api/v1/training-sessions/{id}/roll", params(("id" = String, Path)),
    responses((status = 200, body = Vec<LearnerJson>),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn roll_list(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let ((_, lines), _) = ask
        .app
        .read(&ask, "training_roll_api", move |tx, call| crate::roll(tx, call, id))
        .await
        .or_failed(&ask)?;
    Ok(web::json(StatusCode::OK, &lines.iter().map(LearnerJson::new).collect::<Vec<_>>()))
}

/// Whether somebody was there.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct PresenceJson {
    person: String,
    present: bool,
}

/// Who was there; who is not named stays as they were.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct PresencesJson {
    people: Vec<PresenceJson>,
}

/// Notes who was there, until the results are closed.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/roll", request_body = PresencesJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = TrainingState),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn roll_call(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<PresencesJson>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "training_roll", body.digest, move |tx, call| {
        let said = typed.people.iter().map(|one| Ok((view::id(&one.person)?, one.present)));
        crate::call_roll(tx, call, id, &said.collect::<Outcome<Vec<_>>>()?)?;
        Ok(state("called"))
    })
    .await
}

/// Who came without a place.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct CameJson {
    phone: String,
}

/// Who was put on the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnListJson {
    person: String,
}

/// Gives a volunteer who came without a place a free one, and notes that they are there.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/walk-in", request_body = CameJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = OnListJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn walk_in(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<CameJson>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "training_walk_in", body.digest, move |tx, call| {
        let phone = people::sign_in::read_phone("phone", &typed.phone)?;
        let person = crate::roll::walk_in(tx, call, id, &phone)?;
        Ok(Answer::json(200, &json!(OnListJson { person: person.to_string() })))
    })
    .await
}

/// The result of somebody.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct ResultJson {
    person: String,
    /// `passed`, `failed` or `absent`.
    result: String,
}

/// The results of everybody in the session.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(crate) struct ResultsJson {
    people: Vec<ResultJson>,
}

/// Until when results can be taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosedJson {
    /// RFC 3339.
    undo_until: String,
}

/// Says the results of everybody and closes the session; it can be taken back for ten minutes.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/results", request_body = ResultsJson,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = ClosedJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn results_close(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<ResultsJson>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = body.value;
    command(&ask, "training_results", body.digest, move |tx, call| {
        let read = |one: &ResultJson| {
            let mark = Mark::from_word(&one.result);
            let mark = mark.ok_or_else(|| Refusal::invalid("result", "result-unknown"))?;
            Ok(Said { person: view::id(&one.person)?, mark })
        };
        let said = typed.people.iter().map(read).collect::<Outcome<Vec<_>>>()?;
        let until = crate::close_results(tx, call, id, &said)?;
        Ok(Answer::json(200, &json!(ClosedJson { undo_until: until.rfc3339() })))
    })
    .await
}

/// Takes the results back, within ten minutes.
#[utoipa::path(post, path = "/api/v1/training-sessions/{id}/results/undo", request_body = Empty,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = TrainingState),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn results_undo(
    ask: Ask,
    Path(id): Path<String>,
    body: Body<Empty>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    command(&ask, "training_results_undo", body.digest, move |tx, call| {
        crate::undo_results(tx, call, id)?;
        Ok(state("planned"))
    })
    .await
}
