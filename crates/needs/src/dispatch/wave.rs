//! The next wave of a need: what the tables know of it, put to [`matching::waves`]. Nothing is kept in memory between two
//! waves, so whoever decides next, after a restart or on another machine, decides the same.

use std::collections::BTreeSet;

use db::{Fault, Outcome, Tx};
use journal::Call;
use kernel::{Id, Instant, Minutes, Person};
use matching::{
    Limits,
    waves::{self, Decision, Open, Prior, decide},
};

use crate::{
    dispatch::{Candidate, Crowd, Offer, candidates::RANKED, history, words},
    need::Need,
    promise::Promises,
    state::State,
};

/// What was decided for a need, and of whom it speaks.
pub(crate) struct Wave {
    pub(crate) decision: Decision,
    /// Whom to ask now, in this order.
    pub(crate) ask: Vec<Candidate>,
}

impl Wave {
    /// Decides for a need. One read beside those of the crowd.
    pub(crate) fn decide(
        tx: &mut Tx<'_>,
        call: &Call,
        need: &Need,
        (crowd, promises): (&Crowd, &Promises),
        tapped: bool,
    ) -> Outcome<Self> {
        // How long somebody is left in peace is the waves' own rule.
        let limits = Limits { rest_after_call: Minutes::ZERO, ..Limits::default() };
        let ranked = crowd.best(RANKED, call.now, &limits);
        let offers = &crowd.known.offers;
        let open: Vec<&Offer> = offers.iter().filter(|offer| offer.state.is_open()).collect();
        let asked: Vec<Id<Person>> = open.iter().map(|offer| offer.volunteer).collect();
        let ids: Vec<Id<Person>> = asked.into_iter().chain(ranked.iter().map(|one| one.person)).collect();
        let histories = history::of(tx, need.id.district(), &ids, call.now)?;
        let history = |id: &Id<Person>| histories.get(id).map_or(&[][..], Vec::as_slice);
        let candidates: Vec<waves::Candidate<'_>> = ranked
            .iter()
            .map(|one| waves::Candidate { id: one.person, knows: one.knows, history: history(&one.person) })
            .collect();
        let open: Vec<Open<'_>> = open
            .iter()
            .map(|offer| Open { told_at: offer.sent_at, history: history(&offer.volunteer) })
            .collect();
        let kind = need.category.code();
        let search = waves::Search {
            now: call.now,
            kind: kind
                .ok_or_else(|| Fault::Defect(format!("category `{}` is no code", need.category.word)))?,
            visit_at: need.starts_at.max(call.now),
            deadline: need.ask_until.unwrap_or_else(|| until(need, call, promises)),
            places: usize::from(need.helper.is_none()),
            urgent: need.urgent,
            tapped,
            seed: seed(need.id),
            ranked: &candidates,
            open: &open,
            asked: offers.len(),
            prior: Prior::default(),
        };
        let decision = decide(&search, &promises.pace());
        let picked = |one: &waves::Invited| {
            let mut candidate = ranked.get(one.rank.checked_sub(1)?)?.clone();
            candidate.why = words::with_pick(candidate.why, one.pick);
            Some(candidate)
        };
        let ask = decision.ask.iter().filter_map(picked).collect();
        Ok(Self { decision, ask })
    }

    /// Whether these people and nobody else are the wave.
    pub(super) fn is_of(&self, chosen: &[Id<Person>]) -> bool {
        let wave: BTreeSet<_> = self.ask.iter().map(|one| one.person).collect();
        wave == chosen.iter().copied().collect()
    }
}

/// Until when somebody must be found: as promised, and never later than the last moment to set out. Once the promise is
/// broken, that moment alone.
pub(crate) fn until(need: &Need, call: &Call, promises: &Promises) -> Instant {
    let last = need.ends_at - need.minutes;
    let promised = match need.state {
        State::Submitted => {
            promises.due(State::Verified, need.urgent, need.ends_at, call.now, call.calendar())
        }
        _ => need.due_at,
    };
    if promised > call.now { promised.min(last) } else { last }
}

/// The need's own number, for the lot of newcomers.
fn seed(id: Id<Need>) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = id.bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
