//! The roll on one screen: everybody is there unless the leader says otherwise.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use db::Failure;
use journal::Call;
use kernel::{Action, Id, Minutes, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, html};

use super::{Called, Present, RollLine, call_one, is_recorded};
use crate::{
    shift::{Shift, ShiftCard},
    view::{self, ShiftView},
};

pub(crate) fn routes() -> Routes {
    let run = Access::Staff(Action::RunShifts);
    Routes::new().get("/team/shifts/{id}/roll", run, roll_page).post("/team/shifts/{id}/roll", run, roll_sent)
}

struct LineView {
    id: String,
    name: String,
    initial: String,
    last4: String,
    arrived: String,
    left: String,
    is_recorded: bool,
}

impl LineView {
    fn new(line: &RollLine) -> Self {
        let presence = line.presence.as_ref();
        let at = |at: Option<kernel::Instant>| at.map(view::clock).unwrap_or_default();
        Self {
            id: line.card.id.to_string(),
            name: line.card.name_masked.clone(),
            initial: line.card.initial.clone(),
            last4: line.card.phone_last4.clone(),
            arrived: at(presence.and_then(|row| row.arrived_at)),
            left: at(presence.and_then(|row| row.left_at)),
            is_recorded: presence.is_some_and(is_recorded),
        }
    }
}

#[derive(Template)]
#[template(path = "roll/templates/roll.html")]
struct RollPage {
    page: Page,
    shift: ShiftView,
    lines: Vec<LineView>,
    is_over: bool,
    ends: String,
}

fn show(page: Page, shift: &ShiftCard, lines: &[RollLine], now: kernel::Instant) -> RollPage {
    let page = page.back(format!("/team/shifts/{}", shift.id)).tab("leader/team");
    RollPage {
        shift: ShiftView::new(&page, shift),
        lines: lines.iter().map(LineView::new).collect(),
        is_over: now >= shift.ends_at,
        ends: view::clock(shift.ends_at),
        page,
    }
}

async fn roll_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let (((shift, lines), now), page) = ask
        .app
        .read(&ask, "roll_page", move |tx, call| Ok((super::roll(tx, call, id)?, call.now)))
        .await
        .or_failed(&ask)?;
    Ok(html(StatusCode::OK, &show(page, &shift, &lines, now)))
}

/// What became of one person of a roll call.
pub(crate) struct CallResult {
    pub(crate) line: RollLine,
    pub(crate) outcome: Result<Called, Refusal>,
}

/// Calls the roll: `said` answers for each line. A transaction for each person, so one that fails holds nobody up.
pub(crate) async fn call_roll(
    ask: &Ask,
    id: Id<Shift>,
    call: &Call,
    lines: Vec<RollLine>,
    said: impl Fn(&RollLine) -> Present,
) -> Result<Vec<CallResult>, Failure> {
    let mut results = Vec::with_capacity(lines.len());
    for line in lines {
        let (call, said) = (call.clone(), said(&line));
        let outcome = ask.app.db().write("roll_call", move |tx| call_one(tx, &call, id, &said)).await;
        let outcome = match outcome {
            Ok(called) => Ok(called),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(fault) => return Err(fault),
        };
        results.push(CallResult { line, outcome });
    }
    Ok(results)
}

struct ResultView {
    name: String,
    last4: String,
    sentence: String,
}

#[derive(Template)]
#[template(path = "roll/templates/result.html")]
struct ResultPage {
    page: Page,
    shift: ShiftView,
    confirmed: Vec<ResultView>,
    absent: Vec<ResultView>,
    failed: Vec<ResultView>,
}

async fn roll_sent(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    // The form is admitted once, under its key; the people follow one by one, each harmless to repeat.
    ask.app
        .command(&ask, "roll_call_begin", fields.key(), fields.digest(), move |tx, call| {
            crate::shift(tx, id)?.must_be_run_by(call)?;
            Ok(Answer::go(format!("/team/shifts/{id}/roll")))
        })
        .await
        .or_failed(&ask)?;
    let (((shift, lines), call), page) = ask
        .app
        .read(&ask, "roll_page", move |tx, call| Ok((super::roll(tx, call, id)?, call.clone())))
        .await
        .or_failed(&ask)?;
    let said = |line: &RollLine| {
        let person = line.card.id;
        // A field that holds no number counts as none: zero minutes off.
        let minutes = |name: &str| Minutes(fields.text(&format!("{name}-{person}")).parse().unwrap_or(0));
        let came = fields.text(&format!("came-{person}")) != "no";
        Present { person, came, late: minutes("late"), early: minutes("early") }
    };
    let results = call_roll(&ask, id, &call, lines, said).await.or_failed(&ask)?;
    let page = page.back("/team").tab("leader/team");
    let (mut confirmed, mut absent, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for CallResult { line, outcome } in results {
        let one = |sentence| ResultView {
            name: line.card.name_masked.clone(),
            last4: line.card.phone_last4.clone(),
            sentence,
        };
        match outcome {
            Ok(Called::Confirmed(done)) => {
                let hours = page.ta("roll-hours", "hours", done.minutes.to_string());
                let grade = page.t(&format!("shell-grade-{}", done.grade.word()));
                confirmed.push(one(format!("{hours} {grade}")));
            }
            Ok(Called::Before) => confirmed.push(one(page.t("roll-before"))),
            Ok(Called::Absent) => absent.push(one(String::new())),
            Err(refusal) => failed.push(one(view::sentence(&ask, refusal.rule, &refusal.args))),
        }
    }
    let shift = ShiftView::new(&page, &shift);
    Ok(html(StatusCode::OK, &ResultPage { page, shift, confirmed, absent, failed }))
}
