//! The volunteer's side: what they are asked, what else is open nearby and fits, and the visit. Before they promised to
//! come they see category, community and time, never a name, an address or a phone; so does the public list.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx, params};
use journal::Call;
use kernel::{DivisionCode, Id, Instant, Refusal};
use matching::{Limits, Purpose, Reason, eligible};

use crate::{
    dispatch::{Offer, my_offers},
    need::{self, Need, select_needs},
    state::State,
};

/// Open needs on one page (eight at most in the elder version, the rest behind "more").
pub const OPEN_MAX: i64 = 20;

/// What anybody may know of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// Its id.
    pub id: Id<Need>,
    /// Word of its category.
    pub category: &'static crate::Category,
    /// The community.
    pub division: DivisionCode,
    /// From when.
    pub starts_at: Instant,
    /// Until when.
    pub ends_at: Instant,
    /// How long it takes.
    pub minutes: kernel::Minutes,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// The risk that was named.
    pub risk: crate::Risk,
}

impl Glimpse {
    pub(crate) fn of(need: &Need) -> Self {
        Self {
            id: need.id,
            category: need.category,
            division: need.division,
            starts_at: need.starts_at,
            ends_at: need.ends_at,
            minutes: need.minutes,
            urgent: need.urgent,
            risk: need.risk,
        }
    }
}

/// Where a page of the public list begins: behind the need that ends then and has this id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After(Instant, [u8; 16]);

impl After {
    /// Reads what [`After::text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (ends, id) = text.split_once('_')?;
        Some(Self(Instant::from_micros(ends.parse().ok()?), id.parse::<Id<Need>>().ok()?.bytes()))
    }

    /// The cursor behind this need.
    pub fn text(last: &Glimpse) -> String {
        format!("{}_{}", last.ends_at.micros(), last.id)
    }
}

/// Open needs of a place's street, the first to end first, behind the cursor: the public list.
///
/// # Errors
/// A fault.
pub fn open_needs(
    tx: &mut Tx<'_>,
    call: &Call,
    place: DivisionCode,
    after: Option<After>,
) -> Outcome<Vec<Glimpse>> {
    Ok(open(tx, call, place, after)?.iter().map(Glimpse::of).collect())
}

fn open(tx: &mut Tx<'_>, call: &Call, place: DivisionCode, after: Option<After>) -> Outcome<Vec<Need>> {
    let range = place.street().subtree();
    let After(ends, id) = after.filter(|after| after.0 >= call.now).unwrap_or(After(call.now, [0xff; 16]));
    Ok(tx.query(
        select_needs!(
            "AND state IN ('verified', 'reopened') AND division >= $2 AND division <= $3
             AND (ends_at > $4 OR ends_at = $4 AND id > $5) ORDER BY ends_at, id LIMIT $6"
        ),
        params![
            place.district(),
            range.start().cast_signed(),
            range.end().cast_signed(),
            ends,
            db::Value::Uuid(id),
            OPEN_MAX
        ],
    )?)
}

/// What a volunteer finds on their list.
#[derive(Clone, Debug)]
pub struct Tasks {
    /// What they are asked, the shortest time to answer first.
    pub asked: Vec<(Glimpse, Offer)>,
    /// What they promised and has not ended.
    pub mine: Vec<Need>,
    /// Open needs of their street that fit.
    pub open: Vec<Glimpse>,
}

/// The caller's list.
///
/// # Errors
/// Sign in first.
pub fn tasks(tx: &mut Tx<'_>, call: &Call) -> Outcome<Tasks> {
    let me = call.actor.signed_in()?;
    let home = call.actor.home;
    let offers = my_offers(tx, home.district(), me, call.now)?;
    let needs: Vec<Need> = tx.query(
        select_needs!(
            "AND (helper = $2 AND state IN ('accepted', 'in_service', 'done_claimed')
                  OR state = 'offered' AND EXISTS (SELECT 1 FROM offer o WHERE o.district = need.district
                      AND o.need = need.id AND o.volunteer = $2 AND o.state IN ('held', 'sent')))
             ORDER BY starts_at LIMIT $3"
        ),
        params![home.district(), me, OPEN_MAX],
    )?;
    let found = |offer: Offer| {
        let need = needs.iter().find(|need| need.id == offer.need)?;
        Some((Glimpse::of(need), offer))
    };
    let asked = offers.into_iter().filter_map(found).collect();
    let open = open(tx, call, home, None)?;
    let last = open.iter().map(|need| need.ends_at).max().unwrap_or(call.now);
    let facts = people::volunteer_facts(tx, me, (call.now, last))?;
    let mut fitting = Vec::new();
    for need in open.iter().filter(|need| !need.is_mine(call)) {
        let engagement = need.engagement(Purpose::SignUp, call.now)?;
        let fits = facts
            .as_ref()
            .is_some_and(|facts| matching::passes(&engagement, facts, call.now, &Limits::default()));
        if fits {
            fitting.push(Glimpse::of(need));
        }
    }
    let mine = needs.into_iter().filter(|need| need.helper == Some(me)).collect();
    Ok(Tasks { asked, mine, open: fitting })
}

/// One need as the caller may see it.
#[derive(Clone, Debug)]
pub struct Task {
    /// The need; only [`Glimpse`] of it may be shown unless `mine`.
    pub glimpse: Glimpse,
    /// The caller's open offer.
    pub offer: Option<Offer>,
    /// The whole need, once the caller promised to come.
    pub mine: Option<Need>,
    /// What stands against the caller coming.
    pub against: Vec<Reason>,
}

/// One task of the caller: theirs, offered to them, or open to all.
///
/// # Errors
/// 404 for a need that is none of these.
pub fn task(tx: &mut Tx<'_>, call: &Call, id: Id<Need>) -> Outcome<Task> {
    let me = call.actor.signed_in()?;
    let need = need::load(tx, id)?;
    let glimpse = Glimpse::of(&need);
    if need.helper == Some(me) {
        return Ok(Task { glimpse, offer: None, mine: Some(need), against: Vec::new() });
    }
    let offer = my_offers(tx, id.district(), me, call.now)?.into_iter().find(|offer| offer.need == id);
    let open = offer.is_some() || matches!(need.state, State::Verified | State::Reopened);
    if !open {
        // Somebody who was asked hears kindly that it is taken; to others there is no such need.
        let asked: Option<(i64,)> = tx.query_opt(
            "SELECT rank FROM offer WHERE district = $1 AND need = $2 AND volunteer = $3 AND sent_at <= $4",
            params![id.district(), id, me, call.now],
        )?;
        let rule = asked.map_or(Refusal::missing(), |_| Refusal::conflict("task-taken"));
        return Err(rule.into());
    }
    let engagement = need.engagement(Purpose::SignUp, call.now)?;
    let window = (engagement.window.from, engagement.window.to);
    let facts =
        people::volunteer_facts(tx, me, window)?.ok_or_else(|| Refusal::conflict("task-not-volunteer"))?;
    let against = eligible(&engagement, &facts, call.now, &Limits::default());
    Ok(Task { glimpse, offer, mine: None, against })
}
