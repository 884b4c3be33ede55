//! The level above looks at needs past their limit and urges those on who must act (督办).

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use db::{Failure, Outcome, ToValue as _, Tx, spanning};
use journal::Call;
use kernel::{Action, Arg, District, Id, Kind, Refusal};

use crate::{
    dispatch::say,
    need::{self, Need, need_columns},
    worker::in_areas,
};

/// Late needs on one page: a level above that has more looks at the oldest first.
pub const OVERDUE_MAX: i64 = 100;
/// Hours until the same need may be urged on again: a working day to act.
pub const URGED_HOURS: i64 = 24;

const OVERDUE: (&str, &str) = spanning!(
    need_columns!(),
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND state IN ('submitted', 'verified', 'offered', 'accepted', 'in_service', 'done_claimed', 'reopened')
     AND division BETWEEN $1 AND $2 AND due_at < $3 ORDER BY due_at, id LIMIT $4"
);

/// The needs past their limit in the areas in which the caller may do `what`, the latest first; those of one district,
/// if one is named. [`Action::SeeFigures`] is enough to see that they are late, not whom they are for.
///
/// # Errors
/// Forbidden without an area.
pub fn overdue(tx: &mut Tx<'_>, call: &Call, what: Action, district: Option<District>) -> Outcome<Vec<Need>> {
    call.actor.signed_in()?;
    let areas = call.actor.scope(what);
    if areas.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let areas: Vec<_> = areas.iter().filter_map(|area| within(area, district)).collect();
    let mut needs = in_areas(tx, &areas, OVERDUE, &[call.now.value(), OVERDUE_MAX.value()])?;
    needs.truncate(usize::try_from(OVERDUE_MAX).unwrap_or(usize::MAX));
    Ok(needs)
}

/// What of an area lies in the district, if one is named.
fn within(area: &RangeInclusive<u64>, district: Option<District>) -> Option<RangeInclusive<u64>> {
    let Some(district) = district else { return Some(area.clone()) };
    let codes = district.division().subtree();
    let common = *area.start().max(codes.start())..=*area.end().min(codes.end());
    (!common.is_empty()).then_some(common)
}

/// Whether the caller stands above those who must act, and they had their time since they were last urged.
pub(crate) fn may_urge(call: &Call, need: &Need) -> bool {
    call.actor.may(Action::UrgeNeeds, need.division.parent()) && !is_urged(call, need)
}

fn is_urged(call: &Call, need: &Need) -> bool {
    need.urged_at.is_some_and(|at| call.now < at.plus_seconds(URGED_HOURS * 3_600))
}

/// Urges one need on: the workers nearest to it are told, and it is marked in their inbox.
///
/// # Errors
/// Forbidden unless the caller's area is wider than the community; `need-not-late`, `need-urged`, `need-urge-nobody`
/// (conflict).
pub fn urge(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let mut need = need::lock(tx, id)?;
    call.actor.must(Action::UrgeNeeds, need.division.parent())?;
    if need.state.is_end() || call.now <= need.due_at {
        return Err(Refusal::conflict("need-not-late").into());
    }
    if is_urged(call, &need) {
        return Err(Refusal::conflict("need-urged").with("hours", URGED_HOURS).into());
    }
    let workers = people::workers(tx, people::Workers::Nearest, need.division, call.actor.person, call.now)?;
    if workers.is_empty() {
        return Err(Refusal::conflict("need-urge-nobody").into());
    }
    let words = message(&need, call);
    for card in people::cards(tx, &workers)?.values() {
        if let Some(phone) = card.phone(call.keys())? {
            let sms = notify::Channel::Sms;
            notify::send(tx, call, need.id.district(), sms, &phone, "need_urged", &words, call.now)?;
        }
    }
    need.urge(tx, call)
}

/// Urges on every late need of a district that may be: one transaction writes in one district. Gives how many.
///
/// # Errors
/// Forbidden without an area.
pub(crate) fn urge_all(tx: &mut Tx<'_>, call: &Call, district: District) -> Outcome<usize> {
    let mut late = overdue(tx, call, Action::UrgeNeeds, Some(district))?;
    late.retain(|need| may_urge(call, need));
    // Everybody locks in this order.
    late.sort_unstable_by_key(|need| need.id);
    let mut count = 0;
    for need in late {
        match urge(tx, call, need.id) {
            Ok(()) => count += 1,
            // Nobody else works there, or somebody acted just now: the others are urged on nevertheless.
            Err(Failure::Refused(refusal)) if refusal.kind == Kind::Conflict => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(count)
}

fn message(need: &Need, call: &Call) -> String {
    say(|words| {
        let category = words.category(need.category);
        let late = words.left(need.due_at, call.now);
        let number = need.number.clone();
        let args = [("category", category.into()), ("late", late.into()), ("number", Arg::from(number))];
        words.say("need-message-urged", &args)
    })
}
