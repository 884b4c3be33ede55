//! The worker's side of the API.

use axum::{extract::Path, response::Response};
use kernel::{Action, Id, Person, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{Access, Answer, Ask, Body, Failed, OrFailed, Problem, Routes};

use crate::{
    ask::api::ok,
    dispatch::{
        Candidate, Offer, SUGGESTED, against, candidates, dispatch, give_back, offers, take_back, words,
    },
    mine::api::{Needs, Nothing, needs_of},
    need,
    view::{Changed, Words, act, id_of},
    worker::{Verified, hand_over, inbox, refuse, verify},
};

const STAFF: Access = Access::Staff(Action::DispatchNeeds);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(Action::SeeNeeds), routes!(need_inbox))
        .api(STAFF, routes!(need_candidates))
        .api(STAFF, routes!(need_against))
        .api(STAFF, routes!(need_asking))
        .api(STAFF, routes!(need_verify))
        .api(STAFF, routes!(need_refuse))
        .api(STAFF, routes!(need_dispatch))
        .api(STAFF, routes!(need_take_back))
        .api(STAFF, routes!(need_hand_over))
        .api(Access::SignedIn, routes!(need_give_back))
}

/// Open needs of the caller's area, the least time left first.
#[utoipa::path(get, path = "/api/v1/needs/inbox", tag = "needs",
    responses((status = 200, body = Needs), (status = "4XX", body = Problem)))]
async fn need_inbox(ask: Ask) -> Result<Response, Failed> {
    needs_of(&ask, "need_inbox", inbox).await
}

/// One of those to ask.
#[derive(Debug, Serialize, ToSchema)]
struct CandidateView {
    /// Who.
    person: String,
    /// The name, masked.
    name: String,
    /// Place in the ranking, from 1.
    rank: i64,
    /// What speaks for them, in words.
    why: String,
}

/// Those to ask.
#[derive(Debug, Serialize, ToSchema)]
struct Candidates {
    /// Best first.
    candidates: Vec<CandidateView>,
}

/// Whom to ask, best first, and why.
#[utoipa::path(get, path = "/api/v1/needs/{id}/candidates", tag = "needs", params(("id" = String, Path)),
    responses((status = 200, body = Candidates), (status = "4XX", body = Problem)))]
async fn need_candidates(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_candidates", move |tx, call| {
        let best = candidates(tx, call, id_of(&id)?, SUGGESTED)?;
        let cards = people::cards(tx, &best.iter().map(|one| one.person).collect::<Vec<_>>())?;
        Ok((best, cards))
    });
    let ((best, cards), _) = read.await.or_failed(&ask)?;
    let text = Words::of(&ask);
    let view = |one: &Candidate| CandidateView {
        person: one.person.to_string(),
        name: cards.get(&one.person).map(|card| card.name_masked.clone()).unwrap_or_default(),
        rank: one.rank,
        why: words::why(text.text, text.language, &one.why),
    };
    Ok(ok(&Candidates { candidates: best.iter().map(view).collect() }))
}

/// What stands against one volunteer.
#[derive(Debug, Serialize, ToSchema)]
struct Against {
    /// Names of the rules; none means the volunteer may be asked.
    rules: Vec<&'static str>,
    /// The same in words.
    words: Vec<String>,
}

/// Why a volunteer is not among those suggested.
#[utoipa::path(get, path = "/api/v1/needs/{id}/candidates/{person}", tag = "needs",
    params(("id" = String, Path), ("person" = String, Path)),
    responses((status = 200, body = Against), (status = "4XX", body = Problem)))]
async fn need_against(ask: Ask, Path((id, person)): Path<(String, String)>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_against", move |tx, call| {
        let person: Id<Person> = person.parse().map_err(|_| Refusal::missing())?;
        against(tx, call, id_of(&id)?, person)
    });
    let (reasons, _) = read.await.or_failed(&ask)?;
    let text = Words::of(&ask);
    Ok(ok(&Against {
        rules: reasons.iter().map(matching::Reason::rule).collect(),
        words: reasons.iter().map(|reason| words::against(text.text, text.language, reason)).collect(),
    }))
}

/// One asking of one volunteer.
#[derive(Debug, Serialize, ToSchema)]
struct OfferView {
    /// Who is asked.
    person: String,
    /// The name, masked.
    name: String,
    /// `held`, `sent`, `accepted`, `declined`, `expired` or `closed`.
    state: &'static str,
    /// When they are told (RFC 3339).
    sent_at: String,
    /// By when an answer counts (RFC 3339).
    answer_by: String,
    /// What speaks for them and why it is their turn, in words.
    why: String,
}

/// How volunteers are asked for a need.
#[derive(Debug, Serialize, ToSchema)]
struct Asking {
    /// Everybody who was asked, the first asked first.
    offers: Vec<OfferView>,
    /// When it is decided again whom to ask (RFC 3339); not there when a person decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<String>,
    /// Until when volunteers are asked (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Why so many are asked now, how long it waits and what happens next, in words.
    because: Vec<String>,
}

/// Who was asked for a need, in which wave and why, and what happens next.
#[utoipa::path(get, path = "/api/v1/needs/{id}/asking", tag = "needs", params(("id" = String, Path)),
    responses((status = 200, body = Asking), (status = "4XX", body = Problem)))]
async fn need_asking(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let read = ask.app.read(&ask, "need_asking", move |tx, call| {
        let id = id_of(&id)?;
        let (need, offers) = (need::load(tx, id)?, offers(tx, call, id)?);
        let cards = people::cards(tx, &offers.iter().map(|one| one.volunteer).collect::<Vec<_>>())?;
        Ok((need, offers, cards))
    });
    let ((need, offers, cards), _) = read.await.or_failed(&ask)?;
    let text = Words::of(&ask);
    let view = |one: &Offer| OfferView {
        person: one.volunteer.to_string(),
        name: cards.get(&one.volunteer).map(|card| card.name_masked.clone()).unwrap_or_default(),
        state: one.state.word(),
        sent_at: one.sent_at.rfc3339(),
        answer_by: one.answer_by.rfc3339(),
        why: words::why(text.text, text.language, &one.why),
    };
    Ok(ok(&Asking {
        offers: offers.iter().map(view).collect(),
        next_at: need.look_at.map(|at| at.rfc3339()),
        until: need.ask_until.map(|at| at.rfc3339()),
        because: text.asking(&need, &offers),
    }))
}

/// Takes a need on after it was checked.
#[utoipa::path(post, path = "/api/v1/needs/{id}/verify", tag = "needs", request_body = Verified,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_verify(ask: Ask, Path(id): Path<String>, body: Body<Verified>) -> Result<Answer, Failed> {
    let found = body.value;
    act(&ask, "need_verify", &id, body.digest, move |tx, call, id| verify(tx, call, id, &found).map(drop))
        .await
}

/// A reason.
#[derive(Debug, Deserialize, ToSchema)]
struct Reason {
    /// `not-volunteer-work`, `too-dangerous`, `asked-twice`, `nobody-reached` or `outside-area`.
    reason: String,
}

/// Does not take a need on.
#[utoipa::path(post, path = "/api/v1/needs/{id}/refuse", tag = "needs", request_body = Reason,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_refuse(ask: Ask, Path(id): Path<String>, body: Body<Reason>) -> Result<Answer, Failed> {
    let reason = body.value.reason;
    act(&ask, "need_refuse", &id, body.digest, move |tx, call, id| refuse(tx, call, id, &reason)).await
}

/// Whom to ask.
#[derive(Debug, Deserialize, ToSchema)]
struct Chosen {
    /// Ids of volunteers; none asks the first wave, and the next ones follow by themselves.
    #[serde(default)]
    volunteers: Vec<String>,
}

/// Asks volunteers; nothing is sent for 60 seconds.
#[utoipa::path(post, path = "/api/v1/needs/{id}/dispatch", tag = "needs", request_body = Chosen,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_dispatch(ask: Ask, Path(id): Path<String>, body: Body<Chosen>) -> Result<Answer, Failed> {
    let chosen = body.value.volunteers;
    act(&ask, "need_dispatch", &id, body.digest, move |tx, call, id| {
        dispatch(tx, call, id, &people_of(chosen.iter().map(String::as_str))?).map(drop)
    })
    .await
}

/// Ids of people; what is none fits nobody.
pub(crate) fn people_of<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<Id<Person>>, Refusal> {
    texts.map(|text| text.parse().map_err(|_| Refusal::conflict("need-volunteer-not-fitting"))).collect()
}

/// Takes back what was not sent yet.
#[utoipa::path(post, path = "/api/v1/needs/{id}/take-back", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_take_back(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_take_back", &id, body.digest, take_back).await
}

/// A public service.
#[derive(Debug, Deserialize, ToSchema)]
struct Service {
    /// Its name.
    service: String,
    /// Its phone.
    phone: String,
}

/// Hands a need over to a public service.
#[utoipa::path(post, path = "/api/v1/needs/{id}/hand-over", tag = "needs", request_body = Service,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_hand_over(ask: Ask, Path(id): Path<String>, body: Body<Service>) -> Result<Answer, Failed> {
    let to = body.value;
    act(&ask, "need_hand_over", &id, body.digest, move |tx, call, id| {
        hand_over(tx, call, id, &to.service, &to.phone)
    })
    .await
}

/// The helper cannot come after all.
#[utoipa::path(post, path = "/api/v1/needs/{id}/give-back", tag = "needs", request_body = Nothing,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Changed), (status = "4XX", body = Problem)))]
async fn need_give_back(ask: Ask, Path(id): Path<String>, body: Body<Nothing>) -> Result<Answer, Failed> {
    act(&ask, "need_give_back", &id, body.digest, give_back).await
}
