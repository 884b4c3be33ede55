//! `/a/overdue`: what is late in an area, and the button that urges it on.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Action, District, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, html};

use crate::{
    need::Need,
    overdue::{OVERDUE_MAX, may_urge, overdue, urge, urge_all},
    place,
    view::{Words, id_of, tag},
};

pub(crate) fn routes() -> Routes {
    Routes::new().get("/a/overdue", Access::Staff(Action::SeeFigures), list).post(
        "/a/overdue",
        Access::Staff(Action::UrgeNeeds),
        send,
    )
}

/// A late need. Nothing of it tells whom it is for.
struct Line {
    id: String,
    /// Where it can be acted on, for who may.
    href: Option<String>,
    title: String,
    late: String,
    community: String,
    number: String,
    state: String,
    tag: &'static str,
    urgent: bool,
    urged: Option<String>,
    may_urge: bool,
}

#[derive(Template)]
#[template(path = "overdue/templates/overdue.html")]
struct OverduePage {
    page: Page,
    lines: Vec<Line>,
    /// How many may be urged on now.
    urgeable: usize,
    /// A button for each district in which several may be: its code, and its words.
    all: Vec<(String, String)>,
    is_cut: bool,
}

async fn list(ask: Ask) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_overdue_page", |tx, call| {
        let (needs, tree) = (overdue(tx, call, Action::SeeFigures, None)?, places::tree_in(tx)?);
        let may = |need: &Need| (call.actor.may(Action::SeeNeeds, need.division), may_urge(call, need));
        let rights: Vec<(bool, bool)> = needs.iter().map(may).collect();
        Ok((needs, rights, tree, call.now))
    });
    let ((needs, rights, tree, now), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let line = |(need, (may_see, may_urge)): (&Need, (bool, bool))| Line {
        id: need.id.to_string(),
        href: may_see.then(|| format!("/w/needs/{}", need.id)),
        title: words.category(need.category),
        late: words.left(need.due_at, now),
        community: place::name(&tree, need.division),
        number: need.number.clone(),
        state: words.say(&format!("need-staff-{}", need.state.word()), &[]),
        tag: tag(need.state),
        urgent: need.urgent,
        urged: need.urged_at.map(|at| words.moment(at)),
        may_urge,
    };
    let is_cut = i64::try_from(needs.len()).is_ok_and(|count| count == OVERDUE_MAX);
    let mut by_district: BTreeMap<District, i64> = BTreeMap::new();
    for (need, _) in needs.iter().zip(&rights).filter(|(_, (_, may_urge))| *may_urge) {
        *by_district.entry(need.division.district()).or_default() += 1;
    }
    let button = |(district, count): (&District, &i64)| {
        let words = if by_district.len() == 1 {
            page.ta("overdue-urge-all", "count", *count)
        } else {
            let area = place::name(&tree, district.division());
            page.tb("overdue-urge-all-of", "area", area, "count", *count)
        };
        (district.number().to_string(), words)
    };
    let all = by_district.iter().filter(|(_, count)| **count > 1).map(button).collect();
    let urgeable = rights.iter().filter(|(_, may_urge)| *may_urge).count();
    let lines: Vec<Line> = needs.iter().zip(rights).map(line).collect();
    let page = page.back("/a").tab("area/overdue");
    Ok(html(StatusCode::OK, &OverduePage { page, lines, urgeable, all, is_cut }))
}

/// Urges on the need that was tapped, or all of a district.
async fn send(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let one = fields.given("need").map(id_of).transpose().or_failed(&ask)?;
    let all = fields.given("all").and_then(|code| code.parse().ok()).and_then(District::new);
    let sent = ask.app.command(&ask, "need_urge", fields.key(), fields.digest(), move |tx, call| {
        match (one, all) {
            (Some(need), _) => urge(tx, call, need)?,
            (None, Some(district)) => drop(urge_all(tx, call, district)?),
            (None, None) => return Err(Refusal::missing().into()),
        }
        Ok(Answer::go("/a/overdue".to_owned()))
    });
    Ok(sent.await.or_failed(&ask)?.into_response())
}
