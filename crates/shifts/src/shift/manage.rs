//! A leader's page of one shift: publish, copy, change, call off. What is refused comes back with what was typed.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome};
use journal::Call;
use kernel::{Action, FieldRefusal, Id, Instant, Kind, Minutes, Person, Refusal};
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, Typed, html};

use super::{NewShift, Shift, ShiftCard};
use crate::{
    kinds::{kind_review, pages::named},
    nearby,
    project::must_in,
    team,
    view::{self, ShiftView},
};

pub(crate) fn routes() -> Routes {
    let (publish, run) = (Access::Staff(Action::PublishShifts), Access::Staff(Action::RunShifts));
    Routes::new()
        .get("/team/shifts/{id}", run, manage_page)
        .post("/team/shifts/{id}/publish", publish, publish_one)
        .post("/team/shifts/{id}/cancel", publish, cancel)
        .post("/team/shifts/{id}/copy", publish, copy)
        .get("/team/shifts/{id}/edit", publish, edit_page)
        .post("/team/shifts/{id}/edit", publish, edit)
}

#[derive(Template)]
#[template(path = "shift/templates/manage.html")]
struct ManagePage {
    page: Page,
    shift: ShiftView,
    leader: String,
    done: String,
    /// What a draft looks like instead of volunteering, what was said of it, and why.
    suspected: Option<(String, String, String)>,
    /// Whether the code is this reader's to show.
    is_mine: bool,
    is_open: bool,
    is_over: bool,
    /// Degrees north and east of where one meets, as typed or as they stand; empty where nobody said it.
    point: (String, String),
    /// When the copy would begin: as typed, or a week later.
    next: String,
    typed: Fields,
}

async fn manage(
    ask: &Ask,
    id: Id<Shift>,
    status: StatusCode,
    wrong: &[FieldRefusal],
    typed: Fields,
    done: &str,
) -> Result<Response, Failed> {
    let ((shift, review, leader, is_mine, point, now), page) = ask
        .app
        .read(ask, "team_shift_page", move |tx, call| {
            let shift = super::shift(tx, id)?;
            shift.must_be_run_by(call)?;
            let leader = people::cards(tx, &[shift.leader])?.remove(&shift.leader);
            let is_mine = call.actor.person == Some(shift.leader);
            let review = if shift.state == "draft" { kind_review(tx, shift.project)? } else { None };
            let point = nearby::meeting_point(tx, &shift)?;
            Ok((shift, review, leader, is_mine, point, call.now))
        })
        .await
        .or_failed(ask)?;
    let page = page.back("/team").tab("leader/team").wrong(wrong);
    let shown = ManagePage {
        leader: leader.map(|card| card.name_masked).unwrap_or_default(),
        suspected: review.map(|review| (named(&page, &review.words()), review.state, review.reason)),
        is_mine,
        point: match (typed.given("lat"), point.map(nearby::Point::degrees)) {
            (Some(lat), _) => (lat.to_owned(), typed.text("lon").to_owned()),
            (None, Some((lat, lon))) => (lat.to_string(), lon.to_string()),
            (None, None) => Default::default(),
        },
        is_open: shift.is_open(now),
        is_over: shift.ends_at <= now,
        next: typed.given("starts_at").map_or_else(|| shift.next_time(now).local_text(), str::to_owned),
        shift: ShiftView::new(&page, &shift),
        page,
        done: done.to_owned(),
        typed,
    };
    Ok(html(status, &shown))
}

async fn manage_page(
    ask: Ask,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let done = query.get("done").map_or("", String::as_str);
    manage(&ask, id, StatusCode::OK, &[], Fields::default(), done).await
}

/// Runs one of the forms of the page; a wrong field brings the page back.
pub(crate) async fn change(
    ask: &Ask,
    fields: Fields,
    name: &'static str,
    id: &str,
    mut work: impl FnMut(&mut db::Tx<'_>, &Call, Id<Shift>, &Fields) -> Outcome<Answer> + Send + 'static,
) -> Result<Response, Failed> {
    let id = view::id(id).map_err(Failure::from).or_failed(ask)?;
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(ask, name, fields.key(), fields.digest(), move |tx, call| work(tx, call, id, &typed))
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            manage(ask, id, StatusCode::UNPROCESSABLE_ENTITY, &refusal.fields, fields, "").await
        }
        outcome => Ok(outcome.or_failed(ask)?.into_response()),
    }
}

async fn publish_one(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    change(&ask, fields, "shift_publish", &id, |tx, call, id, typed| {
        let published = match typed.text("hours") {
            "none" => super::publish_without_hours(tx, call, id)?,
            _ => super::publish_shift(tx, call, id)?,
        };
        Ok(Answer::go(format!("/team/shifts/{id}?done={}", published.word())))
    })
    .await
}

async fn cancel(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    change(&ask, fields, "shift_cancel", &id, |tx, call, id, typed| {
        super::cancel_shift(tx, call, id, typed.text("reason"))?;
        Ok(Answer::go(format!("/team/shifts/{id}?done=cancelled")))
    })
    .await
}

async fn copy(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    change(&ask, fields, "shift_copy", &id, |tx, call, id, typed| {
        let starts_at = Instant::parse_local(typed.text("starts_at"))
            .ok_or_else(|| Refusal::invalid("starts_at", "time-unreadable"))?;
        let copy = super::copy_shift(tx, call, id, starts_at)?;
        let published = super::publish_shift(tx, call, copy)?;
        Ok(Answer::go(format!("/team/shifts/{copy}?done={}", published.word())))
    })
    .await
}

#[derive(Template)]
#[template(path = "shift/templates/edit.html")]
struct EditPage {
    page: Page,
    shift: ShiftView,
    typed: Fields,
    leaders: Vec<Choice>,
}

async fn edit_form(
    ask: &Ask,
    id: Id<Shift>,
    status: StatusCode,
    wrong: &[FieldRefusal],
    typed: Option<Fields>,
) -> Result<Response, Failed> {
    let ((shift, mut leaders, own, me), page) = ask
        .app
        .read(ask, "team_edit_page", move |tx, call| {
            let shift = super::shift(tx, id)?;
            must_in(call, Action::PublishShifts, shift.organisation, shift.division)?;
            let leaders = team::leader_cards(tx, shift.organisation)?;
            let me = call.actor.signed_in()?;
            let mut own = people::cards(tx, &[shift.leader, me])?;
            let own: Vec<_> = [shift.leader, me].iter().filter_map(|person| own.remove(person)).collect();
            Ok((shift, leaders, own, me))
        })
        .await
        .or_failed(ask)?;
    let page = page.back(format!("/team/shifts/{id}")).tab("leader/team").wrong(wrong);
    let typed = typed.unwrap_or_else(|| typed_of(&shift));
    leaders.extend(own);
    let mut seen = Vec::new();
    leaders.retain(|card| {
        !seen.contains(&card.id) && {
            seen.push(card.id);
            true
        }
    });
    let label = |card: &people::Card| match card.id == me {
        true => page.t("shift-leader-me"),
        false => format!("{} {}", card.name_masked, card.phone_last4),
    };
    let choice =
        |card: &people::Card| Choice::new(card.id.to_string(), label(card)).chosen_if(typed.text("leader"));
    let leaders = leaders.iter().map(choice).collect();
    let shift = ShiftView::new(&page, &shift);
    Ok(html(status, &EditPage { page, shift, typed, leaders }))
}

/// The form as it would be typed for what stands.
fn typed_of(shift: &ShiftCard) -> Fields {
    Fields::of(&[
        ("starts_at", shift.starts_at.local_text()),
        ("ends_at", shift.ends_at.local_text()),
        ("address", shift.address.clone()),
        ("places", shift.places.to_string()),
        ("min_age", shift.min_age.to_string()),
        ("break_minutes", shift.apart.pause.number().to_string()),
        ("travel_minutes", shift.apart.travel.number().to_string()),
        ("leader", shift.leader.to_string()),
    ])
}

async fn edit_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    edit_form(&ask, id, StatusCode::OK, &[], None).await
}

async fn edit(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "shift_change", fields.key(), fields.digest(), move |tx, call| {
            let old = super::shift(tx, id)?;
            must_in(call, Action::PublishShifts, old.organisation, old.division)?;
            let mut read = Typed::new(&typed);
            let leader: Option<Id<Person>> = typed.text("leader").parse().ok();
            if leader.is_none() {
                read.refuse("leader", "shift-leader-missing");
            }
            let new = NewShift {
                starts_at: read.time("starts_at", old.starts_at),
                ends_at: read.time("ends_at", old.ends_at),
                places: read.number("places", old.places),
                address: typed.text("address").to_owned(),
                leader: leader.unwrap_or(old.leader),
                min_age: read.number("min_age", old.min_age),
                apart: hours::Apart {
                    pause: Minutes(read.number("break_minutes", old.apart.pause.number())),
                    travel: Minutes(read.number("travel_minutes", old.apart.travel.number())),
                },
            };
            let note = typed.text("note");
            read.done(super::wrong_change(&old, &new, note, call.now))?;
            super::change_shift(tx, call, id, &new, note)?;
            Ok(Answer::go(format!("/team/shifts/{id}?done=changed")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            edit_form(&ask, id, StatusCode::UNPROCESSABLE_ENTITY, &refusal.fields, Some(fields)).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}
