//! Four ways of asking, behind one door.

use kernel::Instant;
use matching::{
    Engagement, Volunteer, passes, rank,
    waves::{Asking, Candidate, Open, Pace, Prior, Search, decide},
};

use crate::{
    city::{Need, limits},
    dice::{Dice, For},
};

/// A way of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// One after the other, the nearest first.
    Nearest,
    /// All who fit, at once.
    Everybody,
    /// Seven at a time; who says no or nothing is replaced.
    Seven,
    /// [`matching::waves`].
    Waves,
}

impl Policy {
    /// Every policy, ours last.
    pub const ALL: [Self; 4] = [Self::Nearest, Self::Everybody, Self::Seven, Self::Waves];

    /// Its word in figures and locale keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Everybody => "everybody",
            Self::Seven => "seven",
            Self::Waves => "waves",
        }
    }
}

/// Somebody who was asked and may still answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    pub(crate) helper: usize,
    pub(crate) told_at: Instant,
}

/// What a policy may look at.
pub(crate) struct View<'a> {
    pub(crate) seed: u64,
    pub(crate) number: usize,
    pub(crate) need: &'a Need,
    pub(crate) now: Instant,
    pub(crate) places: usize,
    pub(crate) asked: usize,
    pub(crate) engagement: &'a Engagement,
    /// Who has joined, serves this kind and lives near enough, with their number; the nearest first.
    pub(crate) near: &'a [(usize, &'a Volunteer)],
    pub(crate) waiting: &'a [Waiting],
    pub(crate) histories: &'a [Vec<Asking>],
}

/// What a policy does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Move {
    /// Whom it asks.
    pub(crate) ask: Vec<usize>,
    /// When it looks again, if nothing happens before.
    pub(crate) look_at: Option<Instant>,
}

/// Decides; [`Policy`] is the four of the comparison.
pub(crate) trait Asks {
    fn decide(&self, view: &View<'_>) -> Move;
}

/// What the phased alerts of GoodSAM keep asked.
const SEVEN: usize = 7;
/// How far down the ranking the waves are shown.
const RANKED: usize = 60;

impl Asks for Policy {
    fn decide(&self, view: &View<'_>) -> Move {
        let pace = Pace::default();
        if !view.need.urgent && pace.after_quiet(view.now) > view.now {
            return Move { ask: Vec::new(), look_at: Some(pace.after_quiet(view.now)) };
        }
        match self {
            Self::Nearest => view.keep_asked(1, &pace),
            Self::Seven => view.keep_asked(SEVEN * view.places, &pace),
            Self::Everybody => Move { ask: view.nearest(), look_at: None },
            Self::Waves => view.waves(&pace),
        }
    }
}

impl View<'_> {
    /// Who fits and was not asked, the nearest first; no rest counts.
    fn nearest(&self) -> Vec<usize> {
        let limits = limits();
        let fits = |one: &&(usize, &Volunteer)| passes(self.engagement, one.1, self.now, &limits);
        self.near.iter().filter(fits).map(|(helper, _)| *helper).collect()
    }

    /// Tops up to so many whose answer is awaited; an answer is awaited as long as a wave waits.
    fn keep_asked(&self, count: usize, pace: &Pace) -> Move {
        let wait = if self.need.urgent { pace.wait_urgent } else { pace.wait };
        let awaited = self.waiting.iter().map(|one| one.told_at + wait).filter(|ends| *ends > self.now);
        let first_ends = awaited.clone().min();
        let missing = count.saturating_sub(awaited.count());
        let ask: Vec<usize> = self.nearest().into_iter().take(missing).collect();
        let look_at = first_ends.or((!ask.is_empty()).then(|| self.now + wait));
        Move { ask, look_at }
    }

    fn waves(&self, pace: &Pace) -> Move {
        let volunteers = self.near.iter().map(|(_, one)| *one);
        let ranked = rank(self.engagement, volunteers, RANKED, self.now, &limits());
        let number = |volunteer: &Volunteer| {
            self.near.iter().find(|(_, one)| one.id == volunteer.id).map(|(at, _)| *at)
        };
        let history = |at: usize| self.histories.get(at).map_or(&[][..], Vec::as_slice);
        let ranked: Vec<(usize, Candidate<'_>)> = ranked
            .iter()
            .filter_map(|one| {
                let at = number(one.volunteer)?;
                let knows = self.engagement.seen_before.contains(&one.volunteer.id);
                Some((at, Candidate { id: one.volunteer.id, knows, history: history(at) }))
            })
            .collect();
        let candidates: Vec<Candidate<'_>> = ranked.iter().map(|(_, one)| *one).collect();
        let open: Vec<Open<'_>> = self
            .waiting
            .iter()
            .map(|one| Open { told_at: one.told_at, history: history(one.helper) })
            .collect();
        let search = Search {
            now: self.now,
            kind: self.need.kind,
            visit_at: self.need.visit_at,
            deadline: self.need.deadline,
            places: self.places,
            urgent: self.need.urgent,
            tapped: false,
            seed: Dice(self.seed).bits(For::Need, self.number as u64, 99),
            ranked: &candidates,
            open: &open,
            asked: self.asked,
            prior: Prior::default(),
        };
        let decision = decide(&search, pace);
        let helper = |one: &matching::waves::Invited| ranked.get(one.rank - 1).map(|(at, _)| *at);
        Move { ask: decision.ask.iter().filter_map(helper).collect(), look_at: decision.next_at }
    }
}
