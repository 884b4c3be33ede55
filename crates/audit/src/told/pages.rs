//! `/x/told`: what was told and waits.

use alarms::Alike;
use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, Id, Kind, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, beside, html, status_of};

use super::{AlarmTold, State, ToldAlarm, close, look_at, names, told};
use crate::{area::quarter, found::pages::concern_said};

pub(crate) fn routes() -> Routes {
    let audits = Access::Staff(Action::Audit);
    Routes::new()
        .get("/x/told", audits, told_page)
        .post("/x/told/{id}/look", audits, look)
        .post("/x/told/{id}/close", audits, finish)
        .api(audits, utoipa_axum::routes!(super::api::told_list))
        .api(audits, utoipa_axum::routes!(super::api::told_look))
        .api(audits, utoipa_axum::routes!(super::api::told_close))
}

#[derive(Template)]
#[template(path = "told/templates/told.html")]
struct ToldPage {
    page: Page,
    lines: Vec<Line>,
    /// The reason or note as it was typed, where it was refused.
    typed: String,
}

struct Line {
    id: String,
    alarm: &'static str,
    state: &'static str,
    measured: String,
    /// What honest thing it looks like; empty where the evidence does not tell.
    alike: &'static str,
    concern: String,
    place: String,
    told: String,
    /// Why it is looked at, or what came of it.
    note: String,
    /// Where the evidence is, for who opened it, and after it is closed.
    evidence: Option<String>,
    /// Whether it is the asker's to look at.
    is_opened: bool,
    /// The field that was refused; empty where none was.
    wrong: &'static str,
}

/// The evidence of it: the alarms of its place and quarter.
fn evidence(one: &ToldAlarm) -> String {
    let (first, last) = quarter(one.quarter);
    format!("/x?division={}&from={first}&to={last}#{}", one.division, one.alarm.word())
}

/// The list; with the alarm whose note was refused, the note and why.
async fn show(
    ask: &Ask,
    refused: Option<(Id<AlarmTold>, &'static str, String, Refusal)>,
) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "alarms_told_page", |tx, call| {
        let all = told(tx, call)?;
        let names = names(tx, call, &all)?;
        let opened: Vec<bool> = all.iter().map(|one| one.is_named_to(&call.actor)).collect();
        Ok((all, names, opened, places::tree_in(tx)?))
    });
    let ((all, names, opened, tree), page) = read.await.or_failed(ask)?;
    let line = |(one, is_opened): (&ToldAlarm, bool)| {
        let key = format!("alarms-measured-{}", one.alarm.word());
        Line {
            id: one.id.to_string(),
            alarm: one.alarm.word(),
            state: one.state.word(),
            measured: page.tb(&key, "measured", one.measured, "threshold", one.threshold),
            alike: one.looks_like.map_or("", Alike::word),
            concern: match names.get(&one.concern).filter(|_| is_opened) {
                Some(name) => page.ta("told-concerns", "name", name.as_str()),
                None => concern_said(&page, &tree, one.concern),
            },
            place: tree.full_name(one.division).unwrap_or_else(|| one.division.to_string()),
            told: page.date(one.told_at.day()),
            note: one.note.clone(),
            evidence: (is_opened || one.state == State::Closed).then(|| evidence(one)),
            is_opened,
            wrong: refused.as_ref().filter(|(id, ..)| *id == one.id).map_or("", |(_, field, ..)| field),
        }
    };
    let lines = all.iter().zip(opened).map(line).collect();
    let (mut typed, mut status) = (String::new(), StatusCode::OK);
    let mut page = page.back("/x").tab("audit/told");
    if let Some((_, field, text, refusal)) = refused {
        (typed, status, page) = (text, status_of(&refusal), page.wrong(&beside(field, &refusal)));
    }
    Ok(html(status, &ToldPage { page, lines, typed }))
}

async fn told_page(ask: Ask) -> Result<Response, Failed> {
    show(&ask, None).await
}

pub(super) fn id_of(text: &str) -> Result<Id<AlarmTold>, Failure> {
    text.parse().map_err(|_| Refusal::missing().into())
}

/// Opens it with a reason and shows whom it concerns, with the way to the evidence.
async fn look(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let reason = fields.text("reason").to_owned();
    let typed = reason.clone();
    let outcome = ask
        .app
        .command(&ask, "alarm_look_at", fields.key(), fields.digest(), move |tx, call| {
            look_at(tx, call, id, &reason)?;
            Ok(Answer::go(format!("/x/told#t-{id}")))
        })
        .await;
    answered(&ask, outcome, (id, "reason", typed)).await
}

async fn finish(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let note = fields.text("note").to_owned();
    let typed = note.clone();
    let outcome = ask
        .app
        .command(&ask, "alarm_close", fields.key(), fields.digest(), move |tx, call| {
            close(tx, call, id, &note)?;
            Ok(Answer::go("/x/told"))
        })
        .await;
    answered(&ask, outcome, (id, "note", typed)).await
}

/// Where it leads, or the list with what was typed and why it was refused.
async fn answered(
    ask: &Ask,
    outcome: Result<Answer, Failure>,
    (id, field, typed): (Id<AlarmTold>, &'static str, String),
) -> Result<Response, Failed> {
    match outcome {
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Conflict) => {
            show(ask, Some((id, field, typed, refusal))).await
        }
        outcome => Ok(outcome.or_failed(ask)?.into_response()),
    }
}
