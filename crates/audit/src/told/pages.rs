//! `/x/told`: what was told and waits.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, FieldRefusal, Id, Kind, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, html, status_of};

use super::{AlarmTold, ToldAlarm, close, look_at, told};
use crate::{area::quarter, found::pages::concern_said};

pub(crate) fn routes() -> Routes {
    let audits = Access::Staff(Action::Audit);
    Routes::new()
        .get("/x/told", audits, told_page)
        .post("/x/told/{id}/look", audits, look)
        .post("/x/told/{id}/close", audits, finish)
        .api(audits, utoipa_axum::routes!(super::api::told_list))
}

#[derive(Template)]
#[template(path = "told/templates/told.html")]
struct ToldPage {
    page: Page,
    lines: Vec<Line>,
    /// The note as it was typed, where it was refused.
    typed: String,
}

struct Line {
    id: String,
    alarm: &'static str,
    state: &'static str,
    measured: String,
    concern: String,
    place: String,
    told: String,
    /// What came of it; empty until it is closed.
    note: String,
    /// Whether its note was refused.
    is_wrong: bool,
}

/// The evidence of it: the alarms of its place and quarter.
fn evidence(one: &ToldAlarm) -> String {
    let (first, last) = quarter(one.quarter);
    format!("/x?division={}&from={first}&to={last}#{}", one.division, one.alarm.word())
}

/// The list; with the alarm whose note was refused, the note and why.
async fn show(ask: &Ask, refused: Option<(Id<AlarmTold>, String, Refusal)>) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "alarms_told_page", |tx, call| {
        let all = told(tx, call)?;
        Ok((all, places::tree_in(tx)?))
    });
    let ((all, tree), page) = read.await.or_failed(ask)?;
    let line = |one: &ToldAlarm| {
        let key = format!("alarms-measured-{}", one.alarm.word());
        Line {
            id: one.id.to_string(),
            alarm: one.alarm.word(),
            state: one.state.word(),
            measured: page.tb(&key, "measured", one.measured, "threshold", one.threshold),
            concern: concern_said(&page, &tree, one.concern),
            place: tree.full_name(one.division).unwrap_or_else(|| one.division.to_string()),
            told: page.date(one.told_at.day()),
            note: one.note.clone(),
            is_wrong: refused.as_ref().is_some_and(|(id, ..)| *id == one.id),
        }
    };
    let lines = all.iter().map(line).collect();
    let (mut typed, mut status) = (String::new(), StatusCode::OK);
    let mut page = page.back("/x").tab("audit/told");
    if let Some((_, note, refusal)) = refused {
        (typed, status, page) = (note, status_of(&refusal), page.wrong(&beside(&refusal)));
    }
    Ok(html(status, &ToldPage { page, lines, typed }))
}

/// What was wrong, beside the note.
fn beside(refusal: &Refusal) -> Vec<FieldRefusal> {
    if refusal.fields.is_empty() {
        return vec![FieldRefusal { field: "note", rule: refusal.rule, args: refusal.args.clone() }];
    }
    refusal.fields.clone()
}

async fn told_page(ask: Ask) -> Result<Response, Failed> {
    show(&ask, None).await
}

fn id_of(text: &str) -> Result<Id<AlarmTold>, Failure> {
    text.parse().map_err(|_| Refusal::missing().into())
}

/// Notes the look and leads to the evidence.
async fn look(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let outcome = ask
        .app
        .command(&ask, "alarm_look_at", fields.key(), fields.digest(), move |tx, call| {
            Ok(Answer::go(evidence(&look_at(tx, call, id)?)))
        })
        .await;
    Ok(outcome.or_failed(&ask)?.into_response())
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
    match outcome {
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Conflict) => {
            show(&ask, Some((id, typed, refusal))).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}
