//! The volunteer's answer.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, Id, Minutes, Refusal};
use matching::{Limits, Purpose, Reason, eligible};

use crate::{
    dispatch::{Closing, Known, OfferState, close_open, go_on, offer},
    need::{self, Need},
    state::State,
};

/// The need as attendance knows it.
pub(crate) fn engagement_of(need: &Need) -> hours::Engagement {
    hours::Engagement {
        id: need.id.cast(),
        kind: hours::EngagementKind::Need,
        division: need.division,
        category: need.category.word.to_owned(),
        from: need.starts_at,
        to: need.ends_at,
        apart: hours::Apart::default(),
        no_hours: String::new(),
    }
}

/// Promises to come. Whoever is asked may, and so may anybody who fits when nobody is being asked; the first has it,
/// whoever comes at the same moment hears so. The time becomes exact: the earliest at which the volunteer is free.
///
/// # Errors
/// `task-not-volunteer`; `task-taken` when somebody was faster or the need ended; `task-asked-others`; `task-answer-late`;
/// `task-not-for-you` when a rule stands against it; `busy-then` when the volunteer is promised elsewhere.
pub fn accept(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<Need> {
    let me = call.actor.signed_in()?;
    let before = need::load(tx, id)?;
    let person = people::lock(tx, me)?;
    if !person.volunteer {
        return Err(Refusal::conflict("task-not-volunteer").into());
    }
    let mut need = need::lock(tx, id)?;
    if need.helper == Some(me) && need.state == State::Accepted {
        return Ok(need);
    }
    if !need.state.may(State::Accepted) {
        // What was never offered to anybody does not exist for a volunteer.
        let private = before.state == State::Submitted;
        return Err(if private { Refusal::missing() } else { Refusal::conflict("task-taken") }.into());
    }
    let mine = offer::told(tx, id, me, call.now)?;
    match (&mine, need.state) {
        (Some(offer), _) if offer.state.is_open() && call.now <= offer.answer_by => {}
        (Some(offer), State::Offered) if offer.state == OfferState::Expired || offer.state.is_open() => {
            return Err(Refusal::conflict("task-answer-late").into());
        }
        (_, State::Offered) => return Err(Refusal::conflict("task-asked-others").into()),
        _ => {}
    }
    let engagement = Known::load(tx, &need)?.with(need.engagement(Purpose::SignUp, call.now)?);
    if call.now + need.minutes > need.ends_at {
        return Err(Refusal::conflict("task-over").into());
    }
    let window = (engagement.window.from, engagement.window.to);
    let facts =
        people::volunteer_facts(tx, me, window)?.ok_or_else(|| Refusal::conflict("task-not-volunteer"))?;
    let reasons = eligible(&engagement, &facts, call.now, &Limits::default());
    // A promise elsewhere has its own sentence, with the times.
    let stands = reasons.iter().find(|reason| !matches!(reason, Reason::Busy { .. }));
    if let Some(reason) = stands {
        return Err(Refusal::conflict("task-not-for-you").with("reason", reason.rule()).into());
    }
    if need.recipient == me {
        return Err(Refusal::conflict("task-own").into());
    }
    let asked = matching::Engagement { purpose: Purpose::Ask, ..engagement.clone() };
    let start = matching::start(&asked, &facts, &Limits::default())
        .or_else(|| matching::start(&engagement, &facts, &Limits::default()))
        .unwrap_or(window.0);
    need.starts_at = on_the_quarter(start, need.ends_at - need.minutes);
    need.ends_at = need.starts_at + need.minutes;
    people::commit(tx, me, id, need.division, need.starts_at, need.ends_at)?;
    need.helper = Some(me);
    if let Some(mine) = &mine {
        offer::answer(tx, mine, OfferState::Accepted, call.now)?;
    }
    close_open(tx, call, &need, Closing::Taken)?;
    need.advance(tx, call, State::Accepted, "", |event| event.with_id("volunteer", me))?;
    hours::open(tx, call, &engagement_of(&need), me, person.home)?;
    Ok(need)
}

/// People meet at a quarter of an hour; never later than `last`.
fn on_the_quarter(at: kernel::Instant, last: kernel::Instant) -> kernel::Instant {
    let over = at.minute_of_day() % 15;
    let exact = at.day().at_minute(at.minute_of_day());
    let at = if over == 0 && exact == at { at } else { exact + Minutes(15 - over) };
    at.min(last)
}

/// Says no. No reason is asked and it costs nothing; somebody else is asked in their place where that is needed.
///
/// # Errors
/// 404 when the caller was not asked; `task-answered` when it was answered or is over.
pub fn decline(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let me = call.actor.signed_in()?;
    let mut need = need::lock(tx, id)?;
    let mine = offer::told(tx, id, me, call.now)?.ok_or_else(Refusal::missing)?;
    if mine.state == OfferState::Declined {
        return Ok(());
    }
    if !offer::answer(tx, &mine, OfferState::Declined, call.now)? {
        return Err(Refusal::conflict("task-answered").into());
    }
    go_on(tx, call, &mut need)
}

/// The helper cannot come after all: the need is open again and its worker sees it. A worker may say so for them.
///
/// # Errors
/// 404 for anybody else; `need-moved-on` when the visit has begun.
pub fn give_back(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let me = call.actor.signed_in()?;
    let helper = need::load(tx, id)?.helper.ok_or_else(Refusal::missing)?;
    people::lock(tx, helper)?;
    let mut need = need::lock(tx, id)?;
    let theirs = me == helper || call.actor.may(Action::DispatchNeeds, need.division);
    if need.helper != Some(helper) || !theirs {
        return Err(Refusal::missing().into());
    }
    if need.state != State::Accepted {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    people::release(tx, helper, id)?;
    need.helper = None;
    need.advance(tx, call, State::Verified, "given-back", |event| event)
}
