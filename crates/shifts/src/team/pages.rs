//! A new team, and the page of a team with its leaders.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, FieldRefusal, Id, Kind, Organisation, Person};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, beside, html};

use super::promptness;
use crate::view;

pub(crate) fn routes() -> Routes {
    let publish = Access::Staff(Action::PublishShifts);
    Routes::new()
        .get("/team/new", publish, new_page)
        .post("/team/new", publish, create)
        .get("/team/teams/{id}", publish, team_page)
        .get("/teams/{id}", Access::Guest, promptness::page)
        .post("/team/teams/{id}/leaders", publish, name)
        .post("/team/teams/{id}/leaders/{person}/end", publish, end)
}

#[derive(Template)]
#[template(path = "team/templates/new.html")]
struct NewPage {
    page: Page,
    typed_name: String,
    place: String,
}

async fn new_page(ask: Ask) -> Result<Response, Failed> {
    let (home, page) =
        ask.app.read(&ask, "team_new_page", |_, call| Ok(call.actor.home)).await.or_failed(&ask)?;
    let page = page.back("/team").tab("leader/team");
    Ok(html(StatusCode::OK, &NewPage { page, typed_name: String::new(), place: home.to_string() }))
}

async fn create(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "team_create", fields.key(), fields.digest(), move |tx, call| {
            let team = super::create_team(tx, call, ("place", typed.text("place")), typed.text("name"))?;
            Ok(Answer::go(format!("/team/teams/{team}?done=made")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let ((), page) = ask.app.read(&ask, "team_new_page", |_, _| Ok(())).await.or_failed(&ask)?;
            let page = page.back("/team").tab("leader/team").wrong(&refusal.fields);
            let (typed_name, place) = (fields.text("name").to_owned(), fields.text("place").to_owned());
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { page, typed_name, place }))
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

struct LeaderView {
    id: String,
    initial: String,
    name: String,
    last4: String,
}

#[derive(Template)]
#[template(path = "team/templates/team.html")]
struct TeamPage {
    page: Page,
    id: String,
    name: String,
    leaders: Vec<LeaderView>,
    typed_phone: String,
    done: String,
}

async fn show(
    ask: &Ask,
    id: Id<Organisation>,
    status: StatusCode,
    wrong: &[FieldRefusal],
    typed_phone: &str,
    done: &str,
) -> Result<Response, Failed> {
    let ((team, leaders), page) =
        ask.app.read(ask, "team_one_page", move |tx, call| super::team(tx, call, id)).await.or_failed(ask)?;
    let leader = |card: people::Card| LeaderView {
        id: card.id.to_string(),
        initial: card.initial,
        name: card.name_masked,
        last4: card.phone_last4,
    };
    let shown = TeamPage {
        page: page.back("/team").tab("leader/team").wrong(wrong),
        id: id.to_string(),
        name: team.name,
        leaders: leaders.into_iter().map(leader).collect(),
        typed_phone: typed_phone.to_owned(),
        done: done.to_owned(),
    };
    Ok(html(status, &shown))
}

async fn team_page(
    ask: Ask,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    show(&ask, id, StatusCode::OK, &[], "", query.get("done").map_or("", String::as_str)).await
}

async fn name(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Organisation> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = fields.text("phone").to_owned();
    let outcome = ask
        .app
        .command(&ask, "leader_name", fields.key(), fields.digest(), move |tx, call| {
            let phone = people::sign_in::read_phone("phone", &typed)?;
            super::name_leader(tx, call, id, &phone)?;
            Ok(Answer::go(format!("/team/teams/{id}?done=named")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Conflict) => {
            let status = web::status_of(&refusal);
            let wrong = beside("phone", &refusal);
            show(&ask, id, status, &wrong, fields.text("phone"), "").await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

async fn end(
    ask: Ask,
    Path((id, person)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id: Id<Organisation> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let person: Id<Person> = view::id(&person).map_err(Failure::from).or_failed(&ask)?;
    let answer = ask
        .app
        .command(&ask, "leader_end", fields.key(), fields.digest(), move |tx, call| {
            people::end_leader(tx, call, id, person)?;
            Ok(Answer::go(format!("/team/teams/{id}?done=ended")))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}
