//! The visit: the helper came, the helper is done, and what the resident says about it.

use db::{Failure, Outcome, Tx, params};
use hours::{Signal, SignalKind, Source};
use journal::Call;
use kernel::{Action, FieldRefusal, Id, Instant, Minutes, Person, Refusal};

use crate::{
    dispatch::{engagement_of, tell_heard},
    need::{self, Need},
    state::State,
};

/// What the resident says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is done; 0 no face chosen, 1 to 3 from sad to glad. The faces are about the visit, never about a person.
    Done(i64),
    /// The resident called the desk and said that it is done, the face as in [`Answered::Done`]: their word, which the
    /// worker notes down. The resident is told of it, so that nobody can say it for them in silence.
    Heard(i64),
    /// It is not done: somebody is looked for again.
    NotDone,
}

/// How long before the promised time a helper can say they have come.
const EARLY: Minutes = Minutes(60);

fn signal(
    tx: &mut Tx<'_>,
    call: &Call,
    need: &Need,
    helper: &people::Locked,
    kind: SignalKind,
    source: Source,
    witness: Id<Person>,
) -> Outcome<Id<hours::Attendance>> {
    let attendance = hours::open(tx, call, &engagement_of(need), helper.id, helper.home)?;
    hours::signal(tx, call, attendance, &Signal { kind, source, witness, device: &[], at: call.now })?;
    Ok(attendance)
}

/// The need of which the caller is the helper, held after the helper's own row.
fn as_helper(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<(people::Locked, Need)> {
    let me = call.actor.signed_in()?;
    let helper = people::lock(tx, me)?;
    let need = need::lock(tx, id)?;
    if need.helper == Some(me) { Ok((helper, need)) } else { Err(Refusal::missing().into()) }
}

impl Need {
    /// Whether the visit can be over at `now`: the helper said that they came, or the promised time has begun and they may have
    /// forgotten to say it.
    pub(crate) fn may_end(&self, now: Instant) -> bool {
        self.state != State::Accepted || now >= self.starts_at
    }
}

/// 我到了: the helper's own word that they came.
///
/// # Errors
/// 404 for anybody but the helper; `task-too-early`; `need-moved-on`.
pub fn start(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let (helper, mut need) = as_helper(tx, call, id)?;
    came(tx, call, &helper, &mut need)
}

fn came(tx: &mut Tx<'_>, call: &Call, helper: &people::Locked, need: &mut Need) -> Outcome<()> {
    if need.state == State::InService {
        return Ok(());
    }
    if !need.state.may(State::InService) {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    if call.now + EARLY < need.starts_at {
        return Err(Refusal::conflict("task-too-early").with("from", need.starts_at).into());
    }
    signal(tx, call, need, helper, SignalKind::Arrived, Source::SelfTap, helper.id)?;
    need.advance(tx, call, State::InService, "", |event| event)
}

/// 办好了: the helper's own word that they are done. Who forgot to say they came can still say this.
///
/// # Errors
/// 404 for anybody but the helper; `task-too-early`; `need-moved-on`.
pub fn done(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<()> {
    let (helper, mut need) = as_helper(tx, call, id)?;
    went(tx, call, &helper, &mut need)
}

fn went(tx: &mut Tx<'_>, call: &Call, helper: &people::Locked, need: &mut Need) -> Outcome<()> {
    if need.state == State::DoneClaimed {
        return Ok(());
    }
    if !need.state.may(State::DoneClaimed) {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    if !need.may_end(call.now) {
        return Err(Refusal::conflict("task-too-early").with("from", need.starts_at).into());
    }
    signal(tx, call, need, helper, SignalKind::Left, Source::SelfTap, helper.id)?;
    need.advance(tx, call, State::DoneClaimed, "", |event| event)
}

/// A visit at which the resident hands over their card.
#[derive(Clone, Debug)]
pub struct AtHome {
    /// The need it answers.
    pub need: Need,
    /// What the card has not said yet, the coming first.
    pub open: Vec<SignalKind>,
}

/// The visit that the caller promised this resident and that is not closed, the first; what their card has not said of it.
///
/// # Errors
/// Sign in first.
pub fn at_home(tx: &mut Tx<'_>, call: &Call, resident: Id<Person>) -> Outcome<Option<AtHome>> {
    let me = call.actor.signed_in()?;
    let need: Option<Need> = tx.query_opt(
        need::select_needs!(
            "AND recipient = $2 AND helper = $3 AND state IN ('accepted', 'in_service', 'done_claimed')
             ORDER BY starts_at, id LIMIT 1"
        ),
        params![resident.district(), resident, me],
    )?;
    let Some(need) = need else { return Ok(None) };
    let said = hours::said_by(tx, need.id.cast(), me, Source::ResidentCard)?;
    let open = [SignalKind::Arrived, SignalKind::Left].into_iter().filter(|kind| {
        let may = if *kind == SignalKind::Arrived {
            need.state != State::DoneClaimed
        } else {
            need.may_end(call.now)
        };
        may && !said.iter().any(|(said, _)| said == kind)
    });
    Ok(Some(AtHome { open: open.collect(), need }))
}

/// A card read again so soon is the same reading.
const SAME_READING: Minutes = Minutes(1);

/// The resident hands their card to the helper, who reads it with their own phone: the helper came or went now. It is the
/// helper's word too. Said again it is the same reading.
///
/// # Errors
/// As [`start`] and [`done`]; `card-just-read` (conflict) when the coming was read a moment ago.
pub fn nod_by_card(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<Need>,
    kind: SignalKind,
    device: &[u8],
) -> Outcome<Instant> {
    let (helper, mut need) = as_helper(tx, call, id)?;
    let said = hours::said_by(tx, id.cast(), helper.id, Source::ResidentCard)?;
    if let Some((_, at)) = said.iter().find(|(said, _)| *said == kind) {
        return Ok(*at);
    }
    if said.iter().any(|(_, at)| call.now < *at + SAME_READING) {
        return Err(Refusal::conflict("card-just-read").into());
    }
    match kind {
        SignalKind::Arrived => came(tx, call, &helper, &mut need)?,
        _ => went(tx, call, &helper, &mut need)?,
    }
    let attendance = hours::open(tx, call, &engagement_of(&need), helper.id, helper.home)?;
    let (source, witness) = (Source::ResidentCard, need.recipient);
    hours::signal(tx, call, attendance, &Signal { kind, source, witness, device, at: call.now })?;
    Ok(call.now)
}

/// The resident's answer, or a worker's who called them. Done: their word is evidence, the hour is confirmed and the
/// need is closed; said by the resident after a worker closed it, it is evidence still. Not done: it is open again at
/// once.
///
/// # Errors
/// 404 for anybody else; `need-own-visit` for the helper; `need-rating-unknown`; `need-moved-on`; `hours-overlap`.
pub fn confirm(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, answered: Answered) -> Outcome<()> {
    let me = call.actor.signed_in()?;
    let before = need::load(tx, id)?;
    before.must_be_mine(call, Action::DispatchNeeds)?;
    let Some(helper) = before.helper else { return Err(Refusal::conflict("need-moved-on").into()) };
    if me == helper {
        return Err(Refusal::conflict("need-own-visit").into());
    }
    let helper = people::lock(tx, helper)?;
    let mut need = need::lock(tx, id)?;
    if need.helper != Some(helper.id) {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    if let (State::Closed, Answered::Done(_) | Answered::Heard(_), true) =
        (need.state, answered, need.is_mine(call))
    {
        // A worker closed it by what was heard; the word of who asked is evidence that may raise the hour's grade.
        signal(tx, call, &need, &helper, SignalKind::Served, Source::Resident, me)?;
        return Ok(());
    }
    match answered {
        Answered::NotDone => reopen(tx, call, &mut need, &helper),
        Answered::Done(rating) | Answered::Heard(rating) if (0..=3).contains(&rating) => {
            let told = match answered {
                _ if need.is_mine(call) => (Source::Resident, me),
                Answered::Heard(_) => (Source::Resident, need.recipient),
                // What a worker heard from others is typed in by somebody who was not there.
                _ => (Source::Typed, me),
            };
            close(tx, call, &mut need, &helper, told, rating)
        }
        Answered::Done(_) | Answered::Heard(_) => {
            let field = FieldRefusal { field: "rating", rule: "need-rating-unknown", args: Vec::new() };
            Err(Refusal::fields(vec![field]).into())
        }
    }
}

fn reopen(tx: &mut Tx<'_>, call: &Call, need: &mut Need, helper: &people::Locked) -> Outcome<()> {
    if need.state == State::Accepted && call.now < need.starts_at {
        return Err(Refusal::conflict("need-not-yet").into());
    }
    people::release(tx, helper.id, need.id)?;
    need.helper = None;
    need.reopened += 1;
    // The promised time has passed; the next helper gets as much room as a day gives.
    need.starts_at = call.now;
    need.ends_at = call.now.day().plus(2).at_minute(20 * 60);
    need.advance(tx, call, State::Reopened, "", |event| event)
}

fn close(
    tx: &mut Tx<'_>,
    call: &Call,
    need: &mut Need,
    helper: &people::Locked,
    (source, witness): (Source, Id<Person>),
    rating: i64,
) -> Outcome<()> {
    if !need.state.may(State::Closed) {
        return Err(Refusal::conflict("need-moved-on").into());
    }
    let attendance = signal(tx, call, need, helper, SignalKind::Served, source, witness)?;
    let entered_by = call.actor.signed_in()?;
    if source == Source::Resident && !need.is_mine(call) {
        tell_heard(tx, call, need)?;
    }
    let seen = hours::of_engagement(tx, need.id.district(), need.id)?;
    let timed =
        seen.iter().any(|row| row.id == attendance && row.arrived_at.is_some() && row.left_at.is_some());
    // Without both taps of the helper the visit counts as long as it was asked for, never longer.
    let minutes = if timed { None } else { Some(need.minutes) };
    // The resident's word closes the need even where no hour can be counted from it; the presence then stays open, with
    // its signals, for a person to look at.
    let note = match hours::confirm(tx, call, attendance, minutes) {
        Ok(_) => "",
        Err(Failure::Refused(refusal)) if hours::NO_HOUR.contains(&refusal.rule) => refusal.rule,
        Err(failure) => return Err(failure),
    };
    people::release(tx, helper.id, need.id)?;
    need.rating = Some(rating);
    need.advance(tx, call, State::Closed, note, |event| {
        event.with("rating", rating).with("source", source.word()).with_id("entered_by", entered_by)
    })
}
