//! `/t`: a trainer's sessions and courses; a new session, of a course there is or of a new one, in one form; a week later in
//! one tap.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome, Tx};
use journal::Call;
use kernel::{Action, DivisionCode, FieldRefusal, Id, Kind, Minutes, Refusal};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Typed, html};

use super::{NewSession, Session, SessionCard};
use crate::{
    Gives, NewCourse,
    course::{self, Course, CourseCard},
    view::{self, SessionView},
};

#[derive(Template)]
#[template(path = "session/templates/courses.html")]
struct CoursesPage {
    page: Page,
    /// Begun, and results still to be said.
    due: Vec<SessionView>,
    ahead: Vec<SessionView>,
    over: Vec<SessionView>,
    /// Ids of the sessions that are the last of their course: a copy is offered.
    last: Vec<String>,
    courses: Vec<Choice>,
    gives: Vec<Choice>,
    places: Vec<Choice>,
    typed: Fields,
    /// Whether the fields of a new course stand open.
    is_new: bool,
    done: String,
}

/// Everything the page is made of.
struct Board {
    sessions: Vec<SessionCard>,
    courses: Vec<CourseCard>,
    places: Vec<(DivisionCode, String)>,
    now: kernel::Instant,
}

fn board(tx: &mut Tx<'_>, call: &Call) -> Outcome<Board> {
    let own = places::own(call, Action::HoldTraining);
    let places = places::choices(&places::tree_in(tx)?, &own, "");
    let places = places.into_iter().filter_map(|one| {
        let code = DivisionCode::parse(&one.value).ok()?;
        (code.level() >= kernel::Level::Street).then_some((code, one.label))
    });
    Ok(Board {
        places: places.collect(),
        sessions: super::sessions_held(tx, call)?,
        courses: course::courses(tx, call)?,
        now: call.now,
    })
}

/// The form as it begins: as the last session was.
fn proposed(board: &Board) -> Fields {
    let Some(last) = board.sessions.iter().max_by_key(|one| one.id) else { return Fields::default() };
    let starts_at = last.next_time(board.now);
    let ends_at = starts_at + last.ends_at.minutes_since(last.starts_at);
    Fields::of(&[
        ("course", last.course.to_string()),
        ("unit", last.unit.clone()),
        ("division", last.division.to_string()),
        ("address", last.address.clone()),
        ("starts_at", starts_at.local_text()),
        ("ends_at", ends_at.local_text()),
        ("break_minutes", last.pause.number().to_string()),
        ("places", last.places.to_string()),
    ])
}

async fn show(
    ask: &Ask,
    status: StatusCode,
    wrong: &[FieldRefusal],
    typed: Option<Fields>,
    done: &str,
) -> Result<Response, Failed> {
    let (board, page) = ask.app.read(ask, "courses_page", board).await.or_failed(ask)?;
    let page = page.back("/me").tab("trainer/courses").wrong(wrong);
    let typed = typed.unwrap_or_else(|| proposed(&board));
    let now = board.now;
    let pick = |is_it: &dyn Fn(&SessionCard) -> bool| -> Vec<SessionView> {
        board.sessions.iter().filter(|one| is_it(one)).map(|one| SessionView::new(&page, one, now)).collect()
    };
    let mut last: HashMap<Id<Course>, &SessionCard> = HashMap::new();
    for one in &board.sessions {
        let newest = last.entry(one.course).or_insert(one);
        if one.starts_at >= newest.starts_at {
            *newest = one;
        }
    }
    let mut over = pick(&|one| one.state != "planned");
    over.reverse();
    let new = Choice::new("", page.t("course-new"));
    let there = board.courses.iter().map(|one| Choice::new(one.id.to_string(), one.written.title.clone()));
    let is_new = board.courses.is_empty() || typed.text("course").is_empty();
    let chosen = |choice: Choice| choice.chosen_if(typed.text("course"));
    let shown = CoursesPage {
        due: pick(&|one| one.state == "planned" && one.starts_at <= now),
        ahead: pick(&|one| one.is_open(now)),
        over,
        last: last.values().map(|one| one.id.to_string()).collect(),
        courses: there.chain([new]).map(chosen).collect(),
        gives: view::gives_choices(&page, typed.given("gives").unwrap_or(people::BASIC_TRAINING)),
        places: board
            .places
            .iter()
            .map(|(code, name)| Choice::new(code.to_string(), name.clone()).chosen_if(typed.text("division")))
            .collect(),
        is_new,
        typed,
        done: done.to_owned(),
        page,
    };
    Ok(html(status, &shown))
}

pub(crate) async fn courses_page(
    ask: Ask,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let done = query.get("done").map_or("", String::as_str);
    show(&ask, StatusCode::OK, &[], None, done).await
}

/// A session of a course there is, or of a new one that is written with it; every wrong field of both is named.
fn plan(tx: &mut Tx<'_>, call: &Call, fields: &Fields) -> Outcome<Id<Session>> {
    let mut read = Typed::new(fields);
    let division = DivisionCode::parse(fields.text("division")).unwrap_or_default();
    if division == DivisionCode::default() {
        read.refuse("division", "training-place-missing");
    }
    let starts_at = read.time("starts_at", call.now + Minutes::from_hours(1));
    let session = NewSession {
        division,
        address: fields.text("address").to_owned(),
        starts_at,
        ends_at: read.time("ends_at", starts_at + Minutes::from_hours(1)),
        pause: Minutes(read.number("break_minutes", 0)),
        places: read.number("places", 1),
    };
    let mut rules = session.wrong_fields(call.now);
    let course = match fields.text("course") {
        "" => {
            let gives = Gives::from_word(fields.text("gives"));
            if gives.is_none() {
                read.refuse("gives", "course-gives-unknown");
            }
            let new = NewCourse {
                division,
                title: fields.text("title").to_owned(),
                content: fields.text("content").to_owned(),
                gives: gives.unwrap_or(Gives::Nothing),
                months: read.number("months", 1),
                unit: fields.text("unit").to_owned(),
            };
            let wrong = new.wrong_fields();
            rules.extend(wrong.into_iter().filter(|one| one.field != "division"));
            Err(new)
        }
        typed => Ok(view::id(typed)?),
    };
    read.done(rules)?;
    let course = match course {
        Ok(there) => there,
        Err(new) => course::create_course(tx, call, &new)?,
    };
    super::create_session(tx, call, course, &session)
}

pub(crate) async fn publish(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "training_plan", fields.key(), fields.digest(), move |tx, call| {
            plan(tx, call, &typed)?;
            Ok(Answer::go("/t?done=planned"))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, StatusCode::UNPROCESSABLE_ENTITY, &refusal.fields, Some(fields), "").await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

pub(crate) async fn copy(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let answer = ask
        .app
        .command(&ask, "training_copy", fields.key(), fields.digest(), move |tx, call| {
            super::copy_session(tx, call, id).map_err(|failure| match failure {
                // There is no field to mend here.
                Failure::Refused(refusal) if refusal.kind == Kind::Invalid => {
                    let rule = refusal.fields.first().map_or("invalid", |one| one.rule);
                    Failure::Refused(Refusal::conflict(rule))
                }
                failure => failure,
            })?;
            Ok(Answer::go("/t?done=copied"))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}
