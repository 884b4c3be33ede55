//! The roll on one screen: everybody is there unless the leader says otherwise, and it can be taken back.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use journal::Call;
use kernel::{Action, Arg, FieldRefusal, Id, Instant, Kind, Minutes, Person, Refusal};
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, beside, html};

use super::{Present, RollLine, Said, walk_in};
use crate::{
    shift::{Shift, ShiftCard},
    view::{self, ShiftView},
};

pub(crate) fn routes() -> Routes {
    let run = Access::Staff(Action::RunShifts);
    Routes::new()
        .get("/team/shifts/{id}/roll", run, roll_page)
        .post("/team/shifts/{id}/roll", run, roll_sent)
        .post("/team/shifts/{id}/roll/undo", run, undo)
        .post("/team/shifts/{id}/walk-in", run, walk_in_sent)
}

pub(super) struct LineView {
    pub(super) id: String,
    pub(super) name: String,
    initial: String,
    pub(super) last4: String,
    arrived: String,
    left: String,
    /// When the person says that they left, where nobody saw it.
    told: String,
    /// What the phone said of being near, of coming or going; the last, or empty.
    hint: &'static str,
    /// `open`, `own`, `called`, `away`, `waits`, `recorded`.
    pub(super) state: &'static str,
    /// Chosen or said: not there.
    is_away: bool,
    late: String,
    early: String,
    /// Why no hours could be made of what was said, or what is wrong with what was typed.
    pub(super) wrong: String,
}

/// What the leader typed, and what is wrong with it, by person.
pub(super) struct Sent<'s> {
    fields: &'s Fields,
    wrong: &'s [FieldRefusal],
}

impl LineView {
    pub(super) fn new(ask: &Ask, line: &RollLine, me: Option<Id<Person>>, sent: Option<&Sent<'_>>) -> Self {
        let id = line.card.id.to_string();
        let presence = line.presence.as_ref();
        let at = |at: Option<Instant>| at.map(web::clock).unwrap_or_default();
        let said = line.said.as_ref().filter(|said| said.state != "undone");
        let own = said.filter(|said| Some(said.called_by) == me);
        let state = match own.map_or("", |said| said.state.as_str()) {
            _ if presence.is_some_and(super::is_recorded) => "recorded",
            "settled" => "away",
            "waits" => "waits",
            "called" if sent.is_none() => "called",
            _ if Some(line.card.id) == me => "own",
            _ => "open",
        };
        let minutes = |minutes: Minutes| match minutes {
            // A paper sheet may say that they came before or stayed on; the form has no field for it.
            Minutes(..=0) => String::new(),
            minutes => minutes.number().to_string(),
        };
        let mut view = Self {
            name: line.card.name_masked.clone(),
            initial: line.card.initial.clone(),
            last4: line.card.phone_last4.clone(),
            arrived: at(presence.and_then(|row| row.arrived_at)),
            left: at(presence.and_then(|row| row.left_at)),
            told: at(presence.and_then(|row| row.left_told_at)),
            hint: presence.and_then(|row| row.hints.each().last()).map_or("", |(_, hint)| hint.word()),
            state,
            is_away: said.is_some_and(|said| !said.present.came),
            late: said.map(|said| minutes(said.present.late)).unwrap_or_default(),
            early: said.map(|said| minutes(said.present.early)).unwrap_or_default(),
            wrong: String::new(),
            id,
        };
        if let Some(said) = said.filter(|said| said.state == "refused") {
            view.wrong = ask.app.text().rule(ask.language, &said.refused, &[]);
        }
        if let Some(Sent { fields, wrong }) = sent {
            let typed = |name: &str| fields.text(&format!("{name}-{}", view.id)).to_owned();
            (view.is_away, view.late, view.early) = (typed("came") == "no", typed("late"), typed("early"));
            let mine = wrong.iter().find(|one| is_about(one, &view.id));
            view.wrong = mine.map(|one| ask.app.text().field(ask.language, one)).unwrap_or_default();
        }
        view
    }
}

/// Whether a refusal names this person.
pub(super) fn is_about(wrong: &FieldRefusal, id: &str) -> bool {
    wrong.args.iter().any(|(name, arg)| *name == "person" && matches!(arg, Arg::Text(text) if text == id))
}

#[derive(Template)]
#[template(path = "roll/templates/roll.html")]
struct RollPage {
    page: Page,
    shift: ShiftView,
    lines: Vec<LineView>,
    /// People whom the button speaks of.
    open: usize,
    is_over: bool,
    ends: String,
    /// Until when the last roll call can be taken back, or empty.
    undo_until: String,
    came: usize,
    away: usize,
    done: String,
    typed_phone: String,
    /// To choose from, where it is so late that the leader's word alone does not count.
    reasons: Vec<Choice>,
}

/// What the page is shown after.
#[derive(Default)]
struct After<'a> {
    status: StatusCode,
    sent: Option<Sent<'a>>,
    wrong: &'a [FieldRefusal],
    phone: &'a str,
    done: &'a str,
}

async fn show(ask: &Ask, id: Id<Shift>, after: After<'_>) -> Result<Response, Failed> {
    let ((shift, lines, until, call), page) = ask
        .app
        .read(ask, "roll_page", move |tx, call| {
            let (shift, lines) = super::roll(tx, call, id)?;
            let planned = (shift.starts_at, shift.ends_at);
            let until = hours::deadlines(tx, call, shift.division, planned)?.roll;
            Ok((shift, lines, until, call.clone()))
        })
        .await
        .or_failed(ask)?;
    let page = page.back(format!("/team/shifts/{}", shift.id)).tab("leader/team").wrong(after.wrong);
    let views: Vec<LineView> =
        lines.iter().map(|line| LineView::new(ask, line, call.actor.person, after.sent.as_ref())).collect();
    let is_unseen =
        |view: &LineView| view.state == "open" && (view.arrived.is_empty() || view.left.is_empty());
    let mut reasons = Vec::new();
    if call.now > until && views.iter().any(is_unseen) {
        let chosen = after.sent.as_ref().map_or("", |sent| sent.fields.text("reason"));
        reasons = view::reasons(&page, chosen);
    }
    let shown = RollPage { reasons, ..assemble(page, &shift, &lines, views, &call, &after) };
    Ok(html(after.status, &shown))
}

fn assemble(
    page: Page,
    shift: &ShiftCard,
    lines: &[RollLine],
    views: Vec<LineView>,
    call: &Call,
    after: &After<'_>,
) -> RollPage {
    let is_mine = |said: &&Said| {
        Some(said.called_by) == call.actor.person && said.state == "called" && said.settles_at > call.now
    };
    let called: Vec<_> = lines.iter().filter_map(|line| line.said.as_ref()).filter(is_mine).collect();
    let came = called.iter().filter(|said| said.present.came).count();
    RollPage {
        shift: ShiftView::new(&page, shift),
        open: views.iter().filter(|view| view.state == "open").count(),
        lines: views,
        is_over: call.now >= shift.ends_at,
        ends: web::clock(shift.ends_at),
        undo_until: called.iter().map(|said| said.settles_at).min().map(web::clock).unwrap_or_default(),
        away: called.len() - came,
        came,
        done: after.done.to_owned(),
        typed_phone: after.phone.to_owned(),
        reasons: Vec::new(),
        page,
    }
}

async fn roll_page(
    ask: Ask,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let done = query.get("done").map_or("", String::as_str);
    show(&ask, id, After { done, ..After::default() }).await
}

/// What the form says of everybody who is still open; minutes that are no number are refused, each with its person.
fn read(fields: &Fields, lines: &[RollLine], me: Option<Id<Person>>) -> Result<Vec<Present>, Refusal> {
    let mut wrong = Vec::new();
    let mut said = Vec::new();
    for line in lines.iter().filter(|line| line.is_open(me) && Some(line.card.id) != me) {
        let person = line.card.id;
        let mut minutes = |name: &'static str| {
            let text = fields.text(&format!("{name}-{person}"));
            let number = if text.is_empty() { Some(0) } else { text.parse().ok() };
            if number.is_none() {
                let args = vec![("person", person.to_string().into())];
                wrong.push(FieldRefusal { field: name, rule: "number-unreadable", args });
            }
            Minutes(number.unwrap_or(0))
        };
        let (late, early) = (minutes("late"), minutes("early"));
        said.push(Present { person, came: fields.text(&format!("came-{person}")) != "no", late, early });
    }
    if wrong.is_empty() { Ok(said) } else { Err(Refusal::fields(wrong)) }
}

async fn roll_sent(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "roll_call", fields.key(), fields.digest(), move |tx, call| {
            let (_, lines) = super::roll(tx, call, id)?;
            let said = read(&typed, &lines, call.actor.person)?;
            let reason = view::reason(Some(typed.text("reason")))?;
            super::call_roll(tx, call, id, &said, reason)?;
            Ok(Answer::go(format!("/team/shifts/{id}/roll?done=called")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let sent = Some(Sent { fields: &fields, wrong: &refusal.fields });
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let wrong: Vec<_> = refusal.fields.iter().filter(|one| one.field == "reason").cloned().collect();
            show(&ask, id, After { status, sent, wrong: &wrong, ..After::default() }).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

async fn undo(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let answer = ask
        .app
        .command(&ask, "roll_undo", fields.key(), fields.digest(), move |tx, call| {
            super::undo_roll(tx, call, id)?;
            Ok(Answer::go(format!("/team/shifts/{id}/roll?done=undone")))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

async fn walk_in_sent(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = fields.text("phone").to_owned();
    let outcome = ask
        .app
        .command(&ask, "walk_in", fields.key(), fields.digest(), move |tx, call| {
            let phone = people::sign_in::read_phone("phone", &typed)?;
            walk_in::walk_in(tx, call, id, &phone)?;
            Ok(Answer::go(format!("/team/shifts/{id}/roll?done=walked-in")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Conflict) => {
            let status = web::status_of(&refusal);
            let wrong = view::worded(beside("phone", &refusal), &ask);
            show(&ask, id, After { status, wrong: &wrong, phone: fields.text("phone"), ..After::default() })
                .await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}
