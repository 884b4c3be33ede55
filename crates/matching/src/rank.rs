//! The best few for one engagement, and why.

use std::collections::BinaryHeap;

use kernel::{Day, Id, Instant, Person};

use crate::{Code, Distance, Engagement, Limits, Metres, Volunteer, passes, start};

/// One of the best.
#[derive(Clone, Debug)]
pub struct Ranked<'a> {
    /// Who.
    pub volunteer: &'a Volunteer,
    /// The earliest time they can begin.
    pub start: Instant,
    /// What speaks for them, the weightiest first.
    pub why: Vec<Why>,
}

/// What speaks for somebody, with what a sentence about it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The resident wishes for them.
    WishedFor,
    /// They came before: the same face again.
    CameBefore,
    /// They wish to serve this resident.
    WishesResident,
    /// How near they live.
    Near {
        /// How far.
        distance: Distance,
    },
    /// They have a skill that is asked.
    Skill {
        /// Which.
        skill: Code,
    },
    /// They have not served yet: an equal chance for newcomers.
    NeverServed,
    /// They have rested since.
    RestedSince {
        /// The day they last served.
        day: Day,
    },
}

impl Why {
    /// Name of the reason, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::WishedFor => "wished-for",
            Self::CameBefore => "came-before",
            Self::WishesResident => "wishes-resident",
            Self::Near { .. } => "near",
            Self::Skill { .. } => "skill",
            Self::NeverServed => "never-served",
            Self::RestedSince { .. } => "rested-since",
        }
    }
}

/// What ties two people who know each other, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bond {
    Wished,
    CameBefore,
    Wishes,
    None,
}

/// The order, field by field; the id makes it total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) bond: Bond,
    pub(crate) band: usize,
    /// `None`, which is never, comes first.
    pub(crate) last_served: Option<Day>,
    pub(crate) metres: Metres,
    pub(crate) id: Id<Person>,
}

/// A volunteer in the heap of the best so far, ordered by key alone.
struct Entry<'a>(Key, &'a Volunteer);

impl PartialEq for Entry<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Entry<'_> {}
impl PartialOrd for Entry<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// The best `k` of the volunteers who [`passes`] lets through, best first.
///
/// The order is lexicographic: who knows the resident, then the distance band, then who served longest ago (never comes
/// first), then metres, then the id; so it does not depend on the order of the input. Ids must differ. Time
/// O(n + m log k), where m of the n enter the best so far; memory O(k).
pub fn rank<'a>(
    engagement: &Engagement,
    volunteers: impl IntoIterator<Item = &'a Volunteer>,
    k: usize,
    now: Instant,
    limits: &Limits,
) -> Vec<Ranked<'a>> {
    let mut best: BinaryHeap<Entry<'a>> = BinaryHeap::new();
    for volunteer in volunteers {
        let key = key(engagement, volunteer);
        let full = best.len() >= k;
        // Most of a million are too far down to matter: their rules are not even asked.
        if full && best.peek().is_none_or(|worst| worst.0 <= key) {
            continue;
        }
        if passes(engagement, volunteer, now, limits) {
            if full {
                best.pop();
            }
            best.push(Entry(key, volunteer));
        }
    }
    best.into_sorted_vec()
        .into_iter()
        .map(|Entry(key, volunteer)| ranked(engagement, volunteer, &key, limits))
        .collect()
}

/// One of the best, with when and why.
pub(crate) fn ranked<'a>(
    engagement: &Engagement,
    volunteer: &'a Volunteer,
    key: &Key,
    limits: &Limits,
) -> Ranked<'a> {
    Ranked {
        volunteer,
        start: start(engagement, volunteer, limits).unwrap_or(engagement.window.from),
        why: why(engagement, volunteer, key),
    }
}

/// Where somebody stands in the order.
pub(crate) fn key(engagement: &Engagement, volunteer: &Volunteer) -> Key {
    let id = volunteer.id;
    let bond = if engagement.wished.contains(&id) {
        Bond::Wished
    } else if engagement.seen_before.contains(&id) {
        Bond::CameBefore
    } else if engagement.recipient.is_some_and(|resident| volunteer.wishes.contains(&resident)) {
        Bond::Wishes
    } else {
        Bond::None
    };
    let distance = Distance::between(&volunteer.home, &engagement.place);
    let last_served = volunteer.last_served.map(Instant::day);
    Key { bond, band: distance.band(), last_served, metres: distance.metres(), id }
}

fn why(engagement: &Engagement, volunteer: &Volunteer, key: &Key) -> Vec<Why> {
    let bond = match key.bond {
        Bond::Wished => Some(Why::WishedFor),
        Bond::CameBefore => Some(Why::CameBefore),
        Bond::Wishes => Some(Why::WishesResident),
        Bond::None => None,
    };
    let near = Why::Near { distance: Distance::between(&volunteer.home, &engagement.place) };
    let skills = engagement.skills.iter().map(|&skill| Why::Skill { skill });
    let rested = key.last_served.map_or(Why::NeverServed, |day| Why::RestedSince { day });
    bond.into_iter().chain([near]).chain(skills).chain([rested]).collect()
}
