//! What a plan of visits is asked for: visits with windows, visitors with their limits, and what ties people together.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use kernel::Minutes;

use super::{rules::Stay, slots::slots};
use crate::{
    Commitment, Limits, Place, Window,
    plan::{self, Demand, Pair, Supply},
};

/// The greatest objective: 2^100, so that sums of prices fit with room to spare.
const OBJECTIVE_MAX: i128 = 1 << 100;

/// A need to be met at a place within a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// When it may begin and must be over. One as long as `minutes` is fixed; a longer one lies within one local day.
    pub window: Window,
    /// How long it takes; more than the window means the whole window.
    pub minutes: Minutes,
    /// Where.
    pub place: Place,
    /// How many are needed.
    pub seats: u32,
    /// What a filled seat weighs.
    pub urgency: u32,
    /// All seats or none: the two who must go together. Such a visit has a fixed time.
    pub together: bool,
}

/// A volunteer who goes from visit to visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Visits at most.
    pub shifts_max: u32,
    /// Minutes of visits at most.
    pub minutes_max: Minutes,
    /// What they have promised besides.
    pub commitments: Vec<Commitment>,
}

/// What ties needs and volunteers beyond the pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// This volunteer is to serve this need. As many pins are kept as can be, before anything else.
    Pinned {
        /// Index of the visit.
        need: u32,
        /// Index of the visitor.
        volunteer: u32,
    },
    /// This volunteer must not serve this need.
    Forbidden {
        /// Index of the visit.
        need: u32,
        /// Index of the visitor.
        volunteer: u32,
    },
    /// These two never serve the same need.
    Apart {
        /// Index of a visitor.
        one: u32,
        /// Index of the other.
        other: u32,
    },
    /// The first serves a need only where the second serves it too: a minor and their guardian.
    With {
        /// Index of the visitor who does not go alone.
        who: u32,
        /// Index of the visitor who comes along.
        whom: u32,
    },
    /// Whoever serves one of these needs serves the other: the same face again.
    Same {
        /// Index of a visit.
        one: u32,
        /// Index of the other.
        other: u32,
    },
}

/// The rules of the house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The pace between places and the minutes of a day; the week is [`Visitor::minutes_max`].
    pub limits: Limits,
    /// Rest between a visit of one day and one of a later day.
    pub night_rest: Minutes,
}

/// Why there is no such problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemError {
    /// Something about needs, volunteers or pairs alone.
    Plan(plan::ProblemError),
    /// The window ends before it begins, or leaves room on more than one local day.
    Window {
        /// Index of the visit.
        need: usize,
    },
    /// All seats or none, and no fixed time.
    TogetherWithoutTime {
        /// Index of the visit.
        need: usize,
    },
    /// The tie at this index names a need or a volunteer that is not there, or one thing twice.
    UnknownTie {
        /// Index of the tie.
        tie: usize,
    },
    /// Pinned and forbidden at once.
    PinnedAndForbidden {
        /// Index of the visit.
        need: u32,
        /// Index of the visitor.
        volunteer: u32,
    },
    /// Pinned, but there is no such pair.
    PinnedWithoutPair {
        /// Index of the visit.
        need: u32,
        /// Index of the visitor.
        volunteer: u32,
    },
    /// Urgencies, minutes and metres are so great that their sums do not fit.
    TooGreat,
}

impl fmt::Display for ProblemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(error) => error.fmt(f),
            Self::Window { need } => {
                write!(f, "the window of need {need} ends before it begins or is not within one day")
            }
            Self::TogetherWithoutTime { need } => {
                write!(f, "need {need} is for several together, so its window must be as long as the visit")
            }
            Self::UnknownTie { tie } => write!(f, "tie {tie} names what does not exist, or one thing twice"),
            Self::PinnedAndForbidden { need, volunteer } => {
                write!(f, "volunteer {volunteer} is pinned to need {need} and forbidden there")
            }
            Self::PinnedWithoutPair { need, volunteer } => {
                write!(f, "volunteer {volunteer} is pinned to need {need} but cannot serve it")
            }
            Self::TooGreat => {
                f.write_str("the objective does not fit: urgencies, minutes or metres too great")
            }
        }
    }
}

impl std::error::Error for ProblemError {}

/// What a visitor takes or leaves as one: a pair, or pairs of needs that want the same face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) pairs: Vec<u32>,
}

/// Items of a visitor that go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Round {
    /// A bit for each.
    pub(super) items: u64,
    /// The round without the last item.
    pub(super) before: u16,
    pub(super) last: u8,
}

/// Rounds of a visitor that are listed beforehand at most.
const ROUNDS_MAX: usize = 2_000;
/// Items of a visitor whose rounds are listed at most: bits of a [`Round`].
const ROUND_ITEMS_MAX: usize = 64;

/// What a need asks of those who come together, in pairs of the need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TeamRule {
    Apart(u32, u32),
    With { who: u32, whom: u32 },
}

/// Visits, visitors and who could go where, checked and sorted.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The relaxation: as if nothing but slots and shifts stood in the way.
    pub(super) flow: plan::Problem,
    pub(super) visits: Vec<Visit>,
    pub(super) visitors: Vec<Visitor>,
    pub(super) rules: Rules,
    /// What each pair gains.
    pub(super) gain: Vec<i128>,
    pub(super) pinned: Vec<bool>,
    /// Pairs of need `n` are `first[n]..first[n + 1]`.
    pub(super) first: Vec<u32>,
    pub(super) items: Vec<Vec<Item>>,
    /// Of each pair, the item of its visitor.
    pub(super) item_of: Vec<u32>,
    /// Of each visitor, whether two items go together, row by row.
    pub(super) compatible: Vec<Vec<bool>>,
    /// Of each visitor, every round there is, where these are few.
    pub(super) rounds: Vec<Option<Vec<Round>>>,
    pub(super) team_rules: HashMap<u32, Vec<TeamRule>>,
    /// Weight of a pin.
    pub(super) pin: i128,
}

impl Problem {
    /// Checks and sorts. Pairs that are forbidden or that no plan can hold are left out.
    ///
    /// # Errors
    /// [`ProblemError`]; nothing of it is used then.
    pub fn new(
        visits: Vec<Visit>,
        visitors: Vec<Visitor>,
        mut pairs: Vec<Pair>,
        ties: &[Tie],
        rules: Rules,
    ) -> Result<Self, ProblemError> {
        check_visits(&visits)?;
        let supplies: Vec<Supply> =
            visitors.iter().map(|visitor| Supply { shifts_max: visitor.shifts_max }).collect();
        let as_flow = |slots: &[u16], pairs: &[Pair]| {
            let demands = (visits.iter().zip(slots))
                .map(|(visit, &slot)| Demand { slot, seats: visit.seats, urgency: visit.urgency })
                .collect();
            plan::Problem::new(demands, supplies.clone(), pairs.to_vec()).map_err(ProblemError::Plan)
        };
        // Every row exists and no pair stands twice, before anything is looked up.
        as_flow(&vec![0; visits.len()], &pairs)?;
        let ties = Ties::new(ties, visits.len(), visitors.len())?;
        let there = ties.pinned_among(&pairs);
        for &(need, volunteer) in &ties.pinned {
            if ties.forbidden.contains(&(need, volunteer)) {
                return Err(ProblemError::PinnedAndForbidden { need, volunteer });
            }
            if !there.contains(&(need, volunteer)) {
                return Err(ProblemError::PinnedWithoutPair { need, volunteer });
            }
        }
        let stay = |need: u32| Stay::of(&visits[need as usize]);
        pairs.retain(|pair| {
            let alone = [stay(pair.need)];
            !ties.forbidden.contains(&(pair.need, pair.volunteer))
                && rules.fits(&visitors[pair.volunteer as usize], &alone)
        });
        let items = ties.close(&mut pairs, &visits, &visitors, &rules);
        let flow = as_flow(&slots(&visits, &pairs, visitors.len()), &pairs)?;
        let pairs = flow.pairs();
        let mut first = vec![0_u32; visits.len() + 1];
        for pair in pairs {
            first[pair.need as usize + 1] += 1;
        }
        for need in 0..visits.len() {
            first[need + 1] += first[need];
        }
        let index: HashMap<(u32, u32), u32> =
            (pairs.iter().zip(0..)).map(|(pair, at)| ((pair.need, pair.volunteer), at)).collect();
        let pinned: Vec<bool> =
            pairs.iter().map(|pair| ties.pinned.contains(&(pair.need, pair.volunteer))).collect();
        let pins = pinned.iter().filter(|is| **is).count() as i128;
        let pin = flow.scale.whole + 1;
        if pin.checked_mul(pins + 1).is_none_or(|whole| whole > OBJECTIVE_MAX) {
            return Err(ProblemError::TooGreat);
        }
        let gain =
            pairs.iter().zip(&pinned).map(|(pair, &is)| i128::from(is) * pin - flow.cost(pair)).collect();
        let mut item_of = vec![0; pairs.len()];
        let items: Vec<Vec<Item>> = (items.into_iter().zip(0_u32..))
            .map(|(items, volunteer)| {
                let item = |needs: Vec<u32>| Item {
                    pairs: needs
                        .into_iter()
                        .filter_map(|need| index.get(&(need, volunteer)).copied())
                        .collect(),
                };
                items.into_iter().map(item).collect()
            })
            .collect();
        for items in &items {
            for (item, at) in items.iter().zip(0..) {
                item.pairs.iter().for_each(|&pair| item_of[pair as usize] = at);
            }
        }
        let team_rules = ties.team_rules(pairs, &index);
        let mut problem = Self {
            gain,
            pinned,
            first,
            items,
            item_of,
            compatible: Vec::new(),
            rounds: Vec::new(),
            team_rules,
            pin,
            flow,
            visits,
            visitors,
            rules,
        };
        problem.compare_items();
        Ok(problem)
    }

    /// The visits.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The visitors.
    pub fn visitors(&self) -> &[Visitor] {
        &self.visitors
    }

    /// Who could go where, by need: those given, without what is forbidden or impossible.
    pub fn pairs(&self) -> &[Pair] {
        self.flow.pairs()
    }

    pub(super) fn pair(&self, index: u32) -> &Pair {
        &self.flow.pairs()[index as usize]
    }

    /// The pairs of a need.
    pub(super) fn pairs_of(&self, need: u32) -> std::ops::Range<u32> {
        self.first[need as usize]..self.first[need as usize + 1]
    }

    /// The pairs of a visitor.
    pub(super) fn pairs_with(&self, volunteer: u32) -> impl Iterator<Item = u32> {
        self.items[volunteer as usize].iter().flat_map(|item| item.pairs.iter().copied())
    }

    pub(super) fn seats(&self, need: u32) -> usize {
        self.visits[need as usize].seats as usize
    }

    fn compare_items(&mut self) {
        for (volunteer, items) in self.items.iter().enumerate() {
            let mut compatible = vec![false; items.len() * items.len()];
            for (a, one) in items.iter().enumerate() {
                for (b, other) in items.iter().enumerate().skip(a + 1) {
                    let both = one.pairs.iter().chain(&other.pairs).copied();
                    let goes = self.may_hold(volunteer as u32, both);
                    compatible[a * items.len() + b] = goes;
                    compatible[b * items.len() + a] = goes;
                }
            }
            self.compatible.push(compatible);
            self.rounds.push(self.list_rounds(volunteer as u32));
        }
    }

    /// Every round of a visitor, each behind the one it adds an item to; `None` when there are too many.
    fn list_rounds(&self, volunteer: u32) -> Option<Vec<Round>> {
        let items = &self.items[volunteer as usize];
        if items.len() > ROUND_ITEMS_MAX {
            return None;
        }
        let mut rounds = vec![Round { items: 0, before: 0, last: 0 }];
        let mut at = 0;
        while let Some(&round) = rounds.get(at) {
            let first = if round.items == 0 { 0 } else { usize::from(round.last) + 1 };
            for next in first..items.len() {
                let with = round.items | 1 << next;
                let taken = (0..items.len()).filter(|item| with >> item & 1 == 1);
                let is_apart = |item: usize| {
                    item == next || self.compatible[volunteer as usize][item * items.len() + next]
                };
                if taken.clone().all(is_apart)
                    && self.may_hold(volunteer, taken.flat_map(|item| items[item].pairs.iter().copied()))
                {
                    rounds.push(Round { items: with, before: at as u16, last: next as u8 });
                }
            }
            if rounds.len() > ROUNDS_MAX {
                return None;
            }
            at += 1;
        }
        Some(rounds)
    }

    pub(super) fn visit_of(&self, pair: u32) -> &Visit {
        &self.visits[self.pair(pair).need as usize]
    }

    /// Whether these pairs of one visitor fit their limits and into their days, whatever the needs say.
    pub(super) fn may_hold(&self, volunteer: u32, pairs: impl Iterator<Item = u32>) -> bool {
        let stays: Vec<Stay> = pairs.map(|pair| Stay::of(self.visit_of(pair))).collect();
        self.rules.fits(&self.visitors[volunteer as usize], &stays)
    }

    /// Whether a need may have this team.
    pub(super) fn may_meet(&self, need: u32, team: &[u32]) -> bool {
        let visit = &self.visits[need as usize];
        let seats = visit.seats as usize;
        let has = |pair: u32| team.contains(&pair);
        let fits = team.len() <= seats && (!visit.together || team.is_empty() || team.len() == seats);
        fits && self.team_rules.get(&need).is_none_or(|rules| {
            rules.iter().all(|rule| match *rule {
                TeamRule::Apart(one, other) => !(has(one) && has(other)),
                TeamRule::With { who, whom } => !has(who) || has(whom),
            })
        })
    }
}

fn check_visits(visits: &[Visit]) -> Result<(), ProblemError> {
    for (need, visit) in visits.iter().enumerate() {
        let Window { from, to } = visit.window;
        let is_fixed = Stay::of(visit).is_fixed();
        let last = kernel::Instant::from_micros(to.micros().saturating_sub(1));
        if to < from || (!is_fixed && last.day() != from.day()) {
            return Err(ProblemError::Window { need });
        }
        if visit.together && !is_fixed {
            return Err(ProblemError::TogetherWithoutTime { need });
        }
    }
    Ok(())
}

/// Ties by kind, every row checked.
#[derive(Debug, Default)]
struct Ties {
    pinned: BTreeSet<(u32, u32)>,
    forbidden: BTreeSet<(u32, u32)>,
    apart: Vec<(u32, u32)>,
    with: Vec<(u32, u32)>,
    same: Vec<(u32, u32)>,
}

impl Ties {
    fn new(ties: &[Tie], needs: usize, volunteers: usize) -> Result<Self, ProblemError> {
        let mut sorted = Self::default();
        for (tie, &one) in ties.iter().enumerate() {
            let pair =
                |need: u32, volunteer: u32| (need as usize) < needs && (volunteer as usize) < volunteers;
            let two = |a: u32, b: u32, of: usize| a != b && (a as usize) < of && (b as usize) < of;
            let known = match one {
                Tie::Pinned { need, volunteer } => {
                    sorted.pinned.insert((need, volunteer));
                    pair(need, volunteer)
                }
                Tie::Forbidden { need, volunteer } => {
                    sorted.forbidden.insert((need, volunteer));
                    pair(need, volunteer)
                }
                Tie::Apart { one, other } => {
                    sorted.apart.push((one, other));
                    two(one, other, volunteers)
                }
                Tie::With { who, whom } => {
                    sorted.with.push((who, whom));
                    two(who, whom, volunteers)
                }
                Tie::Same { one, other } => {
                    sorted.same.push((one, other));
                    two(one, other, needs)
                }
            };
            if !known {
                return Err(ProblemError::UnknownTie { tie });
            }
        }
        Ok(sorted)
    }

    fn pinned_among(&self, pairs: &[Pair]) -> BTreeSet<(u32, u32)> {
        let rows = pairs.iter().map(|pair| (pair.need, pair.volunteer));
        rows.filter(|row| self.pinned.contains(row)).collect()
    }

    /// Leaves out pairs that can never be chosen, as what they depend on is missing, until none is left. Gives the
    /// needs that each volunteer takes or leaves as one.
    fn close(
        &self,
        pairs: &mut Vec<Pair>,
        visits: &[Visit],
        visitors: &[Visitor],
        rules: &Rules,
    ) -> Vec<Vec<Vec<u32>>> {
        let groups = self.groups(visits.len());
        let mut partners: HashMap<u32, Vec<u32>> = HashMap::new();
        self.with.iter().for_each(|&(who, whom)| partners.entry(who).or_default().push(whom));
        loop {
            let before = pairs.len();
            let there: BTreeSet<(u32, u32)> = pairs.iter().map(|pair| (pair.need, pair.volunteer)).collect();
            pairs.retain(|pair| {
                let mut whom = partners.get(&pair.volunteer).into_iter().flatten();
                whom.all(|&whom| there.contains(&(pair.need, whom)))
            });
            let mut items: Vec<Vec<Vec<u32>>> = vec![Vec::new(); visitors.len()];
            let mut gone = BTreeSet::new();
            let there: BTreeSet<(u32, u32)> = pairs.iter().map(|pair| (pair.need, pair.volunteer)).collect();
            for pair in pairs.iter() {
                let (need, volunteer) = (pair.need, pair.volunteer);
                let group = groups.get(&need).cloned().unwrap_or_else(|| vec![need]);
                let stays: Vec<Stay> = group.iter().map(|&need| Stay::of(&visits[need as usize])).collect();
                let whole = group.iter().all(|&other| there.contains(&(other, volunteer)));
                if !whole || !rules.fits(&visitors[volunteer as usize], &stays) {
                    gone.insert((need, volunteer));
                } else if group.first() == Some(&need) {
                    items[volunteer as usize].push(group);
                }
            }
            pairs.retain(|pair| !gone.contains(&(pair.need, pair.volunteer)));
            if pairs.len() == before {
                return items;
            }
        }
    }

    /// Needs that want the same face, each with all of its group, rising.
    fn groups(&self, needs: usize) -> HashMap<u32, Vec<u32>> {
        let mut root: Vec<u32> = (0..needs as u32).collect();
        let find = |root: &[u32], mut at: u32| {
            while root[at as usize] != at {
                at = root[at as usize];
            }
            at
        };
        for &(one, other) in &self.same {
            let (a, b) = (find(&root, one), find(&root, other));
            root[a.max(b) as usize] = a.min(b);
        }
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for need in 0..needs as u32 {
            members.entry(find(&root, need)).or_default().push(need);
        }
        let of = |need: u32| members.get(&find(&root, need)).cloned().unwrap_or_default();
        (0..needs as u32).map(|need| (need, of(need))).filter(|(_, group)| group.len() > 1).collect()
    }

    fn team_rules(&self, pairs: &[Pair], index: &HashMap<(u32, u32), u32>) -> HashMap<u32, Vec<TeamRule>> {
        let mut rules: HashMap<u32, Vec<TeamRule>> = HashMap::new();
        let mut partners: HashMap<u32, Vec<(u32, bool)>> = HashMap::new();
        for &(one, other) in &self.apart {
            partners.entry(one).or_default().push((other, true));
        }
        for &(who, whom) in &self.with {
            partners.entry(who).or_default().push((whom, false));
        }
        for (pair, at) in pairs.iter().zip(0..) {
            for &(partner, is_apart) in partners.get(&pair.volunteer).into_iter().flatten() {
                let Some(&other) = index.get(&(pair.need, partner)) else { continue };
                let rule = if is_apart {
                    TeamRule::Apart(at, other)
                } else {
                    TeamRule::With { who: at, whom: other }
                };
                rules.entry(pair.need).or_default().push(rule);
            }
        }
        rules
    }
}
