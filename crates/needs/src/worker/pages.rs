//! The worker's inbox, and the page on which a need is checked and sent to volunteers with one tap.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome, Tx};
use journal::Call;
use kernel::{Action, Id, Kind, Person, Refusal};
use matching::Limits;
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, html};

use crate::{
    dispatch::{
        Candidate, Crowd, Offer, OfferState, SUGGESTED, Wave, against, dispatch, of_need, take_back,
        words as said,
    },
    need::{self, Need},
    place,
    promise::Promises,
    state::State,
    view::{Words, id_of, phone, tag},
    worker::{REFUSE_REASONS, Verified, api::people_of, hand_over, inbox, refuse, verify},
};

const STAFF: Access = Access::Staff(Action::DispatchNeeds);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/w", Access::Staff(Action::SeeNeeds), list)
        .get("/w/needs", Access::Staff(Action::SeeNeeds), list)
        .get("/w/needs/{id}", Access::Staff(Action::SeeNeeds), show)
        .post("/w/needs/{id}/verify", STAFF, verify_send)
        .post("/w/needs/{id}/dispatch", STAFF, dispatch_send)
        .post("/w/needs/{id}/take-back", STAFF, take_back_send)
        .post("/w/needs/{id}/refuse", STAFF, refuse_send)
        .post("/w/needs/{id}/hand-over", STAFF, hand_over_send)
        .get("/w/needs/{id}/why/{person}", STAFF, why_not)
}

struct Line {
    href: String,
    number: String,
    title: String,
    community: String,
    time: String,
    left: String,
    late: bool,
    urgent: bool,
    urged: bool,
    state: String,
    tag: &'static str,
}

#[derive(Template)]
#[template(path = "worker/templates/inbox.html")]
struct InboxPage {
    page: Page,
    lines: Vec<Line>,
    late: usize,
}

/// The inbox, at `/w` and at `/w/needs`.
async fn list(ask: Ask) -> Result<Response, Failed> {
    let read =
        ask.app.read(&ask, "need_inbox", |tx, call| Ok((inbox(tx, call)?, places::tree_in(tx)?, call.now)));
    let ((needs, tree, now), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let line = |need: &Need| {
        let (state, tag) = standing(&words, need);
        Line {
            href: format!("/w/needs/{}", need.id),
            number: need.number.clone(),
            title: words.category(need.category),
            community: place::name(&tree, need.division),
            time: words.window(need.starts_at, need.ends_at),
            left: words.left(need.due_at, now),
            late: need.due_at < now,
            urgent: need.urgent,
            urged: need.urged_at.is_some(),
            state,
            tag,
        }
    };
    let lines: Vec<Line> = needs.iter().map(line).collect();
    let late = lines.iter().filter(|line| line.late).count();
    Ok(html(StatusCode::OK, &InboxPage { page: page.tab("worker/needs"), lines, late }))
}

/// Where a need stands, for staff: found nobody is another thing than not asked yet.
fn standing(words: &Words<'_>, need: &Need) -> (String, &'static str) {
    let finding = matches!(need.state, State::Verified | State::Reopened) && !need.asking.is_empty();
    let (word, tag) = match need.look_at {
        Some(_) if finding => ("later", "tag-info"),
        None if finding => ("nobody", "tag-warn"),
        _ => (need.state.word(), tag(need.state)),
    };
    (words.say(&format!("need-staff-{word}"), &[]), tag)
}

/// Somebody who was asked, and what became of it.
struct Asked {
    name: String,
    state: String,
    why: String,
}

#[derive(Template)]
#[template(path = "worker/templates/need.html")]
struct NeedPage {
    page: Page,
    id: String,
    done: &'static str,
    number: String,
    title: String,
    state: String,
    state_word: &'static str,
    tag: &'static str,
    left: String,
    late: bool,
    time: String,
    place: String,
    channel: String,
    name: String,
    phone: String,
    detail: String,
    address: String,
    has_voice: bool,
    risk: String,
    urgent: bool,
    note: String,
    can_send: bool,
    can_verify: bool,
    can_refuse: bool,
    can_hand_over: bool,
    can_confirm: bool,
    undo: bool,
    nobody: bool,
    suggested: Vec<Choice>,
    wave_hint: String,
    asking: Vec<String>,
    categories: Vec<Choice>,
    risks: Vec<Choice>,
    reasons: Vec<Choice>,
    asked: Vec<Asked>,
    service: String,
    service_phone: String,
}

async fn show(ask: Ask, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    show_page(&ask, &id, &fields, None).await
}

async fn show_page(
    ask: &Ask,
    id: &str,
    typed: &Fields,
    refused: Option<Refusal>,
) -> Result<Response, Failed> {
    let id = id_of(id).or_failed(ask)?;
    let read = ask.app.read(ask, "need_worker_page", move |tx, call| {
        let need = need::load(tx, id)?;
        call.actor.must(Action::SeeNeeds, need.division)?;
        let (promises, tree) = Promises::load_with_tree(tx, need.division, call.now.day())?;
        let suggested = finds(need.state).then(|| suggested(tx, call, &need, &promises)).transpose()?;
        let offers = suggested.as_ref().map_or_else(|| of_need(tx, id), |those| Ok(those.offers.clone()))?;
        let mut ids = vec![need.recipient];
        ids.extend(
            suggested.iter().flat_map(Suggested::people).chain(offers.iter().map(|one| one.volunteer)),
        );
        let cards = people::cards(tx, &ids)?;
        let phone = phone(call, &need, cards.get(&need.recipient))?;
        Ok((need, offers, suggested, cards, phone, tree, call.now))
    });
    let ((need, offers, suggested, cards, phone, tree, now), page) = read.await.or_failed(ask)?;
    let words = Words::of(ask);
    let name = |id| cards.get(&id).map(|card| card.name_masked.clone()).unwrap_or_default();
    let choice = |one: &Candidate, chosen| {
        let why = said::why(words.text, words.language, &one.why);
        let mut choice = Choice::new(one.person.to_string(), name(one.person)).with_hint(why);
        choice.chosen = chosen;
        choice
    };
    let choices = suggested.iter().flat_map(|those| {
        let wave = those.wave.ask.iter().map(|one| choice(one, true));
        wave.chain(those.others.iter().map(|one| choice(one, false)))
    });
    let planned =
        suggested.iter().flat_map(|those| said::asking(&words, &said::of_decision(&those.wave.decision)));
    let told = |offer: &Offer| Asked {
        name: name(offer.volunteer),
        state: words.say(&format!("need-offer-{}", offer.state.word()), &[]),
        why: said::why(words.text, words.language, &offer.why),
    };
    let undo = offers.iter().any(|offer| offer.state == OfferState::Held && now < offer.sent_at);
    let done = match need.state {
        State::Offered | State::Accepted => "need-dispatched",
        State::Refused => "need-refused",
        State::HandedOver => "need-handed-over",
        State::Verified if need.look_at.is_some() => "need-waits",
        State::Submitted if typed.text("new") == "1" => "need-posted",
        _ => "",
    };
    let reason = |word: &str| {
        Choice::new(word, words.say(&format!("need-reason-{word}"), &[])).chosen_if(typed.text("reason"))
    };
    let (state, tag) = standing(&words, &need);
    let status = refused.as_ref().map_or(StatusCode::OK, web::status_of);
    let wrong = refused.map(|refusal| refusal.fields).unwrap_or_default();
    let detail = typed.given("detail").map_or_else(|| need.detail.clone(), str::to_owned);
    let address = typed.given("address").map_or_else(|| need.address.clone(), str::to_owned);
    Ok(html(
        status,
        &NeedPage {
            id: id.to_string(),
            done,
            number: need.number.clone(),
            title: words.category(need.category),
            state,
            state_word: need.state.word(),
            tag,
            left: words.left(need.due_at, now),
            late: need.due_at < now && !need.state.is_end(),
            time: words.window(need.starts_at, need.ends_at),
            place: format!("{} {}", place::name(&tree, need.division), need.address).trim().to_owned(),
            channel: words.say(&format!("need-channel-{}", need.channel.word()), &[]),
            name: name(need.recipient),
            phone: phone.map(|phone| phone.as_str().to_owned()).unwrap_or_default(),
            detail,
            address,
            has_voice: need.voice.is_some(),
            risk: words.risk(need.risk),
            urgent: need.urgent,
            note: need
                .refused_reason
                .as_ref()
                .map(|word| words.say(&format!("need-reason-{word}"), &[]))
                .unwrap_or_default(),
            can_send: finds(need.state),
            can_verify: need.state == State::Submitted,
            can_refuse: need.state.may(State::Refused),
            can_hand_over: need.state.may(State::HandedOver),
            can_confirm: need.state.may(State::Reopened),
            undo,
            nobody: suggested.as_ref().is_some_and(|those| those.wave.decision.stop.is_some()),
            suggested: choices.collect(),
            wave_hint: suggested.as_ref().map(|those| words.say(those.hint(), &[])).unwrap_or_default(),
            asking: if need.asking.is_empty() { planned.collect() } else { words.asking(&need, &offers) },
            categories: words.tiles(need.category.word),
            risks: words.risks(need.risk.word()),
            reasons: REFUSE_REASONS.map(reason).into(),
            asked: offers.iter().map(told).collect(),
            service: typed.text("service").to_owned(),
            service_phone: typed.text("service_phone").to_owned(),
            page: page.back("/w/needs").tab("worker/needs").wrong(&wrong),
        },
    ))
}

/// Whether a worker may ask volunteers now.
const fn finds(state: State) -> bool {
    matches!(state, State::Submitted | State::Verified | State::Reopened)
}

/// Whom a tap asks now, and who else might be asked instead.
struct Suggested {
    wave: Wave,
    others: Vec<Candidate>,
    /// Who was asked before.
    offers: Vec<Offer>,
}

impl Suggested {
    const fn hint(&self) -> &'static str {
        if self.wave.ask.is_empty() { "need-asking-name" } else { "need-asking-wave" }
    }

    fn people(&self) -> impl Iterator<Item = Id<Person>> {
        self.wave.ask.iter().chain(&self.others).map(|one| one.person)
    }
}

/// What a tap would do now: until when is asked is thought over anew with each tap.
fn suggested(tx: &mut Tx<'_>, call: &Call, need: &Need, promises: &Promises) -> Outcome<Suggested> {
    let crowd = Crowd::load(tx, call, need, &[])?;
    let fresh = Need { ask_until: None, ..need.clone() };
    let wave = Wave::decide(tx, call, &fresh, (&crowd, promises), true)?;
    let mut others = crowd.best(SUGGESTED + wave.ask.len(), call.now, &Limits::default());
    others.retain(|other| wave.ask.iter().all(|one| one.person != other.person));
    others.truncate(SUGGESTED);
    Ok(Suggested { wave, others, offers: crowd.known.offers })
}

/// Changes the need and comes back to its page; a form that is wrong comes back as it was typed.
async fn change<F>(
    ask: Ask,
    name: &'static str,
    id: String,
    fields: Fields,
    mut work: F,
) -> Result<Response, Failed>
where
    F: FnMut(&mut Tx<'_>, &Call, Id<Need>) -> Outcome<()> + Send + 'static,
{
    let need = id_of(&id).or_failed(&ask)?;
    let sent = ask.app.command(&ask, name, fields.key(), fields.digest(), move |tx, call| {
        work(tx, call, need)?;
        Ok(Answer::go(format!("/w/needs/{need}")))
    });
    match sent.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show_page(&ask, &id, &fields, Some(refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

fn found(fields: &Fields) -> Verified {
    Verified {
        category: fields.text("category").to_owned(),
        risk: fields.text("risk").to_owned(),
        urgent: if fields.text("urgent") == "1" { "1" } else { "0" }.to_owned(),
        detail: fields.text("detail").to_owned(),
        address: fields.text("address").to_owned(),
    }
}

async fn verify_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let found = found(&fields);
    change(ask, "need_verify", id, fields, move |tx, call, id| verify(tx, call, id, &found).map(drop)).await
}

/// One tap: takes the need on, if that is still to be done, and asks those chosen.
async fn dispatch_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let found = found(&fields);
    let chosen: Vec<String> = fields.all("volunteer").map(str::to_owned).collect();
    change(ask, "need_dispatch", id, fields, move |tx, call, id| {
        if need::load(tx, id)?.state == State::Submitted {
            verify(tx, call, id, &found)?;
        }
        dispatch(tx, call, id, &people_of(chosen.iter().map(String::as_str))?).map(drop)
    })
    .await
}

async fn take_back_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    change(ask, "need_take_back", id, fields, take_back).await
}

async fn refuse_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let reason = fields.text("reason").to_owned();
    change(ask, "need_refuse", id, fields, move |tx, call, id| refuse(tx, call, id, &reason)).await
}

async fn hand_over_send(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let (service, phone) = (fields.text("service").to_owned(), fields.text("service_phone").to_owned());
    change(ask, "need_hand_over", id, fields, move |tx, call, id| hand_over(tx, call, id, &service, &phone))
        .await
}

#[derive(Template)]
#[template(path = "worker/templates/why.html")]
struct WhyPage {
    page: Page,
    name: String,
    against: Vec<String>,
}

/// Why somebody the worker has in mind is not suggested.
async fn why_not(ask: Ask, Path((id, person)): Path<(String, String)>) -> Result<Response, Failed> {
    let back = format!("/w/needs/{id}");
    let read = ask.app.read(&ask, "need_against", move |tx, call| {
        let person = person.parse().map_err(|_| Refusal::missing())?;
        let reasons = against(tx, call, id_of(&id)?, person)?;
        Ok((reasons, people::cards(tx, &[person])?.remove(&person)))
    });
    let ((reasons, card), page) = read.await.or_failed(&ask)?;
    let words = Words::of(&ask);
    let against = reasons.iter().map(|one| said::against(words.text, words.language, one)).collect();
    let name = card.map(|card| card.name_masked).unwrap_or_default();
    Ok(html(StatusCode::OK, &WhyPage { page: page.back(back).tab("worker/needs"), name, against }))
}
