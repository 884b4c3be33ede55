//! `/t/{id}/results`: who was there passed unless the trainer says otherwise; one confirm, and ten minutes to take it back.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Arg, FieldRefusal, Id, Kind};
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, html};

use super::{Mark, Said};
use crate::{
    RollLine,
    roll::roll,
    session::Session,
    view::{self, SessionView},
};

struct LineView {
    id: String,
    name: String,
    initial: String,
    last4: String,
    /// Each mark's word, and whether it is chosen.
    marks: Vec<(&'static str, bool)>,
    /// What it is, where that is said; empty where it is open.
    result: String,
    wrong: String,
}

impl LineView {
    fn new(ask: &Ask, line: &RollLine, is_open: bool, sent: Option<(&Fields, &[FieldRefusal])>) -> Self {
        let id = line.card.id.to_string();
        let enrolment = &line.enrolment;
        let proposed = match (enrolment.result, enrolment.present) {
            (Some(mark), _) => Some(mark),
            (None, Some(true)) => Some(Mark::Passed),
            (None, Some(false)) => Some(Mark::Absent),
            (None, None) => None,
        };
        let typed = sent.and_then(|(fields, _)| Mark::from_word(fields.text(&format!("result-{id}"))));
        let chosen = if sent.is_some() { typed } else { proposed };
        let is_mine = |wrong: &&FieldRefusal| wrong.args.contains(&("person", Arg::from(id.clone())));
        let wrong = sent.and_then(|(_, wrong)| wrong.iter().find(is_mine));
        let is_open = is_open && enrolment.state == "enrolled";
        let said = if enrolment.state == "enrolled" {
            enrolment.result.map(|mark| mark.word().to_owned())
        } else {
            Some(enrolment.state.clone())
        };
        Self {
            name: line.card.name_masked.clone(),
            initial: line.card.initial.clone(),
            last4: line.card.phone_last4.clone(),
            marks: Mark::ALL.iter().map(|mark| (mark.word(), chosen == Some(*mark))).collect(),
            result: if is_open { String::new() } else { said.unwrap_or_default() },
            wrong: wrong.map(|one| ask.app.text().field(ask.language, one)).unwrap_or_default(),
            id,
        }
    }
}

#[derive(Template)]
#[template(path = "results/templates/results.html")]
struct ResultsPage {
    page: Page,
    session: SessionView,
    lines: Vec<LineView>,
    /// Whether something was said at the roll of everybody.
    is_called: bool,
    ends: String,
    /// Until when the results can be taken back, or empty.
    undo_until: String,
    passed: usize,
    others: usize,
    done: String,
}

async fn show(
    ask: &Ask,
    id: Id<Session>,
    status: StatusCode,
    sent: Option<(&Fields, &[FieldRefusal])>,
    done: &str,
) -> Result<Response, Failed> {
    let ((session, lines, now), page) = ask
        .app
        .read(ask, "training_results_page", move |tx, call| {
            let (session, lines) = roll(tx, call, id)?;
            Ok((session, lines, call.now))
        })
        .await
        .or_failed(ask)?;
    let page = page.back("/t").tab("trainer/courses");
    let is_open = session.state == "planned";
    let undo = session.follow_at.filter(|until| session.state == "closing" && *until > now);
    let passed = lines.iter().filter(|line| line.enrolment.result == Some(Mark::Passed)).count();
    let shown = ResultsPage {
        is_called: lines.iter().all(|line| line.enrolment.present.is_some()),
        passed,
        others: lines.len() - passed,
        lines: lines.iter().map(|line| LineView::new(ask, line, is_open, sent)).collect(),
        ends: page.moment(session.ends_at),
        undo_until: undo.map(web::clock).unwrap_or_default(),
        session: SessionView::new(&page, &session, now),
        done: done.to_owned(),
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
    show(&ask, id, StatusCode::OK, None, done).await
}

pub(crate) async fn sent(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "training_results", fields.key(), fields.digest(), move |tx, call| {
            let (_, lines) = roll(tx, call, id)?;
            let said = lines.iter().filter_map(|line| {
                let person = line.card.id;
                Some(Said { person, mark: Mark::from_word(typed.text(&format!("result-{person}")))? })
            });
            super::close_results(tx, call, id, &said.collect::<Vec<_>>())?;
            Ok(Answer::go(format!("/t/{id}/results?done=closed")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let sent = Some((&fields, refusal.fields.as_slice()));
            show(&ask, id, StatusCode::UNPROCESSABLE_ENTITY, sent, "").await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

pub(crate) async fn undo(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let answer = ask
        .app
        .command(&ask, "training_results_undo", fields.key(), fields.digest(), move |tx, call| {
            super::undo_results(tx, call, id)?;
            Ok(Answer::go(format!("/t/{id}/results?done=undone")))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}
