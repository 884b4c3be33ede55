//! The volunteer's pages, and the public list of open needs.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Outcome, Tx};
use divisions::Tree;
use journal::Call;
use kernel::{Arg, Id};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, html};

use crate::{
    dispatch::{accept, decline, give_back, words as said},
    need::Need,
    place,
    state::State,
    task::{After, Glimpse, OPEN_MAX, open_needs, task, tasks},
    view::{Words, id_of, phone, tag},
    visit::{done, start},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/needs", Access::Guest, open)
        .get("/tasks", Access::SignedIn, list)
        .get("/tasks/{id}", Access::SignedIn, show)
        .post("/tasks/{id}/accept", Access::SignedIn, accept_send)
        .post("/tasks/{id}/decline", Access::SignedIn, decline_send)
        .post("/tasks/{id}/give-back", Access::SignedIn, give_back_send)
        .get("/tasks/{id}/visit", Access::SignedIn, visit)
        .post("/tasks/{id}/visit", Access::SignedIn, visit_send)
}

/// A card of a need as anybody may know it.
struct Card {
    href: String,
    title: String,
    icon: &'static str,
    community: String,
    time: String,
    urgent: bool,
    why: String,
    tag: &'static str,
    state: String,
}

fn card(words: &Words<'_>, tree: &Tree, one: &Glimpse) -> Card {
    Card {
        href: format!("/tasks/{}", one.id),
        title: words.category(one.category),
        icon: one.category.icon,
        community: place::name(tree, one.division),
        time: words.window(one.starts_at, one.ends_at),
        urgent: one.urgent,
        why: String::new(),
        tag: "",
        state: String::new(),
    }
}

#[derive(Template)]
#[template(path = "task/templates/open.html")]
struct OpenPage {
    page: Page,
    cards: Vec<Card>,
    next: String,
}

async fn open(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let after = Fields::parse(query.unwrap_or_default().as_bytes()).given("after").and_then(After::parse);
    let place = ask.app.place().division;
    let read = ask.app.read(&ask, "need_open", move |tx, call| {
        Ok((open_needs(tx, call, place, after)?, places::tree_in(tx)?))
    });
    let ((needs, tree), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let full = needs.len() as i64 == OPEN_MAX;
    let next = needs.last().filter(|_| full).map(|last| format!("/needs?after={}", After::text(last)));
    let cards = needs.iter().map(|one| card(&words, &tree, one)).collect();
    let page = page.back("/").tab("public/activities");
    Ok(html(StatusCode::OK, &OpenPage { page, cards, next: next.unwrap_or_default() }))
}

#[derive(Template)]
#[template(path = "task/templates/list.html")]
struct ListPage {
    page: Page,
    asked: Vec<Card>,
    mine: Vec<Card>,
    open: Vec<Card>,
    declined: bool,
}

async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let declined = Fields::parse(query.unwrap_or_default().as_bytes()).text("declined") == "1";
    let read = ask.app.read(&ask, "task_list", |tx, call| Ok((tasks(tx, call)?, places::tree_in(tx)?)));
    let ((found, tree), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let asked = found.asked.iter().map(|(one, offer)| Card {
        why: said::why(words.text, words.language, &offer.why),
        tag: "tag-warn",
        state: words.say("task-answer-by", &[("at", Arg::from(words.moment(offer.answer_by)))]),
        ..card(&words, &tree, one)
    });
    let mine = found.mine.iter().map(|need| Card {
        href: format!("/tasks/{}/visit", need.id),
        tag: tag(need.state),
        state: words.say(&format!("need-volunteer-{}", need.state.word()), &[]),
        ..card(&words, &tree, &Glimpse::of(need))
    });
    Ok(html(
        StatusCode::OK,
        &ListPage {
            asked: asked.collect(),
            mine: mine.collect(),
            open: found.open.iter().map(|one| card(&words, &tree, one)).collect(),
            declined,
            page: page.back("/v").tab("volunteer/tasks"),
        },
    ))
}

#[derive(Template)]
#[template(path = "task/templates/task.html")]
struct TaskPage {
    page: Page,
    id: String,
    card: Card,
    risk: String,
    minutes: String,
    asked: bool,
    against: Vec<String>,
}

async fn show(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let read = ask
        .app
        .read(&ask, "task_page", move |tx, call| Ok((task(tx, call, id_of(&id)?)?, places::tree_in(tx)?)));
    let ((found, tree), page) = read.await.or_failed(&ask)?;
    if let Some(need) = &found.mine {
        return Ok(axum::response::Redirect::to(&format!("/tasks/{}/visit", need.id)).into_response());
    }
    let words = Words::of(&ask);
    let mut card = card(&words, &tree, &found.glimpse);
    if let Some(offer) = &found.offer {
        card.why = said::why(words.text, words.language, &offer.why);
        card.state = words.say("task-answer-by", &[("at", Arg::from(words.moment(offer.answer_by)))]);
    }
    let minutes = found.glimpse.minutes.number();
    Ok(html(
        StatusCode::OK,
        &TaskPage {
            id: found.glimpse.id.to_string(),
            risk: words.risk(found.glimpse.risk),
            minutes: words.say("task-minutes", &[("minutes", Arg::from(minutes))]),
            asked: found.offer.is_some(),
            against: found.against.iter().map(|one| said::against(words.text, words.language, one)).collect(),
            card,
            page: page.back("/tasks").tab("volunteer/tasks"),
        },
    ))
}

async fn change<F>(
    ask: Ask,
    name: &'static str,
    id: String,
    fields: Fields,
    to: &'static str,
    mut work: F,
) -> Result<Response, Failed>
where
    F: FnMut(&mut Tx<'_>, &Call, Id<Need>) -> Outcome<()> + Send + 'static,
{
    let id = id_of(&id).or_failed(&ask)?;
    let sent = ask.app.command(&ask, name, fields.key(), fields.digest(), move |tx, call| {
        work(tx, call, id)?;
        Ok(Answer::go(to.replace("{id}", &id.to_string())))
    });
    Ok(sent.await.or_failed(&ask)?.into_response())
}

async fn accept_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    change(ask, "need_accept", id, fields, "/tasks/{id}/visit", |tx, call, id| accept(tx, call, id).map(drop))
        .await
}

async fn decline_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    change(ask, "need_decline", id, fields, "/tasks?declined=1", decline).await
}

async fn give_back_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    change(ask, "need_give_back", id, fields, "/tasks", give_back).await
}

#[derive(Template)]
#[template(path = "task/templates/visit.html")]
struct VisitPage {
    page: Page,
    id: String,
    title: String,
    state: String,
    state_word: &'static str,
    /// Whether the visit can be over.
    may_end: bool,
    time: String,
    initial: String,
    name: String,
    phone: String,
    place: String,
    detail: String,
    risk: String,
    has_voice: bool,
    number: String,
}

async fn visit(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "task_visit", move |tx, call| {
        let need = task(tx, call, id_of(&id)?)?.mine.ok_or_else(kernel::Refusal::missing)?;
        let name = people::full_name(tx, need.recipient)?;
        let card = people::cards(tx, &[need.recipient])?.remove(&need.recipient);
        // Who was here once does not keep the phone for ever.
        let phone = if need.state.is_end() { None } else { phone(call, &need, card.as_ref())? };
        Ok((need, name, phone, places::tree_in(tx)?, call.now))
    });
    let ((need, name, phone, tree, now), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let over = need.state.is_end();
    let hide = |text: String| if over { String::new() } else { text };
    Ok(html(
        StatusCode::OK,
        &VisitPage {
            id: need.id.to_string(),
            title: words.category(need.category),
            state: words.say(&format!("need-volunteer-{}", need.state.word()), &[]),
            state_word: need.state.word(),
            may_end: need.may_end(now),
            time: words.window(need.starts_at, need.ends_at),
            initial: name.chars().take(1).collect(),
            name: if over { people::mask(&name) } else { name },
            phone: phone.map(|phone| phone.as_str().to_owned()).unwrap_or_default(),
            place: hide(format!("{} {}", place::name(&tree, need.division), need.address)),
            detail: hide(need.detail.clone()),
            risk: words.risk(need.risk),
            has_voice: need.voice.is_some() && !over,
            number: need.number.clone(),
            page: page.back("/tasks").tab("volunteer/tasks"),
        },
    ))
}

async fn visit_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let coming = fields.text("tap") == State::InService.word();
    if coming {
        change(ask, "need_start", id, fields, "/tasks/{id}/visit", start).await
    } else {
        change(ask, "need_done", id, fields, "/tasks/{id}/visit", done).await
    }
}
