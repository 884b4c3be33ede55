//! What is mine: `/v`, the volunteer's today, and `/me`, everything about me.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use kernel::{Action, Instant, Minutes};
use needs::{Glimpse, Need, Offer};
use shifts::{AROUND_MINUTES, MyShift};
use web::{Ask, Failed, OrFailed, Page, html};

/// Open needs shown on `/v`.
const NEAREST_MAX: usize = 3;
/// Promises shown after the next, and sign-ups that wait.
const LATER_MAX: usize = 3;

#[derive(Template)]
#[template(path = "own/templates/today.html")]
struct TodayPage {
    page: Page,
    next: Option<Promised>,
    later: Vec<Promised>,
    waiting: Vec<Promised>,
    /// What the volunteer is asked and has not answered, the shortest time to answer first.
    asked: Vec<OpenNeed>,
    nearest: Vec<OpenNeed>,
    hours: String,
    open_presences: i64,
    volunteer: bool,
}

/// A shift or a need that somebody promised to come to.
struct Promised {
    starts_at: Instant,
    href: String,
    title: String,
    when: String,
    address: String,
    /// Where to say that one is there, when it is time.
    arrive: Option<String>,
}

/// A need in a line, as anybody may know it.
struct OpenNeed {
    id: String,
    icon: &'static str,
    what: String,
    when: String,
    place: String,
    urgent: bool,
    /// By when to answer, for those who are asked.
    answer_by: Option<String>,
}

pub(crate) async fn today(ask: Ask) -> Result<Response, Failed> {
    let ((shifts, tasks, tree, hours, now), page) = ask
        .app
        .read(&ask, "today_page", move |tx, call| {
            let shifts = shifts::my_shifts(tx, call, call.now - AROUND_MINUTES)?;
            let tasks = needs::tasks(tx, call)?;
            let tree = places::tree_in(tx)?;
            Ok((shifts, tasks, tree, hours::on_record(tx, call.actor.signed_in()?, call.now)?, call.now))
        })
        .await
        .or_failed(&ask)?;
    let page = page.tab("volunteer/today");
    let of_state = |state: &'static str| {
        shifts.iter().filter(move |mine| mine.state == state).map(|mine| Promised::shift(&page, mine, now))
    };
    let mut promised: Vec<Promised> = of_state("placed").collect();
    promised.extend(tasks.mine.iter().map(|need| Promised::need(&page, need)));
    // Where one can check in now comes first: a visit that was forgotten to be ended must not hide it.
    promised.sort_by_key(|one| (one.arrive.is_none(), one.starts_at));
    let waiting = of_state("waiting").take(LATER_MAX).collect();
    let mut promised = promised.into_iter();
    let asked = |(need, offer): &(Glimpse, Offer)| OpenNeed {
        answer_by: Some(page.moment(offer.answer_by)),
        ..OpenNeed::of(&page, &tree, need)
    };
    let shown = TodayPage {
        next: promised.next(),
        later: promised.take(LATER_MAX).collect(),
        waiting,
        asked: tasks.asked.iter().map(asked).collect(),
        nearest: tasks.open.iter().take(NEAREST_MAX).map(|need| OpenNeed::of(&page, &tree, need)).collect(),
        hours: hours.minutes().to_string(),
        open_presences: hours.open,
        volunteer: page.volunteer,
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}

impl Promised {
    fn shift(page: &Page, mine: &MyShift, now: Instant) -> Self {
        Self {
            starts_at: mine.starts_at,
            href: format!("/activities/{}", mine.shift),
            title: mine.title.clone(),
            when: page.window(mine.starts_at, mine.ends_at),
            address: mine.address.clone(),
            arrive: mine.is_around(now).then(|| format!("/shifts/{}/check-in", mine.shift)),
        }
    }

    /// Door and phone stand on the page it leads to, which knows when they may be seen.
    fn need(page: &Page, need: &Need) -> Self {
        Self {
            starts_at: need.starts_at,
            href: format!("/tasks/{}/visit", need.id),
            title: page.t(&format!("category-{}", need.category.word)),
            when: page.window(need.starts_at, need.ends_at),
            address: String::new(),
            arrive: None,
        }
    }
}

impl OpenNeed {
    fn of(page: &Page, tree: &divisions::Tree, need: &Glimpse) -> Self {
        Self {
            id: need.id.to_string(),
            icon: need.category.icon,
            what: page.t(&format!("category-{}", need.category.word)),
            when: page.window(need.starts_at, need.ends_at),
            place: tree.get(need.division).map(|place| place.name.to_owned()).unwrap_or_default(),
            urgent: need.urgent,
            answer_by: None,
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
            let hours = hours::on_record(tx, me, call.now)?;
            let coins = timebank::coins(tx, me, None)?;
            Ok((name, hours, coins, std::sync::Arc::clone(&call.actor)))
        })
        .await
        .or_failed(&ask)?;
    let mut links = vec![("/my/needs", "me-needs", "heart-handshake")];
    if page.volunteer {
        links.extend([
            ("/my/shifts", "me-shifts", "calendar"),
            ("/v/profile", "me-profile", "edit"),
            ("/v/training", "me-training", "school"),
        ]);
    } else {
        links.push(("/join", "me-join", "users"));
    }
    links.extend([
        ("/v/hours", "me-hours", "clock"),
        ("/v/coins", "me-coins", "coin"),
        ("/v/cert", "me-certificates", "certificate"),
        ("/me/card", "me-card", "qrcode"),
        ("/me/looks", "me-looks", "eye"),
        ("/me/identity", "me-identity", "search"),
        ("/me/sessions", "me-sessions", "device-mobile"),
        ("/prefs?next=/me", "me-prefs", "text-size"),
    ]);
    let allowed = |action| actor.grants.iter().any(|grant| grant.role.allows(action));
    let work = [
        (Action::RunShifts, ("/team", "shell-tab-team", "users")),
        (Action::HoldTraining, ("/t", "shell-tab-courses", "school")),
        (Action::SeeNeeds, ("/w", "shell-rail-inbox", "list-check")),
        (Action::SeePeople, ("/w/people", "shell-rail-people", "search")),
        (Action::SeePeople, ("/w/cases", "shell-rail-cases", "shield-check")),
        (Action::ReviewHours, ("/w/reviews", "shell-rail-reviews", "clipboard-check")),
        (Action::ExchangeSheets, ("/w/export", "export-title", "download")),
        (Action::ExchangeSheets, ("/w/import", "import-title", "upload")),
        (Action::SeeFigures, ("/a", "shell-rail-overview", "chart-bar")),
        (Action::Audit, ("/x", "alarms-title", "eye")),
        (Action::Audit, ("/verify", "me-audit", "certificate")),
        (Action::GrantRoles, ("/a/roles", "shell-rail-roles", "shield-check")),
        (Action::ManagePlaces, ("/w/places/new", "station-new-title", "building-community")),
        (Action::ManagePlaces, ("/a/policies", "shell-rail-policies", "scale")),
    ];
    let staff = work.into_iter().filter(|(action, _)| allowed(*action)).map(|(_, link)| link).collect();
    let shown = MePage {
        page: page.tab("public/me"),
        name,
        hours: hours.minutes().to_string(),
        grades: hours.by_grade.map(|minutes| Minutes(minutes).to_string()),
        balance: coins.balance.to_string(),
        surplus: (coins.surplus.number() > 0).then(|| coins.surplus.to_string()),
        links,
        staff,
    };
    Ok(html(StatusCode::OK, &shown))
}
