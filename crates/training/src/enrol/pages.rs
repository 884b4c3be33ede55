//! `/training`: what is taught near, and one session with its button.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Outcome, Tx};
use journal::Call;
use kernel::{DivisionCode, Id};
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, html};

use crate::{
    session::{self, Session, SessionCard, open_sessions},
    view::{self, SessionView},
};

/// Sessions on the list.
pub(crate) const LISTED_MAX: i64 = 40;
/// Stations looked at for the phone of the place.
const STATIONS_MAX: i64 = 4;

/// The open sessions of the reader's district; a guest's is the installation's.
pub(crate) fn listed(tx: &mut Tx<'_>, call: &Call, installation: DivisionCode) -> Outcome<Vec<SessionCard>> {
    let home = if call.actor.person.is_some() { call.actor.home } else { installation };
    open_sessions(tx, home.district(), call.now, LISTED_MAX)
}

#[derive(Template)]
#[template(path = "enrol/templates/list.html")]
struct ListPage {
    page: Page,
    sessions: Vec<SessionView>,
}

pub(crate) async fn list(ask: Ask) -> Result<Response, Failed> {
    let installation = ask.app.place().division;
    let ((sessions, now), page) = ask
        .app
        .read(&ask, "trainings_page", move |tx, call| Ok((listed(tx, call, installation)?, call.now)))
        .await
        .or_failed(&ask)?;
    let page = tabbed(page, "/v/training");
    let sessions = sessions.iter().map(|one| SessionView::new(&page, one, now)).collect();
    Ok(html(StatusCode::OK, &ListPage { sessions, page }))
}

/// A volunteer comes from their own page and goes back there.
fn tabbed(page: Page, back: &str) -> Page {
    if page.volunteer { page.back(back).tab("volunteer/me") } else { page.back("/").tab("public/activities") }
}

#[derive(Template)]
#[template(path = "enrol/templates/session.html")]
struct DetailPage {
    page: Page,
    session: SessionView,
    trainer: String,
    /// Name and phone of the station there; empty without one.
    station: String,
    phone: String,
    /// Where a phone calls it.
    tel: String,
    /// The state of the reader's own enrolment, or empty.
    own: String,
    /// Whether the reader has promised to be elsewhere then.
    is_busy: bool,
    is_open: bool,
    /// Whether the reader holds it.
    is_mine: bool,
    is_held_by_reader: bool,
    done: String,
}

pub(crate) async fn look(
    ask: Ask,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let ((session, trainer, station, own, is_busy, call), page) = ask
        .app
        .read(&ask, "training_page", move |tx, call| {
            let session = session::session(tx, id)?;
            let trainer = people::cards(tx, &[session.trainer])?.remove(&session.trainer);
            let stations = places::stations_around(tx, session.division, STATIONS_MAX)?;
            let there = stations.into_iter().find(|one| one.recorded.division == session.division);
            let own = super::own_state(tx, call, id)?;
            let is_busy = match call.actor.person {
                Some(person) => people::is_busy(tx, person, session.starts_at, session.ends_at, None)?,
                None => false,
            };
            let station = there.map(|one| (one.recorded.name, one.recorded.contact.phone));
            Ok((session, trainer, station.unwrap_or_default(), own, is_busy, call.clone()))
        })
        .await
        .or_failed(&ask)?;
    let page = tabbed(page, "/training");
    let shown = DetailPage {
        trainer: trainer.map(|card| card.name_masked).unwrap_or_default(),
        tel: format!("tel:{}", station.1.replace(' ', "")),
        station: station.0,
        phone: station.1,
        is_open: session.is_open(call.now),
        is_mine: call.actor.person == Some(session.trainer),
        is_held_by_reader: session.must_be_held_by(&call).is_ok(),
        session: SessionView::new(&page, &session, call.now),
        done: query.get("done").cloned().unwrap_or_default(),
        own,
        is_busy,
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}

pub(crate) async fn enrol(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let answer = ask
        .app
        .command(&ask, "training_enrol", fields.key(), fields.digest(), move |tx, call| {
            super::enrol(tx, call, id)?;
            Ok(Answer::go(format!("/training/{id}?done=enrolled")))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

pub(crate) async fn withdraw(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Session> = view::id(&id).or_failed(&ask)?;
    let answer = ask
        .app
        .command(&ask, "training_withdraw", fields.key(), fields.digest(), move |tx, call| {
            super::withdraw(tx, call, id)?;
            Ok(Answer::go(format!("/training/{id}?done=withdrawn")))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}
