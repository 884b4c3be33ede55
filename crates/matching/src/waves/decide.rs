//! The decision: how many to ask now, who, and when to look again.

use kernel::{Id, Instant, Minutes, Person, scatter};

use crate::{
    Code,
    waves::{Asking, Chance, Estimate, Pace, Prior, chance::Coverage, estimate, peace},
};

/// Somebody who may be asked: eligible and not asked for this need before.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Who.
    pub id: Id<Person>,
    /// Whether the resident and they know or wish for each other: they come first.
    pub knows: bool,
    /// Their earlier askings, in any order.
    pub history: &'a [Asking],
}

/// Somebody who was told of this need and may still say yes.
#[derive(Clone, Copy, Debug)]
pub struct Open<'a> {
    /// When they were told, or will be.
    pub told_at: Instant,
    /// Their earlier askings.
    pub history: &'a [Asking],
}

/// What is known when it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// The time.
    pub now: Instant,
    /// Category of the need.
    pub kind: Code,
    /// When the visit is to begin.
    pub visit_at: Instant,
    /// By when somebody must be found: the promise, or the last moment to set out.
    pub deadline: Instant,
    /// Places still to be filled.
    pub places: usize,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Whether a person asks at this moment: then quiet hours do not bind.
    pub tapped: bool,
    /// Chance for the lot of newcomers; the need's own number.
    pub seed: u64,
    /// Who may be asked, best first.
    pub ranked: &'a [Candidate<'a>],
    /// Who may still say yes.
    pub open: &'a [Open<'a>],
    /// How many were asked for this need so far, whatever they answered.
    pub asked: usize,
    /// What is usual, before these people's own histories are looked at.
    pub prior: Prior,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whom to ask now, in this order; may be nobody.
    pub ask: Vec<Invited>,
    /// When to decide again if nothing happens before; `None` once it stops.
    pub next_at: Option<Instant>,
    /// That it stops, and why: a person takes over.
    pub stop: Option<Stop>,
    /// Why so many and why then.
    pub because: Vec<Because>,
}

/// One who is asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Who.
    pub id: Id<Person>,
    /// Place in the ranking, from 1.
    pub rank: usize,
    /// What is expected of them.
    pub expected: Estimate,
    /// Why they and not another.
    pub pick: Pick,
}

/// Why somebody is asked before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The resident and they know or wish for each other.
    Knows,
    /// Likely to come at this hour and not called often lately.
    Turn {
        /// Calls in the last four weeks.
        calls: usize,
    },
    /// Drawn by lot among those who were seldom asked yet.
    Newcomer,
}

impl Pick {
    /// Name of the reason, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Knows => "knows",
            Self::Turn { .. } => "turn",
            Self::Newcomer => "newcomer",
        }
    }
}

/// Why nobody more is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The promised time is here.
    TimeOver,
    /// So many were asked that more of the same would only tire people.
    AskedEnough,
    /// Nobody is left who may be asked in time.
    NobodyLeft,
}

impl Stop {
    /// Name of the reason, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::TimeOver => "time-over",
            Self::AskedEnough => "asked-enough",
            Self::NobodyLeft => "nobody-left",
        }
    }
}

/// Why so many are asked, and why the next wave goes when it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// So much time is left, enough for so many waves.
    Time {
        /// Outside quiet hours, where those count.
        left: Minutes,
        /// Waves.
        waves: u32,
    },
    /// With everybody who was asked, so likely all places are filled in this wave.
    Likely {
        /// Who may still say yes, those asked now among them.
        people: usize,
        /// How likely.
        filled: Chance,
    },
    /// More would be needed, and so many are the most at once.
    MostAtOnce {
        /// The most.
        most: usize,
    },
    /// More would be needed, and nobody else may be asked now.
    NobodyElse,
    /// So many who would fit are left in peace.
    InPeace {
        /// How many.
        people: usize,
    },
    /// It is night; what is not urgent waits.
    Quiet {
        /// Until then.
        until: Instant,
    },
}

impl Because {
    /// Name of the reason, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Time { .. } => "time",
            Self::Likely { .. } => "likely",
            Self::MostAtOnce { .. } => "most-at-once",
            Self::NobodyElse => "nobody-else",
            Self::InPeace { .. } => "in-peace",
            Self::Quiet { .. } => "quiet",
        }
    }
}

/// One who may be asked now.
struct Ready<'a> {
    rank: usize,
    /// Only the pressing time lets them be asked: after everybody else.
    spared: bool,
    candidate: &'a Candidate<'a>,
    expected: Estimate,
    calls: usize,
}

/// Decides whom to ask now and when to look again.
///
/// Time O(r h) for `r` ranked people with `h` askings each.
pub fn decide(search: &Search<'_>, pace: &Pace) -> Decision {
    let now = search.now;
    let time = pace.divide(now, search.deadline, search.urgent, search.tapped);
    if search.places == 0 || time.left == Minutes::ZERO {
        return stopped(Stop::TimeOver, Vec::new());
    }
    let mut because = vec![Because::Time { left: time.left, waves: time.waves }];
    if !search.urgent && !search.tapped && pace.quiet(now) {
        let until = pace.after_quiet(now);
        because.push(Because::Quiet { until });
        return Decision { ask: Vec::new(), next_at: Some(until), stop: None, because };
    }
    let in_vain = search.asked >= pace.asked_pressing.saturating_mul(search.places);
    let pressing = search.urgent || in_vain || time.waves <= pace.waves_pressing;
    let (mut ready, in_peace, peace_ends) = ready(search, pressing, pace);
    if in_peace > 0 {
        because.push(Because::InPeace { people: in_peace });
    }

    let histories = ready.iter().map(|one| one.candidate.history);
    let prior = search.prior.pooled(histories.chain(search.open.iter().map(|one| one.history)), now);
    for one in &mut ready {
        one.expected = estimate(one.candidate.history, search.kind, search.visit_at, now, prior);
    }
    let mut coverage = Coverage::of_nobody(search.places);
    let mut outstanding = 0;
    let mut wave_began: Option<Instant> = None;
    for one in search.open {
        let waits = now.minutes_since(one.told_at).number().max(0) / time.wait.number();
        let expected = estimate(one.history, search.kind, search.visit_at, now, prior);
        coverage.add(expected.yes.halved(u32::try_from(waits).unwrap_or(u32::MAX)));
        if waits == 0 {
            outstanding += 1;
            wave_began = Some(wave_began.map_or(one.told_at, |known| known.min(one.told_at)));
        }
    }

    let target = pace.sure.not().root(time.waves).not();
    let most = pace.at_once(search.urgent).saturating_mul(search.places);
    let room = most.saturating_sub(outstanding);
    let asked_room = pace.asked_max.saturating_mul(search.places).saturating_sub(search.asked);
    let mut ask = Vec::new();
    while coverage.filled() < target && ask.len() < room.min(asked_room) {
        let Some(invited) = take_next(&mut ready, search, pace, search.asked + ask.len()) else { break };
        coverage.add(invited.expected.yes);
        ask.push(invited);
    }
    if coverage.filled() < target {
        because.push(if ask.len() == room { Because::MostAtOnce { most } } else { Because::NobodyElse });
    }
    if ask.is_empty() && outstanding == 0 {
        if asked_room == 0 {
            return stopped(Stop::AskedEnough, because);
        }
        // Somebody's peace may end in time.
        return match peace_ends.filter(|ends| *ends < search.deadline) {
            Some(ends) => Decision { ask, next_at: Some(ends), stop: None, because },
            None if search.open.is_empty() => stopped(Stop::NobodyLeft, because),
            None => Decision { ask, next_at: Some(search.deadline), stop: None, because },
        };
    }
    because.push(Because::Likely { people: search.open.len() + ask.len(), filled: coverage.filled() });
    let begun = if ask.is_empty() { wave_began.unwrap_or(now) } else { now };
    let next_at = pace.next_wave_at(begun, search.deadline, search.urgent);
    Decision { ask, next_at: Some(next_at), stop: None, because }
}

fn stopped(stop: Stop, because: Vec<Because>) -> Decision {
    Decision { ask: Vec::new(), next_at: None, stop: Some(stop), because }
}

/// The front of those who are not in peace, how many are, and when the first of them may be asked again.
fn ready<'a>(search: &Search<'a>, pressing: bool, pace: &Pace) -> (Vec<Ready<'a>>, usize, Option<Instant>) {
    let mut ready: Vec<Ready<'a>> = Vec::new();
    let (mut in_peace, mut ends): (usize, Option<Instant>) = (0, None);
    let mut free = 0;
    for (place, candidate) in search.ranked.iter().enumerate() {
        let rests = peace(candidate.history, search.now, search.urgent, pace);
        let rests_anyway = if pressing { peace(candidate.history, search.now, true, pace) } else { rests };
        if let Some((until, _)) = rests_anyway {
            in_peace += 1;
            ends = Some(ends.map_or(until, |known| known.min(until)));
            continue;
        }
        let recent = |one: &&Asking| one.told_at > search.now - RECENT;
        let calls = candidate.history.iter().filter(recent).count();
        let expected = Estimate { answers: Chance::NEVER, agrees: Chance::NEVER, yes: Chance::NEVER };
        ready.push(Ready { rank: place + 1, spared: rests.is_some(), candidate, expected, calls });
        free += usize::from(rests.is_none());
        if free >= pace.front {
            break;
        }
    }
    (ready, in_peace, ends)
}

/// Calls within this time weigh on whose turn it is.
const RECENT: Minutes = Minutes::from_hours(28 * 24);

/// Takes whoever is asked as number `slot` of the need's invitations out of those who are ready.
fn take_next(ready: &mut Vec<Ready<'_>>, search: &Search<'_>, pace: &Pace, slot: usize) -> Option<Invited> {
    // Whom only the pressing time lets be asked comes when nobody else is left.
    let spared = ready.iter().all(|one| one.spared);
    let eligible = |one: &&(usize, &Ready<'_>)| one.1.spared == spared;
    let those = ready.iter().enumerate().filter(|one| eligible(&one));
    let (at, pick) = if let Some((at, _)) = those.clone().find(|(_, one)| one.candidate.knows) {
        (at, Pick::Knows)
    } else if let Some(at) = lot(those.clone(), search.seed, pace, slot) {
        (at, Pick::Newcomer)
    } else {
        let (at, best) = those.max_by_key(|(at, one)| (turn(one, pace), std::cmp::Reverse(*at)))?;
        (at, Pick::Turn { calls: best.calls })
    };
    let one = ready.remove(at);
    Some(Invited { id: one.candidate.id, rank: one.rank, expected: one.expected, pick })
}

/// The newcomer who is drawn, where this slot is one of theirs. The seed shifts the slots, so that needs that end with
/// their first invitation have their share of them too.
fn lot<'a>(
    ready: impl Iterator<Item = (usize, &'a Ready<'a>)>,
    seed: u64,
    pace: &Pace,
    slot: usize,
) -> Option<usize> {
    let turn =
        (scatter(seed, &[]) % pace.newcomer_every.max(1) + slot as u64).checked_rem(pace.newcomer_every)?;
    if turn != 0 {
        return None;
    }
    let new = |one: &&(usize, &'a Ready<'a>)| one.1.candidate.history.len() < pace.newcomer_calls;
    let newcomers = ready.filter(|one| new(&one));
    // The smallest lot wins: it does not depend on who else is there or in which order.
    newcomers.min_by_key(|(_, one)| scatter(seed, &[slot as u64, number(one.candidate.id)])).map(|(at, _)| at)
}

fn number(id: Id<Person>) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = id.bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// How much it is somebody's turn: their chance, shared among their recent calls, eased by their place in the ranking.
fn turn(one: &Ready<'_>, pace: &Pace) -> u64 {
    let (front, eases) = (pace.front.max(1) as u64, pace.calls_that_halve.max(1) as u64);
    let chance = u64::from(one.expected.yes.number()) << 20;
    chance * eases / (eases + one.calls as u64) * front / (front + one.rank as u64)
}
