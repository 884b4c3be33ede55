//! Whom to ask, best first, with what speaks for each, and what stands against anybody else.

use std::collections::BTreeMap;

use db::{Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Id, Person, Refusal};
use matching::{Engagement, Limits, Purpose, Reason, eligible, rank};

use crate::{
    dispatch::words,
    need::{self, Need},
};

/// How many are suggested to the worker.
pub const SUGGESTED: usize = 3;
/// How many a caller of the API can ask for.
pub const CANDIDATES_MAX: usize = 20;

/// One of the best for a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: Id<Person>,
    /// Place in the ranking, from 1.
    pub rank: i64,
    /// What speaks for them, in codes; `words::why` makes sentences of it.
    pub why: String,
}

/// What the two sides know of each other, from this crate's own tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Who came to this resident before, and how often.
    pub(crate) came: BTreeMap<Id<Person>, i64>,
    /// Who must not meet this resident.
    pub(crate) refused: Vec<Id<Person>>,
    /// Who was asked for this need already.
    pub(crate) asked: Vec<Id<Person>>,
}

impl Known {
    /// Two reads: what the place's district knows, and what the resident's does.
    pub(crate) fn load(tx: &mut Tx<'_>, need: &Need) -> Outcome<Self> {
        let recipient = need.recipient;
        let mut known = Self::default();
        tx.each(
            "SELECT helper, COUNT(*) FROM need
             WHERE district = $1 AND recipient = $2 AND state = 'closed' AND helper IS NOT NULL GROUP BY helper
             UNION ALL SELECT volunteer, 0 FROM offer WHERE district = $1 AND need = $3",
            params![need.id.district(), recipient, need.id],
            |row| {
                let who = row.take()?;
                match row.take()? {
                    0 => known.asked.push(who),
                    times => drop(known.came.insert(who, times)),
                }
                Ok(())
            },
        )?;
        let refused: Vec<(Id<Person>,)> = tx.query(
            "SELECT volunteer FROM refused_pair WHERE district = $1 AND resident = $2",
            params![recipient.district(), recipient],
        )?;
        known.refused = refused.into_iter().map(|(id,)| id).collect();
        Ok(known)
    }

    /// The engagement with all of it.
    pub(crate) fn with(&self, mut engagement: Engagement) -> Engagement {
        engagement.seen_before = self.came.keys().copied().collect();
        engagement.refused.clone_from(&self.refused);
        engagement.asked.clone_from(&self.asked);
        engagement
    }
}

/// The best `k` for a need. Who asked it for themselves or for somebody is not asked to come.
pub(crate) fn ranked(tx: &mut Tx<'_>, call: &Call, need: &Need, k: usize) -> Outcome<Vec<Candidate>> {
    let known = Known::load(tx, need)?;
    let engagement = known.with(need.engagement(Purpose::Ask, call.now)?);
    let window = (engagement.window.from, engagement.window.to);
    let volunteers = people::volunteers_for(tx, need.division, need.category.word, window)?;
    let others = volunteers.iter().filter(|one| one.id != need.recipient && one.id != need.asked_by);
    let best = rank(&engagement, others, k.min(CANDIDATES_MAX), call.now, &Limits::default());
    let candidate = |(place, one): (usize, &matching::Ranked<'_>)| Candidate {
        person: one.volunteer.id,
        rank: place as i64 + 1,
        why: words::codes(&one.why, known.came.get(&one.volunteer.id).copied().unwrap_or_default()),
    };
    Ok(best.iter().enumerate().map(candidate).collect())
}

/// The best `k` for a need, for the worker who asks them.
///
/// # Errors
/// Forbidden outside the worker's area; 404.
pub fn candidates(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, k: usize) -> Outcome<Vec<Candidate>> {
    let need = need::load(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    ranked(tx, call, &need, k)
}

/// Everything that stands against asking one person; nothing means they may be asked.
///
/// # Errors
/// Forbidden outside the worker's area; 404 when the person is no volunteer.
pub fn against(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, person: Id<Person>) -> Outcome<Vec<Reason>> {
    let need = need::load(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    let engagement = Known::load(tx, &need)?.with(need.engagement(Purpose::Ask, call.now)?);
    let window = (engagement.window.from, engagement.window.to);
    let facts = people::volunteer_facts(tx, person, window)?.ok_or_else(Refusal::missing)?;
    Ok(eligible(&engagement, &facts, call.now, &Limits::default()))
}
