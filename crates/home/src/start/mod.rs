//! `/`: ask for help, give help, or call. Below that: what is going on in the area.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use db::{Outcome, Tx};
use journal::Call;
use kernel::Instant;
use needs::Need;
use shifts::{Filter, ShiftCard};
use web::{Ask, Failed, OrFailed, Page, html};

/// Needs of one's own shown.
const OWN_MAX: usize = 3;
/// Activities shown.
const ACTIVITIES_MAX: i64 = 3;
/// Days ahead that are looked at.
const AHEAD_DAYS: i32 = 30;

#[derive(Template)]
#[template(path = "start/templates/start.html")]
struct StartPage {
    page: Page,
    /// What the person signed in has asked for and is not over, the newest first.
    own: Vec<OwnNeed>,
    activities: Vec<Activity>,
    /// Open needs; at most as many as the public list holds on a page.
    open_needs: usize,
    /// Whether there are more.
    more_needs: bool,
    /// Volunteers, unless the count is not told.
    volunteers: Option<i64>,
    hours: i64,
    active: Option<i64>,
}

/// A need of one's own in a line: what becomes of it, in the words its page has as heading.
struct OwnNeed {
    href: String,
    state: String,
    what: String,
    when: String,
}

impl OwnNeed {
    fn of(page: &Page, (need, helper): &(Need, String)) -> Self {
        Self {
            href: format!("/need/{}", need.id),
            state: page.ta(&format!("need-resident-{}", need.state.word()), "helper", helper.as_str()),
            what: page.tw("category-", need.category.word),
            when: page.window(need.starts_at, need.ends_at),
        }
    }
}

/// An activity in a line.
struct Activity {
    id: String,
    title: String,
    when: String,
    address: String,
    free: i64,
}

impl Activity {
    fn of(page: &Page, shift: &ShiftCard) -> Self {
        Self {
            id: shift.id.to_string(),
            title: shift.title.clone(),
            when: page.window(shift.starts_at, shift.ends_at),
            address: shift.address.clone(),
            free: shift.free(),
        }
    }
}

fn ahead(now: Instant) -> Instant {
    now.day().plus(AHEAD_DAYS).start()
}

pub(crate) async fn start(ask: Ask) -> Result<Response, Failed> {
    let place = ask.app.place().division;
    let ((own, shifts, needs, figures), page) = ask
        .app
        .read(&ask, "start_page", move |tx, call| {
            let filter = Filter { place, category: None, from: call.now, to: ahead(call.now) };
            let shifts = shifts::open_shifts(tx, place.district(), &filter, None, ACTIVITIES_MAX)?;
            let needs = needs::open_needs(tx, call, place, None)?;
            let today = call.now.day();
            let tree = places::tree_in(tx)?;
            let figures = insight::headline(tx, &tree, place, today)?;
            let own = own_needs(tx, call)?;
            Ok((own, shifts, needs.len(), figures))
        })
        .await
        .or_failed(&ask)?;
    let page = page.tab("public/home");
    let most = usize::try_from(needs::OPEN_MAX).unwrap_or(usize::MAX);
    let shown = StartPage {
        own: own.iter().map(|need| OwnNeed::of(&page, need)).collect(),
        activities: shifts.iter().map(|shift| Activity::of(&page, shift)).collect(),
        open_needs: needs,
        more_needs: needs >= most,
        volunteers: figures.volunteers,
        hours: figures.minutes / 60,
        active: figures.active,
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}

/// What the person signed in still waits for, with the surname of who comes; nothing for a guest.
fn own_needs(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<(Need, String)>> {
    if call.actor.person.is_none() {
        return Ok(Vec::new());
    }
    let open = needs::my_needs(tx, call)?.into_iter().filter(|need| !need.state.is_end()).take(OWN_MAX);
    let open: Vec<Need> = open.collect();
    let helpers: Vec<_> = open.iter().filter_map(|need| need.helper).collect();
    let cards = people::cards(tx, &helpers)?;
    let with_helper = |need: Need| {
        let helper = need.helper.and_then(|id| cards.get(&id));
        let surname = helper.map(|card| card.surname.clone()).unwrap_or_default();
        (need, surname)
    };
    Ok(open.into_iter().map(with_helper).collect())
}
