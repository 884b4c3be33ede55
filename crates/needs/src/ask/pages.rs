//! The three screens of asking, and the one at the desk.

use askama::Template;
use axum::{
    extract::{DefaultBodyLimit, Multipart, RawQuery},
    handler::Handler,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use db::Failure;
use kernel::{Action, FieldRefusal, Kind, Refusal};
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, html, status_of};

use crate::{
    ask::{Typed, known_address, submit},
    category::{TILES, category},
    place,
    view::Words,
    voice::{self, VOICE_BYTES_MAX},
    when,
};

/// Room for the frame of a multipart body round the recording.
const FRAME_BYTES: usize = 64 * 1024;
/// Recordings from one address within an hour.
const RECORDINGS_AN_HOUR: u32 = 10;
/// Communities a worker can choose from at the desk.
const COMMUNITIES_MAX: usize = 200;

pub(crate) fn routes() -> Routes {
    let voice = send_voice.layer(DefaultBodyLimit::max(VOICE_BYTES_MAX + FRAME_BYTES));
    Routes::new()
        .get("/need/new", Access::Guest, what)
        .post("/need/new/voice", Access::Guest, voice)
        .get("/need/new/when", Access::Guest, when_and_where)
        .get("/need/new/check", Access::Guest, check)
        .post("/need/new/check", Access::Guest, send)
        .get("/w/needs/new", Access::Staff(Action::RecordNeed), desk)
        .post("/w/needs/new", Access::Staff(Action::RecordNeed), desk_send)
}

fn query_of(query: Option<String>) -> Typed {
    Typed::read(&Fields::parse(query.unwrap_or_default().as_bytes()))
}

/// A link that carries everything chosen so far.
fn link(path: &str, typed: &Typed) -> String {
    let pairs: Vec<String> =
        typed.pairs().iter().map(|(name, text)| format!("{name}={}", escape(text))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[derive(Template)]
#[template(path = "ask/templates/what.html")]
struct WhatPage {
    page: Page,
    tiles: Vec<Choice>,
    more: Vec<Choice>,
    typed: Typed,
}

async fn what(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    what_page(&ask, query_of(query), &[]).await
}

async fn what_page(ask: &Ask, typed: Typed, wrong: &[FieldRefusal]) -> Result<Response, Failed> {
    let ((), page) = ask.app.read(ask, "need_what", |_, _| Ok(())).await.or_failed(ask)?;
    let mut tiles = Words::of(ask).tiles(&typed.category);
    let more = tiles.split_off(TILES.min(tiles.len()));
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(html(status, &WhatPage { page: page.back("/").tab("public/home").wrong(wrong), tiles, more, typed }))
}

/// A recording is kept first; the need that it says is sent on the third screen like any other.
async fn send_voice(ask: Ask, mut form: Multipart) -> Result<Response, Failed> {
    let key = format!("voice:{}", ask.address);
    let now = ask.app.kit().clock.now();
    let limits = ask.app.limits();
    let counted = limits.count(key, RECORDINGS_AN_HOUR, 3_600, "voice-too-often", now);
    counted.map_err(Failure::from).or_failed(&ask)?;
    let mut typed = Typed::default();
    let mut bytes = Vec::new();
    let too_long = || Refusal::invalid("recording", "voice-too-long");
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return what_page(&ask, typed, &too_long().fields).await,
        };
        if field.name() == Some("recording") {
            match field.bytes().await {
                Ok(recording) => bytes = recording.to_vec(),
                Err(_) => return what_page(&ask, typed, &too_long().fields).await,
            }
        }
    }
    let district = ask.app.place().division.district();
    let digest = vault::digest(&bytes);
    let kept = ask.app.command(&ask, "voice_keep", None, digest, move |tx, call| {
        Ok(Answer::go(voice::keep(tx, call, district, &bytes)?))
    });
    match kept.await {
        Ok(token) => {
            typed.voice = token.text;
            Ok(Redirect::to(&link("/need/new/when", &typed)).into_response())
        }
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            what_page(&ask, typed, &refusal.fields).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

#[derive(Template)]
#[template(path = "ask/templates/when.html")]
struct WhenPage {
    page: Page,
    days: Vec<Choice>,
    date: String,
    parts: Vec<Choice>,
    typed: Typed,
}

async fn when_and_where(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = query_of(query);
    if typed.voice.is_empty() && category(&typed.category).is_none() {
        let rule = if typed.category.is_empty() { "need-category-missing" } else { "need-category-unknown" };
        return what_page(&ask, typed, &Refusal::invalid("category", rule).fields).await;
    }
    when_page(&ask, typed, &[]).await
}

async fn when_page(ask: &Ask, mut typed: Typed, wrong: &[FieldRefusal]) -> Result<Response, Failed> {
    let (known, page) = ask.app.read(ask, "need_when", known_address).await.or_failed(ask)?;
    // Whoever emptied it on purpose sends it empty from this page; on the way here the known address is proposed.
    if typed.address.is_empty() && typed.day.is_empty() && typed.for_name.is_empty() {
        typed.address = known;
    }
    let words = Words::of(ask);
    let or = |text: &str, or: &str| if text.is_empty() { or.to_owned() } else { text.to_owned() };
    let (day, part) = (or(&typed.day, "tomorrow"), or(&typed.part, "any"));
    let date = if when::DAYS.contains(&day.as_str()) { String::new() } else { day.clone() };
    let (days, parts) = (words.days(&day), words.parts(&part));
    let back = link("/need/new", &typed);
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = page.back(back).tab("public/home").wrong(wrong);
    Ok(html(status, &WhenPage { page, days, date, parts, typed }))
}

#[derive(Template)]
#[template(path = "ask/templates/check.html")]
struct CheckPage {
    page: Page,
    what: String,
    window: String,
    whereabouts: String,
    risks: Vec<Choice>,
    change_what: String,
    change_when: String,
    typed: Typed,
}

async fn check(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    check_page(&ask, query_of(query), None).await
}

async fn check_page(ask: &Ask, mut typed: Typed, refused: Option<Refusal>) -> Result<Response, Failed> {
    let asked = typed.clone();
    let read = ask.app.read(ask, "need_check", move |tx, call| {
        let tree = places::tree_in(tx)?;
        Ok((asked.parse(call, &tree), call.actor.home, tree))
    });
    let ((parsed, home, tree), page) = read.await.or_failed(ask)?;
    let wrong = match (&parsed, refused) {
        (_, Some(refusal)) => refusal.fields,
        (Err(refusal), None) => refusal.fields.clone(),
        (Ok(_), None) => Vec::new(),
    };
    // What is wrong is mended on the screen where it was chosen; everything typed goes along.
    let on = |fields: &[&str]| wrong.iter().any(|one| fields.contains(&one.field));
    if on(&["category", "recording"]) {
        typed.voice.clear();
        return what_page(ask, typed, &wrong).await;
    }
    if on(&["day", "part", "address", "detail", "for_name", "for_phone", "division"]) {
        return when_page(ask, typed, &wrong).await;
    }
    let words = Words::of(ask);
    let kind = category(&typed.category).or_else(|| category("convenience"));
    if typed.risk.is_empty() {
        kind.map_or("none", |kind| kind.risk.word()).clone_into(&mut typed.risk);
    }
    let window =
        parsed.as_ref().map(|draft| words.window(draft.window.0, draft.window.1)).unwrap_or_default();
    let division = parsed.as_ref().map_or(home, |draft| draft.division);
    let place = ask.app.place();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let community = if division == kernel::DivisionCode::NATION {
        place.name.clone()
    } else {
        place::name(&tree, division)
    };
    Ok(html(
        status,
        &CheckPage {
            page: page.back(link("/need/new/when", &typed)).tab("public/home").wrong(&wrong),
            what: match (category(&typed.category), kind) {
                (None, _) if !typed.voice.is_empty() => words.say("need-voice-what", &[]),
                (_, Some(kind)) => words.category(kind),
                _ => String::new(),
            },
            window,
            whereabouts: format!("{community} {}", typed.address).trim().to_owned(),
            risks: words.risks(&typed.risk),
            change_what: link("/need/new", &typed),
            change_when: link("/need/new/when", &typed),
            typed,
        },
    ))
}

async fn send(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = Typed::read(&fields);
    let asked = typed.clone();
    let sent = ask.app.command(&ask, "need_submit", fields.key(), fields.digest(), move |tx, call| {
        let need = submit(tx, call, &asked)?;
        Ok(Answer::go(format!("/need/{}?new=1", need.id)))
    });
    match sent.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::SignInFirst => {
            // Asked at the sending only; the way back carries everything.
            let next = escape(&link("/need/new/check", &typed));
            Ok(Redirect::to(&format!("/sign-in?next={next}")).into_response())
        }
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            check_page(&ask, typed, Some(refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

#[derive(Template)]
#[template(path = "ask/templates/desk.html")]
struct DeskPage {
    page: Page,
    categories: Vec<Choice>,
    channels: Vec<Choice>,
    days: Vec<Choice>,
    parts: Vec<Choice>,
    risks: Vec<Choice>,
    communities: Vec<Choice>,
    date: String,
    typed: Typed,
}

async fn desk(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    desk_page(&ask, query_of(query), None).await
}

async fn desk_page(ask: &Ask, typed: Typed, refused: Option<Refusal>) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "need_desk", |tx, call| {
        Ok((call.actor.scope(Action::RecordNeed), call.actor.home, places::tree_in(tx)?))
    });
    let ((ranges, home, tree), page) = read.await.or_failed(ask)?;
    let words = Words::of(ask);
    let chosen = if typed.division.is_empty() { home.to_string() } else { typed.division.clone() };
    let communities = place::communities(&tree, &ranges, COMMUNITIES_MAX)
        .into_iter()
        .map(|(code, name)| Choice::new(code.to_string(), name).chosen_if(&chosen))
        .collect();
    let day = if typed.day.is_empty() { "tomorrow" } else { &typed.day };
    let part = if typed.part.is_empty() { "any" } else { &typed.part };
    let channel = if typed.channel.is_empty() { "phone" } else { &typed.channel };
    let channels = ["phone", "desk"]
        .map(|word| Choice::new(word, words.say(&format!("need-channel-{word}"), &[])).chosen_if(channel));
    let status = refused.as_ref().map_or(StatusCode::OK, status_of);
    let wrong = refused.map(|refusal| refusal.fields).unwrap_or_default();
    Ok(html(
        status,
        &DeskPage {
            page: page.back("/w").tab("worker/needs").wrong(&wrong),
            categories: words.tiles(&typed.category),
            channels: channels.into(),
            days: words.days(day),
            date: if when::DAYS.contains(&day) { String::new() } else { day.to_owned() },
            parts: words.parts(part),
            risks: words.risks(if typed.risk.is_empty() { "none" } else { &typed.risk }),
            communities,
            typed,
        },
    ))
}

async fn desk_send(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = Typed::read(&fields);
    let asked = typed.clone();
    let sent = ask.app.command(&ask, "need_submit", fields.key(), fields.digest(), move |tx, call| {
        let need = submit(tx, call, &asked)?;
        Ok(Answer::go(format!("/w/needs/{}?new=1", need.id)))
    });
    match sent.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            desk_page(&ask, typed, Some(refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}
