//! Pages of activities: the public list and detail, and what a leader does with shifts.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use db::{Failure, Outcome};
use journal::Call;
use kernel::{Action, Day, Id, Instant, Kind, Minutes, Organisation, Over};
use people::OrganisationCard;
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, Typed, html};

use super::{Filter, NewShift, Position, Shift, ShiftCard};
use crate::{
    project::{NewProject, ProjectCard, Protection},
    sign_up,
    view::{self, ShiftView},
};

/// Shifts on one page of the list.
pub(crate) const PAGE_SHIFTS: i64 = 20;
/// Days for which a shift is looked for that is still to be called: ten working days and the longest holidays in them, and
/// as many again.
const UNCALLED_DAYS: i32 = 45;
/// Teams listed on a worker's page at most.
const TEAMS_SHOWN_MAX: usize = 20;
/// How far ahead the public list looks when no day is asked for.
const AHEAD_DAYS: i32 = 366;

pub(crate) fn routes() -> Routes {
    let (publish, run) = (Access::Staff(Action::PublishShifts), Access::Staff(Action::RunShifts));
    Routes::new()
        .get("/activities", Access::Guest, list_page)
        .get("/activities/{id}", Access::Guest, detail_page)
        .get("/team", run, team_page)
        .get("/team/activities/new", publish, new_page)
        .post("/team/activities/new", publish, create)
}

#[derive(Template)]
#[template(path = "shift/templates/activities.html")]
struct ListPage {
    page: Page,
    shifts: Vec<ShiftView>,
    categories: Vec<Choice>,
    day: String,
    next: Option<String>,
}

/// What a list was asked for, shared by page and API.
pub(crate) fn filter(
    query: &HashMap<String, String>,
    now: Instant,
    place: kernel::DivisionCode,
) -> (Filter, Option<Position>) {
    let given = |name: &str| query.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let day: Option<kernel::Day> = given("day").and_then(|text| text.parse().ok());
    let (from, to) = match day {
        Some(day) => (day.start().max(now), day.plus(1).start()),
        None => (now, now.day().plus(AHEAD_DAYS).start()),
    };
    let after = given("after").and_then(position);
    (Filter { place, category: given("category").map(str::to_owned), from, to }, after)
}

/// Reads what [`cursor`] wrote.
pub(crate) fn position(text: &str) -> Option<Position> {
    let (at, id) = text.split_once('.')?;
    Some(Position { starts_at: Instant::from_micros(at.parse().ok()?), id: id.parse().ok()? })
}

/// The cursor that goes on behind this shift.
pub(crate) fn cursor(shift: &ShiftCard) -> String {
    format!("{}.{}", shift.starts_at.micros(), shift.id)
}

/// A page of open shifts and the cursor of the next.
pub(crate) fn page_of(
    tx: &mut db::Tx<'_>,
    call: &Call,
    query: &HashMap<String, String>,
    installation: kernel::DivisionCode,
) -> Outcome<(Vec<ShiftCard>, Option<String>)> {
    let place = view::place(query.get("place").map(String::as_str), call.actor.home, installation);
    let (filter, after) = filter(query, call.now, place);
    let mut shifts = super::open_shifts(tx, place.district(), &filter, after, PAGE_SHIFTS + 1)?;
    let more = i64::try_from(shifts.len()).unwrap_or(0) > PAGE_SHIFTS;
    shifts.truncate(usize::try_from(PAGE_SHIFTS).unwrap_or(0));
    let next = shifts.last().filter(|_| more).map(cursor);
    Ok((shifts, next))
}

async fn list_page(ask: Ask, Query(query): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let (asked, installation) = (query.clone(), ask.app.place().division);
    let ((shifts, next), page) = ask
        .app
        .read(&ask, "activities_page", move |tx, call| page_of(tx, call, &asked, installation))
        .await
        .or_failed(&ask)?;
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let page = page.tab("public/activities");
    let plain = |name: &str| {
        text(name).chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect::<String>()
    };
    let next = next.map(|after| {
        format!(
            "/activities?after={after}&category={}&day={}&place={}",
            plain("category"),
            plain("day"),
            plain("place")
        )
    });
    let mut categories = view::categories(&page, &text("category"));
    categories.insert(0, Choice::new("", page.t("shift-any-category")).chosen_if(&text("category")));
    Ok(html(
        StatusCode::OK,
        &ListPage {
            shifts: shifts.iter().map(|shift| ShiftView::new(&page, shift)).collect(),
            categories,
            day: text("day"),
            next,
            page,
        },
    ))
}

#[derive(Template)]
#[template(path = "shift/templates/activity.html")]
struct DetailPage {
    page: Page,
    shift: ShiftView,
    project: ProjectCard,
    leader: String,
    is_open: bool,
    is_run: bool,
    /// `placed`, `waiting`, or another.
    own: String,
    position: i64,
}

async fn detail_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((shift, project, leader, own, is_run, now), page) = ask
        .app
        .read(&ask, "activity_page", move |tx, call| {
            let shift = super::shift_seen(tx, call, id)?;
            let project = crate::project::project(tx, shift.project)?;
            let cards = people::cards(tx, &[shift.leader])?;
            let leader = cards.get(&shift.leader).map(|card| card.name_masked.clone()).unwrap_or_default();
            let own = sign_up::own(tx, call, id)?;
            let is_run = shift.is_run_by(call);
            Ok((shift, project, leader, own, is_run, call.now))
        })
        .await
        .or_failed(&ask)?;
    let page = page.back("/activities").tab("public/activities");
    let (state, position) = own.map_or((String::new(), 0), |(card, position)| (card.state, position));
    let view = ShiftView::new(&page, &shift);
    let is_open = shift.is_open(now);
    Ok(html(
        StatusCode::OK,
        &DetailPage { page, shift: view, project, leader, is_open, is_run, own: state, position },
    ))
}

#[derive(Template)]
#[template(path = "shift/templates/team.html")]
struct TeamPage {
    page: Page,
    /// Teams whose leaders the actor may name: id and name.
    teams: Vec<(String, String)>,
    today: Vec<ShiftView>,
    /// Each with how many working days are left.
    roll: Vec<(ShiftView, String)>,
    later: Vec<ShiftView>,
}

async fn team_page(ask: Ask) -> Result<Response, Failed> {
    let ((shifts, mut teams, now), page) = ask
        .app
        .read(&ask, "team_page", |tx, call| {
            let (from, to) = (call.now.day().plus(-UNCALLED_DAYS).start(), call.now.day().plus(31).start());
            let mut teams = own_teams(tx, call)?;
            teams.retain(|team| call.actor.may(Action::PublishShifts, team.division));
            Ok((super::shifts_run(tx, call, from, to)?, teams, call.now))
        })
        .await
        .or_failed(&ask)?;
    let page = page.tab("leader/team");
    let pick = |is_it: &dyn Fn(&ShiftCard) -> bool| {
        let found = shifts.iter().filter(|(shift, _)| is_it(shift));
        found.map(|(shift, _)| ShiftView::new(&page, shift)).collect::<Vec<_>>()
    };
    let today = pick(&|s| s.starts_at.day() == now.day() && s.ends_at > now);
    let later = pick(&|s| s.starts_at.day() > now.day());
    let over = shifts.iter().filter(|(shift, _)| shift.ends_at <= now);
    let clock = |due: Option<Day>| match due {
        Some(due) => view::clock(&page, &ask.app.kit().calendar.now(), now.day(), due),
        None => String::new(),
    };
    let roll = over.map(|(shift, due)| (ShiftView::new(&page, shift), clock(*due))).collect();
    teams.truncate(TEAMS_SHOWN_MAX);
    let teams = teams.into_iter().map(|team| (team.id.to_string(), team.name)).collect();
    Ok(html(StatusCode::OK, &TeamPage { teams, today, roll, later, page }))
}

/// Teams that the actor may publish for.
pub(crate) fn own_teams(tx: &mut db::Tx<'_>, call: &Call) -> Outcome<Vec<OrganisationCard>> {
    /// Statements at most, so that the page has a constant number.
    const LOOKS_MAX: usize = 3;
    let mut teams: Vec<OrganisationCard> = Vec::new();
    let grants = call.actor.grants.iter().filter(|grant| grant.role.allows(Action::PublishShifts));
    for grant in grants.take(LOOKS_MAX) {
        match grant.over {
            Over::Subtree(place) => teams.extend(people::organisations_in(tx, place)?),
            Over::Organisation(team) => teams.extend(people::organisation(tx, team)?),
        }
    }
    teams.dedup_by_key(|team| team.id);
    Ok(teams)
}

#[derive(Template)]
#[template(path = "shift/templates/new.html")]
struct NewPage {
    page: Page,
    typed: Fields,
    teams: Vec<Choice>,
    categories: Vec<Choice>,
    copy: String,
    min_age: String,
    protection: Vec<Choice>,
    skills: Vec<Choice>,
}

impl NewPage {
    fn new(page: Page, typed: Fields, teams: &[OrganisationCard], copy: String) -> Self {
        let page = page.back("/team").tab("leader/team");
        Self {
            teams: teams
                .iter()
                .map(|team| {
                    Choice::new(team.id.to_string(), team.name.clone()).chosen_if(typed.text("organisation"))
                })
                .collect(),
            categories: view::categories(&page, typed.text("category")),
            min_age: typed.given("min_age").unwrap_or("0").to_owned(),
            protection: view::protection(&page, &typed),
            skills: view::skills(&page, typed.text("skill")),
            page,
            typed,
            copy,
        }
    }
}

async fn new_page(ask: Ask, Query(query): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let copy = query.get("copy").filter(|text| !text.is_empty()).cloned();
    let copied = copy.clone();
    let ((teams, old), page) = ask
        .app
        .read(&ask, "activity_new_page", move |tx, call| {
            let teams = own_teams(tx, call)?;
            let Some(copy) = &copied else { return Ok((teams, None)) };
            let shift = super::shift_seen(tx, call, view::id(copy)?)?;
            let project = crate::project::project(tx, shift.project)?;
            Ok((teams, Some(typed_of(&shift, &project, call.now))))
        })
        .await
        .or_failed(&ask)?;
    let typed = old.unwrap_or_default();
    Ok(html(StatusCode::OK, &NewPage::new(page, typed, &teams, copy.unwrap_or_default())))
}

/// The form as it would be typed for the next time: the same hours of the same weekday, as many weeks later as it takes.
fn typed_of(shift: &ShiftCard, project: &ProjectCard, now: Instant) -> Fields {
    let starts_at = shift.next_time(now);
    let ends_at = starts_at + shift.ends_at.minutes_since(shift.starts_at);
    let tick = |word: &str, wanted: bool| if wanted { word } else { "" }.to_owned();
    Fields::of(&[
        ("organisation", project.organisation.to_string()),
        ("title", project.title.clone()),
        ("summary", project.summary.clone()),
        ("risk", project.risk.clone()),
        ("category", project.category.clone()),
        ("protection", tick("insurance", project.protection.insurance)),
        ("protection", tick("training", project.protection.training)),
        ("protection", tick("skill_proof", project.protection.skill_proof)),
        ("skill", project.protection.skill.clone().unwrap_or_default()),
        ("starts_at", starts_at.local_text()),
        ("ends_at", ends_at.local_text()),
        ("address", shift.address.clone()),
        ("places", shift.places.to_string()),
        ("min_age", shift.min_age.to_string()),
        ("break_minutes", shift.apart.pause.number().to_string()),
        ("travel_minutes", shift.apart.travel.number().to_string()),
    ])
}

/// What was typed, with every field that cannot be read.
fn read_new(fields: &Fields, call: &Call) -> Outcome<(NewProject, NewShift)> {
    let leader = call.actor.signed_in()?;
    let mut read = Typed::new(fields);
    let organisation = fields.text("organisation").parse::<Id<Organisation>>();
    if organisation.is_err() {
        read.refuse("organisation", "project-organisation-missing");
    }
    let starts_at = read.time("starts_at", call.now + Minutes::from_hours(1));
    let shift = NewShift {
        starts_at,
        ends_at: read.time("ends_at", starts_at + Minutes::from_hours(1)),
        places: read.number("places", 1),
        address: fields.text("address").to_owned(),
        leader,
        min_age: read.number("min_age", 0),
        apart: hours::Apart {
            pause: Minutes(read.number("break_minutes", 0)),
            travel: Minutes(read.number("travel_minutes", 0)),
        },
    };
    let project = NewProject {
        // Only a form that is refused below keeps this id.
        organisation: organisation.unwrap_or_else(|_| leader.cast()),
        title: fields.text("title").to_owned(),
        summary: fields.text("summary").to_owned(),
        category: fields.text("category").to_owned(),
        risk: fields.text("risk").to_owned(),
        protection: Protection {
            insurance: fields.all("protection").any(|word| word == "insurance"),
            training: fields.all("protection").any(|word| word == "training"),
            skill: fields.given("skill").map(str::to_owned),
            skill_proof: fields.all("protection").any(|word| word == "skill_proof"),
        },
        copied_from: None,
    };
    let mut rules = crate::project::wrong_fields(&project);
    rules.extend(shift.wrong_fields(call.now));
    read.done(rules)?;
    Ok((project, shift))
}

async fn create(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "activity_create", fields.key(), fields.digest(), move |tx, call| {
            let (mut project, shift) = read_new(&typed, call)?;
            if let Some(copy) = typed.given("copy") {
                project.copied_from = Some(super::shift_seen(tx, call, view::id(copy)?)?.project);
            }
            let project = crate::project::create_project(tx, call, &project)?;
            let shift = super::create_shift(tx, call, project, &shift)?;
            let published = super::publish_shift(tx, call, shift)?;
            Ok(Answer::go(format!("/team/shifts/{shift}?done={}", published.word())))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let (teams, page) = ask.app.read(&ask, "activity_new_page", own_teams).await.or_failed(&ask)?;
            let copy = fields.text("copy").to_owned();
            let form = NewPage::new(page.wrong(&refusal.fields), fields, &teams, copy);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &form))
        }
        outcome => Ok(axum::response::IntoResponse::into_response(outcome.or_failed(&ask)?)),
    }
}
