//! The resident's side after asking: who comes and when, what became of it, taking back, another time, and never this
//! helper again.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Id, Refusal};

use crate::{
    dispatch::{Closing, close_open, until},
    need::{self, Need, select_needs},
    promise::Promises,
    state::State,
    when,
};

/// Needs shown of one person.
pub const MY_NEEDS_MAX: i64 = 20;

/// Takes a need back. Whoever was to come is free again.
///
/// # Errors
/// 404 for anybody else's; `need-moved-on` when somebody is there already or it has ended.
pub fn cancel(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let before = need::load(tx, id)?;
    before.must_be_mine(call, Action::DispatchNeeds)?;
    if let Some(helper) = before.helper {
        people::lock(tx, helper)?;
    }
    let mut need = need::lock(tx, id)?;
    if need.helper != before.helper {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    if need.state == State::Cancelled {
        return Ok(());
    }
    need.advance(tx, call, State::Cancelled, "", |event| event)?;
    close_open(tx, call, &need, Closing::Ended)?;
    if let Some(helper) = need.helper {
        people::release(tx, helper, id)?;
    }
    Ok(())
}

/// Moves a need for which nobody is being asked yet to another time.
///
/// # Errors
/// 404 for anybody else's; a wrong time; `need-time-fixed` when somebody is asked or promised.
pub fn change_time(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, day: &str, part: &str) -> Outcome<()> {
    let mut need = need::lock(tx, id)?;
    need.must_be_mine(call, Action::DispatchNeeds)?;
    if !matches!(need.state, State::Submitted | State::Verified | State::Reopened) {
        return Err(Refusal::conflict("need-time-fixed").into());
    }
    let (starts, ends) = when::window(day, part, call.now, need.minutes)
        .map_err(|(field, rule)| Refusal::invalid(field, rule))?;
    (need.starts_at, need.ends_at) = (starts, ends);
    if need.look_at.is_some() {
        let promises = Promises::load(tx, need.division, call.now.day())?;
        need.ask_until = Some(until(&need, call, &promises));
    }
    need.changed(tx, call, "need.time_changed", "time", |event| event)
}

/// "Not this one again": said silently by either side after it is closed. The other never hears of it.
///
/// # Errors
/// 404 for anybody who was not there; `need-moved-on` before it is closed.
pub fn refuse_helper(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let me = call.actor.signed_in()?;
    let need = need::load(tx, id)?;
    let by_helper = need.helper == Some(me);
    if !by_helper && !need.is_mine(call) {
        return Err(Refusal::missing().into());
    }
    let (State::Closed, Some(helper)) = (need.state, need.helper) else {
        return Err(Refusal::conflict("need-moved-on").into());
    };
    // A row without an event: a "no" to a person can be deleted with that person.
    tx.execute(
        "INSERT INTO refused_pair (district, resident, volunteer, refused_by, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (district, resident, volunteer) DO NOTHING",
        params![
            need.recipient.district(),
            need.recipient,
            helper,
            if by_helper { "volunteer" } else { "resident" },
            call.now
        ],
    )?;
    Ok(())
}

/// The caller's needs, the newest first: those for them and those they asked for others, in their home district.
///
/// # Errors
/// Sign in first.
pub fn my_needs(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<Need>> {
    let me = call.actor.signed_in()?;
    Ok(tx.query(
        select_needs!("AND (recipient = $2 OR asked_by = $2) ORDER BY created_at DESC LIMIT $3"),
        params![call.actor.home.district(), me, MY_NEEDS_MAX],
    )?)
}
