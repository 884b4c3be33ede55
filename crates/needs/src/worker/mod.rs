//! The worker's side: check what was asked, take it on or refuse it with a reason, hand it over to a public service,
//! and the inbox sorted by the time left.

pub(crate) mod api;
mod asked_in;
pub(crate) mod pages;
mod recall;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use db::{Outcome, Span, ToValue as _, Tx, Value, spanning};
use journal::Call;
use kernel::{Action, FieldRefusal, Id, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

pub use asked_in::{AskedIn, asked_in};
pub use recall::{RECALLED_MAX, Recalled, recall};

use crate::{
    ask::DETAIL_CHARS_MAX,
    category::{Risk, category},
    dispatch::{Closing, close_open},
    need::{self, Need, need_columns},
    state::State,
};

/// Why a need is not taken on; one must be named (志愿服务条例 art. 13: answered promptly; ui: 不受理必填原因).
pub const REFUSE_REASONS: [&str; 5] =
    ["not-volunteer-work", "too-dangerous", "asked-twice", "nobody-reached", "outside-area"];

/// Needs on one page of the inbox.
pub const INBOX_MAX: i64 = 50;
/// Characters of the name of a service that takes over.
const SERVICE_CHARS_MAX: usize = 60;

/// What the worker found out; what is empty stays as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(default)]
pub struct Verified {
    /// Word of the category.
    pub category: String,
    /// Word of the risk.
    pub risk: String,
    /// `1` urgent, `0` not.
    pub urgent: String,
    /// What is asked, written up from a recording or a call.
    pub detail: String,
    /// House and door.
    pub address: String,
}

/// Takes a need on: it was checked with whoever asked.
///
/// # Errors
/// Forbidden outside the worker's area; every wrong field; `need-moved-on`.
pub fn verify(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, found: &Verified) -> Outcome<Need> {
    let mut need = need::lock(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    if need.state != State::Submitted {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    let mut wrong = Vec::new();
    let mut refuse = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
    if !found.category.is_empty() {
        match category(&found.category) {
            Some(kind) if kind != need.category => (need.category, need.minutes) = (kind, kind.minutes),
            Some(_) => {}
            None => refuse("category", "need-category-unknown"),
        }
    }
    if !found.risk.is_empty() {
        match Risk::from_word(&found.risk) {
            Some(risk) => need.risk = risk,
            None => refuse("risk", "need-risk-unknown"),
        }
    }
    if found.detail.chars().count() > DETAIL_CHARS_MAX {
        refuse("detail", "need-detail-too-long");
    }
    if found.address.chars().count() > people::ADDRESS_CHARS_MAX {
        refuse("address", "need-address-too-long");
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    if !found.urgent.is_empty() {
        need.urgent = found.urgent == "1";
    }
    if !found.detail.is_empty() {
        need.detail.clone_from(&found.detail);
    }
    if !found.address.is_empty() {
        need.address.clone_from(&found.address);
    }
    need.advance(tx, call, State::Verified, "", |event| event)?;
    Ok(need)
}

/// Does not take a need on. A reason must be named; the asker reads it.
///
/// # Errors
/// Forbidden outside the worker's area; `need-reason-missing`; `need-moved-on`.
pub fn refuse(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, reason: &str) -> Outcome<()> {
    let mut need = need::lock(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    let Some(reason) = REFUSE_REASONS.into_iter().find(|one| *one == reason) else {
        return Err(Refusal::invalid("reason", "need-reason-missing").into());
    };
    need.refused_reason = Some(reason.to_owned());
    need.advance(tx, call, State::Refused, "", |event| event.with("reason", reason))
}

/// Hands a need over to a named public service, which has said yes: no helper was found in time.
///
/// # Errors
/// Forbidden outside the worker's area; `need-service-missing`, `need-service-too-long`; `need-moved-on`.
pub fn hand_over(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, service: &str, phone: &str) -> Outcome<()> {
    let mut need = need::lock(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    let (service, phone) = (service.trim(), phone.trim());
    let mut wrong = Vec::new();
    let mut wrong_field = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
    if service.is_empty() {
        wrong_field("service", "need-service-missing");
    }
    if service.chars().count() > SERVICE_CHARS_MAX {
        wrong_field("service", "need-service-too-long");
    }
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    if !(3..=15).contains(&digits) || !phone.chars().all(|c| c.is_ascii_digit() || "+- ".contains(c)) {
        wrong_field("service_phone", "need-service-phone-wrong");
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    close_open(tx, call, &need, Closing::Ended)?;
    need.advance(tx, call, State::HandedOver, &format!("{service} {phone}"), |event| event)
}

const INBOX: (&str, &str) = spanning!(
    need_columns!(),
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND state IN ('submitted', 'verified', 'offered', 'accepted', 'in_service', 'done_claimed', 'reopened')
     AND division BETWEEN $1 AND $2 ORDER BY due_at, id LIMIT $3"
);

/// The needs in the caller's areas that have not ended, those with the least time left first; late ones are first by
/// that.
///
/// # Errors
/// Forbidden without an area.
pub fn inbox(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<Need>> {
    call.actor.signed_in()?;
    let areas = call.actor.scope(Action::SeeNeeds);
    if areas.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    in_areas(tx, &areas, INBOX, &[INBOX_MAX.value()])
}

/// Areas of one worker that a list of needs looks at.
const AREAS_MAX: usize = 3;

/// What a statement over an area finds in several, each need once, those with the least time left first.
pub(crate) fn in_areas(
    tx: &mut Tx<'_>,
    areas: &[RangeInclusive<u64>],
    texts: (&'static str, &'static str),
    more: &[Value<'_>],
) -> Outcome<Vec<Need>> {
    let mut needs: Vec<Need> = Vec::new();
    for area in areas.iter().take(AREAS_MAX) {
        needs.extend(Span::of_range(area).query::<Need>(tx, texts, more)?);
    }
    needs.sort_by_key(|need| (need.due_at, need.id));
    needs.dedup_by_key(|need| need.id);
    Ok(needs)
}
