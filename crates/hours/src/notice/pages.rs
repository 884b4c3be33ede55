//! `/notices`: what is up. `/notices/{id}`: one, for anybody, to print. `/w/announce`: putting one up.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, Day, DivisionCode, FieldRefusal, Id, Kind, Level, Refusal};
use places::{Edition, Station};
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, beside, html, status_of};

use super::{
    Listing, NoticeCard, PublicNotice, Unnamed,
    api::{self, NewNoticeJson, area},
    notices, own_notices, put_up, read_notice, take_down,
};
use crate::policy::policy_and_tree;

/// Places offered in the form at most.
const CHOICES_MAX: usize = 200;
/// Stations looked at for the one that people turn to.
const STATIONS_MAX: i64 = 50;

pub(crate) fn routes() -> Routes {
    let review = Access::Staff(Action::ReviewHours);
    Routes::new()
        .get("/notices", Access::Guest, list)
        .get("/notices/{id}", Access::Guest, one)
        .post("/notices/{id}/down", review, down)
        .get("/w/announce", review, form)
        .post("/w/announce", review, announce)
        .api(Access::Guest, utoipa_axum::routes!(api::list))
        .api(Access::Guest, utoipa_axum::routes!(api::detail))
        .api(review, utoipa_axum::routes!(api::make))
        .api(review, utoipa_axum::routes!(api::down))
}

fn named(tree: &Edition, code: DivisionCode) -> String {
    tree.get(code).map_or_else(|| code.to_string(), |division| division.name.to_owned())
}

/// A notice on a list.
struct Line {
    id: String,
    area: String,
    period: String,
    /// `up`, `over` or `down`.
    state: &'static str,
    until: String,
}

fn line(page: &Page, tree: &Edition, today: Day, card: &NoticeCard) -> Line {
    let state = match card.taken_down_at {
        Some(_) => "down",
        None if card.is_up(today) => "up",
        None => "over",
    };
    Line {
        id: card.id.to_string(),
        area: named(tree, card.about.division),
        period: period(page, card),
        state,
        until: page.date(card.about.until),
    }
}

fn period(page: &Page, card: &NoticeCard) -> String {
    format!("{} – {}", page.date(card.about.first), page.date(card.about.last))
}

#[derive(Template)]
#[template(path = "notice/templates/notices.html")]
struct ListPage {
    page: Page,
    area: String,
    lines: Vec<Line>,
}

async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let place = ask.app.place().clone();
    let area = area(query.as_deref(), place.division).map_err(Failure::from).or_failed(&ask)?;
    let ((up, tree, today), page) = ask
        .app
        .read(&ask, "notices_page", move |tx, call| {
            Ok((notices(tx, call, area)?, places::tree_in(tx)?, call.now.day()))
        })
        .await
        .or_failed(&ask)?;
    let page = page.back("/board").tab("public/board");
    let shown = ListPage {
        area: if area == place.division { place.name } else { named(&tree, area) },
        lines: up.iter().map(|card| line(&page, &tree, today, card)).collect(),
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}

#[derive(Template)]
#[template(path = "notice/templates/notice.html")]
struct NoticePage {
    page: Page,
    line: Line,
    read_at: String,
    put_up: String,
    reason: String,
    /// Words where to turn to: who, and by which phone.
    station: String,
    phone: String,
    above: String,
    listing: Option<Listing>,
    may_end: bool,
    typed_reason: String,
}

impl NoticePage {
    /// What is said of those without a name.
    fn unnamed(&self) -> String {
        match self.listing.as_ref().map(|listing| listing.unnamed) {
            None | Some(Unnamed::Nobody) => String::new(),
            Some(Unnamed::Few) => self.page.t("notice-unnamed-few"),
            Some(Unnamed::Counted { people, minutes }) => {
                self.page.tb("notice-unnamed", "people", people, "hours", minutes.to_string())
            }
        }
    }
}

/// The nearest station: of the area itself, else of what is below it, else of what is above.
fn nearest(stations: &[Station], area: DivisionCode) -> Option<&Station> {
    let of = |station: &&Station| station.recorded.division;
    let own = stations.iter().find(|station| of(station) == area);
    let below = || stations.iter().find(|station| area.contains(of(station)));
    own.or_else(below).or_else(|| stations.first())
}

async fn show(
    ask: &Ask,
    id: Id<PublicNotice>,
    status: StatusCode,
    wrong: &[FieldRefusal],
    typed_reason: &str,
) -> Result<Response, Failed> {
    let ((read, stations, tree, now), page) = ask
        .app
        .read(ask, "notice_page", move |tx, call| {
            let read = read_notice(tx, call, id)?;
            let stations = places::stations_around(tx, read.card.about.division, STATIONS_MAX)?;
            Ok((read, stations, places::tree_in(tx)?, call.now))
        })
        .await
        .or_failed(ask)?;
    let area = read.card.about.division;
    let page = page.back(format!("/notices?division={area}")).tab("public/board").wrong(wrong);
    let place = ask.app.place();
    let station = nearest(&stations, area);
    let name = |station: &Station| station.recorded.name.clone();
    let phone = |station: &Station| station.recorded.contact.phone.clone();
    let shown = NoticePage {
        line: line(&page, &tree, now.day(), &read.card),
        read_at: page.moment(now),
        put_up: page.date(read.card.put_up_at.day()),
        reason: read.card.reason,
        station: station.map_or_else(|| place.name.clone(), name),
        phone: station.map_or_else(|| place.phone.clone(), phone),
        above: if area.level() > Level::District { named(&tree, area.parent()) } else { String::new() },
        listing: read.listing,
        may_end: read.may_end,
        typed_reason: typed_reason.to_owned(),
        page,
    };
    Ok(html(status, &shown))
}

async fn one(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    show(&ask, id, StatusCode::OK, &[], "").await
}

async fn down(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<PublicNotice> = id.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let reason = fields.text("reason").to_owned();
    let outcome = ask
        .app
        .command(&ask, "notice_take_down", fields.key(), fields.digest(), move |tx, call| {
            take_down(tx, call, id, &reason)?;
            Ok(Answer::go("/w/announce?done=down"))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, id, status_of(&refusal), &refusal.fields, fields.text("reason")).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

#[derive(Template)]
#[template(path = "notice/templates/announce.html")]
struct AnnouncePage {
    page: Page,
    areas: Vec<Choice>,
    first: String,
    last: String,
    until: String,
    until_hint: String,
    lines: Vec<Line>,
    /// `up`, `down` or nothing.
    done: String,
}

/// What the form offers: each area of the asker's within a district, and what is right below it.
fn choices(tree: &Edition, own: &[DivisionCode], chosen: &str) -> Vec<Choice> {
    let below = own.iter().flat_map(|code| {
        let whole = Choice::new(code.to_string(), named(tree, *code));
        let parts = tree.children(*code).map(|one| Choice::new(one.code.to_string(), one.name));
        [whole].into_iter().filter(|_| code.level() >= Level::District).chain(parts)
    });
    below.take(CHOICES_MAX).map(|choice| choice.chosen_if(chosen)).collect()
}

/// The first and the last day of the month before this one.
fn last_month(today: Day) -> (Day, Day) {
    let (year, month, _) = today.ymd();
    let last = Day::from_ymd(year, month, 1).unwrap_or(today).plus(-1);
    let (year, month, _) = last.ymd();
    (Day::from_ymd(year, month, 1).unwrap_or(last), last)
}

async fn show_form(ask: &Ask, fields: &Fields, refusal: Option<&Refusal>) -> Result<Response, Failed> {
    let asked = fields.given("division").and_then(|code| DivisionCode::parse(code).ok());
    let ((own, cards, tree, today, days), page) = ask
        .app
        .read(ask, "announce_page", move |tx, call| {
            let own = places::own(call, Action::ReviewHours);
            let area = asked.or(own.first().copied()).unwrap_or(DivisionCode::NATION);
            let (policy, _, tree) = policy_and_tree(tx, area, call.now.day())?;
            Ok((own, own_notices(tx, call)?, tree, call.now.day(), policy.notice_days))
        })
        .await
        .or_failed(ask)?;
    // That the same notice is up stands beside its days.
    let wrong = refusal.map(|refusal| beside("first", refusal)).unwrap_or_default();
    let page = page.back("/w").tab("worker/announce").wrong(&wrong);
    let (first, last) = last_month(today);
    let given =
        |name: &str, otherwise: Day| fields.given(name).map_or_else(|| otherwise.to_string(), str::to_owned);
    let shown = AnnouncePage {
        areas: choices(&tree, &own, fields.text("division")),
        first: given("first", first),
        last: given("last", last),
        until: given("until", today.plus(days)),
        until_hint: page.ta("announce-until-hint", "days", i64::from(days)),
        lines: cards.iter().map(|card| line(&page, &tree, today, card)).collect(),
        done: fields.text("done").to_owned(),
        page,
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &shown))
}

async fn form(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    show_form(&ask, &Fields::parse(query.unwrap_or_default().as_bytes()), None).await
}

async fn announce(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let text = |name: &str| fields.text(name).to_owned();
    let typed = NewNoticeJson {
        division: text("division"),
        first: text("first"),
        last: text("last"),
        until: text("until"),
    };
    let outcome = ask
        .app
        .command(&ask, "notice_put_up", fields.key(), fields.digest(), move |tx, call| {
            put_up(tx, call, &typed.read()?)?;
            Ok(Answer::go("/w/announce?done=up"))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Conflict) => {
            show_form(&ask, &fields, Some(&refusal)).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}
