//! What is mine: `/v`, the volunteer's today, and `/me`, everything about me.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use hours::OwnHours;
use kernel::{Action, Instant, Minutes};
use needs::Glimpse;
use shifts::{AROUND_MINUTES, MyShift};
use web::{Ask, Failed, OrFailed, Page, html};

use crate::{start::Activity, when};

/// Open needs shown on `/v`.
const NEAREST_MAX: usize = 3;
/// Own shifts shown after the next.
const LATER_MAX: usize = 3;

#[derive(Template)]
#[template(path = "own/templates/today.html")]
struct TodayPage {
    page: Page,
    /// The next thing promised, and whether one may check in or out now.
    next: Option<(Activity, bool)>,
    later: Vec<Activity>,
    waiting: Vec<Activity>,
    nearest: Vec<OpenNeed>,
    hours: String,
    open_presences: usize,
    volunteer: bool,
}

/// A need in a line, as anybody may know it.
struct OpenNeed {
    id: String,
    icon: &'static str,
    what: String,
    when: String,
    place: String,
    urgent: bool,
}

pub(crate) async fn today(ask: Ask) -> Result<Response, Failed> {
    let ((shifts, needs, tree, hours, now), page) = ask
        .app
        .read(&ask, "today_page", move |tx, call| {
            let home = call.actor.home;
            let shifts = shifts::my_shifts(tx, call, home, call.now - AROUND_MINUTES)?;
            let needs = needs::open_needs(tx, call, home, None)?;
            let tree = places::tree_in(tx)?;
            Ok((shifts, needs, tree, hours::own_hours(tx, call)?, call.now))
        })
        .await
        .or_failed(&ask)?;
    let page = page.tab("volunteer/today");
    let of = |state: &str, from: usize, most: usize| -> Vec<Activity> {
        let mine = shifts.iter().filter(|mine| mine.state == state).skip(from).take(most);
        mine.map(|mine| Activity::of(&page, &mine.shift)).collect()
    };
    let next = shifts.iter().find(|mine| mine.state == "placed");
    let shown = TodayPage {
        next: next.map(|mine| (Activity::of(&page, &mine.shift), may_check_in(mine, now))),
        later: of("placed", 1, LATER_MAX),
        waiting: of("waiting", 0, LATER_MAX),
        nearest: needs.iter().take(NEAREST_MAX).map(|need| OpenNeed::of(&page, &tree, need)).collect(),
        hours: Minutes(hours.minutes).to_string(),
        open_presences: hours.open.len(),
        volunteer: page.volunteer,
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}

fn may_check_in(mine: &MyShift, now: Instant) -> bool {
    (mine.shift.starts_at - AROUND_MINUTES..=mine.shift.ends_at + AROUND_MINUTES).contains(&now)
}

impl OpenNeed {
    fn of(page: &Page, tree: &divisions::Tree, need: &Glimpse) -> Self {
        Self {
            id: need.id.to_string(),
            icon: need.category.icon,
            what: page.t(&format!("need-category-{}", need.category.word)),
            when: when::window(page, need.starts_at, need.ends_at),
            place: tree.get(need.division).map(|place| place.name.to_owned()).unwrap_or_default(),
            urgent: need.urgent,
        }
    }
}

#[derive(Template)]
#[template(path = "own/templates/me.html")]
struct MePage {
    page: Page,
    name: String,
    hours: String,
    grades: [String; 4],
    balance: String,
    surplus: Option<String>,
    links: Vec<(&'static str, &'static str, &'static str)>,
    staff: Vec<(&'static str, &'static str, &'static str)>,
}

pub(crate) async fn me(ask: Ask) -> Result<Response, Failed> {
    let ((name, hours, coins, actor), page) = ask
        .app
        .read(&ask, "me_page", move |tx, call| {
            let me = call.actor.signed_in()?;
            let name = people::full_name(tx, me)?;
            let hours = hours::own_hours(tx, call)?;
            let coins = timebank::coins(tx, me, None)?;
            Ok((name, hours, coins, std::sync::Arc::clone(&call.actor)))
        })
        .await
        .or_failed(&ask)?;
    let mut links = vec![("/my/needs", "me-needs", "heart-handshake")];
    if page.volunteer {
        links.extend([("/my/shifts", "me-shifts", "calendar"), ("/v/profile", "me-profile", "edit")]);
    } else {
        links.push(("/join", "me-join", "users"));
    }
    links.extend([
        ("/v/hours", "me-hours", "clock"),
        ("/v/coins", "me-coins", "coin"),
        ("/v/cert", "me-certificates", "certificate"),
        ("/me/looks", "me-looks", "eye"),
        ("/me/sessions", "me-sessions", "device-mobile"),
        ("/prefs?next=/me", "me-prefs", "text-size"),
    ]);
    let allowed = |action| actor.grants.iter().any(|grant| grant.role.allows(action));
    let work = [
        (Action::RunShifts, ("/team", "shell-tab-team", "users")),
        (Action::SeeNeeds, ("/w", "shell-rail-inbox", "list-check")),
        (Action::SeePeople, ("/w/people", "shell-rail-people", "search")),
        (Action::ReviewHours, ("/w/reviews", "shell-rail-reviews", "clipboard-check")),
        (Action::GrantRoles, ("/a/roles", "shell-rail-roles", "shield-check")),
        (Action::ManagePlaces, ("/w/places/new", "station-new-title", "building-community")),
    ];
    let staff = work.into_iter().filter(|(action, _)| allowed(*action)).map(|(_, link)| link).collect();
    let shown = MePage {
        page: page.tab("public/me"),
        name,
        hours: Minutes(hours.minutes).to_string(),
        grades: grades(&hours),
        balance: coins.balance.to_string(),
        surplus: (coins.surplus.number() > 0).then(|| coins.surplus.to_string()),
        links,
        staff,
    };
    Ok(html(StatusCode::OK, &shown))
}

/// Hours by grade, `a` to `d`.
fn grades(hours: &OwnHours) -> [String; 4] {
    std::array::from_fn(|at| Minutes(hours.by_grade.get(at).copied().unwrap_or_default()).to_string())
}
