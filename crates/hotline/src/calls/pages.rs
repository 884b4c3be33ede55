//! `/h/calls`: who is to be called back.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome, Tx};
use journal::Call;
use kernel::{Id, Instant, Kind as Refused, Person, Refusal, Role};
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, html, secretly, status_of};

use super::{Board, Settled, board, place_name, resume, settle, take, undo};
use crate::{
    Kind, Number, PhoneCall,
    console::{api::id, pages::tab},
};

#[derive(Template)]
#[template(path = "calls/templates/calls.html")]
struct CallsPage {
    page: Page,
    today: i64,
    at_once: i64,
    waiting: i64,
    longest: String,
    due: Vec<Line>,
    later: Vec<Line>,
    given_up: Vec<Line>,
    undoable: Vec<Line>,
    is_empty: bool,
    done: &'static str,
}

struct Line {
    id: String,
    /// Masked, or in clear for who has just taken it.
    number: String,
    /// What the telephone dials, for who has just taken it.
    dial: Option<String>,
    name: String,
    place: String,
    began: String,
    when: String,
    /// What was asked.
    words: String,
    /// What was typed and refused.
    typed: String,
    missed: bool,
    tries: i64,
    /// Who is at it, if that is another.
    by: String,
    /// Whether the reader is at it.
    mine: bool,
    settled: &'static str,
}

/// What is shown anew.
#[derive(Default)]
struct Again {
    shown: Option<(Id<PhoneCall>, Number)>,
    typed: Option<(Id<PhoneCall>, String)>,
    refusal: Option<Refusal>,
    done: &'static str,
}

async fn show(ask: &Ask, again: Again) -> Result<Response, Failed> {
    let ((seen, tree, me, now, is_operator), page) = ask
        .app
        .read(ask, "hotline_calls_page", |tx, call| {
            let me = call.actor.signed_in()?;
            Ok((board(tx, call)?, places::tree_in(tx)?, me, call.now, call.actor.holds(Role::Operator)))
        })
        .await
        .or_failed(ask)?;
    let Board { due, later, given_up, undoable, figures, cards } = seen;
    let wrong = again.refusal.as_ref().map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page = tab(page, is_operator, "operator/calls").wrong(wrong);
    let name = |person: Option<Id<Person>>| {
        let card = person.and_then(|person| cards.get(&person));
        card.map(|card| card.name_masked.clone()).unwrap_or_default()
    };
    let line = |one: &PhoneCall| {
        let taken = one.taken_now(now);
        let shown = again.shown.as_ref().filter(|(id, _)| *id == one.id).map(|(_, number)| number);
        let typed = again.typed.as_ref().filter(|(id, _)| *id == one.id).map(|(_, words)| words.clone());
        Line {
            id: one.id.to_string(),
            number: match shown {
                Some(number) => number.as_str().to_owned(),
                None => one.number.as_ref().map(Number::masked).unwrap_or_default(),
            },
            dial: shown.map(|number| number.as_str().to_owned()),
            name: name(one.person),
            place: place_name(&tree, one),
            began: page.moment(one.began_at),
            when: one.due_at.map(|at| page.moment(at)).unwrap_or_default(),
            words: one.said.words.clone(),
            typed: typed.unwrap_or_default(),
            missed: one.operator.is_none() && one.kind != Some(Kind::Enquiry),
            tries: one.tries,
            by: name(taken.filter(|by| *by != me)),
            mine: taken == Some(me),
            settled: one.settled.map_or("", Settled::word),
        }
    };
    let lines = |calls: &[PhoneCall]| calls.iter().map(line).collect::<Vec<_>>();
    let view = CallsPage {
        today: figures.today,
        at_once: figures.at_once,
        waiting: figures.waiting,
        longest: figures.since.map(|since| waited(&page, since, now)).unwrap_or_default(),
        is_empty: due.is_empty() && later.is_empty() && given_up.is_empty(),
        due: lines(&due),
        later: lines(&later),
        given_up: lines(&given_up),
        undoable: lines(&undoable),
        done: again.done,
        page,
    };
    Ok(html(again.refusal.as_ref().map_or(StatusCode::OK, status_of), &view))
}

/// How long somebody waits: 40 分钟, 3 小时, 2 天.
fn waited(page: &Page, since: Instant, now: Instant) -> String {
    match now.minutes_since(since).number() {
        minutes @ ..120 => page.ta("need-minutes", "count", minutes),
        minutes @ 120..2_880 => page.ta("need-hours", "count", minutes / 60),
        minutes => page.ta("need-days", "count", minutes / 1_440),
    }
}

pub(crate) async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let done = match query.text("done") {
        "settled" => "settled",
        "undone" => "undone",
        _ => "",
    };
    show(&ask, Again { done, ..Again::default() }).await
}

/// Takes a call-back: the number stands on the page that answers, and nowhere else.
pub(crate) async fn take_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let number = secretly(&ask, "hotline_take", fields.digest(), move |tx, call| Ok(take(tx, call, id)?.1));
    let number = number.await.or_failed(&ask)?;
    show(&ask, Again { shown: Some((id, number)), done: "taken", ..Again::default() }).await
}

/// Changes one call-back and leads on.
async fn change(
    ask: &Ask,
    name: &'static str,
    fields: &Fields,
    to: &'static str,
    mut work: impl FnMut(&mut Tx<'_>, &Call) -> Outcome<PhoneCall> + Send + 'static,
) -> Result<Response, Failure> {
    let answer = ask.app.command(ask, name, fields.key(), fields.digest(), move |tx, call| {
        work(tx, call)?;
        Ok(Answer::go(to))
    });
    Ok(answer.await?.into_response())
}

pub(crate) async fn settle_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let words = fields.text("words").to_owned();
    let (settled, typed) = (Settled::from_word(fields.text("settled")), words.clone());
    let done = change(&ask, "hotline_settle", &fields, "/h/calls?done=settled", move |tx, call| {
        let settled = settled.ok_or_else(|| Refusal::invalid("settled", "call-settled-unknown"))?;
        settle(tx, call, id, (settled, &words))
    });
    match done.await {
        Err(Failure::Refused(refusal)) if refusal.kind == Refused::Invalid => {
            let again = Again { typed: Some((id, typed)), refusal: Some(refusal), ..Again::default() };
            show(&ask, again).await
        }
        done => done.or_failed(&ask),
    }
}

pub(crate) async fn undo_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let done =
        change(&ask, "hotline_undo", &fields, "/h/calls?done=undone", move |tx, call| undo(tx, call, id));
    done.await.or_failed(&ask)
}

pub(crate) async fn resume_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let done = change(&ask, "hotline_resume", &fields, "/h", move |tx, call| resume(tx, call, id));
    done.await.or_failed(&ask)
}
