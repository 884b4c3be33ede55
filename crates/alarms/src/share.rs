//! How much of what a team or a typist gave was typed: a plain figure beside the alarms, which accuses nobody.

use std::collections::BTreeMap;

use kernel::Minutes;

use crate::{Concern, Evidence, rules::concern};

/// What was served under a team or in a place's needs, or on somebody's word, and how much of it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypedShare {
    /// Whose.
    pub concern: Concern,
    /// Of grade C: typed later.
    pub typed: Minutes,
    /// All of it.
    pub all: Minutes,
}

impl TypedShare {
    /// Whole hundredths, rounded down; 0 of nothing.
    pub fn hundredths(&self) -> i64 {
        self.typed.number().saturating_mul(100).checked_div(self.all.number()).unwrap_or(0)
    }
}

/// The share of every team, place and typist who has any typed minutes, the greatest first. A service on the word of two
/// people is in the share of each.
pub fn typed_shares(evidence: &Evidence) -> Vec<TypedShare> {
    let mut sums: BTreeMap<Concern, (Minutes, Minutes)> = BTreeMap::new();
    for service in &evidence.services {
        let entered = service.signals.iter().filter(|s| s.given.is_entered() && s.witness != service.person);
        let mut whose: Vec<Concern> = entered.map(|signal| Concern::Typist(signal.witness)).collect();
        whose.push(concern(service));
        whose.sort_unstable();
        whose.dedup();
        for one in whose {
            let (typed, all) = sums.entry(one).or_default();
            *all += service.minutes;
            if service.is_typed {
                *typed += service.minutes;
            }
        }
    }
    sums.retain(|_, (typed, _)| *typed > Minutes::ZERO);
    let mut shares: Vec<_> =
        sums.into_iter().map(|(concern, (typed, all))| TypedShare { concern, typed, all }).collect();
    shares.sort_by_key(|one| (std::cmp::Reverse((one.hundredths(), one.typed)), one.concern));
    shares
}
