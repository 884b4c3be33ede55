//! `/card/{token}`: one tap for who minds the gate, and for the volunteer at the resident's home. `/team/shifts/{id}/card`:
//! the same by the number, where no camera is.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use db::Failure;
use hours::SignalKind;
use kernel::{Id, Kind, Refusal};
use shifts::Shift;
use web::{Answer, Ask, Browser, Failed, Fields, OrFailed, Page, clock, html, status_of};

use super::{Place, Reading, Seen, kind, read_card, seen, seen_by_number};
use crate::Number;

#[derive(Template)]
#[template(path = "gate/templates/stranger.html")]
struct StrangerPage {
    page: Page,
    /// Where to sign in, for who is not.
    sign_in: String,
}

#[derive(Template)]
#[template(path = "gate/templates/card.html")]
struct ReadPage {
    page: Page,
    name: String,
    initial: String,
    last4: String,
    /// Where it is read: what and when.
    what: String,
    when: String,
    /// Words of what can be said now, the likeliest first.
    open: Vec<&'static str>,
    came: String,
    left: String,
    is_good: bool,
    /// The way without a card: the roll, or the visit.
    otherwise: String,
    at_gate: bool,
    /// Where the tap goes.
    action: String,
    /// The number that was typed; empty for a square code.
    number: String,
    /// What was just read: a word of a kind, or empty.
    done: String,
}

impl ReadPage {
    fn new(
        page: Page,
        call: &journal::Call,
        seen: &Seen,
        action: String,
        number: String,
        done: String,
    ) -> Self {
        let at = |at: Option<kernel::Instant>| at.map(clock).unwrap_or_default();
        let (what, when, open, (came, left), otherwise, at_gate) = match &seen.place {
            Place::Gate(gate) => {
                let shift = &gate.shift;
                let row = gate.presence.as_ref();
                (
                    shift.title.clone(),
                    page.window(shift.starts_at, shift.ends_at),
                    gate.next(call).into_iter().collect::<Vec<_>>(),
                    (at(row.and_then(|row| row.arrived_at)), at(row.and_then(|row| row.left_at))),
                    format!("/team/shifts/{}/roll", shift.id),
                    true,
                )
            }
            Place::Home(home) => {
                let need = &home.need;
                (
                    page.t(&format!("category-{}", need.category.word)),
                    page.window(need.starts_at, need.ends_at),
                    home.open.clone(),
                    (String::new(), String::new()),
                    format!("/tasks/{}/visit", need.id),
                    false,
                )
            }
        };
        Self {
            name: seen.who.name_masked.clone(),
            initial: seen.who.initial.clone(),
            last4: seen.who.phone_last4.clone(),
            what,
            when,
            open: open.into_iter().map(SignalKind::word).collect(),
            came,
            left,
            is_good: seen.is_good,
            page: page.back(otherwise.clone()).tab(if at_gate { "leader/team" } else { "volunteer/tasks" }),
            otherwise,
            at_gate,
            action,
            number,
            done,
        }
    }
}

fn done_of(query: Option<String>) -> String {
    let done = Fields::parse(query.unwrap_or_default().as_bytes()).text("done").to_owned();
    if kind(&done).is_ok() { done } else { String::new() }
}

/// What the square code of a card leads to. Looking changes nothing.
pub(crate) async fn look(
    ask: Ask,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    let asked = token.clone();
    let ((seen, call), page) = ask
        .app
        .read(&ask, "card_look_page", move |tx, call| Ok((seen(tx, call, &asked)?, call.clone())))
        .await
        .or_failed(&ask)?;
    let Some(seen) = seen else {
        let sign_in = if page.signed_in { String::new() } else { format!("/sign-in?next={}", page.path()) };
        return Ok(html(StatusCode::OK, &StrangerPage { page: page.back("/"), sign_in }));
    };
    let view = ReadPage::new(page, &call, &seen, format!("/card/{token}"), String::new(), done_of(query));
    Ok(html(StatusCode::OK, &view))
}

/// Notes a reading and leads back to what it shows then.
async fn noted(
    ask: &Ask,
    browser: &Browser,
    fields: &Fields,
    reading: Reading,
    back: String,
) -> Result<Response, Failure> {
    let (typed, device) = (fields.clone(), browser.device());
    let answer = ask
        .app
        .command(ask, "card_read", fields.key(), fields.digest(), move |tx, call| {
            let kind = kind(typed.text("kind"))?;
            read_card(tx, call, &reading, kind, &device)?;
            Ok(Answer::go(format!("{back}?done={}", kind.word())))
        })
        .await?;
    let mut response = answer.into_response();
    browser.keep(ask, &mut response);
    Ok(response)
}

pub(crate) async fn read(
    ask: Ask,
    headers: HeaderMap,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let browser = Browser::of(&ask, &headers);
    let back = format!("/card/{token}");
    noted(&ask, &browser, &fields, Reading::Token(token), back).await.or_failed(&ask)
}

#[derive(Template)]
#[template(path = "gate/templates/number.html")]
struct NumberPage {
    page: Page,
    title: String,
    when: String,
    action: String,
    typed: String,
    done: String,
}

async fn ask_number(
    ask: &Ask,
    id: Id<Shift>,
    typed: &str,
    done: String,
    refusal: Option<&Refusal>,
) -> Result<Response, Failed> {
    let ((shift, _), page) = ask
        .app
        .read(ask, "card_number_page", move |tx, call| shifts::roll(tx, call, id))
        .await
        .or_failed(ask)?;
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page = page.back(format!("/team/shifts/{id}/roll")).tab("leader/team").wrong(wrong);
    let view = NumberPage {
        title: shift.title,
        when: page.window(shift.starts_at, shift.ends_at),
        action: format!("/team/shifts/{id}/card"),
        typed: typed.to_owned(),
        done,
        page,
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &view))
}

fn id(ask: &Ask, text: &str) -> Result<Id<Shift>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

/// How cards are read at this gate, with the form for a number.
pub(crate) async fn number_form(
    ask: Ask,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    ask_number(&ask, id(&ask, &path)?, "", done_of(query), None).await
}

/// Shows whose number it is; with the tap, notes it.
pub(crate) async fn number_sent(
    ask: Ask,
    headers: HeaderMap,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let shift = id(&ask, &path)?;
    let typed = fields.text("number");
    let Some(number) = Number::parse(typed) else {
        let refusal = Refusal::invalid("number", "card-number-wrong");
        return ask_number(&ask, shift, typed, String::new(), Some(&refusal)).await;
    };
    let action = format!("/team/shifts/{shift}/card");
    let outcome = if fields.given("kind").is_some() {
        let browser = Browser::of(&ask, &headers);
        noted(&ask, &browser, &fields, Reading::Number(shift, number), action).await
    } else {
        let asked = number.clone();
        let read = ask.app.read(&ask, "card_number_page", move |tx, call| {
            Ok((seen_by_number(tx, call, shift, &asked)?, call.clone()))
        });
        read.await.map(|((seen, call), page)| {
            let view = ReadPage::new(page, &call, &seen, action, number.to_string(), String::new());
            html(StatusCode::OK, &view)
        })
    };
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            ask_number(&ask, shift, typed, String::new(), Some(&refusal)).await
        }
        outcome => outcome.or_failed(&ask),
    }
}
