//! `/t/{id}/roll`: everybody on one screen, there unless the trainer says otherwise; who came without a place; calling off.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{FieldRefusal, Id, Kind};
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, beside, html};

use super::{RollLine, call_roll};
use crate::{
    session::{Session, cancel_session},
    view::{self, SessionView},
};

struct LineView {
    id: String,
    name: String,
    initial: String,
    last4: String,
    is_away: bool,
    /// `open`, or the word of what it is now.
    state: String,
}

impl LineView {
    fn new(line: &RollLine) -> Self {
        let enrolment = &line.enrolment;
        Self {
            id: line.card.id.to_string(),
            name: line.card.name_masked.clone(),
            initial: line.card.initial.clone(),
            last4: line.card.phone_last4.clone(),
            is_away: enrolment.present == Some(false),
            state: enrolment.state.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "roll/templates/roll.html")]
struct RollPage {
    page: Page,
    session: SessionView,
    lines: Vec<LineView>,
    /// Whether something was said of everybody.
    is_called: bool,
    starts: String,
    done: String,
    typed: Fields,
}

async fn show(
    ask: &Ask,
    id: Id<Session>,
    status: StatusCode,
    wrong: &[FieldRefusal],
    typed: Fields,
    done: &str,
) -> Result<Response, Failed> {
    let ((session, lines, now), page) = ask
        .app
        .read(ask, "training_roll_page", move |tx, call| {
            let (session, lines) = super::roll(tx, call, id)?;
            Ok((session, lines, call.now))
        })
        .await
        .or_failed(ask)?;
    let page = page.back("/t").tab("trainer/courses").wrong(wrong);
    let shown = RollPage {
        is_called: lines.iter().all(|line| line.enrolment.present.is_some()),
        lines: lines.iter().map(LineView::new).collect(),
        starts: page.moment(session.starts_at),
        session: SessionView::new(&page, &session, now),
        done: done.to_owned(),
        typed,
        page,
    };
    Ok(html(status, &shown))
}

pub(crate) async fn look(
    ask: Ask,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let id = view::id(&id).or_failed(&ask)?;
    let done = query.get("done").map_or("", String::as_str);
    show(&ask, id, StatusCode::OK, &[], Fields::default(), done).await
}

pub(crate) async fn sent(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = fields.clone();
    let answer = ask
        .app
        .command(&ask, "training_roll", fields.key(), fields.digest(), move |tx, call| {
            let (session, lines) = super::roll(tx, call, id)?;
            let all = typed.text("all") == "yes";
            let open = lines.iter().filter(|line| line.enrolment.state == "enrolled");
            let said: Vec<_> = open
                .map(|line| {
                    let person = line.card.id;
                    (person, all || typed.text(&format!("present-{person}")) != "no")
                })
                .collect();
            call_roll(tx, call, id, &said)?;
            // Once it is over there is nothing left to do here.
            let next = if call.now >= session.ends_at { "results" } else { "roll" };
            Ok(Answer::go(format!("/t/{id}/{next}?done=called")))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

pub(crate) async fn walk_in_sent(
    ask: Ask,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = fields.text("phone").to_owned();
    let outcome = ask
        .app
        .command(&ask, "training_walk_in", fields.key(), fields.digest(), move |tx, call| {
            let phone = people::sign_in::read_phone("phone", &typed)?;
            super::walk_in(tx, call, id, &phone)?;
            Ok(Answer::go(format!("/t/{id}/roll?done=walked-in")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Conflict) => {
            let status = web::status_of(&refusal);
            show(&ask, id, status, &beside("phone", &refusal), fields, "").await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

pub(crate) async fn cancel(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = fields.text("reason").to_owned();
    let outcome = ask
        .app
        .command(&ask, "training_cancel", fields.key(), fields.digest(), move |tx, call| {
            cancel_session(tx, call, id, &typed)?;
            Ok(Answer::go("/t?done=cancelled"))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, id, StatusCode::UNPROCESSABLE_ENTITY, &refusal.fields, fields, "").await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}
