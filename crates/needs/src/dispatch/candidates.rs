//! Whom to ask, best first, with what speaks for each, and what stands against anybody else.

use std::collections::BTreeMap;

use db::{FromRow, Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Id, Instant, Level, Person, Refusal};
use matching::{Engagement, Limits, Purpose, Ranked, Reason, Volunteer, eligible, rank};

use crate::{
    dispatch::{Offer, words},
    need::{self, Need},
};

/// How many are suggested to the worker.
pub const SUGGESTED: usize = 3;
/// How many a caller of the API can ask for.
pub const CANDIDATES_MAX: usize = 20;
/// How far down the ranking anybody looks: as far as the waves were rehearsed.
pub(crate) const RANKED: usize = 60;

/// One of the best for a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: Id<Person>,
    /// Place among those they were compared with, from 1.
    pub rank: i64,
    /// Whether the resident and they know or wish for each other.
    pub knows: bool,
    /// What speaks for them, in codes; `words::why` makes sentences of it.
    pub why: String,
}

/// What the two sides know of each other and who was asked, from this crate's own tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Who came to this resident before, and how often.
    came: BTreeMap<Id<Person>, i64>,
    /// Who must not meet this resident.
    refused: Vec<Id<Person>>,
    /// Every offer for this need, the first asked first.
    pub(crate) offers: Vec<Offer>,
}

impl Known {
    /// One read; another where the resident is of another district than the place.
    pub(crate) fn load(tx: &mut Tx<'_>, need: &Need) -> Outcome<Self> {
        let recipient = need.recipient;
        let mut known = Self::default();
        // The column after the kind of row is the first of an offer, or a person.
        tx.each(
            "SELECT 0, id, need, volunteer, rank, why, state, sent_at, answer_by FROM offer
             WHERE district = $1 AND need = $3
             UNION ALL SELECT 1, helper, helper, helper, COUNT(*), '', '', 0, 0 FROM need
             WHERE district = $1 AND recipient = $2 AND state = 'closed' AND helper IS NOT NULL GROUP BY helper
             UNION ALL SELECT 2, volunteer, volunteer, volunteer, 0, '', '', 0, 0 FROM refused_pair
             WHERE district = $1 AND resident = $2",
            params![need.id.district(), recipient, need.id],
            |row| {
                match row.take::<i64>()? {
                    0 => known.offers.push(Offer::from_row(row)?),
                    1 => {
                        let [who, _, _] = [row.take()?, row.take()?, row.take()?];
                        known.came.insert(who, row.take()?);
                    }
                    _ => known.refused.push(row.take()?),
                }
                Ok(())
            },
        )?;
        known.offers.sort_unstable_by_key(|offer| (offer.sent_at, offer.rank));
        if recipient.district() != need.id.district() {
            let refused: Vec<(Id<Person>,)> = tx.query(
                "SELECT volunteer FROM refused_pair WHERE district = $1 AND resident = $2",
                params![recipient.district(), recipient],
            )?;
            known.refused.extend(refused.into_iter().map(|(id,)| id));
        }
        Ok(known)
    }

    /// The engagement with all of it.
    pub(crate) fn with(&self, mut engagement: Engagement) -> Engagement {
        engagement.seen_before = self.came.keys().copied().collect();
        engagement.refused.clone_from(&self.refused);
        engagement.asked = self.offers.iter().map(|offer| offer.volunteer).collect();
        engagement
    }
}

/// Those who serve in a need's category, and what they would be asked: enough that nobody left out is among the best
/// [`RANKED`]. Who asked it for themselves or for somebody is not asked to come.
pub(crate) struct Crowd {
    engagement: Engagement,
    pub(crate) known: Known,
    volunteers: Vec<Volunteer>,
}

impl Crowd {
    /// Two or three reads, however many they are; one more for a resident of another district. The street is read first,
    /// with `named` and who came before: neighbours go before everybody else of the district, so where enough of them fit,
    /// the rest of the district need not be looked at.
    pub(crate) fn load(tx: &mut Tx<'_>, call: &Call, need: &Need, named: &[Id<Person>]) -> Outcome<Self> {
        let known = Known::load(tx, need)?;
        let engagement = known.with(need.engagement(Purpose::Ask, call.now)?);
        let window = (engagement.window.from, engagement.window.to);
        let also: Vec<Id<Person>> = known.came.keys().chain(named).copied().collect();
        let mut crowd = Self { engagement, known, volunteers: Vec::new() };
        let mut read = |area| {
            let found = people::volunteers_for(tx, area, &also, need.category.word, window);
            let mut volunteers = found?;
            volunteers.retain(|one| one.id != need.recipient && one.id != need.asked_by);
            Outcome::Ok(volunteers)
        };
        let street = need.division.street();
        if street.level() == Level::Street && also.len() <= people::ALSO_MAX {
            crowd.volunteers = read(street)?;
        }
        if crowd.best(RANKED, call.now, &Limits::default()).len() < RANKED {
            crowd.volunteers = read(need.division.district().division())?;
        }
        Ok(crowd)
    }

    /// The best `k` of those whom these limits let be asked; at most [`RANKED`], and limits that let more be asked than the
    /// usual ones.
    pub(crate) fn best(&self, k: usize, now: Instant, limits: &Limits) -> Vec<Candidate> {
        self.candidates(&rank(&self.engagement, &self.volunteers, k.min(RANKED), now, limits))
    }

    /// Those of `chosen` who may be asked, best first.
    pub(super) fn among(&self, chosen: &[Id<Person>], now: Instant) -> Vec<Candidate> {
        let chosen = self.volunteers.iter().filter(|one| chosen.contains(&one.id));
        self.candidates(&rank(&self.engagement, chosen, usize::MAX, now, &Limits::default()))
    }

    fn candidates(&self, ranked: &[Ranked<'_>]) -> Vec<Candidate> {
        let candidate = |(place, one): (usize, &Ranked<'_>)| {
            let came = self.known.came.get(&one.volunteer.id).copied().unwrap_or_default();
            Candidate {
                person: one.volunteer.id,
                rank: place as i64 + 1,
                knows: words::knows(&one.why),
                why: words::codes(&one.why, came),
            }
        };
        ranked.iter().enumerate().map(candidate).collect()
    }
}

/// The best `k` for a need, for the worker who asks them.
///
/// # Errors
/// Forbidden outside the worker's area; 404.
pub fn candidates(tx: &mut Tx<'_>, call: &Call, id: Id<Need>, k: usize) -> Outcome<Vec<Candidate>> {
    let need = need::load(tx, id)?;
    call.actor.must(Action::DispatchNeeds, need.division)?;
    Ok(Crowd::load(tx, call, &need, &[])?.best(k.min(CANDIDATES_MAX), call.now, &Limits::default()))
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
