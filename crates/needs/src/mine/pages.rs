//! The resident's pages after asking.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, Arg, Kind};
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, html};

use crate::{
    mine::{cancel, change_time, my_needs, refuse_helper},
    need::{self, Need, Step},
    place,
    state::State,
    view::{Words, id_of, tag},
    visit::{Answered, confirm},
    voice,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/my/needs", Access::SignedIn, mine)
        .get("/need/{id}", Access::SignedIn, show)
        .get("/need/{id}/voice", Access::SignedIn, listen)
        .get("/need/{id}/confirm", Access::SignedIn, confirm_form)
        .post("/need/{id}/confirm", Access::SignedIn, confirm_send)
        .post("/need/{id}/cancel", Access::SignedIn, cancel_send)
        .post("/need/{id}/time", Access::SignedIn, time_send)
        .post("/need/{id}/refuse-helper", Access::SignedIn, refuse_helper_send)
}

/// What the resident reads of a state: 我们收到了, 王师傅会来.
fn state_words(words: &Words<'_>, need: &Need, helper: &str, note: &str) -> String {
    let args = [("helper", Arg::from(helper.to_owned())), ("service", Arg::from(note.to_owned()))];
    words.say(&format!("need-resident-{}", need.state.word()), &args)
}

/// One line of a list.
struct Line {
    href: String,
    title: String,
    time: String,
    state: String,
    tag: &'static str,
}

#[derive(Template)]
#[template(path = "mine/templates/mine.html")]
struct MinePage {
    page: Page,
    lines: Vec<Line>,
}

async fn mine(ask: Ask) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_mine", |tx, call| {
        let needs = my_needs(tx, call)?;
        let helpers: Vec<_> = needs.iter().filter_map(|need| need.helper).collect();
        Ok((people::cards(tx, &helpers)?, needs))
    });
    let ((cards, needs), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let line = |need: &Need| {
        let helper =
            need.helper.and_then(|id| cards.get(&id)).map(|card| card.surname.clone()).unwrap_or_default();
        let href = match need.state {
            State::DoneClaimed => format!("/need/{}/confirm", need.id),
            _ => format!("/need/{}", need.id),
        };
        Line {
            href,
            title: words.category(need.category),
            time: words.window(need.starts_at, need.ends_at),
            state: state_words(&words, need, &helper, ""),
            tag: tag(need.state),
        }
    };
    let lines = needs.iter().map(line).collect();
    Ok(html(StatusCode::OK, &MinePage { page: page.back("/").tab("public/me"), lines }))
}

/// One stitch of the line.
struct Stitch {
    title: String,
    at: String,
    now: bool,
}

/// Who comes.
struct Helper {
    initial: String,
    name: String,
    phone: String,
}

#[derive(Template)]
#[template(path = "mine/templates/need.html")]
struct NeedPage {
    page: Page,
    id: String,
    confirm_href: String,
    done: &'static str,
    number: String,
    title: String,
    state: String,
    state_word: &'static str,
    promise: String,
    time: String,
    place: String,
    detail: String,
    has_voice: bool,
    reason: String,
    helper: Option<Helper>,
    stitches: Vec<Stitch>,
    can_cancel: bool,
    can_move: bool,
    can_confirm: bool,
    can_witness: bool,
    witnessed: bool,
    can_refuse: bool,
    refused_helper: bool,
    days: Vec<Choice>,
    parts: Vec<Choice>,
}

async fn show(ask: Ask, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    show_page(&ask, &id, &Fields::parse(query.unwrap_or_default().as_bytes()), &[], StatusCode::OK).await
}

async fn show_page(
    ask: &Ask,
    id: &str,
    query: &Fields,
    wrong: &[kernel::FieldRefusal],
    status: StatusCode,
) -> Result<Response, Failed> {
    let id = id_of(id).or_failed(ask)?;
    let read = ask.app.read(ask, "need_page", move |tx, call| {
        let need = need::load(tx, id)?;
        need.must_be_mine(call, Action::SeeNeeds)?;
        let steps = need::steps(tx, id)?;
        let coming = matches!(need.state, State::Accepted | State::InService | State::DoneClaimed);
        let card = match need.helper {
            Some(helper) => people::cards(tx, &[helper])?.remove(&helper),
            None => None,
        };
        let phone = match card.as_ref().filter(|_| coming) {
            Some(card) => card.phone(call.keys())?,
            None => None,
        };
        let mine = call.actor.person.filter(|_| need.is_mine(call));
        Ok((need, steps, card, phone, places::tree_in(tx)?, (call.now, mine)))
    });
    let ((need, steps, card, phone, tree, (now, mine)), page) = read.await.or_failed(ask)?;
    let words = Words::of(ask);
    let surname = card.as_ref().map(|card| card.surname.clone()).unwrap_or_default();
    let note = steps.last().map(|step| step.note.clone()).unwrap_or_default();
    let posted = query.text("new") == "1" && need.state == State::Submitted;
    let done = match need.state {
        State::Closed => "need-confirmed",
        State::Accepted | State::InService => "helper-seen",
        _ if posted => "need-posted",
        _ => "",
    };
    let stitch = |step: &Step, now: bool| Stitch {
        title: words.say(&format!("need-step-{}", step.state.word()), &[]),
        at: words.moment(step.at),
        now,
    };
    let last = steps.len().saturating_sub(1);
    let turn_ends = !need.state.is_end()
        && matches!(need.state, State::Submitted | State::Verified | State::Offered | State::Reopened);
    Ok(html(
        status,
        &NeedPage {
            id: id.to_string(),
            confirm_href: format!("/need/{id}/confirm"),
            done,
            number: need.number.clone(),
            title: words.category(need.category),
            state: state_words(&words, &need, &surname, &note),
            state_word: need.state.word(),
            promise: if turn_ends {
                words.say("need-promise", &[("left", Arg::from(words.left(need.due_at, now)))])
            } else {
                String::new()
            },
            time: words.window(need.starts_at, need.ends_at),
            place: format!("{} {}", place::name(&tree, need.division), need.address).trim().to_owned(),
            detail: need.detail.clone(),
            has_voice: need.voice.is_some(),
            reason: need
                .refused_reason
                .as_ref()
                .map(|reason| words.say(&format!("need-reason-{reason}"), &[]))
                .unwrap_or_default(),
            helper: card.filter(|_| !need.state.is_open()).map(|card| Helper {
                initial: card.initial.clone(),
                name: words.say("need-helper-name", &[("helper", Arg::from(card.surname))]),
                phone: phone.as_ref().map(|phone| phone.as_str().to_owned()).unwrap_or_default(),
            }),
            stitches: steps.iter().enumerate().map(|(at, step)| stitch(step, at == last)).collect(),
            can_cancel: need.state.may(State::Cancelled),
            can_move: matches!(need.state, State::Submitted | State::Verified | State::Reopened),
            can_confirm: matches!(need.state, State::InService | State::DoneClaimed)
                || (need.state == State::Accepted && now >= need.starts_at),
            can_witness: need.state == State::Closed
                && mine.is_some()
                && mine != need.helper
                && mine != steps.last().and_then(|step| step.by)
                && query.text("witnessed") != "1",
            witnessed: query.text("witnessed") == "1",
            can_refuse: need.state == State::Closed && query.text("refused") != "1",
            refused_helper: query.text("refused") == "1",
            days: words.days("tomorrow"),
            parts: words.parts("any"),
            page: page.back("/my/needs").tab("public/me").wrong(wrong),
        },
    ))
}

async fn listen(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_voice", move |tx, call| {
        let need = need::load(tx, id_of(&id)?)?;
        let helps = need.helper.is_some() && need.helper == call.actor.person && !need.state.is_end();
        if !helps {
            need.must_be_mine(call, Action::SeeNeeds)?;
        }
        voice::open(tx, call, &need)
    });
    let ((kind, bytes), _) = read.await.or_failed(&ask)?;
    let kind = HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, bytes).into_response())
}

#[derive(Template)]
#[template(path = "mine/templates/confirm.html")]
struct ConfirmPage {
    page: Page,
    id: String,
    title: String,
    helper: String,
    time: String,
    faces: Vec<Choice>,
    can_close: bool,
    /// Whether the asker is a worker who was called.
    at_desk: bool,
}

async fn confirm_form(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_confirm_page", move |tx, call| {
        let need = need::load(tx, id_of(&id)?)?;
        need.must_be_mine(call, Action::DispatchNeeds)?;
        let helper = need.helper.filter(|_| need.state.may(State::Reopened));
        let helper = helper.ok_or_else(|| kernel::Refusal::conflict("need-moved-on"))?;
        let card = people::cards(tx, &[helper])?.remove(&helper);
        let at_desk = !need.is_mine(call);
        Ok((need, card, at_desk))
    });
    let ((need, card, at_desk), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let surname = card.map(|card| card.surname).unwrap_or_default();
    let face = |(value, icon): (&str, &'static str)| {
        Choice::new(value, words.say(&format!("need-face-{value}"), &[])).with_icon(icon)
    };
    Ok(html(
        StatusCode::OK,
        &ConfirmPage {
            id: need.id.to_string(),
            title: words.category(need.category),
            helper: words.say("need-helper-name", &[("helper", Arg::from(surname))]),
            time: words.window(need.starts_at, need.ends_at),
            faces: [("3", "mood-smile"), ("2", "mood-neutral"), ("1", "mood-sad")].map(face).into(),
            can_close: need.state.may(State::Closed),
            at_desk,
            page: page.back(format!("/need/{}", need.id)).tab("public/me"),
        },
    ))
}

async fn confirm_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let rating = fields.given("rating").map_or(0, |rating| rating.parse().unwrap_or(-1));
    let answered = match fields.text("answer") {
        "done" => Answered::Done(rating),
        "heard" => Answered::Heard(rating),
        _ => Answered::NotDone,
    };
    let sent = ask.app.command(&ask, "need_close", fields.key(), fields.digest(), move |tx, call| {
        let before = need::load(tx, id)?;
        confirm(tx, call, id, answered)?;
        let to = match (before.is_mine(call), before.state) {
            (true, State::Closed) => format!("/need/{id}?witnessed=1"),
            (true, _) => format!("/need/{id}"),
            (false, _) => format!("/w/needs/{id}"),
        };
        Ok(Answer::go(to))
    });
    Ok(sent.await.or_failed(&ask)?.into_response())
}

async fn cancel_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let sent = ask.app.command(&ask, "need_cancel", fields.key(), fields.digest(), move |tx, call| {
        cancel(tx, call, id)?;
        Ok(Answer::go(format!("/need/{id}")))
    });
    Ok(sent.await.or_failed(&ask)?.into_response())
}

async fn time_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let need = id_of(&id).or_failed(&ask)?;
    let day = fields.given("date").unwrap_or(fields.text("day")).to_owned();
    let part = fields.text("part").to_owned();
    let digest = fields.digest();
    let sent = ask.app.command(&ask, "need_change_time", fields.key(), digest, move |tx, call| {
        change_time(tx, call, need, &day, &part)?;
        Ok(Answer::go(format!("/need/{need}")))
    });
    match sent.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show_page(&ask, &id, &fields, &refusal.fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

async fn refuse_helper_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id_of(&id).or_failed(&ask)?;
    let digest = fields.digest();
    let sent = ask.app.command(&ask, "need_refuse_helper", fields.key(), digest, move |tx, call| {
        refuse_helper(tx, call, id)?;
        let helper = need::load(tx, id)?.helper == call.actor.person;
        Ok(Answer::go(if helper { "/tasks".to_owned() } else { format!("/need/{id}?refused=1") }))
    });
    Ok(sent.await.or_failed(&ask)?.into_response())
}
